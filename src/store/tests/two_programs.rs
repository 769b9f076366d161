//! Two programs on one library: nothing is lost, nobody is locked out, each hears of the other.

use std::sync::mpsc;
use std::time::Duration;

use super::*;

#[test]
fn two_writers_lose_nothing() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(200));
    let ids = shelf.ids(Scope::All);
    let other = opened(shelf.folder.path());
    let starring = std::thread::spawn({
        let ids = ids.clone();
        move || {
            for id in ids {
                let change = Change::SetStarred { articles: vec![id], starred: true, origin: Origin::CommandLine };
                assert_eq!(other.change(change).unwrap().done, Done::Starred { count: 1 });
            }
        }
    });
    for (number, id) in ids.iter().enumerate() {
        shelf.tag(&[*id], &["later"], &[]);
        if number % 20 == 0 {
            let mut edited = run_of(200);
            edited[number].title = clean("Edited");
            shelf.arrive(feed, edited);
        }
    }
    starring.join().unwrap();
    let rows = shelf.rows(Scope::All);
    assert_eq!(rows.len(), 200);
    assert!(rows.iter().all(|it| it.state.starred && it.tags == [tag("later")] && it.state.unread));
    assert_eq!(rows.iter().filter(|it| it.changed).count(), 10);
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn each_program_hears_of_the_other_and_not_of_itself() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(3));
    let ids = shelf.ids(Scope::All);
    let (sender, heard) = mpsc::channel();
    shelf.library.watch(move |touched| sender.send(touched).unwrap());
    shelf.star(&ids[..1], true);
    let other = opened(shelf.folder.path());
    other.change(Change::SetRead { articles: ids[1..].to_vec(), read: true, origin: Origin::CommandLine }).unwrap();
    let mut touched = ids[1..].to_vec();
    touched.sort();
    let expected = Touched { articles: touched, many: false, feeds: true, tags: true };
    assert_eq!(heard.recv_timeout(Duration::from_secs(60)).unwrap(), expected);
}

#[test]
fn one_at_a_time_refreshes() {
    let shelf = shelf();
    let other = opened(shelf.folder.path());
    let lock = shelf.library.refresh_lock().unwrap();
    assert!(lock.is_some());
    assert!(other.refresh_lock().unwrap().is_none());
    assert!(shelf.library.refresh_lock().unwrap().is_none());
    drop(lock);
    assert!(other.refresh_lock().unwrap().is_some());
}

/// A child has every file of its parent from `fork` to `exec`, and a kernel lock belongs to the open file (flock(2)).
#[test]
fn a_child_that_is_being_started_does_not_keep_the_lock() {
    let shelf = shelf();
    let lock = shelf.library.refresh_lock().unwrap().unwrap();
    let childs = lock.file.try_clone().unwrap();
    drop(lock);
    assert!(shelf.library.refresh_lock().unwrap().is_some());
    drop(childs);
}

#[test]
fn a_lock_file_that_a_crash_left_behind_holds_nobody_up() {
    let shelf = shelf();
    std::fs::write(shelf.folder.path().join("refresh.lock"), format!("{}\n", std::process::id())).unwrap();
    assert!(shelf.library.refresh_lock().unwrap().is_some());
}

#[test]
fn programs_that_make_the_library_at_once_share_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dateline");
    let openers: Vec<_> = (0..4)
        .map(|number| {
            let path = path.clone();
            std::thread::spawn(move || {
                let library = opened(&path);
                let feed = NewFeed {
                    url: url(&format!("https://{number}.example/feed")),
                    title: CleanText::default(),
                    folder: FolderPath::default(),
                    tags: Vec::new(),
                };
                library.change(Change::Subscribe { feeds: vec![feed], origin: Origin::CommandLine }).unwrap();
            })
        })
        .collect();
    for opener in openers {
        opener.join().unwrap();
    }
    let shelf = Shelf { library: opened(&path), folder };
    assert_eq!(shelf.tree().feeds.len(), 5);
}

#[test]
fn undo_takes_back_what_the_other_program_did_last() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(2));
    let ids = shelf.ids(Scope::All);
    shelf.star(&ids[..1], true);
    let other = opened(shelf.folder.path());
    other
        .change(Change::Tag { articles: ids, add: vec![tag("x")], remove: vec![], origin: Origin::CommandLine })
        .unwrap();
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("2 tagged +x"), origin: Some(clean("command line")) });
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("1 starred"), origin: None });
}
