//! One answer of a server → one change of the library. Runs on the parser threads; a parser that panics costs its own
//! feed this one attempt and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Pipeline, schedule};
use crate::feed::{self, ParsedFeed};
use crate::fetch::{Outcome, Response};
use crate::news::{CleanUrl, Complaint, Problem, Timestamp};
use crate::store::{Arrival, Change, Done, Due, StoreError, Validators};

/// What came of asking for one feed.
pub(super) enum Came {
    Stored { new: usize, changed: usize },
    NotModified,
    Failed { problem: Problem, retry_at: Option<Timestamp> },
}

/// Reads and stores an answer. Failures are passed on unstored: only the whole of them tells whether a feed or the
/// network is to blame.
pub(super) fn arrive(pipeline: &Pipeline, due: &Due, response: Response) -> Result<Came, StoreError> {
    let Response { outcome, url: from, downgraded, bytes: _, held } = response;
    let at = (pipeline.clock)();
    let next_due = schedule::after_success(due.feed, at);
    let unchanged = |validators: Option<Validators>| {
        let (feed, url) = (due.feed, due.url.clone());
        pipeline.library.change(Change::NotModified { feed, url, validators, at, next_due }).map(|_| Came::NotModified)
    };
    let (body, content_type, validators) = match outcome {
        Outcome::Failed { problem, retry_at } => return Ok(Came::Failed { problem, retry_at }),
        Outcome::NotModified { validators } => return unchanged(validators),
        Outcome::Fetched { body, content_type, validators } => (body, content_type, validators),
    };
    let body_hash = *blake3::hash(&body).as_bytes();
    // Where none are stored although the server sends some, the document was incomplete: it is read again.
    let kept_before = due.validators != Validators::default() || validators == Validators::default();
    if due.body_hash == Some(body_hash) && kept_before {
        return unchanged(Some(validators));
    }
    let read = read_feed(&body, content_type, &from);
    drop((body, held));
    let (parsed, mut complaints) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(Came::Failed { problem, retry_at: None }),
    };
    if downgraded {
        complaints.push(Complaint::new(&format!(
            "It was asked for over https and redirected to http ({}): on its way anyone could read or change it.",
            from.host()
        )));
    }
    let arrival = arrival(due, parsed, complaints, validators, at, body_hash);
    let changed = pipeline.library.change(Change::Arrive(Box::new(arrival)))?;
    // Anything else: the feed was removed or moved meanwhile, or nothing had to change.
    let (new, changed) = if let Done::Arrived { new, changed } = changed.done { (new, changed) } else { (0, 0) };
    Ok(Came::Stored { new, changed })
}

/// A parsed feed as the library takes it.
pub(super) fn arrival(
    due: &Due,
    parsed: ParsedFeed,
    complaints: Vec<Complaint>,
    validators: Validators,
    at: Timestamp,
    body_hash: [u8; 32],
) -> Arrival {
    Arrival {
        feed: due.feed,
        url: due.url.clone(),
        // What broke off is asked for whole the next time.
        validators: (!parsed.incomplete).then_some(validators),
        parsed,
        complaints,
        at,
        next_due: schedule::after_success(due.feed, at),
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
