//! Which addresses are dialled. Names become addresses here and nowhere else, so that the address that was checked is
//! the address that is dialled; an address named by a feed never leads into a private network.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::Resolver;
use crate::news::CleanUrl;

/// The operating system's resolver, and what the registries say about addresses.
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        match (host, 0).to_socket_addrs() {
            Ok(found) => Ok(found.map(|it| it.ip()).collect()),
            Err(error) => Err(told_apart(error)),
        }
    }

    fn is_private(&self, address: IpAddr) -> bool {
        is_private(address)
    }
}

/// The C library says in words alone whether a name does not exist or nobody could be asked; the words are never
/// translated, since no Rust program calls `setlocale`.
fn told_apart(error: io::Error) -> io::Error {
    let words = error.to_string();
    let nobody_answered = ["Temporary failure", "Try again", "System error"].iter().any(|it| words.contains(it));
    if nobody_answered { io::Error::new(io::ErrorKind::NetworkUnreachable, words) } else { error }
}

/// Whether an address lies in this machine, a private network or nobody's: loopback, private, link-local (cloud
/// metadata among them), carrier-grade NAT, unique local, unspecified, multicast, reserved; also where an IPv6 address
/// only wraps such an IPv4 one. IANA's special-purpose registries (RFC 6890) are the source.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => is_private_v4(it),
        IpAddr::V6(it) => is_private_v6(it),
    }
}

fn is_private_v4(it: Ipv4Addr) -> bool {
    let [a, b, c, _] = it.octets();
    it.is_loopback()
        || it.is_private()
        || it.is_link_local()
        || it.is_multicast()
        || it.is_broadcast()
        // “This network”, 0.0.0.0 among it: Linux takes it to loopback.
        || a == 0
        // Carrier-grade NAT, RFC 6598.
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments and benchmarking, RFC 6890 and RFC 2544.
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 240
}

fn is_private_v6(it: Ipv6Addr) -> bool {
    if let Some(wrapped) = wrapped_v4(it) {
        return is_private_v4(wrapped);
    }
    it.is_loopback()
        || it.is_unspecified()
        || it.is_multicast()
        || it.is_unique_local()
        || it.is_unicast_link_local()
        // Site-local, deprecated by RFC 3879 and still routed in places.
        || it.segments()[0] & 0xffc0 == 0xfec0
}

/// The IPv4 address inside a mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`), NAT64 (`64:ff9b::`, RFC 6052) or
/// 6to4 (`2002:`, RFC 3056) address.
fn wrapped_v4(it: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low));
    match it.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => Some(joined(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(joined(high, low)),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, _, _, _, _, _] => Some(joined(high, low)),
        _ => None,
    }
}

/// The address that an address (URL) names outright, in whatever notation it was written.
pub(super) fn literal(url: &CleanUrl) -> Option<IpAddr> {
    match url.as_url().host()? {
        Host::Ipv4(it) => Some(IpAddr::V4(it)),
        Host::Ipv6(it) => Some(IpAddr::V6(it)),
        Host::Domain(_) => None,
    }
}

/// Whether the host is this very machine by its form: a loopback address, or a name below `localhost` (RFC 6761).
pub(super) fn is_this_machine(url: &CleanUrl) -> bool {
    match url.as_url().host() {
        Some(Host::Ipv4(it)) => it.is_loopback(),
        Some(Host::Ipv6(it)) => it.to_canonical().is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// What lookups have shown so far.
#[derive(Default)]
pub(super) struct Seen {
    /// Names that became a public address: the network is there.
    resolved: AtomicU64,
    private_names: Mutex<HashSet<String>>,
}

impl Seen {
    pub(super) fn names_resolved(&self) -> u64 {
        self.resolved.load(Ordering::Relaxed)
    }

    pub(super) fn is_private(&self, host: &str) -> bool {
        self.private_names.lock().unwrap_or_else(PoisonError::into_inner).contains(host)
    }
}

/// How far a client may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Reach {
    /// Public addresses only.
    Public,
    /// Wherever the person's own address leads.
    Trusted,
}

/// The hook through which one client looks up every name it dials.
pub(super) struct Names {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) reach: Reach,
    pub(super) seen: Arc<Seen>,
    /// Names of the proxies that the environment sets: the person's own, wherever they are.
    pub(super) proxies: Arc<Vec<String>>,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let (resolver, seen, reach) = (Arc::clone(&self.resolver), Arc::clone(&self.seen), self.reach);
        let is_proxy = self.proxies.contains(&host);
        Box::pin(async move {
            let looked_up =
                tokio::task::spawn_blocking(move || addresses(&*resolver, &seen, reach, is_proxy, &host)).await;
            let addresses = looked_up.unwrap_or(Err(NameError::Unreachable))?;
            let with_any_port = addresses.into_iter().map(|it| SocketAddr::new(it, 0));
            Ok(Box::new(with_any_port) as Addrs)
        })
    }
}

fn addresses(
    resolver: &dyn Resolver,
    seen: &Seen,
    reach: Reach,
    is_proxy: bool,
    host: &str,
) -> Result<Vec<IpAddr>, NameError> {
    let found = resolver.resolve(host).map_err(|error| match error.kind() {
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown | io::ErrorKind::HostUnreachable => {
            NameError::Unreachable
        }
        _ => NameError::Unknown,
    })?;
    if found.is_empty() {
        return Err(NameError::Unknown);
    }
    let (private, public): (Vec<_>, Vec<_>) = found.iter().partition(|it| resolver.is_private(**it));
    if !public.is_empty() {
        seen.resolved.fetch_add(1, Ordering::Relaxed);
    }
    match reach {
        Reach::Public if is_proxy => Ok(found),
        Reach::Public if public.is_empty() => Err(NameError::Private),
        Reach::Public => Ok(public),
        Reach::Trusted => {
            let mut names = seen.private_names.lock().unwrap_or_else(PoisonError::into_inner);
            if public.is_empty() {
                names.insert(host.to_owned());
            } else {
                names.remove(host);
            }
            drop(names);
            // All of them: the person's own address may be private, public or both.
            Ok(if private.is_empty() { public } else { found })
        }
    }
}

/// Why a name led nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameError {
    Unknown,
    /// Nobody could be asked.
    Unreachable,
    /// Only private addresses, and those are not for this request.
    Private,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NameError::Unknown => "there is no such name",
            NameError::Unreachable => "the name could not be looked up",
            NameError::Private => "the name leads to a private address",
        })
    }
}

impl std::error::Error for NameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_wrapping() {
        for private in [
            "127.0.0.1",
            "127.8.9.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fd00:ec2::254",
            "fc00::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in
            ["93.184.216.34", "100.63.255.255", "100.128.0.1", "172.32.0.1", "2606:4700::1", "64:ff9b::808:808"]
        {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn every_notation_of_an_address_is_read_as_one() {
        for text in
            ["http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.0.0.1./"]
        {
            let url = CleanUrl::parse(text).unwrap();
            assert_eq!(literal(&url), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), "{text}");
        }
        let mapped = CleanUrl::parse("http://[::ffff:127.0.0.1]/").unwrap();
        assert!(is_private(literal(&mapped).unwrap()) && is_this_machine(&mapped));
    }
}
