//! What a person set for one feed: headers, a name to go by, a cookie, a login, a proxy. All of it but the name goes to
//! the feed's own origin alone and never outlives a redirect to another. None of it is ever shown or logged.

use std::fmt;

use reqwest::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};

use super::Proxy;

/// How one feed is asked, beyond what every feed is asked with.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Names and values as they are sent. One that [`Extras::may_be_set`] refuses is left out.
    pub headers: Vec<(String, String)>,
    /// In place of Dateline's own.
    pub user_agent: Option<String>,
    /// The whole of the Cookie header.
    pub cookie: Option<String>,
    /// User name and password for basic authentication (RFC 7617). Goes before what the address itself carries.
    pub login: Option<(String, String)>,
    /// In place of the proxy that everything else goes through.
    pub proxy: Option<Proxy>,
}

/// Headers that belong to the exchange itself: another value would break it, or make two requests out of one.
const OF_THE_EXCHANGE: [&str; 16] = [
    "accept-encoding",
    "connection",
    "content-encoding",
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

impl Extras {
    /// Whether a header of this name may be set, and holds this value.
    pub fn may_be_set(name: &str, value: &str) -> bool {
        header(name, value).is_some()
    }

    /// Whether there is anything here that only the feed's own origin may see.
    pub(super) fn has_secrets(&self) -> bool {
        !self.headers.is_empty() || self.cookie.is_some() || self.login.is_some()
    }

    /// Sets what is to be sent but the login; the secret part only `at_home`, where nothing has led away from the feed's
    /// own origin.
    pub(super) fn set(&self, headers: &mut HeaderMap, at_home: bool) {
        if let Some(name) = self.user_agent.as_deref().and_then(|it| HeaderValue::from_str(it).ok()) {
            headers.insert(USER_AGENT, name);
        }
        if !at_home {
            return;
        }
        for (name, value) in self.headers.iter().filter_map(|(name, value)| header(name, value)) {
            headers.insert(name, value);
        }
        if let Some(cookie) = self.cookie.as_deref().and_then(secret) {
            headers.insert(COOKIE, cookie);
        }
    }
}

/// Says what is set, never to what.
impl fmt::Debug for Extras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Extras")
            .field("headers", &names)
            .field("user_agent", &self.user_agent)
            .field("cookie", &self.cookie.is_some())
            .field("login", &self.login.is_some())
            .field("proxy", &self.proxy)
            .finish()
    }
}

fn header(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
    if OF_THE_EXCHANGE.contains(&name.as_str()) {
        return None;
    }
    Some((name, secret(value.trim())?))
}

/// A value that the crates below do not log.
fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_smuggles_another_one_in() {
        assert!(Extras::may_be_set("X-Token", "abc"));
        for (name, value) in [
            ("X-Token", "a\r\nHost: evil.example"),
            ("X Token", "a"),
            ("Host", "evil.example"),
            ("transfer-encoding", "chunked"),
            ("Range", "bytes=0-1"),
            ("", "a"),
        ] {
            assert!(!Extras::may_be_set(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn what_is_secret_is_not_said() {
        let extras = Extras {
            headers: vec![("X-Token".into(), "hush".into())],
            user_agent: None,
            cookie: Some("hush".into()),
            login: Some(("me".into(), "hush".into())),
            proxy: None,
        };
        assert!(!format!("{extras:?}").contains("hush"));
        let mut headers = HeaderMap::new();
        extras.set(&mut headers, true);
        assert!(!format!("{headers:?}").contains("hush"), "{headers:?}");
        assert_eq!(headers.len(), 2);
    }
}
