//! What goes wrong with providers and connections, and the name each trouble gets.

use std::time::{Duration, Instant};

use autoreach_llm::{
    Breaker, Budget, BudgetLimits, BudgetStop, ChatError, ChatModel, Cost, Deadlines, Dialect, Manners, ReplyFault, RetryPolicy, Spending,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::server::{Act, Server, answer, json_answer, stream_answer};
use crate::shapes::{GOOD, KEY, WIRES, Wire, ask, ask_with, chat, good, manners_with, model, openai_stream, quick, request};

fn good_act() -> Act {
    Act::Send(Wire::OpenAiStream.framed(&Wire::OpenAiStream.body(GOOD)))
}

fn error_body() -> Value {
    json!({"error": {"message": "canary-of-the-provider", "type": "some_error", "code": null}})
}

/// The outcome when every try meets this answer, and how many tries there were.
async fn always(bytes: Vec<u8>) -> (ChatError, usize) {
    let server = Server::start(vec![Act::Send(bytes)]).await;
    let error = ask(Dialect::OpenAi, &server).await.expect_err("must fail");
    (error, server.asked().len())
}

#[tokio::test]
async fn a_refused_key_is_said_at_once() {
    for status in [401, 403] {
        assert_eq!(always(json_answer(status, &error_body())).await, (ChatError::KeyRefused, 1));
    }
}

#[tokio::test]
async fn other_final_refusals_have_their_names() {
    assert_eq!(always(json_answer(400, &error_body())).await, (ChatError::BadRequest, 1));
    assert_eq!(always(json_answer(404, &error_body())).await, (ChatError::NotFound, 1));
    assert_eq!(always(json_answer(413, &error_body())).await, (ChatError::TooLong, 1));
    let too_long = json!({"error": {"code": "context_length_exceeded", "message": "This model's maximum context length is 8192 tokens."}});
    assert_eq!(always(json_answer(400, &too_long)).await, (ChatError::TooLong, 1));
    let elsewhere = answer(302, &[("location", "http://127.0.0.1:1/elsewhere")], "");
    assert_eq!(always(elsewhere).await, (ChatError::NotFound, 1), "a key does not travel to where an answer points");
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_as_long_as_asked() {
    let limited = answer(429, &[("retry-after-ms", "150")], error_body().to_string());
    let server = Server::start(vec![Act::Send(limited), good_act()]).await;
    let start = Instant::now();
    assert_eq!(ask(Dialect::OpenAi, &server).await.expect("answers then").value, good());
    assert!(start.elapsed() >= Duration::from_millis(150), "what the provider asks for is the least");
}

#[tokio::test]
async fn a_long_wait_is_left_to_the_caller() {
    let (error, tries) = always(answer(429, &[("retry-after", "3600")], error_body().to_string())).await;
    assert_eq!((error, tries), (ChatError::RateLimited { retry_after: Duration::from_secs(3_600) }, 1));
}

#[tokio::test]
async fn a_rate_limit_without_a_time_is_a_budget_and_stops() {
    assert_eq!(always(json_answer(429, &error_body())).await, (ChatError::BudgetStop(BudgetStop::Quota), 1));
}

#[tokio::test]
async fn a_spend_limit_stops_even_with_a_time() {
    let spent = json!({"error": {"message": "…", "type": "rate_limit_error", "code": "enforced_spend_limit_reached"}});
    let (error, tries) = always(answer(429, &[("retry-after", "1")], spent.to_string())).await;
    assert_eq!((error, tries), (ChatError::BudgetStop(BudgetStop::SpendLimit), 1));
}

#[tokio::test]
async fn an_overload_is_tried_five_times_and_then_named() {
    for status in [502, 503, 529] {
        assert_eq!(always(json_answer(status, &error_body())).await, (ChatError::Busy { retry_after: None }, 5), "{status}");
    }
    let busy = Act::Send(json_answer(529, &error_body()));
    let server = Server::start(vec![busy.clone(), busy.clone(), busy.clone(), busy, good_act()]).await;
    assert_eq!(ask(Dialect::OpenAi, &server).await.expect("the fifth try answers").value, good());
}

#[tokio::test]
async fn an_error_inside_a_stream_that_began_well_is_an_error() {
    let overloaded = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    let server = Server::start(vec![Act::Send(stream_answer("text/event-stream", overloaded))]).await;
    assert_eq!(ask(Dialect::Anthropic, &server).await, Err(ChatError::Busy { retry_after: None }));
    assert_eq!(server.asked().len(), 5);
    let half = openai_stream(GOOD, "stop").split_inclusive("\n\n").take(3).collect::<String>();
    let refused = format!("{half}data: {}\n\n", json!({"error": {"code": 401, "message": "key revoked"}}));
    assert_eq!(always(stream_answer("text/event-stream", refused)).await, (ChatError::KeyRefused, 1));
}

#[tokio::test]
async fn a_stream_cut_at_any_event_is_never_an_answer() {
    for wire in [Wire::OpenAiStream, Wire::AnthropicStream, Wire::Ollama] {
        let body = String::from_utf8(wire.body(GOOD)).expect("is text");
        let end = if wire == Wire::Ollama { "\n" } else { "\n\n" };
        let events: Vec<&str> = body.split_inclusive(end).collect();
        // The event that names the end is the last, or stands before the usage and the farewell.
        let ending = events
            .iter()
            .position(|event| {
                event.contains("\"stop\"") || event.contains("\"tool_use\",\"stop_sequence\"") || event.contains("message_delta")
            })
            .expect("it ends");
        for count in 0..ending {
            let cut = events[..count].concat();
            let server = Server::start(vec![Act::Send(wire.framed(cut.as_bytes()))]).await;
            assert_eq!(chat(wire.dialect(), &server).await, Err(ChatError::Interrupted), "{wire:?} cut after {count} events");
            assert_eq!(server.asked().len(), 2, "it is tried once more");
        }
    }
}

#[tokio::test]
async fn a_connection_lost_in_the_middle_is_interrupted() {
    let mut bytes = answer(200, &[("content-type", "application/json")], Wire::OpenAiWhole.body(GOOD));
    bytes.truncate(bytes.len() - 20);
    assert_eq!(always(bytes).await, (ChatError::Interrupted, 2));
    assert_eq!(always(Vec::new()).await, (ChatError::Interrupted, 2), "closed without a word");
}

#[tokio::test]
async fn malformed_answers_are_named() {
    let openai = |text: &str| stream_answer("text/event-stream", openai_stream(text, "stop"));
    let malformed = |fault| (ChatError::Malformed(fault), 2);
    assert_eq!(always(openai("{\"fits\": tru")).await, malformed(ReplyFault::NotJson));
    let twice = GOOD.replacen('{', "{\"fits\": false, ", 1);
    assert_eq!(always(openai(&twice)).await, malformed(ReplyFault::DuplicateKey));
    assert_eq!(always(openai(&"[".repeat(100_000))).await, malformed(ReplyFault::TooDeep));
    assert_eq!(always(openai("")).await, malformed(ReplyFault::Empty));
    let twice_outside = openai_stream(GOOD, "stop").replacen("\"model\"", "\"model\":\"other\",\"model\"", 1);
    let bytes = stream_answer("text/event-stream", twice_outside);
    assert_eq!(always(bytes).await, (ChatError::Malformed(ReplyFault::DuplicateKey), 1));
    assert_eq!(always(answer(200, &[("content-type", "text/html")], "<html>")).await, (ChatError::Malformed(ReplyFault::NotJson), 1));
    let unknown = stream_answer("text/event-stream", openai_stream(GOOD, "surprise"));
    assert_eq!(always(unknown).await, (ChatError::Malformed(ReplyFault::UnknownEnding), 1));
}

#[tokio::test]
async fn bytes_that_are_no_text_are_named() {
    for wire in WIRES {
        let mut body = wire.body(GOOD);
        let place = body.windows(6).position(|window| window == b"pocket").expect("stands there");
        body[place] = 0xff;
        let server = Server::start(vec![Act::Send(wire.framed(&body))]).await;
        assert_eq!(chat(wire.dialect(), &server).await, Err(ChatError::Malformed(ReplyFault::NotUtf8)), "{wire:?}");
    }
}

#[tokio::test]
async fn fifty_megabytes_are_not_read() {
    const FIFTY: usize = 50 * 1024 * 1024;
    let too_large = Err(ChatError::Malformed(ReplyFault::TooLarge));
    for wire in WIRES {
        let server = Server::start(vec![Act::Flood(wire.framed(b""), b'x', FIFTY)]).await;
        assert_eq!(chat(wire.dialect(), &server).await, too_large, "{wire:?}: one endless line");
    }
    let server = Server::start(vec![Act::Flood(Wire::OpenAiStream.framed(b""), b'\n', FIFTY)]).await;
    assert_eq!(chat(Dialect::OpenAi, &server).await, too_large, "endlessly many lines");
    let server = Server::start(vec![Act::Send(stream_answer("text/event-stream", openai_stream(&"x".repeat(300_000), "stop")))]).await;
    assert_eq!(chat(Dialect::OpenAi, &server).await, too_large, "a text above the cap in small pieces");
}

#[tokio::test]
async fn a_compressed_bomb_ends_at_the_cap() {
    let bomb = gzip_of_zeros(50);
    let bytes = answer(200, &[("content-type", "application/json"), ("content-encoding", "gzip")], bomb);
    assert_eq!(always(bytes).await, (ChatError::Malformed(ReplyFault::TooLarge), 1));
}

/// A gzip member of so many megabytes of zeros: fixed Huffman blocks, each a literal zero and many longest copies of it.
fn gzip_of_zeros(megabytes: usize) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.write(1, 1);
    bits.write(1, 2);
    // The literal 0 is 00110000, written from its highest bit.
    bits.write_huffman(0b0011_0000, 8);
    for _ in 0..megabytes * 1024 * 1024 / 258 {
        // Length 258 is code 285 = 11000101; distance 1 is code 0 in five bits.
        bits.write_huffman(0b1100_0101, 8);
        bits.write_huffman(0, 5);
    }
    bits.write_huffman(0, 7);
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    bytes.extend(bits.finish());
    bytes.extend([0; 8]);
    bytes
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    current: u32,
    used: u32,
}

impl BitWriter {
    fn write(&mut self, value: u32, count: u32) {
        for index in 0..count {
            self.current |= ((value >> index) & 1) << self.used;
            self.used += 1;
            if self.used == 8 {
                self.bytes.push(u8::try_from(self.current).expect("holds eight bits"));
                (self.current, self.used) = (0, 0);
            }
        }
    }

    fn write_huffman(&mut self, code: u32, count: u32) {
        (0..count).rev().for_each(|index| self.write((code >> index) & 1, 1));
    }

    fn finish(mut self) -> Vec<u8> {
        while self.used != 0 {
            self.write(0, 1);
        }
        self.bytes
    }
}

#[tokio::test]
async fn silence_ends_at_the_deadline() {
    let manners = Manners { retry: RetryPolicy { tries: 2, ..quick().retry }, ..quick() };
    let half = Wire::OpenAiStream.framed(openai_stream(GOOD, "stop").split_inclusive("\n\n").take(3).collect::<String>().as_bytes());
    for start in [Vec::new(), half] {
        let server = Server::start(vec![Act::SendThenHang(start)]).await;
        let before = Instant::now();
        assert_eq!(ask_with(Dialect::OpenAi, &server, manners.clone()).await, Err(ChatError::TimedOut));
        assert_eq!(server.asked().len(), 2);
        assert!(before.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn the_whole_call_ends_at_its_deadline_whatever_is_tried() {
    let deadlines = Deadlines { whole_call: Duration::from_millis(200), ..quick().deadlines };
    let server = Server::start(vec![Act::SendThenHang(Vec::new())]).await;
    let before = Instant::now();
    assert_eq!(ask_with(Dialect::OpenAi, &server, Manners { deadlines, ..quick() }).await, Err(ChatError::TimedOut));
    assert!(before.elapsed() < Duration::from_secs(1));
}

/// How long a call takes to end after it is cancelled 50 ms after its start: the best of three, because this computer may
/// be busy with something else.
async fn time_to_cancel(wire: Wire, act: Act) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let server = Server::start(vec![act.clone()]).await;
        let deadlines = Deadlines { silence: Duration::from_secs(30), one_try: Duration::from_secs(30), ..quick().deadlines };
        let model = model(wire.dialect(), &server.base(), Manners { deadlines, ..quick() });
        let (cancel, question) = (CancellationToken::new(), request());
        let (outcome, cancelled_at) = tokio::join!(model.chat(&question, &cancel), async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            cancel.cancel();
            Instant::now()
        });
        best = best.min(cancelled_at.elapsed());
        assert_eq!(outcome, Err(ChatError::Cancelled), "{wire:?}");
        if matches!(act, Act::SendThenHang(_)) {
            assert!(server.saw_hang_up().await, "{wire:?}: the provider's work is stopped");
        }
    }
    best
}

#[tokio::test]
async fn a_cancelled_call_ends_within_a_tenth_of_a_second_and_hangs_up() {
    for wire in [Wire::OpenAiStream, Wire::AnthropicStream, Wire::Ollama] {
        for start in [Vec::new(), wire.framed(b"\n")] {
            assert!(time_to_cancel(wire, Act::SendThenHang(start)).await < Duration::from_millis(100), "{wire:?}");
        }
    }
}

#[tokio::test]
async fn a_cancelled_wait_between_tries_ends_too() {
    let busy = Act::Send(answer(503, &[("retry-after", "20")], ""));
    assert!(time_to_cancel(Wire::OpenAiStream, busy).await < Duration::from_millis(100));
}

#[tokio::test]
async fn nobody_there_is_said_at_once() {
    let server = Server::start(vec![good_act()]).await;
    let base = server.base();
    drop(server);
    tokio::time::sleep(Duration::from_millis(20)).await;
    let outcome = model(Dialect::OpenAi, &base, quick()).chat(&request(), &CancellationToken::new()).await;
    assert_eq!(outcome, Err(ChatError::Unreachable));
}

#[tokio::test]
async fn after_repeated_failures_the_provider_is_left_alone() {
    let server = Server::start(vec![Act::Send(json_answer(503, &error_body()))]).await;
    let manners = Manners { breaker: Breaker::new(2, Duration::from_secs(30)), ..quick() };
    for _ in 0..2 {
        assert_eq!(ask_with(Dialect::OpenAi, &server, manners.clone()).await, Err(ChatError::Busy { retry_after: None }));
    }
    assert!(matches!(ask_with(Dialect::OpenAi, &server, manners).await, Err(ChatError::Paused { .. })));
    assert_eq!(server.asked().len(), 10, "the third call is not made");
}

#[tokio::test]
async fn a_used_up_budget_stops_before_anything_is_sent() {
    let server = Server::start(vec![good_act()]).await;
    let dearest = quick().price.at_most(&request());
    let budget = Budget::new(BudgetLimits { cost: Some(dearest), tokens: None }, Spending::default());
    assert!(ask_with(Dialect::OpenAi, &server, manners_with(&budget)).await.is_ok());
    assert_eq!(budget.taken().cost, Cost::from_micros(150), "settled at what it did cost");
    let outcome = ask_with(Dialect::OpenAi, &server, manners_with(&budget)).await;
    assert_eq!(outcome, Err(ChatError::BudgetStop(BudgetStop::CostLimit)));
    assert_eq!(server.asked().len(), 1);
}

#[tokio::test]
async fn eight_calls_at_once_do_not_pass_the_budget() {
    let server = Server::start(vec![Act::SendThenHang(Vec::new())]).await;
    let dearest = quick().price.at_most(&request());
    let budget = Budget::new(BudgetLimits { cost: Some(dearest.plus(dearest).plus(dearest)), tokens: None }, Spending::default());
    let manners = Manners { retry: RetryPolicy { tries: 1, ..quick().retry }, ..manners_with(&budget) };
    let calls = (0..8).map(|_| ask_with(Dialect::OpenAi, &server, manners.clone()));
    let outcomes = futures::future::join_all(calls).await;
    let stopped = outcomes.iter().filter(|outcome| **outcome == Err(ChatError::BudgetStop(BudgetStop::CostLimit))).count();
    assert_eq!((stopped, server.asked().len()), (5, 3));
    assert_eq!(budget.taken().cost, dearest.plus(dearest).plus(dearest), "a call that ran into silence may have been billed");
}

#[tokio::test]
async fn a_refused_call_costs_nothing() {
    let server = Server::start(vec![Act::Send(json_answer(401, &error_body()))]).await;
    let budget = Budget::unlimited();
    assert_eq!(ask_with(Dialect::OpenAi, &server, manners_with(&budget)).await, Err(ChatError::KeyRefused));
    assert_eq!(budget.taken(), Spending::default());
}

#[tokio::test]
async fn no_error_tells_the_key_the_address_or_what_was_said() {
    let bodies = [
        json_answer(401, &error_body()),
        json_answer(500, &error_body()),
        answer(200, &[], "canary-of-the-provider"),
        stream_answer("text/event-stream", "data: {\"canary-of-the-provider\": 1}\n\n"),
        Vec::new(),
    ];
    for bytes in bodies {
        let server = Server::start(vec![Act::Send(bytes)]).await;
        let error = ask(Dialect::OpenAi, &server).await.expect_err("must fail");
        let told = format!("{error} {error:?}");
        for canary in [KEY, "canary", "127.0.0.1", "Pumps"] {
            assert!(!told.contains(canary), "{told}");
        }
    }
    assert!(!format!("{:?}", request()).contains("Pumps"));
}
