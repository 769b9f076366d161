//! One answer of a server → one change of the library. Runs on the parser threads; a parser that panics costs its own
//! feed this one attempt and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

use super::schedule::{self, Said};
use super::{Pipeline, hosts, local};
use crate::feed::{self, ArticleMore, ParsedFeed};
use crate::fetch::{Outcome, Response};
use crate::news::{ArticleId, CleanText, CleanUrl, Complaint, Problem, Timestamp};
use crate::store::{Arrival, Change, Changed, Done, Due, Press, Pressed, StoreError, Validators};

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

/// Whom to tell what came; called once, by this thread or by the library's.
pub(super) type Tell = Box<dyn FnOnce(Result<Came, StoreError>) + Send>;

/// Reads an answer and hands it to the library, without waiting until it is stored: the next can be read meanwhile. The
/// answer's part of the byte budget is kept until then, so that what waits to be stored stays bounded. Failures are
/// passed on unstored: only the whole of them tells whether a feed or the network is to blame.
pub(super) fn arrive(
    pipeline: &Pipeline,
    due: &Due,
    mut response: Response,
    ended: &AtomicBool,
    press: &mut Option<Press>,
    tell: Tell,
) {
    let held = std::mem::take(&mut response.held);
    let moved = response.moved.clone();
    let at = (pipeline.clock)();
    let change = match read(pipeline, due, response, ended, at) {
        Ok(Read::Change(Change::Arrive(mut arrival))) => {
            // A feed's first document is all new; of a later one the library knows nearly everything.
            if let Some(press) = press.as_mut().filter(|_| due.body_hash.is_none()) {
                arrival.pressed = Pressed::all(&mut arrival.parsed, press).ok();
            }
            Change::Arrive(arrival)
        }
        Ok(Read::Change(change)) => change,
        Ok(Read::Came(came)) => return tell(Ok(came)),
        Err(error) => return tell(Err(error)),
    };
    let is_arrival = matches!(change, Change::Arrive(_));
    if moved.is_none() && !due.said_moved {
        return pipeline.library.change_then(change, move |changed| {
            drop(held);
            tell(changed.map(|it| came(is_arrival, it, None)));
        });
    }
    let stored = pipeline.library.change(change);
    drop(held);
    tell(stored.and_then(|it| Ok(came(is_arrival, it, followed(pipeline, due, moved.as_ref(), at)?))));
}

/// What is to be done about an answer.
enum Read {
    Change(Change),
    Came(Came),
}

fn came(is_arrival: bool, changed: Changed, moved: Option<(CleanText, CleanUrl)>) -> Came {
    if !is_arrival {
        return Came::NotModified { moved };
    }
    let articles = changed.touched.articles;
    // Anything else: the feed was removed or moved meanwhile, or nothing had to change.
    let (new, changed) = if let Done::Arrived { new, changed } = changed.done { (new, changed) } else { (0, 0) };
    Came::Stored { new, changed, articles, moved }
}

fn read(
    pipeline: &Pipeline,
    due: &Due,
    response: Response,
    ended: &AtomicBool,
    at: Timestamp,
) -> Result<Read, StoreError> {
    hosts::note(pipeline, &response)?;
    let Response { outcome, url: from, moved: _, downgraded, fresh_seconds, bytes: _, held: _ } = response;
    let unchanged = |validators: Option<Validators>, whole: bool| {
        let (feed, url) = (due.feed, due.url.clone());
        // A 304 that names no validators leaves those that were sent.
        let validators = validators.or_else(|| (!whole).then(|| due.validators.clone()));
        let conditional = validators.as_ref().is_some_and(|it| *it != Validators::default()) || due.url.is_stand_in();
        let said = Said { fresh_seconds, cadence: due.cadence.clone(), conditional };
        let next = schedule::after_success(due, at, &said);
        let answered_by = from.clone();
        Ok(Read::Change(Change::NotModified { feed, url, whole, answered_by, validators, at, next }))
    };
    let (body, content_type, validators) = match outcome {
        Outcome::Failed { problem: Problem::NotBefore { .. }, retry_at: Some(moment) } => {
            return Ok(Read::Came(Came::Held { moment }));
        }
        Outcome::Failed { problem, retry_at } => {
            let status = if let Problem::Status { status, .. } = problem { Some(status) } else { None };
            return Ok(Read::Came(Came::Failed { problem, status, retry_at }));
        }
        Outcome::NotModified { validators } => return unchanged(validators, false),
        Outcome::Fetched { body, content_type, validators } => (body, content_type, validators),
    };
    let body_hash = local::hash(&due.settings, &body);
    // Where none are stored although the server sends some, the document was incomplete: it is read again.
    let kept_before = due.validators != Validators::default() || validators == Validators::default();
    if due.body_hash == Some(body_hash) && kept_before {
        return unchanged(Some(validators), true);
    }
    let read = local::filtered(&due.settings, body, ended).and_then(|body| read_feed(&body, content_type, &from));
    let (parsed, mut complaints) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(Read::Came(Came::Failed { problem, status: None, retry_at: None })),
    };
    if downgraded {
        complaints.push(Complaint::new(&format!(
            "It was asked for over https and redirected to http ({}): on its way anyone could read or change it.",
            from.host()
        )));
    }
    let arrival = arrival(due, from, parsed, complaints, validators, fresh_seconds, at, body_hash);
    Ok(Read::Change(Change::Arrive(Box::new(arrival))))
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
    answered_by: CleanUrl,
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
    // No list shows it; let go here, where it was made, it costs the thread that writes nothing.
    parsed.articles.iter_mut().for_each(|it| it.more = ArticleMore::default());
    // No server is burdened by what has no address.
    let conditional = validators != Validators::default() || due.url.is_stand_in();
    let said = Said { fresh_seconds, cadence: parsed.cadence.clone(), conditional };
    Arrival {
        feed: due.feed,
        url: due.url.clone(),
        answered_by,
        // What broke off is asked for whole the next time.
        validators: (!parsed.incomplete).then_some(validators),
        parsed,
        pressed: None,
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
    let url = (!from.is_stand_in()).then(|| from.clone());
    let origin = feed::Origin { url, content_type };
    contained("reading the feed", || feed::parse(body, &origin))?
}

/// Does work on foreign input; a panic in it becomes a problem.
pub(super) fn contained<T>(what: &'static str, work: impl FnOnce() -> T) -> Result<T, Problem> {
    // What the work was building is thrown away, so nothing broken is seen afterwards.
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Problem::Contained { detail: what.to_owned() })
}
