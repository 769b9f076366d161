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
/// A slice is a few dozen milliseconds of work: what a person does waits for no more than that.
const BODIES_A_SLICE: usize = 16;
/// Of frames; a long text takes as long as many short ones.
const BYTES_A_SLICE: usize = 64 * 1_024;
/// Those that need nothing are passed over faster.
const LOOKED_AT_A_SLICE: i64 = 512;
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

/// Presses some bodies anew, in ascending order: those that were read for the index since they arrived.
///
/// They are taken out and put back in. Were they only written over, each page would keep as many as before and the space
/// between them would stay empty: of 20,000 bodies of 2,458 bytes that became 1,388 the table kept 3,075 bytes each;
/// taken out and put back they take 1,549. The pages that come free are those of the articles to come.
fn press_anew(connection: &Connection, press: &mut Press) -> Result<Housework, Refusal> {
    if !connection.prepare_cached("SELECT 1 FROM loose")?.exists([])? {
        press.rest();
        return Ok(Housework::Done);
    }
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let loose = some_loose(&tx)?;
    let mut pressed = Vec::new();
    for body in loose.iter().filter_map(|it| it.frames.as_ref()) {
        match pressed_smaller(&tx, press, body) {
            Ok(smaller) => pressed.push(smaller),
            // It stays as it is: `doctor` names it, and the others are not to wait for it for ever.
            Err(Refusal::Damaged { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    {
        let mut out = tx.prepare_cached("DELETE FROM body WHERE article = ?1")?;
        for it in &pressed {
            out.execute([it.article])?;
        }
        let mut back = tx.prepare_cached(
            "INSERT INTO body (article, dictionary, html, summary, base, language, topics, enclosures, comments, at_leisure)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1)",
        )?;
        for Body { article, dictionary, html, summary, rest } in pressed {
            let [base, language, topics, enclosures, comments] = rest;
            back.execute(params![article, dictionary, html, summary, base, language, topics, enclosures, comments])?;
        }
        let mut done = tx.prepare_cached("DELETE FROM loose WHERE article = ?1")?;
        for it in &loose {
            done.execute([it.article])?;
        }
    }
    tx.commit()?;
    Ok(Housework::More)
}

/// An article whose body may still be as it arrived; without one where it has none or has been pressed anew.
struct Loose {
    article: i64,
    frames: Option<Body>,
}

/// A row of `body`.
struct Body {
    article: i64,
    dictionary: i64,
    html: Vec<u8>,
    summary: Option<Vec<u8>>,
    /// What else stands in it.
    rest: [Option<String>; 5],
}

/// The next of them, as far as a slice goes.
fn some_loose(tx: &Transaction<'_>) -> Result<Vec<Loose>, Refusal> {
    let mut find = tx.prepare_cached(
        "SELECT l.article, b.at_leisure, b.dictionary, b.html, b.summary, b.base, b.language, b.topics, b.enclosures, b.comments
         FROM loose l LEFT JOIN body b ON b.article = l.article ORDER BY l.article LIMIT ?1",
    )?;
    let mut rows = find.query([LOOKED_AT_A_SLICE])?;
    let (mut loose, mut bodies, mut bytes) = (Vec::new(), 0, 0);
    while bodies < BODIES_A_SLICE
        && bytes < BYTES_A_SLICE
        && let Some(row) = rows.next()?
    {
        let article = row.get(0)?;
        let is_loose = row.get::<_, Option<i64>>(1)? == Some(0);
        let frames = match is_loose {
            false => None,
            true => Some(Body {
                article,
                dictionary: row.get(2)?,
                html: row.get(3)?,
                summary: row.get(4)?,
                rest: [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?],
            }),
        };
        bodies += usize::from(is_loose);
        bytes += frames.as_ref().map_or(0, |it| it.html.len());
        loose.push(Loose { article, frames });
    }
    Ok(loose)
}

fn pressed_smaller(tx: &Transaction<'_>, press: &mut Press, body: &Body) -> Result<Body, Refusal> {
    let mut smaller = |frame: &[u8]| press.pressed_at_leisure(tx, &blob::unpressed(tx, body.dictionary, frame)?);
    let html = smaller(&body.html)?;
    let summary = body.summary.as_deref().map(&mut smaller).transpose()?;
    Ok(Body { article: body.article, dictionary: press.number(), html, summary, rest: body.rest.clone() })
}

fn articles(connection: &Connection) -> Result<i64, Refusal> {
    number(connection, "SELECT coalesce(sum(articles), 0) FROM feed")
}

fn number(connection: &Connection, sql: &str) -> Result<i64, Refusal> {
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}
