//! The HTTP clients, which differ in how far they may reach. Each is built when it is first needed, since reading the
//! machine's certificates takes longer than a first frame may.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::Client;
use url::Url;

use super::guard::{Names, Reach, Seen};
use super::limits::{HEADER_BYTES_MAX, HEADERS_MAX, Limits};
use super::{Proxy, Resolver};
use crate::news::Problem;

/// What servers are told: the name, the version, and what it is.
pub const USER_AGENT: &str = concat!("dateline/", env!("CARGO_PKG_VERSION"), " (newsreader for the terminal)");

const IDLE_CONNECTION_KEPT: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS_PER_HOST: usize = 2;
/// The environment's words for a proxy, as curl reads them.
const PROXY_VARIABLES: [&str; 8] =
    ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "ftp_proxy", "FTP_PROXY"];

pub(super) struct Clients {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) seen: Arc<Seen>,
    /// Hosts of the proxies in use.
    pub(super) proxies: Arc<Vec<String>>,
    proxy: Proxy,
    /// Connections are pooled per client, so a connection that one reach allowed never serves the other.
    public: OnceLock<Result<Client, String>>,
    trusted: OnceLock<Result<Client, String>>,
    /// For this very machine, which no proxy could reach for us.
    this_machine: OnceLock<Result<Client, String>>,
    /// By proxy, for feeds that have one of their own.
    through: Mutex<HashMap<(String, Reach), Client>>,
}

impl Clients {
    pub(super) fn new(resolver: Arc<dyn Resolver>, proxy: Proxy) -> Clients {
        let proxies = match proxy {
            Proxy::OfTheEnvironment => proxy_hosts(|name| std::env::var(name).ok()),
            Proxy::None => Vec::new(),
        };
        Clients {
            resolver,
            seen: Arc::default(),
            proxies: Arc::new(proxies),
            proxy,
            public: OnceLock::new(),
            trusted: OnceLock::new(),
            this_machine: OnceLock::new(),
            through: Mutex::default(),
        }
    }

    /// The client of this reach.
    pub(super) fn client(
        &self,
        reach: Reach,
        this_machine: bool,
        limits: &Limits,
        host: &str,
    ) -> Result<&Client, Problem> {
        let (cell, proxy) = match reach {
            Reach::Public => (&self.public, self.proxy),
            Reach::Trusted if this_machine => (&self.this_machine, Proxy::None),
            Reach::Trusted => (&self.trusted, self.proxy),
        };
        cell.get_or_init(|| self.build(reach, proxy, limits).map_err(|it| it.without_url().to_string()))
            .as_ref()
            .map_err(|detail| Problem::Insecure { host: host.to_owned(), detail: detail.clone() })
    }

    /// The client for a feed that has a proxy of its own.
    pub(super) fn client_through(&self, proxy: &str, reach: Reach, limits: &Limits) -> Result<Client, Problem> {
        let broken = |detail: String| Problem::Proxy { proxy: shown(proxy), detail };
        let mut clients = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (proxy.to_owned(), reach);
        if let Some(client) = clients.get(&key) {
            return Ok(client.clone());
        }
        let by = reqwest::Proxy::all(proxy).map_err(|it| broken(it.without_url().to_string()))?;
        let proxies =
            Arc::new(Url::parse(proxy).ok().and_then(|it| it.host_str().map(str::to_owned)).into_iter().collect());
        let client = self
            .builder(reach, proxies, limits)
            .no_proxy()
            .proxy(by)
            .build()
            .map_err(|it| broken(it.without_url().to_string()))?;
        clients.insert(key, client.clone());
        Ok(client)
    }

    fn build(&self, reach: Reach, proxy: Proxy, limits: &Limits) -> Result<Client, reqwest::Error> {
        let builder = self.builder(reach, Arc::clone(&self.proxies), limits);
        match proxy {
            Proxy::OfTheEnvironment => builder,
            Proxy::None => builder.no_proxy(),
        }
        .build()
    }

    fn builder(&self, reach: Reach, proxies: Arc<Vec<String>>, limits: &Limits) -> reqwest::ClientBuilder {
        let names = Names { resolver: Arc::clone(&self.resolver), reach, seen: Arc::clone(&self.seen), proxies };
        Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Nothing is asked twice behind the person's back.
            .retry(reqwest::retry::never())
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE_CONNECTION_KEPT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_PER_HOST)
            .http1_max_headers(HEADERS_MAX)
            .http2_max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
            .dns_resolver(Arc::new(names))
    }
}

/// A proxy's address without its password.
fn shown(proxy: &str) -> String {
    let Ok(mut url) = Url::parse(proxy) else { return "the proxy".to_owned() };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// The hosts that the environment's proxies live on. A missing scheme means http.
fn proxy_hosts(variable: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let host = |text: String| {
        let text = if text.contains("://") { text } else { format!("http://{text}") };
        Url::parse(&text).ok().and_then(|it| it.host_str().map(str::to_owned))
    };
    let mut hosts: Vec<String> = PROXY_VARIABLES.iter().filter_map(|name| variable(name)).filter_map(host).collect();
    hosts.sort();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_known_by_their_hosts() {
        let hosts = proxy_hosts(|name| match name {
            "http_proxy" => Some("proxy.corp:3128".into()),
            "HTTPS_PROXY" => Some("socks5://user:pw@10.0.0.1:1080".into()),
            "ALL_PROXY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(hosts, ["10.0.0.1", "proxy.corp"]);
    }
}
