//! When a feed is asked again. Every answer is a function of the feed, the moment and what happened, so that a restart
//! changes nothing and no two feeds fall into step. What a server or a document says is a lower bound; nobody's word
//! makes anything ask more often than every quarter of an hour.

use crate::feed::Cadence;
use crate::news::{Because, FeedId, Timestamp};
use crate::store::{Due, NextRequest, Validators};

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
/// Nothing that asks by itself asks sooner, whoever allows it.
const INTERVAL_SECONDS_MIN: i64 = 900;
/// Between two requests where nothing is known of the feed, and the least where something is.
const INTERVAL_SECONDS: i64 = HOUR_SECONDS;
/// The most, however seldom a feed publishes.
const INTERVAL_SECONDS_MAX: i64 = DAY_SECONDS;
/// A feed is asked so many times between two of its articles, so that the next one waits an eighth of the gap on average.
const ASKED_PER_ARTICLE: i64 = 4;
const LATELY_SECONDS: i64 = 28 * DAY_SECONDS;
/// `ttl` is believed up to here: programs write it and nobody looks.
const TTL_SECONDS_MAX: i64 = DAY_SECONDS;
/// Whatever is said, a feed is asked once a week.
const WAIT_SECONDS_MAX: i64 = 7 * DAY_SECONDS;
/// After the first failure; doubled by each further one in a row.
const BACK_OFF_SECONDS: i64 = HOUR_SECONDS;
const BACK_OFF_SECONDS_MAX: i64 = DAY_SECONDS;
/// A feed that is gone is looked for once more.
const GONE_SECONDS: i64 = 30 * DAY_SECONDS;
/// A server that has said “not modified” for so long is asked for the whole document once: some say it always.
const WHOLE_SECONDS: i64 = 30 * DAY_SECONDS;

/// What a success said of when to come back.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// Cache-Control or Expires.
    pub fresh_seconds: Option<i64>,
    /// The document's own wishes.
    pub cadence: Cadence,
    /// Whether the next request can be conditional.
    pub conditional: bool,
}

/// After a success.
pub(super) fn after_success(due: &Due, at: Timestamp, said: &Said) -> NextRequest {
    let (interval, mut because) = interval(due, at, said.conditional);
    let mut wait = with_jitter(interval, due.feed, at).max(INTERVAL_SECONDS_MIN);
    let minutes = |minutes: Option<u32>| minutes.map(|it| i64::from(it) * 60);
    let cadence = minutes(said.cadence.ttl_minutes)
        .map(|it| it.min(TTL_SECONDS_MAX))
        .max(minutes(said.cadence.update_every_minutes));
    for (bound, reason) in [(cadence, Because::Cadence), (said.fresh_seconds, Because::Fresh)] {
        let bound = bound.unwrap_or(0).min(WAIT_SECONDS_MAX);
        if bound > wait {
            // A little later, never sooner: feeds of one server would else all come back in one second.
            wait = bound + drawn(due.feed, at, (bound / 20).clamp(1, INTERVAL_SECONDS_MIN));
            because = reason;
        }
    }
    let moment = at.plus(wait.min(WAIT_SECONDS_MAX + INTERVAL_SECONDS_MIN));
    match after_skipped(moment, &said.cadence, due.feed) {
        later if later > moment => NextRequest { at: later, because: Because::Skipped },
        _ => NextRequest { at: moment, because },
    }
}

/// After a failure. `status` is what the server answered, if it did, `retry_at` when it wants to be asked again.
pub(super) fn after_failure(due: &Due, at: Timestamp, status: Option<u16>, retry_at: Option<Timestamp>) -> NextRequest {
    if status == Some(410) {
        return NextRequest {
            at: at.plus(with_jitter(GONE_SECONDS, due.feed, at).max(GONE_SECONDS)),
            because: Because::Gone,
        };
    }
    if let Some(retry_at) = retry_at {
        // A server that asks for a second still gets a quarter of an hour.
        return NextRequest { at: retry_at.max(at.plus(INTERVAL_SECONDS_MIN)), because: Because::RetryAfter };
    }
    let doublings = u32::try_from(due.failures.clamp(0, 8)).unwrap_or(0);
    let wait = (BACK_OFF_SECONDS << doublings).min(BACK_OFF_SECONDS_MAX).max(own_interval(due).unwrap_or(0));
    NextRequest { at: at.plus(with_jitter(wait, due.feed, at)), because: Because::Failures }
}

/// The validators to send: none where the server has said “not modified” for a month.
pub(super) fn validators(due: &Due, now: Timestamp) -> Validators {
    let believed = due.last_full.is_none_or(|it| now.since(it) < WHOLE_SECONDS);
    if believed { due.validators.clone() } else { Validators::default() }
}

