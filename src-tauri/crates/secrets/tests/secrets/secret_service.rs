//! The keychain states against a real Secret Service: gnome-keyring on a private bus, in a private home.
//!
//! The bus is found once per process through the environment, so each part is played by a child process: this test binary
//! again, started with the part's name in the environment. The parent owns the bus and the service and brings them into the state to be shown.

use crate::support::*;
use autoreach_secrets::*;
use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The part a child plays, and the folder of its workspace.
const PART: &str = "AUTOREACH_SECRETS_PART";
const FOLDER: &str = "AUTOREACH_SECRETS_FOLDER";
const CHILD_TEST: &str = "secret_service::a_child_process_plays_its_part";

/// A session bus with a Secret Service on it, both ended on drop.
struct Desktop {
    home: tempfile::TempDir,
    bus: Child,
    service: Option<Child>,
}

impl Desktop {
    /// A bus nobody offers a service on; `policy` is added to its configuration.
    fn without_service(policy: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("workspace")).unwrap();
        let configuration = home.path().join("bus.conf");
        fs::write(&configuration, bus_configuration(home.path(), policy)).unwrap();
        let mut command = Command::new("dbus-daemon");
        command.arg("--nofork").arg("--print-address").arg("--config-file").arg(configuration).stdout(Stdio::piped());
        private(&mut command, home.path());
        let mut bus = command.spawn().unwrap();
        // The address is printed once the bus listens.
        BufReader::new(bus.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        Self { home, bus, service: None }
    }

    fn with_unlocked_service(policy: &str) -> Self {
        let mut desktop = Self::without_service(policy);
        desktop.start_service(Some("a keyring password"));
        desktop
    }

    /// Starts gnome-keyring; without a password its keyring stays locked, or is not made at all.
    fn start_service(&mut self, password: Option<&str>) {
        self.stop_service();
        let mut command = Command::new("gnome-keyring-daemon");
        command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        if password.is_some() {
            command.arg("--unlock");
        }
        private(&mut command, self.home.path());
        let mut service = command.spawn().unwrap();
        let mut stdin = service.stdin.take().unwrap();
        stdin.write_all(password.unwrap_or_default().as_bytes()).unwrap();
        drop(stdin);
        self.service = Some(service);
        self.wait_for_service(true);
    }

    fn stop_service(&mut self) {
        if let Some(mut service) = self.service.take() {
            service.kill().unwrap();
            service.wait().unwrap();
            self.wait_for_service(false);
        }
    }

    fn wait_for_service(&self, expected: bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.has_service() != expected {
            assert!(Instant::now() < deadline, "the Secret Service did not {}", if expected { "start" } else { "end" });
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn has_service(&self) -> bool {
        let mut command = Command::new("dbus-send");
        command.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
        command.args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"]);
        private(&mut command, self.home.path());
        String::from_utf8_lossy(&command.output().unwrap().stdout).contains("boolean true")
    }

    fn signal_service(&self, signal: &str) {
        let process = self.service.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().unwrap().success());
    }

    /// Plays a part in a child process of this desktop and passes its failure on.
    fn play(&self, part: &str) {
        play(part, self.home.path(), &self.home.path().join("workspace"));
    }

    /// Begins a part that goes on while the service changes.
    fn begin(&self, part: &str) -> Child {
        part_command(part, self.home.path(), &self.home.path().join("workspace")).spawn().unwrap()
    }

    /// Tells a part under way how far the desktop is, by a file.
    fn step(&self, name: &str) {
        fs::write(self.home.path().join(name), "").unwrap();
    }

    fn await_step(&self, name: &str) {
        await_file(&self.home.path().join(name));
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for process in self.service.iter_mut().chain([&mut self.bus]) {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn play(part: &str, home: &Path, folder: &Path) {
    passed(part, part_command(part, home, folder).output().unwrap());
}

fn part_command(part: &str, home: &Path, folder: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([CHILD_TEST, "--exact", "--nocapture"]).env(PART, part).env(FOLDER, folder);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    private(&mut command, home);
    command
}

fn await_file(path: &Path) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !path.exists() {
        assert!(Instant::now() < deadline, "{} was never reached", path.display());
        thread::sleep(Duration::from_millis(20));
    }
}

fn passed(part: &str, output: Output) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains(&played(part)), "the part {part:?} failed:\n{said}");
}

/// What a child says at the end of its part, so that a child which ran no test does not pass for a success.
fn played(part: &str) -> String {
    format!("played the part {part}")
}

/// Points a process at the private home and bus, and away from the real ones.
fn private(command: &mut Command, home: &Path) {
    command.env("HOME", home).env("XDG_RUNTIME_DIR", home);
    command.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", home.join("bus").display()));
    for name in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL"] {
        command.env_remove(name);
    }
}

