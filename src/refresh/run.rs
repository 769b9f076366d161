//! The refresh itself: all that is due is asked for at once (the fetcher keeps order among them), read by two parser
//! threads as it comes, and counted here. It never asks twice and never guesses how far it is.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::arrive::{Came, arrive};
use super::password::password;
use super::{Cancel, FeedProblem, Pipeline, Progress, RefreshRequest, Summary, hosts, local, pages, schedule};
use crate::fetch::{Expects, Options, Request, Response, Ticket, Trust};
use crate::news::{ArticleId, CleanText, CleanUrl, Limit, Problem, Timestamp};
use crate::store::{Answer, Ask, Change, Coming, Due, StoreError};

const PARSER_THREADS: usize = 2;
/// How soon a cancelled refresh ends.
const CANCEL_SEEN_WITHIN: Duration = Duration::from_millis(50);
/// Pages that one feed brings along at one refresh.
const PAGES_A_FEED_MAX: usize = 20;
/// How long names may fail before the network itself is doubted, and how many of them.
const OFFLINE_PATIENCE: Duration = Duration::from_secs(1);
const OFFLINE_HOSTS: usize = 5;

pub(super) fn run(
    pipeline: &Pipeline,
    request: &RefreshRequest,
    cancel: &Cancel,
    progress: &mut dyn FnMut(Progress),
) -> Result<Summary, StoreError> {
    let begun = Instant::now();
    hosts::recall(pipeline)?;
    let (due, waiting) = due(pipeline, request)?;
    progress(Progress::Started { feeds: due.len() });
    let mut summary = Summary { feeds: due.len(), ..Summary::default() };
    if request.everything || request.only.is_some() {
        summary.problems = waiting.iter().filter_map(|it| not_before(pipeline, it)).collect();
    }
    if !due.is_empty() {
        let asked_for = request.everything || request.only.is_some();
        let mut run = Run {
            pipeline,
            due: &due,
            asked_for,
            summary: &mut summary,
            doubted: Vec::new(),
            wanting_pages: Vec::new(),
            done: 0,
            progress,
        };
        run.all(cancel)?;
        let wanting_pages = std::mem::take(&mut run.wanting_pages);
        fetch_pages(&pipeline.until(cancel), &wanting_pages, cancel, progress);
    }
    summary.seconds = begun.elapsed().as_secs_f64();
    progress(Progress::Finished(summary.clone()));
    Ok(summary)
}

fn due(pipeline: &Pipeline, request: &RefreshRequest) -> Result<(Vec<Due>, Vec<Due>), StoreError> {
    let ask = Ask::Due {
        now: (pipeline.clock)(),
        everything: request.everything || request.only.is_some(),
        only: request.only.clone(),
    };
    let Answer::Due { due, waiting } = pipeline.library.ask(ask)? else { return Ok(Default::default()) };
    Ok((due, waiting))
}

/// Asked for by a person, while the server's own word stands against it.
fn not_before(pipeline: &Pipeline, due: &Due) -> Option<FeedProblem> {
    let moment = due.next_due.filter(|_| due.retry_after)?;
    let problem = Problem::NotBefore { host: due.url.host().to_owned(), moment };
    Some(feed_problem(pipeline, due, &problem))
}

fn feed_problem(pipeline: &Pipeline, due: &Due, problem: &Problem) -> FeedProblem {
    FeedProblem { feed: due.feed, url: due.url.without_secrets(), problem: problem.sentence(&pipeline.zone) }
}

/// What came for the feed of this place in the list.
struct Event {
    place: usize,
    bytes: u64,
    came: Result<Came, StoreError>,
}

struct Run<'a> {
    pipeline: &'a Pipeline,
    due: &'a [Due],
    summary: &'a mut Summary,
    /// Whether a person asked, so that whoever may not be asked is named.
    asked_for: bool,
    /// Articles that came with feeds whose person wants the full text of each.
    wanting_pages: Vec<ArticleId>,
    /// Feeds whose host could not be reached while nothing else could either: the network may be gone.
    doubted: Vec<(usize, Problem)>,
    done: usize,
    progress: &'a mut dyn FnMut(Progress),
}

