//! The network, and nothing but the network: one client, one tokio runtime that nobody else knows of, caps, timeouts,
//! a byte budget and the guard that keeps addresses named by feeds out of private networks.

use std::net::IpAddr;
use std::sync::Arc;

use crate::news::{CleanUrl, Clock, Problem, Timestamp};
use crate::store::Validators;

/// What is asked of a server.
#[derive(Clone, Debug)]
pub struct Request {
    pub url: CleanUrl,
    /// Sent as they are: If-None-Match, If-Modified-Since.
    pub validators: Validators,
    pub expects: Expects,
    /// Whether a person typed or subscribed to this very address (host and port), which may then be private.
    pub trust: Trust,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expects {
    Feed,
    Page,
}

/// Which private addresses may be dialled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    /// `host:port` pairs ([`CleanUrl::host_and_port`]) that a person typed or subscribed to.
    pub hosts: Vec<String>,
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub outcome: Outcome,
    /// Where redirects led.
    pub url: CleanUrl,
    /// Bytes received of the body, decoded.
    pub bytes: u64,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Fetched { body: Vec<u8>, content_type: Option<String>, validators: Validators },
    NotModified { validators: Option<Validators> },
    Failed { problem: Problem, retry_at: Option<Timestamp> },
}

/// How names become addresses and which addresses count as private. The program passes the system's resolver, tests theirs.
pub trait Resolver: Send + Sync {
    fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
    /// Loopback, private, link-local, carrier-grade NAT, unique local, unspecified, multicast, metadata.
    fn is_private(&self, address: IpAddr) -> bool;
}

/// A door to the network; cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<()>,
}

impl Fetcher {
    /// Starts the runtime and the client. `offline` refuses every request at once as [`Problem::Offline`].
    pub fn start(_clock: Clock, _resolver: Arc<dyn Resolver>, _offline: bool) -> Result<Fetcher, Problem> {
        todo!()
    }

    /// Fetches in the background and calls `reply` on a thread of the fetcher. Limits per host and in all hold here.
    /// Dropping the returned handle changes nothing; `cancel` on it ends the request without a reply.
    pub fn fetch(&self, _request: Request, _reply: impl FnOnce(Response) + Send + 'static) -> Ticket {
        todo!()
    }

    /// Fetches and waits.
    pub fn fetch_now(&self, _request: Request) -> Response {
        todo!()
    }
}

/// A request under way.
#[derive(Clone)]
pub struct Ticket {
    _inner: Arc<()>,
}

impl Ticket {
    pub fn cancel(&self) {
        todo!()
    }
}
