//! An API key in memory: wiped on drop, and without any way to print, copy or serialise it.

use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

/// Shorter than any provider's key; what is shorter was pasted incompletely.
const SHORTEST: usize = 8;

/// Longer than any provider's key; what is longer is some other text.
const LONGEST: usize = 512;

/// What was pasted cannot be a key: too short, too long, or with characters no key has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This does not look like an API key.")]
pub struct UnusableKey;

/// A provider's API key. Implements neither `Debug`, `Display`, `Clone` nor any serde trait. The HTTP client keeps its own
/// copy of the header it becomes, marked as sensitive, for the length of a call.
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Takes the text as pasted or read from a keychain; surrounding white space is dropped.
    pub fn parse(text: impl Into<String>) -> Result<Self, UnusableKey> {
        let text = Zeroizing::new(text.into());
        let trimmed = text.trim();
        let is_plausible = (SHORTEST..=LONGEST).contains(&trimmed.len()) && trimmed.bytes().all(|byte| byte.is_ascii_graphic());
        if is_plausible { Ok(Self(Zeroizing::new(trimmed.to_owned()))) } else { Err(UnusableKey) }
    }

    /// The value of an authentication header, marked as sensitive.
    pub(crate) fn header(&self, scheme: &str) -> HeaderValue {
        let text = Zeroizing::new(format!("{scheme}{}", self.0.as_str()));
        let mut header = HeaderValue::from_str(&text).expect("a key holds visible ASCII only");
        header.set_sensitive(true);
        header
    }

    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.0.starts_with(prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_key_loses_its_white_space() {
        let key = ApiKey::parse("  sk-test-12345678\n").expect("is a key");
        assert_eq!(key.header("Bearer ").to_str().expect("is text"), "Bearer sk-test-12345678");
    }

    #[test]
    fn a_header_of_a_key_never_prints_it() {
        let key = ApiKey::parse("sk-test-12345678").expect("is a key");
        assert_eq!(format!("{:?}", key.header("")), "Sensitive");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused() {
        for text in ["", "short", "has a space in it", "line\nbreak-in-it", "schlüssel-12345", &"x".repeat(513)] {
            assert!(ApiKey::parse(text).is_err(), "{} bytes", text.len());
        }
    }
}
