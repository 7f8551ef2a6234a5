//! Dates as people write them in notes of absence, in many languages.
//!
//! `5 January 2027`, `January 5th`, `5. Januar`, `5 de enero de 2027`, `1er février`, `05.01.`, `5/1/2027`, `2027-01-05`,
//! and a weekday or "tomorrow" where a word of return stands before it. A date without a year is the next one to come.
//! `5/1` is a day in January nearly everywhere and in May in America: in an English text the reading that lies ahead is
//! taken, and where both do, the later one, so that nobody is written to too early, unless it is months away.

use super::words::fold;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// How far ahead a note of absence looks.
const AHEAD_DAYS: i32 = 400;
/// How far ahead a date without a year may lie: further, and it was meant to be past.
const AHEAD_WITHOUT_YEAR_DAYS: i32 = 200;
/// A date that can be read in two ways is hardly meant for later than this.
const LIKELY_DAYS: i32 = 60;
/// Tokens looked at, and those before a date in which a word of return or end may stand.
const TOKENS: usize = 600;
const MARK_TOKENS: usize = 5;

/// Names of the months, folded, the shortened ones too.
const MONTHS: [&str; 12] = [
    "january jan januar janvier janv enero ene gennaio gen janeiro januari stycznia tammikuuta ledna janner",
    "february feb februar fevrier fevr febrero febbraio fevereiro fev februari lutego helmikuuta unora",
    "march mar marz maerz mars marzo marco maart mrt marts marca maaliskuuta brezna",
    "april apr avril avr abril abr aprile kwietnia huhtikuuta dubna",
    "may mai mayo maggio mag maio mei maj maja toukokuuta kvetna",
    "june jun juni juin junio giugno giu junho czerwca kesakuuta cervna",
    "july jul juli juillet juil julio luglio lug julho lipca heinakuuta cervence",
    "august aug aout agosto ago augustus augusti sierpnia elokuuta srpna",
    "september sep sept septembre septiembre settembre set setembro wrzesnia syyskuuta zari",
    "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika lokakuuta rijna",
    "november nov novembre noviembre novembro listopada marraskuuta listopadu",
    "december dec dezember dez decembre diciembre dic dicembre dezembro grudnia joulukuuta prosince desember des",
];
/// Months that English writes before the day.
const ENGLISH_MONTHS: [&str; 22] = [
    "january",
    "jan",
    "february",
    "feb",
    "march",
    "mar",
    "april",
    "apr",
    "june",
    "jun",
    "july",
    "jul",
    "august",
    "aug",
    "september",
    "sept",
    "october",
    "oct",
    "november",
    "nov",
    "december",
    "dec",
];

/// Names of the weekdays from Monday, folded.
const WEEKDAYS: [&str; 7] = [
    "monday montag lundi lunes lunedi segunda maandag mandag poniedzialek maanantaina pondeli",
    "tuesday dienstag mardi martes martedi terca dinsdag tisdag tirsdag wtorek tiistaina utery",
    "wednesday mittwoch mercredi miercoles mercoledi quarta woensdag onsdag srode keskiviikkona stredu",
    "thursday donnerstag jeudi jueves giovedi quinta donderdag torsdag czwartek torstaina ctvrtek",
    "friday freitag vendredi viernes venerdi sexta vrijdag fredag piatek perjantaina patek",
    "saturday samstag samedi sabado sabato zaterdag lordag sobote lauantaina sobotu",
    "sunday sonntag dimanche domingo domenica zondag sondag niedziele sunnuntaina nedeli",
];

/// Words of return, folded.
const RETURNS: &str = "back return returning returns wieder zuruck zurueck retour reviens reviendrai regreso regresare vuelvo volvere vuelta \
    reincorporo reincorporare terug weer tillbaka ater tilbage tilbake igen rientro rientrero ritorno regresso regressarei retorno \
    retornarei volto voltarei wracam wroce powrot palaan takaisin zpet vracim";
/// Words of the end of an absence, folded.
const UNTIL: &str =
    "until till til through thru bis jusqu jusque hasta tot tm fino ate asti saakka inclusive einschliesslich inclus incluido";
/// Those of them that may stand after the date ("am Montag wieder da"), and how many tokens after it begins.
const RETURNS_AFTER: &str = "wieder zuruck zurueck back terug weer tillbaka ater tilbage tilbake igen igjen takaisin zpet";
const AFTER_TOKENS: usize = 4;
/// "Tomorrow", folded.
const TOMORROW: &str = "tomorrow morgen demain manana domani amanha imorgon imorgen jutro huomenna zitra";
/// Words of an English text, folded.
const ENGLISH: &str = "the and will from until back am";

/// What a word before a date makes of it; the later ones weigh more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    None,
    Until,
    Return,
}

/// A date, and how many tokens it takes.
type Found = (Date, usize);

