//! Views as lists of articles, newest first: by sort moment, then by number. Every list walks an index that is already
//! in that order and stops at its limit; lists of several feeds or tags are merged from one such walk each.

use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension, Row, Rows, ToSql, params_from_iter};

use crate::news::{ArticleId, FolderPath, TagName, Timestamp};
use crate::query::{Grouping, SortKey, Wanted};

use super::ask::{Order, Scope, SortBy, View};
use super::condition::{Sql, among};
use super::matching::{Plan, Way};
use super::refusal::Refusal;
use super::{condition, index_row, matching, verify};

/// Articles of removed feeds are seen only where a person marked them.
pub const VISIBLE: &str = "s.deleted = 0 AND (s.feed NOT IN (SELECT id FROM feed WHERE removed_at IS NOT NULL)
    OR s.starred = 1 OR EXISTS (SELECT 1 FROM tagging v WHERE v.article = s.article))";

/// What is archived is out of the lists of feeds, folders and days. Looked up for each article that the walk meets, in
/// an index of its own: a first screenful must not wait for a list of all that was ever archived.
const NOT_ARCHIVED: &str = "NOT EXISTS
    (SELECT 1 FROM state a INDEXED BY state_archived WHERE a.article = s.article AND a.archived = 1)";

const UNTAGGED: &str = "NOT EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article)";

const NEWEST_FIRST: &str = "ORDER BY s.sort DESC, s.article DESC LIMIT ";

/// The articles of a view in its order, at most `limit` of them.
pub fn articles(connection: &Connection, view: &View, limit: Option<usize>) -> Result<Vec<ArticleId>, Refusal> {
    let wanted = view.query.wanted();
    let limit = [limit, wanted.and_then(|it| it.limit)].into_iter().flatten().min();
    let order = wanted.map(order_of).unwrap_or_default();
    let group = wanted.and_then(|it| it.group).and_then(group_order);
    let by_date_alone = order == Order::default() && group.is_none();
    let newest = if by_date_alone { limit } else { None };
    if view.query.condition().is_none()
        && by_date_alone
        && let Some(ids) = List::of(connection, view, limit)?.one_walk()?
    {
        return Ok(ids);
    }
    let ids = entries(connection, view, newest)?.into_iter().map(|it| ArticleId(it.article)).collect();
    let mut ordered = in_order(connection, ids, order)?;
    if let Some(group) = group.filter(|it| it.by != order.by) {
        // What is alike stays as it was: within a group the order is the one that was asked for.
        ordered = in_order(connection, ordered, group)?;
    }
    ordered.truncate(limit.unwrap_or(usize::MAX));
    Ok(ordered)
}

/// How many articles a query finds, archived ones too, and how many of them are unread.
pub fn count_all(connection: &Connection, view: &View) -> Result<(i64, i64), Refusal> {
    let view = View { scope: Scope::All, unread_only: false, query: view.query.clone() };
    let list = List { unread: "s.unread", ..List::of(connection, &view, None)? };
    let plan = match view.query.condition() {
        None => {
            let condition = condition::sql(connection, None)?;
            Plan { beside_index: condition.clone(), condition, way: Way::All, from: None, before: None }
        }
        Some(condition) => matching::plan(connection, condition)?,
    };
    if view.query.wanted().and_then(|it| it.limit).is_none()
        && let Some(counted) = list.counted(&plan)?
    {
        return Ok(counted);
    }
    let mut entries = list.matching(&plan)?;
    entries.sort_unstable();
    entries.dedup();
    let limit = view.query.wanted().and_then(|it| it.limit).unwrap_or(usize::MAX);
    let counted = entries.iter().rev().take(limit);
    let unread = counted.clone().filter(|it| it.unread).count();
    Ok((counted.count() as i64, unread as i64))
}

/// The newest articles of a view, newest first.
fn entries(connection: &Connection, view: &View, limit: Option<usize>) -> Result<Vec<Entry>, Refusal> {
    let list = List::of(connection, view, limit)?;
    let mut entries = match view.query.condition() {
        None => list.everything()?,
        Some(condition) => list.matching(&matching::plan(connection, condition)?)?,
    };
    entries.sort_unstable_by(|a, b| b.cmp(a));
    entries.dedup();
    entries.truncate(limit.unwrap_or(usize::MAX));
    Ok(entries)
}

