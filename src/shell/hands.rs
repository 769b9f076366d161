//! Effects → deeds. Nothing here decides; whatever comes of a deed goes back as a message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::app::{Message, Ticket, Typesetting, typeset};
use crate::config::{Config, FetchSettings, Settings, Value};
use crate::fetch::{self, Fetcher, Limits, SystemResolver};
use crate::news::{ArticleId, CleanText, CleanUrl, Clock, FolderPath, Limit, Problem, Zone};
use crate::refresh::{AddRequest, Cancel, Pipeline, PipelineError, Progress, RefreshRequest};
use crate::store::{Library, Origin};

use super::settings::{self, Wish};
use super::{Inbound, background, browser, written};

/// How many pages are fetched and extracted at once on a person's behalf.
const WORKERS: usize = 2;

/// What takes too long for the main thread. Jobs wait in line; two are done at a time.
enum Job {
    FullText(ArticleId),
    Add(CleanUrl),
    /// Index what waits; no network is needed.
    Index,
}

/// Opens an address with a program, given the browser that is set.
type Opening = fn(&CleanUrl, &str) -> Result<Option<std::process::Child>, String>;

/// The library, the network and the workers, as the loop uses them.
pub struct Hands {
    inbox: Sender<Inbound>,
    network: Arc<Network>,
    jobs: Sender<Job>,
    typesetting: Sender<(Ticket, Box<Typesetting>)>,
    cancel_refresh: Cancel,
    settings: Sender<Wish>,
}

/// The pipeline, made when it is first needed: loading the system's certificates would delay the first frame.
struct Network {
    library: Library,
    clock: Clock,
    zone: Zone,
    offline: bool,
    /// The settings in force.
    settings: Mutex<Settings>,
    /// The pipeline with the settings it was made for.
    pipeline: Mutex<Option<(FetchSettings, Pipeline)>>,
}

/// What the settings allow an exchange with a server.
pub fn limits(fetch: &FetchSettings) -> Limits {
    Limits {
        in_flight_max: fetch.at_once,
        total_feed: Duration::from_secs(fetch.timeout_seconds),
        feed_bytes_max: fetch.feed_bytes_max,
        page_bytes_max: fetch.page_bytes_max,
        ..Limits::STANDARD
    }
}

impl Network {
    /// A new one where the settings have changed; what the old one has under way comes to its end.
    fn pipeline(&self) -> Result<Pipeline, CleanText> {
        let wanted = self.settings().fetch;
        let mut held = self.pipeline.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_for, pipeline)) = held.as_ref()
            && *made_for == wanted
        {
            return Ok(pipeline.clone());
        }
        let network = fetch::Network { limits: limits(&wanted), ..fetch::Network::standard() };
        let resolver = Arc::new(SystemResolver);
        let fetcher = Fetcher::start_with(self.clock.clone(), resolver, self.offline, network)
            .map_err(|problem| problem.sentence(&self.zone))?;
        let pipeline =
            Pipeline { library: self.library.clone(), fetcher, clock: self.clock.clone(), zone: self.zone.clone() };
        *held = Some((wanted, pipeline.clone()));
        Ok(pipeline)
    }

    fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn words(&self, error: &PipelineError) -> CleanText {
        error.sentence(&self.zone)
    }
}

impl Hands {
    pub fn start(
        library: Library,
        clock: Clock,
        zone: Zone,
        offline: bool,
        config: Config,
        inbox: Sender<Inbound>,
    ) -> std::io::Result<Hands> {
        let network = Arc::new(Network {
            library,
            clock,
            zone,
            offline,
            settings: Mutex::new(config.settings.clone()),
            pipeline: Mutex::new(None),
        });
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..WORKERS {
            let (network, waiting, inbox) = (network.clone(), waiting.clone(), inbox.clone());
            thread::Builder::new().name(format!("worker-{number}")).spawn(move || work(&network, &waiting, &inbox))?;
        }
        let to_main = inbox.clone();
        network.library.watch(move |touched| {
            // Main may have ended already; then nobody needs to know.
            let _ = to_main.send(Inbound::Message(Message::LibraryChanged(touched)));
        });
        let (typesetting, texts) = channel();
        let to_main = inbox.clone();
        thread::Builder::new().name("text".into()).spawn(move || set_texts(&texts, &to_main))?;
        let settings = settings::start(config, inbox.clone())?;
        Ok(Hands { inbox, network, jobs, typesetting, cancel_refresh: Arc::default(), settings })
    }

    pub fn ask(&self, ticket: crate::app::Ticket, ask: crate::store::Ask) {
        let inbox = self.inbox.clone();
        self.network.library.ask_then(ask, move |answer| {
            let answer = answer.map_err(|error| in_words(&error));
            let _ = inbox.send(Inbound::Message(Message::Answered(ticket, answer)));
        });
    }