fn interval(due: &Due, at: Timestamp, conditional: bool) -> (i64, Because) {
    if let Some(own) = own_interval(due) {
        return (own, Because::Person);
    }
    if !conditional {
        return (DAY_SECONDS, Because::Unconditional);
    }
    let quiet = due.newest.is_some_and(|it| at.since(it) > LATELY_SECONDS);
    let rhythm = match due.articles_lately {
        0 if quiet => INTERVAL_SECONDS_MAX,
        0 => INTERVAL_SECONDS,
        articles => LATELY_SECONDS / articles / ASKED_PER_ARTICLE,
    };
    match rhythm.clamp(INTERVAL_SECONDS, INTERVAL_SECONDS_MAX) {
        INTERVAL_SECONDS => (INTERVAL_SECONDS, Because::Usual),
        seconds => (seconds, Because::Rhythm),
    }
}

fn own_interval(due: &Due) -> Option<i64> {
    due.settings.interval_minutes.map(|it| (i64::from(it) * 60).max(INTERVAL_SECONDS_MIN))
}

/// The moment, or the first after it that the document does not skip (hours and days in GMT, RSS 2.0).
fn after_skipped(moment: Timestamp, cadence: &Cadence, feed: FeedId) -> Timestamp {
    let mut at = moment;
    for _hour in 0..7 * 24 {
        let hours = at.seconds().div_euclid(HOUR_SECONDS);
        let hour = u8::try_from(hours.rem_euclid(24)).unwrap_or(0);
        // The first of January 1970 was a Thursday.
        let weekday = u8::try_from((hours.div_euclid(24) + 3).rem_euclid(7)).unwrap_or(0);
        if !cadence.skips(hour, weekday) {
            return at;
        }
        let next_hour = Timestamp::from_seconds((hours + 1) * HOUR_SECONDS);
        at = next_hour.plus(drawn(feed, moment, INTERVAL_SECONDS_MIN));
    }
    // Every hour of every day is skipped, which nobody can mean.
    moment
}

/// `seconds` less or more a tenth, always the same for the same feed and moment.
fn with_jitter(seconds: i64, feed: FeedId, at: Timestamp) -> i64 {
    let spread = seconds / 10;
    seconds - spread + drawn(feed, at, 2 * spread + 1)
}

/// A number from 0 up to `below`, always the same for the same feed and moment.
fn drawn(feed: FeedId, at: Timestamp, below: i64) -> i64 {
    i64::try_from(mixed(feed, at) % below.max(1).unsigned_abs()).unwrap_or(0)
}

