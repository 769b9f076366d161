//! Letting go of the texts of articles that a person deleted a good while ago. A slice at a time, while nobody waits.
//!
//! Never touches what is starred or tagged, never a row, a mark or a key by which an article is known: a feed that still
//! lists it does not bring it back. What can be undone within a while is kept whole.

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::news::{ArticleId, Timestamp};

use super::index_row;
use super::refusal::Refusal;

/// Deleting is soft for so long,
pub const DAYS_KEPT: i64 = 30;
/// and until a person has done so much since: whoever comes back from a long journey can undo what they did before it.
pub const STEPS_KEPT: i64 = 100;
/// Articles of one slice.
const ARTICLES_A_SLICE: i64 = 64;
const DAY_SECONDS: i64 = 86_400;

/// Lets the texts of some articles go, or notes since when some are deleted. Returns whether there was anything to do.
pub fn let_go(connection: &Connection, now: Timestamp) -> Result<bool, Refusal> {
    let undated: bool = connection.prepare_cached("SELECT 1 FROM deleted WHERE since IS NULL")?.exists([])?;
    let over = over(connection, now)?;
    let waiting =
        connection.prepare_cached("SELECT 1 FROM deleted WHERE settled = 0 AND since <= ?1")?.exists([over])?;
    if !undated && !waiting {
        return Ok(false);
    }
    let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    tx.prepare_cached(
        "UPDATE deleted SET since = ?1
         WHERE article IN (SELECT article FROM deleted WHERE since IS NULL LIMIT ?2)",
    )?
    .execute(params![now.seconds(), ARTICLES_A_SLICE])?;
    for article in due(&tx, over)? {
        let kept = tx
            .prepare_cached(
                "SELECT 1 FROM state s WHERE s.article = ?1 AND (s.deleted = 0 OR s.starred = 1
                     OR EXISTS (SELECT 1 FROM tagging t WHERE t.article = s.article))",
            )?
            .exists([article])?;
        if !kept {
            let row = index_row::of(ArticleId(article));
            tx.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([row])?;
            for sql in [
                "DELETE FROM queue WHERE article = ?1",
                "DELETE FROM revision WHERE article = ?1",
                "DELETE FROM metadata WHERE article = ?1",
                "DELETE FROM page WHERE article = ?1",
                "DELETE FROM body WHERE article = ?1",
                "DELETE FROM loose WHERE article = ?1",
                "UPDATE article SET has_page = 0 WHERE id = ?1",
            ] {
                tx.prepare_cached(sql)?.execute([article])?;
            }
        }
        tx.prepare_cached("UPDATE deleted SET settled = 1 WHERE article = ?1")?.execute([article])?;
    }
    tx.commit()?;
    Ok(true)
}

/// The moment before which what was deleted is over and done with.
fn over(connection: &Connection, now: Timestamp) -> Result<i64, Refusal> {
    let mut steps = connection.prepare_cached("SELECT at FROM journal ORDER BY number DESC LIMIT 1 OFFSET ?1")?;
    let mut rows = steps.query([STEPS_KEPT - 1])?;
    let far_enough: Option<i64> = match rows.next()? {
        Some(row) => Some(row.get(0)?),
        None => None,
    };
    Ok(far_enough.unwrap_or(i64::MIN).min(now.seconds() - DAYS_KEPT * DAY_SECONDS))
}

fn due(tx: &Transaction<'_>, over: i64) -> Result<Vec<i64>, Refusal> {
    let mut statement =
        tx.prepare_cached("SELECT article FROM deleted WHERE settled = 0 AND since <= ?1 ORDER BY since LIMIT ?2")?;
    let rows = statement.query_map(params![over, ARTICLES_A_SLICE], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
