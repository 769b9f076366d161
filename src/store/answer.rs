//! Questions → answers, each from one unchanging view of the file.

use rusqlite::{Connection, Row, Transaction, TransactionBehavior};

use crate::news::{ArticleId, ArticleRow, FeedId, FeedKind, FeedRow, TagName, Timestamp};

use super::ask::{Answer, Ask, Counts, TagCount, Tree};
use super::change::{Due, Validators};
use super::refusal::Refusal;
use super::{health, journal, list, queue, row};

/// A due moment further off than any that is ever set: the clock was wrong when it was written.
const DUE_SECONDS_MAX: i64 = 8 * 86_400;

pub fn answer(connection: &Connection, ask: &Ask) -> Result<Answer, Refusal> {
    // Several statements must see the same library; a transaction that only reads never waits for the writer.
    let snapshot = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    let answer = match ask {
        Ask::Tree { today } => Answer::Tree(Box::new(tree(&snapshot, *today)?)),
        Ask::Rows { view, limit } => {
            Answer::Rows { rows: rows_of(&snapshot, &list::articles(&snapshot, view, Some(*limit))?)? }
        }
        Ask::Ids { view } => Answer::Ids(list::articles(&snapshot, view, None)?),
        Ask::IdsInOrder { view, order } => {
            Answer::Ids(list::in_order(&snapshot, list::articles(&snapshot, view, None)?, *order)?)
        }
        Ask::RowsOf(ids) => Answer::Rows { rows: rows_of(&snapshot, ids)? },
        Ask::Article(id) => Answer::Article(row::article(&snapshot, *id)?.map(Box::new)),
        Ask::Due { now, everything, only } => due(&snapshot, *now, *everything, only.as_deref())?,
        Ask::Journal { limit } => Answer::Journal(journal::newest(&snapshot, *limit)?),
        Ask::Queue { after, limit } => Answer::Queue(queue::next(&snapshot, *after, *limit)?),
        Ask::QueuedArticle(id) => Answer::Queue(queue::of_article(&snapshot, *id)?),
        Ask::QueueLength => Answer::QueueLength(queue::length(&snapshot)?),
        Ask::Health => Answer::Health(Box::new(health::health(&snapshot)?)),
    };
    Ok(answer)
}

fn rows_of(connection: &Connection, ids: &[ArticleId]) -> Result<Vec<ArticleRow>, Refusal> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.extend(row::article_row(connection, *id)?);
    }
    Ok(rows)
}

fn tree(connection: &Connection, today: Timestamp) -> Result<Tree, Refusal> {
    let mut feeds = row::feeds(connection)?;
    feeds.sort_by_cached_key(|it: &FeedRow| {
        (it.kind == FeedKind::Saved, it.folder.clone(), it.title.as_str().to_lowercase(), it.id)
    });
    let pair = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql)?.query_row(values, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
    };
    let visible = list::VISIBLE;
    let (kept, kept_unread) = pair(
        &format!(
            "SELECT count(*), coalesce(sum(s.unread), 0) FROM state s INDEXED BY state_by_feed
             WHERE s.feed IN (SELECT id FROM feed WHERE removed_at IS NOT NULL) AND {visible}"
        ),
        &[],
    )?;
    let (today, today_unread) = pair(
        &format!(
            "SELECT count(*), coalesce(sum(s.unread), 0) FROM state s INDEXED BY state_by_sort
             WHERE s.sort >= ?1 AND {visible}"
        ),
        &[&today.seconds()],
    )?;
    let starred = connection
        .prepare_cached("SELECT count(*) FROM state INDEXED BY state_starred WHERE deleted = 0 AND starred = 1")?
        .query_row([], |row| row.get(0))?;
    let counts = Counts {
        articles: feeds.iter().map(|it| it.articles).sum::<i64>() + kept,
        unread: feeds.iter().map(|it| it.unread).sum::<i64>() + kept_unread,
        starred,
        today,
        today_unread,
    };
    Ok(Tree { feeds, tags: tags(connection)?, counts })
}

/// Tags that an article carries, or that a feed gives to its articles.
fn tags(connection: &Connection) -> Result<Vec<TagCount>, Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT name, articles, unread FROM tag WHERE articles > 0 OR EXISTS
             (SELECT 1 FROM feed_tag t JOIN feed f ON f.id = t.feed WHERE t.tag = tag.id AND f.removed_at IS NULL)
         ORDER BY name",
    )?;
    let mut rows = statement.query([])?;
    let mut tags = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if let Ok(name) = TagName::parse(&name) {
            tags.push(TagCount { name, articles: row.get(1)?, unread: row.get(2)? });
        }
    }
    Ok(tags)
}

fn due(connection: &Connection, now: Timestamp, everything: bool, only: Option<&[FeedId]>) -> Result<Answer, Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT id, url, etag, last_modified, body_hash, retry_after, next_due, failures, title_own, title_given
         FROM feed WHERE kind = 0 AND removed_at IS NULL ORDER BY next_due, id",
    )?;
    let rows = statement.query_map([], due_feed)?;
    let asked_for = everything || only.is_some();
    let (mut due, mut waiting) = (Vec::new(), Vec::new());
    for feed in rows {
        let Some(feed) = feed? else { continue };
        if only.is_some_and(|only| !only.contains(&feed.feed)) {
            continue;
        }
        let may_be_fetched = feed.next_due.is_none_or(|it| it <= now || it.since(now) > DUE_SECONDS_MAX);
        match (may_be_fetched, asked_for) {
            (true, _) => due.push(feed),
            (false, true) if feed.retry_after => waiting.push(feed),
            (false, true) => due.push(feed),
            (false, false) => {}
        }
    }
    Ok(Answer::Due { due, waiting })
}

/// `None` where the address in the row is none that may be fetched.
fn due_feed(row: &Row<'_>) -> rusqlite::Result<Option<Due>> {
    let Some(url) = row::url(row, 1)? else { return Ok(None) };
    Ok(Some(Due {
        feed: FeedId(row.get(0)?),
        title: row::title_of(row, 8, 9, 1)?,
        url,
        validators: Validators { etag: row.get(2)?, last_modified: row.get(3)? },
        body_hash: row.get::<_, Option<Vec<u8>>>(4)?.and_then(|it| it.try_into().ok()),
        retry_after: row.get(5)?,
        next_due: row::moment(row, 6)?,
        failures: row.get(7)?,
    }))
}
