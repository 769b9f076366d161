//! Views as lists of articles, newest first: by sort moment, then by number. Every list walks an index that is already
//! in that order and stops at its limit; lists of several feeds or tags are merged from one such walk each.

use rusqlite::{Connection, OptionalExtension, ToSql, params_from_iter};

use crate::news::{ArticleId, FolderPath, TagName};
use crate::query::Query;
use crate::words::fold;

use super::ask::{Order, Scope, SortBy, View};
use super::refusal::Refusal;
use super::search;

/// Articles of removed feeds are seen only where a person marked them.
pub const VISIBLE: &str = "s.deleted = 0 AND (s.feed NOT IN (SELECT id FROM feed WHERE removed_at IS NOT NULL)
    OR s.starred = 1 OR EXISTS (SELECT 1 FROM tagging v WHERE v.article = s.article))";

/// What is archived is out of the lists of feeds, folders and days. Looked up for each article that the walk meets, in
/// an index of its own: a first screenful must not wait for a list of all that was ever archived.
const NOT_ARCHIVED: &str = "NOT EXISTS
    (SELECT 1 FROM state a INDEXED BY state_archived WHERE a.article = s.article AND a.archived = 1)";

const UNTAGGED: &str = "NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article)";

const NEWEST_FIRST: &str = "ORDER BY s.sort DESC, s.article DESC LIMIT ";

/// The articles of a view, newest first, at most `limit` of them.
pub fn articles(connection: &Connection, view: &View, limit: Option<usize>) -> Result<Vec<ArticleId>, Refusal> {
    let limit = limit.map_or(i64::MAX, |it| i64::try_from(it).unwrap_or(i64::MAX));
    let list = List { connection, scope: Found::new(connection, &view.scope)?, unread_only: view.unread_only, limit };
    let entries = match &view.query {
        Query::Everything => return list.everything(),
        Query::Id(id) => list.one(*id)?,
        Query::Words { text, prefix } => match search::wanted(connection, text.as_str(), *prefix)? {
            Some(wanted) => list.words(&wanted)?,
            None => return list.everything(),
        },
    };
    Ok(list.ordered(entries))
}

/// Articles, newest first, put into another order. Those that are alike stay newest first.
pub fn in_order(connection: &Connection, ids: Vec<ArticleId>, order: Order) -> Result<Vec<ArticleId>, Refusal> {
    let key = match order.by {
        SortBy::Date => None,
        SortBy::Title => Some("SELECT title FROM article WHERE id = ?1"),
        SortBy::Feed => Some(
            "SELECT CASE WHEN f.title_own <> '' THEN f.title_own ELSE f.title_given END
             FROM article a JOIN feed f ON f.id = a.feed WHERE a.id = ?1",
        ),
        SortBy::Author => Some("SELECT author FROM article WHERE id = ?1"),
        SortBy::Unread => Some("SELECT CASE WHEN unread = 1 THEN '0' ELSE '1' END FROM state WHERE article = ?1"),
    };
    let mut ordered = ids;
    if let Some(sql) = key {
        let mut statement = connection.prepare_cached(sql)?;
        let mut keyed: Vec<(String, ArticleId)> = Vec::with_capacity(ordered.len());
        for id in ordered {
            let found: Option<String> = statement.query_row([id.0], |row| row.get(0)).optional()?;
            keyed.push((sort_key(&found.unwrap_or_default()), id));
        }
        // What has no name comes after what has one.
        keyed.sort_by(|(one, _), (other, _)| (one.is_empty(), one).cmp(&(other.is_empty(), other)));
        ordered = keyed.into_iter().map(|(_, id)| id).collect();
    }
    if order.reversed {
        ordered.reverse();
    }
    Ok(ordered)
}

/// Letters without case, accents and what stands before the first of them: À stands with A, “Ferry” with F.
fn sort_key(text: &str) -> String {
    let head: String = text.chars().take(SORT_KEY_CHARS_MAX).collect();
    fold(&head.to_lowercase()).trim_start_matches(|it: char| !it.is_alphanumeric()).to_owned()
}

/// Titles that are alike so far are in order of date.
const SORT_KEY_CHARS_MAX: usize = 64;

/// Sort moment and number.
type Entry = (i64, i64);

/// A scope with its feeds and tags looked up.
enum Found {
    All,
    Since(i64),
    Starred,
    Feeds(Vec<i64>),
    Tags(Vec<i64>),
    Untagged,
}

struct List<'a> {
    connection: &'a Connection,
    scope: Found,
    unread_only: bool,
    limit: i64,
}

