//! The checkout's own textual rules: what no compiler lint can say about this house. Each is one function from the
//! files to findings. Words the rules look for are put together from halves, so that no rule finds itself.

use std::fmt;

use crate::rust_text::{RustText, has_word};

/// One file of the checkout.
pub(crate) struct SourceFile {
    /// From the root, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// One place that breaks one rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: Rule,
}

/// What was broken.
#[derive(Debug, PartialEq, Eq)]
enum Rule {
    /// Pure crates neither wait nor read a clock, so that everything learned can be replayed.
    Impure,
    /// A dependency against the arrows of the architecture.
    Arrow { from: String, to: String },
    /// A crate no arrow was drawn for yet.
    UnknownCrate { name: String },
    /// A panic that an error should be.
    Unwrap,
    /// A macro or remark that says the work is not finished.
    Unfinished,
    /// A file nobody introduced.
    NoModuleDoc,
    /// A path that exists only on somebody's machine.
    MachinePath,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.rule)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Impure => write!(f, "domain and learning neither wait nor read the clock: take the time as an argument"),
            Self::Arrow { from, to } => write!(f, "{from} may not depend on {to}"),
            Self::UnknownCrate { name } => write!(f, "no arrow is drawn for {name}: add it to the lint's table and to the architecture"),
            Self::Unwrap => write!(f, "unwrap outside tests: return the error, or say in expect why it cannot happen"),
            Self::Unfinished => write!(f, "unfinished work: do it or leave it out"),
            Self::NoModuleDoc => write!(f, "a file of more than {UNINTRODUCED_LINES} lines starts with a //! module doc"),
            Self::MachinePath => write!(f, "an absolute path of one machine"),
        }
    }
}

/// A file up to this length may do without a module doc.
const UNINTRODUCED_LINES: usize = 30;

/// Which of our crates each crate may use. Test-only dependencies are free.
const ARROWS: [(&str, &[&str]); 15] = [
    ("autoreach-domain", &[]),
    ("autoreach-llm", &[]),
    ("autoreach-web", &[]),
    ("autoreach-secrets", &[]),
    ("xtask", &[]),
    ("autoreach-learning", &["autoreach-domain"]),
    ("autoreach-store", &["autoreach-domain"]),
    ("autoreach-import", &["autoreach-domain"]),
    ("autoreach-mail", &["autoreach-domain"]),
    ("autoreach-agents", &["autoreach-domain", "autoreach-llm", "autoreach-web"]),
    ("autoreach-engine", ENGINE_MAY_USE),
    ("autoreach-cli", &["autoreach-engine"]),
    ("autoreach", &["autoreach-engine"]),
    ("autoreach-testkit", &["autoreach-domain", "autoreach-store", "autoreach-llm", "autoreach-web"]),
    ("autoreach-acceptance", ACCEPTANCE_MAY_USE),
];

const ENGINE_MAY_USE: &[&str] = &[
    "autoreach-domain",
    "autoreach-learning",
    "autoreach-store",
    "autoreach-llm",
    "autoreach-web",
    "autoreach-agents",
    "autoreach-import",
    "autoreach-mail",
    "autoreach-secrets",
];

/// Stories prepare what they need through any door.
const ACCEPTANCE_MAY_USE: &[&str] = &[
    "autoreach-domain",
    "autoreach-learning",
    "autoreach-store",
    "autoreach-llm",
    "autoreach-web",
    "autoreach-agents",
    "autoreach-import",
    "autoreach-mail",
    "autoreach-secrets",
    "autoreach-engine",
    "autoreach-cli",
    "autoreach-testkit",
];

/// Folders whose sources decide or fit, and do nothing else.
const PURE_FOLDERS: [&str; 2] = ["src-tauri/crates/domain/src/", "src-tauri/crates/learning/src/"];

/// Applies every rule to every file.
pub(crate) fn lint(files: &[SourceFile]) -> Vec<Finding> {
    files.iter().flat_map(findings_in).collect()
}

fn findings_in(file: &SourceFile) -> Vec<Finding> {
    let mut found = machine_paths(file);
    if file.path.ends_with(".rs") {
        let rust = RustText::new(&file.text);
        found.extend(impure_lines(file, &rust));
        found.extend(unwraps(file, &rust));
        found.extend(unfinished_work(file, &rust));
        found.extend(missing_module_doc(file));
    }
    if file.path.ends_with("Cargo.toml") {
        found.extend(wrong_arrows(file));
    }
    found
}

fn found(file: &SourceFile, line: usize, rule: Rule) -> Finding {
    Finding { path: file.path.clone(), line, rule }
}

fn impure_lines(file: &SourceFile, rust: &RustText) -> Vec<Finding> {
    if !PURE_FOLDERS.iter().any(|folder| file.path.starts_with(folder)) {
        return Vec::new();
    }
    let is_impure = |line: &str| has_word(line, "async") || has_word(line, "await") || (line.contains("now()") && has_word(line, "now"));
    rust.product_lines().filter(|(_, line)| is_impure(line)).map(|(number, _)| found(file, number, Rule::Impure)).collect()
}

