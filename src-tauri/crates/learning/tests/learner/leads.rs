//! Guards that learning works at all: loose bounds, one shuffle of a real file.

use crate::lead_file::{auc, ece, read_leads, shuffled};
use autoreach_learning::{Learner, Prior, Verdict};
use std::path::Path;

#[test]
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn five_hundred_verdicts_teach_what_a_team_accepts() {
    let Some(folder) = std::env::var_os("AUTOREACH_DEV_DATA") else {
        eprintln!("skipped: five_hundred_verdicts_teach_what_a_team_accepts: AUTOREACH_DEV_DATA is not set");
        return;
    };
    let leads = read_leads(&Path::new(&folder).join("leads/Leads.csv")).expect("the file is readable");
    let order = shuffled(leads.len(), 1);
    let (test, stream) = order.split_at(2_000);
    let mut learner = Learner::new(Prior::default());
    let mut log_loss = 0.0;
    for lead in stream.iter().take(500).map(|index| &leads[*index]) {
        let p = learner.predict(&lead.features).confidence.p_cal;
        log_loss -= if lead.converted { p.ln() } else { (1.0 - p).ln() };
        learner.arrive(&lead.features);
        learner.learn(&Verdict { features: &lead.features, accepted: lead.converted, weight: 1.0, reviewer: "r1" });
    }
    let scored = test.iter().map(|index| (learner.predict(&leads[*index].features).confidence.p_cal, leads[*index].converted));
    let scored: Vec<(f64, bool)> = scored.collect();
    assert!(log_loss / 500.0 < 0.52, "prequential log-loss {}", log_loss / 500.0);
    assert!(auc(&scored) > 0.85, "AUC {}", auc(&scored));
    assert!(ece(&scored) < 0.06, "calibration error {}", ece(&scored));
}
