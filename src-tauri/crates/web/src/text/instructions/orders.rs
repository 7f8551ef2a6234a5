//! Orders told by what their words do, whatever stands between them: "approve this lead", "genehmige diesen Lead".
//!
//! A text is cut into sentences and each word looked up once; a rule names the kinds of words that make an order together.
//! Marketing is full of imperatives, so every rule asks for something that only an agent has: this lead, your draft, a
//! person who is not to be asked. Takes time linear in the length of the text.

use super::super::Span;
use super::words::{self as w, Kinds, kinds_of};

/// Words of a sentence beyond which a new one is begun, so that a text without full stops stays cheap.
const LONGEST_SENTENCE: usize = 80;
/// Words that may stand between an imperative and the beginning of its clause: "would you please just".
const LONGEST_LEAD_IN: usize = 5;
/// Words shown around the one that a rule hangs on.
const SHOWN_BEFORE: usize = 2;
const SHOWN_AFTER: usize = 10;

/// A word with its place in the text.
struct Word {
    start: usize,
    end: usize,
    kinds: Kinds,
    sort: Sort,
    /// It begins a sentence, or stands after a mark such as ":" or ",".
    opens: bool,
    /// A colon stands after it.
    announces: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Plain,
    /// A mail address.
    Address,
    /// A host or a link.
    Link,
    /// Begins with a digit.
    Number,
}

/// Kinds of words that make an order together.
struct Rule {
    /// The word it hangs on.
    on: On,
    /// What else the sentence holds.
    with: &'static [With],
}

enum On {
    /// A verb in the imperative.
    Order(Kinds),
    /// A word anywhere.
    Word(Kinds),
}

/// Something a sentence holds.
enum With {
    /// A word of a kind.
    A(Kinds),
    /// A word of one kind, and at most so many words after it one of another.
    Pair(Kinds, Kinds, usize),
    /// No word of the one kind right before one of the other.
    Apart(Kinds, Kinds),
    /// A word of a sort.
    Of(Sort),
    /// A host, a link or a word for one.
    Link,
    /// A word of a kind with a colon after it.
    Announced(Kinds),
    /// No word of a kind.
    No(Kinds),
}

use On::Order;
use With::{A, Announced, Apart, Link, No, Pair};

const THIS_LEAD: With = Pair(w::THIS, w::LEAD, 2);
const YOUR_OUTPUT: With = Pair(w::YOUR, w::OUTPUT, 3);
const OTHER_LEADS: With = Pair(w::OTHER, w::LEADS.or(w::LEAD), 2);
const ADDRESS: With = With::Of(Sort::Address);
const NUMBER: With = With::Of(Sort::Number);
const NO_APPLICATION: With = No(w::APPLICATION);
const MACHINES: Kinds = w::MACHINE.or(w::AGENT);
const SAYS: Kinds = w::SAY.or(w::PUT).or(w::SEND).or(w::REVEAL).or(w::ASK).or(w::GIVE);

