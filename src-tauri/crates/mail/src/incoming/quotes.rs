//! What a person wrote themselves: the text without the mails they quote and without their signature.
//!
//! Our own mail stands below most replies, opt-out line and all, so nothing quoted may count. Three forms are cut:
//! lines marked with `>`, everything below a line like "On … wrote:" (unless the quote is marked and answers stand
//! between its lines), and everything below a block of headers as Outlook writes it, in many languages.

/// Words that make a line with an end in `:` an introduction to a quote: its beginning and its verb, folded to small
/// letters as they stand (English, German, French, Spanish, Dutch, Swedish, Danish, Norwegian, Italian, Portuguese,
/// Polish, Finnish, Czech, Hungarian, Romanian).
const INTRODUCTIONS: [(&str, &str); 17] = [
    ("on ", "wrote"),
    ("am ", "schrieb"),
    ("le ", "a écrit"),
    ("el ", "escribió"),
    ("op ", "schreef"),
    ("den ", "skrev"),
    ("il ", "ha scritto"),
    ("em ", "escreveu"),
    ("a ", "escreveu"),
    ("w dniu ", "napisał"),
    ("dnia ", "napisał"),
    ("", "kirjoitti"),
    ("dne ", "napsal"),
    ("", "ezt írta"),
    ("", "a scris"),
    ("", " wrote"),
    ("", " schrieb"),
];

/// Lines that announce a mail below, without their dashes.
const ANNOUNCEMENTS: [&str; 24] = [
    "original message",
    "original appointment",
    "forwarded message",
    "begin forwarded message:",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message d’origine",
    "message original",
    "message transféré",
    "mensaje original",
    "mensaje reenviado",
    "oorspronkelijk bericht",
    "ursprungligt meddelande",
    "originalmeddelande",
    "oprindelig meddelelse",
    "opprinnelig melding",
    "messaggio originale",
    "messaggio inoltrato",
    "mensagem original",
    "wiadomość oryginalna",
    "alkuperäinen viesti",
    "původní zpráva",
];

/// How a block of quoted headers begins, and what must follow within its next lines.
const FROM_LABELS: [&str; 12] = ["from", "von", "de", "van", "från", "fra", "da", "od", "lähettäjä", "expéditeur", "mittente", "remitente"];
const DATE_LABELS: [&str; 20] = [
    "sent",
    "date",
    "gesendet",
    "datum",
    "envoyé",
    "enviado",
    "enviada",
    "enviado el",
    "fecha",
    "verzonden",
    "skickat",
    "sendt",
    "dato",
    "inviato",
    "data",
    "wysłano",
    "lähetetty",
    "odesláno",
    "envoyé le",
    "enviado em",
];

/// Lines that mail programs put below a text.
const DEVICE_LINES: [&str; 14] = [
    "sent from my ",
    "sent from outlook",
    "get outlook for",
    "von meinem ",
    "gesendet von ",
    "envoyé de mon",
    "envoyé depuis",
    "enviado desde",
    "enviado do meu",
    "inviato da ",
    "verstuurd vanaf",
    "verzonden vanaf",
    "skickat från min",
    "sendt fra min",
];

/// Most lines looked at.
const LINES: usize = 2_000;
/// Lines after its first within which a block of headers shows its date, and an introduction its end.
const BLOCK_LINES: usize = 4;
const INTRODUCTION_LINES: usize = 3;

/// The sender's own text.
pub(super) fn own_text(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    let mut own: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        let rest = lines.get(at..).unwrap_or_default();
        if ends_the_text(rest) {
            break;
        }
        match introduction(rest) {
            Some(taken) if is_marked_below(&lines, at + taken) => at += taken,
            Some(_) => break,
            None => {
                if !is_quoted(line) {
                    own.push(line);
                }
                at += 1;
            }
        }
    }
    own.join("\n").trim().to_owned()
}

fn is_quoted(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('>') || line.starts_with("&gt;") || (line.starts_with('|') && line.len() > 1)
}

/// `true` when the next line with text on it is marked as quoted: answers may stand between the marked lines.
fn is_marked_below(lines: &[&str], at: usize) -> bool {
    lines.iter().skip(at).find(|line| !line.trim().is_empty()).is_some_and(|line| is_quoted(line))
}

