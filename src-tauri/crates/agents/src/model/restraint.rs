//! What a model's words may hold, whatever a page made it say: they lead nowhere, a claim speaks of the facts it names, and a
//! sentence without facts says nothing at all.
//!
//! None of it looks for hostile words. A word is either one that every business mail is made of, or the workflow's own, or
//! one of a fact that the sentence names; a word too many, and a person reads the mail first.

use autoreach_domain::dossier::Finding;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of a claim that may come from nowhere: a verb or a picture of the writer's own.
const MOST_STRAY_WORDS: usize = 2;
/// Words of a subject that may.
const MOST_STRAY_SUBJECT_WORDS: usize = 1;
/// Words of a subject that need not speak of any fact.
const SHORT_SUBJECT: usize = 3;
/// Letters by which two forms of a word are taken for one: "plan", "plans", "planning"; "shipment", "shipments".
const STEM_LETTERS: usize = 5;
/// Words below this length are not looked at: articles, "is", "to".
const SHORTEST_WORD: usize = 3;

/// Marks of a plain sentence.
const PLAIN_MARKS: &str = ".,;!?'’…–—-";

/// Endings of hosts that are met in mails; any ending with a path behind it counts too.
const ENDINGS: &str = "com|net|org|io|eu|de|dk|se|no|fi|fr|es|it|nl|example|shop|app|dev|ai|info|biz|xyz|online|site|store|club|top|live|pro|me|tv|cc|\
    ly|gl|gg|uk|us|ca|au|nz|ie|ch|at|be|pl|cz|pt|ru|cn|jp|br|mx|tr|za|test|local|link|click|page|cloud|tech|space|website|email";

/// Anything that leads somewhere, spelt out or in disguise: only code may put it into a mail.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    let patterns = [
        r"https?:|hxxp|://|www\.|@|[\(\[\{]\s*(?:at|dot)\s*[\)\]\}]".to_owned(),
        format!(r"\b[a-z0-9-]+\.(?:{ENDINGS})\b"),
        r"\b[a-z0-9-]{2,}\.[a-z]{2,}/\w".to_owned(),
        format!(r"\b[a-z0-9-]+\s+(?:dot|punkt|point|punto)\s+(?:{ENDINGS})\b"),
        // Telephone numbers and bank accounts.
        r"(?:\+|\b00)\s?\d[\d\s()/.-]{5,}\d|\b\d{2,5}(?:[ /-]\d{2,}){3,}\b|\b[a-z]{2}\d{2}(?:\s?[a-z0-9]{4}){3,}".to_owned(),
    ];
    Regex::new(&format!("(?i){}", patterns.join("|"))).expect("the patterns are well formed")
});

