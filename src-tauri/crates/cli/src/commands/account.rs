//! `account` and `dry-run`: the mail account, whose password never stands in an argument, and the switch before it.

use crate::access::secret_from_environment;
use crate::answer::Answer;
use crate::args::{AccountArgs, AccountCommand, Switch};
use crate::error::CliError;
use crate::{files, prompt};
use autoreach_engine::Engine;
use autoreach_engine::secrets::{Secret, read_passphrase_file};
use autoreach_engine::settings::{AccountSecurity, MailAccount};
use serde_json::json;

/// Sets, tests or shows the account.
pub(crate) async fn account(engine: &Engine, command: AccountCommand) -> Result<Answer, CliError> {
    match command {
        AccountCommand::Set(args) => set(engine, &args).await,
        AccountCommand::Test => {
            engine.test_mail_account().await?;
            Ok(Answer::new(&json!({ "works": true }), "The account works: connected, encrypted as asked, logged in."))
        }
        AccountCommand::Show => show(engine).await,
    }
}

async fn set(engine: &Engine, args: &AccountArgs) -> Result<Answer, CliError> {
    let extra_root = args.extra_root.as_deref().map(files::read_text).transpose()?;
    let account = MailAccount {
        host: args.host.clone(),
        port: args.port.unwrap_or(usual_port(args.security)),
        security: args.security,
        username: args.username.clone(),
        extra_root,
    };
    let password = password(args)?;
    engine.set_mail_account(&account, password.as_ref()).await?;
    let text = format!("Set {}:{}. Try it with `autoreach account test`; nothing leaves while dry run is on.", account.host, account.port);
    Ok(Answer::new(&account, text))
}

fn usual_port(security: AccountSecurity) -> u16 {
    match security {
        AccountSecurity::Tls => 465,
        AccountSecurity::Starttls => 587,
        AccountSecurity::None => 25,
    }
}

/// The password from its file, the environment or a hidden prompt; none for a server that asks for no login.
fn password(args: &AccountArgs) -> Result<Option<Secret>, CliError> {
    if args.username.is_empty() {
        return Ok(None);
    }
    if let Some(file) = &args.password_file {
        return Ok(Some(read_passphrase_file(file)?));
    }
    match secret_from_environment("AUTOREACH_MAIL_PASSWORD") {
        Some(password) => Ok(Some(password)),
        None if prompt::can_ask() => Ok(Some(prompt::ask_hidden("Password of the mail account: ")?)),
        None => Err(CliError::NeedsMailPassword),
    }
}

async fn show(engine: &Engine) -> Result<Answer, CliError> {
    let account = engine.mail_account().await?;
    let text = account.as_ref().map_or_else(
        || "No mail account yet. Set one with `autoreach account set`, or export mails with `autoreach export mails DIR`.".to_owned(),
        account_words,
    );
    Ok(Answer::new(&json!({ "account": account }), text))
}

fn account_words(account: &MailAccount) -> String {
    let security = match account.security {
        AccountSecurity::Tls => "TLS",
        AccountSecurity::Starttls => "STARTTLS",
        AccountSecurity::None => "no encryption",
    };
    let login = if account.username.is_empty() { "no login".to_owned() } else { format!("login {}", account.username) };
    let root = if account.extra_root.is_some() { ", a certificate of its own" } else { "" };
    format!("{}:{}, {security}, {login}{root}. The password lies in the keychain or vault.", account.host, account.port)
}

/// Switches dry run on or off.
pub(crate) async fn dry_run(engine: &Engine, state: Switch) -> Result<Answer, CliError> {
    let is_on = state == Switch::On;
    engine.set_dry_run(is_on).await?;
    let text = if is_on {
        "Dry run is on: `send` only says what would leave."
    } else {
        "Dry run is off: `autoreach send` hands approved mails over once their hold time is over."
    };
    Ok(Answer::new(&json!({ "dry_run": is_on }), text))
}
