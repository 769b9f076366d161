//! What a person does, and that undoing it is exact.

use super::*;

fn two_feeds() -> (Shelf, FeedId, FeedId) {
    let shelf = shelf();
    let first = shelf.feed_with("https://kabar.example/feed", "Dunia", &[]);
    let second = shelf.feed_with("https://berita.example/feed", "", &["pagi"]);
    shelf.arrive(first, run_of(3));
    shelf.arrive(second, run_of(2));
    (shelf, first, second)
}

#[test]
fn only_what_changed_is_counted_and_undone() {
    let (shelf, ..) = two_feeds();
    let ids = shelf.ids(Scope::All);
    assert_eq!(shelf.read(&ids[..2], true), Done::Read { count: 2 });
    assert_eq!(shelf.read(&ids, true), Done::Read { count: 3 });
    assert_eq!(shelf.read(&ids, true), Done::Nothing);
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("3 marked read"), origin: None });
    assert_eq!(shelf.tree().counts.unread, 3);
    let unread: Vec<ArticleId> = shelf.rows(Scope::All).iter().filter(|it| it.state.unread).map(|it| it.id).collect();
    assert_eq!(unread, ids[2..]);
}

#[test]
fn tags_are_put_on_and_taken_off_in_one_step() {
    let (shelf, ..) = two_feeds();
    let ids = shelf.ids(Scope::All);
    shelf.tag(&ids[..1], &["inbox"], &[]);
    let done = shelf.tag(&ids[..3], &["dunia/timur-tengah", "later"], &["inbox"]);
    let add = vec![tag("dunia/timur-tengah"), tag("later")];
    assert_eq!(done, Done::Tagged { count: 3, add, remove: vec![tag("inbox")] });
    assert_eq!(shelf.ids(Scope::Tag(tag("dunia"))), ids[..3]);
    assert_eq!(shelf.ids(Scope::Tag(tag("later"))), ids[..3]);
    assert_eq!(shelf.ids(Scope::Tag(tag("inbox"))), []);
    let names: Vec<String> = shelf.tree().tags.iter().map(|it| it.name.to_string()).collect();
    assert_eq!(names, ["dunia", "dunia/timur-tengah", "later", "pagi"]);
    let sentence = clean("3 tagged +dunia/timur-tengah +later -inbox");
    assert_eq!(shelf.undo(), Done::Undone { sentence, origin: None });
    assert_eq!(shelf.ids(Scope::Tag(tag("inbox"))), ids[..1]);
    assert_eq!(shelf.ids(Scope::Tag(tag("later"))), []);
}

#[test]
fn undo_and_redo_survive_a_restart_and_a_new_change_cuts_redo() {
    let (shelf, ..) = two_feeds();
    let ids = shelf.ids(Scope::All);
    shelf.star(&ids[..1], true);
    shelf.tag(&ids[..2], &["later"], &[]);
    let shelf = shelf.reopen();
    shelf.undo();
    let shelf = shelf.reopen();
    assert_eq!(shelf.redo(), Done::Redone { sentence: clean("2 tagged +later") });
    assert_eq!(shelf.redo(), Done::NothingToRedo);
    shelf.undo();
    shelf.read(&ids[..1], true);
    assert_eq!(shelf.redo(), Done::NothingToRedo);
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("1 marked read"), origin: None });
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("1 starred"), origin: None });
}

#[test]
fn undo_names_who_did_it_where_it_was_another_program() {
    let (shelf, ..) = two_feeds();
    let ids = shelf.ids(Scope::All);
    shelf.done(Change::SetStarred { articles: ids, starred: true, origin: Origin::CommandLine });
    assert_eq!(shelf.undo(), Done::Undone { sentence: clean("5 starred"), origin: Some(clean("command line")) });
}

