//! Pages and models side by side: slow sites, a slow model, and how near a run comes to the shortest time there is.

use std::time::{Duration, Instant};

use autoreach_acceptance::model_server::{ModelServer, Question, Stream};
use autoreach_acceptance::workspace::{Kind, TestWorkspace, pages_of};
use autoreach_engine::settings::engine::{EngineChoice, EngineKind};
use autoreach_testkit::site_server::{SiteServer, Sites};
use serde_json::json;

use crate::figures::{Aim, Figures};
use crate::options::Options;

/// Sites, pages of each, and what each answer takes.
const SITES: Sites = Sites { companies: 100, pages: 8, latency: Duration::from_millis(200) };
/// Hosts asked at once (`guarantees.md` W4).
const HOSTS_AT_ONCE: f64 = 16.0;
/// What a model takes for an answer, and how many it gives at once.
const THINKING: Duration = Duration::from_secs(1);
const ANSWERS_AT_ONCE: u8 = 8;

/// Runs the leads and holds the time against the ideal schedule.
pub(crate) async fn measure(options: &Options, figures: &mut Figures) {
    let sites = Sites { companies: if options.is_quick { 32 } else { SITES.companies }, ..SITES };
    let server = SiteServer::start_with(sites).expect("the server starts");
    let model = ModelServer::start_slow(THINKING, |question| answer(question).whole()).await;
    let workspace = TestWorkspace::of_kind(Kind::Ordinary, pages_of(&server), 10).await;
    let choice = EngineChoice {
        kind: EngineKind::OpenaiCompatible,
        base_url: Some(model.url()),
        model: Some("small-model".to_owned()),
        at_once: ANSWERS_AT_ONCE.try_into().ok(),
    };
    workspace.engine.set_engine(choice).await.expect("a model on this computer can be chosen");
    workspace.import(&server.leads_csv()).await;
    let begun = Instant::now();
    let progress = workspace.run().await;
    let taken = begun.elapsed().as_secs_f64();
    let leads = sites.companies as f64;
    assert_eq!((progress.drafted as f64, progress.given_up), (leads, 0), "{progress:?}");
    let pages_of_a_lead = server.requests() as f64 / leads * sites.latency.as_secs_f64();
    let calls_of_a_lead = model.asked().len() as f64 / leads * THINKING.as_secs_f64();
    let ideal = ideal(leads, pages_of_a_lead, calls_of_a_lead);
    let size = format!("{leads} leads x {} pages at 0.2 s, {calls_of_a_lead:.1} questions of 1 s, 8 at once", sites.pages);
    figures.add("with_model_seconds", size, taken, "s", Aim::None);
    let formula = "  ideal: max(leads x pages / 16 + questions, pages + leads x questions / 8)";
    figures.add("with_model_ideal_seconds", formula, ideal, "s", Aim::None);
    figures.add("with_model_ratio", "  measured / ideal", taken / ideal, "", Aim::AtMost(1.3));
}

/// The shortest time for all leads, in seconds: either the pages or the model is busy without a pause, and before or after it one
/// lead is worked on alone.
fn ideal(leads: f64, pages_of_a_lead: f64, calls_of_a_lead: f64) -> f64 {
    let pages_are_slower = leads * pages_of_a_lead / HOSTS_AT_ONCE + calls_of_a_lead;
    let the_model_is_slower = pages_of_a_lead + leads * calls_of_a_lead / f64::from(ANSWERS_AT_ONCE);
    pages_are_slower.max(the_model_is_slower)
}

/// No further fact for a page; a mail that opens with the first fact.
fn answer(question: &Question) -> Stream {
    let sentences = json!([{ "text": "You plan your shipments with care.", "facts": [1] }]);
    let mail = json!({ "subject": "Your planning", "subject_facts": [], "sentences": sentences });
    let said = if question.is_for_a_mail() { mail } else { json!({ "facts": [] }) };
    Stream::saying(&said.to_string(), "stop", 960)
}
