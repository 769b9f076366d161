//! Subscriptions, and what fetching them came to. Removing a feed hides it and keeps everything; coming back brings
//! everything back.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::news::{Because, CleanText, CleanUrl, FeedId, FeedSettings, FolderPath, Limit, TagName, Timestamp};

use super::change::{Changed, Done, NewFeed, NextRequest, Origin, Touched, Validators};
use super::journal::{self, Step};
use super::refusal::Refusal;
use super::{edit, row, saved, within};

/// Subscribes to feeds by their addresses. What only stands for a program or a file is no address: a list that names
/// one brings nothing back.
pub fn subscribe(tx: &Transaction<'_>, feeds: &[NewFeed], origin: Origin, now: Timestamp) -> Result<Changed, Refusal> {
    subscribe_all(tx, &with_addresses(feeds), &[], origin, now)
}

/// The same with queries to keep, each under its name; all of it is one step of the journal.
pub fn import(
    tx: &Transaction<'_>,
    feeds: &[NewFeed],
    searches: &[(CleanText, CleanText)],
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    subscribe_all(tx, &with_addresses(feeds), searches, origin, now)
}

pub fn subscribe_to(
    tx: &Transaction<'_>,
    feed: NewFeed,
    settings: &FeedSettings,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let changed = subscribe_all(tx, &[feed], &[], origin, now)?;
    if let Done::Subscribed { added, .. } = &changed.done {
        for feed in added {
            edit::set_settings(tx, *feed, &edit::json(settings)?)?;
        }
    }
    Ok(changed)
}

fn with_addresses(feeds: &[NewFeed]) -> Vec<NewFeed> {
    feeds.iter().filter(|it| !it.url.is_stand_in()).cloned().collect()
}

fn subscribe_all(
    tx: &Transaction<'_>,
    feeds: &[NewFeed],
    searches: &[(CleanText, CleanText)],
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let mut added = Vec::new();
    let mut already = 0;
    let mut steps = Vec::new();
    let mut returned = false;
    for new in feeds {
        let known = tx
            .prepare_cached("SELECT id, removed_at, folder, title_own FROM feed WHERE url = ?1")?
            .query_row([new.url.as_str()], |row| {
                Ok(Known {
                    id: FeedId(row.get(0)?),
                    removed_at: row.get::<_, Option<i64>>(1)?.map(Timestamp::from_seconds),
                    folder: FolderPath::parse(row.get_ref(2)?.as_str()?),
                    title: CleanText::line(row.get_ref(3)?.as_str()?, Limit::TITLE),
                })
            })
            .optional()?;
        let feed = match known {
            None => {
                let feed = insert(tx, new)?;
                steps.push(Step::FeedRemoved { feed, before: Some(now), after: None });
                added.push(feed);
                feed
            }
            Some(known) => {
                if known.removed_at.is_some() {
                    bring_back(tx, known.id)?;
                    steps.push(Step::FeedRemoved { feed: known.id, before: known.removed_at, after: None });
                    added.push(known.id);
                    returned = true;
                    if !new.title.is_empty() && new.title != known.title {
                        tx.prepare_cached("UPDATE feed SET title_own = ?2 WHERE id = ?1")?
                            .execute(params![known.id.0, new.title.as_str()])?;
                        steps.push(Step::FeedTitle { feed: known.id, before: known.title, after: new.title.clone() });
                    }
                } else {
                    already += 1;
                }
                if !new.folder.is_top() && new.folder != known.folder {
                    tx.prepare_cached("UPDATE feed SET folder = ?2 WHERE id = ?1")?
                        .execute(params![known.id.0, new.folder.as_str()])?;
                    steps.push(Step::FeedFolder { feed: known.id, before: known.folder, after: new.folder.clone() });
                }
                known.id
            }
        };
        add_tags(tx, feed, &new.tags, &mut steps)?;
    }
    let of_feeds = steps.len();
    for (name, query) in searches {
        steps.extend(saved::save_new(tx, name, query)?);
    }
    let saved = steps.len() - of_feeds;
    let touched = Touched { many: returned, feeds: !steps.is_empty(), tags: !steps.is_empty(), ..Touched::default() };
    if !steps.is_empty() {
        journal::write(tx, &subscribed_sentence(tx, &added, feeds, of_feeds, saved)?, origin, now, &steps)?;
    }
    let done = if searches.is_empty() {
        Done::Subscribed { added, already }
    } else {
        Done::Imported { added, already, searches: saved }
    };
    Ok(Changed { done, touched })
}

