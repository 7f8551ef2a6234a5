//! The command line as a user's shell starts it: the built `autoreach` next to the running test or bench program.
//!
//! Nothing of the caller's environment that could lead to a real workspace is handed on. Secrets travel in the
//! environment, as in scripts; every answer is asked for as JSON.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::workspace::PASSPHRASE;

/// The program and the workspace it is asked about.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    workspace: PathBuf,
    options: Vec<String>,
}

/// What a command said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// The JSON object on standard output; null when there is none.
    pub json: Value,
    /// Standard output as it came.
    pub bytes: Vec<u8>,
    /// Standard error, for messages of failing tests.
    pub complaint: String,
}

impl Answer {
    /// Reads what a program left behind.
    pub fn of(output: Output) -> Self {
        let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { code: output.status.code(), json, bytes: output.stdout, complaint }
    }

    /// The code of the error it reported, if it did.
    pub fn error(&self) -> Option<&str> {
        self.json["error"]["code"].as_str()
    }
}

impl Program {
    /// The built program, for a workspace below `folder`; `None` when it was not built.
    pub fn find(folder: &Path) -> Option<Self> {
        let name = format!("autoreach{}", std::env::consts::EXE_SUFFIX);
        let own = std::env::current_exe().ok()?;
        let path = own.ancestors().skip(1).take(2).map(|dir| dir.join(&name)).find(|path| path.exists())?;
        Some(Self { path, workspace: folder.join("workspace"), options: Vec::new() })
    }

    /// The folder of the workspace.
    pub fn workspace(&self) -> &Path {
        &self.workspace
    }

    /// The same program for another workspace.
    pub fn for_workspace(&self, workspace: PathBuf) -> Self {
        Self { workspace, ..self.clone() }
    }

    /// The same program at a named instant; for simulated workspaces.
    pub fn at(&self, instant: &str) -> Self {
        Self { options: vec!["--at".to_owned(), instant.to_owned()], ..self.clone() }
    }

    /// A command that answers in JSON, not yet started.
    pub fn command<T: AsRef<str>>(&self, arguments: &[T]) -> Command {
        let mut command = Command::new(&self.path);
        for inherited in ["AUTOREACH_WORKSPACE", "AUTOREACH_PASSPHRASE", "AUTOREACH_MAIL_PASSWORD", "AUTOREACH_LOG"] {
            command.env_remove(inherited);
        }
        // Without a variable the bus of whoever runs the tests would be found by its usual place: their keychain, their screen.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command.env("AUTOREACH_PASSPHRASE", PASSPHRASE).env("XDG_DATA_HOME", &self.workspace).env("AUTOREACH_LOG", "debug");
        command.arg("--workspace").arg(&self.workspace).args(["--json", "--quiet", "--reviewer", "Ana"]).args(&self.options);
        command.args(arguments.iter().map(AsRef::as_ref));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    pub fn ask<T: AsRef<str>>(&self, arguments: &[T]) -> Answer {
        Answer::of(self.command(arguments).output().expect("the program was found and can be started"))
    }

    /// Runs a command that must succeed.
    pub fn must<T: AsRef<str>>(&self, arguments: &[T]) -> Answer {
        let answer = self.ask(arguments);
        let said: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
        assert_eq!(answer.code, Some(0), "autoreach {}: {} {}", said.join(" "), answer.json, answer.complaint);
        answer
    }
}
