//! The network, and nothing but the network: one tokio runtime that nobody else knows of, caps, timeouts, a byte budget,
//! etiquette per host, and the guard that keeps addresses named by feeds out of private networks.
//!
//! It never follows a redirect unchecked, never sends a cookie, a referrer or a password to a stranger, and never
//! retries: when to ask again is for the pipeline to say.

mod budget;
mod client;
mod descriptors;
mod etiquette;
mod exchange;
mod failure;
mod guard;
mod limits;
mod proxy;

pub use budget::Held;
pub use client::USER_AGENT;
pub use guard::{SystemResolver, is_private};
pub use limits::Limits;

use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::AbortHandle;

use self::budget::Budget;
use self::client::Clients;
use self::etiquette::Turns;
use self::exchange::Shared;
use self::limits::LOOKUPS_MAX;
use crate::news::{CleanUrl, Clock, Problem, Timestamp};
use crate::store::Validators;

/// What is asked of a server.
#[derive(Clone, Debug)]
pub struct Request {
    /// A user name and password in it go to this very host and port only.
    pub url: CleanUrl,
    /// Sent as they are: If-None-Match, If-Modified-Since.
    pub validators: Validators,
    /// The address that the validators are of: only it is sent them. `None` sends them wherever redirects lead.
    pub validators_of: Option<CleanUrl>,
    pub expects: Expects,
    /// Whether a person typed or subscribed to this very address (host and port), which may then be private.
    pub trust: Trust,
    pub options: Options,
}

/// What a person set for one feed. None of it but the name is ever shown or logged.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Instead of [`USER_AGENT`].
    pub user_agent: Option<String>,
    /// To the very scheme, host and port of the request's address, and nowhere else. What belongs to the exchange itself
    /// (lengths, ranges, conditions) is left out.
    pub headers: Vec<(String, String)>,
    pub cookie: Option<String>,
    /// `user:password`, likewise.
    pub password: Option<String>,
    /// The address of a proxy for this request, instead of the environment's.
    pub proxy: Option<String>,
}

/// Says what is set, never to what.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Options")
            .field("user_agent", &self.user_agent)
            .field("headers", &names)
            .field("cookie", &self.cookie.is_some())
            .field("password", &self.password.is_some())
            .field("proxy", &self.proxy.as_deref().map(proxy::shown))
            .finish()
    }
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

impl Trust {
    /// Trust in the host and port of one address that a person typed.
    pub fn in_host_of(url: &CleanUrl) -> Trust {
        Trust { hosts: vec![url.host_and_port()] }
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Response {
    pub outcome: Outcome,
    /// Where redirects led, without user name and password.
    pub url: CleanUrl,
    /// Where permanent redirects alone (301, 308) led, if anywhere.
    pub moved: Option<CleanUrl>,
    /// Whether a redirect led from https to http: what came may have been changed on its way.
    pub downgraded: bool,
    /// For how many seconds the server calls its answer fresh.
    pub fresh_seconds: Option<i64>,
    /// Bytes received of the body, decoded.
    pub bytes: u64,
    /// The body's part of the byte budget: other downloads wait for it, so drop it with the body.
    pub held: Held,
}

#[derive(Clone, Debug)]
pub enum Outcome {
    Fetched { body: Vec<u8>, content_type: Option<String>, validators: Validators },
    NotModified { validators: Option<Validators> },
    Failed { problem: Problem, retry_at: Option<Timestamp> },
}

/// How names become addresses and which addresses count as private. The program passes the system's resolver, tests theirs.
pub trait Resolver: Send + Sync {
    /// An error of kind `NetworkUnreachable` says that nobody could be asked; any other, that there is no such name.
    fn resolve(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
    /// Loopback, private, link-local, carrier-grade NAT, unique local, unspecified, multicast, metadata.
    fn is_private(&self, address: IpAddr) -> bool;
}

/// Through whom the network is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Proxy {
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say. A proxy looks names up itself: then only
    /// addresses written as numbers can be kept out of private networks, and the proxy must see to the rest.
    OfTheEnvironment,
    None,
}

/// The network as the fetcher meets it.
#[derive(Clone, Debug)]
pub struct Network {
    pub limits: Limits,
    pub proxy: Proxy,
    /// Certificates (DER) of authorities that are trusted beside those the machine trusts.
    pub authorities: Vec<Vec<u8>>,
}

impl Network {
    /// The program's own limits, the environment's proxies, the machine's certificates.
    pub fn standard() -> Network {
        Network { limits: Limits::STANDARD, proxy: Proxy::OfTheEnvironment, authorities: Vec::new() }
    }
}

/// A door to the network; cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
    inner: Arc<Inner>,
    /// Once set, nobody waits for an answer any more.
    cancel: Option<Arc<AtomicBool>>,
}

struct Inner {
    /// Always there until the last door is closed.
    runtime: Option<Runtime>,
    shared: Arc<Shared>,
}

const WORKER_THREADS: usize = 1;
/// How soon a request that somebody waits for ends once it is left off.
const CANCEL_SEEN_WITHIN: Duration = Duration::from_millis(50);

impl Fetcher {
    /// Starts the runtime. `offline` refuses every request at once as [`Problem::Offline`].
    pub fn start(clock: Clock, resolver: Arc<dyn Resolver>, offline: bool) -> Result<Fetcher, Problem> {
        Fetcher::start_with(clock, resolver, offline, Network::standard())
    }

