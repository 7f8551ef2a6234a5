//! The hand-over, phase by phase, against a real server with every fault.

use crate::cleared::composed;
use autoreach_mail::{
    Deferral, FrozenMail, Misconfiguration, Outcome, Security, SmtpAccount, SmtpError, Timeouts, TlsRefusal, connect, test_connection,
};
use autoreach_testkit::smtp_server::{Fault, Faults, Setup, SmtpServer};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse";

/// Short enough for tests; the real ones are minutes.
const TIMEOUTS: Timeouts =
    Timeouts { connect: Duration::from_millis(700), command: Duration::from_millis(300), delivery: Duration::from_millis(600) };

fn server(faults: Faults) -> SmtpServer {
    SmtpServer::start_with(faults, Setup { login: Some(("alex".into(), PASSWORD.into())), spool: None }).expect("starts")
}

fn account(server: &SmtpServer) -> SmtpAccount {
    SmtpAccount {
        host: server.addr().ip().to_string(),
        port: server.addr().port(),
        security: Security::None,
        username: "alex".into(),
        extra_root: None,
        timeouts: TIMEOUTS,
    }
}

fn frozen() -> FrozenMail {
    composed("Wei Rao", "Späte Häfen", "Hi Wei,\n\n.hidden dot\n..\n.\nWorth a call?")
}

/// Connects, offers and delivers.
async fn hand_over(server: &SmtpServer) -> Result<Outcome, SmtpError> {
    Ok(connect(&account(server), PASSWORD).await?.offer(frozen()).await?.deliver().await)
}

/// What the hand-over comes to under `fault`, and how many mails the server then has.
async fn under(fault: Fault) -> (Result<Outcome, SmtpError>, usize) {
    let server = server(Faults::always(fault));
    let came_to = hand_over(&server).await;
    (came_to, server.accepted().len())
}

#[tokio::test]
async fn what_was_approved_is_byte_for_byte_what_the_server_has() {
    let server = server(Faults::none());
    let frozen = frozen();
    assert!(matches!(hand_over(&server).await, Ok(Outcome::Accepted(reply)) if reply.code == 250));
    let accepted = server.accepted().remove(0);
    assert_eq!(<[u8; 32]>::from(Sha256::digest(&accepted.bytes)), frozen.hash());
    assert_eq!(accepted.message_id().as_deref(), Some(frozen.message_id().as_str()));
    assert_eq!(
        (accepted.from.as_str(), accepted.to.as_slice()),
        ("alex@portwise.example", ["wei.rao@orbital.example".to_owned()].as_slice())
    );
}

#[tokio::test]
async fn awkward_bodies_arrive_byte_for_byte() {
    let server = server(Faults::none());
    let long_line = "x".repeat(2_000);
    let bodies =
        [".", "..", ".\n.\n.", "a\n.\nQUIT\n.", &long_line, &"words ".repeat(3_000), "ends with blanks   \n\n\n", "=20=", "日本語。\n.点"];
    for body in bodies {
        let frozen = composed("", "Late ports", body);
        let offered = connect(&account(&server), PASSWORD).await.expect("logs in").offer(frozen.clone()).await.expect("is offered");
        assert!(matches!(offered.deliver().await, Outcome::Accepted(_)), "{body:?}");
        assert_eq!(server.accepted().last().map(|mail| mail.bytes.clone()), Some(frozen.bytes().to_vec()), "{body:?}");
    }
}

#[tokio::test]
async fn an_aborted_offer_leaves_nothing_at_the_server() {
    let server = server(Faults::none());
    let offered = connect(&account(&server), PASSWORD).await.expect("logs in").offer(frozen()).await.expect("is offered");
    offered.abort();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(server.accepted(), []);
    assert!(matches!(hand_over(&server).await, Ok(Outcome::Accepted(_))), "the next one is not disturbed");
}

