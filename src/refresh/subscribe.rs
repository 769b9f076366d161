//! Subscribing to whatever address a person pastes: a feed, a page of a site whose feeds are known, a page that names its
//! feeds, or one that does not but keeps a feed where common software does. What came is stored at once with its
//! validators, so that the next request is a conditional one.
//!
//! It asks as little as it can: one request for a feed, and beyond that only until the first answer that is one.

use super::arrive::{arrival, contained, read_feed};
use super::{AddRequest, Added, Pipeline, PipelineError, hosts};
use crate::feed::ParsedFeed;
use crate::feed::discover::{self, Found};
use crate::feed::sites::{self, Known};
use crate::fetch::{Expects, Held, Options, Outcome, Request, Trust};
use crate::news::{CleanText, CleanUrl, Complaint, FeedId, Limit, Problem};
use crate::store::{Answer, Ask, Change, Done, Due, NewFeed, StoreError, Validators};

/// How many other feeds of a page are named.
const OTHERS_MAX: usize = 20;
/// How many feeds that a page names are asked before it counts as naming none that works.
const NAMED_TRIED_MAX: usize = 3;

pub(super) fn add(pipeline: &Pipeline, new: &AddRequest) -> Result<Added, PipelineError> {
    hosts::recall(pipeline)?;
    if let Some(added) = already(pipeline, &new.url)? {
        return Ok(added);
    }
    // The address was typed, so its host and port may be private; what a page there names may not, elsewhere.
    let trust = Trust::in_host_of(&new.url);
    match sites::known(&new.url) {
        Known::Without { site, what, instead } => Err(Problem::NoFeedOf { site, what, instead }.into()),
        Known::Feeds(found) => match first_feed(pipeline, new, &trust, &found, 1)? {
            Some(added) => Ok(added),
            None => add_by_asking(pipeline, new, &trust),
        },
        Known::Unknown => match podcast(pipeline, new, &trust)? {
            Some(added) => Ok(added),
            None => add_by_asking(pipeline, new, &trust),
        },
    }
}

