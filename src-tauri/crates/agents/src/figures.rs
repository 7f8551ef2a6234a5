//! Numbers as a reader writes them.

use autoreach_domain::workflow::Language;

/// A number in groups of three digits: `14,600` in English, `14.600` in German.
pub(crate) fn thousands(number: u32, language: Language) -> String {
    let mark = match language {
        Language::English => ',',
        Language::German => '.',
    };
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}
