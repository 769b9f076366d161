//! Saved searches: queries kept under a name, and how much each holds. Where marks and feeds alone decide, the counts are
//! kept in the transaction that changes what they count; other searches are counted by whoever shows them. No search is
//! ever lost by what arrives.

use rusqlite::{Connection, OptionalExtension, Transaction, params, params_from_iter};

use crate::news::{CleanText, Limit, Timestamp};
use crate::query::{Condition, Query};

use super::ask::{SavedSearch, Scope, SearchId, View};
use super::change::{Changed, Done, Origin, Touched};
use super::condition::Sql;
use super::journal::{self, SavedQuery, Step};
use super::refusal::Refusal;
use super::{condition, list};

/// More would be no help in a tree.
const SEARCHES_MAX: i64 = 1_000;

/// All saved searches, by name.
pub fn all(connection: &Connection) -> Result<Vec<SavedSearch>, Refusal> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, query, kept, articles, unread FROM saved_search ORDER BY folded, id")?;
    let mut rows = statement.query([])?;
    let mut searches = Vec::new();
    while let Some(row) = rows.next()? {
        searches.push(SavedSearch {
            id: SearchId(row.get(0)?),
            name: CleanText::line(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?, Limit::TOPIC),
            query: CleanText::line(row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?, Limit::SENTENCE),
            exact: row.get(3)?,
            articles: row.get(4)?,
            unread: row.get(5)?,
        });
    }
    Ok(searches)
}

/// Keeps a query under a name, or gives the search of that name another query.
pub fn save(
    tx: &Transaction<'_>,
    name: &CleanText,
    query: &CleanText,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let name = usable(name)?;
    let after = SavedQuery { name: name.clone(), query: CleanText::line(query.as_str(), Limit::SENTENCE) };
    let (search, before) = match named(tx, &name)? {
        Some((search, before)) => (search, Some(before)),
        None => (next_id(tx)?, None),
    };
    if before.as_ref() == Some(&after) {
        return Ok(Changed::nothing(Done::Nothing));
    }
    let new = before.is_none();
    let sentence = format!("search {name} {}", if new { "saved" } else { "changed" });
    write(tx, search, before, Some(after), &sentence, origin, now)?;
    Ok(changed(Done::SearchSaved { search, name, new }))
}

/// Keeps a query under a name that no search has yet, nor is empty; gives the step for the journal, which the caller writes.
pub fn save_new(tx: &Transaction<'_>, name: &CleanText, query: &CleanText) -> Result<Option<Step>, Refusal> {
    let name = CleanText::line(name.as_str(), Limit::TOPIC);
    if name.is_empty() || named(tx, &name)?.is_some() {
        return Ok(None);
    }
    let search = next_id(tx)?;
    let after = Some(SavedQuery { name, query: CleanText::line(query.as_str(), Limit::SENTENCE) });
    put(tx, search, after.as_ref())?;
    Ok(Some(Step::Search { search, before: None, after }))
}

pub fn rename(
    tx: &Transaction<'_>,
    search: SearchId,
    name: &CleanText,
    origin: Origin,
    now: Timestamp,
) -> Result<Changed, Refusal> {
    let name = usable(name)?;
    let Some(before) = numbered(tx, search)? else { return Ok(Changed::nothing(Done::Nothing)) };
    if before.name == name {
        return Ok(Changed::nothing(Done::Nothing));
    }
    if named(tx, &name)?.is_some_and(|(other, _)| other != search) {
        return Err(Refusal::SearchNameTaken { name: name.to_string() });
    }
    let sentence = format!("search {} renamed to {name}", before.name);
    let after = SavedQuery { name: name.clone(), query: before.query.clone() };
    write(tx, search, Some(before), Some(after), &sentence, origin, now)?;
    Ok(changed(Done::SearchRenamed { name }))
}

pub fn delete(tx: &Transaction<'_>, search: SearchId, origin: Origin, now: Timestamp) -> Result<Changed, Refusal> {
    let Some(before) = numbered(tx, search)? else { return Ok(Changed::nothing(Done::Nothing)) };
    let name = before.name.clone();
    write(tx, search, Some(before), None, &format!("search {name} deleted"), origin, now)?;
    Ok(changed(Done::SearchDeleted { name }))
}

fn next_id(tx: &Transaction<'_>) -> Result<SearchId, Refusal> {
    let count: i64 = tx.prepare_cached("SELECT count(*) FROM saved_search")?.query_row([], |row| row.get(0))?;
    if count >= SEARCHES_MAX {
        return Err(Refusal::ManySearches { most: SEARCHES_MAX });
    }
    let last: i64 = tx
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'saved_search'")?
        .query_row([], |row| row.get(0))?;
    Ok(SearchId(last + 1))
}

