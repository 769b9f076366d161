//! Subscribing: one request for a feed, at most one more for a feed that a page names, and what came is stored at once
//! with its validators, so that the next request is a conditional one.

use super::arrive::{arrival, contained, read_feed};
use super::{AddRequest, Added, Pipeline, PipelineError};
use crate::feed::ParsedFeed;
use crate::feed::discover::{self, Found};
use crate::fetch::{Expects, Held, Outcome, Request, Trust};
use crate::news::{CleanText, CleanUrl, Complaint, FeedId, Limit, Problem, Timestamp};
use crate::store::{Answer, Ask, Change, Done, Due, NewFeed, StoreError, Validators};

/// How many other feeds of a page are named.
const OTHERS_MAX: usize = 20;

pub(super) fn add(pipeline: &Pipeline, new: &AddRequest) -> Result<Added, PipelineError> {
    if let Some(added) = already(pipeline, &new.url)? {
        return Ok(added);
    }
    // The address was typed, so its host and port may be private; what a page there names may not, elsewhere.
    let trust = Trust::in_host_of(&new.url);
    let fetched = fetch(pipeline, &new.url, &trust)?;
    match read(&fetched) {
        Ok(read) => store(pipeline, new, &new.url, fetched, read, Vec::new()),
        Err(Problem::PageNotFeed { host }) => {
            let found = contained("looking for feeds", || {
                discover::feeds_named_by(&String::from_utf8_lossy(&fetched.body), &fetched.from)
            })
            .map_err(PipelineError::Problem)?;
            drop(fetched);
            named(pipeline, new, &trust, found, host)
        }
        Err(problem) => Err(PipelineError::Problem(problem)),
    }
}

/// Subscribes to the first feed that a page names.
fn named(
    pipeline: &Pipeline,
    new: &AddRequest,
    trust: &Trust,
    found: Vec<Found>,
    host: String,
) -> Result<Added, PipelineError> {
    let mut urls = found.into_iter().map(|it| it.url);
    let first = urls.next().ok_or(PipelineError::Problem(Problem::NoFeedFound { host }))?;
    let others: Vec<CleanUrl> = urls.take(OTHERS_MAX).collect();
    if let Some(added) = already(pipeline, &first)? {
        return Ok(Added { others, ..added });
    }
    let fetched = fetch(pipeline, &first, trust)?;
    let read = read(&fetched).map_err(PipelineError::Problem)?;
    store(pipeline, new, &first, fetched, read, others)
}

/// A body as it came.
struct Fetched {
    body: Vec<u8>,
    content_type: Option<String>,
    validators: Validators,
    from: CleanUrl,
    _held: Held,
}

fn fetch(pipeline: &Pipeline, url: &CleanUrl, trust: &Trust) -> Result<Fetched, PipelineError> {
    let request =
        Request { url: url.clone(), validators: Validators::default(), expects: Expects::Feed, trust: trust.clone() };
    let response = pipeline.fetcher.fetch_now(request);
    match response.outcome {
        Outcome::Fetched { body, content_type, validators } => {
            Ok(Fetched { body, content_type, validators, from: response.url, _held: response.held })
        }
        Outcome::Failed { problem, .. } => Err(PipelineError::Problem(problem)),
        Outcome::NotModified { .. } => {
            Err(PipelineError::Problem(Problem::Empty { host: response.url.host().to_owned() }))
        }
    }
}

fn read(fetched: &Fetched) -> Result<(ParsedFeed, Vec<Complaint>), Problem> {
    read_feed(&fetched.body, fetched.content_type.clone(), &fetched.from)
}

fn store(
    pipeline: &Pipeline,
    new: &AddRequest,
    url: &CleanUrl,
    fetched: Fetched,
    (parsed, complaints): (ParsedFeed, Vec<Complaint>),
    others: Vec<CleanUrl>,
) -> Result<Added, PipelineError> {
    let feed =
        NewFeed { url: url.clone(), title: new.title.clone(), folder: new.folder.clone(), tags: new.tags.clone() };
    let subscribed = pipeline.library.change(Change::Subscribe { feeds: vec![feed], origin: new.origin })?;
    let added = if let Done::Subscribed { added, .. } = subscribed.done { added } else { Vec::new() };
    let Some(&id) = added.first() else {
        // Known under another spelling of its address, or brought in by another program just now.
        return already(pipeline, url)?.map(|it| Added { others, ..it }).ok_or_else(|| not_taken().into());
    };
    let at = (pipeline.clock)();
    let body_hash = *blake3::hash(&fetched.body).as_bytes();
    let due = first_due(id, url, at);
    let arrival = arrival(&due, parsed, complaints, fetched.validators, at, body_hash);
    let arrived = pipeline.library.change(Change::Arrive(Box::new(arrival)))?.done;
    let articles = if let Done::Arrived { new, .. } = arrived { new } else { 0 };
    let title = feed_title(pipeline, id)?.unwrap_or_else(|| CleanText::line(url.host(), Limit::TITLE));
    Ok(Added { feed: id, title, url: url.clone(), already: false, articles, others })
}

fn first_due(feed: FeedId, url: &CleanUrl, at: Timestamp) -> Due {
    Due {
        feed,
        title: CleanText::default(),
        url: url.clone(),
        validators: Validators::default(),
        body_hash: None,
        retry_after: false,
        next_due: Some(at),
        failures: 0,
    }
}

/// The feed of this address, where it is subscribed to.
fn already(pipeline: &Pipeline, url: &CleanUrl) -> Result<Option<Added>, StoreError> {
    let feeds = feeds(pipeline)?;
    Ok(feeds.into_iter().find(|it| it.url.as_ref() == Some(url)).map(|it| Added {
        feed: it.id,
        title: it.title,
        url: url.clone(),
        already: true,
        articles: usize::try_from(it.articles).unwrap_or(0),
        others: Vec::new(),
    }))
}

fn feed_title(pipeline: &Pipeline, id: FeedId) -> Result<Option<CleanText>, StoreError> {
    Ok(feeds(pipeline)?.into_iter().find(|it| it.id == id).map(|it| it.title))
}

fn feeds(pipeline: &Pipeline) -> Result<Vec<crate::news::FeedRow>, StoreError> {
    let Answer::Tree(tree) = pipeline.library.ask(Ask::Tree { today: (pipeline.clock)() })? else {
        return Ok(Vec::new());
    };
    Ok(tree.feeds)
}

fn not_taken() -> StoreError {
    StoreError::Words(CleanText::line("The library did not take the feed. Run `dateline doctor`.", Limit::SENTENCE))
}
