//! When a feed is asked again. Every answer is a function of the feed, the moment and what happened, so that a restart
//! changes nothing and no two feeds fall into step.

use crate::news::{FeedId, Timestamp};

/// Between two requests for one feed, less or more a tenth.
const INTERVAL_SECONDS: i64 = 3_600;
/// Nothing that asks by itself asks sooner, whatever a server allows.
const INTERVAL_SECONDS_MIN: i64 = 900;
/// After the first failure; doubled by each further one in a row.
const BACK_OFF_SECONDS: i64 = 3_600;
/// The same where the server said “too many requests” and not when to come back.
const BACK_OFF_SECONDS_AFTER_429: i64 = 4 * 3_600;
const BACK_OFF_SECONDS_MAX: i64 = 86_400;

/// After a success.
pub(super) fn after_success(feed: FeedId, at: Timestamp) -> Timestamp {
    at.plus(with_jitter(INTERVAL_SECONDS, feed, at))
}

/// After a failure that follows on `failures` others. `status` is what the server answered, if it did.
pub(super) fn after_failure(feed: FeedId, at: Timestamp, failures: i64, status: Option<u16>) -> Timestamp {
    let first = if status == Some(429) { BACK_OFF_SECONDS_AFTER_429 } else { BACK_OFF_SECONDS };
    let doublings = u32::try_from(failures.clamp(0, 8)).unwrap_or(0);
    at.plus(with_jitter((first << doublings).min(BACK_OFF_SECONDS_MAX), feed, at))
}

/// When the server itself said when.
pub(super) fn after_retry_after(at: Timestamp, retry_at: Timestamp) -> Timestamp {
    retry_at.max(at.plus(INTERVAL_SECONDS_MIN))
}

/// `seconds` less or more a tenth, always the same for the same feed and moment.
fn with_jitter(seconds: i64, feed: FeedId, at: Timestamp) -> i64 {
    let spread = seconds / 10;
    let drawn = i64::try_from(mixed(feed, at) % (2 * spread.unsigned_abs() + 1)).unwrap_or(spread);
    seconds - spread + drawn
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

    const NOON: i64 = 1_795_348_800;

    #[test]
    fn feeds_fetched_together_fall_due_apart() {
        let at = Timestamp::from_seconds(NOON);
        let dues: Vec<i64> = (0..100).map(|id| after_success(FeedId(id), at).since(at)).collect();
        assert!(dues.iter().all(|it| (3_240..=3_960).contains(it)), "{dues:?}");
        let mut distinct = dues;
        distinct.sort_unstable();
        distinct.dedup();
        assert!(distinct.len() > 80, "{distinct:?}");
        assert_eq!(after_success(FeedId(7), at), after_success(FeedId(7), at));
    }

    #[test]
    fn failures_double_the_wait_to_a_day() {
        let at = Timestamp::from_seconds(NOON);
        let hours = |failures, status| after_failure(FeedId(1), at, failures, status).since(at) as f64 / 3_600.0;
        for (failures, expected) in [(0, 1.0), (1, 2.0), (2, 4.0), (3, 8.0), (4, 16.0), (5, 24.0), (400, 24.0)] {
            let waits = hours(failures, Some(500));
            assert!((waits / expected - 1.0).abs() <= 0.1, "{failures}: {waits}");
        }
        assert!(hours(0, Some(429)) >= 3.6);
    }

    #[test]
    fn a_server_that_asks_for_a_second_still_gets_a_quarter_of_an_hour() {
        let at = Timestamp::from_seconds(NOON);
        assert_eq!(after_retry_after(at, at.plus(1)).since(at), 900);
        assert_eq!(after_retry_after(at, at.plus(7_200)).since(at), 7_200);
    }
}