#[test]
fn undoing_everything_returns_to_the_start() {
    let (shelf, first, _) = two_feeds();
    let look = |shelf: &Shelf| (shelf.tree(), shelf.rows(Scope::All), shelf.rows(Scope::Starred));
    let Answer::Journal(steps) = shelf.library.ask(Ask::Journal { limit: 100 }).unwrap() else { panic!() };
    let before = look(&shelf);
    let ids = shelf.ids(Scope::All);
    shelf.read(&ids[..3], true);
    shelf.star(&ids[1..4], true);
    shelf.tag(&ids[..2], &["later"], &["pagi"]);
    shelf.done(Change::Unsubscribe { feed: first, origin: Origin::Reader });
    shelf.feed_with("https://baru.example/feed", "Baru", &["baru", "pagi"]);
    let saved = SavedArticle { url: Some(url("https://x.example/page")), page: page("P", "<p>x</p>"), at: noon() };
    shelf.done(Change::Save { article: Box::new(saved), origin: Origin::CommandLine });
    shelf.done(Change::Subscribe {
        feeds: vec![NewFeed {
            url: url("https://berita.example/feed"),
            title: CleanText::default(),
            folder: FolderPath::parse("Lain"),
            tags: vec![tag("sore")],
        }],
        origin: Origin::Reader,
    });
    shelf.read(&ids, false);
    let after = look(&shelf);
    let Answer::Journal(all) = shelf.library.ask(Ask::Journal { limit: 100 }).unwrap() else { panic!() };
    for _ in steps.len()..all.len() {
        shelf.undo();
    }
    assert_eq!(look(&shelf), before);
    for _ in steps.len()..all.len() {
        shelf.redo();
    }
    assert_eq!(look(&shelf), after);
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn the_articles_of_a_removed_feed_are_seen_only_where_they_were_marked() {
    let (shelf, first, _) = two_feeds();
    let of_first = shelf.ids(Scope::Feed(first));
    shelf.star(&of_first[..1], true);
    shelf.tag(&of_first[1..2], &["later"], &[]);
    let removed = shelf.done(Change::Unsubscribe { feed: first, origin: Origin::Reader });
    assert_eq!(removed, Done::Unsubscribed { title: clean("Kabar") });
    assert_eq!(shelf.rows(Scope::All).len(), 4);
    assert_eq!((shelf.tree().counts.articles, shelf.tree().counts.unread), (4, 4));
    assert_eq!(shelf.ids(Scope::Starred), of_first[..1]);
    assert!(shelf.tree().feeds.iter().all(|it| it.id != first));
    shelf.undo();
    assert_eq!(shelf.ids(Scope::Feed(first)), of_first);
}

#[test]
fn a_feed_that_is_subscribed_to_again_brings_its_articles_and_their_marks_back() {
    let (shelf, first, _) = two_feeds();
    shelf.read(&shelf.ids(Scope::All), true);
    shelf.done(Change::Unsubscribe { feed: first, origin: Origin::Reader });
    assert_eq!(shelf.feed("https://kabar.example/feed"), first);
    assert_eq!(shelf.ids(Scope::Feed(first)).len(), 3);
    assert_eq!(shelf.tree().counts.unread, 0);
    let Answer::Due { due, .. } = shelf.library.ask(Ask::Due { now: noon(), everything: false, only: None }).unwrap()
    else {
        panic!()
    };
    assert_eq!(due.iter().map(|it| it.feed).collect::<Vec<_>>(), [first]);
}

#[test]
fn a_feed_listed_twice_is_one_with_the_tags_of_both() {
    // newsboat 2233.
    let shelf = shelf();
    let feed = |tags: &[&str]| NewFeed {
        url: url("https://kabar.example/feed"),
        title: CleanText::default(),
        folder: FolderPath::default(),
        tags: tags.iter().map(|it| tag(it)).collect(),
    };
    let feeds = vec![feed(&["a"]), feed(&["b"])];
    match shelf.done(Change::Subscribe { feeds, origin: Origin::CommandLine }) {
        Done::Subscribed { added, already } => assert_eq!((added.len(), already), (1, 1)),
        other => panic!("{other:?}"),
    }
    assert_eq!(shelf.tree().feeds[0].tags, [tag("a"), tag("b")]);
}

#[test]
fn a_feeds_tags_are_inherited_and_counted() {
    let (shelf, _, second) = two_feeds();
    assert_eq!(shelf.ids(Scope::Tag(tag("pagi"))), shelf.ids(Scope::Feed(second)));
    let both = TagCount { name: tag("pagi"), articles: 2, unread: 2, articles_within: 2, unread_within: 2 };
    assert_eq!(shelf.tree().tags, [both]);
    shelf.read(&shelf.ids(Scope::Feed(second))[..1], true);
    assert_eq!(shelf.tree().tags[0].unread, 1);
}

#[test]
fn a_saved_page_is_one_article_however_often_it_is_saved() {
    let shelf = shelf();
    let save = |title: &str| {
        let page = page(title, "<p>Text</p>");
        let article = SavedArticle { url: Some(url("https://x.example/page#top")), page, at: noon() };
        match shelf.done(Change::Save { article: Box::new(article), origin: Origin::CommandLine }) {
            Done::Saved { article, new } => (article, new),
            other => panic!("{other:?}"),
        }
    };
    let (id, new) = save("First");
    assert!(new);
    assert_eq!(save("Second"), (id, false));
    let article = shelf.article(id);
    assert_eq!((article.row.title.as_str(), article.row.feed_title.as_str()), ("Second", "Saved"));
    assert_eq!(article.body.html(article.body.best_origin()).0, "<p>Text</p>");
    assert_eq!(shelf.tree().feeds.last().map(|it| it.articles), Some(1));
    shelf.undo();
    assert_eq!(shelf.rows(Scope::All).len(), 0);
    assert_eq!(save("Third"), (id, true));
}

#[test]
fn a_saved_file_keeps_its_text_without_an_address() {
    let shelf = shelf();
    let article = SavedArticle { url: None, page: page("File", "<p>Text</p>"), at: noon() };
    shelf.done(Change::Save { article: Box::new(article), origin: Origin::CommandLine });
    let article = shelf.article(shelf.ids(Scope::All)[0]);
    assert_eq!((article.row.url, article.row.has_page), (None, false));
    assert_eq!((article.body.feed.0.as_str(), article.metadata.credit.as_deref()), ("<p>Text</p>", Some("A credit")));
}

#[test]
fn fifty_thousand_are_marked_read_in_one_step_and_back() {
    let shelf = shelf();
    let feed = shelf.feed_with("https://kabar.example/feed", "", &["pagi"]);
    {
        let mut connection = rusqlite::Connection::open(shelf.folder.path().join("library.db")).unwrap();
        let tx = connection.transaction().unwrap();
        tx.execute_batch(&format!(
            "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 49999)
             INSERT INTO state (article, feed, sort, unread) SELECT (20000 << 20) + n, {feed}, n, n % 5 <> 0 FROM n;
             INSERT INTO article (id, feed, title, author, arrived, sort)
                 SELECT article, feed, 'T', '', 0, sort FROM state;
             INSERT INTO tagging (tag, sort, article) SELECT 1, sort, article FROM state;
             UPDATE feed SET articles = 50000, unread = 40000 WHERE id = {feed};
             UPDATE tag SET articles = 50000, unread = 40000, articles_within = 50000, unread_within = 40000 WHERE id = 1;",
            feed = feed.0
        ))
        .unwrap();
        tx.commit().unwrap();
    }
    let before = shelf.tree();
    let changed = shelf
        .library
        .change(Change::SetRead { articles: shelf.ids(Scope::All), read: true, origin: Origin::Reader })
        .unwrap();
    assert_eq!(changed.done, Done::Read { count: 40_000 });
    assert!(changed.touched.many && changed.touched.articles.is_empty());
    assert_eq!(shelf.tree().counts.unread, 0);
    let shelf = shelf.reopen();
    shelf.undo();
    assert_eq!(shelf.tree(), before);
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn the_journal_is_listed_newest_first_and_says_what_is_undone() {
    let (shelf, ..) = two_feeds();
    shelf.read(&shelf.ids(Scope::All), true);
    shelf.undo();
    let Answer::Journal(steps) = shelf.library.ask(Ask::Journal { limit: 2 }).unwrap() else { panic!() };
    assert_eq!(steps.len(), 2);
    assert_eq!((steps[0].sentence.as_str(), steps[0].undone), ("5 marked read", true));
    assert_eq!((steps[0].origin.as_str(), steps[0].at), ("reader", noon()));
    assert!(!steps[1].undone && steps[0].number > steps[1].number);
}
