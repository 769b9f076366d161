//! The counts of feeds and tags, kept in the transaction that changes what they count; and the marks of many articles
//! at once, which are what changes them. Nothing here writes the journal.

use std::borrow::Cow;
use std::collections::HashMap;

use rusqlite::{Transaction, params};

use crate::news::{ArticleId, FeedId, TagName};

use super::refusal::Refusal;
use super::saved;
use super::within::{self, Gathered, Levels, Sums};

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
    let articles = ascending(articles);
    let mut changed = Vec::with_capacity(articles.len());
    for some in articles.chunks(CHUNK) {
        changed.extend(with_saved_counts(tx, some, || flag_articles(tx, flag, value, some))?);
    }
    Ok(changed)
}

/// The same for what is handed to SQLite at once.
fn flag_articles(
    tx: &Transaction<'_>,
    flag: Flag,
    value: bool,
    articles: &[ArticleId],
) -> Result<Vec<ArticleId>, Refusal> {
    // What comes back tells whether the article counts, and whether it does so as an unread one.
    let sql = match flag {
        Flag::Unread => {
            "UPDATE state SET unread = ?1 WHERE article IN (SELECT value FROM json_each(?2)) AND unread <> ?1
             RETURNING article, feed, deleted = 0, 1"
        }
        Flag::Starred => {
            "UPDATE state SET starred = ?1 WHERE article IN (SELECT value FROM json_each(?2)) AND starred <> ?1
             RETURNING article, feed, 0, 0"
        }
        Flag::Deleted => {
            "UPDATE state SET deleted = ?1 WHERE article IN (SELECT value FROM json_each(?2)) AND deleted <> ?1
             RETURNING article, feed, 1, unread"
        }
        Flag::Archived => {
            "UPDATE state SET archived = ?1 WHERE article IN (SELECT value FROM json_each(?2)) AND archived <> ?1
             RETURNING article, feed, 0, 0"
        }
    };
    let mut changed: Vec<Changed> = Vec::new();
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params![value, json(articles)])?;
    while let Some(row) = rows.next()? {
        changed.push(Changed {
            article: ArticleId(row.get(0)?),
            feed: row.get(1)?,
            counts: row.get(2)?,
            unread: row.get(3)?,
        });
    }
    let (articles, unread) = match (flag, value) {
        (Flag::Unread, true) => (0, 1),
        (Flag::Unread, false) => (0, -1),
        (Flag::Deleted, false) => (1, 1),
        (Flag::Deleted, true) => (-1, -1),
        // Stars are counted where they are asked for; what is archived still counts for its feed.
        (Flag::Starred | Flag::Archived, _) => (0, 0),
    };
    if (articles, unread) != (0, 0) {
        changed.sort_unstable_by_key(|it| it.article);
        count(tx, &changed, articles, unread)?;
    }
    let mut changed: Vec<ArticleId> = changed.into_iter().map(|it| it.article).collect();
    changed.sort_unstable();
    Ok(changed)
}

/// Puts a tag on the articles or takes it off. Returns those that changed, in ascending order.
pub fn set_tag(
    tx: &Transaction<'_>,
    name: &TagName,
    on: bool,
    articles: &[ArticleId],
) -> Result<Vec<ArticleId>, Refusal> {
    let tag = if on { within::number(tx, name)? } else { within::known(tx, name)? };
    let Some(tag) = tag else { return Ok(Vec::new()) };
    let articles = ascending(articles);
    let mut changed = Vec::new();
    for some in articles.chunks(CHUNK) {
        changed.extend(with_saved_counts(tx, some, || tag_articles(tx, tag, on, some))?);
    }
    Ok(changed)
}

fn tag_articles(tx: &Transaction<'_>, tag: i64, on: bool, articles: &[ArticleId]) -> Result<Vec<ArticleId>, Refusal> {
    let (find, write) = if on {
        (
            "SELECT s.article, s.deleted = 0, s.unread FROM json_each(?2) p CROSS JOIN state s ON s.article = p.value
             WHERE NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article AND t.tag = ?1)",
            "INSERT INTO tagging (tag, sort, article)
                 SELECT ?1, s.sort, s.article FROM json_each(?2) p CROSS JOIN state s ON s.article = p.value",
        )
    } else {
        (
            "SELECT s.article, s.deleted = 0, s.unread FROM json_each(?2) p CROSS JOIN state s ON s.article = p.value
             WHERE EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article AND t.tag = ?1)",
            "DELETE FROM tagging WHERE (tag, sort, article) IN
                 (SELECT ?1, s.sort, s.article FROM json_each(?2) p CROSS JOIN state s ON s.article = p.value)",
        )
    };
    let (mut find, mut write) = (tx.prepare_cached(find)?, tx.prepare_cached(write)?);
    let mut changed = Vec::new();
    let mut sums = Sums::default();
    let mut levels = Levels::of(tx, tag)?;
    for some in ascending(articles).chunks(CHUNK) {
        let before = changed.len();
        let mut added = Sums::default();
        let mut rows = find.query(params![tag, json(some)])?;
        while let Some(row) = rows.next()? {
            changed.push(ArticleId(row.get(0)?));
            if row.get(1)? {
                added.articles += 1;
                added.unread += row.get::<_, i64>(2)?;
            }
        }
        if changed.len() > before {
            let new = &changed[before..];
            levels.changed(tx, new, added)?;
            write.execute(params![tag, json(new)])?;
            sums.articles += added.articles;
            sums.unread += added.unread;
        }
    }
    let sign = if on { 1 } else { -1 };
    add_to_tag(tx, tag, sign * sums.articles, sign * sums.unread)?;
    levels.write(tx, sign)?;
    Ok(changed)
}

