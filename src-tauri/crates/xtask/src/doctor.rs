//! `cargo xtask doctor`: what this machine has, what is missing, what each part is for, and how to get it.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::error::XtaskError;
use crate::install;
use crate::options::DoctorOptions;
use crate::system::{self, Part, Platform, Role};
use crate::workspace::{Workspace, output_of};

/// The oldest compiler the workspace states in `rust-version`.
const OLDEST_RUST: (u32, u32) = (1, 95);

/// A debug build of everything with its tests, with room for a second profile. GiB.
const DISK_NEEDED_GIB: u64 = 10;

/// One line of the table.
struct Line {
    is_ok: bool,
    is_required: bool,
    what: String,
    needed_for: String,
}

/// Prints the table and, when asked, installs. Fails only when something is missing without which nothing compiles.
pub(crate) fn doctor(workspace: &Workspace, options: &DoctorOptions) -> Result<ExitCode, XtaskError> {
    if options.systems {
        Platform::SUPPORTED.into_iter().for_each(print_commands_for_all_parts);
        return Ok(ExitCode::SUCCESS);
    }
    let platform = Platform::detect();
    println!("System: {}", platform.label());
    let mut missing = missing_parts(platform);
    if options.install && !missing.is_empty() {
        install::install_unasked(platform, &missing)?;
        missing = missing_parts(platform);
    }
    let lines = examine(workspace, platform, &missing);
    lines.iter().for_each(|line| println!("{}", rendered(line)));
    print_advice(platform, &missing);
    let can_build = lines.iter().all(|line| line.is_ok || !line.is_required);
    Ok(if can_build { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn missing_parts(platform: Platform) -> Vec<Part> {
    system::missing_parts(platform, &[Role::Build, Role::Window, Role::Interface, Role::Tests, Role::Check])
}

fn examine(workspace: &Workspace, platform: Platform, missing: &[Part]) -> Vec<Line> {
    let mut lines = vec![rust_line(output_of(Command::new("rustc").arg("--version")).as_deref())];
    lines.extend(Part::of(platform).into_iter().map(|part| part_line(part, !missing.contains(&part))));
    lines.push(nextest_line(system::has_program("cargo-nextest")));
    lines.push(disk_line(free_gib(&workspace.root)));
    lines
}

fn rust_line(version_output: Option<&str>) -> Line {
    let version = version_output.and_then(parse_rust_version);
    let is_ok = version.is_some_and(|version| version >= OLDEST_RUST);
    let found = version_output.and_then(|output| output.split_whitespace().nth(1)).unwrap_or("not found");
    let needed_for = format!("compiling; {}.{} or newer, from rustup.rs", OLDEST_RUST.0, OLDEST_RUST.1);
    Line { is_ok, is_required: true, what: format!("Rust {found}"), needed_for }
}

/// Major and minor number out of `rustc 1.95.0 (59807616e 2026-04-14)`.
fn parse_rust_version(output: &str) -> Option<(u32, u32)> {
    let mut numbers = output.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn part_line(part: Part, is_ok: bool) -> Line {
    Line { is_ok, is_required: part.role() == Role::Build, what: part.label().into(), needed_for: part.needed_for().into() }
}

fn nextest_line(is_ok: bool) -> Line {
    Line { is_ok, is_required: false, what: "cargo-nextest".into(), needed_for: "faster tests (optional, `cargo test` stands in)".into() }
}

/// Free space that cannot be read is not held against the machine.
fn disk_line(free: Option<u64>) -> Line {
    let what = free.map_or("disk space unknown".into(), |gib| format!("{gib} GiB free"));
    let needed_for = format!("build output, {DISK_NEEDED_GIB} GiB to be comfortable");
    Line { is_ok: free.is_none_or(|gib| gib >= DISK_NEEDED_GIB), is_required: false, what, needed_for }
}

fn rendered(line: &Line) -> String {
    let state = if line.is_ok { "ok" } else { "missing" };
    format!("  {state:<8} {:<22} {}", line.what, line.needed_for)
}

fn free_gib(folder: &Path) -> Option<u64> {
    if cfg!(windows) {
        let query = format!("(Get-Item -LiteralPath '{}').PSDrive.Free", folder.display());
        let bytes: u64 = output_of(Command::new("powershell").args(["-NoProfile", "-Command", &query]))?.trim().parse().ok()?;
        return Some(bytes >> 30);
    }
    parse_df(&output_of(Command::new("df").arg("-Pk").arg(folder))?)
}

/// Whole GiB out of the fourth column of `df -Pk`.
fn parse_df(output: &str) -> Option<u64> {
    let kibibytes: u64 = output.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kibibytes >> 20)
}

fn print_advice(platform: Platform, missing: &[Part]) {
    if missing.is_empty() {
        return;
    }
    if platform == Platform::Unknown {
        println!("\nThis system's package names are not known. On others the same parts come with:");
        Platform::SUPPORTED[..3].iter().for_each(|known| print_commands(*known, missing));
        return;
    }
    let commands = install::commands_to_type(platform, missing);
    if !commands.is_empty() {
        println!("\nTo install what is missing (or `cargo xtask doctor --install`):");
        commands.iter().for_each(|command| println!("  {command}"));
    }
    missing.iter().filter_map(|part| part.hint()).for_each(|hint| println!("\n{hint}"));
}

fn print_commands_for_all_parts(platform: Platform) {
    print_commands(platform, &Part::of(platform));
}

fn print_commands(platform: Platform, parts: &[Part]) {
    println!("{}", platform.label());
    system::install_commands(platform, parts).iter().for_each(|command| println!("  {}", system::as_typed(command)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiler_is_good_from_the_stated_version_on() {
        assert!(rust_line(Some("rustc 1.95.0 (59807616e 2026-04-14)")).is_ok);
        assert!(rust_line(Some("rustc 2.0.0-nightly (abc 2027-01-01)")).is_ok);
        assert!(!rust_line(Some("rustc 1.94.1 (abc 2026-03-01)")).is_ok);
        assert!(!rust_line(Some("rustc 1.9.0")).is_ok, "versions are numbers, not text");
        assert!(!rust_line(None).is_ok);
    }

    #[test]
    fn free_space_is_read_from_the_portable_columns() {
        let df =
            "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/sda1        263174212 13000000  81788928      15% /\n";
        assert_eq!(parse_df(df), Some(78));
        assert_eq!(parse_df("df: no such folder\n"), None);
    }

    #[test]
    fn unknown_free_space_is_not_held_against_the_machine() {
        assert!(disk_line(None).is_ok && disk_line(Some(DISK_NEEDED_GIB)).is_ok);
        assert!(!disk_line(Some(1)).is_ok);
    }

    #[test]
    fn a_missing_test_part_does_not_fail_the_machine_but_a_missing_compiler_does() {
        assert!(!part_line(Part::Keyring, false).is_required);
        assert!(part_line(Part::CCompiler, false).is_required);
        assert_eq!(
            rendered(&part_line(Part::Git, false)),
            "  missing  git                    the list of files `cargo xtask check` looks at"
        );
    }
}
