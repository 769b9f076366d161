//! Hosts that asked to be left alone. What one feed was told holds for all of that host, also after a restart.

use rusqlite::{Connection, Transaction, params};

use crate::news::Timestamp;

use super::ask::HeldHost;
use super::change::{Changed, Done};
use super::refusal::Refusal;

/// Writes down that nothing may be asked of the host before this moment.
pub fn refused(tx: &Transaction<'_>, host: &str, not_before: Timestamp) -> Result<Changed, Refusal> {
    tx.prepare_cached(
        "INSERT INTO host (name, not_before, refusals) VALUES (?1, ?2, 1)
         ON CONFLICT (name) DO UPDATE SET not_before = max(not_before, excluded.not_before), refusals = refusals + 1",
    )?
    .execute(params![host, not_before.seconds()])?;
    Ok(Changed::nothing(Done::Failed))
}

/// Forgets what the host asked for: it answers again.
pub fn served(tx: &Transaction<'_>, host: &str) -> Result<Changed, Refusal> {
    tx.prepare_cached("DELETE FROM host WHERE name = ?1")?.execute([host])?;
    Ok(Changed::nothing(Done::Nothing))
}

pub fn held(connection: &Connection) -> Result<Vec<HeldHost>, Refusal> {
    let mut statement = connection.prepare_cached("SELECT name, not_before, refusals FROM host ORDER BY name")?;
    let rows = statement.query_map([], |row| {
        Ok(HeldHost { name: row.get(0)?, not_before: Timestamp::from_seconds(row.get(1)?), refusals: row.get(2)? })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