/// Without service folders, so that the bus starts nothing by itself: no service, no prompt window.
fn bus_configuration(home: &Path, policy: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/>{policy}</policy>
</busconfig>"#,
        home.join("bus").display()
    )
}

/// Whether the programs this needs are installed; says once per test why it is skipped.
fn can_run(test: &str) -> bool {
    let is_there = |program: &&str| env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|dir| dir.join(program).exists());
    match ["dbus-daemon", "dbus-send", "gnome-keyring-daemon"].iter().find(|program| !is_there(program)) {
        Some(missing) => {
            eprintln!("skipped: {test}: {missing} is not installed");
            false
        }
        None => true,
    }
}

#[test]
fn a_working_service_opens_the_workspace() {
    if can_run("a_working_service_opens_the_workspace") {
        let desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.play("open");
    }
}

#[test]
fn a_service_started_anew_and_unlocked_still_opens_the_workspace() {
    if can_run("a_service_started_anew_and_unlocked_still_opens_the_workspace") {
        let mut desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.start_service(Some("a keyring password"));
        desktop.play("open");
    }
}

#[test]
fn a_locked_service_is_locked() {
    if can_run("a_locked_service_is_locked") {
        let mut desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.start_service(None);
        desktop.play("find locked");
    }
}

#[test]
fn an_emptied_service_is_emptied_and_can_be_relinked() {
    if can_run("an_emptied_service_is_emptied_and_can_be_relinked") {
        let desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.play("empty the keychain");
        desktop.play("find emptied and relink");
        desktop.play("open");
    }
}

#[test]
fn an_entry_of_another_store_is_a_wrong_key() {
    if can_run("an_entry_of_another_store_is_a_wrong_key") {
        let desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.play("replace the entry");
        desktop.play("find the wrong key");
    }
}

#[test]
fn a_bus_without_a_service_has_an_absent_keychain() {
    if can_run("a_bus_without_a_service_has_an_absent_keychain") {
        let mut desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.stop_service();
        desktop.play("find absent");
    }
}

#[test]
fn a_computer_without_a_bus_has_an_absent_keychain() {
    let home = tempfile::tempdir().unwrap();
    play("find no bus", home.path(), home.path());
}

#[test]
fn a_service_without_a_default_keyring_is_found_out_before_a_key_is_trusted_to_it() {
    if can_run("a_service_without_a_default_keyring_is_found_out_before_a_key_is_trusted_to_it") {
        let mut desktop = Desktop::without_service("");
        desktop.start_service(None);
        desktop.play("find no keyring");
    }
}

#[test]
fn a_bus_that_forbids_the_service_is_denied() {
    if can_run("a_bus_that_forbids_the_service_is_denied") {
        let policy = r#"<deny send_destination="org.freedesktop.secrets" send_type="method_call"/>"#;
        Desktop::with_unlocked_service(policy).play("find denied");
    }
}

#[test]
fn a_service_that_hangs_is_given_up_in_time() {
    if can_run("a_service_that_hangs_is_given_up_in_time") {
        let desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.signal_service("-STOP");
        desktop.play("find no answer");
        desktop.signal_service("-CONT");
        desktop.play("open");
    }
}

#[test]
fn a_service_that_starts_late_or_starts_again_is_found_by_the_same_process() {
    if can_run("a_service_that_starts_late_or_starts_again_is_found_by_the_same_process") {
        let mut desktop = Desktop::with_unlocked_service("");
        desktop.play("create");
        desktop.stop_service();
        let waiting = desktop.begin("wait for the service");
        desktop.await_step("found it absent");
        desktop.start_service(Some("a keyring password"));
        desktop.step("service started");
        desktop.await_step("opened");
        desktop.start_service(Some("a keyring password"));
        desktop.step("service started again");
        passed("wait for the service", waiting.wait_with_output().unwrap());
    }
}

#[test]
fn a_child_process_plays_its_part() {
    let Ok(part) = env::var(PART) else { return };
    let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
    let id = PlainId::parse("acme").unwrap();
    let home = StoreHome { dir: &folder, workspace: &id };
    let keychain = KeychainStore::with_patience(id.clone(), Duration::from_secs(5));
    match part.as_str() {
        "create" => create_and_write_down(home, &keychain),
        "open" => open_and_use(home, &keychain),
        "empty the keychain" => entry().delete_credential().unwrap(),
        "replace the entry" => entry().set_secret(&[9; 32]).unwrap(),
        "find locked" => find(home, &keychain, KeychainTrouble::Locked),
        "find absent" => find(home, &keychain, KeychainTrouble::Absent),
        "find the wrong key" => find(home, &keychain, KeychainTrouble::WrongKey),
        "find emptied and relink" => find_emptied_and_relink(home, &keychain),
        "find denied" => assert_eq!(trouble(probe(&keychain)), KeychainTrouble::Denied),
        "find no bus" | "find no keyring" => find_nothing_to_keep_keys_in(home, &keychain),
        "find no answer" => find_no_answer(home, &id),
        "wait for the service" => wait_for_the_service(home, &keychain),
        other => panic!("no part is called {other:?}"),
    }
    eprintln!("{}", played(&part));
}

