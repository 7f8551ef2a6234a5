//! `egress`: what left this computer, to whom, why and at what cost. `estimate`: what a run will take.

use crate::answer::Answer;
use crate::args::{EgressArgs, EgressCommand, EstimateArgs};
use crate::error::CliError;
use crate::view::egress::{call_words, estimate_words, ledger_words};
use autoreach_engine::Engine;
use autoreach_engine::egress::view::EgressFilter;
use jiff::tz::TimeZone;
use serde_json::json;

/// Lists calls, shows one, or shows or sets the profile.
pub(crate) async fn egress(engine: &Engine, args: EgressArgs) -> Result<Answer, CliError> {
    match args.command {
        Some(EgressCommand::Show { call }) => {
            let detail = engine.egress_detail(call).await?;
            Ok(Answer::new(&detail, call_words(&detail)))
        }
        Some(EgressCommand::Profile { profile }) => {
            if let Some(profile) = profile {
                engine.set_egress_profile(profile).await?;
            }
            let profile = engine.egress_profile().await?;
            let view = engine.engine_view().await?;
            let text = [Some(format!("{profile}: {}", profile.words())), view.not_asked.clone()].into_iter().flatten();
            Ok(Answer::new(&json!({ "profile": profile, "not_asked": view.not_asked }), text.collect::<Vec<_>>().join("\n")))
        }
        None => {
            let lead = match &args.lead {
                Some(named) => Some(engine.item(engine.find_item(named).await?).await?.item.lead_id),
                None => None,
            };
            let since = args.since.and_then(|day| day.to_zoned(TimeZone::system()).ok()).map(|start| start.timestamp());
            let filter = EgressFilter { lead, since, host: args.host, left_only: args.left, models_only: args.models };
            let view = engine.egress(&filter, 0, args.limit).await?;
            Ok(Answer::new(&view, ledger_words(&view)))
        }
    }
}

/// What a run over the leads that wait will take.
pub(crate) async fn estimate(engine: &Engine, args: EstimateArgs) -> Result<Answer, CliError> {
    let estimate = match args.leads {
        Some(leads) => engine.estimate_for(leads).await?,
        None => engine.estimate_run(engine.workflow(None).await?.id).await?,
    };
    Ok(Answer::new(&estimate, estimate_words(&estimate)))
}
