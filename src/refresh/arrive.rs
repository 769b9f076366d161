//! One answer of a server → one change of the library. Runs on the parser threads; a parser that panics costs its own
//! feed this one attempt and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::schedule::{self, Said};
use super::{Pipeline, hosts};
use crate::feed::{self, ParsedFeed};
use crate::fetch::{Outcome, Response};
use crate::news::{ArticleId, CleanText, CleanUrl, Complaint, Problem, Timestamp};
use crate::store::{Arrival, Change, Done, Due, StoreError, Validators};

/// What came of asking for one feed.
pub(super) enum Came {
    Stored {
        new: usize,
        changed: usize,
        /// What is new or changed, unless that is too many to list.
        articles: Vec<ArticleId>,
        moved: Option<(CleanText, CleanUrl)>,
    },
    NotModified {
        moved: Option<(CleanText, CleanUrl)>,
    },
    /// Its host may not be asked yet, and was not.
    Held {
        moment: Timestamp,
    },
    Failed {
        problem: Problem,
        status: Option<u16>,
        retry_at: Option<Timestamp>,
    },
}

/// Reads and stores an answer. Failures are passed on unstored: only the whole of them tells whether a feed or the
/// network is to blame.
pub(super) fn arrive(pipeline: &Pipeline, due: &Due, response: Response) -> Result<Came, StoreError> {
    hosts::note(pipeline, &response)?;
    let Response { outcome, url: from, moved, fresh_seconds, bytes: _, held } = response;
    let at = (pipeline.clock)();
    let unchanged = |validators: Option<Validators>, whole: bool| {
        let (feed, url) = (due.feed, due.url.clone());
        // A 304 that names no validators leaves those that were sent.
        let validators = validators.or_else(|| (!whole).then(|| due.validators.clone()));
        let conditional = validators.as_ref().is_some_and(|it| *it != Validators::default());
        let said = Said { fresh_seconds, cadence: due.cadence.clone(), conditional };
        let next = schedule::after_success(due, at, &said);
        pipeline.library.change(Change::NotModified { feed, url, whole, validators, at, next })?;
        Ok(Came::NotModified { moved: followed(pipeline, due, moved.as_ref(), at)? })
    };
    let (body, content_type, validators) = match outcome {
        Outcome::Failed { problem: Problem::NotBefore { .. }, retry_at: Some(moment) } => {
            return Ok(Came::Held { moment });
        }
        Outcome::Failed { problem, retry_at } => {
            let status = if let Problem::Status { status, .. } = problem { Some(status) } else { None };
            return Ok(Came::Failed { problem, status, retry_at });
        }
        Outcome::NotModified { validators } => return unchanged(validators, false),
        Outcome::Fetched { body, content_type, validators } => (body, content_type, validators),
    };
    let body_hash = *blake3::hash(&body).as_bytes();
    // Where none are stored although the server sends some, the document was incomplete: it is read again.
    let kept_before = due.validators != Validators::default() || validators == Validators::default();
    if due.body_hash == Some(body_hash) && kept_before {
        return unchanged(Some(validators), true);
    }
    let read = read_feed(&body, content_type, &from);
    drop((body, held));
    let (parsed, complaints) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(Came::Failed { problem, status: None, retry_at: None }),
    };
    let arrival = arrival(due, parsed, complaints, validators, fresh_seconds, at, body_hash);
    let changed = pipeline.library.change(Change::Arrive(Box::new(arrival)))?;
    let articles = changed.touched.articles;
    // Anything else: the feed was removed or moved meanwhile, or nothing had to change.
    let (new, changed) = if let Done::Arrived { new, changed } = changed.done { (new, changed) } else { (0, 0) };
    Ok(Came::Stored { new, changed, articles, moved: followed(pipeline, due, moved.as_ref(), at)? })
}

/// Tells the library where permanent redirects led, or that there are none any more. Gives where the feed is fetched
/// from now on, once that is believed.
fn followed(
    pipeline: &Pipeline,
    due: &Due,
    moved: Option<&CleanUrl>,
    at: Timestamp,
) -> Result<Option<(CleanText, CleanUrl)>, StoreError> {
    let to = match moved {
        Some(to) => to.clone(),
        None if due.said_moved => due.url.clone(),
        None => return Ok(None),
    };
    let change = Change::Moved { feed: due.feed, from: due.url.clone(), to, at };
    let done = pipeline.library.change(change)?.done;
    Ok(if let Done::Moved { title, to } = done { Some((title, to)) } else { None })
}

/// A parsed feed as the library takes it.
pub(super) fn arrival(
    due: &Due,
    mut parsed: ParsedFeed,
    complaints: Vec<Complaint>,
    validators: Validators,
    fresh_seconds: Option<i64>,
    at: Timestamp,
    body_hash: [u8; 32],
) -> Arrival {
    if let Some(articles_max) = due.settings.articles_max {
        parsed.articles.truncate(articles_max as usize);
    }
    let conditional = validators != Validators::default();
    let said = Said { fresh_seconds, cadence: parsed.cadence.clone(), conditional };
    Arrival {
        feed: due.feed,
        url: due.url.clone(),
        // What broke off is asked for whole the next time.
        validators: (!parsed.incomplete).then_some(validators),
        parsed,
        complaints,
        at,
        next: schedule::after_success(due, at, &said),
        body_hash,
    }
}

/// Reads a body as a feed.
pub(super) fn read_feed(
    body: &[u8],
    content_type: Option<String>,
    from: &CleanUrl,
) -> Result<(ParsedFeed, Vec<Complaint>), Problem> {
    let origin = feed::Origin { url: Some(from.clone()), content_type };
    contained("reading the feed", || feed::parse(body, &origin))?
}

/// Does work on foreign input; a panic in it becomes a problem.
pub(super) fn contained<T>(what: &'static str, work: impl FnOnce() -> T) -> Result<T, Problem> {
    // What the work was building is thrown away, so nothing broken is seen afterwards.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Problem::Contained { detail: what.to_owned() })
}
