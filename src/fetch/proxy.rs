//! Through whom an address is asked: the environment's proxies, one that a person set for a feed, or none.
//! It never passes on the user name and password that a proxy's address may carry.

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use super::Proxy;
use crate::news::CleanUrl;

/// The environment's words for a proxy, as curl reads them.
const VARIABLES: [&str; 6] = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// Which proxy an address is asked through, by the rules that the client itself goes by.
pub(super) struct Route {
    matcher: Matcher,
    /// Hosts of the proxies: the person's own, wherever they are.
    pub(super) hosts: Vec<String>,
}

impl Route {
    /// What everything goes through.
    pub(super) fn of(proxy: Proxy) -> Route {
        match proxy {
            Proxy::OfTheEnvironment => {
                let hosts = hosts_of_the_environment(|name| std::env::var(name).ok());
                Route { matcher: Matcher::from_env(), hosts }
            }
            Proxy::None => Route { matcher: Matcher::builder().build(), hosts: Vec::new() },
        }
    }

    /// One proxy for all that takes this route.
    pub(super) fn through(proxy: &str) -> Route {
        let matcher = Matcher::builder().all(proxy.to_owned()).build();
        Route { matcher, hosts: host(proxy).into_iter().collect() }
    }

    /// `host:port` of the proxy through which this address is asked, if there is one.
    pub(super) fn proxy_for(&self, url: &CleanUrl) -> Option<String> {
        let target: Uri = url.without_secrets().as_str().parse().ok()?;
        let proxy = self.matcher.intercept(&target)?;
        Some(shown(&proxy.uri().to_string()))
    }
}

/// A proxy's host and port, without its password.
pub(super) fn shown(proxy: &str) -> String {
    let Some(url) = parsed(proxy) else { return "of that feed".to_owned() };
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// A missing scheme means http.
fn parsed(proxy: &str) -> Option<Url> {
    let proxy = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    Url::parse(&proxy).ok().filter(|it| it.host_str().is_some_and(|it| !it.is_empty()))
}

fn host(proxy: &str) -> Option<String> {
    parsed(proxy)?.host_str().map(str::to_owned)
}

fn hosts_of_the_environment(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut hosts: Vec<String> =
        VARIABLES.iter().filter_map(|name| variable(name)).filter_map(|it| host(&it)).collect();
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
        let url = CleanUrl::parse("https://lwn.net/feed").unwrap();
        let route = Route::through("http://me:secret@proxy.corp:3128");
        assert_eq!(route.proxy_for(&url).as_deref(), Some("proxy.corp:3128"));
        assert_eq!(Route::through("socks5h://127.0.0.1:9050").proxy_for(&url).as_deref(), Some("127.0.0.1:9050"));
        assert_eq!(Route::of(Proxy::None).proxy_for(&url), None);
        assert_eq!(shown("me:secret@proxy.corp:3128"), "proxy.corp:3128");
        assert!(!shown("http://me:secret@").contains("secret"));
    }
}
