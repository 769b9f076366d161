//! Effects → deeds. Nothing here decides; whatever comes of a deed goes back as a message.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::app::{Message, Ticket, Typesetting, Work, typeset};
use crate::config::{Config, FetchSettings, Settings, Value};
use crate::fetch::{self, Fetcher, Limits, SystemResolver};
use crate::news::{ArticleId, CleanText, CleanUrl, Clock, FolderPath, Limit, Problem, Zone};
use crate::refresh::{AddRequest, Cancel, Pipeline, PipelineError, Progress, RefreshRequest};
use crate::store::{Answer, Ask, Library, Origin};

use super::changing::Changing;
use super::settings::{self, Wish};
use super::{Inbound, background, browser, lists, written};

/// How many pages are fetched and extracted at once on a person's behalf.
const WORKERS: usize = 2;

/// What takes too long for the main thread. Jobs wait in line; two are done at a time.
enum Job {
    FullText(ArticleId, Cancel),
    Add(CleanUrl, Cancel),
}

/// Opens an address with a program, given the browser that is set.
type Opening = fn(&CleanUrl, &str) -> Result<Option<std::process::Child>, String>;

/// The library, the network and the workers, as the loop uses them.
pub struct Hands {
    inbox: Sender<Inbound>,
    network: Arc<Network>,
    jobs: Sender<Job>,
    typesetting: Sender<(Ticket, Box<Typesetting>)>,
    /// Wakes the thread that indexes.
    index: Sender<()>,
    /// Set while indexing is to wait.
    index_waits: Cancel,
    /// What leaves off the work of each kind that is under way.
    cancels: Cancels,
    settings: Sender<Wish>,
    /// What a person changed and nobody has answered yet.
    changing: Changing,
}

