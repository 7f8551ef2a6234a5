//! What is known around a lead reaches its card, and muting changes what stops the agent and nothing else.

use crate::error::EngineError;
use crate::testing::{Desk, noon};
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::icp::Country;
use autoreach_domain::market_note::NewMarketNote;
use autoreach_domain::mute::CannotMute;
use autoreach_domain::review::ReviewItem;
use jiff::SignedDuration;
use std::path::Path;

async fn item_of(desk: &Desk, company: &str) -> ReviewItem {
    let id = desk.engine.find_item(company).await.expect("is there");
    desk.engine.item(id).await.expect("reads").item
}

async fn reasons(desk: &Desk, company: &str, kind: ExceptionKind) -> Vec<String> {
    let item = item_of(desk, company).await;
    item.card.exceptions.into_iter().filter(|exception| exception.kind == kind).map(|exception| exception.reason).collect()
}

async fn contacts(desk: &Desk, csv: &str) {
    let added = desk.engine.import_contacts(csv.as_bytes(), "met at the fair", Path::new("unused")).await.expect("imports");
    assert_eq!((added.new, added.unusable), (1, 0));
}

#[tokio::test]
async fn a_lead_among_the_contacts_goes_to_a_person_with_how_they_are_known() {
    let desk = Desk::empty().await;
    contacts(&desk, "Name,Company,Email\nWei Rao,Orbital Freight,WEI.RAO@orbital.example\n").await;
    desk.import_leads().await;
    desk.work().await;
    let told = reasons(&desk, "Orbital", ExceptionKind::KnownContact).await;
    assert_eq!(told, ["Among your contacts is Wei Rao (Orbital Freight): met at the fair."]);
    assert!(reasons(&desk, "Vantage", ExceptionKind::KnownContact).await.is_empty());
}

#[tokio::test]
async fn a_colleague_of_a_contact_is_no_stranger_either() {
    let desk = Desk::empty().await;
    contacts(&desk, "Name,Company,Email\nKim Holm,Orbital Freight,kim@orbital.example\n").await;
    desk.import_leads().await;
    desk.work().await;
    let told = reasons(&desk, "Orbital", ExceptionKind::KnownContact).await;
    assert_eq!(told, ["Among your contacts is Kim Holm (Orbital Freight): met at the fair."]);
}

#[tokio::test]
async fn the_same_contact_twice_is_kept_once_and_can_be_taken_off() {
    let desk = Desk::empty().await;
    let file =
        "Name,Company,Email,Website\nWei Rao,Orbital Freight,wei@orbital.example,\nNobody,Nowhere,,\nWei R,Orbital,Wei@Orbital.example,\n";
    let added = desk.engine.import_contacts(file.as_bytes(), "", Path::new("unused")).await.expect("imports");
    assert_eq!((added.new, added.known, added.unusable), (1, 1, 1));
    let list = desk.engine.contacts().await.expect("reads");
    assert_eq!((list.total, list.lines[0].address.as_str()), (1, "wei@orbital.example"));
    assert!(desk.engine.remove_contact(list.lines[0].id).await.expect("removes"));
    assert_eq!(desk.engine.contacts().await.expect("reads").total, 0);
}

fn denmark(text: &str) -> NewMarketNote {
    let until = noon().to_zoned(jiff::tz::TimeZone::UTC).date();
    NewMarketNote { text: text.into(), industry: None, country: Some(Country::parse("DK").expect("a country")), until }
}

#[tokio::test]
async fn a_note_about_a_market_stops_its_leads_until_it_ends() {
    let desk = Desk::empty().await;
    let note = desk.engine.add_market_note(denmark("Ports strike")).await.expect("is kept");
    assert!(matches!(desk.engine.add_market_note(denmark(" ")).await, Err(EngineError::MarketNote(_))));
    desk.import_leads().await;
    desk.work().await;
    let told = reasons(&desk, "Orbital", ExceptionKind::MarketNote).await;
    assert_eq!(told, ["Your note about Denmark, until 20 November 2026: \"Ports strike\"."]);
    assert!(desk.engine.end_market_note(note.id).await.expect("ends"));
    assert!(desk.engine.market_notes().await.expect("reads").is_empty());
}

#[tokio::test]
async fn a_muted_kind_is_named_and_no_longer_the_reason_why_somebody_must_look() {
    let desk = Desk::empty().await;
    desk.engine.add_market_note(denmark("Ports strike")).await.expect("is kept");
    let workflow = desk.engine.workflow(None).await.expect("there is one").id;
    desk.engine.mute_exception(workflow, ExceptionKind::MarketNote, 7).await.expect("mutes");
    desk.import_leads().await;
    desk.work().await;
    let item = item_of(&desk, "Orbital").await;
    let note = item.card.exceptions.iter().find(|exception| exception.kind == ExceptionKind::MarketNote).expect("is named");
    assert!(note.muted);
    let desk_line = |lines: Vec<super::exceptions::ExceptionDesk>| {
        lines.into_iter().find(|line| line.kind == ExceptionKind::MarketNote).expect("listed")
    };
    let line = desk_line(desk.engine.exception_desk(workflow).await.expect("reads"));
    let days = line.muted_until.map(|until| until.duration_since(noon()).as_hours() / 24);
    assert_eq!((line.waiting, days), (0, Some(7)));
    desk.engine.unmute_exception(workflow, ExceptionKind::MarketNote).await.expect("unmutes");
    assert_eq!(desk_line(desk.engine.exception_desk(workflow).await.expect("reads")).muted_until, None);
}

#[tokio::test]
async fn a_hard_floor_cannot_be_muted() {
    let desk = Desk::empty().await;
    let workflow = desk.engine.workflow(None).await.expect("there is one").id;
    let refused = desk.engine.mute_exception(workflow, ExceptionKind::Competitor, 7).await;
    assert!(matches!(refused, Err(EngineError::CannotMute(CannotMute::HardFloor(ExceptionKind::Competitor)))));
}

#[tokio::test]
async fn an_exception_nobody_answers_comes_first_is_told_once_and_releases_nothing() {
    let desk = Desk::with_a_queue().await;
    let first = |lines: Vec<crate::review::queue::QueueLine>| lines.into_iter().next().map(|line| (line.company, line.is_overdue));
    assert!(desk.engine.overdue_to_tell().await.expect("reads").is_empty());
    let desk = desk.reopen(noon() + SignedDuration::from_hours(71)).await;
    assert!(desk.engine.overdue_to_tell().await.expect("reads").is_empty(), "three days have not passed");
    let desk = desk.reopen(noon() + SignedDuration::from_hours(73)).await;
    let told = desk.engine.overdue_to_tell().await.expect("reads");
    assert_eq!(told.iter().map(|line| line.company.as_str()).collect::<Vec<_>>(), ["Quanta Cargo"], "its recipient is to be confirmed");
    assert!(desk.engine.overdue_to_tell().await.expect("reads").is_empty());
    assert_eq!(first(desk.engine.queue(0, 10).await.expect("reads")), Some(("Quanta Cargo".to_owned(), true)));
    assert!(desk.engine.outbox().await.expect("reads").is_empty());
}