const RULES: &[Rule] = &[
    // Judge this lead.
    Rule { on: Order(w::JUDGE), with: &[THIS_LEAD] },
    Rule { on: Order(w::GIVE), with: &[THIS_LEAD, A(w::RATING)] },
    // Let it out without a person.
    Rule { on: Order(w::RELEASE.or(w::JUDGE)), with: &[A(w::NOT), A(w::REVIEW), A(w::LEAD.or(w::OUTPUT)), A(w::THIS.or(w::YOUR))] },
    Rule { on: Order(w::RELEASE), with: &[A(w::ALL), A(w::WAITS), A(w::LEAD.or(w::LEADS).or(w::OUTPUT))] },
    Rule { on: Order(w::ASK), with: &[A(w::NOT), A(w::PERSON), A(w::THIS)] },
    Rule { on: On::Word(w::REVIEW), with: &[Pair(w::NOT, w::LONGER, 1), A(w::NEEDED), A(w::LEAD.or(w::LEADS))] },
    // Write to somebody else.
    Rule { on: Order(w::SEND), with: &[ADDRESS, A(w::INSTEAD), Pair(w::THE, w::OUTPUT, 0)] },
    Rule { on: Order(w::SEND), with: &[ADDRESS, A(w::INSTEAD), A(w::THE_MAIL)] },
    Rule { on: Order(w::SEND.or(w::PUT)), with: &[ADDRESS, A(w::RECIPIENT)] },
    // Put something into the mail.
    Rule { on: Order(w::SAY.or(w::PUT)), with: &[Link, YOUR_OUTPUT, NO_APPLICATION] },
    Rule { on: Order(w::SAY), with: &[A(w::THAT), YOUR_OUTPUT, Apart(w::THAT, w::YOU), NO_APPLICATION] },
    Rule { on: Order(w::SAY), with: &[A(w::THAT), THIS_LEAD] },
    Rule { on: Order(SAYS), with: &[Pair(w::YOU, w::MAKE, 1), A(w::OUTPUT.or(w::ALL).or(w::RECIPIENT)), NO_APPLICATION] },
    Rule { on: Order(SAYS), with: &[Pair(w::IN, w::YOUR, 0), Pair(w::YOUR, w::OUTREACH, 1), A(w::THAT)] },
    Rule { on: Order(w::PUT), with: &[Pair(w::SUBJECT, w::LINE, 1), NO_APPLICATION] },
    Rule { on: Order(w::ASK.or(w::GIVE).or(w::SAY)), with: &[Pair(w::ASK.or(w::GIVE).or(w::SAY), w::READER, 2), NO_APPLICATION] },
    Rule { on: Order(w::GIVE.or(w::PUT)), with: &[NUMBER, Pair(w::AS, w::REACHED_BY, 2)] },
    // Give something away.
    Rule { on: Order(w::REVEAL.or(w::SAY)), with: &[OTHER_LEADS, A(w::OUTPUT.or(w::YOUR))] },
    // Change what holds.
    Rule { on: Order(w::RAISE), with: &[Pair(w::YOUR, w::AUTONOMY, 4)] },
    Rule { on: Order(w::RAISE), with: &[Pair(w::YOUR, w::SETTING, 2), Pair(w::SETTING, w::FOR, 0), NUMBER] },
    Rule { on: Order(w::DELETE), with: &[OTHER_LEADS, A(w::STORE.or(w::YOUR))] },
    Rule { on: Order(w::DELETE.or(w::IGNORE)), with: &[A(w::OPT_OUT)] },
    Rule { on: Order(w::IGNORE), with: &[A(w::RULES), A(w::EARLIER)] },
    Rule { on: Order(w::IGNORE), with: &[Pair(w::YOUR, w::RULES, 2)] },
    Rule { on: Order(w::RAISE), with: &[Pair(w::RAISE, w::IGNORE, 1), Pair(w::RULES, w::YOUR, 2)] },
    Rule { on: Order(w::FOLLOW), with: &[A(w::NOT), Pair(w::RULES, w::YOUR, 2)] },
    Rule { on: Order(w::REMEMBER), with: &[A(w::LATER), A(w::LEADS)] },
    Rule { on: Order(w::FLAG), with: &[A(w::NOT), Pair(w::THIS, w::PAGE, 1)] },
    Rule { on: Order(w::SKIP), with: &[Pair(w::SKIP, w::PERSON, 1), Pair(w::PERSON, w::REVIEW, 0)] },
    // Say that all is well.
    Rule { on: On::Word(w::REVIEW), with: &[A(w::NOT), A(w::NEEDED), A(w::MACHINE.or(w::AGENT))] },
    Rule { on: On::Word(w::CLEARED), with: &[Pair(w::THIS, w::LEAD_ONLY, 1)] },
    Rule { on: On::Word(w::SETTING), with: &[THIS_LEAD, NUMBER] },
    // Speak of the answer that is being made.
    Rule { on: Order(SAYS), with: &[Pair(w::YOUR, w::ANSWER, 1), No(w::APPLICATION.or(w::US))] },
    Rule { on: Order(w::PUT), with: &[Pair(w::EDGE, w::YOUR.or(w::ALL), 2), A(w::OUTPUT), NO_APPLICATION] },
    Rule { on: On::Word(w::OUTREACH), with: &[Link, A(w::PUT), A(w::LEADS_IN)] },
    Rule { on: On::Word(w::RECIPIENT), with: &[ADDRESS, A(w::OUTREACH)] },
    Rule { on: On::Word(w::RECIPIENT), with: &[ADDRESS, Pair(w::YOU, w::MAKE, 1)] },
    Rule { on: Order(w::SEND.or(w::REVEAL)), with: &[ADDRESS, A(w::SECRET), No(w::NOT)] },
    Rule { on: Order(w::SAY.or(w::REVEAL)), with: &[A(w::NOT), Pair(w::THIS, w::NOTE, 1)] },
    // Say who is meant.
    Rule { on: On::Word(w::NOTE), with: &[Pair(w::NOTE, w::FOR, 1), Pair(w::FOR, w::MACHINE, 3), Announced(MACHINES)] },
    Rule { on: Order(w::FOR), with: &[Pair(w::ALL, MACHINES, 3), Announced(MACHINES)] },
    Rule { on: On::Word(w::MACHINE), with: &[Pair(w::MACHINE, w::READ, 2), Pair(w::READ, w::THIS, 0), A(w::LEADS_IN)] },
    Rule { on: On::Word(w::IF), with: &[A(w::YOU.or(w::ARE)), Pair(w::ARE, w::MACHINE, 4), No(w::TRADE)] },
    Rule { on: On::Word(w::MACHINE), with: &[Pair(w::MACHINE, w::READ, 4), Pair(w::THIS, w::PAGE, 1)] },
    Rule { on: On::Word(w::NOTE), with: &[Pair(w::FOR, w::AGENT, 2), Pair(w::AGENT, w::READ, 4), Pair(w::THIS, w::PAGE, 1)] },
];

