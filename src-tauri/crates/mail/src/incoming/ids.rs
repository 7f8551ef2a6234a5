//! Message-IDs that a mail answers or reports on.

use super::letter::{Letter, header_of};

/// Longest Message-ID kept, and most of them.
const ID_BYTES: usize = 320;
const IDS: usize = 50;

/// `<id>` when `id`, with or without brackets, can be a Message-ID.
pub(super) fn bracketed(id: &str) -> Option<String> {
    let inner = id.trim().trim_start_matches('<').trim_end_matches('>');
    let is_id = inner.contains('@') && inner.len() <= ID_BYTES && inner.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    is_id.then(|| format!("<{inner}>"))
}

/// The mails that `letter` answers: the reported original, In-Reply-To, then References from the newest on.
pub(super) fn answered(letter: &Letter<'_>) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(letter.enclosed().and_then(|mail| mail.message_id()).and_then(bracketed));
    for types in [["text/rfc822-headers", "message/rfc822-headers"], ["message/disposition-notification", "message/feedback-report"]] {
        found.extend(letter.part(&types).iter().flat_map(|text| labelled(text)));
    }
    found.extend(header_of(&letter.mail, "In-Reply-To").iter().flat_map(|value| within(value)));
    found.extend(header_of(&letter.mail, "References").iter().flat_map(|value| within(value).into_iter().rev()));
    found.extend(header_of(&letter.mail, "X-Original-Message-ID").iter().flat_map(|value| within(value)));
    // Servers that write no report quote the original's headers in their text.
    found.extend(labelled(&letter.text));
    let mut unique = Vec::new();
    for id in found {
        if unique.len() < IDS && !unique.contains(&id) {
            unique.push(id);
        }
    }
    unique
}

/// The Message-IDs in a header's value.
fn within(value: &str) -> Vec<String> {
    value.split('<').skip(1).filter_map(|piece| bracketed(piece.split_once('>')?.0)).take(IDS).collect()
}

/// The Message-IDs on lines like `Message-ID: <…>` or `Original-Message-ID: <…>`.
fn labelled(text: &str) -> Vec<String> {
    let mut lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t', '|']));
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some((label, value)) = line.split_once(':') else { continue };
        if !["message-id", "original-message-id"].iter().any(|known| label.trim().eq_ignore_ascii_case(known)) {
            continue;
        }
        // A long Message-ID is folded onto the next line.
        let value = if value.trim().is_empty() { lines.next().unwrap_or_default() } else { value };
        found.extend(within(value).into_iter().next());
        if found.len() == IDS {
            break;
        }
    }
    found
}
