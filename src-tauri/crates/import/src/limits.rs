//! How much of a file is believed. Every number is checked before memory is taken for what it bounds.

/// Largest file read, in bytes.
pub const FILE_BYTES: usize = 64 * 1024 * 1024;
/// Largest sum of what a workbook's parts unpack to, in bytes.
pub const UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// Most parts in a workbook's archive.
pub(crate) const ARCHIVE_PARTS: usize = 4_096;
/// Longest line and longest field of a text file, in bytes.
pub const FIELD_BYTES: usize = 1024 * 1024;
/// Most rows below the header.
pub const MOST_ROWS: u64 = 200_000;
/// Most columns.
pub const MOST_COLUMNS: usize = 200;
/// Longest header kept, in characters.
pub(crate) const HEADER_CHARACTERS: usize = 80;
/// Most cells with something in them: about 250 MB at worst.
pub(crate) const FILLED_CELLS: usize = 4_000_000;
/// Most bytes of cell text of one table; a workbook may repeat one long text in every cell.
pub(crate) const TABLE_BYTES: usize = 128 * 1024 * 1024;
