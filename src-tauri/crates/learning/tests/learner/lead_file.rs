//! The public lead-scoring file, for the measuring program and the test that guards it: reading, shuffling, scoring.
//!
//! Columns that were filled in after the label was known are dropped, as are ids; "Select" is a missing value. The file
//! itself is not part of the product and may be absent.

use autoreach_domain::confidence::Features;

/// One lead and what became of it.
pub(crate) struct Lead {
    pub(crate) features: Features,
    pub(crate) converted: bool,
}

const WRITTEN_AFTER_CONTACT: [&str; 8] = [
    "Tags",
    "Lead Quality",
    "Lead Profile",
    "Last Notable Activity",
    "Asymmetrique Activity Index",
    "Asymmetrique Profile Index",
    "Asymmetrique Activity Score",
    "Asymmetrique Profile Score",
];
const NOT_A_PROPERTY: [&str; 4] = ["Prospect ID", "Lead Number", "Converted", ""];

/// Every lead of the file, in its order.
pub(crate) fn read_leads(path: &std::path::Path) -> Result<Vec<Lead>, csv::Error> {
    let mut reader = csv::Reader::from_path(path)?;
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let is_number: Vec<bool> =
        (0..names.len()).map(|column| rows.iter().all(|row| row[column].is_empty() || row[column].parse::<f64>().is_ok())).collect();
    let converted = names.iter().position(|name| name == "Converted").unwrap_or_default();
    let lead = |row: &csv::StringRecord| Lead { features: features(&names, &is_number, row), converted: &row[converted] == "1" };
    Ok(rows.iter().map(lead).collect())
}

fn features(names: &[String], is_number: &[bool], row: &csv::StringRecord) -> Features {
    let mut features = Features::default();
    for (column, name) in names.iter().enumerate() {
        let value = &row[column];
        let is_missing = value.is_empty() || value == "Select";
        if is_missing || WRITTEN_AFTER_CONTACT.contains(&name.as_str()) || NOT_A_PROPERTY.contains(&name.as_str()) {
            continue;
        }
        match value.parse::<f64>() {
            Ok(number) if is_number[column] => features.number(name, number),
            _ => features.category(name, value),
        }
    }
    features
}

/// Splitmix64, enough for a shuffle that is the same everywhere.
pub(crate) fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// The numbers below `count` in an order that depends on the seed alone.
pub(crate) fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut state = seed;
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, (next_random(&mut state) % (last as u64 + 1)) as usize);
    }
    order
}

/// Chance that a positive is ranked above a negative, ties counted half.
pub(crate) fn auc(scored: &[(f64, bool)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut below, mut wins, mut start) = (0.0, 0.0, 0);
    while start < sorted.len() {
        let end = start + sorted[start..].iter().take_while(|(p, _)| *p == sorted[start].0).count();
        let positives = sorted[start..end].iter().filter(|(_, positive)| *positive).count() as f64;
        let negatives = (end - start) as f64 - positives;
        wins += positives * (below + negatives / 2.0);
        below += negatives;
        start = end;
    }
    wins / (below * (sorted.len() as f64 - below)).max(1.0)
}

/// Expected calibration error over ten equal bins.
pub(crate) fn ece(scored: &[(f64, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for (p, positive) in scored {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        bin.0 += p;
        bin.1 += f64::from(u8::from(*positive));
    }
    bins.iter().map(|(foretold, happened): &(f64, f64)| (foretold - happened).abs()).sum::<f64>() / scored.len() as f64
}