/// Words that every business mail is made of, English and German.
const COMMON: &str = "about above across after again against ahead all almost along already also always among and another any anyone anything are \
    around because been before begin behind being below best better between big both bring busy but call came can care careers carry change clear \
    close come comes common companies company could current customers daily day days deal depend did different does done down during each early easy \
    else enough even ever every everything exactly example fact far few field find first fit follow for free from full further get gets give goes \
    going good great grow growing had half hand hands happen has have hear help helps here high hire hiring how idea interest into is its job jobs \
    just keep kind know large last later lead leads learn least leave less let like likely line lines list lists little long look looks lot made main \
    make makes making manage many matter may mean means meet might mind month more most move moves much must name near need needs never new news next \
    nice not note noticed nothing now number off offer office often once one only onto open opening order other others our out over own page part \
    parts people perhaps place plan planned planner planning plans plus point posted practice present press problem process product question quick \
    quickly quite rather reach read ready reason recent recently right role roles run running runs said same saw say says see seen sense service set \
    several share she short should show shows side similar simple since site small some something soon start started state stay step steps still stop \
    such support sure take takes talk team teams tell than thank that the their them then there these they thing things think this those though \
    through time times today together too took top towards track true try turn two under until upon use used useful uses using usually very view want \
    was way ways website week weeks well went were what when where whether which while who whole why will with within without wonder work working \
    works world worth would write year years yes yet you your \
    aber alle allem allen aller alles als also am an andere auch auf aus bei beim bereits besser bin bis bitte da dabei dafür damit dann das dass dazu \
    dein dem den denn der des deshalb die dies diese diesem diesen dieser dieses doch dort durch eben ein eine einem einen einer eines einfach einmal \
    er erst es etwa etwas euch euer frage fragen für gar gegen gern gerne gesehen gerade gibt gut habe haben hat helfen hier hilft hinter ich ihm ihn \
    ihnen ihr ihre ihrem ihren ihrer im immer in ist ja jede jeden jeder jetzt kann kein keine können kommt läuft lassen lange liegt machen macht man \
    mehr mein mit möchte muss müssen nach neben neue neuen nicht nichts noch nun nur ob oder oft ohne passt planen plant planung punkt recht sagen \
    schnell schon sehen sehr seit seite sich sie sieht sind so sofort sogar sonst stelle stellen steht suchen sucht tag tage team thema über um und \
    uns unser unsere unserem unseren unserer unter viel viele vielen vom von vor war was weg weil weiter welche wenn wer werden wie wieder will wir \
    wird wissen wo woche zeigt zeit zu zum zur zusammen zwei zwischen";

static COMMON_STEMS: LazyLock<HashSet<String>> = LazyLock::new(|| COMMON.split_ascii_whitespace().map(stem).collect());

/// Does a text lead somewhere: a link, an address, a telephone number, an account?
pub(crate) fn leads_elsewhere(text: &str) -> bool {
    ELSEWHERE.is_match(text)
}

/// Does a claim speak of the facts it names, and of little else? `own_words` are those of the workflow and the lead.
pub(super) fn speaks_of(text: &str, facts: &[&Finding], own_words: &str) -> bool {
    let Told { of_facts, strays } = told(text, facts, own_words);
    of_facts > 0 && strays <= MOST_STRAY_WORDS
}

/// May a subject be this: about a fact, or so short and plain that it says nothing?
pub(super) fn is_subject(text: &str, facts: &[&Finding], own_words: &str) -> bool {
    let Told { of_facts, strays } = told(text, facts, own_words);
    let is_about_a_fact = of_facts > 0 && strays <= MOST_STRAY_SUBJECT_WORDS;
    !text.is_empty() && (is_about_a_fact || (strays == 0 && text.split_whitespace().count() <= SHORT_SUBJECT))
}

/// How many words of a text are those of facts, and how many are nobody's.
struct Told {
    of_facts: usize,
    strays: usize,
}

fn told(text: &str, facts: &[&Finding], own_words: &str) -> Told {
    let known: HashSet<String> = facts.iter().flat_map(|fact| words(&format!("{} {}", fact.fact.value(), fact.source.quote))).collect();
    // "We" and "our" stand in every quote; only where a fact has nothing else do they tell that a sentence is about it.
    let is_telling = |word: &String| known.contains(word) && !COMMON_STEMS.contains(word);
    let has_telling = known.iter().any(is_telling);
    let said = words(text);
    let of_facts = said.iter().filter(|word| if has_telling { is_telling(word) } else { known.contains(*word) }).count();
    let is_known = |word: &String| known.contains(word) || COMMON_STEMS.contains(word) || is_in(own_words, word);
    Told { of_facts, strays: said.iter().filter(|word| !is_known(word)).count() }
}

/// Is a sentence made of nothing but the words of every mail and the workflow's own? What lists or quotes something is none: it
/// passes on what stood elsewhere.
pub(super) fn is_small_talk(text: &str, own_words: &str) -> bool {
    let is_plain = |letter: char| letter.is_alphanumeric() || letter.is_whitespace() || PLAIN_MARKS.contains(letter);
    text.chars().all(is_plain) && words(text).iter().all(|word| COMMON_STEMS.contains(word) || is_in(own_words, word))
}

