//! What the writer does while nobody waits: the statistics that SQLite chooses its ways by, a dictionary for the library's
//! own texts, older texts pressed anew with it, and letting go of what was deleted long ago. In slices, each a
//! transaction: a change that comes meanwhile waits for one slice at most. Nothing here alters what a person sees.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::news::Timestamp;

use super::blob::{self, Press};
use super::purge;
use super::refusal::Refusal;

/// A dictionary learns from so many bodies, the newest, and is not made from fewer.
pub const BODIES_TO_LEARN_FROM: usize = 2_000;
const LEARNING_BYTES_MAX: usize = 8 * 1_048_576;
const BODIES_A_SLICE: i64 = 64;
/// Statistics are gathered anew when the library has grown to so many times what it was.
const GROWTH_TO_OPTIMISE: i64 = 2;
const ARTICLES_TO_OPTIMISE_MIN: i64 = 100;

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Housework {
    More,
    Done,
}

/// Does a slice of what there is to do, and leaves `press` with the newest dictionary.
pub fn keep(connection: &Connection, press: &mut Press, now: Timestamp) -> Result<Housework, Refusal> {
    if optimise(connection)? || purge::let_go(connection, now)? {
        return Ok(Housework::More);
    }
    if press.has_dictionary() {
        return press_anew(connection, press);
    }
    // Another program may have made one.
    if press.take_newest(connection)? {
        return Ok(Housework::More);
    }
    if articles(connection)? < BODIES_TO_LEARN_FROM as i64 || !press.may_learn() || !learn(connection)? {
        return Ok(Housework::Done);
    }
    press.take_newest(connection)?;
    Ok(Housework::More)
}

/// Gathers statistics where the library has grown since. Without them SQLite may walk a whole table for one feed; those of
/// an empty library are worse than none.
fn optimise(connection: &Connection) -> Result<bool, Refusal> {
    let articles = articles(connection)?;
    let at: i64 = number(connection, "SELECT value FROM meta WHERE name = 'optimised_at'")?;
    if articles < ARTICLES_TO_OPTIMISE_MIN || articles < at.saturating_mul(GROWTH_TO_OPTIMISE) {
        return Ok(false);
    }
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    // 0x10002: look at all tables, each within a bound (pragma optimize, SQLite 3.46 and later).
    tx.execute_batch("PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002")?;
    tx.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'optimised_at'")?.execute([articles])?;
    tx.commit()?;
    Ok(true)
}

/// Trains a dictionary once there are enough texts. Returns whether one was made.
fn learn(connection: &Connection) -> Result<bool, Refusal> {
    let mut texts = Vec::new();
    let mut bytes = 0;
    {
        let mut statement =
            connection.prepare_cached("SELECT dictionary, html FROM body ORDER BY article DESC LIMIT ?1")?;
        let mut rows = statement.query([BODIES_TO_LEARN_FROM as i64])?;
        while let Some(row) = rows.next()? {
            let text = blob::unpressed(connection, row.get(0)?, &row.get::<_, Vec<u8>>(1)?)?;
            bytes += text.len();
            if bytes <= LEARNING_BYTES_MAX {
                texts.push(text.into_bytes());
            } else {
                texts.push(Vec::new());
            }
        }
    }
    if texts.len() < BODIES_TO_LEARN_FROM {
        return Ok(false);
    }
    texts.retain(|it| !it.is_empty());
    let Some(dictionary) = blob::trained(&texts) else { return Ok(false) };
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    tx.prepare_cached("INSERT OR IGNORE INTO dictionary (number, bytes) VALUES (?1, ?2)")?
        .execute(params![blob::dictionary_number(&dictionary), dictionary])?;
    tx.commit()?;
    Ok(true)
}

/// Presses some bodies that were stored without a dictionary anew, in ascending order.
fn press_anew(connection: &Connection, press: &mut Press) -> Result<Housework, Refusal> {
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let from: i64 = number(&tx, "SELECT value FROM meta WHERE name = 'recompressed_to'")?;
    let mut to = None;
    {
        let mut find = tx.prepare_cached(
            "SELECT article, dictionary, html, summary FROM body WHERE article > ?1 ORDER BY article LIMIT ?2",
        )?;
        let mut write =
            tx.prepare_cached("UPDATE body SET dictionary = ?2, html = ?3, summary = ?4 WHERE article = ?1")?;
        let mut rows = find.query(params![from, BODIES_A_SLICE])?;
        while let Some(row) = rows.next()? {
            let article: i64 = row.get(0)?;
            to = Some(article);
            if row.get::<_, i64>(1)? != 0 {
                continue;
            }
            let html = press.pressed_at_leisure(&tx, &blob::unpressed(&tx, 0, &row.get::<_, Vec<u8>>(2)?)?)?;
            let summary = match row.get::<_, Option<Vec<u8>>>(3)? {
                Some(summary) => Some(press.pressed_at_leisure(&tx, &blob::unpressed(&tx, 0, &summary)?)?),
                None => None,
            };
            write.execute(params![article, press.number(), html, summary])?;
        }
    }
    let Some(to) = to else {
        press.rest();
        return Ok(Housework::Done);
    };
    tx.prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'recompressed_to'")?.execute([to])?;
    tx.commit()?;
    Ok(Housework::More)
}

fn articles(connection: &Connection) -> Result<i64, Refusal> {
    number(connection, "SELECT coalesce(sum(articles), 0) FROM feed")
}

fn number(connection: &Connection, sql: &str) -> Result<i64, Refusal> {
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