    pub fn change(&self, ticket: crate::app::Ticket, change: crate::store::Change) {
        let inbox = self.inbox.clone();
        self.network.library.change_then(change, move |changed| {
            let message = match changed {
                Ok(changed) => Message::Changed(ticket, changed),
                Err(error) => Message::Refused(ticket, in_words(&error)),
            };
            let _ = inbox.send(Inbound::Message(message));
        });
    }

    /// Refreshes on a thread of its own; a second request while one is under way is told so by the lock.
    pub fn refresh(&mut self, request: RefreshRequest) {
        let cancel: Cancel = Arc::new(AtomicBool::new(false));
        self.cancel_refresh = cancel.clone();
        let (network, inbox) = (self.network.clone(), self.inbox.clone());
        let spawned = thread::Builder::new().name("refresh".into()).spawn(move || {
            background::stand_back();
            let send = |message| {
                let _ = inbox.send(Inbound::Message(message));
            };
            let pipeline = match network.pipeline() {
                Ok(pipeline) => pipeline,
                Err(sentence) => return send(Message::RefreshFailed(sentence)),
            };
            if let Err(error) = pipeline.refresh(&request, &cancel, &mut |progress| send(Message::Refresh(progress))) {
                send(Message::RefreshFailed(in_words(&error)));
            }
        });
        if spawned.is_err() {
            self.tell(Message::RefreshFailed(CleanText::own(
                "No thread could be started for refreshing. Close other programs and press R.",
            )));
        }
    }

    /// Indexes what waits in the queue, without any network.
    pub fn index(&self) {
        self.queue(Job::Index);
    }

    pub fn cancel_refresh(&self) {
        self.cancel_refresh.store(true, Ordering::Relaxed);
    }

    pub fn full_text(&self, article: ArticleId) {
        self.queue(Job::FullText(article));
    }

    /// Lays a large text out on a thread of its own, which nothing slow can hold up.
    pub fn typeset(&self, ticket: Ticket, job: Box<Typesetting>) {
        if self.typesetting.send((ticket, job)).is_err() {
            self.say_failed("The thread that lays texts out has ended. Quit with Q and start again.");
        }
    }

    pub fn add(&self, address: CleanUrl) {
        self.queue(Job::Add(address));
        self.queue(Job::Index);
    }

    pub fn open(&self, url: CleanUrl) {
        self.hand_over(url, browser::open);
    }

    pub fn play(&self, url: CleanUrl) {
        self.hand_over(url, browser::play);
    }

    pub fn save(&self, articles: Vec<ArticleId>, file: String) {
        let network = self.network.clone();
        self.aside(move |inbox| {
            let message = match written::save(&network.library, &articles, &file) {
                Ok((file, count)) => Message::SavedTo(file, count),
                Err(why) => Message::Failed(why),
            };
            let _ = inbox.send(Inbound::Message(message));
        });
    }

    pub fn pipe(&self, articles: Vec<ArticleId>, program: Vec<String>) {
        let network = self.network.clone();
        self.aside(move |inbox| {
            let name = CleanText::line(&program.join(" "), Limit::SENTENCE);
            let outcome = written::pipe(&network.library, &articles, &program);
            let _ = inbox.send(Inbound::Message(Message::Piped(name, outcome)));
        });
    }

    /// Other people's programs may take as long as they like: none of them keeps a worker.
    fn hand_over(&self, url: CleanUrl, open: Opening) {
        let set = self.network.settings().browser;
        self.aside(move |inbox| match open(&url, &set) {
            Ok(child) => {
                let _ = inbox.send(Inbound::Message(Message::Opened(url)));
                // Somebody must take notice of its end, or it stays in the table of processes.
                let _ = child.map(|mut it| it.wait());
            }
            Err(sentence) => {
                let sentence = CleanText::line(&sentence, Limit::SENTENCE);
                let _ = inbox.send(Inbound::Message(Message::Failed(sentence)));
            }
        });
    }

    fn aside(&self, work: impl FnOnce(&Sender<Inbound>) + Send + 'static) {
        let inbox = self.inbox.clone();
        let spawned = thread::Builder::new().name("aside".into()).spawn(move || work(&inbox));
        if spawned.is_err() {
            self.say_failed("No thread could be started for it. Close other programs and try again.");
        }
    }

    /// Takes up settings that have just been read.
    pub fn set(&self, settings: &Settings) {
        *self.network.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings.clone();
    }

