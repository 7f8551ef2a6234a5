//! Workbooks, read behind two walls.
//!
//! A workbook is an archive of XML whose reader can be made to abort the whole program by a few kilobytes. First wall,
//! here in any process: every part is unpacked once into nothing and counted, promises of huge string tables are
//! refused, and cells are taken one by one, so that a far cell is an error and never an allocation. Second wall:
//! [`read_in_child`] does all of it in a process of its own, with a deadline, a cap on its answer and, where the system
//! lets us look, on its memory. Only the first visible sheet with something in it is read. Deliberately absent: writing
//! workbooks, formulas (their stored value is taken), styles beyond "this number is a date".

use crate::error::{ImportError, Unsupported};
use crate::limits::{ARCHIVE_PARTS, FILLED_CELLS, MOST_COLUMNS, MOST_ROWS, TABLE_BYTES, UNPACKED_BYTES};
use crate::table::{Format, RawRow, Table, assemble};
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use zip::ZipArchive;

/// The hidden argument by which an executable of ours becomes the parser.
pub const PARSER_ARGUMENT: &str = "--parse-xlsx";
/// What the child may use.
const CHILD_LIMITS: ChildLimits = ChildLimits { time: Duration::from_secs(10), memory: 768 * 1024 * 1024 };
/// Longest answer taken from the child, in bytes: the largest table, its quotes and escapes.
const CHILD_ANSWER: u64 = 400 * 1024 * 1024;
/// How often the child is looked at.
const CHILD_GLANCE: Duration = Duration::from_millis(10);
/// Strings a workbook may promise: more than fit into its unpacked size.
const PROMISED_STRINGS: u64 = 5_000_000;
/// Rows looked at for the header; titles stand above it.
const TITLE_ROWS: usize = 10;

/// Parses a workbook in a child process of the executable `parser`, which must hand over to [`run_parser_child`] when
/// started with [`PARSER_ARGUMENT`].
pub fn read_in_child(parser: &Path, bytes: &[u8]) -> Result<Table, ImportError> {
    let mut command = Command::new(parser);
    command.arg(PARSER_ARGUMENT);
    ask_child(command, bytes, CHILD_LIMITS)
}

/// How much a child may use before it is killed.
#[derive(Clone, Copy)]
struct ChildLimits {
    /// From its start to its end.
    time: Duration,
    /// Resident bytes, where they can be looked up.
    memory: u64,
}

fn ask_child(mut command: Command, bytes: &[u8], limits: ChildLimits) -> Result<Table, ImportError> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| ImportError::ParserMissing)?;
    let feeding = feed(&mut child, bytes.to_vec());
    let answering = listen(&mut child);
    let ended = wait(&mut child, limits);
    // Both threads end by themselves once the child is gone: their pipes are closed.
    let answer = answering.and_then(|thread| thread.join().ok()).unwrap_or_default();
    drop(feeding.map(JoinHandle::join));
    ended?;
    serde_json::from_slice(&answer).map_err(|_| ImportError::ParserDied)?
}

/// The child's side: a workbook on `input`, the table or the reason as JSON on `output`.
pub fn run_parser_child(mut input: impl Read, mut output: impl Write) -> ExitCode {
    let mut bytes = Vec::new();
    if input.read_to_end(&mut bytes).is_err() {
        return ExitCode::FAILURE;
    }
    let answer = read(&bytes);
    let written = serde_json::to_writer(&mut output, &answer).is_ok() && output.flush().is_ok();
    if written { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the workbook into the child's standard input; a child that dies early is no error here.
fn feed(child: &mut Child, bytes: Vec<u8>) -> Option<JoinHandle<()>> {
    let mut stdin = child.stdin.take()?;
    Some(thread::spawn(move || {
        let _ = stdin.write_all(&bytes);
    }))
}

/// Collects the child's answer up to its cap; a longer one is cut and will not parse.
fn listen(child: &mut Child) -> Option<JoinHandle<Vec<u8>>> {
    let stdout = child.stdout.take()?;
    Some(thread::spawn(move || {
        let mut answer = Vec::new();
        let _ = stdout.take(CHILD_ANSWER).read_to_end(&mut answer);
        answer
    }))
}

/// Waits for the child's end; kills it when it takes too long or too much.
fn wait(child: &mut Child, limits: ChildLimits) -> Result<(), ImportError> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(_)) | Err(_) => return Err(ImportError::ParserDied),
            Ok(None) if started.elapsed() > limits.time => return Err(end(child, ImportError::ParserTooSlow)),
            Ok(None) if memory_of(child) > limits.memory => return Err(end(child, ImportError::ParserDied)),
            Ok(None) => thread::sleep(CHILD_GLANCE),
        }
    }
}

