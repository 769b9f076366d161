//! The refresh itself: all that is due is asked for at once (the fetcher keeps order among them), read by two parser
//! threads as it comes, and counted here. It never asks twice and never guesses how far it is.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::arrive::{Came, arrive};
use super::{Cancel, FeedProblem, Pipeline, Progress, RefreshRequest, Summary, schedule};
use crate::fetch::{Expects, Extras, Request, Response, Ticket, Trust};
use crate::news::{CleanText, Limit, Problem, Timestamp};
use crate::store::{Answer, Ask, Change, Due, StoreError};

const PARSER_THREADS: usize = 2;
/// How soon a cancelled refresh ends.
const CANCEL_SEEN_WITHIN: Duration = Duration::from_millis(50);
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
    let (due, waiting) = due(pipeline, request)?;
    progress(Progress::Started { feeds: due.len() });
    let mut summary = Summary { feeds: due.len(), ..Summary::default() };
    if request.everything || request.only.is_some() {
        summary.problems = waiting.iter().filter_map(|it| not_before(pipeline, it)).collect();
    }
    if !due.is_empty() {
        let mut run = Run { pipeline, due: &due, summary: &mut summary, doubted: Vec::new(), done: 0, progress };
        run.all(cancel)?;
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
        std::thread::scope(|scope| {
            for number in 0..PARSER_THREADS {
                let (answers, read, ended) = (&answers, read.clone(), &ended);
                std::thread::Builder::new()
                    .name(format!("parse-{number}"))
                    .spawn_scoped(scope, move || parse_all(pipeline, due, answers, &read, ended))
                    .map_err(|_| no_thread())?;
            }
            drop(read);
            let tickets: Vec<Ticket> = due
                .iter()
                .enumerate()
                .map(|(place, it)| {
                    let answered = answered.clone();
                    // Sending fails only when the refresh has ended; the answer is then nobody's.
                    pipeline.fetcher.fetch(request_for(it), move |response| drop(answered.send((place, response))))
                })
                .collect();
            drop(answered);
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
                    Came::Failed { problem, retry_at } => self.failed(place, &problem, retry_at)?,
                    Came::NotModified => {
                        self.summary.not_modified += 1;
                        self.told(place, 0, 0, None);
                    }
                    Came::Stored { new, changed } => {
                        self.summary.fetched += 1;
                        self.summary.articles_new += new;
                        self.summary.articles_changed += changed;
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
            self.failed(place, &problem, None)?;
        }
        Ok(())
    }

    fn failed(&mut self, place: usize, problem: &Problem, retry_at: Option<Timestamp>) -> Result<(), StoreError> {
        let due = &self.due[place];
        let at = (self.pipeline.clock)();
        let status = if let Problem::Status { status, .. } = problem { Some(*status) } else { None };
        let next_due = match retry_at {
            Some(retry_at) => schedule::after_retry_after(at, retry_at),
            None => schedule::after_failure(due.feed, at, due.failures, status),
        };
        let told = feed_problem(self.pipeline, due, problem);
        let sentence = told.problem.clone();
        self.pipeline.library.change(Change::FetchFailed {
            feed: due.feed,
            problem: sentence.clone(),
            at,
            next_due,
            retry_after: retry_at.is_some(),
        })?;
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

fn request_for(due: &Due) -> Request {
    Request {
        url: due.url.clone(),
        validators: due.validators.clone(),
        expects: Expects::Feed,
        trust: Trust::in_host_of(&due.url),
        extras: Extras::default(),
    }
}

/// A parser thread: takes the next answer until there can be no more.
fn parse_all(
    pipeline: &Pipeline,
    due: &[Due],
    answers: &Mutex<mpsc::Receiver<(usize, Response)>>,
    read: &mpsc::Sender<Event>,
    ended: &AtomicBool,
) {
    loop {
        let next = answers.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((place, response)) = next else { return };
        if ended.load(Ordering::Relaxed) {
            return;
        }
        let bytes = response.bytes;
        let came = arrive(pipeline, &due[place], response);
        if read.send(Event { place, bytes, came }).is_err() {
            return;
        }
    }
}

pub(super) fn no_thread() -> StoreError {
    StoreError::Words(CleanText::line(
        "The machine gave no thread to read feeds on. Close other programs and try again.",
        Limit::SENTENCE,
    ))
}
