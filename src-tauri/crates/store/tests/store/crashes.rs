//! A process killed at any moment loses nothing it had acknowledged, and the lock dies with it. One that ends by itself ends
//! with its own exit code.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use autoreach_store::{BackupKind, StoreError, verify_backup};
use jiff::Timestamp;

use crate::support::{created, folder, key, opened, recall, refusal, remember};

const FOLDER: &str = "AUTOREACH_TEST_STORE";
const KILLS: u64 = 12;
const HASTY_ENDS: u32 = 20;
const HASTY_EXIT_CODE: i32 = 7;

/// Starts this test binary again as another program that runs only `task` on the store in `dir`.
fn another_program(task: &str, dir: &Path) -> Command {
    let binary = std::env::current_exe().unwrap();
    let mut command = Command::new(binary);
    command.args(["--exact", &format!("crashes::{task}"), "--nocapture"]).env(FOLDER, dir);
    command.stdout(Stdio::piped());
    command
}

/// As another program: writes numbered rows for ever and says each number once its row is saved. Run as a plain test, it
/// saves three rows of its own.
#[tokio::test]
async fn diligent_writer() {
    let Some(dir) = std::env::var_os(FOLDER) else {
        let folder = folder();
        let store = created(folder.path()).await;
        return write_rows(&store, 0..3).await;
    };
    let store = opened(Path::new(&dir)).await;
    let mut first = 0;
    while recall(&store, &format!("row-{first}")).await.is_some() {
        first += 1;
    }
    write_rows(&store, first..u32::MAX).await;
}

async fn write_rows(store: &autoreach_store::Store, numbers: std::ops::Range<u32>) {
    let mut out = std::io::stdout();
    for number in numbers {
        remember(store, &format!("row-{number}"), &"x".repeat(3_000)).await.unwrap();
        writeln!(out, "saved {number}").unwrap();
    }
}

/// Lets the program save `count` rows, kills it a moment later and returns all numbers it had time to say.
fn kill_after(program: &mut Child, count: usize, moment: Duration) -> Vec<u32> {
    let lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut numbers = lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("saved ")?.parse().ok());
    let mut saved: Vec<u32> = numbers.by_ref().take(count).collect();
    std::thread::sleep(moment);
    program.kill().unwrap();
    saved.extend(numbers);
    program.wait().unwrap();
    saved
}

#[tokio::test]
async fn no_acknowledged_row_is_lost_when_the_program_is_killed() {
    let folder = folder();
    created(folder.path()).await.close().await;
    let mut saved = Vec::new();
    for kill in 0..KILLS {
        let mut program = another_program("diligent_writer", folder.path()).spawn().unwrap();
        saved.extend(kill_after(&mut program, 1 + 5 * kill as usize, Duration::from_micros(370 * kill)));
        let store = opened(folder.path()).await;
        for number in &saved {
            assert!(recall(&store, &format!("row-{number}")).await.is_some(), "row {number} after kill {kill}");
        }
        assert!(store.integrity().await.unwrap().is_sound(), "after kill {kill}");
        store.close().await;
    }
}

#[tokio::test]
async fn another_program_keeps_us_out_until_it_is_gone() {
    let folder = folder();
    created(folder.path()).await.close().await;
    let mut program = another_program("diligent_writer", folder.path()).spawn().unwrap();
    let mut lines = BufReader::new(program.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("saved ")));
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::InUse));
    program.kill().unwrap();
    program.wait().unwrap();
    opened(folder.path()).await;
}

/// As another program: ends while its threads read an encrypted file.
#[test]
fn hasty_leaver() {
    let Some(copy) = std::env::var_os(FOLDER) else { return };
    for _ in 0..4 {
        let copy = copy.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            loop {
                runtime.block_on(verify_backup(Path::new(&copy), &key())).unwrap();
            }
        });
    }
    std::thread::sleep(Duration::from_millis(50));
    std::process::exit(HASTY_EXIT_CODE);
}

#[tokio::test]
async fn a_program_that_ends_while_it_reads_ends_with_its_own_exit_code() {
    let folder = folder();
    let store = created(folder.path()).await;
    let copy = store.backup(Timestamp::UNIX_EPOCH, BackupKind::Manual).await.unwrap().path;
    for end in 0..HASTY_ENDS {
        let ended = another_program("hasty_leaver", &copy).status().unwrap();
        assert_eq!(ended.code(), Some(HASTY_EXIT_CODE), "end {end}: {ended}");
    }
}
