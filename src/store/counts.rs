//! The counts of feeds and tags, kept in the transaction that changes what they count; and the marks of many articles
//! at once, which are what changes them. Nothing here writes the journal.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::news::{ArticleId, TagName};

use super::refusal::Refusal;
use super::saved;

/// A mark in the row of an article's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    Unread,
    Starred,
    Deleted,
    Archived,
}

/// Gives the articles a mark or takes it. Returns those whose mark changed, in ascending order.
pub fn set_flag(
    tx: &Transaction<'_>,
    flag: Flag,
    value: bool,
    articles: &[ArticleId],
) -> Result<Vec<ArticleId>, Refusal> {
    pick(tx, articles)?;
    let (keep, set) = match flag {
        Flag::Unread => (
            "DELETE FROM temp.picked WHERE NOT EXISTS
                 (SELECT 1 FROM state s WHERE s.article = picked.article AND s.unread <> ?1)",
            "UPDATE state SET unread = ?1 WHERE article IN (SELECT article FROM temp.picked)",
        ),
        Flag::Starred => (
            "DELETE FROM temp.picked WHERE NOT EXISTS
                 (SELECT 1 FROM state s WHERE s.article = picked.article AND s.starred <> ?1)",
            "UPDATE state SET starred = ?1 WHERE article IN (SELECT article FROM temp.picked)",
        ),
        Flag::Deleted => (
            "DELETE FROM temp.picked WHERE NOT EXISTS
                 (SELECT 1 FROM state s WHERE s.article = picked.article AND s.deleted <> ?1)",
            "UPDATE state SET deleted = ?1 WHERE article IN (SELECT article FROM temp.picked)",
        ),
        Flag::Archived => (
            "DELETE FROM temp.picked WHERE NOT EXISTS
                 (SELECT 1 FROM state s WHERE s.article = picked.article AND s.archived <> ?1)",
            "UPDATE state SET archived = ?1 WHERE article IN (SELECT article FROM temp.picked)",
        ),
    };
    tx.prepare_cached(keep)?.execute([value])?;
    let changed = picked(tx)?;
    if changed.is_empty() {
        return Ok(changed);
    }
    match flag {
        // Stars are counted where they are asked for; what is archived still counts for its feed.
        Flag::Starred | Flag::Archived => {
            saved::count_picked(tx, -1)?;
            tx.prepare_cached(set)?.execute([value])?;
            saved::count_picked(tx, 1)?;
        }
        Flag::Unread | Flag::Deleted => {
            count_picked(tx, -1)?;
            tx.prepare_cached(set)?.execute([value])?;
            count_picked(tx, 1)?;
        }
    }
    Ok(changed)
}

/// Puts a tag on the articles or takes it off. Returns those that changed, in ascending order.
pub fn set_tag(
    tx: &Transaction<'_>,
    name: &TagName,
    on: bool,
    articles: &[ArticleId],
) -> Result<Vec<ArticleId>, Refusal> {
    let tag = if on { tag_number(tx, name)? } else { known_tag(tx, name)? };
    let Some(tag) = tag else { return Ok(Vec::new()) };
    pick(tx, articles)?;
    let keep = if on {
        "DELETE FROM temp.picked WHERE NOT EXISTS (SELECT 1 FROM state s WHERE s.article = picked.article)
             OR EXISTS (SELECT 1 FROM tagging t WHERE t.article = picked.article AND t.tag = ?1)"
    } else {
        "DELETE FROM temp.picked WHERE NOT EXISTS
             (SELECT 1 FROM tagging t WHERE t.article = picked.article AND t.tag = ?1)"
    };
    tx.prepare_cached(keep)?.execute([tag])?;
    let changed = picked(tx)?;
    if changed.is_empty() {
        return Ok(changed);
    }
    saved::count_picked(tx, -1)?;
    let write = if on {
        "INSERT INTO tagging (tag, sort, article)
             SELECT ?1, s.sort, s.article FROM temp.picked p CROSS JOIN state s ON s.article = p.article"
    } else {
        "DELETE FROM tagging WHERE tag = ?1 AND (sort, article) IN
             (SELECT s.sort, s.article FROM temp.picked p CROSS JOIN state s ON s.article = p.article)"
    };
    tx.prepare_cached(write)?.execute([tag])?;
    let sign = if on { 1 } else { -1 };
    tx.prepare_cached(
        "UPDATE tag SET articles = tag.articles + ?2 * n.articles, unread = tag.unread + ?2 * n.unread
         FROM (SELECT count(*) AS articles, coalesce(sum(s.unread), 0) AS unread
               FROM temp.picked p CROSS JOIN state s ON s.article = p.article WHERE s.deleted = 0) AS n
         WHERE id = ?1",
    )?
    .execute(params![tag, sign])?;
    saved::count_picked(tx, 1)?;
    Ok(changed)
}

/// Counts articles that have just been stored into their feed and their tags.
pub fn count_new(tx: &Transaction<'_>, articles: &[ArticleId]) -> Result<(), Refusal> {
    pick(tx, articles)?;
    count_picked(tx, 1)
}

/// The tag's number, given now where the tag is new.
pub fn tag_number(tx: &Transaction<'_>, name: &TagName) -> Result<Option<i64>, Refusal> {
    tx.prepare_cached("INSERT INTO tag (name) VALUES (?1) ON CONFLICT (name) DO NOTHING")?.execute([name.as_str()])?;
    known_tag(tx, name)
}

pub fn known_tag(tx: &Transaction<'_>, name: &TagName) -> Result<Option<i64>, Refusal> {
    let number = tx
        .prepare_cached("SELECT id FROM tag WHERE name = ?1")?
        .query_row([name.as_str()], |row| row.get(0))
        .optional()?;
    Ok(number)
}

fn pick(tx: &Transaction<'_>, articles: &[ArticleId]) -> Result<(), Refusal> {
    tx.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO temp.picked (article) VALUES (?1)")?;
    for article in articles {
        insert.execute([article.0])?;
    }
    Ok(())
}

fn picked(tx: &Transaction<'_>) -> Result<Vec<ArticleId>, Refusal> {
    let mut statement = tx.prepare_cached("SELECT article FROM temp.picked ORDER BY article")?;
    let rows = statement.query_map([], |row| row.get(0).map(ArticleId))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Adds what the picked articles count for to their feeds and tags, or takes it away.
fn count_picked(tx: &Transaction<'_>, sign: i64) -> Result<(), Refusal> {
    tx.prepare_cached(
        "UPDATE feed SET articles = feed.articles + ?1 * n.articles, unread = feed.unread + ?1 * n.unread
         FROM (SELECT s.feed AS feed, count(*) AS articles, sum(s.unread) AS unread
               FROM temp.picked p CROSS JOIN state s ON s.article = p.article
               WHERE s.deleted = 0 GROUP BY s.feed) AS n
         WHERE feed.id = n.feed",
    )?
    .execute([sign])?;
    tx.prepare_cached(
        "UPDATE tag SET articles = tag.articles + ?1 * n.articles, unread = tag.unread + ?1 * n.unread
         FROM (SELECT t.tag AS tag, count(*) AS articles, sum(s.unread) AS unread
               FROM temp.picked p CROSS JOIN state s ON s.article = p.article
               CROSS JOIN tagging t ON t.article = p.article
               WHERE s.deleted = 0 GROUP BY t.tag) AS n
         WHERE tag.id = n.tag",
    )?
    .execute([sign])?;
    saved::count_picked(tx, sign)
}