/// Articles of a feed or a tag stand together where groups of those are wanted; those of a day do so by themselves.
fn group_order(group: Grouping) -> Option<Order> {
    let by = match group {
        Grouping::Feed => SortBy::Feed,
        Grouping::Tag => SortBy::Tag,
        Grouping::Day => return None,
    };
    Some(Order { by, reversed: false })
}

fn order_of(wanted: &Wanted) -> Order {
    let Some(sort) = wanted.sort else { return Order::default() };
    let by = match sort.by {
        SortKey::Date => SortBy::Date,
        SortKey::Feed => SortBy::Feed,
        SortKey::Title => SortBy::Title,
        SortKey::Author => SortBy::Author,
        SortKey::Length => SortBy::Length,
    };
    Order { by, reversed: sort.reversed }
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
        // Nine digits, counted from above: the most words come first.
        SortBy::Length => Some(
            "SELECT printf('%09d', 999999999 - min(999999999, coalesce(json_extract(json, '$.words'), 0)))
             FROM metadata WHERE article = ?1",
        ),
        SortBy::Tag => {
            Some("SELECT coalesce(min(g.name), '') FROM tagging t JOIN tag g ON g.id = t.tag WHERE t.article = ?1")
        }
        SortBy::Unread => Some("SELECT CASE WHEN unread = 1 THEN '0' ELSE '1' END FROM state WHERE article = ?1"),
    };
    let mut ordered = ids;
    if let Some(sql) = key {
        let mut statement = connection.prepare_cached(sql)?;
        let mut keyed: Vec<(String, ArticleId)> = Vec::with_capacity(ordered.len());
        for id in ordered {
            let found: Option<String> = statement.query_row([id.0], |row| row.get(0)).optional()?;
            let key = found.unwrap_or_default().to_lowercase();
            keyed.push((key.chars().take(SORT_KEY_CHARS_MAX).collect(), id));
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

/// Of each of several feeds or tags so many are asked for at least.
const FEW_AT_FIRST: usize = 8;

/// Titles that are alike so far are in order of date.
const SORT_KEY_CHARS_MAX: usize = 64;

/// An article as lists are made of: in the order of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    sort: i64,
    article: i64,
    unread: bool,
}

impl Entry {
    /// Newer than all others.
    const NEWEST: Entry = Entry { sort: i64::MAX, article: i64::MAX, unread: true };
}

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
    /// What an entry says of being unread. No index that lists walk holds it: who needs it looks at every row.
    unread: &'static str,
    /// [`VISIBLE`] and [`NOT_ARCHIVED`], or less where no feed is removed and nothing is archived.
    visible: &'static str,
    not_archived: &'static str,
}

/// Where one of several walks has come to.
struct Walk {
    which: usize,
    /// All newer ones have been met.
    last: Option<Entry>,
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

    /// The scope as a condition on a row of `state s`.
    fn condition(&self, not_archived: &str) -> Sql {
        match self {
            Found::All => Sql::of("1"),
            Found::Since(moment) => Sql::bound(&format!("s.sort >= ? AND {not_archived}"), [Bound::Integer(*moment)]),
            Found::Starred => Sql::of("s.starred = 1"),
            Found::Feeds(feeds) => {
                let mut sql = among("s.feed", feeds);
                sql.push(Sql::of(&format!(" AND {not_archived}")));
                sql
            }
            Found::Tags(tags) => {
                let mut sql = Sql::of("EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article AND ");
                sql.push(among("t.tag", tags));
                sql.push(Sql::of(")"));
                sql
            }
            Found::Untagged => Sql::of(UNTAGGED),
        }
    }
}