/// `true` when a signature, another mail or its headers begin here.
fn ends_the_text(rest: &[&str]) -> bool {
    let Some(line) = rest.first() else { return false };
    if matches!(*line, "-- " | "--") {
        return true;
    }
    let lower = line.trim().to_lowercase();
    let bare = lower.trim_matches(['-', '_', '=', '*', ' ', '\u{2014}', '\u{2013}']);
    if bare.chars().count() <= 40 && ANNOUNCEMENTS.contains(&bare) {
        return true;
    }
    if DEVICE_LINES.iter().any(|known| lower.starts_with(known)) && lower.chars().count() <= 80 {
        return true;
    }
    begins_headers(rest, &lower)
}

/// `From: …` and, within the next lines, `Sent: …`, in any of the languages.
fn begins_headers(rest: &[&str], lower: &str) -> bool {
    label(lower).is_some_and(|label| FROM_LABELS.contains(&label))
        && rest.iter().skip(1).take(BLOCK_LINES).any(|line| {
            let line = line.trim().to_lowercase();
            label(&line).is_some_and(|label| DATE_LABELS.contains(&label))
        })
}

/// What stands before the first colon, without the stars of bold text.
fn label(line: &str) -> Option<&str> {
    let (label, _) = line.split_once(':')?;
    Some(label.trim_matches(['*', ' ', '\u{a0}']))
}

/// The number of lines of an introduction like "On 5 March 2026, Alex Berg wrote:", when one begins here.
fn introduction(rest: &[&str]) -> Option<usize> {
    let first = rest.first()?.trim();
    if first.is_empty() || is_quoted(first) {
        return None;
    }
    let mut joined = String::new();
    for (index, line) in rest.iter().take(INTRODUCTION_LINES).enumerate() {
        let line = line.trim();
        if line.is_empty() {
            return None;
        }
        joined.push_str(&line.to_lowercase());
        if joined.len() > 400 {
            return None;
        }
        if joined.ends_with(':') && is_introduction(&joined) {
            return Some(index + 1);
        }
        joined.push(' ');
    }
    None
}

/// A verb of writing together with a date or an address: "As you wrote:" alone is a person's sentence.
fn is_introduction(line: &str) -> bool {
    let has_verb = INTRODUCTIONS.iter().any(|(start, verb)| line.starts_with(start) && line.contains(verb));
    has_verb && (line.contains('@') || line.bytes().filter(u8::is_ascii_digit).count() >= 3)
}

/// Marks in HTML below which everything is quoted, in small letters.
const HTML_CUTS: [&str; 9] = [
    "class=\"gmail_quote",
    "class=\"gmail_attr",
    "id=\"divrplyfwdmsg",
    "id=\"appendonsend",
    "id=\"mail-editor-reference-message-container",
    "class=\"moz-cite-prefix",
    "class=\"yahoo_quoted",
    "class=\"protonmail_quote",
    "border-top:solid #e1e1e1",
];

/// HTML without its quoted part: cut at the first mark of a quoted mail, blockquotes dropped.
pub(super) fn without_quoted_html(html: &str) -> String {
    let lower = html.to_ascii_lowercase();
    let cut = HTML_CUTS.iter().filter_map(|mark| lower.find(mark)).min();
    // The mark stands within a tag: the cut is before that tag.
    let end = cut.map_or(html.len(), |mark| lower.get(..mark).and_then(|before| before.rfind('<')).unwrap_or(mark));
    let (mut kept, mut depth, mut from) = (String::new(), 0_usize, 0);
    while let Some((at, opens)) = next_blockquote(&lower, from, end) {
        if depth == 0 {
            kept.push_str(html.get(from..at).unwrap_or_default());
        }
        depth = if opens { depth + 1 } else { depth.saturating_sub(1) };
        from = lower.get(at..end).and_then(|rest| rest.find('>')).map_or(end, |close| at + close + 1);
    }
    if depth == 0 {
        kept.push_str(html.get(from..end).unwrap_or_default());
    }
    kept
}

/// The next `<blockquote` (`true`) or `</blockquote` (`false`) between two places; the mere word is passed over.
fn next_blockquote(lower: &str, mut from: usize, end: usize) -> Option<(usize, bool)> {
    const WORD: &str = "blockquote";
    loop {
        let at = from + lower.get(from..end)?.find(WORD)?;
        let before = lower.get(..at)?;
        if before.ends_with("</") {
            return Some((at - 2, false));
        }
        if before.ends_with('<') {
            return Some((at - 1, true));
        }
        from = at + WORD.len();
    }
}
