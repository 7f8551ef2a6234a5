//! Running the program in a folder of its own, cut off from the tester's own settings and keychain.

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A passphrase for workspaces that protect nothing.
pub(crate) const PASSPHRASE: &str = "four unrelated test words";

/// A data folder and a program that knows no other.
pub(crate) struct Program {
    data: TempDir,
}

/// How a command ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The one JSON object on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {} {}", self.out, self.err))
    }

    /// The code of the error answered.
    pub(crate) fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().expect("an error with a code").to_owned()
    }
}

impl Program {
    /// An empty data folder.
    pub(crate) fn new() -> Self {
        Self { data: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The same with the demo run through.
    pub(crate) fn with_demo() -> Self {
        let program = Self::new();
        let ran = program.run(&["demo", "--quiet"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        program
    }

    /// The same with a workspace that opens with [`PASSPHRASE`].
    pub(crate) fn with_workspace(arguments: &[&str]) -> (Self, Ran) {
        let program = Self::new();
        std::fs::write(program.path("passphrase"), PASSPHRASE).expect("the folder is ours");
        let ran = program.run(&[&["init", "--json"], arguments].concat());
        (program, ran)
    }

    /// A path in the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    /// A command in this data folder. The passphrase is given wherever a workspace was made with one.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_autoreach"));
        command.args(arguments).env_clear().current_dir(self.data.path());
        command.env("XDG_DATA_HOME", self.data.path()).env("HOME", self.data.path()).env("APPDATA", self.data.path()).env("USER", "tester");
        if self.path("passphrase").exists() {
            command.env("AUTOREACH_PASSPHRASE", PASSPHRASE);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ended(self.command(arguments))
    }

    /// Runs a command to its end with `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        self.feed(self.command(arguments), input)
    }

    /// Runs a prepared command to its end with `input` on standard input.
    pub(crate) fn feed(&self, mut command: Command, input: &str) -> Ran {
        let mut child = command.stdin(Stdio::piped()).spawn().expect("the program was built");
        // A program that ends before reading everything is no fault of the test.
        let _ = child.stdin.take().expect("piped above").write_all(input.as_bytes());
        ran(child.wait_with_output().expect("it was started"))
    }

    /// The JSON of a command that must succeed.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {} {}", ran.out, ran.err);
        ran.json()
    }
}

/// Runs a prepared command to its end.
pub(crate) fn ended(mut command: Command) -> Ran {
    ran(command.output().expect("the program was built"))
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("output is text"),
        err: String::from_utf8(output.stderr).expect("messages are text"),
    }
}

/// Is a byte sequence anywhere in the files of a folder?
pub(crate) fn any_file_holds(dir: &Path, needle: &str) -> bool {
    std::fs::read_dir(dir).expect("the folder is there").flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return any_file_holds(&path, needle);
        }
        let bytes = std::fs::read(&path).expect("the file is ours");
        bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
    })
}
