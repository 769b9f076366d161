//! The file: what is refused is left as it is, and nobody else can read what is ours.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;

fn refused(folder: &Path) -> String {
    match Library::open(folder, Arc::new(noon)) {
        Ok(_) => panic!("it opened"),
        Err(error) => error.to_string(),
    }
}

/// The bytes of every file in the folder, by name.
fn bytes_in(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap())
        .filter(|it| it.path().is_file())
        .map(|it| (it.file_name().into_string().unwrap(), fs::read(it.path()).unwrap()))
        .collect();
    files.sort();
    files
}

fn closed_library() -> tempfile::TempDir {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(50));
    let Shelf { library, folder } = shelf;
    drop(library);
    folder
}

#[test]
fn a_library_made_by_a_newer_program_is_refused_and_left_as_it_is() {
    let folder = closed_library();
    rusqlite::Connection::open(folder.path().join("library.db"))
        .unwrap()
        .pragma_update(None, "user_version", 9)
        .unwrap();
    let before = bytes_in(folder.path());
    assert_eq!(
        refused(folder.path()),
        format!(
            "This library was made by a newer Dateline (schema 9; this one knows {}). Update Dateline; nothing was changed.",
            schema::MIGRATIONS.len()
        )
    );
    assert!(bytes_in(folder.path()) == before);
}

#[test]
fn a_damaged_file_is_refused_and_left_as_it_is() {
    let whole = closed_library();
    let whole = fs::read(whole.path().join("library.db")).unwrap();
    let mut headless = whole.clone();
    headless[..16].fill(b'x');
    let damaged: [(&str, Vec<u8>); 6] = [
        ("nothing", Vec::new()),
        ("half", whole[..whole.len() / 2].to_vec()),
        ("all but a byte", whole[..whole.len() - 1].to_vec()),
        ("a header alone", whole[..100].to_vec()),
        ("no header", headless),
        (
            "text",
            b"this is not a library, whatever its name may be; it is a note of a person, and longer than a header is"
                .to_vec(),
        ),
    ];
    for (name, bytes) in damaged {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("library.db"), &bytes).unwrap();
        let sentence = refused(folder.path());
        assert!(
            sentence.starts_with("The library file is damaged (") && sentence.contains("Nothing was changed"),
            "{name}: {sentence}"
        );
        assert!(bytes_in(folder.path()) == [("library.db".to_owned(), bytes)], "{name}");
    }
}

#[test]
fn another_programs_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(folder.path().join("library.db")).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let before = bytes_in(folder.path());
    assert!(refused(folder.path()).contains("is not a Dateline library"));
    assert!(bytes_in(folder.path()) == before);
}

#[test]
fn folder_and_files_are_the_owners_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new").join("dateline");
    let library = opened(&folder);
    let _lock = library.refresh_lock().unwrap().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut names = Vec::new();
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        names.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    names.sort();
    assert_eq!(names, ["library.db", "library.db-shm", "library.db-wal", "refresh.lock"]);
}

#[test]
fn what_a_kill_left_of_making_a_library_is_gone_once_it_is_made() {
    let folder = tempfile::tempdir().unwrap();
    // Of a process whose number is beyond all that are given, and of one that is alive.
    let dead = ["library.db.99999999.1f", "library.db.99999999.1f-journal"].map(|it| folder.path().join(it));
    let alive = folder.path().join(format!("library.db.{}.1f", std::process::id()));
    for path in dead.iter().chain([&alive]) {
        fs::write(path, "half").unwrap();
    }
    drop(schema::open(folder.path(), schema::MIGRATIONS).unwrap());
    assert!(dead.iter().all(|it| !it.exists()) && alive.exists());
}

#[test]
fn an_older_library_is_copied_and_then_brought_up_to_date() {
    let folder = closed_library();
    let known = schema::MIGRATIONS.len();
    let later =
        [schema::MIGRATIONS, &["ALTER TABLE article ADD COLUMN note TEXT; UPDATE article SET note = title"]].concat();
    let (path, connection) = schema::open(folder.path(), &later).unwrap();
    assert_eq!(schema::version(&connection).unwrap(), known as i64 + 1);
    let notes: i64 =
        connection.query_row("SELECT count(*) FROM article WHERE note LIKE 'Title %'", [], |row| row.get(0)).unwrap();
    assert_eq!(notes, 50);
    let copy = folder.path().join("backup").join(format!("before-schema-{}.db", known + 1));
    let copy = schema::open_reader(&copy).unwrap();
    assert_eq!(schema::version(&copy).unwrap(), known as i64);
    assert_eq!(copy.query_row("SELECT count(*) FROM article", [], |row| row.get::<_, i64>(0)).unwrap(), 50);
    drop(connection);
    // The number stands in the file itself, where an older program looks first.
    assert!(refused(folder.path()).contains(&format!("schema {}; this one knows {known}", known + 1)));
    drop(path);
}

