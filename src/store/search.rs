//! Finding by words: writing the index and asking it. The index holds tokens as `words` makes them and no text; its
//! rows are articles in the order of days (see [`index_row`]), so that it answers newest day first.

use std::collections::HashSet;

use rusqlite::{Connection, Transaction, params};

use crate::news::ArticleId;
use crate::words::{self, Term};

use super::change::{Changed, Done, Enriched, Touched};
use super::refusal::Refusal;
use super::{index_row, row};

/// Writes the index and the metadata of articles and takes them off the queue. An article that changed since its text
/// was read stays queued.
pub fn enrich(tx: &Transaction<'_>, enriched: &[Enriched]) -> Result<Changed, Refusal> {
    let mut taken_off = Vec::new();
    for one in enriched {
        let taken = tx
            .prepare_cached("DELETE FROM queue WHERE article = ?1 AND stamp = ?2")?
            .execute(params![one.article.0, one.stamp])?;
        let is_known = tx.prepare_cached("SELECT 1 FROM article WHERE id = ?1")?.exists([one.article.0])?;
        if taken == 0 || !is_known {
            continue;
        }
        row::put_metadata(tx, one.article, &one.metadata)?;
        // Its text is new or another: it is pressed anew while nobody waits.
        tx.prepare_cached("INSERT OR IGNORE INTO loose (article) VALUES (?1)")?.execute([one.article.0])?;
        if let Some(language) = &one.metadata.language {
            tx.prepare_cached("INSERT OR IGNORE INTO language (code) VALUES (?1)")?.execute([language])?;
        }
        taken_off.push(one);
    }
    if taken_off.is_empty() {
        return Ok(Changed::nothing(Done::Nothing));
    }
    // Last and in one go: FTS5 gathers rows in memory, and writes a part of its index whenever a savepoint is opened,
    // as SQLite does for every statement that might have to take back a row, those above among them.
    let mut insert = tx.prepare_cached("INSERT OR REPLACE INTO search (rowid, tokens) VALUES (?1, ?2)")?;
    let mut rows: Vec<(i64, &str)> =
        taken_off.iter().map(|it| (index_row::of(it.article), it.tokens.as_str())).collect();
    // It also does so whenever a row lies below the one before.
    rows.sort_by_key(|it| it.0);
    for (row, tokens) in rows {
        insert.execute(params![row, tokens])?;
    }
    let articles: Vec<ArticleId> = taken_off.iter().map(|it| it.article).collect();
    let done = Done::Enriched { count: articles.len() };
    Ok(Changed { done, touched: Touched { articles, ..Touched::default() } })
}

/// Queues every article where the index was written by another version of `words`.
pub fn queue_all_where_words_changed(connection: &Connection, words_version: i64) -> Result<(), Refusal> {
    let stored: i64 =
        connection.query_row("SELECT value FROM meta WHERE name = 'words_version'", [], |row| row.get(0))?;
    if stored == words_version {
        return Ok(());
    }
    let tx = Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    tx.execute("UPDATE meta SET value = value + 1 WHERE name = 'stamp'", [])?;
    tx.execute(
        "INSERT OR REPLACE INTO queue (article, stamp)
             SELECT id, (SELECT value FROM meta WHERE name = 'stamp') FROM article",
        [],
    )?;
    tx.execute("UPDATE meta SET value = ?1 WHERE name = 'words_version'", [words_version])?;
    Ok(tx.commit()?)
}

/// The index's own expression for words that must all be there.
pub fn expression(terms: &[Term]) -> String {
    let atom = |it: &words::Atom| format!("\"{}\"{}", it.token.replace('"', ""), if it.prefix { "*" } else { "" });
    let all = |atoms: &Vec<words::Atom>| {
        let atoms: Vec<String> = atoms.iter().map(atom).collect();
        format!("({})", atoms.join(" AND "))
    };
    let any = |term: &Term| format!("({})", term.any_of.iter().map(all).collect::<Vec<_>>().join(" OR "));
    terms.iter().map(any).collect::<Vec<_>>().join(" AND ")
}

pub fn stored_tokens(text: &str) -> HashSet<String> {
    words::tokens(text, None)
}

/// The languages of the articles in the index.
pub fn languages(connection: &Connection) -> Result<Vec<String>, Refusal> {
    let mut statement = connection.prepare_cached("SELECT code FROM language ORDER BY code")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
