//! Dates as feeds write them: RFC 3339 and W3C-DTF, RFC 822 and its cousins, day and month names in several
//! languages, zones by name, seconds since 1970. What is no date is `None`, never a guess at today.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil;

use crate::news::Timestamp;

/// No date is longer; what is, was written to keep a parser busy.
const DATE_BYTES_MAX: usize = 100;
/// Zones lie between UTC−12 and UTC+14; what is farther is a mistake and read as UTC.
const OFFSET_SECONDS_MAX: i64 = 15 * 3600;

/// Reads a moment. Without a zone it is taken as UTC, without a time as midnight.
pub fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if let Some(moment) = usual(text) {
        return Some(moment);
    }
    let read = |text: &str| epoch(text).or_else(|| year_first(text)).or_else(|| by_words(text));
    // What stands in parentheses is a comment (RFC 5322, section 3.2.2), unless only that makes it a date.
    if text.contains('(') {
        return read(without_comments(text).trim()).or_else(|| read(text));
    }
    read(text)
}

/// The text without what stands in parentheses; they may be nested, and a backslash takes a mark its meaning.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_usize;
    let mut escaped = false;
    for it in text.chars() {
        match it {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                out.push(' ');
            }
            _ if depth == 0 => out.push(it),
            _ => {}
        }
    }
    out
}

/// What has been found of a date.
#[derive(Clone, Copy, Default)]
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    time: Time,
    offset_seconds: i64,
}

#[derive(Clone, Copy, Default)]
struct Time {
    hour: i64,
    minute: i64,
    second: i64,
}

impl Parts {
    fn moment(self) -> Option<Timestamp> {
        let date = civil::Date::new(
            i16::try_from(self.year).ok()?,
            i8::try_from(self.month).ok()?,
            i8::try_from(self.day).ok()?,
        )
        .ok()?;
        if self.year < 1 || !(0..=24).contains(&self.time.hour) || !(0..60).contains(&self.time.minute) {
            return None;
        }
        // 60 is a leap second, 24:00 the end of the day: both are counted on.
        if !(0..=60).contains(&self.time.second) {
            return None;
        }
        let days = date.since(civil::Date::constant(1970, 1, 1)).ok()?.get_days();
        let seconds = i64::from(days) * 86_400 + self.time.hour * 3600 + self.time.minute * 60 + self.time.second;
        Some(Timestamp::from_seconds(seconds - self.offset_seconds))
    }
}

