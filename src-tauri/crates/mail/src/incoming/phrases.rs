//! How people say "leave me alone", "no" and "yes": lists of phrases (see [`super::words`]) in files of their own.
//!
//! English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish and Norwegian, Polish, Finnish, Czech.
//! The lists are kept narrow: each phrase names whom or what it is about, so that "how do we unsubscribe from our old
//! supplier" is no wish to be left alone.

/// A list of phrases, one a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrases(&'static str);

/// A subject or a whole answer that is nothing but the wish.
pub(super) const OPT_OUT_ALONE: Phrases = Phrases(include_str!("phrases/opt_out_alone.txt"));
/// A wish to be left alone, within a text.
pub(super) const OPT_OUT: Phrases = Phrases(include_str!("phrases/opt_out.txt"));
/// A no, without a wish to be left alone for ever.
pub(super) const NOT_INTERESTED: Phrases = Phrases(include_str!("phrases/not_interested.txt"));
/// A wish to meet, to talk or to know more.
pub(super) const POSITIVE: Phrases = Phrases(include_str!("phrases/positive.txt"));
/// Doubt, which takes the certainty from a yes.
pub(super) const DOUBTS: Phrases = Phrases(include_str!("phrases/doubts.txt"));
/// The person is away.
pub(super) const AWAY: Phrases = Phrases(include_str!("phrases/away.txt"));
/// The person does not work there any more.
pub(super) const LEFT: Phrases = Phrases(include_str!("phrases/left.txt"));

impl Phrases {
    /// The phrases, without remarks.
    pub(super) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::fold;
    use super::*;

    #[test]
    fn every_phrase_is_written_as_words_are_folded() {
        for list in [OPT_OUT_ALONE, OPT_OUT, NOT_INTERESTED, POSITIVE, DOUBTS, AWAY, LEFT] {
            assert!(list.iter().count() > 5);
            for phrase in list.iter() {
                assert_eq!(fold(phrase), phrase);
                let is_word = |word: &str| word == "_" || word.trim_end_matches('*').chars().all(char::is_alphanumeric);
                let bare = phrase.trim_start_matches('^').trim_end_matches('$');
                assert!(bare.split([' ', '|']).all(|word| is_word(word) && !word.is_empty()), "{phrase}");
            }
        }
    }
}
