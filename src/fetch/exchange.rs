//! One request with its redirects, from waiting for a turn to the last byte. Each hop is checked anew: its scheme, its
//! address, and whether what the person trusts covers it. It never sends a password to another host or port.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, COOKIE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName,
    HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER, USER_AGENT as USER_AGENT_NAME,
};
use reqwest::{RequestBuilder, StatusCode};

use super::budget::{Budget, Held};
use super::client::{Clients, Line};
use super::etiquette::Turns;
use super::guard::{self, Reach};
use super::limits::{
    DESCRIPTOR_PAUSE, DESCRIPTOR_PAUSES_MAX, FRESH_SECONDS_MAX, HEADER_BYTES_MAX, Limits, REFUSAL_SECONDS,
    REFUSAL_SECONDS_MAX, RETRY_AFTER_SECONDS_MAX, VALIDATOR_BYTES_MAX,
};
use super::{Expects, Options, Outcome, Request, Response};
use super::{descriptors, failure};
use crate::news::{AddressError, CleanUrl, Clock, Problem, Timestamp};
use crate::store::Validators;

/// What every request shares.
pub(super) struct Shared {
    pub(super) limits: Limits,
    pub(super) clients: Clients,
    pub(super) turns: Turns,
    pub(super) budget: Budget,
    pub(super) clock: Clock,
    pub(super) offline: bool,
    pub(super) answers: AtomicU64,
}

const ACCEPT_FEED: &str = "application/atom+xml, application/rss+xml, application/feed+json, \
    application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1";
const ACCEPT_PAGE: &str = "text/html, application/xhtml+xml, application/xml;q=0.8, text/plain;q=0.5, */*;q=0.1";

/// Headers that belong to the exchange itself: another value would break it, or make two requests out of one.
const OF_THE_EXCHANGE: [&str; 15] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "keep-alive",
    "proxy-authorization",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fetches; whatever happens becomes a [`Response`].
pub(super) async fn perform(shared: &Shared, request: &Request) -> Response {
    let mut trail = Trail::beginning_at(request.url.clone());
    let fetched =
        if shared.offline { Err(Failure::of(Problem::Offline)) } else { follow(shared, request, &mut trail).await };
    let url = trail.at.without_secrets();
    // No feed is moved out of https, however often it is said.
    let moved = (trail.hops > 0 && trail.permanent && !trail.downgraded).then(|| trail.at.clone());
    let downgraded = trail.downgraded;
    match fetched {
        Ok(Answer { outcome, fresh_seconds, bytes, held }) => {
            Response { outcome, url, moved, downgraded, fresh_seconds, bytes, held }
        }
        Err(Failure { problem, retry_at }) => {
            let outcome = Outcome::Failed { problem, retry_at };
            Response { outcome, url, moved, downgraded, fresh_seconds: None, bytes: 0, held: Held::default() }
        }
    }
}

/// Where redirects have led so far.
struct Trail {
    at: CleanUrl,
    hops: usize,
    /// Whether all of them were permanent (301, 308).
    permanent: bool,
    /// Whether every address so far was of the origin that the request names. Secrets go no further than that.
    at_home: bool,
    /// Whether one of them led from https to http.
    downgraded: bool,
}

struct Answer {
    outcome: Outcome,
    fresh_seconds: Option<i64>,
    bytes: u64,
    held: Held,
}

struct Failure {
    problem: Problem,
    retry_at: Option<Timestamp>,
}

impl Failure {
    fn of(problem: Problem) -> Failure {
        Failure { problem, retry_at: None }
    }
}