/// For each kind of work what leaves it off: set once, and a fresh one from then on.
#[derive(Default)]
struct Cancels {
    refresh: Cancel,
    pages: Cancel,
    adding: Cancel,
    writing: Cancel,
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

/// Asks the library, and sends the main thread what it answers.
pub fn ask_library(library: &Library, inbox: &Sender<Inbound>, ticket: Ticket, ask: Ask) {
    let inbox = inbox.clone();
    library.ask_then(ask, move |answer| {
        let answer = answer.map_err(|error| in_words(&error));
        let _ = inbox.send(Inbound::Message(Message::Answered(ticket, answer)));
    });
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
        let (index, asked) = channel();
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..WORKERS {
            let (network, waiting, inbox, index) = (network.clone(), waiting.clone(), inbox.clone(), index.clone());
            thread::Builder::new()
                .name(format!("worker-{number}"))
                .spawn(move || work(&network, &waiting, &index, &inbox))?;
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
        let index_waits = Cancel::default();
        let (library, waits, to_main) = (network.library.clone(), index_waits.clone(), inbox.clone());
        thread::Builder::new().name("index".into()).spawn(move || {
            background::stand_back();
            index_all(&library, &asked, &waits, &to_main);
        })?;
        let cancels = Cancels::default();
        let changing = Changing::default();
        Ok(Hands { inbox, network, jobs, typesetting, index, index_waits, cancels, settings, changing })
    }

    /// Waits until every change that was asked for is on disk, or refused: the threads that make them end with the program.
    /// `time_max` is for an end that must not be put off; without it the library's own patience is the limit.
    pub fn finish(&self, time_max: Option<Duration>) {
        self.changing.wait(time_max);
    }

    pub fn ask(&self, ticket: Ticket, ask: Ask) {
        ask_library(&self.network.library, &self.inbox, ticket, ask);
    }

    /// Lets whoever looks for the articles of a list stop.
    pub fn stop_finding(&self) {
        self.network.library.stop_finding();
    }

    pub fn change(&self, ticket: crate::app::Ticket, change: crate::store::Change) {
        let (inbox, changing) = (self.inbox.clone(), self.changing.clone());
        changing.begins();
        self.network.library.change_then(change, move |changed| {
            changing.ends();
            let message = match changed {
                Ok(changed) => Message::Changed(ticket, changed),
                Err(error) => Message::Refused(ticket, in_words(&error)),
            };
            let _ = inbox.send(Inbound::Message(message));
        });
    }

    /// Refreshes on a thread of its own, and then has what came indexed; a second request while one is under way is told so
    /// by the lock.
    pub fn refresh(&mut self, request: RefreshRequest) {
        let cancel: Cancel = Arc::new(AtomicBool::new(false));
        self.cancels.refresh = cancel.clone();
        let (network, inbox, index) = (self.network.clone(), self.inbox.clone(), self.index.clone());
        let request = RefreshRequest { no_index: true, ..request };
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
            // However it ended: what has arrived is to be found.
            let _ = index.send(());
        });
        if spawned.is_err() {
            self.tell(Message::RefreshFailed(CleanText::own(
                "No thread could be started for refreshing. Close other programs and refresh again.",
            )));
        }
    }

    /// Indexes what waits in the queue, without any network, unless it is to wait.
    pub fn index(&self) {
        // The thread ends with the reader and not before.
        let _ = self.index.send(());
    }

    /// Lets indexing go on, or wait from the next slice on.
    pub fn index_if(&self, on: bool) {
        self.index_waits.store(!on, Ordering::Relaxed);
        self.index();
    }

    /// Leaves off what is under way of a kind. What it has stored by then is kept.
    pub fn cancel(&mut self, work: Work) {
        let cancel = match work {
            Work::Refresh => &mut self.cancels.refresh,
            Work::Pages => &mut self.cancels.pages,
            Work::Adding => &mut self.cancels.adding,
            Work::Writing => &mut self.cancels.writing,
            // Reading a file is over in a moment, and what comes of it is not waited for any more.
            Work::ReadingList => return,
        };
        std::mem::take(cancel).store(true, Ordering::Relaxed);
    }

    pub fn full_text(&self, article: ArticleId) {
        self.queue(Job::FullText(article, self.cancels.pages.clone()));
    }

    /// Lays a large text out on a thread of its own, which nothing slow can hold up.
    pub fn typeset(&self, ticket: Ticket, job: Box<Typesetting>) {
        if self.typesetting.send((ticket, job)).is_err() {
            self.say_failed("The thread that lays texts out has ended. Quit and start again.");
        }
    }

    pub fn add(&self, address: CleanUrl) {
        self.queue(Job::Add(address, self.cancels.adding.clone()));
    }

    pub fn list_folder(&self, folder: String) {
        self.aside(move |inbox| {
            let names = lists::names_in(&folder);
            let _ = inbox.send(Inbound::Message(Message::FolderListed { folder, names }));
        });
    }

    pub fn read_list(&self, file: String) {
        self.aside(move |inbox| {
            let _ = inbox.send(Inbound::Message(Message::ListRead(lists::read(&file))));
        });
    }

    pub fn open(&self, url: CleanUrl) {
        self.hand_over(url, browser::open);
    }

    pub fn play(&self, url: CleanUrl) {
        self.hand_over(url, browser::play);
    }

    /// The first thing that came with each article; what can be heard or seen goes to one player, in this order.
    pub fn play_all(&self, articles: Vec<ArticleId>) {
        let (network, set) = (self.network.clone(), self.network.settings().browser);
        self.aside(move |inbox| {
            let send = |message| {
                let _ = inbox.send(Inbound::Message(message));
            };
            let found = match written::first_enclosures(&network.library, &articles) {
                Ok(found) => found,
                Err(why) => return send(Message::Failed(why)),
            };
            send(Message::PlayedAll { played: found.len(), without: articles.len() - found.len() });
            for mut child in browser::play_all(&found, &set).unwrap_or_else(|why| {
                send(Message::Failed(CleanText::line(&why, Limit::SENTENCE)));
                Vec::new()
            }) {
                let _ = child.wait();
            }
        });
    }

    pub fn save(&self, articles: Vec<ArticleId>, file: String) {
        let (network, cancel) = (self.network.clone(), self.cancels.writing.clone());
        self.aside(move |inbox| {
            let mut told = telling(inbox, articles.len());
            let outcome = written::save(&network.library, &articles, &file, &cancel, &mut told);
            tell_unless_left(inbox, &cancel, outcome.is_ok(), Message::SavedTo(outcome));
        });
    }

    pub fn pipe(&self, articles: Vec<ArticleId>, program: Vec<String>) {
        let (network, cancel) = (self.network.clone(), self.cancels.writing.clone());
        self.aside(move |inbox| {
            let name = CleanText::line(&program.join(" "), Limit::SENTENCE);
            let mut told = telling(inbox, articles.len());
            let outcome = written::pipe(&network.library, &articles, &program, &cancel, &mut told);
            let _ = inbox.send(Inbound::ProgramEnded);
            tell_unless_left(inbox, &cancel, outcome.is_ok(), Message::Piped(name, outcome));
        });
    }

    /// Other people's programs may take as long as they like: none of them keeps a worker.
    fn hand_over(&self, url: CleanUrl, open: Opening) {
        let set = self.network.settings().browser;
        self.aside(move |inbox| match open(&url, &set) {
            Ok(child) => {
                let _ = inbox.send(Inbound::ProgramEnded);
                let _ = inbox.send(Inbound::Message(Message::Opened(url)));
                if let Some(mut child) = child {
                    // Somebody must take notice of its end, or it stays in the table of processes.
                    let _ = child.wait();
                    let _ = inbox.send(Inbound::ProgramEnded);
                }
            }
            Err(sentence) => {
                let _ = inbox.send(Inbound::ProgramEnded);
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
            self.say_failed("The thread that writes settings has ended. Quit and start again.");
        }
    }

    /// Says why something that a person asked of the shell was not done.
    pub fn say_failed(&self, sentence: &'static str) {
        self.tell(Message::Failed(CleanText::own(sentence)));
    }

    fn queue(&self, job: Job) {
        if self.jobs.send(job).is_err() {
            self.tell(Message::Failed(CleanText::own("The background workers have ended. Quit and start again.")));
        }
    }

    fn tell(&self, message: Message) {
        let _ = self.inbox.send(Inbound::Message(message));
    }
}

/// Tells how many articles have been read of so many.
fn telling(inbox: &Sender<Inbound>, articles: usize) -> impl FnMut(usize) {
    move |done| {
        let _ = inbox.send(Inbound::Message(Message::Written { done, articles }));
    }
}

/// What failed because a person left it off has been said; what was done before they did is told.
fn tell_unless_left(inbox: &Sender<Inbound>, cancel: &Cancel, done: bool, message: Message) {
    if done || !cancel.load(Ordering::Relaxed) {
        let _ = inbox.send(Inbound::Message(message));
    }
}

/// The thread that indexes: all that waits, whenever it is woken.
fn index_all(library: &Library, asked: &Receiver<()>, waits: &Cancel, inbox: &Sender<Inbound>) {
    while asked.recv().is_ok() {
        while asked.try_recv().is_ok() {}
        if waits.load(Ordering::Relaxed) {
            // How much waits is shown all the same.
            if let Ok(Answer::QueueLength(left)) = library.ask(Ask::QueueLength) {
                let left = usize::try_from(left).unwrap_or(0);
                let _ = inbox.send(Inbound::Message(Message::Refresh(Progress::Indexing { left })));
            }
            continue;
        }
        let mut send = |progress: Progress| {
            let _ = inbox.send(Inbound::Message(Message::Refresh(progress)));
        };
        let drained =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| crate::refresh::drain(library, waits, &mut send)));
        match drained {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the index queue was not drained"),
            Err(_) => tracing::error!("indexing failed inside"),
        }
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
                "This text could not be laid out; the log says more. Open it in the browser.",
            )),
        };
        if inbox.send(Inbound::Message(message)).is_err() {
            return;
        }
    }
}