/// Counts articles of a feed that have just been stored, unread, into it and into their tags.
pub fn count_new(tx: &Transaction<'_>, feed: FeedId, articles: &[ArticleId]) -> Result<(), Refusal> {
    let new = |article: &ArticleId| Changed { article: *article, feed: feed.0, counts: true, unread: true };
    let new: Vec<Changed> = ascending(articles).iter().map(new).collect();
    count(tx, &new, 1, 1)?;
    if saved::keeps_counts(tx)? {
        pick(tx, articles)?;
        saved::count_picked(tx, 1)?;
    }
    Ok(())
}

/// Does what changes the articles' marks, and keeps the counts of saved searches beside it: what the articles counted for
/// before is taken away, what they count for afterwards is added. Nothing is done for that where no search is saved.
fn with_saved_counts<T>(
    tx: &Transaction<'_>,
    articles: &[ArticleId],
    work: impl FnOnce() -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    if !saved::keeps_counts(tx)? {
        return work();
    }
    pick(tx, articles)?;
    saved::count_picked(tx, -1)?;
    let done = work()?;
    saved::count_picked(tx, 1)?;
    Ok(done)
}

fn pick(tx: &Transaction<'_>, articles: &[ArticleId]) -> Result<(), Refusal> {
    tx.prepare_cached("DELETE FROM temp.picked")?.execute([])?;
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO temp.picked (article) SELECT value FROM json_each(?1)")?;
    for some in articles.chunks(CHUNK) {
        insert.execute([json(some)])?;
    }
    Ok(())
}

/// An article whose mark changed, and what it counts for.
struct Changed {
    article: ArticleId,
    feed: i64,
    /// Whether it counts at all: what is deleted does not.
    counts: bool,
    unread: bool,
}

/// Articles handed to SQLite in one statement: bounded, so that marking a whole library needs no memory for it.
const CHUNK: usize = 10_000;

/// Adds so much for each article, and so much for each unread one, to the counts of feeds and tags. `changed` is
/// ascending.
fn count(tx: &Transaction<'_>, changed: &[Changed], articles: i64, unread: i64) -> Result<(), Refusal> {
    let mut feeds: HashMap<i64, Sums> = HashMap::new();
    for one in changed.iter().filter(|it| it.counts) {
        let sums = feeds.entry(one.feed).or_default();
        sums.articles += articles;
        sums.unread += if one.unread { unread } else { 0 };
    }
    let mut write =
        tx.prepare_cached("UPDATE feed SET articles = articles + ?2, unread = unread + ?3 WHERE id = ?1")?;
    for (feed, sums) in feeds {
        write.execute(params![feed, sums.articles, sums.unread])?;
    }
    let mut tags: HashMap<i64, Sums> = HashMap::new();
    let mut levels = Gathered::default();
    each_tagging(tx, changed, |tag, one| {
        let add = Sums { articles, unread: if one.unread { unread } else { 0 } };
        let sums = tags.entry(tag).or_default();
        sums.articles += add.articles;
        sums.unread += add.unread;
        levels.met(tx, one.article, tag, add)
    })?;
    for (tag, sums) in tags {
        add_to_tag(tx, tag, sums.articles, sums.unread)?;
    }
    levels.write(tx)
}

/// Calls `found` for every tag of every article that counts. Few articles are looked up one by one; beside many, all
/// tags within their range are read in one go, as the index has them in the same order.
fn each_tagging(
    tx: &Transaction<'_>,
    changed: &[Changed],
    mut found: impl FnMut(i64, &Changed) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let (Some(first), Some(last)) = (changed.first(), changed.last()) else { return Ok(()) };
    let taggings: i64 =
        tx.prepare_cached("SELECT coalesce(sum(articles), 0) FROM tag")?.query_row([], |row| row.get(0))?;
    if (changed.len() as i64) < taggings {
        let mut find = tx.prepare_cached("SELECT tag FROM tagging WHERE article = ?1")?;
        for one in changed.iter().filter(|it| it.counts) {
            let mut rows = find.query([one.article.0])?;
            while let Some(row) = rows.next()? {
                found(row.get(0)?, one)?;
            }
        }
        return Ok(());
    }
    let mut walk = tx.prepare_cached(
        "SELECT article, tag FROM tagging INDEXED BY tagging_by_article WHERE article BETWEEN ?1 AND ?2 ORDER BY article",
    )?;
    let mut rows = walk.query([first.article.0, last.article.0])?;
    let mut left = changed;
    while let Some(row) = rows.next()? {
        let article = ArticleId(row.get(0)?);
        let at = left.partition_point(|it| it.article < article);
        left = &left[at..];
        if let Some(one) = left.first().filter(|it| it.article == article && it.counts) {
            found(row.get(1)?, one)?;
        }
    }
    Ok(())
}

fn add_to_tag(tx: &Transaction<'_>, tag: i64, articles: i64, unread: i64) -> Result<(), Refusal> {
    if (articles, unread) != (0, 0) {
        tx.prepare_cached("UPDATE tag SET articles = articles + ?2, unread = unread + ?3 WHERE id = ?1")?
            .execute(params![tag, articles, unread])?;
    }
    Ok(())
}

/// The articles in ascending order, each once.
pub fn ascending(articles: &[ArticleId]) -> Cow<'_, [ArticleId]> {
    if articles.is_sorted_by(|a, b| a < b) {
        return Cow::Borrowed(articles);
    }
    let mut sorted = articles.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    Cow::Owned(sorted)
}

/// A JSON array of the numbers.
pub fn json(articles: &[ArticleId]) -> String {
    let mut text = String::with_capacity(articles.len() * 16 + 2);
    text.push('[');
    for (at, article) in articles.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&article.0.to_string());
    }
    text.push(']');
    text
}