/// Asks, follows redirects and reads what comes; the trail ends where the last answer came from.
async fn follow(shared: &Shared, request: &Request, trail: &mut Trail) -> Result<Answer, Failure> {
    let mut stopwatch = Stopwatch::new(shared.limits.total(request.expects));
    for _hop in 0..=shared.limits.redirects_max {
        let at = trail.at.clone();
        let Door { line, private, trusted } = door(shared, request, &at).map_err(Failure::of)?;
        let _turn = if trusted && private {
            shared.turns.enter_freely().await
        } else {
            shared.turns.enter(at.served_by(), &shared.limits).await
        };
        // While this one waited for its turn, the host may have asked another to stay away.
        if let Some(moment) = shared.turns.closed_until(at.served_by(), (shared.clock)()) {
            let problem = Problem::NotBefore { host: at.host().to_owned(), moment };
            return Err(Failure { problem, retry_at: Some(moment) });
        }
        shared.budget.room().await;
        let mut pauses = 0;
        let response = loop {
            match stopwatch.within(shared.limits.first_byte, asked(&line, request, trail).send()).await {
                Ok(Ok(response)) => break response,
                // Others end and give theirs back.
                Ok(Err(error)) if descriptors::were_used_up(&error) && pauses < DESCRIPTOR_PAUSES_MAX => {
                    pauses += 1;
                    tokio::time::sleep(DESCRIPTOR_PAUSE).await;
                }
                Ok(Err(error)) => {
                    let proxy = line.route.proxy_for(&at);
                    return Err(Failure::of(failure::of_sending(&error, at.host(), proxy, &shared.limits)));
                }
                Err(seconds) => return Err(Failure::of(Problem::TimedOut { host: at.host().to_owned(), seconds })),
            }
        };
        if !private && !shared.clients.seen.is_private(at.host()) {
            shared.answers.fetch_add(1, Ordering::Relaxed);
        }
        if header_bytes(response.headers()) > HEADER_BYTES_MAX {
            return Err(Failure::of(Problem::NotHttp { host: at.host().to_owned() }));
        }
        if let Some(target) = redirect(&response) {
            trail.follow(&target, &request.options).map_err(Failure::of)?;
            trail.permanent &= matches!(response.status().as_u16(), 301 | 308);
            continue;
        }
        return read(shared, request, &at, response, &mut stopwatch).await;
    }
    Err(Failure::of(Problem::TooManyRedirects { redirects_max: shared.limits.redirects_max }))
}

/// How an address is asked.
struct Door {
    line: Arc<Line>,
    /// Whether the address is known to be private: it says nothing of the network outside, and if it is trusted too,
    /// limits per host are lifted.
    private: bool,
    trusted: bool,
}

fn door(shared: &Shared, request: &Request, url: &CleanUrl) -> Result<Door, Problem> {
    let clients = &shared.clients;
    let trusted = request.trust.hosts.contains(&url.host_and_port());
    let private_literal = guard::literal(url).is_some_and(|it| clients.resolver.is_private(it));
    if !trusted && private_literal {
        return Err(Problem::PrivateAddress { host: url.host().to_owned() });
    }
    let (reach, this_machine) = (if trusted { Reach::Trusted } else { Reach::Public }, guard::is_this_machine(url));
    let line = clients.line(reach, this_machine, request.options.proxy.as_deref(), &shared.limits, url.host())?;
    // A proxy looks names up itself, so that its own name is the one private name the hook lets through.
    if !trusted && line.route.hosts.iter().any(|it| it == url.host()) {
        return Err(Problem::PrivateAddress { host: url.host().to_owned() });
    }
    let private = private_literal || this_machine || clients.seen.is_private(url.host());
    Ok(Door { line, private, trusted })
}

fn asked(line: &Line, request: &Request, trail: &Trail) -> RequestBuilder {
    line.client.get(trail.at.as_url().clone()).headers(headers(request, trail))
}

