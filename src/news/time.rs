//! Moments and zones. Seconds are precise enough for news and fit a column of the library.
//!
//! Nothing here reads a clock: the present is always a parameter ([`Now`]) or a [`Clock`] that somebody passed in.

use std::fmt;
use std::sync::Arc;

use jiff::tz::TimeZone;

/// A moment in seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Who is asked for the present. The program passes the system's clock, tests pass one of their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A time zone, by which days begin and moments are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

/// The present, as a parameter: the moment and the zone in which a person lives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Now {
    pub utc: Timestamp,
    pub zone: Zone,
}

const SECONDS_A_DAY: i64 = 86_400;
/// The years 1 to 9999, less the last day: there every zone can still show the moment.
const SECONDS_MIN: i64 = -62_135_596_800;
const SECONDS_MAX: i64 = 253_402_207_200;

impl Timestamp {
    /// The moment `seconds` after the epoch, held within the years 1 to 9999 so that RFC 3339 can write it.
    pub fn from_seconds(seconds: i64) -> Timestamp {
        Timestamp(seconds.clamp(SECONDS_MIN, SECONDS_MAX))
    }

    pub fn seconds(self) -> i64 {
        self.0
    }

    /// The number of the UTC day since the epoch; the first half of an article's id.
    pub fn utc_day(self) -> i64 {
        self.0.div_euclid(SECONDS_A_DAY)
    }

    pub fn plus(self, seconds: i64) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative where it lies before.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0 - earlier.0
    }

    /// Reads a moment as RFC 3339 writes it. `None` where the text is anything else.
    pub fn parse_rfc3339(text: &str) -> Option<Timestamp> {
        text.parse::<jiff::Timestamp>().ok().map(|it| Timestamp::from_seconds(it.as_second()))
    }

    /// Reads a moment as HTTP headers write it, in any of the three forms of RFC 9110 section 5.6.7.
    pub fn parse_http_date(text: &str) -> Option<Timestamp> {
        let text = text.trim();
        if let Ok(moment) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text) {
            return Some(Timestamp::from_seconds(moment.as_second()));
        }
        ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
            .iter()
            .find_map(|form| jiff::civil::DateTime::strptime(form, text).ok())
            .and_then(|it| it.to_zoned(TimeZone::UTC).ok())
            .map(|it| Timestamp::from_seconds(it.timestamp().as_second()))
    }

    /// RFC 3339 in UTC, to the second: `2023-01-30T02:15:00Z`.
    pub fn rfc3339(self) -> String {
        self.jiff().to_string()
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl Zone {
    pub fn utc() -> Zone {
        Zone(TimeZone::UTC)
    }

    /// The zone of this name in the time-zone database, `Asia/Jakarta`.
    pub fn named(name: &str) -> Option<Zone> {
        TimeZone::get(name).ok().map(Zone)
    }

    /// The zone this machine is set to. Reads the environment: for the program's edge only.
    pub fn of_this_machine() -> Zone {
        Zone(TimeZone::system())
    }

    /// `strftime` formatting of a moment as it reads in this zone; the pattern is the program's own.
    pub fn format(&self, moment: Timestamp, pattern: &str) -> String {
        moment.jiff().to_zoned(self.0.clone()).strftime(pattern).to_string()
    }

    /// The moment at which the local day of `moment` began.
    pub fn start_of_day(&self, moment: Timestamp) -> Timestamp {
        let zoned = moment.jiff().to_zoned(self.0.clone());
        match zoned.start_of_day() {
            Ok(start) => Timestamp::from_seconds(start.timestamp().as_second()),
            Err(_) => moment,
        }
    }
}

impl Zone {
    /// The moment at which that day of the calendar begins here. `None` where there is no such day.
    pub fn start_of(&self, year: i16, month: i8, day: i8) -> Option<Timestamp> {
        let date = jiff::civil::Date::new(year, month, day).ok()?;
        let start = date.to_zoned(self.0.clone()).ok()?;
        Some(Timestamp::from_seconds(start.timestamp().as_second()))
    }

    /// The beginning of the local day that lies so many months, and then days, before the one of `moment`; negative
    /// ones lie after. Far away it is held within the years that [`Timestamp`] knows.
    pub fn start_of_day_before(&self, moment: Timestamp, months: i64, days: i64) -> Timestamp {
        let date = moment.jiff().to_zoned(self.0.clone()).date();
        let before = jiff::Span::new()
            .try_months(months)
            .and_then(|it| date.checked_sub(it))
            .and_then(|it| it.checked_sub(jiff::Span::new().try_days(days)?))
            .and_then(|it| it.to_zoned(self.0.clone()));
        let edge = if months >= 0 && days >= 0 { i64::MIN } else { i64::MAX };
        Timestamp::from_seconds(before.map_or(edge, |it| it.timestamp().as_second()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_its_text() {
        let moment = Timestamp::parse_rfc3339("2023-01-30T09:15:00+07:00").unwrap();
        assert_eq!(moment.rfc3339(), "2023-01-30T02:15:00Z");
        assert_eq!(Timestamp::parse_rfc3339(&moment.rfc3339()), Some(moment));
    }

    #[test]
    fn http_writes_a_moment_in_three_ways() {
        let moment = Timestamp::parse_rfc3339("1994-11-06T08:49:37Z");
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(Timestamp::parse_http_date(text), moment, "{text}");
        }
        assert_eq!(Timestamp::parse_http_date("soon"), None);
    }

    #[test]
    fn a_day_begins_where_the_person_lives() {
        let jakarta = Zone::named("Asia/Jakarta").unwrap();
        let evening_utc = Timestamp::parse_rfc3339("2023-01-30T18:00:00Z").unwrap();
        assert_eq!(jakarta.start_of_day(evening_utc).rfc3339(), "2023-01-30T17:00:00Z");
    }

    #[test]
    fn days_are_counted_back_on_the_calendar_and_never_leave_it() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        // The clocks went back on 29 October 2023: that day has 25 hours.
        let moment = Timestamp::parse_rfc3339("2023-10-30T12:00:00Z").unwrap();
        assert_eq!(berlin.start_of_day_before(moment, 0, 0).rfc3339(), "2023-10-29T23:00:00Z");
        assert_eq!(berlin.start_of_day_before(moment, 0, 1).rfc3339(), "2023-10-28T22:00:00Z");
        assert_eq!(berlin.start_of_day_before(moment, 8, 0).rfc3339(), "2023-02-27T23:00:00Z");
        assert_eq!(berlin.start_of(2024, 2, 29).unwrap().rfc3339(), "2024-02-28T23:00:00Z");
        assert_eq!(berlin.start_of(2023, 2, 29), None);
        for (months, days) in [(1_000_000, 0), (0, 100_000_000), (0, i64::MAX), (-1_000_000, 0)] {
            let far = berlin.start_of_day_before(moment, months, days);
            assert!(far == Timestamp::from_seconds(i64::MIN) || far == Timestamp::from_seconds(i64::MAX), "{far}");
        }
    }

    #[test]
    fn days_before_the_epoch_are_whole_days_too() {
        assert_eq!(Timestamp::from_seconds(-1).utc_day(), -1);
        assert_eq!(Timestamp::from_seconds(i64::MAX).rfc3339(), "9999-12-30T22:00:00Z");
    }
}