/// Where `text` gives an order to an agent, in order.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut sentence: Vec<Word> = Vec::new();
    for_each_word(text, |word, begins| {
        if begins || sentence.len() >= LONGEST_SENTENCE {
            found.extend(order(&sentence));
            sentence.clear();
        }
        sentence.push(word);
    });
    found.extend(order(&sentence));
    found
}

/// The first order in a sentence.
fn order(sentence: &[Word]) -> Option<Span> {
    let all = sentence.iter().fold(Kinds::NONE, |all, word| all.or(word.kinds));
    let hit = RULES.iter().find_map(|rule| rule.hit(sentence, all))?;
    let from = hit.saturating_sub(SHOWN_BEFORE);
    let to = (hit + SHOWN_AFTER).min(sentence.len() - 1);
    Some(Span { start: sentence[from].start, end: sentence[to].end })
}

impl Rule {
    /// The word it hangs on, if the sentence holds all it asks for.
    fn hit(&self, sentence: &[Word], all: Kinds) -> Option<usize> {
        let (Order(kinds) | On::Word(kinds)) = self.on;
        if !all.does(kinds) || !self.with.iter().all(|with| with.may_stand(all)) {
            return None;
        }
        let is_meant = |index: &usize| match self.on {
            Order(kinds) => sentence[*index].kinds.does(kinds) && is_order(sentence, *index),
            On::Word(kinds) => sentence[*index].kinds.does(kinds),
        };
        let hit = (0..sentence.len()).find(is_meant)?;
        self.with.iter().all(|with| with.stands(sentence)).then_some(hit)
    }
}

impl With {
    /// Could it stand in a sentence with words of these kinds?
    fn may_stand(&self, all: Kinds) -> bool {
        match self {
            A(kinds) | Announced(kinds) => all.does(*kinds),
            Pair(first, second, _) => all.does(*first) && all.does(*second),
            No(kinds) => !all.does(*kinds),
            With::Of(_) | Link | Apart(..) => true,
        }
    }

    fn stands(&self, sentence: &[Word]) -> bool {
        match self {
            A(_) | No(_) => true,
            Announced(kinds) => sentence.iter().any(|word| word.announces && word.kinds.does(*kinds)),
            Pair(first, second, within) => {
                let follows = |index: usize| sentence.iter().skip(index + 1).take(within + 1).any(|word| word.kinds.does(*second));
                sentence.iter().enumerate().any(|(index, word)| word.kinds.does(*first) && follows(index))
            }
            Apart(first, second) => !sentence.windows(2).any(|pair| pair[0].kinds.does(*first) && pair[1].kinds.does(*second)),
            With::Of(sort) => sentence.iter().any(|word| word.sort == *sort),
            Link => sentence.iter().any(|word| word.sort == Sort::Link || word.kinds.does(w::LINK.or(w::DOT))),
        }
    }
}

