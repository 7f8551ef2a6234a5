//! A mail's bytes without the one thing that makes the parser take gigabytes.
//!
//! Mails within mails are cheap as long as they stand there plainly: the parser then points into the same bytes. An
//! encoded one (which RFC 2046 forbids) is decoded and copied whole for every mail within it, so that 1 MB of them takes
//! gigabytes. Such an encoding is not applied here: the header's name loses its first letter, and the enclosed mail stays
//! unread.

/// The header that is disarmed, in small letters.
const ENCODING: &[u8] = b"content-transfer-encoding";
/// The header that says what a part is.
const TYPE: &[u8] = b"content-type";

/// `raw` with no encoded mails in it.
pub(super) fn disarmed(raw: &[u8]) -> Vec<u8> {
    let mut disarmed = raw.to_vec();
    let has_digest = contains(raw, b"digest");
    let mut block = Block::default();
    let mut at = 0;
    for line in raw.split_inclusive(|&b| b == b'\n') {
        if line.iter().all(|&b| matches!(b, b'\r' | b'\n')) {
            block.close(&mut disarmed, has_digest);
        } else {
            block.note(line, at);
        }
        at += line.len();
    }
    block.close(&mut disarmed, has_digest);
    disarmed
}

/// Lines without an empty one between them: a part's headers, or a paragraph, where the change does no harm.
#[derive(Default)]
struct Block {
    /// Where headers that set an encoding begin.
    encodings: Vec<usize>,
    names_a_type: bool,
    names_a_mail: bool,
}

impl Block {
    fn note(&mut self, line: &[u8], at: usize) {
        if begins_with(line, ENCODING) {
            self.encodings.push(at);
        }
        self.names_a_type |= begins_with(line, TYPE);
        self.names_a_mail |= contains(line, b"message/");
    }

    /// Disarms the block's encodings where it is, or in a digest may be, a mail.
    fn close(&mut self, bytes: &mut [u8], has_digest: bool) {
        let block = std::mem::take(self);
        if block.names_a_mail || (has_digest && !block.names_a_type) {
            for at in block.encodings {
                if let Some(first) = bytes.get_mut(at) {
                    *first = b'X';
                }
            }
        }
    }
}

fn begins_with(line: &[u8], name: &[u8]) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

fn contains(line: &[u8], word: &[u8]) -> bool {
    line.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: &str) {
        assert_eq!(String::from_utf8(disarmed(raw.as_bytes())).as_deref(), Ok(expected));
    }

    #[test]
    fn only_encoded_mails_are_disarmed() {
        check(
            "Content-Type: Message/RFC822\r\nContent-transfer-encoding: base64\r\n\r\nQQ==",
            "Content-Type: Message/RFC822\r\nXontent-transfer-encoding: base64\r\n\r\nQQ==",
        );
        let text =
            "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nQQ==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nX: y";
        check(text, text);
        check("x/digest\n\n--b\nContent-Transfer-Encoding: base64\n\nQQ==", "x/digest\n\n--b\nXontent-Transfer-Encoding: base64\n\nQQ==");
    }
}
