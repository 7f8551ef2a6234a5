//! Head counts as people and exporters write them: one number, a range, a lower or an upper bound.

/// Largest head count believed; more is a mistake or an id.
const MOST_PEOPLE: f64 = 10_000_000.0;

/// The number of people a text speaks of: a range gives its middle, a bound the bound. `None` for anything else.
pub(crate) fn head_count(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let numbers = numbers_in(&lower)?;
    let people = match numbers.as_slice() {
        [one] => *one,
        [from, to] if from <= to && has_range_sign(&lower) => (from + to) / 2.0,
        _ => return None,
    };
    (people <= MOST_PEOPLE && !has_other_words(&lower)).then_some(people.round() as u32)
}

/// Words beside the numbers that keep the text a head count; any other word makes it something else (a date, a sum).
const WORDS: [&str; 25] = [
    "bis",
    "to",
    "from",
    "von",
    "ca",
    "circa",
    "about",
    "approx",
    "approximately",
    "etwa",
    "rund",
    "über",
    "over",
    "more",
    "than",
    "mehr",
    "als",
    "unter",
    "under",
    "up",
    "employees",
    "mitarbeiter",
    "people",
    "mitarbeitende",
    "ma",
];

fn has_other_words(lower: &str) -> bool {
    let words = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.into_iter().any(|word| word != "k" && !WORDS.contains(&word))
}

fn has_range_sign(lower: &str) -> bool {
    lower.contains(['-', '–', '—']) || lower.split_whitespace().any(|word| word == "bis" || word == "to")
}

/// The numbers of a text, thousands put together; `None` when one cannot be read.
fn numbers_in(lower: &str) -> Option<Vec<f64>> {
    let mut numbers = Vec::new();
    let mut rest = lower;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[start..];
        let end = end_of_number(rest);
        let (number, behind) = rest.split_at(end);
        let thousands = behind.starts_with('k');
        numbers.push(read_number(number)? * if thousands { 1_000.0 } else { 1.0 });
        rest = behind;
    }
    (!numbers.is_empty()).then_some(numbers)
}

/// Where a number ends: digits, and separators that stand directly before a digit.
fn end_of_number(text: &str) -> usize {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let is_digit = |at: usize| characters.get(at).is_some_and(|(_, c)| c.is_ascii_digit());
    let group_of_three = |at: usize| is_digit(at) && is_digit(at + 1) && is_digit(at + 2) && !is_digit(at + 3);
    for (index, (at, c)) in characters.iter().enumerate() {
        let goes_on = match c {
            '0'..='9' => true,
            '.' | ',' => is_digit(index + 1),
            '\'' | '’' | ' ' | '\u{A0}' | '\u{202F}' => group_of_three(index + 1),
            _ => false,
        };
        if !goes_on {
            return *at;
        }
    }
    text.len()
}

/// `1,200`, `1.200`, `1 200` and `1'200` are twelve hundred; `1.5` and `12.0` have a fraction.
fn read_number(text: &str) -> Option<f64> {
    let groups: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let in_thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[0] != "0" && groups[1..].iter().all(|group| group.len() == 3);
    match groups.as_slice() {
        [whole] => whole.parse().ok(),
        _ if in_thousands => groups.concat().parse().ok(),
        [whole, fraction] => format!("{whole}.{fraction}").parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_spelling_is_read() {
        let cases = [
            ("120", 120),
            ("1,200", 1_200),
            ("1.200", 1_200),
            ("1 200", 1_200),
            ("1'200", 1_200),
            ("12.0", 12),
            ("51-200", 126),
            ("51 – 200 employees", 126),
            ("1,001-5,000", 3_001),
            ("50 bis 80", 65),
            ("10.001+", 10_001),
            ("10000+", 10_000),
            ("> 500", 500),
            ("<50", 50),
            ("ca. 120 Mitarbeiter", 120),
            ("1.5k", 1_500),
            ("2k", 2_000),
            ("0", 0),
            ("1.234.567", 1_234_567),
        ];
        for (text, people) in cases {
            assert_eq!(head_count(text), Some(people), "{text}");
        }
    }

    #[test]
    fn what_is_no_head_count_is_not_guessed() {
        for text in
            ["", "many", "10-Feb", "2024-03-05", "€ 5 Mio", "5 million EUR", "200-51", "1 2 3 4", "99999999999", "-", "12.34.5", "½"]
        {
            assert_eq!(head_count(text), None, "{text}");
        }
    }
}