/// The entry as another program would see it.
fn entry() -> keyring::Entry {
    keyring::Entry::new("autoreach", "acme/data-key-wrap").unwrap()
}

/// The recovery key goes on paper, here a file outside the workspace folder, for the parts that follow.
fn create_and_write_down(home: StoreHome<'_>, keychain: &KeychainStore) {
    probe(keychain).unwrap();
    assert!(keychain.get(&SecretName::Probe).ok().unwrap().is_none(), "the probe left an entry behind");
    let (_, recovery_key) = create(home, CreateWith::Keychain(keychain)).unwrap_or_else(|error| panic!("{error}"));
    fs::write(home.dir.with_file_name("paper"), recovery_key.reveal().expose()).unwrap();
    assert_eq!(entry().get_secret().unwrap().len(), 32);
}

fn key_on_paper(home: StoreHome<'_>) -> RecoveryKey {
    RecoveryKey::parse(&Secret::new(fs::read(home.dir.with_file_name("paper")).unwrap())).ok().unwrap()
}

fn open_and_use(home: StoreHome<'_>, keychain: &KeychainStore) {
    let by_keychain = unlock(home, UnlockWith::Keychain(keychain));
    let by_paper = unlock(home, UnlockWith::Recovery(&key_on_paper(home))).ok().unwrap();
    assert!(opens_to(by_keychain, &by_paper));
    assert_eq!(status(home, keychain).unwrap().keychain, KeychainState::Ready);
    let name = SecretName::SmtpPassword(PlainId::parse("mailbox-1").unwrap());
    keychain.set(&name, &Secret::new("pässword")).unwrap();
    assert_eq!(keychain.get(&name).ok().unwrap().unwrap().expose_text(), Some("pässword"));
    keychain.delete(&name).unwrap();
    keychain.delete(&name).unwrap();
    assert!(keychain.get(&name).ok().unwrap().is_none());
}

fn find(home: StoreHome<'_>, keychain: &KeychainStore, expected: KeychainTrouble) {
    let before = contents(home.dir);
    assert_eq!(trouble(unlock(home, UnlockWith::Keychain(keychain))), expected);
    assert_eq!(status(home, keychain).unwrap().keychain, KeychainState::Trouble(expected));
    assert!(unlock(home, UnlockWith::Recovery(&key_on_paper(home))).is_ok(), "the recovery key did not open");
    assert!(matches!(error(create(home, CreateWith::Keychain(keychain))), SecretError::StoreExists { .. }));
    assert_eq!(contents(home.dir), before, "a failed opening changed a file");
}

fn find_emptied_and_relink(home: StoreHome<'_>, keychain: &KeychainStore) {
    find(home, keychain, KeychainTrouble::Emptied);
    let data_key = unlock(home, UnlockWith::Recovery(&key_on_paper(home))).ok().unwrap();
    relink_keychain(home, &data_key, keychain).unwrap();
}

fn find_nothing_to_keep_keys_in(home: StoreHome<'_>, keychain: &KeychainStore) {
    assert_eq!(trouble(probe(keychain)), KeychainTrouble::Absent);
    assert_eq!(trouble(create(home, CreateWith::Keychain(keychain))), KeychainTrouble::Absent);
    assert!(!home.dir.join(KEYS_FILE).exists(), "a key file was written for a key nobody keeps");
}

/// The steps lie beside the workspace's folder, where the desktop puts its own.
fn wait_for_the_service(home: StoreHome<'_>, keychain: &KeychainStore) {
    let step = |name: &str| home.dir.with_file_name(name);
    find(home, keychain, KeychainTrouble::Absent);
    fs::write(step("found it absent"), "").unwrap();
    await_file(&step("service started"));
    open_and_use(home, keychain);
    fs::write(step("opened"), "").unwrap();
    await_file(&step("service started again"));
    open_and_use(home, keychain);
}

fn find_no_answer(home: StoreHome<'_>, id: &PlainId) {
    let impatient = KeychainStore::with_patience(id.clone(), Duration::from_millis(500));
    let started = Instant::now();
    assert_eq!(trouble(unlock(home, UnlockWith::Keychain(&impatient))), KeychainTrouble::NotAnswering);
    assert!(started.elapsed() >= Duration::from_millis(500));
    assert!(started.elapsed() < Duration::from_secs(2), "the call waited longer than its patience");
    let asked_again = Instant::now();
    assert_eq!(trouble(unlock(home, UnlockWith::Keychain(&impatient))), KeychainTrouble::NotAnswering);
    assert!(asked_again.elapsed() < Duration::from_millis(250), "the second call waited behind the first");
}
