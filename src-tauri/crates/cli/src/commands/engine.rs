//! `engine`: who reads and writes. The key never stands in an argument; what a server calls its models is foreign text.

use crate::answer::Answer;
use crate::args::{Amount, EngineArg, EngineArgs, EngineCommand, EnginePlace, KeyedEngine, LimitArgs};
use crate::error::CliError;
use crate::prompt;
use crate::view::text::visible;
use crate::view::words::counted;
use autoreach_engine::Engine;
use autoreach_engine::demo;
use autoreach_engine::domain::egress::ModelRole;
use autoreach_engine::settings::engine::{DetectedEngine, EngineChoice, EngineKey, EngineKind, EngineView};
use autoreach_engine::settings::limits::SpendingLimits;

/// Shows, looks for, chooses, keys or tries an engine.
pub(crate) async fn engine(engine: &Engine, command: EngineCommand) -> Result<Answer, CliError> {
    match command {
        EngineCommand::Show => {
            let view = engine.engine_view().await?;
            let text = view_words(&view);
            Ok(Answer::new(&view, text))
        }
        EngineCommand::Detect => detect(engine).await,
        EngineCommand::Set(EngineArgs { kind, part: None, place }) => set(engine, choice(kind, place)).await,
        EngineCommand::Set(EngineArgs { kind, part: Some(part), place }) => {
            let view = engine.set_stage_engine(part, Some(choice(kind, place))).await?;
            Ok(Answer::new(&view, format!("{}\nNothing was sent.", parts_words(&view).join("\n"))))
        }
        EngineCommand::Follow { part } => {
            let view = engine.set_stage_engine(part, None).await?;
            Ok(Answer::new(&view, parts_words(&view).join("\n")))
        }
        EngineCommand::Limits(args) => limits(engine, args).await,
        EngineCommand::Key { kind: Some(kind), remove: true } => remove_key(engine, kind).await,
        EngineCommand::Key { kind, remove: _ } => keep_key(engine, kind).await,
        EngineCommand::Test { kind, place } => {
            let tried = match kind {
                Some(kind) => choice(kind, place),
                None => engine.engine_choice().await?,
            };
            let test = engine.test_engine(&tried).await?;
            let text = format!("{} It took {} ms.", visible(&test.words), test.took_ms);
            Ok(Answer::new(&test, text))
        }
    }
}

/// The built-in engine has no model and no address.
fn choice(kind: EngineArg, place: EnginePlace) -> EngineChoice {
    match kind.kind() {
        EngineKind::Rules => EngineChoice::default(),
        kind => EngineChoice { kind, base_url: place.url, model: place.model, at_once: place.at_once },
    }
}

/// Shows the limits, changed where something is given.
async fn limits(engine: &Engine, args: LimitArgs) -> Result<Answer, CliError> {
    let known = engine.spending_limits().await?;
    let or = |given: Option<Amount>, known: Option<u64>| given.map_or(known, |Amount(limit)| limit);
    let limits = SpendingLimits {
        day_micros: or(args.day, known.day_micros),
        day_tokens: or(args.day_tokens, known.day_tokens),
        run_micros: or(args.run, known.run_micros),
        run_tokens: or(args.run_tokens, known.run_tokens),
    };
    if limits != known {
        engine.set_spending_limits(limits).await?;
    }
    Ok(Answer::new(&limits, limits_words(&limits)))
}

fn limits_words(limits: &SpendingLimits) -> String {
    let dollars = |limit: Option<u64>| limit.map_or_else(|| "no limit".to_owned(), |micros| format!("${:.2}", micros as f64 / 1e6));
    let tokens = |limit: Option<u64>| limit.map_or_else(|| "no limit".to_owned(), |tokens| format!("{tokens} tokens"));
    format!(
        "A day: {}, {}. A run: {}, {}. At a limit the models stop and the built-in engine goes on.",
        dollars(limits.day_micros),
        tokens(limits.day_tokens),
        dollars(limits.run_micros),
        tokens(limits.run_tokens)
    )
}

/// Who does which part.
fn parts_words(view: &EngineView) -> Vec<String> {
    let part = |role: &ModelRole| {
        let named = view.stages.of(*role);
        match (role, named) {
            (_, Some(choice)) => format!("The {role}: {}", choice_words(choice)),
            (role, None) if role.is_extra() => format!("The {role}: none"),
            (_, None) => format!("The {role}: as above"),
        }
    };
    ModelRole::ALL.iter().map(part).collect()
}

async fn detect(engine: &Engine) -> Result<Answer, CliError> {
    let view = engine.detect_engines().await?;
    let text = if view.detected.is_empty() {
        "No model server answers on this computer. Start Ollama, LM Studio or the server of llama.cpp and look again; the built-in engine works without."
            .to_owned()
    } else {
        let found: Vec<String> = view.detected.iter().map(detected_words).collect();
        format!("{}\nChoose one as in `{}`.", found.join("\n"), set_example(&view.detected[0]))
    };
    Ok(Answer::new(&view, text))
}