#[test]
fn bringing_a_library_up_to_date_tells_what_is_done_and_what_is_left() {
    let folder = closed_library();
    let later = [schema::MIGRATIONS, &["CREATE TABLE one (x)", "CREATE TABLE two (x)"]].concat();
    let mut told = Vec::new();
    drop(schema::open_telling(folder.path(), &later, &mut |it| told.push(it)).unwrap());
    let copy = format!("backup/before-schema-{}.db", schema::MIGRATIONS.len() + 1);
    let bytes = fs::metadata(folder.path().join(copy)).unwrap().len();
    assert_eq!(
        told,
        [
            Upgrade::Copying { done: bytes, bytes },
            Upgrade::Step { number: 1, steps: 2 },
            Upgrade::Step { number: 2, steps: 2 },
        ]
    );
    // What is up to date already, or made anew, has nothing to tell.
    told.clear();
    drop(schema::open_telling(folder.path(), &later, &mut |it| told.push(it)).unwrap());
    drop(schema::open_telling(tempfile::tempdir().unwrap().path(), &later, &mut |it| told.push(it)).unwrap());
    assert_eq!(told, []);
}

#[test]
fn a_migration_that_fails_leaves_the_library_as_it_was() {
    let folder = closed_library();
    let later = [schema::MIGRATIONS, &["CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)"]].concat();
    assert!(schema::open(folder.path(), &later).is_err());
    let connection = schema::open_reader(&folder.path().join("library.db")).unwrap();
    assert_eq!(schema::version(&connection).unwrap(), schema::MIGRATIONS.len() as i64);
    assert!(connection.prepare("SELECT * FROM half").is_err());
    drop(connection);
    assert_eq!(opened(folder.path()).ask(Ask::QueueLength).unwrap(), Answer::QueueLength(50));
}

#[test]
fn a_program_that_is_older_than_the_library_by_now_stops_writing() {
    let shelf = shelf();
    rusqlite::Connection::open(shelf.folder.path().join("library.db"))
        .unwrap()
        .pragma_update(None, "user_version", schema::MIGRATIONS.len() as i64 + 1)
        .unwrap();
    let change = Change::Undo { origin: Origin::Reader };
    assert!(shelf.library.change(change).unwrap_err().to_string().contains("Restart this one"));
}

#[test]
fn a_sound_library_has_no_faults_and_says_its_sizes() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(20));
    shelf.index("en");
    shelf.arrive(feed, run_of(30));
    let health = shelf.health();
    assert_eq!(health.faults, []);
    assert_eq!((health.schema_version, health.feeds, health.articles), (schema::MIGRATIONS.len() as i64, 1, 30));
    assert_eq!((health.waiting_for_index, health.journal_steps), (10, 1));
    assert!(health.file_bytes > 0 && health.body_bytes > 0 && health.index_bytes > 0);
}

#[test]
fn counts_that_do_not_add_up_are_a_fault() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(2));
    rusqlite::Connection::open(shelf.folder.path().join("library.db"))
        .unwrap()
        .execute_batch("UPDATE feed SET unread = 7 WHERE id = 2")
        .unwrap();
    assert_eq!(shelf.health().faults, [clean("Counts that do not add up, of a feed or a tag: 1. Please report it.")]);
}

#[test]
fn a_reply_that_panics_ends_neither_the_writer_nor_a_reader() {
    let shelf = shelf();
    shelf.library.change_then(Change::Undo { origin: Origin::Reader }, |_| panic!("a reply"));
    shelf.library.ask_then(Ask::QueueLength, |_| panic!("a reply"));
    shelf.library.ask_then(Ask::Journal { limit: 1 }, |_| panic!("a reply"));
    assert_eq!(shelf.undo(), Done::NothingToUndo);
    let (sender, receiver) = std::sync::mpsc::channel();
    shelf.library.ask_then(Ask::QueueLength, move |answer| sender.send(answer.unwrap()).unwrap());
    let answer = receiver.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    assert_eq!(answer, Answer::QueueLength(0));
}

#[test]
fn a_change_that_fails_inside_is_refused_and_nothing_of_it_stays() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let folder = tempfile::tempdir().unwrap();
    let calls = AtomicUsize::new(0);
    let clock: Clock =
        Arc::new(move || if calls.fetch_add(1, Ordering::Relaxed) == 1 { panic!("a bad clock") } else { noon() });
    let shelf = Shelf { library: Library::open(folder.path(), clock).unwrap(), folder };
    shelf.feed("https://kabar.example/feed");
    let refused = shelf.library.change(Change::Undo { origin: Origin::Reader }).unwrap_err().to_string();
    assert!(refused.contains("a bad clock") && refused.contains("Nothing was changed"), "{refused}");
    assert_eq!(shelf.tree().feeds.len(), 2);
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("feed kabar.example added"), origin: None });
}

#[test]
fn a_byte_that_was_flipped_anywhere_is_never_a_panic() {
    let whole = closed_library();
    let whole = fs::read(whole.path().join("library.db")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for number in 0..100 {
        let mut bytes = whole.clone();
        let at = number * bytes.len() / 100 + number;
        bytes[at] ^= 0x55;
        for file in fs::read_dir(folder.path()).unwrap() {
            let _ = fs::remove_file(file.unwrap().path());
        }
        fs::write(folder.path().join("library.db"), bytes).unwrap();
        let Ok(library) = Library::open(folder.path(), Arc::new(noon)) else { continue };
        let view = View { scope: Scope::All, unread_only: false, query: Query::Everything };
        for ask in [
            Ask::Tree { today: noon() },
            Ask::Rows { view, limit: 100 },
            Ask::Queue { after: None, limit: 100 },
            Ask::Health,
        ] {
            if let Err(error) = library.ask(ask) {
                assert!(!error.to_string().contains("failed on that"), "byte {at}: {error}");
            }
        }
    }
}