/// Makes the search what the journal says it was or is to be.
pub fn put(tx: &Transaction<'_>, search: SearchId, query: Option<&SavedQuery>) -> Result<(), Refusal> {
    let Some(SavedQuery { name, query }) = query else {
        tx.prepare_cached("DELETE FROM saved_search WHERE id = ?1")?.execute([search.0])?;
        return Ok(());
    };
    tx.prepare_cached(
        "INSERT INTO saved_search (id, name, folded, query) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET name = ?2, folded = ?3, query = ?4",
    )?
    .execute(params![search.0, name.as_str(), folded(name), query.as_str()])?;
    let kept = kept_condition(query.as_str()).is_some();
    tx.prepare_cached("UPDATE saved_search SET kept = ?2, stale = ?2, articles = 0, unread = 0 WHERE id = ?1")?
        .execute(params![search.0, kept])?;
    recount_stale(tx)
}

/// Whether any search has a count that marks change.
pub fn keeps_counts(tx: &Transaction<'_>) -> Result<bool, Refusal> {
    Ok(tx.prepare_cached("SELECT 1 FROM saved_search WHERE kept = 1 AND stale = 0")?.exists([])?)
}

/// Adds what the picked articles count for to the searches that hold them, or takes it away.
pub fn count_picked(tx: &Transaction<'_>, sign: i64) -> Result<(), Refusal> {
    for (search, query) in kept(tx, "SELECT id, query FROM saved_search WHERE kept = 1 AND stale = 0")? {
        let Some(wanted) = kept_condition(&query) else { continue };
        let visible = list::VISIBLE;
        let mut sql = Sql::of(&format!(
            "SELECT count(*), coalesce(sum(s.unread), 0) FROM temp.picked p CROSS JOIN state s ON s.article = p.article
             WHERE {visible} AND "
        ));
        sql.push(condition::sql(tx, wanted.as_ref())?);
        let (articles, unread): (i64, i64) = tx
            .prepare_cached(&sql.text)?
            .query_row(params_from_iter(sql.values.iter()), |row| Ok((row.get(0)?, row.get(1)?)))?;
        tx.prepare_cached("UPDATE saved_search SET articles = articles + ?2, unread = unread + ?3 WHERE id = ?1")?
            .execute(params![search, sign * articles, sign * unread])?;
    }
    Ok(())
}

/// Counts anew where a feed was renamed, moved or removed in this change.
pub fn recount_stale(tx: &Transaction<'_>) -> Result<(), Refusal> {
    for (search, query) in kept(tx, "SELECT id, query FROM saved_search WHERE stale = 1")? {
        let query = Query::parse(&query).unwrap_or_default();
        let view = View { scope: Scope::All, unread_only: false, query };
        let (articles, unread) = list::count_all(tx, &view)?;
        tx.prepare_cached("UPDATE saved_search SET articles = ?2, unread = ?3, stale = 0 WHERE id = ?1")?
            .execute(params![search, articles, unread])?;
    }
    Ok(())
}

fn kept(tx: &Transaction<'_>, sql: &str) -> Result<Vec<(i64, String)>, Refusal> {
    let mut statement = tx.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The condition of a query whose counts are kept; `Some(None)` where it asks for everything.
#[expect(clippy::option_option, reason = "a kept search may have no condition")]
fn kept_condition(text: &str) -> Option<Option<Condition>> {
    let query = Query::parse(text).ok()?;
    let limited = query.wanted().is_some_and(|it| it.limit.is_some());
    let condition = query.condition().cloned();
    (!limited && condition.as_ref().is_none_or(Condition::is_of_marks)).then_some(condition)
}

fn write(
    tx: &Transaction<'_>,
    search: SearchId,
    before: Option<SavedQuery>,
    after: Option<SavedQuery>,
    sentence: &str,
    origin: Origin,
    now: Timestamp,
) -> Result<(), Refusal> {
    put(tx, search, after.as_ref())?;
    journal::write(tx, sentence, origin, now, &[Step::Search { search, before, after }])
}

/// The tree shows searches beside feeds: it is looked at again as a whole.
fn changed(done: Done) -> Changed {
    Changed { done, touched: Touched { feeds: true, ..Touched::default() } }
}

fn usable(name: &CleanText) -> Result<CleanText, Refusal> {
    let name = CleanText::line(name.as_str(), Limit::TOPIC);
    if name.is_empty() { Err(Refusal::SearchWithoutName) } else { Ok(name) }
}

fn named(tx: &Transaction<'_>, name: &CleanText) -> Result<Option<(SearchId, SavedQuery)>, Refusal> {
    let id: Option<i64> = tx
        .prepare_cached("SELECT id FROM saved_search WHERE folded = ?1")?
        .query_row([folded(name)], |row| row.get(0))
        .optional()?;
    let Some(id) = id.map(SearchId) else { return Ok(None) };
    Ok(numbered(tx, id)?.map(|it| (id, it)))
}

fn numbered(tx: &Transaction<'_>, search: SearchId) -> Result<Option<SavedQuery>, Refusal> {
    let found = tx
        .prepare_cached("SELECT name, query FROM saved_search WHERE id = ?1")?
        .query_row([search.0], |row| {
            Ok(SavedQuery {
                name: CleanText::line(row.get_ref(0)?.as_str()?, Limit::TOPIC),
                query: CleanText::line(row.get_ref(1)?.as_str()?, Limit::SENTENCE),
            })
        })
        .optional()?;
    Ok(found)
}

fn folded(name: &CleanText) -> String {
    name.as_str().to_lowercase()
}
