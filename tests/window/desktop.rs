//! A virtual screen, a session bus, a folder and the program on them; all of it ends with the value.

use crate::screen;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a desktop of its own.
pub(crate) struct Desktop {
    folder: TempDir,
    port: u16,
    session: String,
    /// In the order in which they are ended.
    processes: Vec<Child>,
}

impl Desktop {
    /// Starts all of it. Fails with what is missing on this machine.
    pub(crate) fn start() -> Result<Self, &'static str> {
        let program = built_program().ok_or("the program autoreach-desktop is not built; `cargo build -p autoreach` builds it")?;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for name in ["home", "run", "data", "screen"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder can be made");
        }
        only_ours(&folder.path().join("run"));
        let (screen, display) = start_screen(folder.path()).ok_or("Xvfb is missing")?;
        let (bus, address) = start_bus().ok_or("dbus-daemon is missing")?;
        let port = free_port();
        let driver = start_driver(folder.path(), port, &display, &address).ok_or("WebKitWebDriver is missing")?;
        let mut desktop = Self { folder, port, session: String::new(), processes: vec![driver, bus, screen] };
        desktop.await_driver();
        desktop.session = desktop.open_session(&program);
        Ok(desktop)
    }

    /// The window's title as its page has it.
    pub(crate) fn title(&self) -> String {
        self.get("title").as_str().unwrap_or_default().to_owned()
    }

    /// Asks a command as the page would: `{"ok": ...}` or `{"error": ...}`.
    pub(crate) fn ask(&self, command: &str, request: &Value) -> Value {
        let call = format!("window.__TAURI_INTERNALS__.invoke({}, {{ request: {request} }})", json!(command));
        self.evaluate(&format!("{call}.then((ok) => done({{ ok: ok ?? null }}), (error) => done({{ error }}))"))
    }

    /// Runs a script in the page until it calls `done`.
    pub(crate) fn evaluate(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.post(&format!("/session/{}/execute/async", self.session), &json!({ "script": script, "args": [] }))
    }

    /// Saves what stands on the screen, native menu included, where a person can look at it.
    pub(crate) fn save_screen(&self, name: &str) {
        let folder = built_folder().join("window-screens");
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        // The page was painted at least once when it answers from an animation frame.
        self.evaluate("requestAnimationFrame(() => requestAnimationFrame(() => done(null)))");
        std::thread::sleep(Duration::from_millis(300));
        let dump = std::fs::read(self.folder.path().join("screen/Xvfb_screen0")).expect("the screen can be read");
        screen::save(&dump, &folder.join(format!("{name}.png")));
    }

    fn open_session(&self, program: &Path) -> String {
        let options = json!({ "binary": program, "args": [] });
        let wish = json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } });
        let opened = self.post("/session", &wish);
        opened["sessionId"].as_str().expect("the driver opens a session").to_owned()
    }

    fn await_driver(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the driver does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn get(&self, what: &str) -> Value {
        self.send("GET", &format!("/session/{}/{what}", self.session), "")
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.send("POST", path, &body.to_string())
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("the driver listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit can be set");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + body).as_bytes()).expect("the driver takes the request");
        let answer: Value = serde_json::from_slice(&body_of(BufReader::new(stream))).expect("the driver speaks JSON");
        assert!(answer["value"]["error"].is_null() || answer["value"]["stacktrace"].is_null(), "{method} {path}: {answer}");
        answer["value"].clone()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.send("DELETE", &format!("/session/{}", self.session), "");
        }
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// The body of an answer whose length is named.
fn body_of(mut answer: impl BufRead) -> Vec<u8> {
    let (mut line, mut length) = (String::new(), 0);
    while answer.read_line(&mut line).is_ok_and(|read| read > 2) {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length is a number");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    answer.read_exact(&mut body).expect("the driver answers in time");
    body
}

/// Where cargo puts programs: two levels above the running test.
fn built_folder() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own file");
    test.ancestors().nth(2).expect("tests lie in `deps` below the profile's folder").to_owned()
}

fn built_program() -> Option<PathBuf> {
    Some(built_folder().join("autoreach-desktop")).filter(|program| program.is_file())
}

fn start_screen(folder: &Path) -> Option<(Child, String)> {
    let mut screen = Command::new("Xvfb");
    screen.args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-fbdir"]).arg(folder.join("screen"));
    let mut child = screen.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let number = first_line(&mut child);
    Some((child, format!(":{number}")))
}

fn start_bus() -> Option<(Child, String)> {
    let mut bus = Command::new("dbus-daemon");
    let mut child = bus.args(["--session", "--print-address", "--nofork"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let address = first_line(&mut child);
    Some((child, address))
}

/// The driver starts the program with its own environment, in which nothing leads to a real workspace.
fn start_driver(folder: &Path, port: u16, display: &str, bus: &str) -> Option<Child> {
    let mut driver = Command::new("WebKitWebDriver");
    driver.arg(format!("--port={port}")).stdout(Stdio::null()).stderr(Stdio::null());
    driver.env("DISPLAY", display).env("DBUS_SESSION_BUS_ADDRESS", bus).env_remove("WAYLAND_DISPLAY").env_remove("AUTOREACH_WORKSPACE");
    driver.env("HOME", folder.join("home")).env("XDG_RUNTIME_DIR", folder.join("run")).env("XDG_DATA_HOME", folder.join("data"));
    driver.env_remove("XDG_CONFIG_HOME").env_remove("XDG_CACHE_HOME");
    driver.env("TAURI_WEBVIEW_AUTOMATION", "true").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    driver.spawn().ok()
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    let output = child.stdout.as_mut().expect("its output is piped");
    BufReader::new(output).read_line(&mut line).expect("it says where it is");
    line.trim().to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("a bound port has a number").port()
}

/// A runtime folder that others may enter is refused by those who use it.
fn only_ours(folder: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("the folder is ours");
    #[cfg(not(unix))]
    let _ = folder;
}
