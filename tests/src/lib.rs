//! Stories told against the engine and the command line; see `stories/`.
