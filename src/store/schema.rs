//! Opening, making and bringing up to date the library's file. A file that is not ours, is damaged or was made by a
//! newer program is refused before anything is written, and stays as it is byte for byte.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, Progress, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::refusal::Refusal;
use super::{identity, verify};

/// Numbered files, never edited once released; the library's `user_version` is how many of them it has been through.
pub const MIGRATIONS: &[&str] = &[
    include_str!("../../assets/schema/0001_library.sql"),
    include_str!("../../assets/schema/0002_archive.sql"),
    include_str!("../../assets/schema/0003_etiquette.sql"),
    include_str!("../../assets/schema/0004_searches.sql"),
    include_str!("../../assets/schema/0005_dictionary.sql"),
    include_str!("../../assets/schema/0006_tags_within.sql"),
    include_str!("../../assets/schema/0007_letting_go.sql"),
    include_str!("../../assets/schema/0008_smaller.sql"),
];

/// `Dtln`, at byte 68 of the file.
const APPLICATION_ID: i32 = 0x4474_6c6e;
const FILE_NAME: &str = "library.db";
const BACKUP_FOLDER: &str = "backup";
const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// 3.51.3: before it, two connections in WAL mode could damage a file (the WAL-reset bug of SQLite 3.7.0 to 3.51.2).
const SQLITE_VERSION_MIN: i32 = 3_051_003;
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS_CACHED: usize = 128;
/// Of each connection that reads. The kernel has the file's pages too; what matters here is the way down its trees.
const READER_CACHE_KIB: i64 = 1_024;
/// What a busy hour leaves of the WAL on disk once it has been copied into the file.
const WAL_BYTES_KEPT: i64 = 16 * 1_048_576;
/// Of new libraries. Bodies are about two kilobytes: of 4 KB pages a third would stay empty.
const PAGE_BYTES: i64 = 8_192;
const HEADER_BYTES: usize = 100;
const COPY_PAGES_A_STEP: i32 = 4_096;
const COPY_PAUSE: Duration = Duration::from_millis(10);

/// How far bringing an older library up to date is. It may take minutes where there are a million articles; ended at
/// any instant, it leaves the library as it was before the step that was under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// The file is copied first: so many bytes of so many.
    Copying { done: u64, bytes: u64 },
    /// This step of so many is under way.
    Step { number: usize, steps: usize },
}

/// Makes the folder and the library where they are missing, brings an older library up to date, and returns the path
/// of the file and the one writable connection.
#[cfg(test)]
pub fn open(folder: &Path, migrations: &[&str]) -> Result<(PathBuf, Connection), Refusal> {
    open_telling(folder, migrations, &mut |_| {})
}

/// The same, and tells how far bringing it up to date is, where there is anything to be done.
pub fn open_telling(
    folder: &Path,
    migrations: &[&str],
    told: &mut dyn FnMut(Upgrade),
) -> Result<(PathBuf, Connection), Refusal> {
    if rusqlite::version_number() < SQLITE_VERSION_MIN {
        return Err(Refusal::OldSqlite { found: rusqlite::version().to_owned() });
    }
    make_folder(folder)?;
    let path = folder.join(FILE_NAME);
    if !path.exists() {
        create(&path, migrations)?;
    }
    let found = check_untouched(&path, migrations.len() as i64)?;
    let mut connection =
        Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    prepare(&connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    if (found as usize) < migrations.len() {
        copy_before(&connection, folder, found, told)?;
        migrate(&mut connection, migrations, told)?;
    }
    Ok((path, connection))
}

/// A connection that can't write.
pub fn open_reader(path: &Path) -> Result<Connection, Refusal> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    prepare(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    Ok(connection)
}

/// Opens or makes a file that only its owner can read, whatever the umask.
pub fn private_file(path: &Path) -> io::Result<File> {
    let existed = path.exists();
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(FILE_MODE).open(path)?;
    if !existed {
        file.set_permissions(Permissions::from_mode(FILE_MODE))?;
    }
    Ok(file)
}

/// The number of migrations the open library has been through.
pub fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA user_version")?.query_row([], |row| row.get(0))
}

fn prepare(connection: &Connection) -> Result<(), Refusal> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    verify::register(connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // The bundled SQLite keeps samples of its indexes (`SQLITE_ENABLE_STAT4`) and, to look values up in them, plans a
    // statement anew whenever another value is bound to it: that took longer than answering. With the planner's stability
    // guarantee a statement is planned once (sqlite.org/queryplanner-ng.html#qpstab).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update_and_check(None, "journal_size_limit", WAL_BYTES_KEPT, |_| Ok(()))?;
    Ok(())
}

fn make_folder(folder: &Path) -> Result<(), Refusal> {
    if folder.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(|it| Refusal::folder(folder, &it))?;
    fs::set_permissions(folder, Permissions::from_mode(FOLDER_MODE)).map_err(|it| Refusal::folder(folder, &it))
}

/// Makes a whole library beside the path and then gives it its name: a kill in between leaves no half of one, and of
/// two programs that do this at once one wins.
fn create(path: &Path, migrations: &[&str]) -> Result<(), Refusal> {
    let on_disk = |error: &io::Error| Refusal::folder(path, error);
    remove_left_over(path);
    let making = path.with_file_name(format!("{FILE_NAME}.{}.{:x}", std::process::id(), super::random_number()));
    let file = private_file(&making).map_err(|it| on_disk(&it))?;
    let made = (|| {
        let mut connection = Connection::open(&making)?;
        // Before the first table: afterwards it stays as it is.
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate(&mut connection, migrations, &mut |_| {})?;
        // Set while nobody else has it: the file itself says so from then on.
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        connection.close().map_err(|(_, error)| error)?;
        file.sync_all().map_err(|it| on_disk(&it))?;
        // A hard link never replaces what is there; renaming is for file systems without them.
        match fs::hard_link(&making, path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(_) => fs::rename(&making, path).map_err(|it| on_disk(&it)),
        }
    })();
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut left_over = making.clone().into_os_string();
        left_over.push(ending);
        let _ = fs::remove_file(left_over);
    }
    made
}