fn headers(request: &Request, trail: &Trail) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let options = &request.options;
    // What a person gave for one server is that server's alone.
    if trail.at_home {
        let secret = |value: &str| {
            let mut value = HeaderValue::try_from(value).ok()?;
            value.set_sensitive(true);
            Some(value)
        };
        for (name, value) in &options.headers {
            if let (Ok(name), Some(value)) = (HeaderName::try_from(name.as_str()), secret(value))
                && !OF_THE_EXCHANGE.contains(&name.as_str())
            {
                headers.insert(name, value);
            }
        }
        if let Some(value) = options.cookie.as_deref().and_then(secret) {
            headers.insert(COOKIE, value);
        }
        if let Some(password) = &options.password
            && let Some(value) = secret(&format!("Basic {}", base64(password.as_bytes())))
        {
            headers.insert(AUTHORIZATION, value);
        }
    }
    if let Some(value) = options.user_agent.as_deref().and_then(|it| HeaderValue::try_from(it).ok()) {
        headers.insert(USER_AGENT_NAME, value);
    }
    headers.insert(
        ACCEPT,
        HeaderValue::from_static(match request.expects {
            Expects::Feed => ACCEPT_FEED,
            Expects::Page => ACCEPT_PAGE,
        }),
    );
    let mut send_back = |name: HeaderName, value: &Option<Vec<u8>>| {
        if let Some(value) = value.as_deref().and_then(|it| HeaderValue::from_bytes(it).ok()) {
            headers.insert(name, value);
        }
    };
    if request.validators_of.as_ref().is_none_or(|it| *it == trail.at.without_secrets()) {
        send_back(IF_NONE_MATCH, &request.validators.etag);
        send_back(IF_MODIFIED_SINCE, &request.validators.last_modified);
    }
    headers
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

/// Where a redirect points, if this is one (RFC 9110 section 15.4).
fn redirect(response: &reqwest::Response) -> Option<String> {
    match response.status().as_u16() {
        301 | 302 | 303 | 307 | 308 => {
            response.headers().get(LOCATION).map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned())
        }
        _ => None,
    }
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    out
}

impl Trail {
    fn beginning_at(at: CleanUrl) -> Trail {
        Trail { at, hops: 0, permanent: true, at_home: true, downgraded: false }
    }

    /// Goes on to the address that a redirect names, with the person's password only where scheme, host and port stay
    /// the same. Secrets are never sent unencrypted because a redirect says so.
    fn follow(&mut self, location: &str, options: &Options) -> Result<(), Problem> {
        let from = self.at.without_secrets();
        let target = from.join(location).map_err(|error| match error {
            AddressError::Scheme(scheme) => Problem::RedirectScheme { scheme },
            AddressError::Malformed | AddressError::TooLong => Problem::NotHttp { host: from.host().to_owned() },
        })?;
        // A name and password that a redirect brings along are not the person's.
        let target = target.without_secrets();
        let secret_options = !options.headers.is_empty() || options.cookie.is_some() || options.password.is_some();
        let has_secrets = self.at != from || (self.at_home && secret_options);
        let downgrade = from.as_url().scheme() == "https" && target.as_url().scheme() == "http";
        if downgrade && has_secrets {
            return Err(Problem::RedirectScheme { scheme: "http".to_owned() });
        }
        let same_origin = from.as_url().origin() == target.as_url().origin();
        self.hops += 1;
        self.downgraded |= downgrade;
        self.at_home &= same_origin;
        self.at = if same_origin { target.with_secrets_of(&self.at) } else { target };
        Ok(())
    }
}

