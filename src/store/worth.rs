//! How each feed does and what a person makes of it, counted when somebody looks. Changes nothing.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::news::{FeedId, FeedWorth, Timestamp, WEEKS};

use super::refusal::Refusal;
use super::row;

const WEEK_SECONDS: i64 = 7 * 86_400;

pub fn worth(connection: &Connection, now: Timestamp) -> Result<Vec<FeedWorth>, Refusal> {
    let mut weeks: HashMap<i64, [u32; WEEKS]> = HashMap::new();
    let oldest = now.seconds() - WEEK_SECONDS * WEEKS as i64;
    let mut statement = connection.prepare_cached(
        "SELECT feed, (?1 - sort) / ?2, count(*) FROM state INDEXED BY state_by_sort
         WHERE deleted = 0 AND sort > ?3 AND sort <= ?1 GROUP BY 1, 2",
    )?;
    let mut rows = statement.query([now.seconds(), WEEK_SECONDS, oldest])?;
    while let Some(row) = rows.next()? {
        let age = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
        if let Some(week) = weeks.entry(row.get(0)?).or_default().iter_mut().rev().nth(age) {
            *week = row.get(2)?;
        }
    }
    let mut starred: HashMap<i64, i64> = HashMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT feed, count(*) FROM state INDEXED BY state_starred WHERE deleted = 0 AND starred = 1 GROUP BY feed",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        starred.insert(row.get(0)?, row.get(1)?);
    }
    let mut statement = connection.prepare_cached(
        "SELECT id, articles, unread, settings, last_attempt, moved_to,
                (SELECT sort FROM state s WHERE s.feed = feed.id AND s.deleted = 0 ORDER BY sort DESC LIMIT 1)
         FROM feed WHERE kind = 0 AND removed_at IS NULL",
    )?;
    let rows = statement.query_map([], |row| {
        let feed: i64 = row.get(0)?;
        Ok(FeedWorth {
            feed: FeedId(feed),
            weeks: weeks.get(&feed).copied().unwrap_or_default(),
            newest: row::moment(row, 6)?,
            articles: row.get(1)?,
            unread: row.get(2)?,
            starred: starred.get(&feed).copied().unwrap_or(0),
            // What another version wrote and this one can't read holds as if nothing were set.
            settings: serde_json::from_str(row.get_ref(3)?.as_str()?).unwrap_or_default(),
            last_attempt: row::moment(row, 4)?,
            moved_to: row::url(row, 5)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
