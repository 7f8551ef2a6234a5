//! The prompts: one file each, whose first line is its version. A changed prompt is a new version, and with it a new stamp, a
//! new key for answers and a new key for jobs, so that nothing made with the old one is taken for the new one's.

use autoreach_domain::egress::ModelRole;
use std::sync::LazyLock;

/// A prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prompt {
    /// Rises with every change of the words.
    pub version: u32,
    /// What the model is told.
    pub words: &'static str,
    /// What of a lead is shown with it, by the names of the fields.
    pub shows: &'static [&'static str],
}

impl Prompt {
    /// A file's first line is `version N`.
    fn read(file: &'static str, shows: &'static [&'static str]) -> Self {
        let (first, words) = file.split_once('\n').unwrap_or((file, ""));
        let version = first.strip_prefix("version ").and_then(|number| number.trim().parse().ok());
        Self { version: version.expect("the files in this program begin with their version"), words: words.trim(), shows }
    }
}

static READER: LazyLock<Prompt> = LazyLock::new(|| Prompt::read(include_str!("../prompts/reader.txt"), &["page title", "page text"]));
static SCORER: LazyLock<Prompt> = LazyLock::new(|| Prompt::read(include_str!("../prompts/scorer.txt"), &["role", "country", "facts"]));
static WRITER: LazyLock<Prompt> = LazyLock::new(|| Prompt::read(include_str!("../prompts/writer.txt"), &["company", "role", "facts"]));
static CHECKER: LazyLock<Prompt> = LazyLock::new(|| Prompt::read(include_str!("../prompts/checker.txt"), &["mail"]));

/// The prompt of a model's part.
pub fn prompt(role: ModelRole) -> Prompt {
    match role {
        ModelRole::Reader => *READER,
        ModelRole::Scorer => *SCORER,
        ModelRole::Writer => *WRITER,
        ModelRole::Checker => *CHECKER,
    }
}

/// The stamp on what a model makes in a part: `gpt-4o-mini writer p3`.
pub fn stamp(model: &str, role: ModelRole) -> String {
    format!("{model} {role} p{}", prompt(role).version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// The first bytes of each version's hash. Whoever changes a prompt raises its version and writes both here.
    const KNOWN: [(ModelRole, u32, &str); 4] = [
        (ModelRole::Reader, 2, "f843b2b597c2"),
        (ModelRole::Scorer, 1, "336e6931aed5"),
        (ModelRole::Writer, 3, "eda898f1418f"),
        (ModelRole::Checker, 1, "7c681a9fe17e"),
    ];

    #[test]
    fn a_changed_prompt_has_a_new_version() {
        for (role, version, hash) in KNOWN {
            let prompt = prompt(role);
            let digest = Sha256::digest(prompt.words.as_bytes());
            let beginning: String = digest[..6].iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((prompt.version, beginning.as_str()), (version, hash), "{role}");
        }
    }

    #[test]
    fn a_stamp_names_the_model_its_part_and_the_version() {
        assert_eq!(stamp("gpt-4o-mini", ModelRole::Reader), "gpt-4o-mini reader p2");
    }
}
