//! Turns the bytes of a body into text: byte order mark, then HTTP header, then the document's own word, then a guess.
//!
//! UTF-7 is deliberately not an encoding here: what claims to be UTF-7 is read as the ASCII it is made of.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a document its own word about its encoding is looked for.
const DECLARATION_WITHIN: usize = 4_096;

/// How much of a body is looked at to guess its encoding: what a page says of itself stands at its beginning, and looking at two
/// megabytes takes seconds.
const GUESSED_FROM: usize = 64 * 1024;

/// A decoded body.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) charset: &'static str,
    /// Share of characters that could not be decoded, 0 to 1.
    pub(super) replacement_ratio: f64,
}

/// Decodes `bytes`. `header` is the charset the answer's header names; `host` helps only the guess.
pub(super) fn decode(bytes: &[u8], header: Option<&str>, host: Option<&str>) -> Decoded {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => (declared(bytes, header).unwrap_or_else(|| guess(bytes, host)), bytes),
    };
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let replacement_ratio = replacement_ratio(&text);
    Decoded { text: text.into_owned(), charset: encoding.name(), replacement_ratio }
}

fn declared(bytes: &[u8], header: Option<&str>) -> Option<&'static Encoding> {
    let by_header = header.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    by_header.or_else(|| declared_inside(bytes))
}

/// What a `<meta>` tag or an XML declaration says. As both are readable as ASCII, UTF-16 cannot be true there and
/// stands for UTF-8, as in browsers.
fn declared_inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(DECLARATION_WITHIN)];
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let label = xml_encoding(&start).or_else(|| meta_charset(&start))?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}

fn xml_encoding(start: &str) -> Option<&str> {
    let declaration = start.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    value_after(declaration, "encoding")
}

fn meta_charset(start: &str) -> Option<&str> {
    let mut tags = start.match_indices("<meta").map(|(at, _)| start[at..].split('>').next().unwrap_or_default());
    tags.find_map(|tag| value_after(tag, "charset"))
}

/// The value after `name=`, with or without quotes.
fn value_after<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(name)?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '/' | '>')).unwrap_or(value.len());
    Some(&value[..end]).filter(|value| !value.is_empty())
}

fn guess(bytes: &[u8], host: Option<&str>) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let shown = &bytes[..bytes.len().min(GUESSED_FROM)];
    detector.feed(shown, shown.len() == bytes.len());
    detector.guess(host.and_then(country), Utf8Detection::Allow)
}

/// The last label of a host name, where the detector can make something of it.
fn country(host: &str) -> Option<&[u8]> {
    let label = host.rsplit('.').next()?;
    let is_plain = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase());
    is_plain.then_some(label.as_bytes())
}

fn replacement_ratio(text: &str) -> f64 {
    let (lost, all) = text.chars().fold((0_u32, 0_u32), |(lost, all), c| (lost + u32::from(c == '\u{FFFD}'), all + 1));
    f64::from(lost) / f64::from(all.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], header: Option<&str>, charset: &str, text: &str) {
        let decoded = decode(bytes, header, Some("www.acme.example"));
        assert_eq!((decoded.charset, decoded.text.as_str()), (charset, text));
        assert_eq!(decoded.replacement_ratio, 0.0);
    }

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        let (bytes, _, has_loss) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
        assert!(!has_loss, "the sample must fit its encoding");
        bytes.into_owned()
    }

    #[test]
    fn a_byte_order_mark_beats_every_word() {
        check(b"\xEF\xBB\xBFM\xC3\xBCller", Some("iso-8859-1"), "UTF-8", "Müller");
        check(b"\xFF\xFEM\0\xFC\0", Some("utf-8"), "UTF-16LE", "Mü");
        check(b"\xFE\xFF\0M\0\xFC", None, "UTF-16BE", "Mü");
    }

    #[test]
    fn the_header_beats_the_document() {
        check(b"<meta charset=utf-8>M\xFCller", Some("iso-8859-1"), "windows-1252", "<meta charset=utf-8>Müller");
        check(b"M\0\xFC\0", Some("utf-16le"), "UTF-16LE", "Mü");
    }

    #[test]
    fn the_document_is_asked_when_the_header_is_silent_or_unknown() {
        for (tag, label) in [
            ("<meta charset=\"windows-1251\">", "windows-1251"),
            ("<META http-equiv='Content-Type' content='text/html; charset=windows-1251'>", "windows-1251"),
            ("<?xml version='1.0' encoding='windows-1251'?>", "windows-1251"),
        ] {
            let text = format!("{tag}Насосы");
            check(&encoded(label, &text), Some("x-unheard-of"), label, &text);
        }
    }

    #[test]
    fn every_common_encoding_is_read_by_its_declaration() {
        let samples = [
            ("utf-8", "Grüße aus Łódź 東京"),
            ("iso-8859-15", "Preis: 40 € für Müller"),
            ("windows-1252", "“Müller” – Café"),
            ("windows-1250", "Příliš žluťoučký kůň"),
            ("windows-1251", "Мы строим насосы"),
            ("shift_jis", "株式会社アクメ"),
            ("gb18030", "我们制造水泵"),
            ("euc-kr", "우리는 펌프를 만듭니다"),
        ];
        for (label, text) in samples {
            let name = Encoding::for_label(label.as_bytes()).unwrap().name();
            check(&encoded(label, text), Some(label), name, text);
        }
    }

    #[test]
    fn an_undeclared_encoding_is_guessed() {
        check("Grüße aus München, schöne Überraschung".as_bytes(), None, "UTF-8", "Grüße aus München, schöne Überraschung");
        let cyrillic = "Мы строим надёжные насосы для промышленности и домашнего хозяйства";
        check(&encoded("windows-1251", cyrillic), None, "windows-1251", cyrillic);
        let japanese = "私たちはポンプを製造しています。株式会社アクメの製品情報はこちらです。";
        check(&encoded("shift_jis", japanese), None, "Shift_JIS", japanese);
    }

    #[test]
    fn utf_7_stays_the_ascii_it_is_made_of() {
        let text = "+ADw-script+AD4-alert(1)";
        check(text.as_bytes(), Some("utf-7"), "UTF-8", text);
    }

    #[test]
    fn a_wrong_declaration_shows_as_lost_characters() {
        let decoded = decode(&encoded("windows-1252", "öäüöäü ist kein UTF-8"), Some("utf-8"), None);
        assert!(decoded.replacement_ratio > 0.01, "six of 21 characters are lost");
    }

    #[test]
    fn utf_16_in_a_meta_tag_means_utf_8() {
        check("<meta charset=utf-16>Mü".as_bytes(), None, "UTF-8", "<meta charset=utf-16>Mü");
    }
}
