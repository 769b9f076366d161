//! The HTTP clients, which differ in how far they may reach. Each is built when it is first needed, since reading the
//! machine's certificates takes longer than a first frame may.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{Certificate, Client};

use super::guard::{Names, Reach, Seen};
use super::limits::{HEADER_BYTES_MAX, HEADERS_MAX, Limits};
use super::proxy::{Route, shown};
use super::{Proxy, Resolver};
use crate::news::Problem;

/// What servers are told: the name, the version, and what it is.
pub const USER_AGENT: &str = concat!("dateline/", env!("CARGO_PKG_VERSION"), " (newsreader for the terminal)");

const IDLE_CONNECTION_KEPT: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS_PER_HOST: usize = 2;
pub(super) struct Clients {
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) seen: Arc<Seen>,
    /// What everything goes through that has no proxy of its own.
    proxy: Proxy,
    authorities: Vec<Vec<u8>>,
    lines: Mutex<HashMap<(Reach, Way), Built>>,
}

/// Connections are pooled per client, so a connection that one reach or way allowed never serves another.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Way {
    AsSet(Proxy),
    Through(String),
}

/// A line, or why there is none.
type Built = Result<Arc<Line>, String>;

/// A client, and through whom it asks.
pub(super) struct Line {
    pub(super) client: Client,
    pub(super) route: Route,
}

impl Clients {
    pub(super) fn new(resolver: Arc<dyn Resolver>, proxy: Proxy, authorities: Vec<Vec<u8>>) -> Clients {
        Clients { resolver, seen: Arc::default(), proxy, authorities, lines: Mutex::default() }
    }

    /// The line of this reach. `this_machine` goes through nothing that the environment says: no proxy could reach it
    /// for us. A feed's own `proxy` goes before both.
    pub(super) fn line(
        &self,
        reach: Reach,
        this_machine: bool,
        proxy: Option<&str>,
        limits: &Limits,
        host: &str,
    ) -> Result<Arc<Line>, Problem> {
        let way = match (proxy, reach) {
            (Some(proxy), _) => Way::Through(proxy.to_owned()),
            (None, Reach::Trusted) if this_machine => Way::AsSet(Proxy::None),
            (None, Reach::Trusted | Reach::Public) => Way::AsSet(self.proxy),
        };
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let built = lines.entry((reach, way.clone())).or_insert_with(|| {
            self.build(reach, &way, limits).map(Arc::new).map_err(|it| it.without_url().to_string())
        });
        built.clone().map_err(|detail| match proxy {
            Some(proxy) => Problem::Proxy { proxy: shown(proxy), detail },
            None => Problem::Insecure { host: host.to_owned(), detail },
        })
    }

    fn build(&self, reach: Reach, way: &Way, limits: &Limits) -> Result<Line, reqwest::Error> {
        let route = match way {
            Way::AsSet(proxy) => Route::of(*proxy),
            Way::Through(proxy) => Route::through(proxy),
        };
        let names = Names {
            resolver: Arc::clone(&self.resolver),
            reach,
            seen: Arc::clone(&self.seen),
            proxies: route.hosts.clone(),
        };
        let builder = Client::builder()
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
            .dns_resolver(Arc::new(names));
        let builder = match way {
            Way::AsSet(Proxy::OfTheEnvironment) => builder,
            Way::AsSet(Proxy::None) => builder.no_proxy(),
            Way::Through(proxy) => builder.no_proxy().proxy(reqwest::Proxy::all(proxy.as_str())?),
        };
        let authorities: Vec<Certificate> =
            self.authorities.iter().map(|it| Certificate::from_der(it)).collect::<Result<_, _>>()?;
        // With none given, what the machine trusts is read as it always was.
        let builder = if authorities.is_empty() { builder } else { builder.tls_certs_merge(authorities) };
        Ok(Line { client: builder.build()?, route })
    }
}