impl<'a> List<'a> {
    fn of(connection: &'a Connection, view: &View, limit: Option<usize>) -> Result<List<'a>, Refusal> {
        let limit = limit.map_or(i64::MAX, |it| i64::try_from(it).unwrap_or(i64::MAX));
        let (removed, archived): (bool, bool) = connection
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM feed WHERE removed_at IS NOT NULL),
                        EXISTS (SELECT 1 FROM state INDEXED BY state_archived WHERE archived = 1)",
            )?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(List {
            connection,
            scope: Found::new(connection, &view.scope)?,
            unread_only: view.unread_only,
            limit,
            unread: "0",
            visible: if removed { VISIBLE } else { "s.deleted = 0" },
            not_archived: if archived { NOT_ARCHIVED } else { "1" },
        })
    }

    /// Where one index has the whole view in order, its articles need neither sorting nor their moments in memory: a
    /// million of them are 8 MB and no more.
    fn one_walk(&self) -> Result<Option<Vec<ArticleId>>, Refusal> {
        let (visible, not_archived) = (self.visible, self.not_archived);
        let (index, feed_index, unread) = match self.unread_only {
            true => ("state_unread", "state_unread_by_feed", "s.unread = 1"),
            false => ("state_by_sort", "state_by_feed", "1"),
        };
        let walk = |index: &str, condition: &str| {
            format!(
                "SELECT s.article FROM state s INDEXED BY {index}
                 WHERE {visible} AND {unread} AND {condition} {NEWEST_FIRST} ?1"
            )
        };
        let (sql, value) = match &self.scope {
            Found::All => (walk(index, not_archived), None),
            Found::Since(moment) => (walk(index, &format!("s.sort >= ?2 AND {not_archived}")), Some(moment)),
            Found::Starred => (walk("state_starred", "s.starred = 1"), None),
            Found::Untagged => (walk(index, UNTAGGED), None),
            Found::Feeds(feeds) => match &feeds[..] {
                [feed] => (walk(feed_index, &format!("s.feed = ?2 AND {not_archived}")), Some(feed)),
                _ => return Ok(None),
            },
            Found::Tags(tags) => match &tags[..] {
                [tag] => (
                    format!(
                        "SELECT t.article FROM tagging t CROSS JOIN state s ON s.article = t.article
                         WHERE t.tag = ?2 AND {visible} AND {unread} ORDER BY t.sort DESC, t.article DESC LIMIT ?1"
                    ),
                    Some(tag),
                ),
                _ => return Ok(None),
            },
        };
        let mut statement = self.connection.prepare_cached(&sql)?;
        let values = std::iter::once(&self.limit).chain(value);
        let rows = statement.query_map(params_from_iter(values), |row| row.get(0).map(ArticleId))?;
        Ok(Some(rows.collect::<rusqlite::Result<_>>()?))
    }

    fn everything(&self) -> Result<Vec<Entry>, Refusal> {
        let (visible, not_archived, says) = (self.visible, self.not_archived, self.unread);
        let (index, feed_index, unread) = match self.unread_only {
            true => ("state_unread", "state_unread_by_feed", "s.unread = 1"),
            false => ("state_by_sort", "state_by_feed", "1"),
        };
        let limit = self.limit;
        let walk = |index: &str, condition: &str| {
            format!(
                "SELECT s.sort, s.article, {says} FROM state s INDEXED BY {index}
                 WHERE {visible} AND {unread} AND {condition} {NEWEST_FIRST} ?1"
            )
        };
        match &self.scope {
            Found::All => self.entries(&walk(index, not_archived), &[&limit]),
            Found::Since(moment) => {
                self.entries(&walk(index, &format!("s.sort >= ?2 AND {not_archived}")), &[&limit, moment])
            }
            Found::Starred => self.entries(&walk("state_starred", "s.starred = 1"), &[&limit]),
            Found::Untagged => self.entries(&walk(index, UNTAGGED), &[&limit]),
            Found::Feeds(feeds) => {
                let below = "s.feed = ?2 AND (s.sort, s.article) < (?3, ?4)";
                let sql = walk(feed_index, &format!("{below} AND {not_archived}"));
                self.merged(feeds, |feed, below, limit| {
                    self.entries(&sql, &[&limit, &feed, &below.sort, &below.article])
                })
            }
            Found::Tags(tags) => {
                let sql = format!(
                    "SELECT t.sort, t.article, {says} FROM tagging t CROSS JOIN state s ON s.article = t.article
                     WHERE t.tag = ?2 AND (t.sort, t.article) < (?3, ?4) AND {visible} AND {unread}
                     ORDER BY t.sort DESC, t.article DESC LIMIT ?1"
                );
                self.merged(tags, |tag, below, limit| self.entries(&sql, &[&limit, &tag, &below.sort, &below.article]))
            }
        }
    }

    /// What answers a query, by the way that its plan found.
    fn matching(&self, plan: &Plan) -> Result<Vec<Entry>, Refusal> {
        let unread = self.unread_only || plan.way == Way::Unread;
        let by_sort = if unread { "state_unread" } else { "state_by_sort" };
        match self.way(plan)? {
            Way::All | Way::Unread => {
                self.walk(plan, &format!("state s INDEXED BY {by_sort}"), Sql::of("1"), unread, self.limit)
            }
            Way::Starred => {
                self.walk(plan, "state s INDEXED BY state_starred", Sql::of("s.starred = 1"), unread, self.limit)
            }
            Way::Archived => self.archived(plan, unread),
            Way::Articles(articles) => self.walk(plan, "state s", among("s.article", &articles), unread, self.limit),
            Way::Feeds(feeds) => {
                let index = if unread { "state_unread_by_feed" } else { "state_by_feed" };
                let from = format!("state s INDEXED BY {index}");
                self.merged(&feeds, |feed, below, limit| {
                    let way = Sql::bound(
                        "s.feed = ? AND (s.sort, s.article) < (?, ?)",
                        [feed, below.sort, below.article].map(Bound::Integer),
                    );
                    self.walk(plan, &from, way, unread, limit)
                })
            }
            Way::Tags(tags) => self.merged(&tags, |tag, below, limit| self.walk_tag(plan, tag, below, unread, limit)),
            Way::Index(index) => {
                let mut found = self.indexed(plan, &index.expression, None)?;
                match &index.rest {
                    Some(rest) => found.extend(self.indexed(plan, rest, Some(&index.feeds))?),
                    None => {
                        for feed in &index.feeds {
                            let of_feed = Sql::bound("s.feed = ?", [Bound::Integer(*feed)]);
                            let from = "state s INDEXED BY state_by_feed";
                            found.extend(self.walk(plan, from, of_feed, unread, self.limit)?);
                        }
                    }
                }
                if !index.waiting.is_empty() {
                    let waiting = among("s.article", &index.waiting);
                    found.extend(self.walk(plan, "state s", waiting, unread, self.limit)?);
                }
                Ok(found)
            }
        }
    }

    /// How many articles answer and how many of them are unread, where one walk meets each of them once: a million of them
    /// need not be held to be counted.
    fn counted(&self, plan: &Plan) -> Result<Option<(i64, i64)>, Refusal> {
        let unread = self.unread_only || plan.way == Way::Unread;
        let by_sort = if unread { "state_unread" } else { "state_by_sort" };
        let (from, way) = match self.way(plan)? {
            Way::All | Way::Unread => (format!("state s INDEXED BY {by_sort}"), Sql::of("1")),
            Way::Starred => ("state s INDEXED BY state_starred".to_owned(), Sql::of("s.starred = 1")),
            Way::Archived | Way::Articles(_) | Way::Feeds(_) | Way::Tags(_) | Way::Index(_) => return Ok(None),
        };
        let mut counted = (0, 0);
        self.each(&self.walk_sql(plan, &from, way, unread, self.limit), |entry| {
            counted.0 += 1;
            counted.1 += i64::from(entry.unread);
        })?;
        Ok(Some(counted))
    }

    /// The scope may know a shorter way than the query does.
    fn way(&self, plan: &Plan) -> Result<Way, Refusal> {
        let no_better = match plan.way {
            Way::All | Way::Unread => true,
            Way::Index(_) => false,
            Way::Articles(_) | Way::Tags(_) | Way::Feeds(_) | Way::Starred | Way::Archived => {
                return Ok(plan.way.clone());
            }
        };
        let few = |sql: &str, ids: &[i64]| -> Result<bool, Refusal> {
            let sum: i64 = self
                .connection
                .prepare_cached(sql)?
                .query_row([serde_json::json!(ids).to_string()], |row| row.get(0))?;
            Ok(sum <= matching::FEW_ARTICLES)
        };
        const OF_FEEDS: &str =
            "SELECT coalesce(sum(articles), 0) FROM feed WHERE id IN (SELECT value FROM json_each(?1))";
        const OF_TAGS: &str =
            "SELECT coalesce(sum(articles), 0) FROM tag WHERE id IN (SELECT value FROM json_each(?1))";
        Ok(match &self.scope {
            Found::Feeds(feeds) if feeds.len() <= matching::WALKS_MAX && (no_better || few(OF_FEEDS, feeds)?) => {
                Way::Feeds(feeds.clone())
            }
            Found::Tags(tags) if tags.len() <= matching::WALKS_MAX && (no_better || few(OF_TAGS, tags)?) => {
                Way::Tags(tags.clone())
            }
            Found::Starred if no_better => Way::Starred,
            Found::All | Found::Since(_) | Found::Starred | Found::Feeds(_) | Found::Tags(_) | Found::Untagged => {
                plan.way.clone()
            }
        })
    }

    /// Rows of `from` that lie in the view and answer, newest first.
    fn walk(&self, plan: &Plan, from: &str, way: Sql, unread: bool, limit: i64) -> Result<Vec<Entry>, Refusal> {
        self.collected(&self.walk_sql(plan, from, way, unread, limit))
    }

    fn walk_sql(&self, plan: &Plan, from: &str, way: Sql, unread: bool, limit: i64) -> Sql {
        let (says, visible) = (self.unread, self.visible);
        let mut sql = Sql::of(&format!("SELECT s.sort, s.article, {says} FROM {from} WHERE {visible} AND "));
        sql.push(way);
        sql.push(self.narrowed(plan, &plan.condition, "s.sort", unread));
        sql.push(Sql::bound(&format!(" {NEWEST_FIRST} ?"), [Bound::Integer(limit)]));
        sql
    }

    fn walk_tag(&self, plan: &Plan, tag: i64, below: Entry, unread: bool, limit: i64) -> Result<Vec<Entry>, Refusal> {
        let (says, visible) = (self.unread, self.visible);
        let mut sql = Sql::bound(
            &format!(
                "SELECT t.sort, t.article, {says} FROM tagging t CROSS JOIN state s ON s.article = t.article
                 WHERE t.tag = ? AND (t.sort, t.article) < (?, ?) AND {visible}"
            ),
            [tag, below.sort, below.article].map(Bound::Integer),
        );
        sql.push(self.narrowed(plan, &plan.condition, "t.sort", unread));
        sql.push(Sql::bound(" ORDER BY t.sort DESC, t.article DESC LIMIT ?", [Bound::Integer(limit)]));
        self.collected(&sql)
    }

    /// Articles in the index. They come in the order of days: within the last day that is needed all are looked at, and
    /// sorting them is then all that is left to do.
    fn indexed(&self, plan: &Plan, expression: &str, feeds: Option<&[i64]>) -> Result<Vec<Entry>, Refusal> {
        let (says, visible) = (self.unread, self.visible);
        let moment = |it: Option<i64>| it.map(Timestamp::from_seconds);
        let mut walks = Vec::new();
        for region in index_row::regions(self.connection)? {
            let (first, last) = region.rows(moment(plan.from), moment(plan.before));
            let mut sql = Sql::bound(
                &format!(
                    "SELECT s.sort, s.article, {says} FROM search CROSS JOIN state s ON s.article = {}
                     WHERE search MATCH ? AND search.rowid >= ? AND search.rowid <= ? AND {visible}",
                    region.article()
                ),
                [Bound::Text(expression.to_owned()), Bound::Integer(first), Bound::Integer(last)],
            );
            if let Some(feeds) = feeds {
                sql.push(Sql::of(" AND "));
                sql.push(among("s.feed", feeds));
            }
            let left = if feeds.is_some() { &plan.condition } else { &plan.beside_index };
            sql.push(self.narrowed(plan, left, "s.sort", self.unread_only));
            sql.push(Sql::of(" ORDER BY search.rowid DESC"));
            walks.push(sql);
        }
        self.newest_days(&walks)
    }

    /// What is archived: its index is by number too.
    fn archived(&self, plan: &Plan, unread: bool) -> Result<Vec<Entry>, Refusal> {
        let (says, visible) = (self.unread, self.visible);
        let mut sql = Sql::of(&format!(
            "SELECT s.sort, s.article, {says} FROM state s INDEXED BY state_archived WHERE s.archived = 1 AND {visible}"
        ));
        sql.push(self.narrowed(plan, &plan.condition, "s.sort", unread));
        sql.push(Sql::of(" ORDER BY s.article DESC"));
        self.newest_days(&[sql])
    }

    /// The rows of statements that each give the newest day first, merged, to the end of the day in which the limit is
    /// reached; or until no more texts may be looked at.
    fn newest_days(&self, walks: &[Sql]) -> Result<Vec<Entry>, Refusal> {
        let mut statements =
            walks.iter().map(|it| self.connection.prepare_cached(&it.text)).collect::<rusqlite::Result<Vec<_>>>()?;
        let mut merged = Vec::with_capacity(walks.len());
        for (statement, sql) in statements.iter_mut().zip(walks) {
            let mut rows = statement.query(params_from_iter(sql.values.iter()))?;
            let first = next(&mut rows)?;
            merged.push((first, rows));
        }
        let (mut found, mut last_day) = (Vec::new(), None);
        let day = |it: &Entry| ArticleId(it.article).utc_day();
        while let Some((head, rows)) = merged.iter_mut().max_by_key(|(head, _)| head.as_ref().map(day))
            && let Some(entry) = head.take()
            && last_day.is_none_or(|it| it == day(&entry))
        {
            found.push(entry);
            if i64::try_from(found.len()).unwrap_or(i64::MAX) >= self.limit {
                last_day = Some(day(&entry));
            }
            *head = next(rows)?;
        }
        Ok(found)
    }

    /// What scope, marks, days and the query itself ask for beside the way.
    fn narrowed(&self, plan: &Plan, condition: &Sql, sort: &str, unread: bool) -> Sql {
        let mut sql = Sql::of(if unread { " AND s.unread = 1 AND " } else { " AND " });
        sql.push(self.scope.condition(self.not_archived));
        if let Some(from) = plan.from {
            sql.push(Sql::bound(&format!(" AND {sort} >= ?"), [Bound::Integer(from)]));
        }
        if let Some(before) = plan.before {
            sql.push(Sql::bound(&format!(" AND {sort} < ?"), [Bound::Integer(before)]));
        }
        sql.push(Sql::of(" AND "));
        sql.push(condition.clone());
        sql
    }

    /// The rows of a statement, or as many as there are until no more texts may be looked at.
    fn collected(&self, sql: &Sql) -> Result<Vec<Entry>, Refusal> {
        let mut found = Vec::new();
        self.each(sql, |entry| found.push(entry))?;
        Ok(found)
    }

    /// The same, one after the other.
    fn each(&self, sql: &Sql, mut found: impl FnMut(Entry)) -> Result<(), Refusal> {
        let mut statement = self.connection.prepare_cached(&sql.text)?;
        let mut rows = statement.query(params_from_iter(sql.values.iter()))?;
        while let Some(entry) = next(&mut rows)? {
            found(entry);
        }
        Ok(())
    }

    /// The newest of what several walks meet, each of a feed or a tag. Of each a few are asked for, and more only of those
    /// that may still have one of the newest: of forty feeds in a folder most have none.
    fn merged(
        &self,
        walked: &[i64],
        walk: impl Fn(i64, Entry, i64) -> Result<Vec<Entry>, Refusal>,
    ) -> Result<Vec<Entry>, Refusal> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut asked = match walked.len() {
            0 | 1 => limit,
            several => limit.min((limit.saturating_mul(2) / several).max(FEW_AT_FIRST)),
        };
        // Without a limit all are wanted of each.
        asked = if self.limit == i64::MAX { usize::MAX } else { asked };
        let mut found: Vec<Entry> = Vec::new();
        let mut walks: Vec<Walk> = (0..walked.len()).map(|which| Walk { which, last: None }).collect();
        while !walks.is_empty() {
            let mut going_on = Vec::new();
            for Walk { which, last } in walks {
                let some =
                    walk(walked[which], last.unwrap_or(Entry::NEWEST), i64::try_from(asked).unwrap_or(i64::MAX))?;
                if some.len() >= asked {
                    going_on.push(Walk { which, last: some.last().copied() });
                }
                found.extend(some);
            }
            found.sort_unstable_by(|a, b| b.cmp(a));
            found.dedup();
            found.truncate(limit);
            let oldest = if found.len() < limit { None } else { found.last().copied() };
            going_on.retain(|it| it.last > oldest);
            walks = going_on;
            asked = asked.saturating_mul(2);
        }
        Ok(found)
    }

    fn entries(&self, sql: &str, values: &[&dyn ToSql]) -> Result<Vec<Entry>, Refusal> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let entry = |row: &Row<'_>| Ok(Entry { sort: row.get(0)?, article: row.get(1)?, unread: row.get(2)? });
        let rows = statement.query_map(values, entry)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// The next row; none where no more texts may be looked at.
fn next(rows: &mut Rows<'_>) -> Result<Option<Entry>, Refusal> {
    match rows.next() {
        Ok(Some(row)) => Ok(Some(Entry { sort: row.get(0)?, article: row.get(1)?, unread: row.get(2)? })),
        Ok(None) => Ok(None),
        Err(_) if verify::is_at_end() => Ok(None),
        Err(error) => Err(error.into()),
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
