//! Installing what is missing: one question on a terminal, none without one. What stays missing is said with its
//! consequence, and the command that was asked for goes on: the person may know better than the detection does.

use std::io::{IsTerminal, Write};
use std::process::Command;

use crate::error::XtaskError;
use crate::system::{self, CommandLine, Part, Platform, Role};
use crate::workspace::{output_of, run_to_end};

/// May a question be asked?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attendance {
    /// A person sits at the terminal.
    Attended,
    /// A pipe, a service or a CI machine: nobody would answer.
    Unattended,
}

/// How commands come by the rights to install.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rights {
    /// As they are: root, or a system whose installer asks by itself.
    Own,
    /// Through sudo.
    Sudo,
    /// Neither root nor sudo: a person with the rights has to do it.
    Lacking,
}

/// Makes sure the parts of these roles are present, as far as the person and the machine allow.
pub(crate) fn make_present(roles: &[Role]) -> Result<(), XtaskError> {
    let platform = Platform::detect();
    let missing = system::missing_parts(platform, roles);
    if missing.is_empty() {
        println!("      nothing is missing");
        return Ok(());
    }
    println!("      missing: {}", labels(&missing));
    let attendance = attendance();
    let commands = system::install_commands(platform, &system::obtainable(&missing));
    if !commands.is_empty() && is_agreed(attendance, rights(platform), &commands) {
        install_all(platform, attendance, &commands)?;
    }
    report_missing(platform, roles);
    Ok(())
}

/// Installs without asking: `doctor --install`.
pub(crate) fn install_unasked(platform: Platform, missing: &[Part]) -> Result<(), XtaskError> {
    let commands = system::install_commands(platform, &system::obtainable(missing));
    if commands.is_empty() {
        println!("No install command is known for this system.");
        return Ok(());
    }
    install_all(platform, attendance(), &commands)
}

/// The commands as this user has to type them.
pub(crate) fn commands_to_type(platform: Platform, missing: &[Part]) -> Vec<String> {
    let commands = system::install_commands(platform, &system::obtainable(missing));
    let prefix = if needs_root(platform) && !is_root() { "sudo " } else { "" };
    commands.iter().map(|command| format!("{prefix}{}", system::as_typed(command))).collect()
}

/// Asks on a terminal and agrees without one. No question is put that could not be followed by a deed.
fn is_agreed(attendance: Attendance, rights: Rights, commands: &[CommandLine]) -> bool {
    if attendance == Attendance::Unattended || rights == Rights::Lacking {
        return true;
    }
    println!("      to install it:");
    for command in commands {
        println!("        {}", system::as_typed(&with_rights(rights, attendance, command)));
    }
    print!("      Install now? [Y/n] ");
    let mut answer = String::new();
    // A closed terminal is no agreement.
    let heard = std::io::stdout().flush().and_then(|()| std::io::stdin().read_line(&mut answer));
    heard.is_ok_and(|length| length > 0) && is_yes(&answer)
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes")
}

/// A failing command does not stop the next: a package index that cannot be refreshed may still be good enough, and
/// what counts is looked up afterwards.
fn install_all(platform: Platform, attendance: Attendance, commands: &[CommandLine]) -> Result<(), XtaskError> {
    let rights = rights(platform);
    if rights == Rights::Lacking {
        println!("      not installed: this needs root and there is no sudo. As root, run:");
        commands.iter().for_each(|command| println!("        {}", system::as_typed(command)));
        return Ok(());
    }
    for command in commands {
        let command = with_rights(rights, attendance, command);
        println!("      $ {}", system::as_typed(&command));
        let Some((program, arguments)) = command.split_first() else { continue };
        if !run_to_end(Command::new(program).args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))?.success() {
            println!("      that command failed");
        }
    }
    Ok(())
}

/// Sudo drops the environment, so the request not to ask back travels inside the command.
fn with_rights(rights: Rights, attendance: Attendance, command: &CommandLine) -> CommandLine {
    let prefix: &[&str] = match (rights, attendance) {
        (Rights::Own | Rights::Lacking, _) => &[],
        (Rights::Sudo, Attendance::Attended) => &["sudo", "env", "DEBIAN_FRONTEND=noninteractive"],
        (Rights::Sudo, Attendance::Unattended) => &["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"],
    };
    prefix.iter().map(|word| (*word).to_owned()).chain(command.iter().cloned()).collect()
}

fn report_missing(platform: Platform, roles: &[Role]) {
    for part in system::missing_parts(platform, roles) {
        println!("      going on without {}: {}", part.label(), part.when_missing());
        if let Some(hint) = part.hint() {
            println!("      {hint}");
        }
    }
}

fn labels(parts: &[Part]) -> String {
    parts.iter().map(|part| part.label()).collect::<Vec<_>>().join(", ")
}

fn attendance() -> Attendance {
    let is_ci = std::env::var("CI").is_ok_and(|value| says_ci(&value));
    let has_person = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if has_person && !is_ci { Attendance::Attended } else { Attendance::Unattended }
}

fn says_ci(value: &str) -> bool {
    !matches!(value.trim().to_lowercase().as_str(), "" | "0" | "false")
}

fn rights(platform: Platform) -> Rights {
    if !needs_root(platform) || is_root() {
        return Rights::Own;
    }
    if system::has_program("sudo") { Rights::Sudo } else { Rights::Lacking }
}

fn needs_root(platform: Platform) -> bool {
    match platform {
        Platform::Debian | Platform::Fedora | Platform::Arch => true,
        Platform::MacOs | Platform::Windows | Platform::Unknown => false,
    }
}

fn is_root() -> bool {
    output_of(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update() -> CommandLine {
        vec!["apt-get".into(), "update".into()]
    }

    #[test]
    fn enter_means_yes_and_anything_unclear_means_no() {
        for answer in ["\n", "y\n", "Y\r\n", " yes "] {
            assert!(is_yes(answer), "{answer:?}");
        }
        for answer in ["n\n", "no", "later", "ja?"] {
            assert!(!is_yes(answer), "{answer:?}");
        }
    }

    #[test]
    fn without_a_person_nothing_is_asked() {
        assert!(is_agreed(Attendance::Unattended, Rights::Sudo, &[update()]));
        assert!(is_agreed(Attendance::Attended, Rights::Lacking, &[update()]), "a question without a possible deed is not asked");
    }

    #[test]
    fn sudo_never_waits_for_a_password_nobody_can_type() {
        assert_eq!(
            system::as_typed(&with_rights(Rights::Sudo, Attendance::Unattended, &update())),
            "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get update"
        );
        assert_eq!(
            system::as_typed(&with_rights(Rights::Sudo, Attendance::Attended, &update())),
            "sudo env DEBIAN_FRONTEND=noninteractive apt-get update"
        );
        assert_eq!(with_rights(Rights::Own, Attendance::Unattended, &update()), update());
    }

    #[test]
    fn ci_is_meant_only_when_it_says_so() {
        assert!(says_ci("true") && says_ci("1"));
        assert!(!says_ci("") && !says_ci("false") && !says_ci("0"));
    }
}