/// Reads an answer that is not a redirect.
async fn read(
    shared: &Shared,
    request: &Request,
    at: &CleanUrl,
    mut response: reqwest::Response,
    stopwatch: &mut Stopwatch,
) -> Result<Answer, Failure> {
    let host = || at.host().to_owned();
    let status = response.status();
    let validators = validators(response.headers());
    let fresh_seconds = fresh_seconds(response.headers(), (shared.clock)());
    if status == StatusCode::NOT_MODIFIED && request.validators != Validators::default() {
        let validators = renewed(&request.validators, validators);
        let outcome = Outcome::NotModified { validators };
        return Ok(Answer { outcome, fresh_seconds, bytes: 0, held: Held::default() });
    }
    if !matches!(status, StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION) {
        let mut retry_at = None;
        let now = (shared.clock)();
        if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
            retry_at = retry_after(response.headers(), now);
        }
        if status == StatusCode::TOO_MANY_REQUESTS {
            // It speaks for all of the host, and where it does not say for how long, longer each time.
            let refusals = shared.turns.refusals(at.served_by());
            let fresh = now.plus(fresh_seconds.unwrap_or(0));
            let moment = retry_at.unwrap_or_else(|| now.plus(refusal_seconds(refusals))).max(fresh);
            shared.turns.close(at.served_by(), moment, refusals + 1);
            retry_at = Some(moment);
        }
        let problem = Problem::Status { host: host(), status: status.as_u16(), retry_at };
        return Err(Failure { problem, retry_at });
    }
    let content_type =
        response.headers().get(CONTENT_TYPE).map(|it| String::from_utf8_lossy(it.as_bytes()).into_owned());
    if let (Expects::Page, Some(content_type)) = (request.expects, &content_type)
        && !may_be_a_page(content_type)
    {
        let content_type = content_type.clone();
        return Err(Failure::of(Problem::NotAPage { content_type }));
    }
    let bytes_max = shared.limits.body_bytes_max(request.expects);
    let too_large = || Failure::of(Problem::TooLarge { host: host(), bytes_max });
    if response.content_length().is_some_and(|it| it > bytes_max) {
        return Err(too_large());
    }
    let Some(mut permits) = shared.budget.start().await else {
        return Err(Failure::of(Problem::ClosedEarly { host: host() }));
    };
    let announced = response.content_length();
    let mut body = Vec::new();
    loop {
        let chunk = match stopwatch.within(shared.limits.idle, response.chunk()).await {
            Ok(Ok(Some(chunk))) => chunk,
            Ok(Ok(None)) => break,
            Ok(Err(error)) => return Err(Failure::of(failure::of_body(&error, at.host()))),
            Err(seconds) => return Err(Failure::of(Problem::TimedOut { host: host(), seconds })),
        };
        let bytes = (body.len() + chunk.len()) as u64;
        if bytes > bytes_max {
            return Err(too_large());
        }
        let room = shared.budget.fit(&mut permits, bytes).await;
        // Room for all that is announced, as far as it is reserved anyhow: a body that grows is copied each time and ends
        // with up to as much room again.
        if body.capacity() - body.len() < chunk.len() {
            let whole = usize::try_from(announced.unwrap_or(bytes).min(room)).unwrap_or(0);
            body.reserve_exact(whole.saturating_sub(body.len()).max(chunk.len()));
        }
        body.extend_from_slice(&chunk);
    }
    let bytes = body.len() as u64;
    let outcome = Outcome::Fetched { body, content_type, validators };
    Ok(Answer { outcome, fresh_seconds, bytes, held: permits.held() })
}

fn may_be_a_page(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.is_empty()
        || matches!(essence.as_str(), "text/html" | "application/xhtml+xml" | "text/plain")
        || essence.ends_with("/xml")
}

/// The validators of an answer, byte for byte.
fn validators(headers: &HeaderMap) -> Validators {
    let kept = |name: HeaderName| {
        let value = headers.get(name)?.as_bytes();
        (!value.is_empty() && value.len() <= VALIDATOR_BYTES_MAX).then(|| value.to_vec())
    };
    Validators { etag: kept(ETAG), last_modified: kept(LAST_MODIFIED) }
}

/// What a 304 makes of the validators that were sent (RFC 9111 section 3.2): what it names is new, what it leaves out
/// stays, unless the ETag changed, since halves of two generations never go together.
fn renewed(sent: &Validators, said: Validators) -> Option<Validators> {
    if said == Validators::default() {
        return None;
    }
    let another_generation = said.etag.is_some() && said.etag != sent.etag;
    if another_generation {
        return Some(said);
    }
    Some(Validators {
        etag: said.etag.or_else(|| sent.etag.clone()),
        last_modified: said.last_modified.or_else(|| sent.last_modified.clone()),
    })
}

