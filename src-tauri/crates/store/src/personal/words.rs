//! Finding a person's names in texts and taking them out.

/// What stands where a name stood.
const ERASED: &str = "[erased]";

/// Names and addresses, longest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// Of these, those that name one person: an address, or a name of at least two words.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let names_somebody = |text: &String| text.contains('@') || text.split_whitespace().count() > 1;
        let mut words: Vec<String> = texts.into_iter().map(|text| text.trim().to_owned()).filter(names_somebody).collect();
        words.sort_by_key(|word| (std::cmp::Reverse(word.len()), word.clone()));
        words.dedup();
        Self(words)
    }

    /// They, longest first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The text without them, in whatever letters they are written; `None` where it holds none.
    pub fn taken_out_of(&self, text: &str) -> Option<String> {
        let taken = self.0.iter().fold(text.to_owned(), |text, word| without(&text, word));
        (taken != text).then_some(taken)
    }
}

fn without(text: &str, word: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some(letter) = rest.chars().next() {
        match length_of(rest, word) {
            Some(length) => {
                kept.push_str(ERASED);
                rest = &rest[length..];
            }
            None => {
                kept.push(letter);
                rest = &rest[letter.len_utf8()..];
            }
        }
    }
    kept
}

/// How many bytes the word takes at the beginning of the text.
fn length_of(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in word.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(place, _)| place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_in_whatever_letters_and_single_words_stay() {
        let words = Words::new(["Wei Rao", "wei.rao@orbital.example", "Rao"].map(str::to_owned));
        let text = "Hi WEI RAO, is Wei.Rao@Orbital.example yours? Raoul asks.";
        assert_eq!(words.taken_out_of(text).as_deref(), Some("Hi [erased], is [erased] yours? Raoul asks."));
        assert_eq!(words.taken_out_of("Nobody here"), None);
    }
}