impl Run<'_> {
    fn all(&mut self, cancel: &Cancel) -> Result<(), StoreError> {
        let signs_before = self.pipeline.fetcher.signs_of_life();
        let (answered, answers) = mpsc::channel::<(usize, Response)>();
        let (read, events) = mpsc::channel::<Event>();
        let answers = Mutex::new(answers);
        let ended = AtomicBool::new(false);
        let (pipeline, due) = (self.pipeline, self.due);
        let coming = pipeline.library.coming(due.len());
        std::thread::scope(|scope| {
            for number in 0..PARSER_THREADS {
                let (answers, read, coming, ended) = (&answers, read.clone(), &coming, &ended);
                let spawned = std::thread::Builder::new()
                    .name(format!("parse-{number}"))
                    .spawn_scoped(scope, move || parse_all(pipeline, due, answers, &read, coming, ended));
                // One does the work of two, only slower.
                if spawned.is_err() && number == 0 {
                    return Err(no_thread());
                }
            }
            drop(read);
            let now = (pipeline.clock)();
            let mut tickets: Vec<Ticket> = Vec::with_capacity(due.len());
            let mut unasked = Vec::new();
            // Beside the network, so that no server waits for a program, one at a time.
            let own: Vec<usize> = (0..due.len()).filter(|place| due[*place].url.is_stand_in()).collect();
            if !own.is_empty() {
                let (answered, ended) = (answered.clone(), &ended);
                std::thread::Builder::new()
                    .name("programs".to_owned())
                    .spawn_scoped(scope, move || answer_all(pipeline, due, &own, &answered, ended))
                    .map_err(|_| no_thread())?;
            }
            for (place, it) in due.iter().enumerate().filter(|(_, it)| !it.url.is_stand_in()) {
                match request_for(it, now) {
                    Ok(request) => {
                        let answered = answered.clone();
                        // Sending fails only when the refresh has ended; the answer is then nobody's.
                        let reply = move |response| drop(answered.send((place, response)));
                        tickets.push(pipeline.fetcher.fetch(request, reply));
                    }
                    Err(problem) => unasked.push((place, problem)),
                }
            }
            drop(answered);
            for (place, problem) in unasked {
                self.failed(place, &problem, None, None)?;
            }
            let counted = self.count(&events, cancel, signs_before);
            // The parsers leave what they have not begun, and end once nobody can answer any more.
            ended.store(true, Ordering::Relaxed);
            tickets.iter().for_each(Ticket::cancel);
            counted
        })
    }

    fn count(&mut self, events: &mpsc::Receiver<Event>, cancel: &Cancel, signs_before: u64) -> Result<(), StoreError> {
        let begun = Instant::now();
        while self.done + self.doubted.len() < self.due.len() {
            if cancel.load(Ordering::Relaxed) {
                return Ok(());
            }
            let event = match events.recv_timeout(CANCEL_SEEN_WITHIN) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if let Some(Event { place, bytes, came }) = event {
                self.summary.bytes += bytes;
                match came? {
                    Came::Failed { problem: Problem::Offline, .. } => {
                        (self.progress)(Progress::Offline);
                        return Ok(());
                    }
                    Came::Failed {
                        problem: problem @ (Problem::UnknownHost { .. } | Problem::Unreachable { .. }),
                        ..
                    } => {
                        self.doubted.push((place, problem));
                    }
                    Came::Failed { problem, status, retry_at } => self.failed(place, &problem, status, retry_at)?,
                    Came::Held { moment } => self.held(place, moment),
                    Came::NotModified { moved } => {
                        self.summary.not_modified += 1;
                        self.followed(moved);
                        self.told(place, 0, 0, None);
                    }
                    Came::Stored { new, changed, articles, moved } => {
                        self.summary.fetched += 1;
                        self.summary.articles_new += new;
                        self.summary.articles_changed += changed;
                        if self.due[place].settings.full_text && new > 0 {
                            let newest = articles.iter().rev().take(PAGES_A_FEED_MAX);
                            self.wanting_pages.extend(newest);
                        }
                        self.followed(moved);
                        self.told(place, new, changed, None);
                    }
                }
            }
            if self.pipeline.fetcher.signs_of_life() != signs_before {
                self.doubts_dispelled()?;
            } else if begun.elapsed() >= OFFLINE_PATIENCE && self.network_is_gone(OFFLINE_HOSTS) {
                break;
            }
        }
        if self.pipeline.fetcher.signs_of_life() == signs_before && self.network_is_gone(2) {
            (self.progress)(Progress::Offline);
            return Ok(());
        }
        self.doubts_dispelled()
    }

    /// Whether the doubted hosts together mean that the network is gone. One name that does not exist means only that.
    fn network_is_gone(&self, hosts_min: usize) -> bool {
        let hosts: HashSet<&str> = self.doubted.iter().map(|(place, _)| self.due[*place].url.host()).collect();
        let nobody_could_be_asked =
            self.doubted.iter().all(|(_, problem)| matches!(problem, Problem::Unreachable { .. }));
        let all_hosts: HashSet<&str> = self.due.iter().map(|it| it.url.host()).collect();
        !hosts.is_empty() && (hosts.len() >= hosts_min || (nobody_could_be_asked && hosts.len() == all_hosts.len()))
    }

    /// The network is there: whatever could not be reached has itself to blame.
    fn doubts_dispelled(&mut self) -> Result<(), StoreError> {
        for (place, problem) in std::mem::take(&mut self.doubted) {
            self.failed(place, &problem, None, None)?;
        }
        Ok(())
    }

    /// Its host may not be asked yet: nothing was sent, and nothing counts against the feed.
    fn held(&mut self, place: usize, moment: Timestamp) {
        let due = &self.due[place];
        if self.asked_for {
            let problem = Problem::NotBefore { host: due.url.host().to_owned(), moment };
            self.summary.problems.push(feed_problem(self.pipeline, due, &problem));
        }
        self.told(place, 0, 0, None);
    }

    fn followed(&mut self, moved: Option<(CleanText, CleanUrl)>) {
        if let Some((title, to)) = moved {
            (self.progress)(Progress::Moved { title, to });
        }
    }

    fn failed(
        &mut self,
        place: usize,
        problem: &Problem,
        status: Option<u16>,
        retry_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let due = &self.due[place];
        let at = (self.pipeline.clock)();
        let next = schedule::after_failure(due, at, status, retry_at);
        let told = feed_problem(self.pipeline, due, problem);
        let sentence = told.problem.clone();
        self.pipeline.library.change(Change::FetchFailed { feed: due.feed, problem: sentence.clone(), at, next })?;
        self.summary.failed += 1;
        self.summary.problems.push(told);
        self.told(place, 0, 0, Some(sentence));
        Ok(())
    }

    fn told(&mut self, place: usize, new: usize, changed: usize, problem: Option<CleanText>) {
        self.done += 1;
        let due = &self.due[place];
        (self.progress)(Progress::FeedDone {
            feed: due.feed,
            title: due.title.clone(),
            new,
            changed,
            problem,
            done: self.done,
            feeds: self.due.len(),
        });
    }
}