fn is_in(own_words: &str, stem: &str) -> bool {
    own_words.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(stem))
}

/// The stems of the words of a text that are long enough to say something; digits count as a word.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric());
    words.filter(|word| word.chars().count() >= SHORTEST_WORD || word.chars().any(|c| c.is_ascii_digit())).map(stem).collect()
}

fn stem(word: &str) -> String {
    word.chars().take(STEM_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use autoreach_domain::dossier::{Fact, Source};
    use autoreach_domain::ids::FindingId;
    use jiff::Timestamp;

    fn finding(quote: &str) -> Finding {
        let source = Source {
            url: "https://orbital.example/".into(),
            title: String::new(),
            snapshot: String::new(),
            quote: quote.into(),
            offset: 0,
            fetched_at: Timestamp::UNIX_EPOCH,
            published: None,
            unseen: false,
        };
        Finding { id: FindingId::new(Timestamp::UNIX_EPOCH, [1; 10]), fact: Fact::Technology { name: "SAP S/4HANA".into() }, source }
    }

    #[test]
    fn whatever_leads_elsewhere_is_seen_in_disguise_too() {
        for text in [
            "See https://evil.test/x.",
            "Write to boss@evil.test.",
            "It stands at evil-partner dot example, under offer.",
            "Look at evil.shop or bit.ly/evil7.",
            "Mail boss (at) evil (dot) test.",
            "Call +45 20 30 40 50 today.",
            "Pay to DE44 5001 0517 5407 3249 31.",
            "hxxps://evil",
        ] {
            assert!(leads_elsewhere(text), "{text}");
        }
    }

    #[test]
    fn ordinary_sentences_lead_nowhere() {
        for text in [
            "You plan your shipments with SAP S/4HANA.",
            "With 1,200 people in Aarhus you move 14,000 pallets.",
            "You raised 2,000,000 euros on 2026-05-04.",
            "Your e.g. three depots run Node.js services.",
        ] {
            assert!(!leads_elsewhere(text), "{text}");
        }
    }

    #[test]
    fn a_claim_speaks_of_the_facts_it_names() {
        let fact = finding("We plan our shipments with SAP S/4HANA.");
        assert!(speaks_of("You plan your shipments with SAP S/4HANA.", &[&fact], ""));
        assert!(speaks_of("Your planners work in SAP S/4HANA every day.", &[&fact], ""));
        for text in [
            "Nobody needs to look at this mail before it leaves.",
            "Your invoice is overdue and our lawyers have been told.",
            "SAP is fine, but your invoice is overdue and our lawyers have been told.",
        ] {
            assert!(!speaks_of(text, &[&fact], ""), "{text}");
        }
    }

    #[test]
    fn a_subject_speaks_of_a_fact_or_is_short() {
        let fact = finding("We plan our shipments with SAP S/4HANA.");
        for text in ["Your planning", "Your shipments in SAP", "A question"] {
            assert!(is_subject(text, &[&fact], ""), "{text}");
        }
        for text in ["Your invoice is overdue", "Nobody needs to look at this mail", "Free shoes today"] {
            assert!(!is_subject(text, &[&fact], ""), "{text}");
        }
    }

    #[test]
    fn small_talk_says_nothing() {
        assert!(is_small_talk("That is where we come in.", ""));
        assert!(is_small_talk("At Portwise we help with that.", "portwise delay feeds"));
        assert!(is_small_talk("Genau da helfen wir gern.", "genau"));
        assert!(!is_small_talk("by the way, nothing beats the running shoes of velocita.", ""));
        assert!(!is_small_talk("you get a full refund and a free year from us.", ""));
        for list in ["others we write to: the team []", "others we write to (the team)", "we use \"the site\" now", "see: this | that"] {
            assert!(!is_small_talk(list, "team"), "{list}");
        }
    }
}