/// Removes what making a library left when it was killed. Another program that is at it keeps its own.
fn remove_left_over(path: &Path) {
    for entry in path.parent().map(fs::read_dir).into_iter().flatten().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(FILE_NAME).and_then(|it| it.strip_prefix('.')?.split_once('.')).map(|it| it.0);
        let process = process.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
        if process.is_some_and(|it| !Path::new("/proc").join(it).exists()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Looks at an existing file without writing a byte; returns its schema's version.
fn check_untouched(path: &Path, known: i64) -> Result<i64, Refusal> {
    let mut header = Vec::new();
    let mut file = File::open(path).map_err(|it| Refusal::folder(path, &it))?;
    file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(|it| Refusal::folder(path, &it))?;
    if header.len() < HEADER_BYTES {
        return Err(Refusal::damaged("the file is too short"));
    }
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(Refusal::damaged("it does not begin as a library does"));
    }
    let number =
        |at: usize| i64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    if number(68) != i64::from(APPLICATION_ID) {
        return Err(Refusal::NotALibrary { path: path.display().to_string() });
    }
    let found = number(60);
    if found > known {
        return Err(Refusal::NewerSchema { found, known });
    }
    let page_bytes = match i64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        bytes => bytes,
    };
    let file_bytes = file.metadata().map_err(|it| Refusal::folder(path, &it))?.len() as i64;
    // Pages that only the WAL has may be missing from the file.
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let has_wal = fs::metadata(&wal).is_ok_and(|it| it.len() > 0);
    if !has_wal && file_bytes < page_bytes * number(28) {
        return Err(Refusal::damaged("its end is missing"));
    }
    if found == 0 {
        return Err(Refusal::damaged("it has no schema"));
    }
    // A read-only connection must not make a WAL's index beside a file that is then refused.
    // Where there is no WAL at all, nobody has the library open.
    let is_at_rest = !Path::new(&wal).exists();
    let address = format!("file:{}?mode=ro{}", percent_encoded(path), if is_at_rest { "&immutable=1" } else { "" });
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(address, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    // With a WAL the number in the file may be an old one.
    let found = version(&connection)?;
    if found > known {
        return Err(Refusal::NewerSchema { found, known });
    }
    connection.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0)).map_err(|error| {
        match Refusal::from(error) {
            Refusal::Sqlite { detail } => Refusal::Damaged { detail },
            other => other,
        }
    })?;
    Ok(found)
}

fn percent_encoded(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut out = String::new();
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn copy_before(
    connection: &Connection,
    folder: &Path,
    found: i64,
    told: &mut dyn FnMut(Upgrade),
) -> Result<(), Refusal> {
    let no_copy = |error: &dyn std::error::Error| Refusal::NoCopy { detail: error.to_string() };
    let backups = folder.join(BACKUP_FOLDER);
    make_folder(&backups)?;
    let target = backups.join(format!("before-schema-{}.db", found + 1));
    let unfinished = backups.join(format!("before-schema-{}.db.unfinished", found + 1));
    let _ = fs::remove_file(&unfinished);
    private_file(&unfinished).map_err(|it| no_copy(&it))?;
    let copied = (|| {
        let mut copy = Connection::open(&unfinished)?;
        let page_bytes: i64 = connection.query_row("PRAGMA page_size", [], |row| row.get(0))?;
        let bytes = |pages: i32| u64::try_from(i64::from(pages) * page_bytes).unwrap_or(0);
        let backup = Backup::new(connection, &mut copy)?;
        loop {
            let step = backup.step(COPY_PAGES_A_STEP)?;
            let Progress { remaining, pagecount } = backup.progress();
            told(Upgrade::Copying { done: bytes(pagecount - remaining), bytes: bytes(pagecount) });
            match step {
                StepResult::Done => return Ok(()),
                StepResult::More => {}
                // Another program has it for a moment, or SQLite will say another word for that one day.
                _ => std::thread::sleep(COPY_PAUSE),
            }
        }
    })();
    if copied.is_err() {
        // Half a copy takes the room that the person is told to make.
        let _ = fs::remove_file(&unfinished);
    }
    copied.map_err(|it: rusqlite::Error| no_copy(&it))?;
    fs::rename(&unfinished, &target).map_err(|it| no_copy(&it))
}

/// Runs what is missing, each in a transaction of its own with its number.
fn migrate(connection: &mut Connection, migrations: &[&str], told: &mut dyn FnMut(Upgrade)) -> Result<(), Refusal> {
    identity::register(connection)?;
    let (mut number, mut first) = (0, None);
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done it while we waited.
        let done = version(&transaction)?;
        let Some(sql) = usize::try_from(done).ok().and_then(|it| migrations.get(it)) else {
            break;
        };
        let first = *first.get_or_insert(done);
        number += 1;
        told(Upgrade::Step { number, steps: migrations.len() - usize::try_from(first).unwrap_or(0) });
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", done + 1)?;
        transaction.commit()?;
    }
    // The number in the file itself is what another program looks at first.
    connection.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?;
    Ok(())
}