fn work(network: &Network, waiting: &Mutex<Receiver<Job>>, index: &Sender<()>, inbox: &Sender<Inbound>) {
    loop {
        let job = match waiting.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_) => return,
        };
        let Ok(job) = job else { return };
        // A job that panics is one failed job; the worker lives on.
        let in_case = failed_inside(&job);
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| perform(network, job)));
        // What an address brought along is to be found.
        let _ = index.send(());
        if let Some(message) = done.unwrap_or(Some(in_case))
            && inbox.send(Inbound::Message(message)).is_err()
        {
            return;
        }
    }
}

/// What is said where a job failed in a way that nobody foresaw.
fn failed_inside(job: &Job) -> Message {
    let sentence = CleanText::own("That failed inside Dateline; the log says more. What is stored is kept.");
    match job {
        Job::FullText(article, _) => Message::FullText(*article, Err(sentence)),
        Job::Add(..) => Message::Added(Err(sentence)),
    }
}

/// Does a job. What failed because a person left it off has been said already.
fn perform(network: &Network, job: Job) -> Option<Message> {
    match job {
        Job::FullText(article, cancel) => {
            let outcome = network
                .pipeline()
                .and_then(|it| it.until(&cancel).full_text(article).map_err(|error| network.words(&error)));
            let left = outcome.is_err() && cancel.load(Ordering::Relaxed);
            (!left).then_some(Message::FullText(article, outcome))
        }
        Job::Add(url, cancel) => {
            let request = AddRequest {
                url,
                title: CleanText::default(),
                folder: FolderPath::default(),
                tags: Vec::new(),
                origin: Origin::Reader,
            };
            let message = match network.pipeline() {
                Ok(pipeline) => add_or_save(&pipeline.until(&cancel), &request, network),
                Err(why) => Message::Added(Err(why)),
            };
            let left = matches!(message, Message::Added(Err(_))) && cancel.load(Ordering::Relaxed);
            (!left).then_some(message)
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
