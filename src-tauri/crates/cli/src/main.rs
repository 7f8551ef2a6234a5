//! AutoReach in the terminal.
fn main() {}
