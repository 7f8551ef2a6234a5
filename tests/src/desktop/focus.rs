//! Takes the keyboard away from every window, as if another program had it: two requests of the X11 protocol, which are
//! shorter than a library for them.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

/// `SetInputFocus` to no window at all, reverting to none, at the server's own time.
const FOCUS_NOTHING: [u8; 12] = [42, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// `GetInputFocus`: its answer says that what came before was done.
const ASK: [u8; 4] = [43, 0, 1, 0];
/// Little-endian, version 11.0, without a name or a password.
const HELLO: [u8; 12] = [b'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// Bytes of an answer, and of the beginning of the server's greeting.
const ANSWER: usize = 32;
const GREETING: usize = 8;

/// Takes the keyboard away on a display such as `:7`.
pub(super) fn take_away(display: &str) {
    let socket = format!("/tmp/.X11-unix/X{}", display.trim_start_matches(':'));
    let mut server = UnixStream::connect(socket).expect("the screen listens");
    server.write_all(&HELLO).expect("the screen hears");
    let mut greeting = [0; GREETING];
    server.read_exact(&mut greeting).expect("the screen greets");
    assert_eq!(greeting[0], 1, "the screen lets its user in");
    let words = u16::from_le_bytes([greeting[6], greeting[7]]);
    let mut about_the_screen = vec![0; usize::from(words) * 4];
    server.read_exact(&mut about_the_screen).expect("the screen describes itself");
    server.write_all(&FOCUS_NOTHING).and_then(|()| server.write_all(&ASK)).expect("the screen hears");
    server.read_exact(&mut [0; ANSWER]).expect("the screen answers");
}