/// What is sent for a feed. The error is that its password can't be had.
fn request_for(due: &Due, now: Timestamp) -> Result<Request, Problem> {
    let settings = &due.settings;
    let password = match settings.password_command.as_slice() {
        [] => None,
        command => Some(password(command).map_err(|detail| Problem::NoPassword { detail })?),
    };
    Ok(Request {
        url: due.url.clone(),
        validators: schedule::validators(due, now),
        validators_of: due.answered_by.clone(),
        expects: Expects::Feed,
        trust: Trust::in_host_of(&due.url),
        options: Options {
            user_agent: settings.user_agent.clone(),
            headers: settings.headers.clone(),
            cookie: settings.cookie.clone(),
            password,
            proxy: settings.proxy.clone(),
        },
    })
}

/// Fetches the full text of articles whose feeds ask for it, under the etiquette that holds for all requests. What
/// can't be had now is there on a key later.
fn fetch_pages(pipeline: &Pipeline, articles: &[ArticleId], cancel: &Cancel, progress: &mut dyn FnMut(Progress)) {
    for (done, article) in articles.iter().enumerate() {
        progress(Progress::Pages { done, pages: articles.len() });
        if cancel.load(Ordering::Relaxed) {
            return;
        }
        if let Err(error) = pages::full_text(pipeline, *article) {
            tracing::info!(%error, "no full text");
        }
    }
}

/// The thread of programs and files: each in turn, until the refresh has ended.
fn answer_all(
    pipeline: &Pipeline,
    due: &[Due],
    own: &[usize],
    answered: &mpsc::Sender<(usize, Response)>,
    ended: &AtomicBool,
) {
    for place in own {
        if ended.load(Ordering::Relaxed) {
            return;
        }
        let response = local::answer_or_problem(pipeline, &due[*place], ended);
        if answered.send((*place, response)).is_err() {
            return;
        }
    }
}

/// A parser thread: takes the next answer until there can be no more.
fn parse_all(
    pipeline: &Pipeline,
    due: &[Due],
    answers: &Mutex<mpsc::Receiver<(usize, Response)>>,
    read: &mpsc::Sender<Event>,
    coming: &Coming,
    ended: &AtomicBool,
) {
    let mut press = None;
    loop {
        let next = answers.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((place, response)) = next else { return };
        if ended.load(Ordering::Relaxed) {
            return;
        }
        let bytes = response.bytes;
        let read = read.clone();
        // Sending fails only when the refresh has ended; what is stored is kept all the same.
        let tell = move |came| drop(read.send(Event { place, bytes, came }));
        if press.is_none() {
            // Without one the library presses by itself.
            press = pipeline.library.press().ok();
        }
        coming.came();
        arrive(pipeline, &due[place], response, ended, &mut press, Box::new(tell));
    }
}

pub(super) fn no_thread() -> StoreError {
    StoreError::Words(CleanText::line(
        "The machine gave no thread to read feeds on. Close other programs and try again.",
        Limit::SENTENCE,
    ))
}
