//! The lead file's contact against what the company's pages say of people.

use autoreach_agents::{Known, exceptions, qualify};
use autoreach_domain::dossier::Fact;
use autoreach_domain::exception::ExceptionKind;
use autoreach_domain::lead::{EmailAddress, Lead};

use crate::builders::{definition, dossier, lead, now};

fn person(name: &str, role: &str, departed: bool) -> (Fact, &'static str, Option<&'static str>) {
    (Fact::ContactRole { name: name.into(), role: role.into(), departed }, "words of the page", None)
}

/// What the checks say of the contact.
fn sentences(lead: &Lead, people: &[(Fact, &'static str, Option<&'static str>)]) -> Vec<String> {
    let dossier = dossier(people);
    let told = exceptions(lead, &dossier, &qualify(lead, &dossier, &definition()), &definition(), &Known::default(), now());
    let of_contact = |kind| matches!(kind, ExceptionKind::ContactGone | ExceptionKind::ConflictingFacts | ExceptionKind::WrongCompany);
    told.into_iter().filter(|exception| of_contact(exception.kind)).map(|exception| exception.reason).collect()
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
    assert_eq!(
        sentences(&lead(), &[person("Wei Rao", "VP Operations", true)]),
        [format!("Their page {page} names Wei Rao as former VP Operations.")]
    );
}

#[test]
fn a_mail_address_of_another_domain_than_the_pages_is_named() {
    let mut foreign = lead();
    foreign.person.email = EmailAddress::parse("wei.rao@otherco.example").ok();
    assert_eq!(sentences(&foreign, &[]), ["The mail address is at otherco.example, the website at nordvimpel.example."]);
}
