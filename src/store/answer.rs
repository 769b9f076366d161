//! Questions → answers, each from one unchanging view of the file.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::news::{ArticleId, ArticleRow, FeedKind, FeedRow, TagName, Timestamp};

use super::ask::{Answer, Ask, Counts, TagCount, Tree};
use super::refusal::Refusal;
use super::{due, health, hosts, journal, list, queue, row, saved, worth};

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
        Ask::Due { now, everything, only } => due::due(&snapshot, *now, *everything, only.as_deref())?,
        Ask::Worth { now } => Answer::Worth(worth::worth(&snapshot, *now)?),
        Ask::Hosts => Answer::Hosts(hosts::held(&snapshot)?),
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
    Ok(Tree { feeds, tags: tags(connection)?, searches: saved::all(connection)?, counts })
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