async fn set(engine: &Engine, choice: EngineChoice) -> Result<Answer, CliError> {
    let view = engine.set_engine(choice).await?;
    let next = if view.choice.kind == EngineKind::Rules { "" } else { " Nothing was sent. Try it with `autoreach engine test`." };
    let demo = if demo::is_demo(engine.dir()) { " The demo itself never asks a model." } else { "" };
    let text = format!("In use: {}.{next}{demo}", choice_words(&view.choice));
    Ok(Answer::new(&view, text))
}

async fn keep_key(engine: &Engine, named: Option<KeyedEngine>) -> Result<Answer, CliError> {
    let key = prompt::ask_hidden_or_read("Key: ")?;
    if key.expose().is_empty() {
        return Err(CliError::NeedsEngineKey);
    }
    let kind = named.map(KeyedEngine::kind).or_else(|| Engine::engine_of_key(&key)).ok_or(CliError::UnknownEngineKey)?;
    let view = engine.set_engine_key(kind, &key).await?;
    let kept = view.keys.iter().find(|key| key.kind == kind).map(key_words).unwrap_or_default();
    let text = format!("Kept in the keychain or vault: {kept}. Use it with `autoreach engine set {}`.", argument(kind));
    Ok(Answer::new(&view, text))
}

async fn remove_key(engine: &Engine, kind: KeyedEngine) -> Result<Answer, CliError> {
    let view = engine.remove_engine_key(kind.kind()).await?;
    let text = format!(
        "The key for {} is forgotten here; revoke it with the provider too. In use: {}.",
        words(kind.kind()),
        choice_words(&view.choice)
    );
    Ok(Answer::new(&view, text))
}

fn view_words(view: &EngineView) -> String {
    let mut lines = vec![format!("In use: {}", choice_words(&view.choice))];
    lines.extend(parts_words(view));
    lines.push(format!("Models may see: {}. {}", view.profile, view.profile.words()));
    lines.extend(view.not_asked.clone());
    lines.push(limits_words(&view.limits));
    lines.push(view.spent_today.clone());
    let keys: Vec<String> = view.keys.iter().map(key_words).collect();
    lines.push(format!("Keys: {}", if keys.is_empty() { "none; add one with `autoreach engine key`".to_owned() } else { keys.join(", ") }));
    lines.extend(view.detected.iter().map(detected_words));
    let estimate = view.cost_per_hundred_leads.as_ref().map(|cost| format!("; a hundred leads cost about {cost}")).unwrap_or_default();
    lines.push(format!("Models have cost {} so far{estimate}", view.cost_so_far));
    lines.join("\n")
}

fn choice_words(choice: &EngineChoice) -> String {
    let model = choice.model.as_deref().map(|model| format!(", model {}", visible(model))).unwrap_or_default();
    let place = choice.base_url.as_deref().map(|url| format!(" at {}", visible(url))).unwrap_or_default();
    let at_once = choice.at_once.map(|most| format!(", at most {most} questions at once")).unwrap_or_default();
    format!("{}{model}{place}{at_once}", words(choice.kind))
}

fn key_words(key: &EngineKey) -> String {
    format!("{} (…{})", words(key.kind), visible(&key.last_four))
}

fn detected_words(engine: &DetectedEngine) -> String {
    let models: Vec<String> = engine.models.iter().map(|model| visible(model)).collect();
    let named = if models.is_empty() { String::new() } else { format!(": {}", models.join(", ")) };
    format!("Found {} at {} with {}{named}", engine.name, engine.base_url, counted(models.len() as u64, "model"))
}

fn set_example(engine: &DetectedEngine) -> String {
    let model = engine.models.first().map_or_else(|| "NAME".to_owned(), |model| visible(model));
    let place = if engine.kind == EngineKind::Ollama { String::new() } else { format!(" --url {}", engine.base_url) };
    format!("autoreach engine set {} --model {model}{place}", argument(engine.kind))
}

fn words(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Rules => "the built-in engine",
        EngineKind::Ollama => "Ollama",
        EngineKind::OpenaiCompatible => "OpenAI-compatible",
        EngineKind::Anthropic => "Anthropic",
    }
}

/// The kind as it is typed.
fn argument(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Rules => "rules",
        EngineKind::Ollama => "ollama",
        EngineKind::OpenaiCompatible => "openai-compatible",
        EngineKind::Anthropic => "anthropic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_calls_its_models_cannot_reach_the_terminal() {
        let engine = DetectedEngine {
            kind: EngineKind::OpenaiCompatible,
            name: "LM Studio".into(),
            base_url: "http://127.0.0.1:1234".into(),
            models: vec!["\u{1b}[2Jsmall".into()],
        };
        assert!(!format!("{}{}", detected_words(&engine), set_example(&engine)).contains('\u{1b}'));
        assert!(set_example(&engine).ends_with("--url http://127.0.0.1:1234"));
    }
}
