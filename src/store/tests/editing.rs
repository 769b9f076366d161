//! What a person changes about a feed, and where a feed says it has moved: everything else stays, and undoing is exact.

use crate::news::{FeedEdit, FeedRow, FeedSettings, Pause};

use super::*;

fn row(shelf: &Shelf, feed: FeedId) -> FeedRow {
    shelf.tree().feeds.into_iter().find(|it| it.id == feed).unwrap()
}

fn edit(shelf: &Shelf, feed: FeedId, edit: FeedEdit) -> Done {
    shelf.done(Change::EditFeed { feed, edit, origin: Origin::Reader })
}

fn undo(shelf: &Shelf) {
    assert!(matches!(shelf.done(Change::Undo { origin: Origin::Reader }), Done::Undone { .. }));
}

fn due_of(shelf: &Shelf, now: Timestamp) -> Vec<Due> {
    match shelf.library.ask(Ask::Due { now, everything: false, only: None }).unwrap() {
        Answer::Due { due, .. } => due,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_edit_of_a_feed_is_undone_exactly_and_loses_nothing() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(5));
    let ids = shelf.ids(Scope::All);
    shelf.done(Change::SetStarred { articles: vec![ids[1]], starred: true, origin: Origin::Reader });
    shelf.read(&ids[2..3], true);
    let (before, rows) = (row(&shelf, feed), shelf.rows(Scope::All));
    let settings = FeedSettings { interval_minutes: Some(30), cookie: Some("a=b".into()), ..FeedSettings::default() };
    let edits = [
        FeedEdit::Title(clean("Kabar Dunia")),
        FeedEdit::Folder(FolderPath::parse("Dunia/Asia")),
        FeedEdit::Tags { add: vec![tag("asia")], remove: vec![] },
        FeedEdit::Address(url("https://kabar.example/new")),
        FeedEdit::Settings(settings),
        FeedEdit::Paused(true),
    ];
    for change in edits {
        assert!(matches!(edit(&shelf, feed, change.clone()), Done::FeedEdited { .. }), "{change:?}");
        assert!(matches!(edit(&shelf, feed, change.clone()), Done::Nothing), "twice: {change:?}");
        let mut titled = shelf.rows(Scope::All);
        titled.iter_mut().for_each(|it| it.feed_title = rows[0].feed_title.clone());
        assert_eq!(titled, rows, "{change:?}");
        undo(&shelf);
        let after = FeedRow { next_due: before.next_due, ..row(&shelf, feed) };
        assert_eq!(after, before, "{change:?}");
    }
}

#[test]
fn a_feed_at_another_address_is_asked_for_the_whole_and_nobody_elses_address_is_taken() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let other = shelf.feed("https://other.example/feed");
    shelf.arrive(feed, run_of(3));
    assert!(matches!(
        edit(&shelf, feed, FeedEdit::Address(url("https://other.example/feed"))),
        Done::AddressTaken { .. }
    ));
    edit(&shelf, feed, FeedEdit::Address(url("https://kabar.example/new")));
    let due = due_of(&shelf, noon());
    let moved = due.iter().find(|it| it.feed == feed).expect("it is due at once");
    assert_eq!((moved.validators.clone(), moved.body_hash), (Validators::default(), None));
    assert!(due.iter().any(|it| it.feed == other));
    // The same articles under the new address are the same articles.
    assert_eq!(shelf.arrive(feed, run_of(3)), (0, 0));
    assert_eq!(shelf.rows(Scope::All).len(), 3);
}

#[test]
fn a_paused_feed_is_asked_only_by_name() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    edit(&shelf, feed, FeedEdit::Paused(true));
    assert_eq!(row(&shelf, feed).pause, Pause::ByPerson);
    let asked = |everything, only: Option<Vec<FeedId>>| match shelf
        .library
        .ask(Ask::Due { now: noon(), everything, only })
        .unwrap()
    {
        Answer::Due { due, .. } => due.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((asked(false, None), asked(true, None), asked(false, Some(vec![feed]))), (0, 0, 1));
}

