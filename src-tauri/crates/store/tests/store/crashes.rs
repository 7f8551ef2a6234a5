//! A process killed at any moment loses nothing it had acknowledged, and the lock dies with it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use autoreach_store::StoreError;

use crate::support::{created, folder, key, opened, recall, refusal, remember};

const FOLDER: &str = "AUTOREACH_TEST_STORE";
const KILLS: u64 = 12;

/// Starts this test binary again as another program that runs only `diligent_writer` on the store in `dir`.
fn another_program(dir: &Path) -> Child {
    let binary = std::env::current_exe().unwrap();
    let mut command = Command::new(binary);
    command.args(["--exact", "crashes::diligent_writer", "--nocapture"]).env(FOLDER, dir);
    command.stdout(Stdio::piped()).spawn().unwrap()
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
        let mut program = another_program(folder.path());
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
    let mut program = another_program(folder.path());
    let mut lines = BufReader::new(program.stdout.as_mut().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().starts_with("saved ")));
    assert!(matches!(refusal(folder.path(), &key()).await, StoreError::InUse));
    program.kill().unwrap();
    program.wait().unwrap();
    opened(folder.path()).await;
}