impl Found {
    fn new(connection: &Connection, scope: &Scope) -> Result<Found, Refusal> {
        Ok(match scope {
            Scope::All => Found::All,
            Scope::Since(moment) => Found::Since(moment.seconds()),
            Scope::Starred => Found::Starred,
            Scope::Folder(folder) => Found::Feeds(feeds_within(connection, folder)?),
            Scope::Feed(feed) => Found::Feeds(vec![feed.0]),
            Scope::Tag(tag) => Found::Tags(tags_within(connection, tag)?),
            Scope::Untagged => Found::Untagged,
            Scope::Search(_) => Found::All,
        })
    }

    /// The scope as a condition on a row of `state s`, with the value it is bound to as `?2`.
    fn condition(&self) -> (&'static str, Box<dyn ToSql>) {
        let numbers = |it: &Vec<i64>| Box::new(serde_json::json!(it).to_string());
        match self {
            Found::All => ("?2 IS NULL", Box::new(None::<i64>)),
            Found::Since(moment) => ("s.sort >= ?2", Box::new(*moment)),
            Found::Starred => ("s.starred = 1 AND ?2 IS NULL", Box::new(None::<i64>)),
            Found::Feeds(feeds) => ("s.feed IN (SELECT value FROM json_each(?2))", numbers(feeds)),
            Found::Tags(tags) => (
                "EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article AND t.tag IN (SELECT value FROM json_each(?2)))",
                numbers(tags),
            ),
            Found::Untagged => (
                "NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article) AND ?2 IS NULL",
                Box::new(None::<i64>),
            ),
        }
    }
}