fn end(child: &mut Child, why: ImportError) -> ImportError {
    let _ = child.kill();
    let _ = child.wait();
    why
}

/// Resident bytes of the child; 0 on systems that have no `/proc`.
fn memory_of(child: &Child) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = resident.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Parses a workbook in this process, behind the first wall only.
pub(crate) fn read(bytes: &[u8]) -> Result<Table, ImportError> {
    check_archive(bytes)?;
    // The reader is third-party code over hostile input; a panic in it is a damaged workbook.
    catch_unwind(AssertUnwindSafe(|| read_first_sheet(bytes))).unwrap_or(Err(ImportError::BrokenWorkbook))
}

/// Unpacks every part once, keeping nothing: sizes in the directory can lie, what comes out cannot.
fn check_archive(bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ImportError::BrokenWorkbook)?;
    if archive.len() > ARCHIVE_PARTS {
        return Err(ImportError::WorkbookTooLarge);
    }
    refuse_other_documents(&archive)?;
    let (mut promised, mut unpacked) = (0_u64, 0_u64);
    for part in 0..archive.len() {
        let file = archive.by_index(part).map_err(|_| ImportError::BrokenWorkbook)?;
        promised = promised.saturating_add(file.size());
        if promised > UNPACKED_BYTES {
            return Err(ImportError::WorkbookTooLarge);
        }
        let name = file.name().map_err(|_| ImportError::BrokenWorkbook)?.to_lowercase();
        let is_string_table = name.ends_with("sharedstrings.xml");
        unpacked +=
            if is_string_table { check_string_table(file, UNPACKED_BYTES - unpacked)? } else { count(file, UNPACKED_BYTES - unpacked)? };
    }
    Ok(())
}

/// Names the other kinds of document that are archives too.
fn refuse_other_documents<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Result<(), ImportError> {
    let has = |name: &str| archive.file_names().any(|found| found.is_ok_and(|found| found.eq_ignore_ascii_case(name)));
    if has("xl/workbook.bin") {
        return Err(ImportError::Unsupported(Unsupported::BinaryExcel));
    }
    if has("content.xml") && has("mimetype") {
        return Err(ImportError::Unsupported(Unsupported::OpenDocument));
    }
    if has("[Content_Types].xml") { Ok(()) } else { Err(ImportError::Unsupported(Unsupported::Archive)) }
}

/// How many bytes a part unpacks to; more than `allowed` is refused as soon as it is seen.
fn count(part: impl Read, allowed: u64) -> Result<u64, ImportError> {
    let unpacked = std::io::copy(&mut part.take(allowed + 1), &mut std::io::sink()).map_err(|_| ImportError::BrokenWorkbook)?;
    if unpacked > allowed { Err(ImportError::WorkbookTooLarge) } else { Ok(unpacked) }
}

/// [`count`], and the reader would take memory for as many strings as the table promises: refuse wild promises.
fn check_string_table(part: impl Read, allowed: u64) -> Result<u64, ImportError> {
    let mut text = Vec::new();
    let unpacked = part.take(allowed + 1).read_to_end(&mut text).map_err(|_| ImportError::BrokenWorkbook)? as u64;
    if unpacked > allowed {
        return Err(ImportError::WorkbookTooLarge);
    }
    // UTF-16 is Latin text with zeros between; the reader understands both, so the search must.
    text.retain(|byte| *byte != 0);
    let promise = b"uniqueCount";
    let wild = text.windows(promise.len()).enumerate().filter(|(_, window)| window == promise).any(|(at, _)| {
        let digits = text[at + promise.len()..].iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
        digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))) > PROMISED_STRINGS
    });
    if wild { Err(ImportError::WorkbookTooLarge) } else { Ok(unpacked) }
}

fn read_first_sheet(bytes: &[u8]) -> Result<Table, ImportError> {
    let mut workbook: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| ImportError::BrokenWorkbook)?;
    let sheets = workbook.sheets_metadata().iter();
    let names: Vec<String> = sheets
        .filter(|sheet| sheet.visible == SheetVisible::Visible && sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    for sheet in names {
        let rows = read_cells(&mut workbook, &sheet)?;
        if !rows.is_empty() {
            return assemble(Format::Xlsx { sheet }, below_titles(rows), Vec::new());
        }
    }
    Err(ImportError::NoSheet)
}

/// The filled cells of a sheet by row and column, from 0.
type Cells = BTreeMap<u32, BTreeMap<u32, String>>;