/// The date of return or the last day of absence that `text` names, and whether a word says so.
pub(super) fn end_of_absence(text: &str, received: Date) -> Option<(Date, bool)> {
    let tokens: Vec<String> = fold(text).split_whitespace().take(TOKENS).map(bare).collect();
    let is_english = tokens.iter().filter(|token| is_one_of(ENGLISH, token)).count() >= 2;
    let mut best: Option<(Mark, Date)> = None;
    let mut at = 0;
    while at < tokens.len() {
        let mark = mark_before(&tokens, at).max(mark_after(&tokens, at));
        let found = explicit(&tokens, at, received, is_english).or_else(|| {
            let is_plain = !is_followed_by_a_date(&tokens, at, received, is_english);
            relative(tokens.get(at)?, received).filter(|_| mark != Mark::None && is_plain).map(|date| (date, 1))
        });
        let Some((date, taken)) = found else {
            at += 1;
            continue;
        };
        at += taken;
        let is_better = match best {
            None => true,
            // The first return counts; of ends and of bare dates the latest.
            Some((known, latest)) => mark > known || (mark == known && mark != Mark::Return && date > latest),
        };
        if is_better {
            best = Some((mark, date));
        }
    }
    best.map(|(mark, date)| (date, mark != Mark::None))
}

/// A token without the marks around it; a dot at its end stays (`5.`).
fn bare(token: &str) -> String {
    token.trim_matches(|c: char| !c.is_alphanumeric() && c != '.').trim_start_matches('.').chars().take(40).collect()
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// The heaviest mark among the tokens right before a date.
fn mark_before(tokens: &[String], at: usize) -> Mark {
    let before = tokens.get(at.saturating_sub(MARK_TOKENS)..at).unwrap_or_default();
    // What ended a sentence belongs to another one, but `5.` and `Mo.` do not end one.
    let from = before.iter().rposition(|token| token.ends_with('.') && token.len() > 4).map_or(0, |end| end + 1);
    let words = before.get(from..).unwrap_or_default();
    let has = |list| words.iter().any(|token| token.split(['\'', '\u{2019}', '/', '.']).any(|word| is_one_of(list, word)));
    if has(RETURNS) {
        Mark::Return
    } else if has(UNTIL) {
        Mark::Until
    } else {
        Mark::None
    }
}

/// A word of return in the same sentence, shortly after a date's beginning.
fn mark_after(tokens: &[String], at: usize) -> Mark {
    let mut after = tokens.iter().skip(at + 1).take(AFTER_TOKENS);
    let is_return = after.any(|token| is_one_of(RETURNS_AFTER, token.trim_end_matches('.')));
    if is_return { Mark::Return } else { Mark::None }
}

/// `Monday, 5 January`: the weekday adds nothing.
fn is_followed_by_a_date(tokens: &[String], at: usize, received: Date, is_english: bool) -> bool {
    (at + 1..at + 5).any(|next| explicit(tokens, next, received, is_english).is_some())
}

/// A date with its day and month, beginning at a token.
fn explicit(tokens: &[String], at: usize, received: Date, is_english: bool) -> Option<Found> {
    let token = tokens.get(at)?;
    if let Some(date) = numeric(token, received, is_english) {
        return Some((date, 1));
    }
    if let Some(day) = day(token) {
        let skipped = usize::from(tokens.get(at + 1).is_some_and(|next| matches!(next.as_str(), "de" | "of" | "d" | "do")));
        let month = month(tokens.get(at + 1 + skipped)?)?;
        let (year, taken) = year_after(tokens, at + 2 + skipped);
        return resolve(year, month, day, received).map(|date| (date, 2 + skipped + taken));
    }
    if ENGLISH_MONTHS.contains(&token.trim_end_matches('.')) || token == "may" {
        let (day, month) = (day(tokens.get(at + 1)?)?, month(token)?);
        let (year, taken) = year_after(tokens, at + 2);
        return resolve(year, month, day, received).map(|date| (date, 2 + taken));
    }
    None
}

/// `2027`, perhaps after `de`, and the tokens it takes.
fn year_after(tokens: &[String], at: usize) -> (Option<i16>, usize) {
    let skipped = usize::from(tokens.get(at).is_some_and(|token| matches!(token.as_str(), "de" | "del")));
    match tokens.get(at + skipped).and_then(|token| year(token)) {
        Some(year) => (Some(year), skipped + 1),
        None => (None, 0),
    }
}

fn year(token: &str) -> Option<i16> {
    let digits = token.trim_end_matches('.');
    let year: i16 = digits.parse().ok()?;
    ((digits.len() == 4 && (2000..2100).contains(&year)) || digits.len() == 2).then_some(if year < 100 { 2000 + year } else { year })
}

/// `5`, `05.`, `5th`, `1er`, `3º`.
fn day(token: &str) -> Option<i8> {
    let digits = token.trim_end_matches('.').trim_end_matches("th").trim_end_matches("st").trim_end_matches("nd").trim_end_matches("rd");
    let digits = digits.trim_end_matches("er").trim_end_matches(['º', '°']).trim_end_matches(":e");
    let day: i8 = digits.parse().ok()?;
    (digits.len() <= 2 && (1..=31).contains(&day)).then_some(day)
}

fn month(token: &str) -> Option<i8> {
    let token = token.trim_end_matches('.');
    let place = MONTHS.iter().position(|names| is_one_of(names, token))?;
    i8::try_from(place + 1).ok()
}

/// `05.01.2027`, `5/1`, `2027-01-05`.
fn numeric(token: &str, received: Date, is_english: bool) -> Option<Date> {
    let mark = ['.', '/', '-'].into_iter().find(|mark| token.trim_end_matches('.').contains(*mark))?;
    let pieces: Vec<&str> = token.trim_end_matches('.').split(mark).collect();
    match pieces.as_slice() {
        [y, m, d] if y.len() == 4 => resolve(Some(year(y)?), number(m)?, number(d)?, received),
        [a, b, y] => either(number(a)?, number(b)?, Some(year(y)?), mark, received, is_english),
        // `5-1` is a range of something more often than a date, and `2.5` a number unless a dot ends it.
        [a, b] if mark == '/' || (mark == '.' && token.ends_with('.')) || (mark == '.' && a.len() == 2 && b.len() == 2) => {
            either(number(a)?, number(b)?, None, mark, received, is_english)
        }
        _ => None,
    }
}

fn number(digits: &str) -> Option<i8> {
    if digits.len() <= 2 { digits.parse().ok() } else { None }
}

/// Day and month in the order that can be meant.
fn either(a: i8, b: i8, year: Option<i16>, mark: char, received: Date, is_english: bool) -> Option<Date> {
    let day_first = resolve(year, b, a, received);
    if mark != '/' || !is_english {
        return day_first;
    }
    let month_first = resolve(year, a, b, received);
    let (Some(one), Some(other)) = (day_first, month_first) else { return day_first.or(month_first) };
    let is_likely = one.max(other) <= received.saturating_add(Span::new().days(LIKELY_DAYS));
    Some(if is_likely { one.max(other) } else { one.min(other) })
}

/// The date, when it lies ahead (or is the day itself) as an absence's end would.
fn resolve(year: Option<i16>, month: i8, day: i8, received: Date) -> Option<Date> {
    let within = |date: &Date, days: i32| {
        let last = received.saturating_add(Span::new().days(days));
        *date >= received && *date <= last
    };
    if let Some(year) = year {
        return Date::new(year, month, day).ok().filter(|date| within(date, AHEAD_DAYS));
    }
    let next = [received.year(), received.year().saturating_add(1)].into_iter().filter_map(|year| Date::new(year, month, day).ok());
    next.into_iter().find(|date| within(date, AHEAD_WITHOUT_YEAR_DAYS))
}

/// A weekday, which is the next one to come, or tomorrow.
fn relative(token: &str, received: Date) -> Option<Date> {
    let token = token.trim_end_matches('.').split('-').next().unwrap_or_default();
    if is_one_of(TOMORROW, token) {
        return received.checked_add(1.day()).ok();
    }
    let place = WEEKDAYS.iter().position(|names| is_one_of(names, token))?;
    let weekday = Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()?;
    received.nth_weekday(1, weekday).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// What a note received on Monday, 28 December 2026, says.
    fn check(text: &str, expected: Option<Date>) {
        assert_eq!(end_of_absence(text, date(2026, 12, 28)).map(|(date, _)| date), expected, "{text}");
    }

    #[test]
    fn ends_of_absence_are_read_in_many_languages() {
        let fifth = Some(date(2027, 1, 5));
        for text in [
            "I am away until 5 January 2027.",
            "I will be back on January 5th, 2027 and the team will help from here.",
            "I'll be out from December 20 to January 5.",
            "I am out of the office and will be back on 1/5/2027.",
            "Ich bin bis zum 05.01.2027 nicht im Büro.",
            "Ich bin ab dem 5. Januar wieder erreichbar, spätestens am 05.01.",
            "Je suis absente jusqu'au 5 janvier inclus.",
            "Absent du 20 décembre au 5 janvier 2027",
            "Estaré fuera hasta el 5 de enero de 2027.",
            "Ik ben afwezig tot en met 5 januari.",
            "Jag är tillbaka tisdag den 5 januari.",
            "Jeg er på ferie til og med 5. januar.",
            "Sarò fuori ufficio fino al 5 gennaio 2027",
            "Estarei ausente até 5 de janeiro",
            "Wracam 5 stycznia",
            "Olen lomalla, palaan 5. tammikuuta",
            "Back 2027-01-05",
            "I return on Tuesday, 5 Jan",
        ] {
            check(text, fifth);
        }
        check("Je serai de retour le 1er février", Some(date(2027, 2, 1)));
        check("Ich bin am Montag wieder da", Some(date(2027, 1, 4)));
        check("I will be back tomorrow", Some(date(2026, 12, 29)));
    }

    #[test]
    fn what_is_no_end_of_absence_is_none() {
        for text in [
            "Call 5-1 or 555.01.2027.9",
            "I was away until 5 December",
            "back in 2027",
            "on Monday we open",
            "31 February",
            "99/99/2027",
            "Version 2.5",
        ] {
            check(text, None);
        }
    }
}