    /// As [`Fetcher::start`], on a network as given.
    pub fn start_with(
        clock: Clock,
        resolver: Arc<dyn Resolver>,
        offline: bool,
        network: Network,
    ) -> Result<Fetcher, Problem> {
        // Fails only where a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let not_started =
            |error: std::io::Error| Problem::Contained { detail: format!("the network did not start: {error}") };
        threads_can_be_had(WORKER_THREADS + 1).map_err(not_started)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(WORKER_THREADS)
            .max_blocking_threads(LOOKUPS_MAX)
            .thread_name("fetch")
            .enable_io()
            .enable_time()
            .build()
            .map_err(not_started)?;
        let Network { limits, proxy, authorities } = network;
        let limits = Limits { in_flight_max: descriptors::in_flight_max(limits.in_flight_max), ..limits };
        let shared = Shared {
            turns: Turns::new(&limits),
            limits,
            clients: Clients::new(resolver, proxy, authorities),
            budget: Budget::new(),
            clock,
            offline,
            answers: AtomicU64::new(0),
        };
        Ok(Fetcher { inner: Arc::new(Inner { runtime: Some(runtime), shared: Arc::new(shared) }), cancel: None })
    }

    /// Fetches in the background and calls `reply` on a thread of the fetcher, where it must not block. Limits per host
    /// and in all hold here. Dropping the returned handle changes nothing; `cancel` on it ends the request without a reply.
    pub fn fetch(&self, request: Request, reply: impl FnOnce(Response) + Send + 'static) -> Ticket {
        let over = Arc::new(AtomicBool::new(false));
        let runtime = self.inner.runtime.as_ref().expect("the runtime lives as long as a door to it");
        let shared = Arc::clone(&self.inner.shared);
        let url = request.url.without_secrets();
        let work = runtime.spawn(async move { exchange::perform(&shared, &request).await });
        let ticket = Ticket { over: Arc::clone(&over), work: work.abort_handle() };
        runtime.spawn(async move {
            let response = match work.await {
                Ok(response) => response,
                Err(error) if error.is_cancelled() => return,
                Err(_panic) => failed(url, contained()),
            };
            if !over.swap(true, Ordering::AcqRel) {
                reply(response);
            }
        });
        ticket
    }

    /// The same door for somebody who may leave: [`Fetcher::fetch_now`] waits no longer once `cancel` is set.
    pub fn until(&self, cancel: &Arc<AtomicBool>) -> Fetcher {
        Fetcher { cancel: Some(cancel.clone()), ..self.clone() }
    }

    /// Fetches and waits, until the answer is there or is [left off](Fetcher::until). Not to be called on a thread of the
    /// fetcher.
    pub fn fetch_now(&self, request: Request) -> Response {
        let url = request.url.without_secrets();
        let (sender, receiver) = mpsc::channel();
        let ticket = self.fetch(request, move |response| {
            // The receiver waits below for as long as it is wanted.
            let _ = sender.send(response);
        });
        let Some(cancel) = &self.cancel else {
            return receiver.recv().unwrap_or_else(|_| failed(url, contained()));
        };
        loop {
            match receiver.recv_timeout(CANCEL_SEEN_WITHIN) {
                Ok(response) => return response,
                Err(mpsc::RecvTimeoutError::Disconnected) => return failed(url, contained()),
                Err(mpsc::RecvTimeoutError::Timeout) if cancel.load(Ordering::Relaxed) => {
                    ticket.cancel();
                    return failed(url, Problem::LeftOff);
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Takes up what a host asked for before this program was started: it is not asked before that moment.
    pub fn hold_back(&self, served_by: &str, not_before: Timestamp, refusals: i64) {
        self.inner.shared.turns.close(served_by, not_before, refusals);
    }

    /// Whether the host has asked for room and was not [forgiven](Fetcher::forgive) since.
    pub fn has_refused(&self, served_by: &str) -> bool {
        self.inner.shared.turns.refusals(served_by) > 0
    }

    /// The host answers again.
    pub fn forgive(&self, served_by: &str) {
        self.inner.shared.turns.open(served_by);
    }

    /// Whether nothing is to be asked at all.
    pub fn is_offline(&self) -> bool {
        self.inner.shared.offline
    }

    /// How often the network outside has shown signs of life so far: public names that were found, servers that answered.
    pub fn signs_of_life(&self) -> u64 {
        let shared = &self.inner.shared;
        shared.clients.seen.names_resolved() + shared.answers.load(Ordering::Relaxed)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The last door may be closed on a thread of the runtime itself, which can't wait for itself to end.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn contained() -> Problem {
    Problem::Contained { detail: "while fetching".to_owned() }
}

/// Whether the machine gives so many threads more. tokio panics where it does not; the error says why.
fn threads_can_be_had(count: usize) -> std::io::Result<()> {
    let (over, is_over) = mpsc::channel::<()>();
    let is_over = Arc::new(std::sync::Mutex::new(is_over));
    let tried: std::io::Result<Vec<_>> = (0..count)
        .map(|_| {
            let is_over = Arc::clone(&is_over);
            // All stay until the last one has begun.
            std::thread::Builder::new().name("fetch".to_owned()).spawn(move || drop(is_over.lock().map(|it| it.recv())))
        })
        .collect();
    drop(over);
    for thread in tried? {
        let _ = thread.join();
    }
    Ok(())
}

fn failed(url: CleanUrl, problem: Problem) -> Response {
    let outcome = Outcome::Failed { problem, retry_at: None };
    Response { outcome, url, moved: None, downgraded: false, fresh_seconds: None, bytes: 0, held: Held::default() }
}

/// A request under way.
#[derive(Clone)]
pub struct Ticket {
    over: Arc<AtomicBool>,
    work: AbortHandle,
}

impl Ticket {
    /// Ends the request. A reply that has begun goes on; none begins after this returns.
    pub fn cancel(&self) {
        self.over.store(true, Ordering::Release);
        self.work.abort();
    }
}
