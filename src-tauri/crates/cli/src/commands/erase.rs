//! `erase`: what is held about a person, and erasing it.

use crate::answer::Answer;
use crate::args::EraseArgs;
use crate::error::CliError;
use crate::view::words::{counted, day};
use crate::{files, prompt};
use autoreach_engine::Engine;
use autoreach_engine::data::person::{CannotErase, FoundPerson, PersonHeld};
use autoreach_engine::error::EngineError;

/// Says what is held, then erases it.
pub(crate) async fn erase(engine: &Engine, args: &EraseArgs) -> Result<Answer, CliError> {
    let person = the_one(engine, &args.who).await?;
    if let Some(file) = &args.extract {
        let extract = engine.person_extract(&person.who).await?;
        files::write(file, &extract)?;
        if file.as_os_str() == "-" {
            return Ok(Answer::silent());
        }
        return Ok(Answer::new(
            &person,
            format!("Wrote what is held about {} to {}. Nothing was erased.", name_of(&person), file.display()),
        ));
    }
    let held = engine.person_held(&person.who).await?;
    if !args.yes {
        let question = format!("{}\nErase all of it for good?", held_words(&held));
        if !prompt::can_ask() || !prompt::ask_yes(&question)? {
            return Err(CliError::NotAgreed);
        }
    }
    let erased = engine.erase_person(&person.who).await?;
    let rows = counted(erased.rows, "row");
    let text = format!(
        "Erased {}: {rows}, {} emptied journal entries, {} mentions elsewhere.\n{}",
        name_of(&person),
        erased.journal,
        erased.mentions,
        backups_words(&held)
    );
    Ok(Answer::new(&erased, text))
}

async fn the_one(engine: &Engine, who: &str) -> Result<FoundPerson, CliError> {
    let mut found = engine.find_people(who).await?;
    let is_exact = |person: &FoundPerson| person.email.eq_ignore_ascii_case(who) || person.name.eq_ignore_ascii_case(who);
    if found.iter().any(is_exact) {
        found.retain(is_exact);
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(EngineError::from(CannotErase::Nobody).into()),
        several => Err(CliError::SeveralPeople(several)),
    }
}

fn name_of(person: &FoundPerson) -> &str {
    if person.name.is_empty() { &person.email } else { &person.name }
}

fn held_words(held: &PersonHeld) -> String {
    let FoundPerson { name, email, company, .. } = &held.person;
    let mut lines =
        vec![[name, email, company].map(String::as_str).into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")];
    lines.extend(held.held.iter().map(|line| format!("  {:>5}  {}", line.rows, line.what)));
    if held.unsent > 0 {
        lines.push(format!("{} to them will never leave.", counted(held.unsent, "mail")));
    }
    if held.sent > 0 {
        lines.push(format!("{} to them has left; no program takes that back.", counted(held.sent, "mail")));
    }
    lines.push(backups_words(held));
    lines.join("\n")
}

fn backups_words(held: &PersonHeld) -> String {
    match held.gone_from_backups {
        Some(at) => {
            format!("{} may still hold them until {}; putting one back erases them again.", counted(held.backups, "backup"), day(at))
        }
        None => "No backup holds them.".to_owned(),
    }
}