/// Takes a sheet cell by cell; a cell beyond the caps ends the reading.
fn read_cells(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Cells, ImportError> {
    let mut cells = workbook.worksheet_cells_reader(sheet).map_err(|_| ImportError::BrokenWorkbook)?;
    let mut rows = Cells::new();
    let (mut filled, mut bytes) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(|_| ImportError::BrokenWorkbook)? {
        let text = shown(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        if u64::from(row) > MOST_ROWS {
            return Err(ImportError::TooManyRows);
        }
        if column as usize >= MOST_COLUMNS {
            return Err(ImportError::TooManyColumns);
        }
        let cells_of_row = rows.entry(row).or_default();
        let width_before = cells_of_row.keys().next_back().map_or(0, |last| *last as usize + 1);
        filled += (column as usize + 1).saturating_sub(width_before);
        bytes += text.len();
        if filled > FILLED_CELLS || bytes > TABLE_BYTES {
            return Err(ImportError::TooManyCells);
        }
        cells_of_row.insert(column, text);
    }
    Ok(rows)
}

/// Rows of equal width, from the header down: single cells above the first fuller row are titles.
fn below_titles(rows: Cells) -> Vec<RawRow> {
    let titles = rows.values().take(TITLE_ROWS).position(|cells| cells.len() > 1).unwrap_or(0);
    let rows: Vec<(u32, BTreeMap<u32, String>)> = rows.into_iter().skip(titles).collect();
    let width = rows.iter().filter_map(|(_, cells)| cells.keys().next_back()).max().map_or(0, |last| *last as usize + 1);
    let mut widths = std::iter::once(width).chain(std::iter::repeat(0));
    rows.into_iter().map(|(row, cells)| RawRow::new(u64::from(row) + 1, dense(cells, widths.next().unwrap_or(0)))).collect()
}

/// A row's cells side by side, at least `width` of them.
fn dense(cells: BTreeMap<u32, String>, width: usize) -> Vec<String> {
    let width = cells.keys().next_back().map_or(0, |last| *last as usize + 1).max(width);
    let mut row = vec![String::new(); width];
    for (column, text) in cells {
        row[column as usize] = text;
    }
    row
}

/// A cell as a person sees it: whole numbers without a point, dates as year-month-day, errors and blanks as nothing.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(is_true) => if *is_true { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(instant) => shown_instant(instant),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn shown_instant(instant: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = instant.to_ymd_hms_milli();
    let days = instant.as_f64();
    let time = if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    if instant.is_duration() {
        let minutes = (days * 1_440.0).round() as i64;
        return format!("{}:{:02}", minutes / 60, minutes % 60);
    }
    if days < 1.0 {
        return time;
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if days.fract() == 0.0 { date } else { format!("{date} {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_counted_by_what_comes_out_of_it() {
        assert_eq!(count([0; 10].as_slice(), 10), Ok(10));
        assert_eq!(count(std::io::repeat(0), 1_000), Err(ImportError::WorkbookTooLarge));
        assert_eq!(check_string_table(std::io::repeat(0), 1_000), Err(ImportError::WorkbookTooLarge));
    }

    #[test]
    fn a_string_table_may_promise_what_fits() {
        let check = |table: &str, expected| assert_eq!(check_string_table(table.as_bytes(), 1_000), expected, "{table}");
        check("<sst uniqueCount=\"12\">", Ok(22));
        check("<sst uniqueCount = '5000001'>", Err(ImportError::WorkbookTooLarge));
        check("<!-- uniqueCount=\"1\" --><sst uniqueCount=\"99999999999999999999999\">", Err(ImportError::WorkbookTooLarge));
    }

    #[cfg(unix)]
    fn child(script: &str, limits: ChildLimits) -> Result<Table, ImportError> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        ask_child(command, b"a workbook", limits)
    }

    #[cfg(unix)]
    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let started = Instant::now();
        let hurried = ChildLimits { time: Duration::from_millis(200), ..CHILD_LIMITS };
        assert_eq!(child("exec sleep 20", hurried), Err(ImportError::ParserTooSlow));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_child_that_takes_too_much_memory_is_ended() {
        let small = ChildLimits { memory: 20 * 1024 * 1024, ..CHILD_LIMITS };
        let started = Instant::now();
        assert_eq!(child("x=$(head -c 60000000 /dev/zero | tr '\\0' x); exec sleep 20", small), Err(ImportError::ParserDied));
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn times_are_shown_as_clocks_show_them() {
        let shown = |days: f64, kind| shown_instant(&ExcelDateTime::new(days, kind, false));
        let clock = calamine::ExcelDateTimeType::DateTime;
        assert_eq!(shown(45_356.0, clock), "2024-03-05");
        assert_eq!(shown(45_356.604_166_666_664, clock), "2024-03-05 14:30");
        assert_eq!(shown(0.5, clock), "12:00");
        assert_eq!(shown(1.25, calamine::ExcelDateTimeType::TimeDelta), "30:00");
    }
}
