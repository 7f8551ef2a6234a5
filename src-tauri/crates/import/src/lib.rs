//! Lead files in, formula-safe tables out.