#[tokio::test]
async fn before_the_body_every_failure_is_certain_and_named() {
    let deferred = |came_to: &Result<Outcome, SmtpError>| matches!(came_to, Err(SmtpError::Deferred(_)));
    for fault in [Fault::SilentAtConnect, Fault::StallsAtRecipient] {
        assert_eq!(under(fault).await, (Err(SmtpError::Deferred(Deferral::TimedOut)), 0), "{fault:?}");
    }
    for fault in [Fault::BusyAtConnect, Fault::GreylistsRecipient] {
        let (came_to, accepted) = under(fault).await;
        assert!(matches!(&came_to, Err(SmtpError::Deferred(Deferral::AskedToWait(_)))) && accepted == 0, "{fault:?}: {came_to:?}");
    }
    let (came_to, accepted) = under(Fault::DropsBeforeGoAhead).await;
    assert!(deferred(&came_to) && accepted == 0, "{came_to:?}");
    let (came_to, _) = under(Fault::UnknownRecipient).await;
    assert!(matches!(&came_to, Err(SmtpError::Bounced(reply)) if reply.code == 550 && reply.text.contains("no such user")), "{came_to:?}");
    let (came_to, _) = under(Fault::RefusesSender).await;
    assert!(matches!(&came_to, Err(SmtpError::Misconfigured(Misconfiguration::SenderRefused(_)))), "{came_to:?}");
    let (came_to, _) = under(Fault::RefusesAtConnect).await;
    assert!(matches!(&came_to, Err(SmtpError::Misconfigured(Misconfiguration::TurnedAway(_)))), "{came_to:?}");
    let (came_to, _) = under(Fault::RefusesLogin).await;
    assert!(matches!(&came_to, Err(SmtpError::AuthRefused(reply)) if reply.code == 535), "{came_to:?}");
}

#[tokio::test]
async fn after_the_body_a_clear_no_is_a_no() {
    let (came_to, accepted) = under(Fault::DefersMail).await;
    assert!(matches!(&came_to, Ok(Outcome::RefusedForNow(reply)) if reply.code == 451) && accepted == 0, "{came_to:?}");
    let (came_to, accepted) = under(Fault::RefusesMail).await;
    assert!(matches!(&came_to, Ok(Outcome::RefusedForGood(reply)) if reply.code == 554) && accepted == 0, "{came_to:?}");
}

#[tokio::test]
async fn without_a_clear_reply_it_is_uncertain_even_when_the_server_has_the_mail() {
    for fault in [Fault::AcceptsAndDrops, Fault::AcceptsAndStalls, Fault::AcceptsAndBabbles] {
        assert_eq!(under(fault).await, (Ok(Outcome::NoReply), 1), "{fault:?}");
    }
    assert_eq!(under(Fault::DropsInBody).await, (Ok(Outcome::NoReply), 0));
}

#[tokio::test]
async fn a_slow_reply_within_its_time_is_waited_for() {
    let (came_to, accepted) = under(Fault::RepliesAfter(Duration::from_millis(400))).await;
    assert!(matches!(came_to, Ok(Outcome::Accepted(_))) && accepted == 1, "{came_to:?}");
}

#[tokio::test]
async fn a_wrong_password_is_told_from_a_missing_server() {
    let server = server(Faults::none());
    assert!(matches!(test_connection(&account(&server), "wrong").await, Err(SmtpError::AuthRefused(_))));
    assert_eq!(test_connection(&account(&server), PASSWORD).await, Ok(()));
    let gone = account(&server);
    drop(server);
    assert_eq!(test_connection(&gone, PASSWORD).await, Err(SmtpError::Deferred(Deferral::Unreachable)));
}

#[tokio::test]
async fn a_server_without_login_cannot_be_logged_in_to() {
    let server = SmtpServer::start(Faults::none()).expect("starts");
    let came_to = test_connection(&account(&server), PASSWORD).await;
    assert_eq!(came_to, Err(SmtpError::Misconfigured(Misconfiguration::NoPasswordLogin)));
    let without_user = SmtpAccount { username: String::new(), ..account(&server) };
    assert_eq!(test_connection(&without_user, "").await, Ok(()));
}

#[tokio::test]
async fn plain_text_stays_on_this_computer() {
    let away = SmtpAccount { host: "192.0.2.1".into(), security: Security::None, ..account(&server(Faults::none())) };
    let started = Instant::now();
    assert_eq!(test_connection(&away, PASSWORD).await, Err(SmtpError::Misconfigured(Misconfiguration::PlainTextBeyondLoopback)));
    assert!(started.elapsed() < TIMEOUTS.connect, "refused before anything is sent");
}

#[tokio::test]
async fn without_encryption_nothing_is_said_where_encryption_is_set() {
    let server = server(Faults::none());
    let starttls = SmtpAccount { security: Security::StartTls, ..account(&server) };
    assert_eq!(test_connection(&starttls, PASSWORD).await, Err(SmtpError::TlsRefused(TlsRefusal::NotOffered)));
    let tls = SmtpAccount { security: Security::Tls, ..account(&server) };
    assert_eq!(test_connection(&tls, PASSWORD).await, Err(SmtpError::TlsRefused(TlsRefusal::Handshake)));
    let broken = SmtpAccount { extra_root: Some(b"no certificate".to_vec()), ..tls };
    assert!(test_connection(&broken, PASSWORD).await.is_err());
}
