//! List prices of well-known models, for estimates and for the daily limit. Providers change them; what is not listed here is
//! shown as not known and counts by tokens only.

use autoreach_llm::Price;

/// US dollars per million tokens in and out, in hundredths, by the beginning of the model's name; the longer name first. As
/// published by the providers in 2025.
const LISTED: [(&str, u64, u64); 9] = [
    ("gpt-4o-mini", 15, 60),
    ("gpt-4o", 250, 1_000),
    ("gpt-4.1-nano", 10, 40),
    ("gpt-4.1-mini", 40, 160),
    ("gpt-4.1", 200, 800),
    ("claude-3-5-haiku", 80, 400),
    ("claude-haiku-4", 100, 500),
    ("claude-3-7-sonnet", 300, 1_500),
    ("claude-sonnet-4", 300, 1_500),
];
/// Millionths in a hundredth.
const MICROS: u64 = 10_000;

/// The list price of a model in the cloud, where it is known.
pub(super) fn of(model: &str) -> Option<Price> {
    let name = model.rsplit('/').next().unwrap_or(model);
    let listed = LISTED.iter().find(|(beginning, ..)| name.starts_with(beginning));
    listed.map(|(_, input, output)| Price { input_per_million_micros: input * MICROS, output_per_million_micros: output * MICROS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_known_by_the_beginning_of_its_name_also_behind_a_provider() {
        let cents = |model: &str| of(model).map(|price| price.input_per_million_micros / MICROS);
        assert_eq!(cents("gpt-4o-mini-2024-07-18"), Some(15), "the longer name is looked for first");
        assert_eq!(cents("openai/gpt-4o"), Some(250));
        assert_eq!(cents("llama3.2:3b"), None);
    }
}
