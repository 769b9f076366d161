//! Which stored article an article of a feed's document is: by the keys it was seen under, within its feed and never
//! across feeds. Keys are kept as numbers made of them: they are never shown, only compared.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::feed::ParsedArticle;
use crate::news::{ArticleId, FeedId, Timestamp};

use super::refusal::Refusal;

/// Keys kept for one article: publishers that make up a new guid at every fetch would fill the library.
const ALIASES_MAX: i64 = 24;
const SEQUENCES_A_DAY: i64 = 1 << 20;

/// An article of a document with the keys that are its own.
pub struct Listed<'a> {
    pub article: &'a ParsedArticle,
    /// Its place in the document.
    pub place: usize,
    pub keys: OwnKeys<'a>,
}

/// As [`crate::feed::Keys`], of which most are in the document.
pub type OwnKeys<'a> = Vec<Cow<'a, str>>;

/// The articles of a document with the keys that are theirs alone, each once. One that has no key is known by what it
/// says; one whose keys all belong to articles before it is one of those, and is left out.
pub fn listed_once(articles: &[ParsedArticle]) -> Vec<Listed<'_>> {
    let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
    let mut listed = Vec::with_capacity(articles.len());
    for (place, article) in articles.iter().enumerate() {
        let mut keys: OwnKeys<'_> = article.keys.0.iter().map(|it| Cow::Borrowed(it.as_str())).collect();
        if keys.is_empty() {
            let published = article.published.map_or(0, Timestamp::seconds);
            let said = format!("{}\0{published}\0{}", article.title, article.body.0);
            keys.push(Cow::Owned(format!("said:{}", blake3::hash(said.as_bytes()).to_hex())));
        }
        keys.retain(|it| seen.insert(it.clone()));
        if !keys.is_empty() {
            listed.push(Listed { article, place, keys });
        }
    }
    listed
}

/// The number that stands for a key: the first eight bytes of its hash. A feed of a hundred thousand keys has two that
/// share one with a chance of one in three thousand million; who makes such keys on purpose harms their own feed.
pub fn key_number(key: &str) -> i64 {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..8]);
    i64::from_le_bytes(first)
}

/// Makes `key_number(text)` known to a connection that brings a library up to date.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("key_number", 1, flags, |context| {
        let key: String = context.get(0)?;
        Ok(key_number(&key))
    })
}

/// Whether an article of the feed has ever been seen under a key: before its first document none has.
pub fn has_keys(tx: &Transaction<'_>, feed: FeedId) -> Result<bool, Refusal> {
    Ok(tx.prepare_cached("SELECT 1 FROM alias WHERE feed = ?1")?.exists([feed.0])?)
}

/// For each list of keys the stored article it means, if any. All first keys are tried before any second one, so that
/// a weak match of one article never takes what is another's by a strong one. No article is meant twice.
pub fn matching(
    tx: &Transaction<'_>,
    feed: FeedId,
    keys: &[&[Cow<'_, str>]],
) -> Result<Vec<Option<ArticleId>>, Refusal> {
    let mut matched: Vec<Option<ArticleId>> = vec![None; keys.len()];
    let mut taken: HashSet<ArticleId> = HashSet::new();
    let ranks = keys.iter().map(|it| it.len()).max().unwrap_or(0);
    let mut find = tx.prepare_cached("SELECT article FROM alias WHERE feed = ?1 AND key = ?2")?;
    for rank in 0..ranks {
        for (keys, matched) in keys.iter().zip(&mut matched) {
            let (None, Some(key)) = (*matched, keys.get(rank)) else { continue };
            let found = find.query_row(params![feed.0, key_number(key)], |row| row.get(0).map(ArticleId)).optional()?;
            if let Some(article) = found.filter(|it| taken.insert(*it)) {
                *matched = Some(article);
            }
        }
    }
    Ok(matched)
}

/// Writes down that the article was seen under these keys. A key is the article's that was last seen under it.
pub fn remember(
    tx: &Transaction<'_>,
    feed: FeedId,
    article: ArticleId,
    keys: &[Cow<'_, str>],
    is_known: bool,
    at: Timestamp,
) -> Result<(), Refusal> {
    let mut new_keys = 0;
    for key in keys {
        new_keys += tx
            .prepare_cached(
                "INSERT INTO alias (feed, key, article, seen) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (feed, key) DO UPDATE SET article = excluded.article, seen = excluded.seen
                     WHERE alias.article <> excluded.article",
            )?
            .execute(params![feed.0, key_number(key), article.0, at.seconds()])?;
    }
    // An article that is new has no more keys than its document gave it.
    if new_keys > 0 && is_known {
        forget_oldest(tx, feed, article, keys)?;
    }
    Ok(())
}

/// The same for the articles of a feed's first document, whose keys nothing can have. Of two keys that are made to look
/// alike the first wins.
pub fn remember_first(
    tx: &Transaction<'_>,
    feed: FeedId,
    article: ArticleId,
    keys: &[Cow<'_, str>],
    at: Timestamp,
) -> Result<(), Refusal> {
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO alias (feed, key, article, seen) VALUES (?1, ?2, ?3, ?4)")?;
    for key in keys {
        insert.execute(params![feed.0, key_number(key), article.0, at.seconds()])?;
    }
    Ok(())
}

/// Gives numbers to new articles.
#[derive(Default)]
pub struct Numbers {
    next: HashMap<i64, i64>,
}

impl Numbers {
    /// The next number of the moment's UTC day; of the next day that has room, where that day is full.
    pub fn mint(&mut self, tx: &Transaction<'_>, sort: Timestamp) -> Result<ArticleId, Refusal> {
        let mut day = sort.utc_day();
        loop {
            let first = day * SEQUENCES_A_DAY;
            let next = match self.next.get(&day) {
                Some(next) => *next,
                None => {
                    let last: Option<i64> = tx
                        .prepare_cached("SELECT max(id) FROM article WHERE id >= ?1 AND id < ?2")?
                        .query_row(params![first, first + SEQUENCES_A_DAY], |row| row.get(0))?;
                    last.map_or(first, |it| it + 1)
                }
            };
            self.next.insert(day, next + 1);
            if next < first + SEQUENCES_A_DAY {
                return Ok(ArticleId(next));
            }
            day += 1;
        }
    }
}

/// Looks through the keys of the feed: rarely, since only a known article with a key never seen asks for it.
///
/// What the document has now stays, however long ago it was seen first: a link outlives the guids made up beside it.
fn forget_oldest(
    tx: &Transaction<'_>,
    feed: FeedId,
    article: ArticleId,
    present: &[Cow<'_, str>],
) -> Result<(), Refusal> {
    let known: i64 = tx
        .prepare_cached("SELECT count(*) FROM alias WHERE feed = ?1 AND article = ?2")?
        .query_row(params![feed.0, article.0], |row| row.get(0))?;
    if known > ALIASES_MAX {
        tx.prepare_cached(
            "DELETE FROM alias WHERE feed = ?1 AND key IN
                 (SELECT key FROM alias WHERE feed = ?1 AND article = ?2
                      AND key NOT IN (SELECT value FROM json_each(?4)) ORDER BY seen, key LIMIT ?3)",
        )?
        .execute(params![feed.0, article.0, known - ALIASES_MAX, numbers_of(present)])?;
    }
    Ok(())
}

/// The numbers of keys, as SQL takes a list.
fn numbers_of(keys: &[Cow<'_, str>]) -> String {
    serde_json::json!(keys.iter().map(|it| key_number(it)).collect::<Vec<_>>()).to_string()
}
