//! The open window as a person has it: what is on it is found by role and name, and gets real clicks and real keys. It
//! speaks the WebDriver protocol of browsers over plain HTTP.

use super::{Desktop, PATIENCE, built_folder, screen};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// How often a question is asked again while one waits.
const GLANCE: Duration = Duration::from_millis(50);
/// The name of a reference to an element in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The Enter key, as the protocol spells it.
pub const ENTER: &str = "\u{E007}";
/// The Control key.
pub const CONTROL: &str = "\u{E009}";

/// Finds the visible, enabled element of a role whose accessible name is, or begins with, the wanted one.
const FIND: &str = r#"
const [role, wanted] = arguments;
const TAGS = { A: 'link', BUTTON: 'button', TEXTAREA: 'textbox', SELECT: 'combobox', SUMMARY: 'button', H1: 'heading', H2: 'heading' };
const TYPES = { checkbox: 'checkbox', radio: 'radio', button: 'button', number: 'textbox', file: 'file' };
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const roleOf = (one) => one.getAttribute('role') ?? (one.tagName === 'INPUT' ? TYPES[one.type] ?? 'textbox' : TAGS[one.tagName]);
const byId = (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent).join(' ');
const nameOf = (one) => plain(one.getAttribute('aria-label') ?? (one.hasAttribute('aria-labelledby') ? byId(one.getAttribute('aria-labelledby')) : one.labels?.length ? one.labels[0].textContent : one.textContent));
const isThere = (one) => one.type === 'file' || (one.getClientRects().length > 0 && !one.matches(':disabled') && !one.closest('[inert]'));
const all = [...document.querySelectorAll('a, button, input, textarea, select, summary, h1, h2, [role]')].filter((one) => roleOf(one) === role && isThere(one));
const named = all.map((one) => [one, nameOf(one)]);
const found = (named.find(([, name]) => name === wanted) ?? named.find(([, name]) => name.startsWith(wanted)))?.[0] ?? null;
return found?.type === 'radio' ? found.closest('label') : found;
"#;

/// The window; dropping it ends the program.
pub struct Window<'a> {
    desktop: &'a Desktop,
    port: u16,
    session: String,
}

impl<'a> Window<'a> {
    pub(super) fn open(desktop: &'a Desktop, port: u16, wish: &Value) -> Self {
        let mut window = Self { desktop, port, session: String::new() };
        let opened = window.send("POST", "/session", &wish.to_string());
        window.session = opened["sessionId"].as_str().expect("the driver opens a session").to_owned();
        window
    }

    /// The window's title as its page has it.
    pub fn title(&self) -> String {
        self.get("title").as_str().unwrap_or_default().to_owned()
    }

    /// Asks a command as the page would: `{"ok": ...}` or `{"error": ...}`.
    pub fn ask(&self, command: &str, request: &Value) -> Value {
        let call = format!("window.__TAURI_INTERNALS__.invoke({}, {{ request: {request} }})", json!(command));
        self.evaluate(&format!("{call}.then((ok) => done({{ ok: ok ?? null }}), (error) => done({{ error }}))"))
    }

    /// Runs a script in the page until it calls `done`.
    pub fn evaluate(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// All that can be read on it.
    pub fn text(&self) -> String {
        self.run("return document.body.innerText", &[]).as_str().unwrap_or_default().to_owned()
    }

    /// The text a script gives.
    pub fn run_for_text(&self, script: &str) -> String {
        self.run(script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Is the interface part of this build, or does the placeholder stand in for it?
    pub fn has_interface(&self) -> bool {
        self.run("return document.getElementById('app') !== null", &[]) == true
    }

    /// Waits until a text can be read.
    pub fn await_text(&self, wanted: &str) {
        self.await_that(&format!("{wanted:?} can be read"), || self.text().contains(wanted));
    }

    /// Waits until something holds; a failure shows what stood there instead.
    pub fn await_that(&self, what: &str, holds: impl Fn() -> bool) {
        let begun = Instant::now();
        while !holds() {
            if begun.elapsed() > PATIENCE {
                self.save_screen("failed");
                panic!("waited in vain until {what}; on the window stands:\n{}", self.text());
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// Is there such an element now?
    pub fn has(&self, role: &str, name: &str) -> bool {
        self.run(FIND, &[role, name]).is_object()
    }

    /// Clicks what has this role and name, once it is there and enabled.
    pub fn click(&self, role: &str, name: &str) {
        let element = self.element(role, name);
        self.post(&format!("element/{element}/click"), &json!({}));
    }

    /// Empties a field and types into it.
    pub fn fill(&self, name: &str, text: &str) {
        let element = self.element("textbox", name);
        self.post(&format!("element/{element}/clear"), &json!({}));
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Types into a field at the end of what it holds.
    pub fn append(&self, name: &str, text: &str) {
        let element = self.element("textbox", name);
        self.post(&format!("element/{element}/value"), &json!({ "text": text }));
    }

    /// Chooses a file, as the system's dialog would.
    pub fn choose_file(&self, path: &std::path::Path) {
        let element = self.element("file", "");
        self.post(&format!("element/{element}/value"), &json!({ "text": path }));
    }

    /// Presses keys together: modifiers first.
    pub fn press(&self, keys: &[&str]) {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key }));
        let presses: Vec<Value> = down.chain(up).collect();
        self.post("actions", &json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": presses }] }));
    }

    /// Saves what stands on the screen, native menu included, where a person can look at it: once in each theme.
    pub fn save_screen(&self, name: &str) {
        let folder = built_folder().join("window-screens");
        std::fs::create_dir_all(&folder).expect("a folder can be made");
        let own = self.wear(&json!("light"));
        screen::save(&self.desktop.screen(), &folder.join(format!("{name}-light.png")));
        self.wear(&json!("dark"));
        screen::save(&self.desktop.screen(), &folder.join(format!("{name}-dark.png")));
        self.wear(&own);
    }

    /// Shows the page in a theme, or in the system's (`null`), and waits until it is painted; gives the theme before.
    fn wear(&self, theme: &Value) -> Value {
        let change = "const root = document.documentElement; const before = root.dataset.theme ?? null;";
        let take_on = format!("const theme = {theme}; if (theme) root.dataset.theme = theme; else delete root.dataset.theme;");
        // The page was painted at least once when it answers from an animation frame.
        let painted = "requestAnimationFrame(() => requestAnimationFrame(() => done(before)));";
        let before = self.evaluate(&format!("{change} {take_on} {painted}"));
        std::thread::sleep(Duration::from_millis(300));
        before
    }

    fn element(&self, role: &str, name: &str) -> String {
        self.await_that(&format!("there is a {role} {name:?}"), || self.has(role, name));
        self.run(FIND, &[role, name])[ELEMENT].as_str().expect("a found element has a reference").to_owned()
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Value {
        self.post("execute/sync", &json!({ "script": script, "args": arguments }))
    }

    fn get(&self, what: &str) -> Value {
        self.send("GET", &format!("/session/{}/{what}", self.session), "")
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.send("POST", &format!("/session/{}/{what}", self.session), &body.to_string())
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
        let is_refused = !answer["value"]["error"].is_null() && !answer["value"]["stacktrace"].is_null();
        assert!(!is_refused, "{method} {path}: {answer}");
        answer["value"].clone()
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.send("DELETE", &format!("/session/{}", self.session), "");
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
