//! Questions → answers, each from one unchanging view of the file.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::news::{ArticleId, ArticleRow, FeedKind, FeedRow, TagName, Timestamp};
use crate::query::Query;

use super::ask::{Answer, Ask, Counts, Scope, SearchCount, SearchId, TagCount, Tree, View};
use super::refusal::Refusal;
use super::{blob, due, health, hosts, journal, list, queue, row, saved, verify, worth};

/// Texts that are looked at before the first rows are shown: a fraction of a second.
const LOOKS_FIRST_MAX: i64 = 1_000;
/// Texts that one question looks at; what a newer question interrupts is given up at once.
const LOOKS_MAX: i64 = 20_000;

pub fn answer(connection: &Connection, ask: &Ask) -> Result<Answer, Refusal> {
    // Several statements must see the same library; a transaction that only reads never waits for the writer.
    let snapshot = Transaction::new_unchecked(connection, TransactionBehavior::Deferred)?;
    if looks_at_texts(ask) {
        blob::have_at_hand(&snapshot)?;
    }
    let answer = match ask {
        Ask::Tree { today } => Answer::Tree(Box::new(tree(&snapshot, *today)?)),
        Ask::Rows { view, limit } => {
            let (ids, ended) = verify::within(LOOKS_FIRST_MAX, || list::articles(&snapshot, view, Some(*limit)));
            let rows = rows_of(&snapshot, &ids?)?;
            if ended && rows.len() < *limit { Answer::RowsSoFar { rows } } else { Answer::Rows { rows } }
        }
        Ask::Ids { view } => {
            let (ids, ended) = verify::within(LOOKS_MAX, || list::articles(&snapshot, view, None));
            if ended { Answer::IdsSoFar(ids?) } else { Answer::Ids(ids?) }
        }
        Ask::SearchCounts { queries } => Answer::SearchCounts(search_counts(&snapshot, queries)?),
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

/// Whether texts may be looked at while a statement runs, which then can't ask for the dictionary they need. To read it
/// takes longer than most other answers, a first screenful among them.
fn looks_at_texts(ask: &Ask) -> bool {
    match ask {
        Ask::Rows { view, .. } | Ask::Ids { view } | Ask::IdsInOrder { view, .. } => view.query.condition().is_some(),
        Ask::SearchCounts { .. } => true,
        Ask::Tree { .. }
        | Ask::RowsOf(_)
        | Ask::Article(_)
        | Ask::Due { .. }
        | Ask::Worth { .. }
        | Ask::Hosts
        | Ask::Journal { .. }
        | Ask::Queue { .. }
        | Ask::QueuedArticle(_)
        | Ask::QueueLength
        | Ask::Health => false,
    }
}

/// The counts of searches, each for itself: one that can't be counted is left out.
fn search_counts(connection: &Connection, queries: &[(SearchId, Query)]) -> Result<Vec<SearchCount>, Refusal> {
    let mut counts = Vec::new();
    for (search, query) in queries {
        let view = View { scope: Scope::All, unread_only: false, query: query.clone() };
        let (counted, ended) = verify::within(LOOKS_MAX, || list::count_all(connection, &view));
        let (articles, unread) = counted?;
        counts.push(SearchCount { search: *search, articles, unread, more: ended });
    }
    Ok(counts)
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

/// Tags that an article carries, with the levels above them, and those that a feed gives to its articles.
fn tags(connection: &Connection) -> Result<Vec<TagCount>, Refusal> {
    let mut statement = connection.prepare_cached(
        "SELECT name, articles, unread, articles_within, unread_within FROM tag WHERE articles_within > 0 OR EXISTS
             (SELECT 1 FROM feed_tag t JOIN feed f ON f.id = t.feed WHERE t.tag = tag.id AND f.removed_at IS NULL)
         ORDER BY name",
    )?;
    let mut rows = statement.query([])?;
    let mut tags = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if let Ok(name) = TagName::parse(&name) {
            tags.push(TagCount {
                name,
                articles: row.get(1)?,
                unread: row.get(2)?,
                articles_within: row.get(3)?,
                unread_within: row.get(4)?,
            });
        }
    }
    Ok(tags)
}
