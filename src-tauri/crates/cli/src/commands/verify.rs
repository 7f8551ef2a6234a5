//! `verify`: is everything still what was written? Exit code 3 when not.

use crate::answer::Answer;
use crate::error::CliError;
use crate::view::words::counted;
use autoreach_engine::Engine;
use autoreach_engine::verify::VerifyReport;

/// Walks chain, database and learners.
pub(crate) async fn verify(engine: &Engine) -> Result<Answer, CliError> {
    let report = engine.verify().await?;
    let answer = Answer::new(&report, report_words(&report));
    Ok(if report.is_clean() { answer } else { answer.with_findings() })
}

fn report_words(report: &VerifyReport) -> String {
    let entries = counted(report.entries, "journal entry").replace("entrys", "entries");
    let chain = match &report.broken {
        None => format!("ok  {entries}, each chained to the one before; head {}", report.head),
        Some(broken) => format!("!!  the journal was tampered with: {broken}"),
    };
    let database = if report.database_is_sound {
        "ok  every page of the database is sound"
    } else {
        "!!  the database is damaged; go back to a backup"
    };
    let learners = match report.learners_differing {
        0 => format!("ok  {} folded anew, byte for byte the same", counted(report.learners_replayed as u64, "learner")),
        n => format!("!!  {} differed from the journal and will be folded anew", counted(n as u64, "learner")),
    };
    let receipts = match report.receipts_contradicting.as_slice() {
        [] => format!(
            "ok  {} replayed: confidence, line, route and draw follow from what was known then",
            counted(report.receipts_replayed, "receipt")
        ),
        items => format!("!!  the receipts of {} do not follow from what was known then", counted(items.len() as u64, "item")),
    };
    let steps = match report.unsupported_steps {
        0 => "ok  every step of trust follows from the evidence before it".to_owned(),
        n => format!("!!  {} of trust did not follow from the evidence; they count for nothing", counted(u64::from(n), "step")),
    };
    [chain, database.to_owned(), learners, receipts, steps].join("\n")
}
