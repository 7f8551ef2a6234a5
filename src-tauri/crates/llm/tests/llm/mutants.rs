//! Two hundred good answers, each broken in fifty ways and sent through the whole machinery: every one must end as a value
//! or as a named error, and what needed help must say so. A thousand by default, all ten thousand with `AUTOREACH_LONG=1`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use autoreach_llm::{ChatError, Deadlines, Manners, RetryPolicy, Structured};
use serde_json::{Value, json};

use crate::server::{Act, Server};
use crate::shapes::{Verdict, WIRES, Wire, ask_with, quick};

/// A small generator, so that every run breaks the same answers in the same places.
#[derive(Clone, Copy)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("is small") % below.max(1)
    }
}

const WORDS: [&str; 10] =
    ["pumps", "Öl & Gas", "“quoted”", "{braces}", "back\\slash", "日本の会社", "emoji 🏭", "line\nbreak", "\"quotes\"", "[DONE]"];

fn good_answer(dice: &mut Dice) -> Value {
    let mut words = |most: usize| -> String {
        let words: Vec<&str> = (0..1 + dice.roll(most)).map(|_| WORDS[dice.roll(WORDS.len())]).collect();
        words.join(" ")
    };
    let (reason, title, note) = (words(12), words(2), words(2));
    let fact = |line: usize| json!({"title": title, "line": line, "note": if line.is_multiple_of(2) { json!(note) } else { Value::Null }});
    let facts: Vec<Value> = (0..dice.roll(8)).map(fact).collect();
    json!({"fits": dice.roll(2) == 0, "score": dice.roll(101) as f64 / 100.0, "reason": reason, "facts": facts})
}

/// What may come of a mutant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hope {
    /// Must be the value, without a mark.
    Harmless,
    /// May be a value only with a mark.
    NotClean,
    /// Breaks the answer where luck decides; a value or an error, but an end.
    Any,
}

use Hope::{Any, Harmless, NotClean};

type BreakText = fn(&str, &mut Dice) -> String;
type BreakWire = fn(Vec<u8>, &mut Dice) -> Vec<u8>;

/// Mutants of the answer's text, before it is wrapped.
const TEXTS: [(&str, Hope, BreakText); 32] = [
    ("as it is", Harmless, |text, _| text.to_owned()),
    ("white space around", Harmless, |text, _| format!("\n\t {text} \r\n")),
    ("fence", NotClean, |text, _| format!("```json\n{text}\n```")),
    ("bare fence", NotClean, |text, _| format!("```\n{text}\n```")),
    ("open fence", NotClean, |text, _| format!("```json\n{text}")),
    ("prose before", NotClean, |text, _| format!("Sure, here you are:\n{text}")),
    ("prose after", NotClean, |text, _| format!("{text}\nLet me know!")),
    ("thoughts before", NotClean, |text, _| format!("<think>{{maybe}}</think>{text}")),
    ("byte order mark", NotClean, |text, _| format!("\u{feff}{text}")),
    ("twice", NotClean, |text, _| format!("{text}{text}")),
    ("comment", NotClean, |text, _| format!("// answer\n{text}")),
    ("trailing comma", NotClean, |text, _| format!("{},}}", &text[..text.len() - 1])),
    ("single quotes", NotClean, |text, _| text.replace('"', "'")),
    ("no closing brace", NotClean, |text, _| text[..text.len() - 1].to_owned()),
    ("cut", NotClean, |text, dice| text.chars().take(dice.roll(text.chars().count() - 1)).collect()),
    ("empty", NotClean, |_, _| String::new()),
    ("blank", NotClean, |_, _| " \n ".to_owned()),
    ("null", NotClean, |_, _| "null".to_owned()),
    ("in a list", NotClean, |text, _| format!("[{text}]")),
    ("as a string", NotClean, |text, _| Value::from(text).to_string()),
    ("refusal in prose", NotClean, |_, _| "I'm sorry, but I can't help with that.".to_owned()),
    ("duplicate key", NotClean, |text, _| text.replacen('{', "{\"fits\":true,", 1)),
    ("duplicate key escaped", NotClean, |text, _| text.replacen('{', "{\"\\u0066its\":true,", 1)),
    ("unknown key", NotClean, |text, _| text.replacen('{', "{\"auto_approve\":true,", 1)),
    ("prototype key", NotClean, |text, _| text.replacen('{', "{\"__proto__\":{},", 1)),
    ("not a number", NotClean, |text, _| replaced(text, "score", "NaN")),
    ("infinite number", NotClean, |text, _| replaced(text, "score", "1e999")),
    ("number out of range", NotClean, |text, _| replaced(text, "score", "1.5")),
    ("wrong type", NotClean, |text, _| replaced(text, "fits", "\"true\"")),
    ("missing field", NotClean, |text, _| without(text, "reason")),
    ("deep nesting", NotClean, |text, _| replaced(text, "reason", &format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)))),
    ("text beyond the limit", NotClean, |text, dice| replaced(text, "reason", &format!("\"{}\"", "x".repeat(401 + dice.roll(300_000))))),
];