fn unwraps(file: &SourceFile, rust: &RustText) -> Vec<Finding> {
    if is_test_file(&file.path) {
        return Vec::new();
    }
    rust.product_lines()
        .filter(|(_, line)| line.contains(concat!(".unw", "rap()")))
        .map(|(number, _)| found(file, number, Rule::Unwrap))
        .collect()
}

fn is_test_file(path: &str) -> bool {
    let path = format!("/{path}");
    path.contains("/tests/") || path.contains("/benches/") || path.ends_with("/tests.rs")
}

fn unfinished_work(file: &SourceFile, rust: &RustText) -> Vec<Finding> {
    let is_remark = |line: &str| [concat!("TO", "DO"), concat!("FIX", "ME")].iter().any(|word| has_word(line, word));
    let is_macro = |line: &str| ["todo!", "dbg!", "unimplemented!"].iter().any(|name| line.contains(name));
    let remarks = rust.comment_lines().filter(|(_, line)| is_remark(line));
    let macros = rust.code_lines().filter(|(_, line)| is_macro(line));
    remarks.chain(macros).map(|(number, _)| found(file, number, Rule::Unfinished)).collect()
}

fn missing_module_doc(file: &SourceFile) -> Option<Finding> {
    let is_long = file.text.lines().count() > UNINTRODUCED_LINES;
    (is_long && !file.text.starts_with("//!")).then(|| found(file, 1, Rule::NoModuleDoc))
}

fn machine_paths(file: &SourceFile) -> Vec<Finding> {
    let lines = file.text.lines().enumerate();
    lines.filter(|(_, line)| names_a_machine(line)).map(|(index, _)| found(file, index + 1, Rule::MachinePath)).collect()
}

/// Home folders of the three systems and the usual roots of build machines. A path inside a web address (a letter or a
/// dot before the slash) or in a link is somebody's page, not somebody's disk.
fn names_a_machine(line: &str) -> bool {
    let homes = [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!(":\\Us", "ers\\")];
    homes.iter().any(|home| line.match_indices(home).any(|(start, _)| is_disk_path(&line[..start], &line[start + home.len()..], home)))
}

fn is_disk_path(before: &str, after: &str, home: &str) -> bool {
    let is_drive = home.starts_with(':');
    let in_address = before.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '}' | '-' | '_' | '*'));
    let in_link = before.ends_with("href=\"") || before.ends_with("src=\"");
    after.starts_with(|letter: char| letter.is_alphanumeric()) && (is_drive || !(in_address || in_link))
}

fn wrong_arrows(file: &SourceFile) -> Vec<Finding> {
    let Some(package) = package_name(&file.text) else { return Vec::new() };
    let own = dependencies(&file.text).filter(|(_, name)| name.starts_with("autoreach"));
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package) else {
        return vec![found(file, 1, Rule::UnknownCrate { name: package.to_owned() })];
    };
    let wrong = own.filter(|(_, name)| !allowed.contains(name));
    wrong.map(|(line, to)| found(file, line, Rule::Arrow { from: package.to_owned(), to: to.to_owned() })).collect()
}

fn package_name(manifest: &str) -> Option<&str> {
    let in_package = manifest.lines().skip_while(|line| line.trim() != "[package]").skip(1).take_while(|line| !line.starts_with('['));
    in_package
        .filter_map(|line| line.split_once('='))
        .find_map(|(key, value)| (key.trim() == "name").then(|| value.trim().trim_matches('"')))
}

/// Numbered names in every section that is linked into the program: normal, build, and per target.
fn dependencies(manifest: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_linked = false;
    manifest.lines().enumerate().filter_map(move |(index, line)| {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (section, single) = single_dependency(section);
            is_linked = section == "dependencies"
                || section == "build-dependencies"
                || section.ends_with("'.dependencies")
                || section.ends_with(").dependencies");
            return single.filter(|_| is_linked).map(|name| (index + 1, name));
        }
        let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
        (is_linked && !name.is_empty() && !name.starts_with('#')).then_some((index + 1, name))
    })
}