/// SplitMix64's last steps (Steele, Lea and Flood 2014): neighbours become strangers.
fn mixed(feed: FeedId, at: Timestamp) -> u64 {
    let mut bits = feed.0.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ at.seconds().cast_unsigned();
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::CleanUrl;

    /// A Sunday, noon.
    const NOON: i64 = 1_795_348_800;

    fn noon() -> Timestamp {
        Timestamp::from_seconds(NOON)
    }

    fn feed(number: i64) -> Due {
        Due::new(FeedId(number), CleanUrl::parse("https://kabar.example/feed").unwrap())
    }

    fn said() -> Said {
        Said { conditional: true, ..Said::default() }
    }

    /// Hours until the next request, and why.
    fn hours(due: &Due, said: &Said) -> (f64, Because) {
        let next = after_success(due, noon(), said);
        (next.at.since(noon()) as f64 / 3_600.0, next.because)
    }

    fn about(hours: f64, expected: f64) -> bool {
        (hours / expected - 1.0).abs() <= 0.1001
    }

    #[test]
    fn feeds_fetched_together_fall_due_apart() {
        let wait = |id| after_success(&feed(id), noon(), &said()).at.since(noon());
        let dues: Vec<i64> = (0..100).map(wait).collect();
        assert!(dues.iter().all(|it| (3_240..=3_960).contains(it)), "{dues:?}");
        let mut distinct = dues;
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 80, "{distinct:?}");
        assert_eq!(after_success(&feed(7), noon(), &said()), after_success(&feed(7), noon(), &said()));
    }

    #[test]
    fn a_feed_is_asked_as_often_as_it_publishes_between_an_hour_and_a_day() {
        let with = |articles_lately| Due { articles_lately, newest: Some(noon().plus(-60)), articles: 500, ..feed(1) };
        for (lately, expected, because) in [
            (2_000, 1.0, Because::Usual),
            (56, 3.0, Because::Rhythm),
            (28, 6.0, Because::Rhythm),
            (4, 24.0, Because::Rhythm),
        ] {
            let (wait, why) = hours(&with(lately), &said());
            assert!(about(wait, expected) && why == because, "{lately}: {wait} {why:?}");
        }
        let silent = Due { newest: Some(noon().plus(-90 * DAY_SECONDS)), articles: 9, ..feed(1) };
        assert!(about(hours(&silent, &said()).0, 24.0));
        // Of a feed without a single article nothing is known.
        assert!(about(hours(&feed(1), &said()).0, 1.0));
    }

    #[test]
    fn a_persons_interval_holds_down_to_a_quarter_of_an_hour() {
        let mut due = feed(1);
        for (minutes, least, most) in [(30, 0.45, 0.55), (15, 0.25, 0.28), (1, 0.25, 0.28), (2_880, 43.2, 52.8)] {
            due.settings.interval_minutes = Some(minutes);
            let (wait, because) = hours(&due, &said());
            assert!((least..=most).contains(&wait) && because == Because::Person, "{minutes}: {wait}");
        }
        // But not against the server's word.
        let fresh = Said { fresh_seconds: Some(72 * HOUR_SECONDS), ..said() };
        assert!(hours(&due, &fresh).0 >= 72.0);
    }

    #[test]
    fn what_cannot_be_asked_conditionally_is_asked_once_a_day() {
        let (wait, because) = hours(&feed(1), &Said::default());
        assert!(about(wait, 24.0) && because == Because::Unconditional);
    }

    #[test]
    fn a_servers_and_a_documents_word_is_the_least_and_has_an_end() {
        let cadence = |ttl, every| Cadence { ttl_minutes: ttl, update_every_minutes: every, ..Cadence::default() };
        for (fresh, cadence, least, because) in [
            (Some(43_200), cadence(None, None), 12.0, Because::Fresh),
            (Some(60), cadence(None, None), 0.9, Because::Usual),
            (Some(i64::MAX), cadence(None, None), 168.0, Because::Fresh),
            (None, cadence(Some(180), None), 3.0, Because::Cadence),
            (None, cadence(Some(40_000), None), 24.0, Because::Cadence),
            (None, cadence(None, Some(2_880)), 48.0, Because::Cadence),
            (Some(36_000), cadence(Some(120), Some(60)), 10.0, Because::Fresh),
        ] {
            let (wait, why) = hours(&feed(1), &Said { fresh_seconds: fresh, cadence, conditional: true });
            assert!((least..least * 1.1 + 0.3).contains(&wait) && why == because, "{least}: {wait} {why:?}");
        }
    }

    #[test]
    fn hours_and_days_that_a_feed_skips_are_skipped_unless_it_skips_all() {
        let skipping = |skip_hours, skip_days| Said {
            cadence: Cadence { skip_hours, skip_days, ..Cadence::default() },
            conditional: true,
            ..Said::default()
        };
        let moment = |said: &Said| after_success(&feed(1), noon(), said);
        // Noon to six in the evening.
        let evening = moment(&skipping(0b111_1110 << 12 >> 1, 0));
        assert!((6.0..6.3).contains(&(evening.at.since(noon()) as f64 / 3_600.0)), "{evening:?}");
        assert_eq!(evening.because, Because::Skipped);
        // Sunday is bit 6; Monday begins twelve hours from now.
        let monday = moment(&skipping(0, 1 << 6));
        assert!((12.0..12.3).contains(&(monday.at.since(noon()) as f64 / 3_600.0)), "{monday:?}");
        assert_eq!(moment(&skipping((1 << 24) - 1, 0)).because, Because::Usual);
        assert_eq!(moment(&skipping(0, 0x7f)).because, Because::Usual);
    }

    #[test]
    fn failures_double_the_wait_to_a_day() {
        for (failures, expected) in [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 24.0), (400, 24.0)] {
            let next = after_failure(&Due { failures, ..feed(1) }, noon(), Some(500), None);
            assert!(about(next.at.since(noon()) as f64 / 3_600.0, expected), "{failures}");
            assert_eq!(next.because, Because::Failures);
        }
    }

    #[test]
    fn a_server_that_asks_for_a_second_still_gets_a_quarter_of_an_hour() {
        let after = |seconds| after_failure(&feed(1), noon(), Some(503), Some(noon().plus(seconds)));
        assert_eq!(after(1).at.since(noon()), 900);
        assert_eq!(after(7_200), NextRequest { at: noon().plus(7_200), because: Because::RetryAfter });
    }

    #[test]
    fn what_is_gone_is_looked_for_after_a_month() {
        let next = after_failure(&feed(1), noon(), Some(410), None);
        assert!(next.at.since(noon()) >= 30 * DAY_SECONDS && next.because == Because::Gone);
    }

    #[test]
    fn a_server_that_always_says_not_modified_is_asked_for_the_whole_once_a_month() {
        let known = Validators { etag: Some(b"\"a\"".to_vec()), last_modified: None };
        let since =
            |days: i64| Due { validators: known.clone(), last_full: Some(noon().plus(-days * DAY_SECONDS)), ..feed(1) };
        assert_eq!(validators(&since(29), noon()), known);
        assert_eq!(validators(&since(30), noon()), Validators::default());
        assert_eq!(validators(&Due { last_full: None, ..since(0) }, noon()), known);
    }
}