pub fn unsubscribe(tx: &Transaction<'_>, feed: FeedId, origin: Origin, now: Timestamp) -> Result<Changed, Refusal> {
    // The saved feed is part of the library and can't be removed.
    let removed = tx
        .prepare_cached("UPDATE feed SET removed_at = ?2 WHERE id = ?1 AND kind = 0 AND removed_at IS NULL")?
        .execute(params![feed.0, now.seconds()])?;
    if removed == 0 {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let title = row::feed_title(tx, feed)?;
    let step = Step::FeedRemoved { feed, before: None, after: Some(now) };
    journal::write(tx, &format!("feed {title} removed"), origin, now, &[step])?;
    let touched = Touched { many: true, feeds: true, tags: true, ..Touched::default() };
    Ok(Changed { done: Done::Unsubscribed { title }, touched })
}

/// Nothing new at the publisher's.
pub fn not_modified(
    tx: &Transaction<'_>,
    feed: FeedId,
    url: &CleanUrl,
    validators: Option<&Validators>,
    at: Timestamp,
    next: NextRequest,
) -> Result<Changed, Refusal> {
    if !is_fetched_from(tx, feed, url)? {
        return Ok(Changed::nothing(Done::Dropped));
    }
    let had_problem = succeeded(tx, feed, validators, at, next)?;
    Ok(Changed { done: Done::NotModified, touched: Touched { feeds: had_problem, ..Touched::default() } })
}

pub fn fetch_failed(
    tx: &Transaction<'_>,
    feed: FeedId,
    problem: &CleanText,
    at: Timestamp,
    next: NextRequest,
) -> Result<Changed, Refusal> {
    // A feed that is gone for the second time is not looked for again.
    let failed = tx
        .prepare_cached(
            "UPDATE feed SET failures = failures + 1, failing_since = coalesce(failing_since, ?2), last_attempt = ?2,
                 problem = ?3, next_due = CASE WHEN ?7 AND paused = 2 THEN NULL ELSE ?4 END, retry_after = ?5,
                 because = ?6, paused = CASE WHEN ?7 THEN 2 ELSE paused END
             WHERE id = ?1 AND kind = 0 AND removed_at IS NULL",
        )?
        .execute(params![
            feed.0,
            at.seconds(),
            problem.as_str(),
            next.at.seconds(),
            next.because == Because::RetryAfter,
            next.because.number(),
            next.because == Because::Gone
        ])?;
    if failed == 0 {
        return Ok(Changed::nothing(Done::Dropped));
    }
    Ok(Changed { done: Done::Failed, touched: Touched { feeds: true, ..Touched::default() } })
}

/// Whether the feed is there and still has this address: what came from another one is not its own.
pub fn is_fetched_from(tx: &Transaction<'_>, feed: FeedId, url: &CleanUrl) -> Result<bool, Refusal> {
    let is = tx
        .prepare_cached("SELECT 1 FROM feed WHERE id = ?1 AND kind = 0 AND removed_at IS NULL AND url = ?2")?
        .exists(params![feed.0, url.as_str()])?;
    Ok(is)
}

/// Writes down a success, replacing both validators. Returns whether there had been a problem.
pub fn succeeded(
    tx: &Transaction<'_>,
    feed: FeedId,
    validators: Option<&Validators>,
    at: Timestamp,
    next: NextRequest,
) -> Result<bool, Refusal> {
    let had_problem = tx
        .prepare_cached("SELECT 1 FROM feed WHERE id = ?1 AND (problem IS NOT NULL OR last_success IS NULL)")?
        .exists([feed.0])?;
    tx.prepare_cached(
        "UPDATE feed SET etag = ?2, last_modified = ?3, last_success = ?4, last_attempt = ?4, next_due = ?5,
             because = ?6, retry_after = 0, failures = 0, failing_since = NULL, problem = NULL,
             paused = CASE paused WHEN 2 THEN 0 ELSE paused END WHERE id = ?1",
    )?
    .execute(params![
        feed.0,
        validators.and_then(|it| it.etag.as_deref()),
        validators.and_then(|it| it.last_modified.as_deref()),
        at.seconds(),
        next.at.seconds(),
        next.because.number()
    ])?;
    Ok(had_problem)
}

/// Writes down which address the validators are of: a feed may be sent elsewhere the next time.
pub fn answered_by(tx: &Transaction<'_>, feed: FeedId, address: &CleanUrl) -> Result<(), Refusal> {
    tx.prepare_cached("UPDATE feed SET answered_by = ?2 WHERE id = ?1 AND answered_by IS NOT ?2")?
        .execute(params![feed.0, address.as_str()])?;
    Ok(())
}

/// Writes down when a whole document came: a server that always answers “not modified” is not believed for ever.
pub fn came_whole(tx: &Transaction<'_>, feed: FeedId, at: Timestamp) -> Result<(), Refusal> {
    tx.prepare_cached("UPDATE feed SET last_full = ?2 WHERE id = ?1")?.execute(params![feed.0, at.seconds()])?;
    Ok(())
}

struct Known {
    id: FeedId,
    removed_at: Option<Timestamp>,
    folder: FolderPath,
    title: CleanText,
}

fn insert(tx: &Transaction<'_>, new: &NewFeed) -> Result<FeedId, Refusal> {
    tx.prepare_cached("INSERT INTO feed (kind, url, title_own, folder) VALUES (0, ?1, ?2, ?3)")?.execute(params![
        new.url.as_str(),
        new.title.as_str(),
        new.folder.as_str()
    ])?;
    Ok(FeedId(tx.last_insert_rowid()))
}

/// A feed that comes back is due at once, unless its server said otherwise.
fn bring_back(tx: &Transaction<'_>, feed: FeedId) -> Result<(), Refusal> {
    tx.prepare_cached(
        "UPDATE feed SET removed_at = NULL, next_due = CASE retry_after WHEN 1 THEN next_due END WHERE id = ?1",
    )?
    .execute([feed.0])?;
    Ok(())
}

fn add_tags(tx: &Transaction<'_>, feed: FeedId, tags: &[TagName], steps: &mut Vec<Step>) -> Result<(), Refusal> {
    for tag in tags {
        let number = within::number(tx, tag)?;
        let added = tx
            .prepare_cached("INSERT OR IGNORE INTO feed_tag (feed, tag) VALUES (?1, ?2)")?
            .execute(params![feed.0, number])?;
        if added > 0 {
            steps.push(Step::FeedTag { feed, tag: tag.clone(), on: true });
        }
    }
    Ok(())
}

/// `of_feeds` is how many steps are of feeds, `saved` how many of searches.
fn subscribed_sentence(
    tx: &Transaction<'_>,
    added: &[FeedId],
    feeds: &[NewFeed],
    of_feeds: usize,
    saved: usize,
) -> Result<String, Refusal> {
    let of_feeds = match added {
        [] if of_feeds == 0 => None,
        [] if feeds.len() == 1 => Some("1 feed changed".to_owned()),
        [] => Some("feeds changed".to_owned()),
        [feed] => Some(format!("feed {} added", row::feed_title(tx, *feed)?)),
        several => Some(format!("{} feeds added", several.len())),
    };
    let of_searches = match saved {
        0 => None,
        1 => Some("1 search saved".to_owned()),
        several => Some(format!("{several} searches saved")),
    };
    Ok([of_feeds, of_searches].into_iter().flatten().collect::<Vec<_>>().join(", "))
}