    /// Writes one of the person's settings; `Message::Configured` follows.
    pub fn write_setting(&self, name: &'static str, value: Option<Value>) {
        if self.settings.send(Wish::Write { name, value }).is_err() {
            self.say_failed("The thread that writes settings has ended. Quit with Q and start again.");
        }
    }

    /// Says why something that a person asked of the shell was not done.
    pub fn say_failed(&self, sentence: &'static str) {
        self.tell(Message::Failed(CleanText::own(sentence)));
    }

    fn queue(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            self.tell(Message::Failed(CleanText::own(
                "The background workers have ended. Quit with Q and start again.",
            )));
        }
    }

    fn tell(&self, message: Message) {
        let _ = self.inbox.send(Inbound::Message(message));
    }
}

fn set_texts(texts: &Receiver<(Ticket, Box<Typesetting>)>, inbox: &Sender<Inbound>) {
    while let Ok(first) = texts.recv() {
        // Somebody may have gone on meanwhile: what is not the newest is no longer wanted.
        let (ticket, job) = texts.try_iter().last().unwrap_or(first);
        let set = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| typeset(&job)));
        let message = match set {
            Ok(set) => Message::Typeset(ticket, Box::new(set)),
            Err(_) => Message::Failed(CleanText::own(
                "This text could not be laid out; the log says more. o opens it in the browser.",
            )),
        };
        if inbox.send(Inbound::Message(message)).is_err() {
            return;
        }
    }
}

fn work(network: &Network, waiting: &Mutex<Receiver<Job>>, inbox: &Sender<Inbound>) {
    loop {
        let job = match waiting.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        // A job that panics is one failed job; the worker lives on.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| perform(network, job, inbox)));
        let message = done.unwrap_or_else(|_| {
            let sentence = "That failed inside Dateline; the log says more. What is stored is kept.";
            Some(Message::Failed(CleanText::own(sentence)))
        });
        if let Some(message) = message
            && inbox.send(Inbound::Message(message)).is_err()
        {
            return;
        }
    }
}

fn perform(network: &Network, job: Job, inbox: &Sender<Inbound>) -> Option<Message> {
    match job {
        Job::FullText(article) => {
            let outcome =
                network.pipeline().and_then(|it| it.full_text(article).map_err(|error| network.words(&error)));
            Some(Message::FullText(article, outcome))
        }
        Job::Add(url) => {
            let request = AddRequest {
                url,
                title: CleanText::default(),
                folder: FolderPath::default(),
                tags: Vec::new(),
                origin: Origin::Reader,
            };
            Some(match network.pipeline() {
                Ok(pipeline) => add_or_save(&pipeline, &request, network),
                Err(why) => Message::Added(Err(why)),
            })
        }
        Job::Index => {
            // On a thread that may stand back, as a worker may not: it fetches for a person next.
            let (library, inbox) = (network.library.clone(), inbox.clone());
            let indexing = thread::Builder::new().name("index".into()).spawn(move || {
                background::stand_back();
                let mut send = |progress: Progress| {
                    let _ = inbox.send(Inbound::Message(Message::Refresh(progress)));
                };
                if let Err(error) = crate::refresh::drain(&library, &Cancel::default(), &mut send) {
                    tracing::error!(%error, "the index queue was not drained");
                }
            });
            // Without a thread what waits is indexed after the next refresh.
            let _ = indexing.map(thread::JoinHandle::join);
            None
        }
    }
}

/// Subscribes; a page that leads to no feed is kept to be read later, if there is an article on it.
fn add_or_save(pipeline: &Pipeline, request: &AddRequest, network: &Network) -> Message {
    match pipeline.add(request) {
        Ok(added) => Message::Added(Ok(added)),
        Err(error @ PipelineError::Problem(Problem::NoFeedFound { .. })) => {
            match pipeline.save(&request.url, request.origin) {
                Ok(_) => Message::PageSaved(request.url.clone()),
                Err(_) => Message::Added(Err(error.sentence_of_adding(&network.zone))),
            }
        }
        Err(error) => Message::Added(Err(error.sentence_of_adding(&network.zone))),
    }
}

fn in_words(error: &impl ToString) -> CleanText {
    CleanText::line(&error.to_string(), Limit::SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_the_limits_of_fetching() {
        let fetch = FetchSettings {
            on_start: true,
            at_once: 3,
            timeout_seconds: 7,
            feed_bytes_max: 2_000_000,
            page_bytes_max: 3_000_000,
        };
        let limits = limits(&fetch);
        assert_eq!(limits.in_flight_max, 3);
        assert_eq!(limits.total_feed, Duration::from_secs(7));
        assert_eq!((limits.feed_bytes_max, limits.page_bytes_max), (2_000_000, 3_000_000));
    }
}