/// Does the word stand where an imperative does: at the beginning of a clause, or after nothing but "please" and the like?
fn is_order(sentence: &[Word], index: usize) -> bool {
    let mut place = index;
    for _ in 0..=LONGEST_LEAD_IN {
        if sentence[place].opens {
            return true;
        }
        let Some(before) = place.checked_sub(1).map(|before| &sentence[before]) else { return true };
        if before.kinds.does(w::JOINS.or(w::YOU)) {
            return true;
        }
        if !before.kinds.does(w::LEADS_IN.or(w::NOT)) {
            return false;
        }
        place -= 1;
    }
    false
}

/// Calls `take` with every word and whether it begins a sentence.
fn for_each_word(text: &str, mut take: impl FnMut(Word, bool)) {
    let (mut ended, mut opens, mut is_new_line, mut position) = (true, true, false, 0);
    for chunk in text.split_inclusive(char::is_whitespace) {
        let start = position;
        position += chunk.len();
        let bare = chunk.trim_end();
        // A line that goes on in small letters goes on with the sentence: cells of a table, lines of a verse.
        let goes_on = bare.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit());
        if is_new_line && !bare.is_empty() && !goes_on {
            (ended, opens) = (true, true);
        }
        is_new_line = (is_new_line && bare.is_empty()) || chunk.ends_with(['\n', '\r']);
        for piece in pieces(bare) {
            let (word, place) = (&bare[piece.0..piece.1], start + piece.0);
            opens |= piece.2;
            let sort = sort_of(word);
            let kinds = if sort == Sort::Plain { kinds_of(&word.to_lowercase()) } else { Kinds::NONE };
            let announces = bare[piece.1..].starts_with(':') || text[position..].starts_with(": ");
            take(Word { start: place, end: start + piece.1, kinds, sort, opens: opens || ended, announces }, ended);
            (ended, opens) = (false, false);
        }
        let marks = &bare[bare.trim_end_matches(|c: char| !c.is_alphanumeric()).len()..];
        if !marks.is_empty() {
            ended |= marks.contains(['.', '!', '?', '\u{2026}', '\u{3002}']);
            opens |= marks.contains([':', ';', ',', '"', '“', '”', '»', ')', ']', '}', '>', '=', '-', '–', '—', '*', '#', '|']);
        }
    }
}

/// The words in a piece of text without white space: from, to, and whether a mark before it opens a clause. Addresses and links stay
/// whole.
fn pieces(bare: &str) -> Vec<(usize, usize, bool)> {
    let start = bare.len() - bare.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let end = start + bare[start..].trim_end_matches(|c: char| !c.is_alphanumeric()).len();
    if start == end {
        return Vec::new();
    }
    let opens =
        |marks: &str| marks.contains([':', ';', ',', '(', '[', '{', '<', '>', '"', '“', '„', '«', '=', '-', '–', '—', '•', '*', '#']);
    if sort_of(&bare[start..end]) != Sort::Plain {
        return vec![(start, end, opens(&bare[..start]))];
    }
    let (mut pieces, mut from, mut mark) = (Vec::new(), None, opens(&bare[..start]));
    for (place, letter) in bare[start..end].char_indices().map(|(place, letter)| (start + place, letter)) {
        let is_part = letter.is_alphanumeric() || letter == '-';
        match (is_part, from) {
            (true, None) => from = Some(place),
            (false, Some(first)) => {
                pieces.push((first, place, mark));
                (from, mark) = (None, !matches!(letter, '\'' | '’' | '.' | '/'));
            }
            (false, None) => mark = true,
            (true, Some(_)) => {}
        }
    }
    pieces.extend(from.map(|first| (first, end, mark)));
    pieces
}

fn sort_of(word: &str) -> Sort {
    let has_letters_around = |place: usize| place > 0 && word[place..].chars().nth(1).is_some_and(char::is_alphanumeric);
    if word.find('@').is_some_and(has_letters_around) {
        return Sort::Address;
    }
    let ends_like_a_host = || {
        let host = word.split('/').next().unwrap_or_default();
        let (name, ending) = host.rsplit_once('.').unwrap_or_default();
        !name.is_empty() && ending.len() >= 2 && ending.chars().all(|c| c.is_ascii_lowercase())
    };
    if word.contains("://") || word.starts_with("www.") || ends_like_a_host() {
        return Sort::Link;
    }
    if word.starts_with(|c: char| c.is_ascii_digit()) { Sort::Number } else { Sort::Plain }
}