/// `[dependencies.name]` is a section and a name at once.
fn single_dependency(section: &str) -> (&str, Option<&str>) {
    match section.rsplit_once("dependencies.") {
        Some((_, name)) => (&section[..section.len() - name.len() - 1], Some(name)),
        None => (section, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        let found = lint(&[SourceFile { path: path.into(), text: text.into() }]);
        found.iter().map(|finding| format!("{}:{}", finding.line, finding.rule)).collect()
    }

    fn lines_found(path: &str, text: &str) -> Vec<usize> {
        lint(&[SourceFile { path: path.into(), text: text.into() }]).iter().map(|finding| finding.line).collect()
    }

    const DOMAIN: &str = "src-tauri/crates/domain/src/lead.rs";
    const ENGINE: &str = "src-tauri/crates/engine/src/clock.rs";

    #[test]
    fn pure_crates_neither_wait_nor_read_the_clock() {
        let text = "async fn a() {}\nlet b = Timestamp::now();\nlet c = later.await;\n";
        assert_eq!(lines_found(DOMAIN, text), [1, 2, 3]);
        assert_eq!(lines_found("src-tauri/crates/learning/src/style/words.rs", text), [1, 2, 3]);
        assert!(lines_found(ENGINE, text).is_empty(), "the engine is where the world is");
    }

    #[test]
    fn time_as_an_argument_is_pure_and_so_is_talking_about_it() {
        let text = "//! Has no async fn and no now().\nfn due(now: Timestamp) -> bool { unknown() && known() }\n#[cfg(test)]\nmod tests {\n    let a = Timestamp::now();\n}\n";
        assert!(lines_found(DOMAIN, text).is_empty());
    }

    #[test]
    fn an_unwrap_belongs_to_tests() {
        let text = "/// `a.unwrap()`\nfn b() { a.unwrap(); }\n#[cfg(test)]\nmod tests {\n    fn c() { a.unwrap(); }\n}\n";
        assert_eq!(lines_found(ENGINE, text), [2]);
        assert!(lines_found("src-tauri/crates/store/tests/main.rs", text).is_empty());
        assert!(lines_found(ENGINE, "fn b() { a.unwrap_or_default(); c(\".unwrap()\"); }\n").is_empty());
    }

    #[test]
    fn unfinished_work_is_found_in_comments_and_in_code() {
        let text = format!(
            "fn a() {{}} // {}: b\nfn c() {{ todo!() }}\nfn d() {{ dbg!(e); }}\n/* {} */\n",
            concat!("TO", "DO"),
            concat!("FIX", "ME")
        );
        let mut lines = lines_found(ENGINE, &text);
        lines.sort_unstable();
        assert_eq!(lines, [1, 2, 3, 4]);
        assert!(lines_found(ENGINE, "// A todo list is a list.\nlet c = \"todo!()\";\n").is_empty());
    }

    #[test]
    fn a_long_file_introduces_itself() {
        let body = "fn a() {}\n".repeat(UNINTRODUCED_LINES);
        assert!(lines_found(ENGINE, &body).is_empty(), "30 lines may do without");
        assert_eq!(lines_found(ENGINE, &format!("{body}fn b() {{}}\n")), [1]);
        assert!(lines_found(ENGINE, &format!("//! Clocks.\n{body}")).is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found_in_any_file() {
        for path in [concat!("/ho", "me/jane/x"), concat!("/Us", "ers/jane/x"), concat!("/wo", "rk/main"), concat!("C:\\Us", "ers\\jane")] {
            assert_eq!(lines_found("README.md", &format!("see\n`{path}`\n")), [2], "{path}");
        }
    }

    #[test]
    fn pages_of_somebodys_site_are_not_paths_of_somebodys_machine() {
        for text in
            [concat!("https://acme.example/ho", "me/about"), concat!("<a href=\"/wo", "rk/with-us\">"), concat!("mount /ho", "me/ first")]
        {
            assert!(lines_found("src-tauri/demo/page.html", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn arrows_go_one_way_only() {
        let manifest = "[package]\nname = \"autoreach-store\"\n\n[dependencies]\nautoreach-domain.workspace = true\nautoreach-engine = { path = \"../engine\" }\n";
        assert_eq!(findings("src-tauri/crates/store/Cargo.toml", manifest), ["6:autoreach-store may not depend on autoreach-engine"]);
    }

    #[test]
    fn every_linked_section_is_looked_at_and_test_dependencies_are_free() {
        let linked = "[package]\nname = \"autoreach-web\"\n[target.'cfg(windows)'.dependencies]\nautoreach-domain.workspace = true\n[dependencies.autoreach-store]\nworkspace = true\n[build-dependencies]\nautoreach-mail = \"1\"\n";
        assert_eq!(lines_found("Cargo.toml", linked), [4, 5, 8]);
        let tests_only = "[package]\nname = \"autoreach-engine\"\n[dependencies]\n# autoreach-cli = 1\nautoreach-web.workspace = true\n[dev-dependencies]\nautoreach-testkit.workspace = true\n";
        assert!(lines_found("Cargo.toml", tests_only).is_empty());
    }

    #[test]
    fn a_crate_without_an_arrow_asks_for_one_and_a_bare_workspace_does_not() {
        assert_eq!(lines_found("Cargo.toml", "[package]\nname = \"autoreach-new\"\n"), [1]);
        assert!(
            lines_found("Cargo.toml", "[workspace]\nmembers = []\n[workspace.dependencies]\nautoreach-domain = { path = \"d\" }\n")
                .is_empty()
        );
    }

    #[test]
    fn a_finding_names_its_place_first() {
        let finding = found(&SourceFile { path: "a/b.rs".into(), text: String::new() }, 7, Rule::Unwrap);
        assert!(finding.to_string().starts_with("a/b.rs:7: unwrap outside tests"));
    }
}