impl List<'_> {
    fn everything(&self) -> Result<Vec<ArticleId>, Refusal> {
        match self.one_walk()? {
            Some(ordered) => Ok(ordered),
            None => Ok(self.ordered(self.several_walks()?)),
        }
    }

    /// Where one index has the whole view in order, its articles need neither sorting nor their moments in memory: a
    /// million of them are 8 MB and no more.
    fn one_walk(&self) -> Result<Option<Vec<ArticleId>>, Refusal> {
        let (sql, value) = match &self.scope {
            Found::All => (self.walk(self.by_sort(), NOT_ARCHIVED), None),
            Found::Since(moment) => {
                (self.walk(self.by_sort(), &format!("s.sort >= ?2 AND {NOT_ARCHIVED}")), Some(moment))
            }
            Found::Starred => (self.walk("state_starred", "s.starred = 1"), None),
            Found::Untagged => (self.walk(self.by_sort(), UNTAGGED), None),
            Found::Feeds(feeds) => match &feeds[..] {
                [feed] => (self.walk(self.by_feed(), &format!("s.feed = ?2 AND {NOT_ARCHIVED}")), Some(feed)),
                _ => return Ok(None),
            },
            Found::Tags(tags) => match &tags[..] {
                [tag] => (self.walk_tag(), Some(tag)),
                _ => return Ok(None),
            },
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let values = std::iter::once(&self.limit).chain(value);
        let rows = statement.query_map(params_from_iter(values), |row| row.get(1).map(ArticleId))?;
        Ok(Some(rows.collect::<rusqlite::Result<_>>()?))
    }

    fn by_sort(&self) -> &'static str {
        if self.unread_only { "state_unread" } else { "state_by_sort" }
    }

    fn by_feed(&self) -> &'static str {
        if self.unread_only { "state_unread_by_feed" } else { "state_by_feed" }
    }

    fn walk(&self, index: &str, condition: &str) -> String {
        let unread = self.unread_condition();
        format!(
            "SELECT s.sort, s.article FROM state s INDEXED BY {index}
             WHERE {VISIBLE} AND {unread} AND {condition} {NEWEST_FIRST} ?1"
        )
    }

    fn walk_tag(&self) -> String {
        let unread = self.unread_condition();
        format!(
            "SELECT t.sort, t.article FROM tagging t CROSS JOIN state s ON s.article = t.article
             WHERE t.tag = ?2 AND {VISIBLE} AND {unread} ORDER BY t.sort DESC, t.article DESC LIMIT ?1"
        )
    }

    /// One walk for each feed or tag of several, merged.
    fn several_walks(&self) -> Result<Vec<Entry>, Refusal> {
        let (sql, numbers) = match &self.scope {
            Found::Feeds(feeds) => (self.walk(self.by_feed(), &format!("s.feed = ?2 AND {NOT_ARCHIVED}")), feeds),
            Found::Tags(tags) => (self.walk_tag(), tags),
            Found::All | Found::Since(_) | Found::Starred | Found::Untagged => return Ok(Vec::new()),
        };
        let mut all = Vec::new();
        for number in numbers {
            all.extend(self.entries(&sql, &[&self.limit, number])?);
        }
        Ok(all)
    }

    fn ordered(&self, mut entries: Vec<Entry>) -> Vec<ArticleId> {
        entries.sort_unstable_by(|a, b| b.cmp(a));
        entries.dedup();
        entries.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        entries.into_iter().map(|(_, id)| ArticleId(id)).collect()
    }

    fn one(&self, id: ArticleId) -> Result<Vec<Entry>, Refusal> {
        let (condition, value) = self.scope.condition();
        let sql = format!(
            "SELECT s.sort, s.article FROM state s WHERE s.article = ?1 AND {VISIBLE} AND {condition} AND {}",
            self.unread_condition()
        );
        self.entries(&sql, &[&id.0, value.as_ref()])
    }

    fn words(&self, wanted: &search::Wanted) -> Result<Vec<Entry>, Refusal> {
        let mut found = self.matching(&search::expression(&wanted.terms), None)?;
        for (feed, rest) in &wanted.feeds {
            if rest.is_empty() {
                found.extend(self.of_feed(feed.0)?);
            } else {
                found.extend(self.matching(&search::expression(rest), Some(feed.0))?);
            }
        }
        for id in search::waiting(self.connection, wanted)? {
            found.extend(self.one(id)?);
        }
        Ok(found)
    }

    /// Articles in the index. They come by number, which is the order of days: within the last day that is needed all
    /// are looked at, and sorting them is then all that is left to do.
    fn matching(&self, expression: &str, feed: Option<i64>) -> Result<Vec<Entry>, Refusal> {
        let (condition, value) = self.scope.condition();
        let sql = format!(
            "SELECT s.sort, s.article FROM search CROSS JOIN state s ON s.article = search.rowid
             WHERE search MATCH ?1 AND {VISIBLE} AND {condition} AND {} AND (?3 IS NULL OR s.feed = ?3)
             ORDER BY search.rowid DESC",
            self.unread_condition()
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter([&expression as &dyn ToSql, value.as_ref(), &feed]))?;
        let mut found: Vec<Entry> = Vec::new();
        let mut last_day = None;
        while let Some(row) = rows.next()? {
            let entry: Entry = (row.get(0)?, row.get(1)?);
            let day = ArticleId(entry.1).utc_day();
            if last_day.is_some_and(|it| it != day) {
                break;
            }
            found.push(entry);
            if found.len() as i64 >= self.limit {
                last_day = Some(day);
            }
        }
        Ok(found)
    }

    fn of_feed(&self, feed: i64) -> Result<Vec<Entry>, Refusal> {
        let (condition, value) = self.scope.condition();
        let sql = format!(
            "SELECT s.sort, s.article FROM state s INDEXED BY state_by_feed
             WHERE s.feed = ?3 AND {VISIBLE} AND {condition} AND {} {NEWEST_FIRST} ?1",
            self.unread_condition()
        );
        self.entries(&sql, &[&self.limit, value.as_ref(), &feed])
    }

    fn unread_condition(&self) -> &'static str {
        if self.unread_only { "s.unread = 1" } else { "1" }
    }

    fn entries(&self, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<Entry>, Refusal> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn feeds_within(connection: &Connection, folder: &FolderPath) -> Result<Vec<i64>, Refusal> {
    let mut statement = connection.prepare_cached("SELECT id, folder FROM feed")?;
    let mut rows = statement.query([])?;
    let mut feeds = Vec::new();
    while let Some(row) = rows.next()? {
        let path: String = row.get(1)?;
        if FolderPath::parse(&path).is_within(folder) {
            feeds.push(row.get(0)?);
        }
    }
    Ok(feeds)
}

/// The tag and those below it: `dunia` and `dunia/timur-tengah`.
fn tags_within(connection: &Connection, tag: &TagName) -> Result<Vec<i64>, Refusal> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM tag WHERE articles > 0 OR name = ?1")?;
    let mut rows = statement.query([tag.as_str()])?;
    let mut tags = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let is_below = name.strip_prefix(tag.as_str()).is_some_and(|it| it.is_empty() || it.starts_with('/'));
        if is_below {
            tags.push(row.get(0)?);
        }
    }
    Ok(tags)
}