/// Mutants of the bytes on the wire.
const WIRE_MUTANTS: [(&str, Hope, BreakWire); 18] = [
    ("carriage returns", Harmless, |body, _| String::from_utf8_lossy(&body).replace('\n', "\r\n").into_bytes()),
    ("cut at a byte", Any, |body, dice| body[..dice.roll(body.len())].to_vec()),
    ("cut at a line", Any, |body, dice| take_lines(&body, |index, count, at| index < at % count, dice)),
    ("line lost", Any, |body, dice| take_lines(&body, |index, count, at| index != at % count, dice)),
    ("nothing", NotClean, |_, _| Vec::new()),
    ("only blank lines", NotClean, |_, _| b"\n\n\n\n".to_vec()),
    ("only the farewell", NotClean, |_, _| b"data: [DONE]\n\n".to_vec()),
    ("invalid byte", Any, |body, dice| with_byte(body, 0xff, dice)),
    ("zero byte", Any, |body, dice| with_byte(body, 0, dice)),
    ("cut character", Any, |body, dice| with_byte(body, 0xc3, dice)),
    ("random byte", Any, |body, dice| {
        let byte = u8::try_from(dice.roll(256)).expect("fits a byte");
        with_byte(body, byte, dice)
    }),
    ("byte lost", Any, |mut body, dice| {
        let place = dice.roll(body.len());
        body.remove(place);
        body
    }),
    ("bytes reversed", NotClean, |mut body, _| {
        body.reverse();
        body
    }),
    ("page instead", NotClean, |_, _| b"<!doctype html><title>Sign in</title>".to_vec()),
    ("wrong JSON", NotClean, |_, _| b"data: {\"choices\":[{\"delta\":{\"content\":7}}]}\n\n{\"choices\":3}".to_vec()),
    ("error inside", NotClean, |body, _| [&b"data: {\"type\":\"error\",\"error\":{\"type\":\"api_error\"}}\n\n"[..], &body].concat()),
    ("deep envelope", NotClean, |_, _| [b"data: ".to_vec(), vec![b'['; 100_000], b"\n\n".to_vec()].concat()),
    ("noise", NotClean, |body, dice| body.iter().map(|_| u8::try_from(dice.roll(256)).expect("fits a byte")).collect()),
];

/// The text with another value for a key of its outermost object.
fn replaced(text: &str, key: &str, value: &str) -> String {
    let mut object: Value = serde_json::from_str(text).expect("is good");
    object[key] = json!("REPLACED");
    object.to_string().replace("\"REPLACED\"", value)
}

fn without(text: &str, key: &str) -> String {
    let mut object: Value = serde_json::from_str(text).expect("is good");
    object.as_object_mut().expect("is an object").remove(key);
    object.to_string()
}

fn with_byte(mut body: Vec<u8>, byte: u8, dice: &mut Dice) -> Vec<u8> {
    let place = dice.roll(body.len());
    body[place] = byte;
    body
}

