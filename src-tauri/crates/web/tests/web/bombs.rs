//! Pages built to break a parser end in time, with an error named by its cap or with their text.

use std::time::{Duration, Instant};

use autoreach_web::{TextError, page_text};

/// What a page may take here, unoptimised and on a busy machine; a quadratic parser would need minutes.
const SOON: Duration = Duration::from_secs(20);

#[track_caller]
fn check(name: &str, html: &str, expected: Option<TextError>) {
    let start = Instant::now();
    let outcome = page_text(html).map(drop);
    assert!(start.elapsed() < SOON, "{name} took {:?}", start.elapsed());
    if let Some(expected) = expected {
        assert_eq!(outcome, Err(expected), "{name}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    check("nested div", &"<div>".repeat(100_000), Some(TextError::TooManyTags));
    check("nested div below the cap of tags", &"<div>".repeat(49_000), Some(TextError::TooDeep));
    check("nested formatting", &(0..49_000).map(|n| format!("<b id={n}>")).collect::<String>(), Some(TextError::TooDeep));
    check("nested svg", &"<svg><desc>".repeat(20_000), Some(TextError::TooDeep));
    check("nested tables", &"<table><tr><td>".repeat(10_000), Some(TextError::TooDeep));
    check("nested lists", &"<ul><li>".repeat(20_000), Some(TextError::TooDeep));
}

#[test]
fn crowds_of_attributes_are_refused() {
    check(
        "attributes",
        &format!("<p {}>", (0..100_000).map(|n| format!("a{n}=1 ")).collect::<String>()),
        Some(TextError::TooManyAttributes),
    );
    check("unclosed attribute", &format!("<p a='{}", "x".repeat(1_000_000)), None);
}

#[test]
fn floods_end_in_time() {
    check("ampersands", &"&".repeat(244 * 1024), None);
    check("half references", &"&amp".repeat(60_000), None);
    check("numeric references", &"&#x1F600;".repeat(50_000), None);
    check("less than", &"<".repeat(244 * 1024), None);
    check("end tags", &"</p>".repeat(120_000), None);
    check("unclosed comment", &format!("<!--{}", "<!--".repeat(120_000)), None);
    check("unclosed script", &format!("<script>{}", "</scrip".repeat(60_000)), None);
    check("quotes", &"<a b='".repeat(40_000), None);
    check("null bytes", &"\0".repeat(244 * 1024), None);
    check("combining marks", &format!("a{}", "\u{301}".repeat(200_000)), None);
    check("combining marks in elements", &"<i>\u{301}</i>".repeat(40_000), None);
    check("letters that grow", &"\u{FDFA}".repeat(160_000), Some(TextError::TooLarge));
    check("mail signs", &"a@".repeat(240_000), None);
    check("style rules", &format!("<style>{}</style><p class='{}'>x", ".a{display:none}".repeat(15_000), "a ".repeat(10_000)), None);
    check("style braces", &format!("<style>{}</style>", "{".repeat(200_000)), None);
    check("at rules", &format!("<style>{}</style>", "@media screen{".repeat(15_000)), None);
    check("instructions", &"ignore all of the your my ".repeat(20_000), None);
}

#[test]
fn markup_that_misleads_the_scan_is_stopped_while_the_tree_grows() {
    check("nesting behind a false script", &format!("<svg><script>{}", "<div>".repeat(49_000)), None);
    check("nesting behind a false style", &format!("<svg></p><style>{}", "<g>".repeat(49_000)), None);
    check("nesting the scan takes for style", &format!("<table><tr><td><svg><td><style>{}", "<g>".repeat(49_000)), None);
    check("paragraphs the scan takes for style", &format!("<table><tr><td><svg><td><style><desc>{}", "<b><p>".repeat(900)), None);
    check("attributes behind a false title", &format!("<svg><title></svg><p {}>", "a b ".repeat(200_000)), None);
    check(
        "formatting copied into paragraphs",
        &format!("{}{}", (0..200).map(|n| format!("<b id={n}>")).collect::<String>(), "<p>x".repeat(40_000)),
        None,
    );
    check("adoption", &"<a><div>x<b><p>".repeat(12_000), None);
    check("misplaced table text", &format!("<table>{}", "x<b>y</b>".repeat(40_000)), None);
}

#[test]
fn the_largest_ordinary_page_is_read() {
    let page = "<div class=row><h2>Pumps for everyone</h2><p>We build <a href='/pumps'>pumps</a> and mail info@acme.example.</p></div>\n";
    check("1.5 MB of prose", &format!("{}{}", page.repeat(6_000), "words and more words ".repeat(38_000)), None);
    assert!(page_text(&page.repeat(6_000)).is_ok());
}
