//! A desktop of its own: a virtual screen, a session bus, a home folder, the services that are wanted on it, and the
//! automation interface that starts the program there. All of it ends with the value; the program can be started on it
//! again and again, which is what a restart is.

mod dunst;
mod focus;
mod keychain;
mod screen;
mod window;

pub use dunst::Dunst;
pub use keychain::Keychain;
pub use window::{CONTROL, ENTER, Window};

use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take before a test fails instead of hanging.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A desktop without a window on it yet.
pub struct Desktop {
    folder: TempDir,
    program: PathBuf,
    port: u16,
    bus: String,
    display: String,
    keychain: Option<Keychain>,
    /// In the order in which they are ended.
    processes: Vec<Child>,
}

impl Desktop {
    /// Starts all of it; the bus offers no service. Fails with what is missing on this machine.
    pub fn start() -> Result<Self, &'static str> {
        Self::start_with("")
    }

    /// The same, where the program may reach the hosts of these `HOST:PORT:ADDRESS` lines.
    pub fn start_with(resolve_lines: &str) -> Result<Self, &'static str> {
        let program = built_program().ok_or("the program autoreach-desktop is not built; `cargo xtask test` builds it")?;
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        for name in ["home", "run", "data", "screen"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder can be made");
        }
        only_ours(&folder.path().join("run"));
        std::fs::write(folder.path().join("resolve.txt"), resolve_lines).expect("a file can be written");
        let (screen, display) = start_screen(folder.path()).ok_or("Xvfb is missing")?;
        let (bus_daemon, bus) = start_bus(folder.path()).ok_or("dbus-daemon is missing")?;
        let mut desktop = Self { folder, program, port: free_port(), bus, display, keychain: None, processes: vec![bus_daemon, screen] };
        let driver = desktop.start_driver().ok_or("WebKitWebDriver is missing")?;
        desktop.processes.insert(0, driver);
        desktop.await_driver();
        Ok(desktop)
    }

    /// Opens the window, as a start from the menu would.
    pub fn open(&self) -> Window<'_> {
        self.open_with(&[])
    }

    /// Opens the window with arguments.
    pub fn open_with(&self, arguments: &[&str]) -> Window<'_> {
        let options = json!({ "binary": self.program, "args": arguments });
        Window::open(self, self.port, &json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } } }))
    }

    /// Starts the program a second time beside the open window and waits until that one ends.
    pub fn start_again(&self, arguments: &[&str]) -> std::process::ExitStatus {
        let mut second = self.on_this_desktop(Command::new(&self.program).args(arguments)).spawn().expect("the program starts");
        let begun = Instant::now();
        loop {
            if let Some(status) = second.try_wait().expect("it can be waited for") {
                return status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = second.kill();
                let _ = second.wait();
                panic!("the second start goes on beside the first");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts the keychain, unlocked; fails with what is missing.
    pub fn unlock_keychain(&mut self) -> Result<&Keychain, &'static str> {
        self.start_keychain(true)
    }

    /// Starts the keychain anew and leaves it locked, as after a login without a password.
    pub fn lock_keychain(&mut self) -> Result<&Keychain, &'static str> {
        self.start_keychain(false)
    }

    /// The keychain goes away, as on a computer that has none.
    pub fn remove_keychain(&mut self) {
        self.keychain = None;
    }

    fn start_keychain(&mut self, is_unlocked: bool) -> Result<&Keychain, &'static str> {
        self.keychain = None;
        let mut command = Command::new("gnome-keyring-daemon");
        self.on_this_desktop(&mut command);
        let keychain = Keychain::start(&mut command, &self.bus, is_unlocked).ok_or("gnome-keyring-daemon is missing")?;
        Ok(self.keychain.insert(keychain))
    }

    /// Starts dunst as the desktop's notification service; fails with what is missing.
    pub fn start_dunst(&mut self) -> Result<Dunst, &'static str> {
        // What it shows stays until somebody answers, however slow this machine is at the moment.
        let settings = self.folder().join("dunstrc");
        std::fs::write(&settings, "[urgency_normal]\ntimeout = 0\n").map_err(|_| "the folder of the desktop cannot be written")?;
        let mut command = Command::new("dunst");
        command.arg("-conf").arg(settings);
        self.on_this_desktop(&mut command);
        let (process, dunst) = Dunst::start(&mut command, &self.bus).ok_or("dunst is missing")?;
        self.processes.insert(0, process);
        Ok(dunst)
    }

    /// Somebody looks elsewhere: no window has the keyboard.
    pub fn look_away(&self) {
        focus::take_away(&self.display);
    }

    /// The address of the session bus.
    pub fn bus(&self) -> &str {
        &self.bus
    }

    /// The processor time the program took so far, with those that draw its page.
    pub fn processor_time(&self) -> Duration {
        self.processes_of_the_program().iter().filter_map(|process| processor_time(process)).sum()
    }

    /// The processor time of the page's main thread alone: script, styles, layout, and what it paints itself.
    pub fn page_thread_time(&self) -> Duration {
        let is_page =
            |process: &&PathBuf| std::fs::read_to_string(process.join("comm")).is_ok_and(|name| name.starts_with("WebKitWebProc"));
        let main_thread = |process: &PathBuf| process.join("task").join(process.file_name().unwrap_or_default());
        let processes = self.processes_of_the_program();
        processes.iter().filter(is_page).filter_map(|process| processor_time(&main_thread(process))).sum()
    }

    /// The memory that is the program's own or its share, in kibibytes, with those that draw its page.
    pub fn memory(&self) -> u64 {
        self.processes_of_the_program().iter().filter_map(|process| memory(process)).sum()
    }

    /// They are known by the home folder they were given.
    fn processes_of_the_program(&self) -> Vec<PathBuf> {
        let home = format!("HOME={}", self.folder.path().join("home").display());
        let entries = std::fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
        let is_ours = |process: &PathBuf| {
            let name = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
            let is_named = name.starts_with("autoreach") || (name.starts_with("WebKit") && name.trim() != "WebKitWebDriver");
            let environment = std::fs::read(process.join("environ")).unwrap_or_default();
            is_named && environment.split(|byte| *byte == 0).any(|variable| variable == home.as_bytes())
        };
        entries.filter(is_ours).collect()
    }

    /// The folder in which the program looks for its workspaces.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A folder for the test's own files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What stands on the screen, in the format of `xwd`.
    pub fn screen(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("screen/Xvfb_screen0")).expect("the screen can be read")
    }

    /// The driver starts the program with its own environment, in which nothing leads to a real workspace.
    fn start_driver(&self) -> Option<Child> {
        let mut driver = Command::new("WebKitWebDriver");
        self.on_this_desktop(driver.arg(format!("--port={}", self.port))).spawn().ok()
    }

    /// Nothing of the caller's desktop is handed on.
    fn on_this_desktop<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let folder = self.folder.path();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        for inherited in ["WAYLAND_DISPLAY", "AUTOREACH_WORKSPACE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "GNOME_KEYRING_CONTROL"] {
            command.env_remove(inherited);
        }
        command.env("DISPLAY", &self.display).env("DBUS_SESSION_BUS_ADDRESS", &self.bus);
        command.env("HOME", folder.join("home")).env("XDG_RUNTIME_DIR", folder.join("run")).env("XDG_DATA_HOME", folder.join("data"));
        command.env("AUTOREACH_RESOLVE_FILE", folder.join("resolve.txt")).env("USER", "ana");
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
    }

    fn await_driver(&self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "the driver does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        self.keychain = None;
        for process in &mut self.processes {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Where cargo puts programs: beside the running one, or one folder up from a test.
pub fn built_folder() -> PathBuf {
    let own = std::env::current_exe().expect("a program knows its own file");
    let beside = own.parent().expect("a file lies in a folder");
    let is_of_tests = beside.file_name().is_some_and(|name| name == "deps");
    if is_of_tests { beside.parent().expect("`deps` lies in the profile's folder").to_owned() } else { beside.to_owned() }
}

/// The desktop program, if it was built.
pub fn built_program() -> Option<PathBuf> {
    Some(built_folder().join("autoreach-desktop")).filter(|program| program.is_file())
}

fn start_screen(folder: &Path) -> Option<(Child, String)> {
    let mut screen = Command::new("Xvfb");
    screen.args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-fbdir"]).arg(folder.join("screen"));
    let mut child = screen.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let number = first_line(&mut child);
    Some((child, format!(":{number}")))
}

/// A bus that starts no service by itself: the tests say what there is.
fn start_bus(folder: &Path) -> Option<(Child, String)> {
    let configuration = folder.join("bus.conf");
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"#,
        folder.join("bus").display()
    );
    std::fs::write(&configuration, text).expect("a file can be written");
    let mut bus = Command::new("dbus-daemon");
    bus.args(["--print-address", "--nofork", "--config-file"]).arg(configuration);
    let mut child = bus.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let address = first_line(&mut child);
    Some((child, address))
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
    std::fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("the folder is ours");
}

/// User and system time out of `/proc/PID/stat`, in ticks of a hundredth of a second.
fn processor_time(process: &Path) -> Option<Duration> {
    let stat = std::fs::read_to_string(process.join("stat")).ok()?;
    let ticks = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Some(Duration::from_millis(ticks.sum::<u64>() * 10))
}

fn memory(process: &Path) -> Option<u64> {
    let rollup = std::fs::read_to_string(process.join("smaps_rollup")).ok()?;
    rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
}