/// For how long a host is left alone that answered 429 and did not say for how long.
fn refusal_seconds(refusals_before: i64) -> i64 {
    let doublings = u32::try_from(refusals_before.clamp(0, 8)).unwrap_or(0);
    (REFUSAL_SECONDS << doublings).min(REFUSAL_SECONDS_MAX)
}

/// How long an answer stays fresh (RFC 9111 section 4.2.1): `max-age`, else Expires less Date. `no-cache` and `no-store`
/// say that it never is. Held to a week, for what says ten years.
fn fresh_seconds(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let mut max_age = None;
    for value in headers.get_all(CACHE_CONTROL) {
        for directive in value.to_str().unwrap_or_default().split(',') {
            let (name, argument) = directive.trim().split_once('=').unwrap_or((directive.trim(), ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return Some(0),
                "max-age" if max_age.is_none() => {
                    let digits = argument.trim().trim_matches('"');
                    let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
                    max_age = is_number.then(|| digits.parse().unwrap_or(FRESH_SECONDS_MAX));
                }
                _ => {}
            }
        }
    }
    let date = |name| Timestamp::parse_http_date(headers.get(name)?.to_str().ok()?.trim());
    let expires = || Some(date(EXPIRES)?.since(date(DATE).unwrap_or(now)));
    max_age.or_else(expires).map(|it| it.clamp(0, FRESH_SECONDS_MAX))
}

/// The moment that Retry-After names, in seconds or as a date (RFC 9110 section 10.2.3). The past, and what is neither,
/// says nothing.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let moment = if is_number {
        now.plus(text.parse().unwrap_or(RETRY_AFTER_SECONDS_MAX))
    } else {
        Timestamp::parse_http_date(text)?
    };
    (moment > now).then(|| moment.min(now.plus(RETRY_AFTER_SECONDS_MAX)))
}

/// The time that a server may take in all. It runs only while the server is waited for.
struct Stopwatch {
    total: Duration,
    left: Duration,
}

impl Stopwatch {
    fn new(total: Duration) -> Stopwatch {
        Stopwatch { total, left: total }
    }