fn take_lines(body: &[u8], keep: fn(usize, usize, usize) -> bool, dice: &mut Dice) -> Vec<u8> {
    let lines: Vec<&[u8]> = body.split_inclusive(|&byte| byte == b'\n').collect();
    let (count, at) = (lines.len(), dice.roll(lines.len()));
    lines.iter().enumerate().filter(|(index, _)| keep(*index, count, at)).flat_map(|(_, line)| line.iter().copied()).collect()
}

struct Mutant {
    name: &'static str,
    hope: Hope,
    wire: Wire,
    original: Verdict,
    bytes: Vec<u8>,
}

fn mutant(answer_index: usize, mutator: usize) -> Mutant {
    let mut dice = Dice(answer_index as u64 * 7_919 + 1);
    let good = good_answer(&mut dice);
    let original = serde_json::from_value(good.clone()).expect("is a verdict");
    let wire = WIRES[(answer_index + mutator) % WIRES.len()];
    let mut dice = Dice((answer_index * 64 + mutator) as u64);
    let (name, hope, body) = match TEXTS.get(mutator) {
        Some((name, hope, break_text)) => (*name, *hope, wire.body(&break_text(&good.to_string(), &mut dice))),
        None => {
            let (name, hope, break_wire) = WIRE_MUTANTS[mutator - TEXTS.len()];
            (name, hope, break_wire(wire.body(&good.to_string()), &mut dice))
        }
    };
    Mutant { name, hope, wire, original, bytes: wire.framed(&body) }
}

async fn outcome_of(mutant: Mutant) -> (Mutant, Result<Structured<Verdict>, ChatError>) {
    let server = Server::start(vec![Act::Send(mutant.bytes.clone())]).await;
    let deadlines = Deadlines { silence: Duration::from_secs(5), ..quick().deadlines };
    let manners = Manners { deadlines, retry: RetryPolicy { tries: 2, ..quick().retry }, ..quick() };
    let outcome = ask_with(mutant.wire.dialect(), &server, manners).await;
    (mutant, outcome)
}

fn judge(mutant: &Mutant, outcome: &Result<Structured<Verdict>, ChatError>) -> &'static str {
    let told = format!("{} over {:?}", mutant.name, mutant.wire);
    match (mutant.hope, outcome) {
        (Harmless, Ok(answer)) => {
            assert_eq!(answer.value, mutant.original, "{told}");
            assert!(!answer.was_repaired, "{told}");
        }
        (Harmless, Err(error)) => panic!("{told}: {error}"),
        (NotClean, Ok(answer)) => assert!(answer.was_repaired, "{told} passed as clean"),
        (NotClean | Any, _) => {}
    }
    match outcome {
        Ok(answer) if answer.was_repaired => "repaired",
        Ok(_) => "clean",
        Err(ChatError::Malformed(_)) => "malformed",
        Err(ChatError::Interrupted) => "interrupted",
        Err(ChatError::Busy { .. }) => "busy",
        Err(other) => panic!("{told}: unexpected {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_broken_answer_ends_as_a_value_or_a_named_error() {
    let answers = if std::env::var_os("AUTOREACH_LONG").is_some() { 200 } else { 20 };
    let mutators = TEXTS.len() + WIRE_MUTANTS.len();
    assert_eq!(mutators, 50);
    let gate = Arc::new(tokio::sync::Semaphore::new(16));
    let mut running = tokio::task::JoinSet::new();
    for index in 0..answers * mutators {
        let gate = gate.clone();
        running.spawn(async move {
            let _permit = gate.acquire().await.expect("stays open");
            outcome_of(mutant(index / mutators, index % mutators)).await
        });
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some(joined) = running.join_next().await {
        let (mutant, outcome) = joined.expect("no answer makes the reader panic");
        *counts.entry(judge(&mutant, &outcome)).or_default() += 1;
    }
    assert_eq!(counts.values().sum::<usize>(), answers * mutators);
    eprintln!("{} broken answers: {counts:?}", answers * mutators);
}
