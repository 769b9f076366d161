//! Which feeds may be asked now. A feed that its server, its host or a person holds back is told apart from one that is
//! merely not due yet.

use std::collections::HashMap;

use rusqlite::{Connection, Row};

use crate::feed::Cadence;
use crate::news::{FeedId, Pause, Timestamp};

use super::ask::Answer;
use super::change::{Due, Validators};
use super::refusal::Refusal;
use super::{hosts, row};

/// A due moment further off than any that is ever set, but for feeds that are gone: the clock was wrong then.
const DUE_SECONDS_MAX: i64 = 8 * 86_400;
/// How far back a feed's rhythm is read.
const LATELY_SECONDS: i64 = 28 * 86_400;

/// The feeds to ask, and those that a person asked for though they may not be asked yet.
pub fn due(
    connection: &Connection,
    now: Timestamp,
    everything: bool,
    only: Option<&[FeedId]>,
) -> Result<Answer, Refusal> {
    let held: HashMap<String, Timestamp> =
        hosts::held(connection)?.into_iter().map(|it| (it.name, it.not_before)).collect();
    let mut statement = connection.prepare_cached(
        "SELECT id, url, etag, last_modified, body_hash, retry_after, next_due, failures, title_own, title_given,
                paused, settings, cadence, last_full, articles, last_attempt,
                (SELECT count(*) FROM state s WHERE s.feed = feed.id AND s.deleted = 0 AND s.sort > ?1),
                (SELECT sort FROM state s WHERE s.feed = feed.id AND s.deleted = 0 ORDER BY sort DESC LIMIT 1),
                moved_to IS NOT NULL
         FROM feed WHERE kind = 0 AND removed_at IS NULL ORDER BY next_due, id",
    )?;
    let rows = statement.query_map([now.seconds() - LATELY_SECONDS], due_feed)?;
    let (mut due, mut waiting) = (Vec::new(), Vec::new());
    for feed in rows {
        let Some((mut feed, last_attempt)) = feed? else { continue };
        let named = only.is_some_and(|only| only.contains(&feed.feed));
        if only.is_some() && !named {
            continue;
        }
        let host_opens = held.get(feed.url.served_by()).copied().filter(|it| plausible(*it, now));
        if let Some(opens) = host_opens.filter(|it| *it > now) {
            feed.retry_after = true;
            feed.next_due = Some(feed.next_due.map_or(opens, |it| it.max(opens)));
        }
        // A clock that was set back would hold feeds until it has caught up.
        let clock_went_back = last_attempt.is_some_and(|it| it > now);
        let has_come = feed.next_due.is_none_or(|it| it <= now || !plausible(it, now)) || clock_went_back;
        let asked_for = match feed.pause {
            Pause::No => everything || named,
            Pause::ByPerson | Pause::Gone => named,
        };
        match feed.pause {
            Pause::ByPerson if !named => continue,
            // Gone for good has no moment at all.
            Pause::Gone if !named && feed.next_due.is_none_or(|it| it > now) => continue,
            Pause::No | Pause::ByPerson | Pause::Gone => {}
        }
        match (has_come, asked_for) {
            (true, _) => due.push(feed),
            (false, true) if feed.retry_after => waiting.push(feed),
            (false, true) => due.push(feed),
            (false, false) => {}
        }
    }
    Ok(Answer::Due { due, waiting })
}

fn plausible(moment: Timestamp, now: Timestamp) -> bool {
    moment.since(now) <= DUE_SECONDS_MAX
}

/// `None` where the address in the row is none that may be fetched.
fn due_feed(row: &Row<'_>) -> rusqlite::Result<Option<(Due, Option<Timestamp>)>> {
    let Some(url) = row::url(row, 1)? else { return Ok(None) };
    let due = Due {
        title: row::title_of(row, 8, 9, 1)?,
        validators: Validators { etag: row.get(2)?, last_modified: row.get(3)? },
        body_hash: row.get::<_, Option<Vec<u8>>>(4)?.and_then(|it| it.try_into().ok()),
        retry_after: row.get(5)?,
        next_due: row::moment(row, 6)?,
        failures: row.get(7)?,
        pause: row::pause_of(row.get(10)?),
        settings: serde_json::from_str(row.get_ref(11)?.as_str()?).unwrap_or_default(),
        cadence: cadence(row.get_ref(12)?.as_str()?),
        last_full: row::moment(row, 13)?,
        articles: row.get(14)?,
        articles_lately: row.get(16)?,
        newest: row::moment(row, 17)?,
        said_moved: row.get(18)?,
        ..Due::new(FeedId(row.get(0)?), url)
    };
    Ok(Some((due, row::moment(row, 15)?)))
}

/// A document's wishes as the schema keeps them.
pub fn cadence_words(cadence: &Cadence) -> String {
    let Cadence { ttl_minutes, update_every_minutes, skip_hours, skip_days } = cadence;
    serde_json::json!([ttl_minutes, update_every_minutes, skip_hours, skip_days]).to_string()
}

fn cadence(words: &str) -> Cadence {
    type Kept = (Option<u32>, Option<u32>, u32, u8);
    let Ok((ttl_minutes, update_every_minutes, skip_hours, skip_days)) = serde_json::from_str::<Kept>(words) else {
        return Cadence::default();
    };
    Cadence { ttl_minutes, update_every_minutes, skip_hours, skip_days }
}