    /// Does `work` within `limit` and what is left in all; the error is the limit that was passed, in seconds.
    async fn within<T>(&mut self, limit: Duration, work: impl Future<Output = T>) -> Result<T, u64> {
        let begun = Instant::now();
        let done = tokio::time::timeout(limit.min(self.left), work).await;
        let passed = if self.left < limit { self.total } else { limit };
        self.left = self.left.saturating_sub(begun.elapsed());
        done.map_err(|_| passed.as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> CleanUrl {
        CleanUrl::parse(text).unwrap()
    }

    fn next_hop(from: &CleanUrl, location: &str, options: &Options) -> Result<Trail, Problem> {
        let mut trail = Trail::beginning_at(from.clone());
        trail.follow(location, options).map(|()| trail)
    }

    #[test]
    fn a_password_stays_with_its_origin() {
        let next = |from: &CleanUrl, location| next_hop(from, location, &Options::default()).map(|it| it.at);
        let from = url("https://me:p%40w@example.org/feed");
        assert_eq!(next(&from, "/other").unwrap(), url("https://me:p%40w@example.org/other"));
        assert_eq!(next(&from, "https://example.org:8443/").unwrap(), url("https://example.org:8443/"));
        assert_eq!(next(&from, "//evil.example/x").unwrap(), url("https://evil.example/x"));
        assert_eq!(
            next(&from, "http://example.org/"),
            Err(Problem::RedirectScheme { scheme: "http".into() }),
            "a password never goes out unencrypted"
        );
        assert_eq!(next(&url("https://a.example/"), "http://a.example/").unwrap(), url("http://a.example/"));
        assert_eq!(next(&url("https://a.example/"), "https://x:y@b.example/").unwrap(), url("https://b.example/"));
    }

    #[test]
    fn what_was_set_for_a_feed_ends_at_its_origin_and_never_comes_back() {
        let options = Options { cookie: Some("a=b".into()), ..Options::default() };
        let from = url("https://example.org/feed");
        let mut trail = next_hop(&from, "/other", &options).unwrap_or_else(|_| panic!());
        assert!(trail.at_home);
        trail.follow("https://elsewhere.example/", &options).unwrap();
        assert!(!trail.at_home);
        trail.follow("https://example.org/feed", &options).unwrap();
        assert!(!trail.at_home, "nobody else says where the secrets go");
        trail.follow("http://example.org/feed", &options).unwrap();
        assert!(trail.downgraded);
        assert!(next_hop(&from, "http://example.org/feed", &options).is_err());
    }

    #[test]
    fn freshness_is_read_from_every_form_and_never_beyond_a_week() {
        let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        let read = |lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, HeaderValue::from_static(value));
            }
            fresh_seconds(&headers, now)
        };
        assert_eq!(read(&[("cache-control", "public, Max-Age=43200")]), Some(43_200));
        assert_eq!(read(&[("cache-control", "max-age=\"600\"")]), Some(600));
        assert_eq!(read(&[("cache-control", "max-age=315360000")]), Some(FRESH_SECONDS_MAX));
        assert_eq!(read(&[("cache-control", "max-age=99999999999999999999")]), Some(FRESH_SECONDS_MAX));
        assert_eq!(read(&[("cache-control", "max-age=60"), ("cache-control", "no-cache")]), Some(0));
        assert_eq!(read(&[("expires", "Sun, 22 Nov 2026 13:00:00 GMT")]), Some(3_600));
        // A server whose clock is wrong says both by its own.
        let wrong = [("date", "Sun, 22 Nov 2020 12:00:00 GMT"), ("expires", "Sun, 22 Nov 2020 12:10:00 GMT")];
        assert_eq!(read(&wrong), Some(600));
        assert_eq!(read(&[("expires", "0")]), None);
        assert_eq!(read(&[("cache-control", "max-age=soon")]), None);
    }

    #[test]
    fn a_password_is_encoded_as_the_rfc_shows() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(b"Aladdin:open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "RFC 7617");
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_never_beyond_a_week() {
        let now = Timestamp::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
            retry_after(&headers, now).map(|it| it.since(now))
        };
        assert_eq!(read("3600"), Some(3_600));
        assert_eq!(read("Sun, 22 Nov 2026 13:30:00 GMT"), Some(5_400));
        assert_eq!(read("315360000"), Some(RETRY_AFTER_SECONDS_MAX));
        assert_eq!(read("99999999999999999999999"), Some(RETRY_AFTER_SECONDS_MAX));
        for nothing in ["0", "-5", "soon", "", "Sun, 22 Nov 2020 13:30:00 GMT", "1.5"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_304_renews_what_it_names_and_mixes_no_generations() {
        let pair = |etag: Option<&str>, date: Option<&str>| Validators {
            etag: etag.map(|it| it.as_bytes().to_vec()),
            last_modified: date.map(|it| it.as_bytes().to_vec()),
        };
        let sent = pair(Some("\"a\""), Some("Mon"));
        assert_eq!(renewed(&sent, pair(None, None)), None);
        assert_eq!(renewed(&sent, pair(Some("\"a\""), None)), Some(sent.clone()));
        assert_eq!(renewed(&sent, pair(Some("\"b\""), None)), Some(pair(Some("\"b\""), None)));
        assert_eq!(renewed(&sent, pair(None, Some("Tue"))), Some(pair(Some("\"a\""), Some("Tue"))));
    }
}
