//! Mail addresses as they stand in text. An address is taken as written; nothing is guessed or put together.

use percent_encoding::percent_decode_str;

use super::MailLink;

/// Most addresses reported for one page.
const MOST_ADDRESSES: usize = 200;

/// Endings of file names that look like addresses (`logo@2x.png`).
const FILE_ENDINGS: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "css", "js", "html", "htm", "pdf", "php", "json"];

/// Every address in `text`, in order.
pub(super) fn find(text: &str) -> Vec<MailLink> {
    let mut searched = 0;
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@').filter(|&(at, _)| at > 0) {
        let Some(mail) = around(text, searched, at) else { continue };
        searched = mail.end;
        found.push(mail);
        if found.len() == MOST_ADDRESSES {
            break;
        }
    }
    found
}

/// The address around the `@` at `at`, not reaching back before `from`.
fn around(text: &str, from: usize, at: usize) -> Option<MailLink> {
    let before = text.get(from..at)?;
    let start =
        from + before.rfind(|c: char| !is_local(c)).map_or(0, |place| place + before[place..].chars().next().map_or(1, char::len_utf8));
    let start = start + (text[start..at].len() - text[start..at].trim_start_matches(['.', '-', '\'', '+']).len());
    let after = &text[at + 1..];
    let end = after.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-')).unwrap_or(after.len());
    let domain = after[..end].trim_end_matches(['.', '-']);
    let end = at + 1 + domain.len();
    let address = &text[start..end];
    is_address(address).then(|| MailLink { address: address.to_owned(), start, end })
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'')
}

/// Whether `text` is a plain address: no quotes, no comments, a domain with a name for an ending.
pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local_part = (1..=64).contains(&local.len()) && local.chars().all(is_local) && !local.starts_with('.') && !local.ends_with('.');
    is_local_part && !local.contains("..") && is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, ending)) = domain.rsplit_once('.') else { return false };
    let is_name = ending.len() >= 2 && ending.bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_file = FILE_ENDINGS.iter().any(|file| ending.eq_ignore_ascii_case(file));
    domain.len() <= 253 && domain.split('.').all(is_label) && is_name && !is_file
}

/// The address a `mailto:` link opens, if it is one plain address.
pub(super) fn of_href(href: &str) -> Option<String> {
    let href = href.trim();
    let scheme = href.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"))?;
    let recipient = href[scheme.len()..].split(['?', '#']).next()?;
    let address = percent_decode_str(recipient).decode_utf8().ok()?;
    let address = address.trim();
    is_address(address).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = find(text);
        assert_eq!(found.iter().map(|mail| mail.address.as_str()).collect::<Vec<_>>(), expected, "{text}");
        assert!(found.iter().all(|mail| text[mail.start..mail.end] == mail.address), "spans show the address");
    }

    #[test]
    fn addresses_are_found_among_words() {
        check("Schreiben Sie an info@acme.example.", &["info@acme.example"]);
        check("<a.b+c@mail.acme.co.uk>, Ü.x@acme.example", &["a.b+c@mail.acme.co.uk", "x@acme.example"]);
        check("sales@acme.example,jobs@acme.example;x", &["sales@acme.example", "jobs@acme.example"]);
    }

    #[test]
    fn what_is_no_address_is_left() {
        for text in ["@acme", "name@", "a@b", "logo@2x.png", "@@", "a@-b.example", "user@127.0.0.1", "@acme.example", "x@y..example"] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_mailto_link_gives_its_single_address() {
        assert_eq!(of_href("MAILTO:info%40acme.example?subject=Hi").as_deref(), Some("info@acme.example"));
        assert_eq!(of_href("mailto:a@acme.example,b@acme.example"), None);
        assert_eq!(of_href("mailto:?bcc=x@evil.example"), None);
        assert_eq!(of_href("https://acme.example/"), None);
    }

    #[test]
    fn a_flood_of_at_signs_takes_no_time() {
        check(&"a@".repeat(500_000), &[]);
    }
}
