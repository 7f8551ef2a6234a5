//! The lead file's contact against what the company's pages say of people.

use autoreach_agents::{ContactDifference, contact_differences};
use autoreach_domain::dossier::Fact;
use autoreach_domain::lead::{EmailAddress, Lead};

use crate::builders::{dossier, lead};

fn person(name: &str, role: &str, departed: bool) -> (Fact, &'static str, Option<&'static str>) {
    (Fact::ContactRole { name: name.into(), role: role.into(), departed }, "words of the page", None)
}

fn sentences(lead: &Lead, people: &[(Fact, &str, Option<&str>)]) -> Vec<String> {
    contact_differences(lead, &dossier(people)).iter().map(|difference| difference.sentence(lead)).collect()
}

#[test]
fn a_contact_that_the_pages_confirm_or_do_not_name_differs_in_nothing() {
    assert_eq!(sentences(&lead(), &[person("Wei Rao", "VP Operations", false)]), Vec::<String>::new());
    assert_eq!(sentences(&lead(), &[person("Dr. Wei Rao", "Director of Operations", false)]), Vec::<String>::new());
    assert_eq!(sentences(&lead(), &[person("Ann Sand", "CEO", false)]), Vec::<String>::new());
    assert_eq!(sentences(&lead(), &[]), Vec::<String>::new());
}

#[test]
fn another_role_another_spelling_and_who_has_left_are_named() {
    let page = "https://nordvimpel.example/page";
    assert_eq!(
        sentences(&lead(), &[person("Wei Rao", "Head of Sales", false)]),
        [format!("Their page {page} calls Wei Rao 'Head of Sales', the lead file 'VP Operations'.")]
    );
    assert_eq!(
        sentences(&lead(), &[person("Wai Rao", "VP Operations", false)]),
        [format!("Their page {page} writes 'Wai Rao', the lead file 'Wei Rao'.")]
    );
    assert_eq!(sentences(&lead(), &[person("Wei Rao", "VP Operations", true)]), [format!("Their page {page} says that Wei Rao has left.")]);
}

#[test]
fn a_mail_address_of_another_domain_than_the_pages_is_named() {
    let mut foreign = lead();
    foreign.person.email = EmailAddress::parse("wei.rao@otherco.example").ok();
    let found = dossier(&[]);
    assert!(matches!(contact_differences(&foreign, &found)[..], [ContactDifference::Domain { .. }]));
    assert_eq!(sentences(&foreign, &[]), ["The mail address is at otherco.example, their pages are at nordvimpel.example."]);
}
