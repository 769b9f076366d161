//! Through whom a server is asked: the environment's proxies, one that a person set for a feed, or none.
//! It never shows the user name and password that a proxy's address may carry.

use std::fmt;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::news::CleanUrl;

/// Through whom the network is reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say. A proxy looks names up itself: then only
    /// addresses written as numbers can be kept out of private networks, and the proxy must see to the rest.
    OfTheEnvironment,
    /// Through this one, whatever the environment says.
    Through(ProxyAddress),
    None,
}

/// Where a proxy is: `http://host:port`, `https://…`, `socks5://…`, or `socks5h://…`, which looks names up itself.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProxyAddress(Url);

/// Why a text is no proxy's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that is not a proxy's address. One looks like http://proxy.example.org:3128 or socks5h://127.0.0.1:9050.")]
pub struct NotAProxy;

const SCHEMES: [&str; 5] = ["http", "https", "socks4", "socks5", "socks5h"];
/// The environment's words for a proxy, as curl reads them.
const VARIABLES: [&str; 6] = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

impl ProxyAddress {
    /// Reads an address as a person types it. A missing scheme means http.
    pub fn parse(text: &str) -> Result<ProxyAddress, NotAProxy> {
        let text = text.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let url = Url::parse(&text).map_err(|_| NotAProxy)?;
        let has_host = url.host_str().is_some_and(|it| !it.is_empty());
        if has_host && SCHEMES.contains(&url.scheme()) { Ok(ProxyAddress(url)) } else { Err(NotAProxy) }
    }

    pub(super) fn as_url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), host_and_port(&self.0))
    }
}

/// Which proxy an address is asked through, by the same rules as the client's own.
pub(super) struct Route {
    matcher: Matcher,
    /// Hosts of the proxies: the person's own, wherever they are.
    pub(super) hosts: Vec<String>,
}

impl Route {
    pub(super) fn of(proxy: &Proxy) -> Route {
        match proxy {
            Proxy::OfTheEnvironment => {
                let hosts = hosts_of_the_environment(|name| std::env::var(name).ok());
                Route { matcher: Matcher::from_env(), hosts }
            }
            Proxy::Through(address) => {
                let matcher = Matcher::builder().all(address.0.to_string()).build();
                Route { matcher, hosts: address.0.host_str().map(str::to_owned).into_iter().collect() }
            }
            Proxy::None => Route { matcher: Matcher::builder().build(), hosts: Vec::new() },
        }
    }

    /// `host:port` of the proxy through which this address is asked, if there is one.
    pub(super) fn proxy_for(&self, url: &CleanUrl) -> Option<String> {
        let target: Uri = url.without_secrets().as_str().parse().ok()?;
        let proxy = self.matcher.intercept(&target)?;
        Url::parse(&proxy.uri().to_string()).ok().map(|it| host_and_port(&it))
    }
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn hosts_of_the_environment(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let host = |text: String| ProxyAddress::parse(&text).ok().and_then(|it| it.0.host_str().map(str::to_owned));
    let mut hosts: Vec<String> = VARIABLES.iter().filter_map(|name| variable(name)).filter_map(host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_known_by_their_hosts() {
        let hosts = hosts_of_the_environment(|name| match name {
            "http_proxy" => Some("proxy.corp:3128".into()),
            "HTTPS_PROXY" => Some("socks5://user:pw@10.0.0.1:1080".into()),
            "ALL_PROXY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(hosts, ["10.0.0.1", "proxy.corp"]);
    }

    #[test]
    fn a_proxy_is_named_without_its_password() {
        let address = ProxyAddress::parse("http://me:secret@proxy.corp:3128").unwrap();
        assert_eq!(format!("{address:?}"), "http://proxy.corp:3128");
        let route = Route::of(&Proxy::Through(address));
        let url = CleanUrl::parse("https://lwn.net/feed").unwrap();
        assert_eq!(route.proxy_for(&url).as_deref(), Some("proxy.corp:3128"));
        assert_eq!(Route::of(&Proxy::None).proxy_for(&url), None);
        for wrong in ["", "ftp://proxy:1", "http://", "a proxy"] {
            assert_eq!(ProxyAddress::parse(wrong), Err(NotAProxy), "{wrong:?}");
        }
        let tor = ProxyAddress::parse("socks5h://127.0.0.1:9050").unwrap();
        assert_eq!(Route::of(&Proxy::Through(tor)).proxy_for(&url).as_deref(), Some("127.0.0.1:9050"));
    }
}
