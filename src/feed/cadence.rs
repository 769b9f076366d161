//! How often a feed asks to be fetched: RSS' `ttl`, `skipHours` and `skipDays`, the syndication module's `sy:update*`.
//!
//! A wish, not an order: whoever plans the fetches weighs it. Nothing here knows the present.

use crate::news::Timestamp;

/// A day, in minutes; no feed is left alone for longer than thirty of them for its own word.
const DAY_MINUTES: u32 = 24 * 60;
const MINUTES_MAX: u32 = 30 * DAY_MINUTES;

/// What a feed says of how often it should be fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cadence {
    /// RSS 2.0 `<ttl>`: minutes for which a fetched copy stays good.
    pub ttl_minutes: Option<u32>,
    /// Minutes between updates by `sy:updatePeriod` and `sy:updateFrequency`.
    pub update_every_minutes: Option<u32>,
    /// Hours in UTC in which nothing new comes: bit 0 is midnight to one, bit 23 the last (RSS 2.0, `skipHours`).
    pub skip_hours: u32,
    /// Days in UTC on which nothing new comes: bit 0 is Monday, bit 6 Sunday (RSS 2.0, `skipDays`).
    pub skip_days: u8,
}

impl Cadence {
    /// Whether nothing new is to be expected in this hour (0 to 23, UTC) of this day (0 is Monday). A feed that
    /// skips every hour or every day skips none.
    pub fn skips(&self, hour: u8, weekday: u8) -> bool {
        let all_hours = self.skip_hours & HOURS == HOURS;
        let all_days = self.skip_days & DAYS == DAYS;
        (!all_hours && self.skip_hours >> hour.min(23) & 1 == 1)
            || (!all_days && self.skip_days >> weekday.min(6) & 1 == 1)
    }

    /// Whether nothing new is to be expected at this moment.
    pub fn skips_at(&self, at: Timestamp) -> bool {
        let hours = at.seconds().div_euclid(3_600);
        let hour = u8::try_from(hours.rem_euclid(24)).unwrap_or(0);
        // The first of January 1970 was a Thursday.
        let weekday = u8::try_from((hours.div_euclid(24) + 3).rem_euclid(7)).unwrap_or(0);
        self.skips(hour, weekday)
    }

    pub(super) fn ttl(&mut self, text: &str) {
        self.ttl_minutes = text.trim().parse().ok().map(|it: u32| it.min(MINUTES_MAX));
    }

    /// Hours are 0 to 23; some feeds count to 24 and mean midnight.
    pub(super) fn skip_hour(&mut self, text: &str) {
        if let Some(hour) = text.trim().parse::<u32>().ok().filter(|it| *it <= 24) {
            self.skip_hours |= 1 << (hour % 24);
        }
    }

    pub(super) fn skip_day(&mut self, text: &str) {
        let lower = text.trim().to_ascii_lowercase();
        if let Some(day) = WEEKDAYS.iter().position(|it| lower.starts_with(it)) {
            self.skip_days |= 1 << day;
        }
    }

    /// `sy:updatePeriod`, divided by how often in it (RSS 1.0 module Syndication; both have defaults: daily, once).
    pub(super) fn updates(&mut self, period: Option<&str>, frequency: Option<&str>) {
        if period.is_none() && frequency.is_none() {
            return;
        }
        let period_minutes = match period.unwrap_or("daily").trim().to_ascii_lowercase().as_str() {
            "hourly" => 60,
            "daily" => DAY_MINUTES,
            "weekly" => 7 * DAY_MINUTES,
            "monthly" => 30 * DAY_MINUTES,
            "yearly" => 365 * DAY_MINUTES,
            _ => return,
        };
        let times = frequency.and_then(|it| it.trim().parse::<u32>().ok()).unwrap_or(1).max(1);
        self.update_every_minutes = Some((period_minutes / times).clamp(1, MINUTES_MAX));
    }
}

const HOURS: u32 = (1 << 24) - 1;
const DAYS: u8 = (1 << 7) - 1;
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_feed_skips_is_read_by_hour_and_day() {
        let mut cadence = Cadence::default();
        for hour in ["0", " 6 ", "24", "25", "noon"] {
            cadence.skip_hour(hour);
        }
        cadence.skip_day("Sunday");
        cadence.skip_day("someday");
        assert!(cadence.skips(0, 1) && cadence.skips(6, 1) && !cadence.skips(7, 1) && cadence.skips(7, 6));
    }

    #[test]
    fn a_feed_that_skips_everything_skips_nothing() {
        let mut cadence = Cadence::default();
        (0..24).for_each(|hour| cadence.skip_hour(&hour.to_string()));
        WEEKDAYS.iter().for_each(|day| cadence.skip_day(day));
        assert!(!cadence.skips(3, 3));
    }

    #[test]
    fn the_period_is_divided_by_its_frequency() {
        let every = |period, frequency| {
            let mut cadence = Cadence::default();
            cadence.updates(period, frequency);
            cadence.update_every_minutes
        };
        assert_eq!(every(Some("hourly"), Some("2")), Some(30));
        assert_eq!(every(None, Some("4")), Some(360));
        assert_eq!(every(Some("Weekly"), Some("0")), Some(10_080));
        assert_eq!(every(Some("yearly"), None), Some(MINUTES_MAX));
        assert_eq!(every(Some("now and then"), Some("x")), None);
        assert_eq!(every(None, None), None);
    }
}
