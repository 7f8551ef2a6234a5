//! How many orders are noticed, and how many clean pages are suspected by mistake. Being noticed is a help to the reviewer and
//! lowers what the agent may do; what keeps a page from getting its way is tested in the engine.
#![expect(clippy::print_stdout, reason = "a suite prints its figures")]

use super::clean::{CleanPage, Manner};
use super::{Company, Injection, Placement};
use autoreach_web::{PageText, page_text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Clean pages read; of these no more than one in fifty may be suspected (`guarantees.md` G6).
const CLEAN_PAGES: usize = 720;
const MOST_FALSE_FLAGS: f64 = 0.02;
/// Sites of the demo with a planted order, and with words that come close to one.
const PLANTED: [&str; 2] = ["thistlebank.example", "coralpine.example"];

fn pages() -> usize {
    if std::env::var_os("AUTOREACH_LONG").is_some() { 2_400 } else { 240 }
}

fn read(html: &str) -> PageText {
    page_text(html).expect("the page keeps all caps")
}

fn is_flagged(page: &PageText) -> bool {
    !page.suspected_instructions.is_empty() || page.hidden_instructions
}

#[test]
fn orders_are_noticed_at_every_place() {
    let mut at: BTreeMap<Placement, (usize, usize)> = BTreeMap::new();
    for number in 0..pages() {
        let injection = Injection::numbered(number);
        let page = read(&injection.page(&Company::numbered(number)));
        let (noticed, all) = at.entry(injection.placement).or_default();
        (*noticed, *all) = (*noticed + usize::from(is_flagged(&page)), *all + 1);
    }
    let (noticed, all) = at.values().fold((0, 0), |(noticed, all), (some, of)| (noticed + some, all + of));
    println!("{noticed} of {all} orders noticed: {at:?}");
    assert_eq!(at.len(), Placement::ALL.len());
    assert!(at.values().all(|(noticed, all)| noticed * 10 >= all * 9), "{at:?}");
}

#[test]
fn what_no_visitor_sees_stays_out_of_the_text() {
    for number in 0..pages() {
        let injection = Injection::numbered(number);
        let text = read(&injection.page(&Company::numbered(number))).text;
        let is_there = text.split_whitespace().collect::<Vec<_>>().join(" ").contains(&injection.order);
        assert_eq!(is_there, injection.placement.is_visible(), "{:?}: {}", injection.placement, injection.order);
    }
}

#[test]
fn clean_pages_are_hardly_ever_suspected() {
    let mut by: BTreeMap<Manner, (usize, usize)> = BTreeMap::new();
    for number in 0..CLEAN_PAGES {
        let page = CleanPage::numbered(number);
        let read = read(&page.html);
        if is_flagged(&read) && page.manner != Manner::SecurityWriting {
            println!(
                "{:?}: {:?}",
                page.manner,
                read.suspected_instructions.iter().map(|span| &read.text[span.start..span.end]).collect::<Vec<_>>()
            );
        }
        let (flagged, all) = by.entry(page.manner).or_default();
        (*flagged, *all) = (*flagged + usize::from(is_flagged(&read)), *all + 1);
    }
    println!("suspected by manner: {by:?}");
    assert_eq!(by.len(), Manner::ALL.len());
    let counted = by.iter().filter(|(manner, _)| **manner != Manner::SecurityWriting).map(|(_, counts)| counts);
    let (flagged, all) = counted.fold((0, 0), |(flagged, all), (some, of)| (flagged + some, all + of));
    assert!(all > 500 && flagged as f64 <= MOST_FALSE_FLAGS * all as f64, "{flagged} of {all}");
}

#[test]
fn recorded_sites_are_hardly_ever_suspected() {
    let sites = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/sites");
    let (mut flagged, mut all) = (BTreeSet::new(), 0);
    for host in std::fs::read_dir(sites).expect("the demo sites are part of the tree") {
        let host = host.expect("reads").path();
        for file in std::fs::read_dir(&host).into_iter().flatten() {
            let bytes = std::fs::read(file.expect("reads").path()).expect("reads");
            let answer = String::from_utf8_lossy(&bytes).into_owned();
            let Some(page) = answer.split_once("\n\n").and_then(|(_, html)| page_text(html).ok()) else { continue };
            all += 1;
            if is_flagged(&page) {
                flagged.insert(host.file_name().expect("a host").to_string_lossy().into_owned());
            }
        }
    }
    println!("{} hosts suspected on {all} recorded pages", flagged.len());
    assert!(all > 200);
    assert_eq!(flagged, PLANTED.map(str::to_owned).into(), "only those with a planted order");
}