/// Asks for the very address: it is a feed, or a page that leads to one.
fn add_by_asking(pipeline: &Pipeline, new: &AddRequest, trust: &Trust) -> Result<Added, PipelineError> {
    let fetched = fetch(pipeline, &new.url, trust)?;
    if let Some(added) = already(pipeline, &fetched.from)? {
        return Ok(added);
    }
    match read(&fetched) {
        Ok(read) => store(pipeline, new, &new.url, fetched, read, Vec::new()),
        Err(Problem::PageNotFeed { host }) => {
            let page = fetched.from.clone();
            let leads = contained("looking for feeds", || leads_of(&fetched)).map_err(PipelineError::Problem)?;
            drop(fetched);
            if let Some(added) = first_feed(pipeline, new, trust, &leads, NAMED_TRIED_MAX)? {
                return Ok(added);
            }
            let usual: Vec<Found> =
                sites::usual_places(&page).into_iter().map(|url| Found { url, title: CleanText::default() }).collect();
            let added = first_feed(pipeline, new, trust, &usual, sites::USUAL_PLACES_MAX)?;
            // Nobody has said that there are feeds in the other usual places.
            added.map(|it| Added { others: Vec::new(), ..it }).ok_or(Problem::NoFeedFound { host }.into())
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The feeds to which a page leads: those it names, else what its own address says of a known site, else its links.
fn leads_of(fetched: &Fetched) -> Vec<Found> {
    let html = String::from_utf8_lossy(&fetched.body);
    let named = discover::feeds_named_by(&html, &fetched.from);
    if !named.is_empty() {
        return named;
    }
    let canonical = discover::canonical(&html, &fetched.from);
    if let Some(Known::Feeds(found)) = canonical.map(|it| sites::known(&it)) {
        return found;
    }
    discover::feeds_linked_by(&html, &fetched.from)
}

/// Asks Apple's directory where the feed of one of its podcasts is.
fn podcast(pipeline: &Pipeline, new: &AddRequest, trust: &Trust) -> Result<Option<Added>, PipelineError> {
    let Some(lookup) = sites::podcast_lookup(&new.url) else { return Ok(None) };
    let answer = fetch(pipeline, &lookup, trust)?;
    let Some(url) = sites::podcast_feed(&answer.body) else { return Ok(None) };
    drop(answer);
    first_feed(pipeline, new, trust, &[Found { url, title: CleanText::default() }], 1)
}

/// Subscribes to the first of these that answers with a feed; the rest is what else there is. `None` where none of the
/// first `tried_max` is a feed. A network or server that fails is an error: asking on would not help.
fn first_feed(
    pipeline: &Pipeline,
    new: &AddRequest,
    trust: &Trust,
    found: &[Found],
    tried_max: usize,
) -> Result<Option<Added>, PipelineError> {
    for (at, lead) in found.iter().enumerate().take(tried_max) {
        let others = || {
            let rest = found.iter().enumerate().filter(|(it, _)| *it != at);
            rest.map(|(_, it)| it.clone()).take(OTHERS_MAX).collect()
        };
        if let Some(added) = already(pipeline, &lead.url)? {
            return Ok(Some(Added { others: others(), ..added }));
        }
        let fetched = match fetch(pipeline, &lead.url, trust) {
            Ok(fetched) => fetched,
            Err(PipelineError::Problem(problem)) if is_of_this_address(&problem) => continue,
            Err(error) => return Err(error),
        };
        if let Some(added) = already(pipeline, &fetched.from)? {
            return Ok(Some(Added { others: others(), ..added }));
        }
        if let Ok(read) = read(&fetched) {
            return store(pipeline, new, &lead.url, fetched, read, others()).map(Some);
        }
    }
    Ok(None)
}

/// Whether a failure says only that there is no feed under this address, so that another may be asked.
fn is_of_this_address(problem: &Problem) -> bool {
    match problem {
        Problem::Status { status, .. } => matches!(status, 400 | 401 | 403 | 404 | 405 | 406 | 410 | 451),
        problem => {
            matches!(problem, Problem::Empty { .. } | Problem::TooManyRedirects { .. } | Problem::RedirectScheme { .. })
        }
    }
}

/// A body as it came.
pub(super) struct Fetched {
    pub(super) body: Vec<u8>,
    pub(super) content_type: Option<String>,
    pub(super) validators: Validators,
    pub(super) fresh_seconds: Option<i64>,
    pub(super) from: CleanUrl,
    _held: Held,
}

pub(super) fn fetch(pipeline: &Pipeline, url: &CleanUrl, trust: &Trust) -> Result<Fetched, PipelineError> {
    let request = Request {
        url: url.clone(),
        validators: Validators::default(),
        validators_of: None,
        expects: Expects::Feed,
        trust: trust.clone(),
        options: Options::default(),
    };
    let response = pipeline.fetcher.fetch_now(request);
    hosts::note(pipeline, &response)?;
    let fresh_seconds = response.fresh_seconds;
    match response.outcome {
        Outcome::Fetched { body, content_type, validators } => {
            Ok(Fetched { body, content_type, validators, fresh_seconds, from: response.url, _held: response.held })
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
    others: Vec<Found>,
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
    let due = Due::new(id, url.clone());
    let arrival =
        arrival(&due, fetched.from, parsed, complaints, fetched.validators, fetched.fresh_seconds, at, body_hash);
    let arrived = pipeline.library.change(Change::Arrive(Box::new(arrival)))?.done;
    let articles = if let Done::Arrived { new, .. } = arrived { new } else { 0 };
    let title = feed_title(pipeline, id)?.unwrap_or_else(|| CleanText::line(url.host(), Limit::TITLE));
    Ok(Added { feed: id, title, url: url.clone(), already: false, articles, others })
}

/// The feed of this address, where it is subscribed to.
pub(super) fn already(pipeline: &Pipeline, url: &CleanUrl) -> Result<Option<Added>, StoreError> {
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

pub(super) fn feed_title(pipeline: &Pipeline, id: FeedId) -> Result<Option<CleanText>, StoreError> {
    Ok(feeds(pipeline)?.into_iter().find(|it| it.id == id).map(|it| it.title))
}

fn feeds(pipeline: &Pipeline) -> Result<Vec<crate::news::FeedRow>, StoreError> {
    let Answer::Tree(tree) = pipeline.library.ask(Ask::Tree { today: (pipeline.clock)() })? else {
        return Ok(Vec::new());
    };
    Ok(tree.feeds)
}

pub(super) fn not_taken() -> StoreError {
    StoreError::Words(CleanText::line("The library did not take the feed. Run `dateline doctor`.", Limit::SENTENCE))
}