#[test]
fn a_move_is_believed_the_third_time_over_two_days_and_can_be_undone() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let (from, to) = (url("https://kabar.example/feed"), url("https://kabar.example/v2"));
    let says = |target: &CleanUrl, hours: i64| {
        shelf.done(Change::Moved { feed, from: from.clone(), to: target.clone(), at: noon().plus(hours * 3_600) })
    };
    // Thrice in an hour is a deployment; another target, or none, begins anew.
    for hours in [0, 1, 2] {
        assert_eq!(says(&to, hours), Done::Nothing);
    }
    assert_eq!(says(&from, 3), Done::Nothing);
    for hours in [4, 40] {
        assert_eq!(says(&to, hours), Done::Nothing);
    }
    assert!(matches!(says(&to, 53), Done::Moved { .. }));
    assert_eq!(row(&shelf, feed).url, Some(to));
    undo(&shelf);
    assert_eq!(row(&shelf, feed).url, Some(from));
}

#[test]
fn where_several_feeds_are_sent_to_one_place_none_has_moved() {
    // A host that closes down, and a captive portal, send everybody to one page.
    let shelf = shelf();
    let feeds = [shelf.feed("https://kabar.example/a"), shelf.feed("https://kabar.example/b")];
    let to = url("https://kabar.example/all");
    for hours in [0, 30, 60, 90] {
        for (feed, from) in feeds.iter().zip(["https://kabar.example/a", "https://kabar.example/b"]) {
            let at = noon().plus(hours * 3_600);
            let done = shelf.done(Change::Moved { feed: *feed, from: url(from), to: to.clone(), at });
            assert_eq!(done, Done::Nothing, "{hours}");
        }
    }
}

#[test]
fn what_is_gone_twice_is_not_looked_for_again() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let gone = |at: i64| {
        shelf.done(Change::FetchFailed {
            feed,
            problem: clean("Gone."),
            at: noon().plus(at),
            next: NextRequest { at: noon().plus(at + 30 * 86_400), because: Because::Gone },
        })
    };
    gone(0);
    assert_eq!(row(&shelf, feed).pause, Pause::Gone);
    assert!(due_of(&shelf, noon().plus(29 * 86_400)).is_empty());
    assert_eq!(due_of(&shelf, noon().plus(31 * 86_400)).len(), 1);
    gone(31 * 86_400);
    assert!(due_of(&shelf, noon().plus(90 * 86_400)).is_empty());
    // It came back, and a person looked.
    shelf.arrive(feed, run_of(1));
    assert_eq!(row(&shelf, feed).pause, Pause::No);
}

#[test]
fn a_clock_that_jumps_neither_freezes_a_feed_nor_asks_twice() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let fetched = |at: Timestamp| {
        shelf.done(Change::NotModified {
            feed,
            url: url("https://kabar.example/feed"),
            whole: false,
            answered_by: url("https://kabar.example/feed"),
            validators: None,
            at,
            next: NextRequest { at: at.plus(3_600), because: Because::Usual },
        });
    };
    fetched(noon());
    let year = 365 * 86_400;
    for jump in [-year, year] {
        let now = noon().plus(jump);
        assert_eq!(due_of(&shelf, now).len(), 1, "{jump}");
        fetched(now);
        assert!(due_of(&shelf, now).is_empty(), "{jump}");
        assert_eq!(due_of(&shelf, now.plus(3_601)).len(), 1, "{jump}");
        fetched(noon());
    }
}

#[test]
fn a_host_that_asks_to_be_left_alone_holds_back_all_its_feeds_until_then() {
    let shelf = shelf();
    let feeds = [shelf.feed("https://one.tumblr.com/rss"), shelf.feed("https://two.tumblr.com/rss")];
    let elsewhere = shelf.feed("https://kabar.example/feed");
    let until = noon().plus(7_200);
    shelf.done(Change::HostRefused { host: "tumblr.com".to_owned(), not_before: until });
    let shelf = shelf.reopen();
    match shelf.library.ask(Ask::Due { now: noon(), everything: true, only: None }).unwrap() {
        Answer::Due { due, waiting } => {
            assert_eq!(due.iter().map(|it| it.feed).collect::<Vec<_>>(), [elsewhere]);
            assert_eq!(waiting.iter().map(|it| it.feed).collect::<Vec<_>>(), feeds);
            assert!(waiting.iter().all(|it| it.retry_after && it.next_due == Some(until)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(due_of(&shelf, until).len(), 3);
    shelf.done(Change::HostServed { host: "tumblr.com".to_owned() });
    assert_eq!(due_of(&shelf, noon()).len(), 3);
}
