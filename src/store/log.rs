//! Keeps the log of changes (WAL) short. SQLite writes the log from its beginning again only at a moment at which nobody
//! reads from it; while one question overlaps the next there is none, and the log grows with all that arrives
//! (sqlite.org/wal.html, “avoiding excessively large WAL files”). Past a size that moment is therefore waited for.
//!
//! Never waits for long: somebody else's reader may hold its view of the library for an hour.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

use super::refusal::Refusal;
use super::schema;

/// From here on a moment without readers is waited for.
const LONG_BYTES: u64 = 24 * 1_048_576;
/// Where there was none, it is waited for again when the log has grown by so much.
const STEP_BYTES: u64 = 4 * 1_048_576;
/// A question takes less, and what a person does waits no longer than for a slice of other work.
const PATIENCE: Duration = Duration::from_millis(100);

pub struct Log {
    path: Option<PathBuf>,
    /// So long must it be before the next attempt.
    next_at_bytes: u64,
}

impl Log {
    pub fn of(connection: &Connection) -> Log {
        let path = connection.path().filter(|it| !it.is_empty()).map(|it| PathBuf::from(format!("{it}-wal")));
        Log { path, next_at_bytes: LONG_BYTES }
    }

    /// To be called between two changes. What fails is tried again later: the log is only longer for that.
    pub fn keep_short(&mut self, connection: &Connection) {
        let Some(bytes) = self.path.as_ref().and_then(|it| std::fs::metadata(it).ok()).map(|it| it.len()) else {
            return;
        };
        if bytes < LONG_BYTES {
            self.next_at_bytes = LONG_BYTES;
        } else if bytes >= self.next_at_bytes {
            match begin_anew(connection) {
                // The file itself is cut with the next change.
                Ok(true) => self.next_at_bytes = LONG_BYTES,
                Ok(false) | Err(_) => self.next_at_bytes = bytes + STEP_BYTES,
            }
        }
    }
}

/// Copies the log into the file and waits for readers to leave it. `false` where one stays.
fn begin_anew(connection: &Connection) -> Result<bool, Refusal> {
    connection.busy_timeout(PATIENCE)?;
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
    connection.busy_timeout(schema::BUSY_TIMEOUT)?;
    Ok(busy? == 0)
}
