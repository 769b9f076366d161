//! Every limit of the network in one place. Nothing here acts; the numbers are the program's promise to servers and to
//! the machine it runs on.

use std::time::Duration;

use super::Expects;

const MEBIBYTE: u64 = 1_048_576;

/// What an exchange with a server may cost. The program uses [`Limits::STANDARD`]; tests shorten the times.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Looking up the name, connecting and the TLS handshake.
    pub connect: Duration,
    /// From asking to the end of the headers, connecting included.
    pub first_byte: Duration,
    /// Between two pieces of a body.
    pub idle: Duration,
    /// A feed in all, redirects included, waiting for a turn excluded.
    pub total_feed: Duration,
    /// A page in all.
    pub total_page: Duration,
    pub redirects_max: usize,
    /// Of a feed's body, decoded.
    pub feed_bytes_max: u64,
    /// Of a page's body, decoded.
    pub page_bytes_max: u64,
    pub in_flight_max: usize,
    /// Between two starts on one host.
    pub host_gap: Duration,
    /// The same after the host answered 429; it is then asked for one thing at a time.
    pub host_gap_after_429: Duration,
}

impl Limits {
    pub const STANDARD: Limits = Limits {
        connect: Duration::from_secs(10),
        first_byte: Duration::from_secs(15),
        idle: Duration::from_secs(15),
        total_feed: Duration::from_secs(30),
        total_page: Duration::from_secs(60),
        redirects_max: 5,
        feed_bytes_max: 10 * MEBIBYTE,
        page_bytes_max: 5 * MEBIBYTE,
        in_flight_max: 64,
        host_gap: Duration::from_millis(250),
        host_gap_after_429: Duration::from_secs(2),
    };

    pub(super) fn total(&self, expects: Expects) -> Duration {
        match expects {
            Expects::Feed => self.total_feed,
            Expects::Page => self.total_page,
        }
    }

    /// The most bytes of a body.
    pub(super) fn body_bytes_max(&self, expects: Expects) -> u64 {
        match expects {
            Expects::Feed => self.feed_bytes_max,
            Expects::Page => self.page_bytes_max,
        }
    }
}

/// Requests under way on one host.
pub(super) const PER_HOST_MAX: u32 = 2;
/// A server may ask to be left alone for a week; what is longer is a mistake of its own.
pub(super) const RETRY_AFTER_SECONDS_MAX: i64 = 7 * 86_400;
/// A host that answered 429 without saying for how long; doubled by each further one in a row.
pub(super) const REFUSAL_SECONDS: i64 = 4 * 3_600;
pub(super) const REFUSAL_SECONDS_MAX: i64 = 86_400;
/// The longest that an answer may call itself fresh.
pub(super) const FRESH_SECONDS_MAX: i64 = 7 * 86_400;
/// An ETag or Last-Modified beyond this is not worth sending back.
pub(super) const VALIDATOR_BYTES_MAX: usize = 1_024;
/// Enough for one header of 64 KiB, which is then left out rather than held against the server.
pub(super) const HEADER_BYTES_MAX: usize = 81_920;
pub(super) const HEADERS_MAX: usize = 200;
/// Threads that may wait for a name at the same time.
pub(super) const LOOKUPS_MAX: usize = 32;
/// All bodies held at one time, from their first byte until they are parsed.
pub(super) const BUDGET_BYTES: u64 = 32 * MEBIBYTE;
/// What each download reserves of it at its start.
pub(super) const BUDGET_START_BYTES: u64 = 512 * 1_024;
/// How often and how long a request waits for a file descriptor; idle connections give theirs back within that.
pub(super) const DESCRIPTOR_PAUSES_MAX: usize = 400;
pub(super) const DESCRIPTOR_PAUSE: Duration = Duration::from_millis(100);
/// How far a few downloads at a time may grow, and how many.
pub(super) const BUDGET_MIDDLING_BYTES: u64 = 2 * MEBIBYTE;
pub(super) const BUDGET_MIDDLING: usize = 5;
/// What is kept for the one download that may grow beyond that.
pub(super) const BUDGET_GROWTH_BYTES: u64 = 10 * MEBIBYTE;
