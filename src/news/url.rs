//! Addresses that may be stored, shown and opened: http and https, parsed, serialised anew, free of control bytes.

use std::fmt;

use url::Url;

const ADDRESS_CHARS_MAX: usize = 4_096;
/// Hosts that never lead anywhere (RFC 6761, section 6.4).
const STANDS_FOR_PROGRAM: &str = "program.invalid";
const STANDS_FOR_FILE: &str = "file.invalid";
/// Services that give each customer a host of its own.
const SHARED_SERVICES: [&str; 10] = [
    "blogspot.com",
    "ghost.io",
    "github.io",
    "medium.com",
    "micro.blog",
    "neocities.org",
    "substack.com",
    "tumblr.com",
    "typepad.com",
    "wordpress.com",
];

/// A parsed http or https address. Its text is ASCII and never begins with `-`.
/// What a log may show of it is the address without its password.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CleanUrl(Url);

/// Why a text is not an address that Dateline follows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("that is not an address. An address looks like https://example.org/feed.xml.")]
    Malformed,
    #[error("addresses that begin with {0}: are not opened. Only http and https are.")]
    Scheme(String),
    #[error("that address is longer than 4,096 characters and was left out.")]
    TooLong,
}

impl CleanUrl {
    /// Reads an absolute address.
    pub fn parse(text: &str) -> Result<CleanUrl, AddressError> {
        CleanUrl::checked(Url::parse(text.trim()).map_err(|_| AddressError::Malformed)?)
    }

    /// An address that was parsed already.
    pub fn of(url: Url) -> Result<CleanUrl, AddressError> {
        CleanUrl::checked(url)
    }

    /// Reads an address as a person types it: the scheme may be missing, `https` is then meant.
    pub fn parse_typed(text: &str) -> Result<CleanUrl, AddressError> {
        let text = text.trim();
        match CleanUrl::parse(text) {
            Ok(url) => Ok(url),
            // `localhost:8080/feed` parses as a scheme named localhost.
            Err(AddressError::Malformed | AddressError::Scheme(_))
                if !text.contains("://") && text.contains(['.', ':']) && !text.contains(char::is_whitespace) =>
            {
                let host_first = text.split(['/', ':']).next().unwrap_or_default();
                if ["javascript", "data", "mailto", "file", "vbscript", "exec", "filter"]
                    .contains(&host_first.to_ascii_lowercase().as_str())
                {
                    return Err(AddressError::Scheme(host_first.to_ascii_lowercase()));
                }
                CleanUrl::parse(&format!("https://{text}"))
            }
            Err(error) => Err(error),
        }
    }

    /// An address that stands for the output of a program, which has none. It is the same for the same `identity`, of
    /// which nothing can be read in it; `name` can.
    pub fn standing_for_program(name: &str, identity: &str) -> CleanUrl {
        CleanUrl::standing_for(STANDS_FOR_PROGRAM, name, identity)
    }

    /// The same for a file.
    pub fn standing_for_file(name: &str, identity: &str) -> CleanUrl {
        CleanUrl::standing_for(STANDS_FOR_FILE, name, identity)
    }

    /// Whether it stands for something that has no address: nothing is ever fetched from it.
    pub fn is_stand_in(&self) -> bool {
        matches!(self.host(), STANDS_FOR_PROGRAM | STANDS_FOR_FILE)
    }

    /// How a list names it: the address without its secrets, or what it stands for.
    pub fn in_words(&self) -> String {
        let name = self.0.path_segments().and_then(|mut it| it.next()).unwrap_or_default();
        match self.host() {
            STANDS_FOR_PROGRAM => format!("exec:{name} …"),
            STANDS_FOR_FILE => format!("file:…/{name}"),
            _ => self.without_secrets().to_string(),
        }
    }

    /// Reads `reference` relative to this address, as RFC 3986 section 5 says.
    pub fn join(&self, reference: &str) -> Result<CleanUrl, AddressError> {
        CleanUrl::checked(self.0.join(reference.trim()).map_err(|_| AddressError::Malformed)?)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The host as it will be dialled, without port.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Who serves this address: the host, or the one service behind many hosts of their own names. Requests are spaced
    /// by it, since a thousand blogs of one service are one server.
    pub fn served_by(&self) -> &str {
        let host = self.host();
        let service = SHARED_SERVICES.iter().find(|it| host.strip_suffix(**it).is_some_and(|rest| rest.ends_with('.')));
        service.copied().unwrap_or(host)
    }

    /// `host:port` with the scheme's default port filled in: what a person trusts when typing an address.
    pub fn host_and_port(&self) -> String {
        format!("{}:{}", self.host(), self.0.port_or_known_default().unwrap_or(443))
    }

    /// The address without user name and password, for every place where it is shown, logged or exported.
    pub fn without_secrets(&self) -> CleanUrl {
        let mut url = self.0.clone();
        // Both can only fail for addresses without a host, which were refused at the door.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        CleanUrl(url)
    }

    /// This address with the user name and password of another.
    pub fn with_secrets_of(&self, other: &CleanUrl) -> CleanUrl {
        let mut url = self.0.clone();
        // Both can only fail for addresses without a host, which were refused at the door.
        let _ = url.set_username(other.0.username());
        let _ = url.set_password(other.0.password());
        CleanUrl(url)
    }

    fn standing_for(host: &str, name: &str, identity: &str) -> CleanUrl {
        // FNV-1a (RFC 9923): it tells apart what one person typed, nothing more.
        let hash = identity
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        let name: String =
            name.chars().filter(|it| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_')).collect();
        let text = format!("http://{host}/{name}/{hash:016x}");
        CleanUrl(Url::parse(&text).expect("letters, digits and a host of our own make an address"))
    }

    fn checked(url: Url) -> Result<CleanUrl, AddressError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme(super::CleanText::line(url.scheme(), super::Limit::TOPIC).to_string()));
        }
        if url.as_str().len() > ADDRESS_CHARS_MAX {
            return Err(AddressError::TooLong);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(AddressError::Malformed);
        }
        Ok(CleanUrl(url))
    }
}

impl fmt::Debug for CleanUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CleanUrl({})", self.without_secrets().as_str())
    }
}

impl fmt::Display for CleanUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

impl serde::Serialize for CleanUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_web_is_followed() {
        for text in
            ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "--help", "", "ssh://-oProxyCommand=x"]
        {
            assert!(CleanUrl::parse(text).is_err(), "{text}");
            assert!(CleanUrl::parse_typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_typed_address_may_leave_out_its_scheme() {
        assert_eq!(CleanUrl::parse_typed("example.org/feed").unwrap().as_str(), "https://example.org/feed");
        assert_eq!(CleanUrl::parse_typed("localhost:8080/feed").unwrap().as_str(), "https://localhost:8080/feed");
    }

    #[test]
    fn control_bytes_do_not_survive_an_address() {
        let url = CleanUrl::parse("http://example.org/\u{1b}[2J\u{7}a b").unwrap();
        assert!(url.as_str().bytes().all(|it| (0x21..0x7f).contains(&it)), "{url}");
    }

    #[test]
    fn secrets_are_left_out_where_an_address_is_shown() {
        let url = CleanUrl::parse("https://me:pw@example.org/feed").unwrap();
        assert_eq!(url.without_secrets().as_str(), "https://example.org/feed");
        assert_eq!(format!("{url:?}"), "CleanUrl(https://example.org/feed)");
        assert_eq!(url.in_words(), "https://example.org/feed");
        assert_eq!(CleanUrl::standing_for_program("news", "news --key hush").in_words(), "exec:news …");
    }
}