/// The two forms in which nearly every feed has its dates: `Mon, 30 Jan 2023 09:15:00 +0700` and
/// `2023-01-30T09:15:00+07:00`, exactly so. Everything else is left to those who read more.
fn usual(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let digits = |from: usize, count: usize| {
        let digits = bytes.get(from..from + count)?;
        digits.iter().try_fold(0_i64, |sum, it| it.is_ascii_digit().then(|| sum * 10 + i64::from(it - b'0')))
    };
    let time = |from: usize| {
        let marked = bytes.get(from + 2) == Some(&b':') && bytes.get(from + 5) == Some(&b':');
        let time = Time { hour: digits(from, 2)?, minute: digits(from + 3, 2)?, second: digits(from + 6, 2)? };
        marked.then_some(time)
    };
    let signed = |at: usize, minutes_at: usize| {
        let (hours, minutes) = (digits(at + 1, 2)?, digits(minutes_at, 2)?);
        let seconds = hours * 3600 + minutes * 60;
        let sign = match bytes[at] {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        (seconds <= OFFSET_SECONDS_MAX && minutes < 60).then_some(sign * seconds)
    };
    let parts = match bytes {
        [_, _, _, _, b'-', _, _, b'-', _, _, b'T', ..] => {
            let offset_seconds = match bytes.get(19..)? {
                [b'Z'] => 0,
                [_, _, _, b':', _, _] => signed(19, 23)?,
                _ => return None,
            };
            Parts { year: digits(0, 4)?, month: digits(5, 2)?, day: digits(8, 2)?, time: time(11)?, offset_seconds }
        }
        [_, _, _, b',', b' ', _, _, b' ', _, _, _, b' ', _, _, _, _, b' ', ..] => {
            if !WEEKDAYS.iter().any(|it| it.as_bytes() == &bytes[..3]) {
                return None;
            }
            let offset_seconds = match bytes.get(25..)? {
                b" GMT" => 0,
                [b' ', _, _, _, _, _] => signed(26, 29)?,
                _ => return None,
            };
            let month = ENGLISH_MONTHS.iter().zip(1..).find(|it| it.0.as_bytes() == &bytes[8..11])?.1;
            Parts { year: digits(12, 4)?, month, day: digits(5, 2)?, time: time(17)?, offset_seconds }
        }
        _ => return None,
    };
    parts.moment()
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const ENGLISH_MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Seconds or milliseconds since 1970, as some JSON feeds have them.
fn epoch(text: &str) -> Option<Timestamp> {
    if !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let number: i64 = text.parse().ok()?;
    match text.len() {
        9 | 10 => Some(Timestamp::from_seconds(number)),
        13 => Some(Timestamp::from_seconds(number / 1000)),
        _ => None,
    }
}

/// ISO 8601 and what resembles it: `2024-01-01`, `2024-01`, `2024`, `20240101`, `2024-001`, `2024/1/1 10:00`.
fn year_first(text: &str) -> Option<Timestamp> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (mut parts, rest) = match digits {
        8 => {
            let parts = Parts {
                year: number(&text[..4])?,
                month: number(&text[4..6])?,
                day: number(&text[6..8])?,
                ..Parts::default()
            };
            (parts, &text[8..])
        }
        4 => after_year(number(&text[..4])?, &text[4..])?,
        _ => return None,
    };
    let rest = rest.trim_start().trim_start_matches(['T', 't', ',']).trim_start();
    if rest.is_empty() {
        return parts.moment();
    }
    // `2024-01-01+07:00`: a date with a zone and no time.
    if rest.starts_with(['+', '-', 'Z']) {
        parts.offset_seconds = zone(rest)?;
        return parts.moment();
    }
    let time_end = rest.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.' | ','))).unwrap_or(rest.len());
    parts.time = time(&rest[..time_end])?;
    let mut after = rest[time_end..].trim();
    for (mark, hours) in [("PM", 12), ("AM", 0)] {
        if let Some(rest) = after.strip_prefix(mark) {
            parts.time.hour = parts.time.hour % 12 + hours;
            after = rest.trim_start();
        }
    }
    parts.offset_seconds = if after.is_empty() { 0 } else { zone(after)? };
    parts.moment()
}

fn after_year(year: i64, rest: &str) -> Option<(Parts, &str)> {
    let whole_year = Parts { year, month: 1, day: 1, ..Parts::default() };
    let Some(separator) = rest.chars().next().filter(|it| matches!(it, '-' | '/' | '.')) else {
        return if rest.is_empty() { Some((whole_year, rest)) } else { None };
    };
    let rest = &rest[1..];
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let value = number(&rest[..digits])?;
    let after = &rest[digits..];
    if digits == 3 {
        let first = civil::Date::new(i16::try_from(year).ok()?, 1, 1).ok()?;
        let date = first.checked_add(jiff::Span::new().try_days(value - 1).ok()?).ok()?;
        let parts =
            Parts { year: date.year().into(), month: date.month().into(), day: date.day().into(), ..whole_year };
        return Some((parts, after));
    }
    if digits == 4 {
        // `2003-1231`
        return Some((Parts { month: value / 100, day: value % 100, ..whole_year }, after));
    }
    let Some(after_day) = after.strip_prefix(separator) else {
        return Some((Parts { month: value, ..whole_year }, after));
    };
    let digits = after_day.bytes().take_while(u8::is_ascii_digit).count();
    let day = number(&after_day[..digits])?;
    Some((Parts { month: value, day, ..whole_year }, &after_day[digits..]))
}

/// RFC 822, asctime and everything else that names its month or has numbers in an order that only one reading fits.
fn by_words(text: &str) -> Option<Timestamp> {
    let mut parts = Parts::default();
    let mut day = None;
    let mut year = None;
    let mut month = None;
    let mut clock = None;
    let mut afternoon = None;
    let mut offset = None;
    let mut spaced = text.replace([',', '(', ')', '年', '月', '日', '년', '월', '일'], " ");
    for half in ["午前", "午後", "上午", "下午", "오전", "오후"] {
        if spaced.contains(half) {
            spaced = spaced.replace(half, &format!(" {half} "));
        }
    }
    // `mar` is a month, and in Romance languages Tuesday: a first word is the month unless a later one is.
    let mut month_was_first = false;
    for (nth, word) in spaced.split_whitespace().enumerate() {
        let lower = word.to_lowercase();
        if clock.is_none() && word.contains(':') && word.as_bytes()[0].is_ascii_digit() {
            let end = word.find(|it: char| !(it.is_ascii_digit() || matches!(it, ':' | '.'))).unwrap_or(word.len());
            clock = time(&word[..end]);
            match word[end..].to_ascii_lowercase().as_str() {
                "" => {}
                "am" => afternoon = Some(false),
                "pm" => afternoon = Some(true),
                _ => offset = zone(&word[end..]),
            }
        } else if matches!(
            lower.as_str(),
            "am" | "pm" | "a.m." | "p.m." | "오전" | "오후" | "午前" | "午後" | "上午" | "下午"
        ) {
            afternoon = Some(matches!(lower.as_str(), "pm" | "p.m." | "오후" | "午後" | "下午"));
        } else if let Some(found) = month_named(&lower).filter(|_| month.is_none() || month_was_first) {
            month = Some(found);
            month_was_first = nth == 0;
        } else if let Some(dashed) = dashed(&lower).filter(|_| day.is_none() && (month.is_none() || month_was_first)) {
            (day, month, year) = (Some(dashed.0), Some(dashed.1), Some(dashed.2));
            month_was_first = false;
        } else if word.bytes().all(|it| it.is_ascii_digit()) {
            let value = number(word)?;
            if word.len() == 4 && year.is_none() && (clock.is_some() || day.is_some() || month.is_some() || nth == 0) {
                year = Some(value);
            } else if day.is_none() && (1..=31).contains(&value) {
                day = Some(value);
            } else if month.is_none() && year.is_some() && day.is_some_and(|it| (1..=12).contains(&it)) {
                // Year first: what was taken for the day is the month.
                month = day;
                day = Some(value);
            } else if year.is_none() && word.len() <= 2 {
                // RFC 2822, section 4.3.
                year = Some(if value < 50 { 2000 + value } else { 1900 + value });
            } else if year.is_none() {
                year = Some(value);
            }
        } else if let Some(ordinal) = ordinal_day(&lower).filter(|_| day.is_none()) {
            day = Some(ordinal);
        } else if clock.is_some() && offset.is_none() {
            offset = zone(word);
        }
    }
    parts.year = year?;
    parts.month = month?;
    parts.day = day.unwrap_or(1);
    parts.time = clock.unwrap_or_default();
    if let Some(afternoon) = afternoon {
        parts.time.hour = parts.time.hour % 12 + if afternoon { 12 } else { 0 };
    }
    parts.offset_seconds = offset.unwrap_or(0);
    parts.moment()
}

/// `31-Dec-2003`, `31/12/2003`, `12/31/2003`, `31.12.2003`: day, month, year.
fn dashed(word: &str) -> Option<(i64, i64, i64)> {
    let mut pieces = word.split(['-', '/', '.']);
    let (first, second, third) = (pieces.next()?, pieces.next()?, pieces.next()?);
    if pieces.next().is_some_and(|it| !it.is_empty()) {
        return None;
    }
    let year = number(third)?;
    let year = if third.len() <= 2 { if year < 50 { 2000 + year } else { 1900 + year } } else { year };
    let first = number(first)?;
    if let Some(month) = month_named(second) {
        return Some((first, month, year));
    }
    let second = number(second)?;
    // Dots are read day first; slashes month first, as their inventors write them, unless that is no month.
    let month_first = word.contains('/') && first <= 12;
    Some(if month_first { (second, first, year) } else { (first, second, year) })
}

/// `1st`, `22nd`, `1.`
fn ordinal_day(word: &str) -> Option<i64> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let day = number(&word[..digits])?;
    matches!(&word[digits..], "st" | "nd" | "rd" | "th" | "." | "er" | "º").then_some(day)
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn time(text: &str) -> Option<Time> {
    let whole = text.split(['.', ',']).next()?;
    let mut pieces = whole.split(':');
    let first = pieces.next()?;
    let Some(minute) = pieces.next() else {
        // `1014`, `101455`
        return match first.len() {
            4 => Some(Time { hour: number(&first[..2])?, minute: number(&first[2..])?, second: 0 }),
            6 => Some(Time { hour: number(&first[..2])?, minute: number(&first[2..4])?, second: number(&first[4..])? }),
            1 | 2 => Some(Time { hour: number(first)?, ..Time::default() }),
            _ => None,
        };
    };
    let second = pieces.next().filter(|it| !it.is_empty()).map_or(Some(0), number)?;
    Some(Time { hour: number(first)?, minute: number(minute)?, second })
}

/// Seconds east of UTC. `None` where the text names no zone; impossible offsets count as UTC.
fn zone(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(hours) = named_zone(&text.to_ascii_uppercase()) {
        return Some(hours);
    }
    let signed = text.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let sign = match signed.chars().next()? {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let digits: String = signed.chars().skip(1).filter(|it| *it != ':').collect();
    let digits = digits.split_whitespace().next()?;
    let (hours, minutes) = match digits.len() {
        1 | 2 => (number(digits)?, 0),
        3 => (number(&digits[..1])?, number(&digits[1..])?),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    Some(if seconds > OFFSET_SECONDS_MAX || minutes > 59 { 0 } else { sign * seconds })
}

/// RFC 822's names and those that news sites use beside them. Of names with two meanings the one with more feeds.
fn named_zone(name: &str) -> Option<i64> {
    let quarters = match name {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "MEZ" | "WEST" | "WAT" | "IST/IE" => 4,
        "CEST" | "MESZ" | "EET" | "SAST" | "CAT" => 8,
        "EEST" | "MSK" | "EAT" | "TRT" => 12,
        "MSD" | "GST" => 16,
        "PKT" => 20,
        "IST" => 22,
        "NPT" => 23,
        "WIB" | "ICT" => 28,
        "WITA" | "SGT" | "HKT" | "AWST" | "PHT" | "MYT" => 32,
        "WIT" | "JST" | "KST" => 36,
        "ACST" => 38,
        "AEST" => 40,
        "ACDT" => 42,
        "AEDT" => 44,
        "NZST" => 48,
        "NZDT" => 52,
        "BRT" | "ART" | "ADT" => -12,
        "NDT" => -10,
        "NST" => -14,
        "EDT" | "AST" => -16,
        "CDT" | "EST" | "COT" => -20,
        "MDT" | "CST" => -24,
        "PDT" | "MST" => -28,
        "PST" | "AKDT" => -32,
        "AKST" => -36,
        "HST" => -40,
        _ => return None,
    };
    Some(quarters * 900)
}

/// Months by the beginnings of their names, in the languages whose feeds were seen to use them.
fn month_named(word: &str) -> Option<i64> {
    let word = word.trim_end_matches('.');
    let first = word.chars().next().filter(|it| it.is_alphabetic())?;
    let begun = MONTHS_BY_LETTER.get(&first)?;
    begun.iter().find(|(name, _)| word.starts_with(name)).map(|(_, month)| *month)
}

/// The names of [`MONTHS`] in their order, by the letter they begin with: most words of a date are no months.
static MONTHS_BY_LETTER: LazyLock<HashMap<char, Vec<(&str, i64)>>> = LazyLock::new(|| {
    let mut by_letter: HashMap<char, Vec<(&str, i64)>> = HashMap::new();
    for (month, names) in MONTHS {
        for name in names.split(' ') {
            by_letter.entry(name.chars().next().unwrap_or(' ')).or_default().push((name, month));
        }
    }
    by_letter
});

const MONTHS: [(i64, &str); 12] = [
    (1, "jan jän gen ene янв ιαν sty led oca ian січ يناير"),
    (2, "feb fev fév фев φεβ lut úno şub лют فبراير شباط"),
    (3, "mar mär már maa mrt мар μαρ μάρ bře бер مارس آذار"),
    (4, "apr avr abr ápr апр απρ kwi dub nis кві أبريل نيسان"),
    (5, "may mai mei mag máj maj май мая μαϊ μάι μαι kvě тра مايو أيار"),
    (6, "jun juin giu jún июн ιουν ιούν cze haz iun чер يونيو حزيران"),
    (7, "jul juil lug júl июл ιουλ ιούλ lip tem iul лип يوليو تموز"),
    (8, "aug aou aoû ago agu ağu авг αυγ αύγ sie srp сер أغسطس آب"),
    (9, "sep set szep сен σεπ wrz zář eyl вер سبتمبر أيلول"),
    (10, "oct okt ott out окт οκτ paź říj eki жов أكتوبر"),
    (11, "nov nop ноя νοε νοέ lis kas noi лис نوفمبر"),
    (12, "dec dez déc dic des дек δεκ gru pro ara гру ديسمبر"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(text: &str) -> String {
        read(text).map(Timestamp::rfc3339).unwrap_or_default()
    }

    #[test]
    fn dates_are_read_as_feeds_write_them() {
        for (text, moment) in [
            ("Mon, 30 Jan 2023 09:15:00 +0700", "2023-01-30T02:15:00Z"),
            ("Mon, 30 Jan 23 09:15 WIB", "2023-01-30T02:15:00Z"),
            ("Senin, 30 Januari 2023 09:15:00 WIB", "2023-01-30T02:15:00Z"),
            ("30 Agustus 2023", "2023-08-30T00:00:00Z"),
            ("2024-01-01 10:00:00", "2024-01-01T10:00:00Z"),
            ("2024-01-01T10:00:00", "2024-01-01T10:00:00Z"),
            ("2024-01-01T10:00:00.123+05:30", "2024-01-01T04:30:00Z"),
            ("2024-01-01T10:00Z", "2024-01-01T10:00:00Z"),
            ("2024-01-01 10:00:00 +0100", "2024-01-01T09:00:00Z"),
            ("1 January 2024", "2024-01-01T00:00:00Z"),
            ("January 1, 2024 3:05 PM", "2024-01-01T15:05:00Z"),
            ("Jan 1st 2024", "2024-01-01T00:00:00Z"),
            ("Sun Jan  4 16:29:06 PST 2004", "2004-01-05T00:29:06Z"),
            ("Thu, 01 Jan 2004 19:48:21 EST", "2004-01-02T00:48:21Z"),
            ("31-Dec-2003 10:14:55", "2003-12-31T10:14:55Z"),
            ("31.12.2003", "2003-12-31T00:00:00Z"),
            ("2003-335", "2003-12-01T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
            ("2003", "2003-01-01T00:00:00Z"),
            ("20031231", "2003-12-31T00:00:00Z"),
            ("1704103200", "2024-01-01T10:00:00Z"),
            ("1704103200000", "2024-01-01T10:00:00Z"),
            ("Thu, 01 Jan 2004 19:48:21 GMT-05:00", "2004-01-02T00:48:21Z"),
            ("Thu, 31 Dec 2099 24:00:00 GMT", "2100-01-01T00:00:00Z"),
            ("Mon, 01 Jan 2024 10:00:00 +9999", "2024-01-01T10:00:00Z"),
            ("Mon, 01 Jan 2024 10:00:00 +9900", "2024-01-01T10:00:00Z"),
            ("2004년 05월 28일 01:31:15", "2004-05-28T01:31:15Z"),
            ("2024年5月28日 下午1:31", "2024-05-28T13:31:00Z"),
            ("Thu, 09 (nested (comment) Mar)Feb(escaped comment\\) 2005) 2006()23:59:45 +0000", "2006-02-09T23:59:45Z"),
            ("Thu(oh), 16(th) Feb(ruary) 2006 01:39 +0000 (GMT)", "2006-02-16T01:39:00Z"),
            ("(1 January 2024)", "2024-01-01T00:00:00Z"),
            ("mer, 16 nov 2022 00:38:15 +0100", "2022-11-15T23:38:15Z"),
            ("12 Şubat 2024 10:00", "2024-02-12T10:00:00Z"),
            ("вт, 12 лютого 2024 10:00", "2024-02-12T10:00:00Z"),
            ("12 أغسطس 2024", "2024-08-12T00:00:00Z"),
            ("Mittwoch, 5. März 2024, 8:05 Uhr", "2024-03-05T08:05:00Z"),
            ("2 de enero de 2024", "2024-01-02T00:00:00Z"),
            ("martes, 2 de enero de 2024", "2024-01-02T00:00:00Z"),
            ("mar. 16 nov. 2022 00:38:15 +0100", "2022-11-15T23:38:15Z"),
            ("maandag 4 maart 2024", "2024-03-04T00:00:00Z"),
            ("mardi 5/11/2024", "2024-05-11T00:00:00Z"),
            ("Mar 5, 2024", "2024-03-05T00:00:00Z"),
        ] {
            assert_eq!(reads(text), moment, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let parentheses = "(".repeat(5_000);
        for text in ["", "yesterday", "31 Feb 2024", "0000-00-00T00:00:00Z", "12:30", &parentheses, "99999999", "+"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_usual_forms_are_read_as_any_other(
            (year, month, day) in (1_i64..3_000, 0_usize..12, 0_i64..33),
            (hour, minute, second) in (0_i64..26, 0_i64..62, 0_i64..62),
            weekday in 0_usize..7,
            zone in "GMT|Z|[+-][01][0-9]:?[0-9]{2}|[A-Z]{3}|[+-]9900|[+-]99:00",
        ) {
            let time = format!("{hour:02}:{minute:02}:{second:02}");
            let (weekday, name) = (WEEKDAYS[weekday], ENGLISH_MONTHS[month]);
            for text in [
                format!("{weekday}, {day:02} {name} {year:04} {time} {zone}"),
                format!("{year:04}-{:02}-{day:02}T{time}{zone}", month + 1),
            ] {
                let slow = epoch(&text).or_else(|| year_first(&text)).or_else(|| by_words(&text));
                prop_assert_eq!(read(&text), slow, "{}", text);
            }
        }
    }
}
