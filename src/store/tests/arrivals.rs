//! What arrives: identity, revisions, and what arrivals may never touch.

use proptest::prelude::*;

use super::*;

#[test]
fn articles_with_neither_guid_nor_link_stay_as_many_when_refreshed() {
    // A parser that makes up ids (feed-rs does) would double them at every refresh.
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    for refresh in 0..5 {
        let mut articles: Vec<_> =
            (0..4).map(|it| parsed(&[&format!("hash:{it}")], "Same title", "<p>x</p>")).collect();
        // Something else in the document changes each time, so that it is read each time.
        articles[0].enclosures = vec![crate::news::Enclosure {
            url: format!("https://kabar.example/{refresh}.mp3"),
            media_type: "audio/mpeg".to_owned(),
            bytes: None,
        }];
        shelf.arrive(feed, articles);
        assert_eq!(shelf.rows(Scope::All).len(), 4);
    }
}

#[test]
fn a_title_edited_under_the_same_link_is_updated_in_place() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["link:a"], "Harga naik", "<p>x</p>")]);
    let id = shelf.ids(Scope::All)[0];
    shelf.read(&[id], true);
    assert_eq!(shelf.arrive(feed, vec![parsed(&["link:a"], "Harga beras naik", "<p>x</p>")]), (0, 1));
    let rows = shelf.rows(Scope::All);
    assert_eq!((rows.len(), rows[0].id, rows[0].title.as_str()), (1, id, "Harga beras naik"));
    assert!(rows[0].changed && !rows[0].state.unread);
}

#[test]
fn what_was_pressed_by_whoever_read_it_is_the_same_to_articles_that_are_known_already() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let kept = parsed(&["a"], "Harga naik", "<p>kept</p>");
    let edited = parsed(&["b"], "Banjir surut", "<p>before</p>");
    shelf.arrive(feed, vec![kept.clone(), edited.clone()]);
    let mut again = vec![kept, edited, parsed(&["c"], "Gempa", "<p>new</p>")];
    (again[1].body, again[1].summary) = (Html("<p>after</p>".to_owned()), Html("Short.".to_owned()));
    let mut arrival = shelf.arrival(feed, again);
    arrival.pressed = Some(Pressed::all(&mut arrival.parsed, &mut shelf.library.press().unwrap()).unwrap());
    assert!(arrival.parsed.articles.iter().all(|it| it.body.0.is_empty() && it.summary.0.is_empty()));
    assert_eq!(shelf.done(Change::Arrive(Box::new(arrival))), Done::Arrived { new: 1, changed: 1 });
    let mut texts: Vec<(String, bool)> = shelf
        .ids(Scope::All)
        .into_iter()
        .map(|it| shelf.article(it))
        .map(|it| (it.body.feed.0, it.row.changed))
        .collect();
    texts.sort();
    let expected = [("<p>after</p>", true), ("<p>kept</p>", false), ("<p>new</p>", false)];
    assert_eq!(texts, expected.map(|(text, changed)| (text.to_owned(), changed)));
}

#[test]
fn an_article_that_says_only_when_it_was_updated_stands_at_that_moment() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let mut article = parsed(&["a"], "Release 1.0", "<p>x</p>");
    (article.published, article.updated) = (None, Some(noon().plus(-86_400)));
    shelf.arrive(feed, vec![article.clone()]);
    assert_eq!(shelf.rows(Scope::All)[0].sort, noon().plus(-86_400));
    // An update moves nothing: its place was given when it came.
    article.updated = Some(noon());
    article.title = clean("Release 1.0, mended");
    assert_eq!(shelf.arrive(feed, vec![article]), (0, 1));
    assert_eq!(shelf.rows(Scope::All)[0].sort, noon().plus(-86_400));
}

#[test]
fn ten_articles_that_share_one_guid_are_ten() {
    // Miniflux 4197: one of ten was shown.
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let ten = |edit: &str| -> Vec<ParsedArticle> {
        (0..10)
            .map(|it| parsed(&[&format!("g|l{it}"), &format!("l{it}")], &format!("T{it}{edit}"), "<p>x</p>"))
            .collect()
    };
    assert_eq!(shelf.arrive(feed, ten("")), (10, 0));
    assert_eq!(shelf.arrive(feed, ten("!")), (0, 10));
    assert_eq!(shelf.rows(Scope::All).len(), 10);
}

#[test]
fn a_guid_that_stops_being_shared_makes_no_duplicate() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["g|l1", "l1"], "One", "<p>1</p>"), parsed(&["g|l2", "l2"], "Two", "<p>2</p>")]);
    assert_eq!(shelf.arrive(feed, vec![parsed(&["g|l2", "g", "l2"], "Two", "<p>2</p>")]), (0, 0));
    // Its link changes as well: the guid, now its own, still knows it.
    assert_eq!(shelf.arrive(feed, vec![parsed(&["g|l9", "g", "l9"], "Two", "<p>2</p>")]), (0, 0));
    assert_eq!(shelf.rows(Scope::All).len(), 2);
}

#[test]
fn a_weak_match_never_takes_what_is_anothers_by_a_strong_one() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["gA|l", "gA", "l"], "A", "<p>a</p>")]);
    let a = shelf.ids(Scope::All)[0];
    // A new article stands first and uses A's link; A has moved on and is known by its guid alone.
    shelf.arrive(
        feed,
        vec![parsed(&["gB|l", "gB", "l"], "B", "<p>b</p>"), parsed(&["gA|m", "gA", "m"], "A", "<p>a</p>")],
    );
    assert_eq!(shelf.rows(Scope::All).len(), 2);
    assert_eq!(shelf.article(a).row.title.as_str(), "A");
}

#[test]
fn an_article_listed_twice_is_one_and_one_without_keys_is_known_by_what_it_says() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    for refresh in 0..3 {
        let mut articles =
            vec![parsed(&["g"], "T", "<p>x</p>"), parsed(&["g"], "T", "<p>x</p>"), parsed(&[], "U", "<p>y</p>")];
        articles[0].authors = vec![clean(&format!("Author {refresh}"))];
        shelf.arrive(feed, articles);
        assert_eq!(shelf.rows(Scope::All).len(), 2);
    }
}

#[test]
fn keys_that_are_made_up_at_every_fetch_do_not_heap_up() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    for fetch in 0..60 {
        let invented = format!("invented-{fetch}");
        let pair = format!("{invented}|link");
        shelf.arrive(feed, vec![parsed(&[&pair, &invented, "link"], "T", "<p>x</p>")]);
    }
    assert_eq!(shelf.rows(Scope::All).len(), 1);
    let connection = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    let kept: i64 = connection.query_row("SELECT count(*) FROM alias", [], |row| row.get(0)).unwrap();
    assert!(kept <= 24, "{kept}");
}

#[test]
fn a_guid_that_changes_its_scheme_makes_no_duplicate() {
    // Keys come without scheme and `www.`; a host that moves is known by its link.
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["kabar.example/1|kabar.example/a", "kabar.example/1"], "T", "<p>x</p>")]);
    let id = shelf.ids(Scope::All)[0];
    shelf.tag(&[id], &["later"], &[]);
    let mut flipped = parsed(&["kabar.example/1|kabar.example/a", "kabar.example/1"], "T", "<p>x</p>");
    flipped.url = Some(url("http://www.kabar.example/a"));
    assert_eq!(shelf.arrive(feed, vec![flipped]), (0, 0));
    let rows = shelf.rows(Scope::All);
    assert_eq!((rows.len(), rows[0].tags.clone()), (1, vec![tag("later")]));
}

#[test]
fn an_article_a_publisher_took_back_and_sends_again_stays_read() {
    // Newsboat 1419, Liferea 458: it came back as unread.
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(3));
    shelf.read(&shelf.ids(Scope::All), true);
    shelf.arrive(feed, run_of(1));
    assert_eq!(shelf.arrive(feed, run_of(3)), (0, 0));
    assert_eq!(shelf.tree().counts.unread, 0);
}

#[test]
fn a_counter_in_the_text_neither_fills_the_library_nor_makes_it_unread() {
    // elfeed 80 kept every version.
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let bytes = |it: &Shelf| {
        drop(it.library.change(Change::Undo { origin: Origin::Reader }));
        it.health().file_bytes
    };
    let articles = |views: usize| -> Vec<ParsedArticle> {
        (0..12)
            .map(|number| {
                let words: Vec<String> =
                    (0..600).map(|it| format!("kata{}", (it * 7_919 + number * 31) % 5_000)).collect();
                let html = format!("<p class=\"lead\">{}</p><p>Dibaca {views} kali</p>", words.join(" "));
                parsed(&[&format!("guid-{number}")], &format!("T{number}"), &html)
            })
            .collect()
    };
    shelf.arrive(feed, articles(0));
    let ids = shelf.ids(Scope::All);
    shelf.star(&ids, true);
    shelf.read(&ids, true);
    let first = bytes(&shelf);
    shelf.redo();
    for fetch in 1..=100 {
        assert_eq!(shelf.arrive(feed, articles(fetch)), (0, 12));
    }
    assert!(shelf.health().file_bytes < 2 * first, "{} after {first}", shelf.health().file_bytes);
    let rows = shelf.rows(Scope::All);
    assert!(rows.iter().all(|it| !it.state.unread && it.state.starred && it.changed));
    assert!(shelf.article(ids[0]).body.feed.0.contains("Dibaca 100 kali"));
}

#[test]
fn markup_that_no_reader_sees_is_no_change() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["g"], "T", "<p>Text<img src='https://x.example/1'></p>")]);
    assert_eq!(shelf.arrive(feed, vec![parsed(&["g"], "T", "<p>Text<img src='https://x.example/2'></p>")]), (0, 0));
    assert!(!shelf.rows(Scope::All)[0].changed);
}

#[test]
fn a_feed_that_stops_carrying_the_text_does_not_take_it_back() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["g"], "T", "<p>Text</p>")]);
    shelf.arrive(feed, vec![parsed(&["g"], "", "")]);
    let article = shelf.article(shelf.ids(Scope::All)[0]);
    assert_eq!((article.row.title.as_str(), article.body.feed.0.as_str()), ("T", "<p>Text</p>"));
}

#[test]
fn earlier_texts_are_kept_once_each_and_ten_at_most() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let path = shelf.folder.path().join("library.db");
    let revisions = |shelf: &Shelf| -> Vec<String> {
        let connection = schema::open_reader(&path).unwrap();
        let frame: Vec<u8> = connection.query_row("SELECT texts FROM revision", [], |row| row.get(0)).unwrap();
        let present = shelf.article(shelf.ids(Scope::All)[0]).body.feed.0;
        blob::revisions(&frame, &present).unwrap().into_iter().map(|it| it.html).collect()
    };
    for text in ["a", "b", "a", "b"] {
        shelf.arrive(feed, vec![parsed(&["g"], "T", text)]);
    }
    assert_eq!(revisions(&shelf), ["a"]);
    for number in 0..20 {
        shelf.arrive(feed, vec![parsed(&["g"], "T", &format!("text {number}"))]);
    }
    assert_eq!(revisions(&shelf).len(), 10);
    // Markup alone changes what the revisions are packed beside; they can still be read.
    shelf.arrive(feed, vec![parsed(&["g"], "T", "<b>text 19</b>")]);
    assert_eq!(revisions(&shelf).last().unwrap(), "text 18");
}

#[test]
fn a_date_in_the_future_or_before_newspapers_sorts_as_the_arrival() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let mut articles = run_of(4);
    articles[0].published = Some(moment("2099-01-01T00:00:00Z"));
    articles[1].published = Some(moment("0001-01-01T00:00:00Z"));
    articles[2].published = None;
    articles[3].published = Some(moment("2023-01-30T02:15:00Z"));
    shelf.arrive(feed, articles);
    let rows = shelf.rows(Scope::All);
    let titles: Vec<&str> = rows.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Title 0", "Title 1", "Title 2", "Title 3"]);
    assert!(rows[..3].iter().all(|it| it.sort == noon()));
    assert_eq!(rows[0].published, Some(moment("2099-01-01T00:00:00Z")));
    assert_eq!(rows[3].id, ArticleId::new(moment("2023-01-30T02:15:00Z"), 0));
}

#[test]
fn a_day_that_is_full_goes_on_in_the_next_one() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(1));
    let (_, last) = ArticleId::day_range(noon());
    let path = shelf.folder.path().join("library.db");
    rusqlite::Connection::open(path)
        .unwrap()
        .execute(
            "INSERT INTO article (id, feed, title, author, arrived, sort) VALUES (?1, 1, '', '', 0, ?2)",
            [last.0, noon().seconds()],
        )
        .unwrap();
    shelf.arrive(feed, vec![parsed(&["next"], "Next", "<p>x</p>")]);
    let next = shelf.rows(Scope::All).into_iter().find(|it| it.title.as_str() == "Next").unwrap();
    assert_eq!(next.id, ArticleId(last.0 + 1));
}

#[test]
fn an_answer_for_a_feed_that_was_removed_or_moved_is_dropped() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let arrival = shelf.arrival(feed, run_of(2));
    let elsewhere = Arrival { url: url("https://kabar.example/old"), ..arrival.clone() };
    assert_eq!(shelf.done(Change::Arrive(Box::new(elsewhere))), Done::Dropped);
    shelf.done(Change::Unsubscribe { feed, origin: Origin::Reader });
    assert_eq!(shelf.done(Change::Arrive(Box::new(arrival))), Done::Dropped);
    assert_eq!(shelf.rows(Scope::All).len(), 0);
}

#[test]
fn the_same_bytes_again_change_only_the_moments() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let mut arrival = shelf.arrival(feed, run_of(2));
    shelf.done(Change::Arrive(Box::new(arrival.clone())));
    arrival.at = noon().plus(60);
    arrival.validators = Some(Validators { etag: None, last_modified: Some(b"Tue".to_vec()) });
    let changed = shelf.library.change(Change::Arrive(Box::new(arrival))).unwrap();
    assert_eq!(changed, Changed { done: Done::Arrived { new: 0, changed: 0 }, touched: Touched::default() });
    let Answer::Due { due, .. } = shelf.library.ask(Ask::Due { now: noon(), everything: true, only: None }).unwrap()
    else {
        panic!()
    };
    assert_eq!(due[0].validators, Validators { etag: None, last_modified: Some(b"Tue".to_vec()) });
    assert_eq!(shelf.tree().feeds[0].last_success, Some(noon().plus(60)));
}

#[test]
fn validators_are_kept_byte_for_byte_and_replaced_as_a_pair() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let odd = Validators { etag: Some(b"W/\"\xff\" ".to_vec()), last_modified: Some(b"Thu, 1 Jan".to_vec()) };
    let not_modified = |validators: Option<Validators>| Change::NotModified {
        feed,
        url: url("https://kabar.example/feed"),
        whole: false,
        answered_by: url("https://kabar.example/feed"),
        validators,
        at: noon(),
        next: next(3_600, Because::Usual),
    };
    let stored = || match shelf.library.ask(Ask::Due { now: noon(), everything: true, only: None }).unwrap() {
        Answer::Due { due, .. } => due[0].validators.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(shelf.done(not_modified(Some(odd.clone()))), Done::NotModified);
    assert_eq!(stored(), odd);
    shelf.done(Change::FetchFailed { feed, problem: clean("no"), at: noon(), next: next(0, Because::Failures) });
    assert_eq!(stored(), odd);
    shelf.done(not_modified(None));
    assert_eq!(stored(), Validators::default());
}

#[test]
fn a_feed_is_due_when_it_was_never_fetched_or_its_moment_came() {
    let shelf = shelf();
    let feeds: Vec<FeedId> = (0..3).map(|it| shelf.feed(&format!("https://{it}.example/feed"))).collect();
    shelf.arrive(feeds[1], run_of(1));
    shelf.done(Change::FetchFailed {
        feed: feeds[2],
        problem: clean("Busy."),
        at: noon(),
        next: next(7_200, Because::RetryAfter),
    });
    let asked = |seconds: i64, everything: bool, only: Option<Vec<FeedId>>| {
        let now = noon().plus(seconds);
        match shelf.library.ask(Ask::Due { now, everything, only }).unwrap() {
            Answer::Due { due, waiting } => {
                let ids = |it: Vec<Due>| it.into_iter().map(|it| it.feed).collect::<Vec<_>>();
                (ids(due), ids(waiting))
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(asked(0, false, None), (vec![feeds[0]], vec![]));
    assert_eq!(asked(3_600, false, None), (vec![feeds[0], feeds[1]], vec![]));
    // A person may ask at any time, but not where the server said when.
    assert_eq!(asked(0, true, None), (vec![feeds[0], feeds[1]], vec![feeds[2]]));
    assert_eq!(asked(0, false, Some(vec![feeds[2]])), (vec![], vec![feeds[2]]));
    assert_eq!(asked(7_200, true, None).1, vec![]);
    // A clock that was years ahead when it was written keeps nobody waiting.
    assert_eq!(asked(-40 * 86_400, false, None).0.len(), 3);
}

#[test]
fn a_page_is_stored_beside_the_feeds_text_and_queued() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(1));
    shelf.index("id");
    let id = shelf.ids(Scope::All)[0];
    let arrival = PageArrival {
        article: id,
        page: page("Ignored", "<p>Full text</p>"),
        url: url("https://kabar.example/full"),
        at: noon(),
    };
    assert_eq!(shelf.done(Change::StorePage(Box::new(arrival))), Done::PageStored);
    shelf.index("id");
    let article = shelf.article(id);
    let stored = article.body.page.unwrap();
    assert_eq!((stored.html.0.as_str(), stored.url), ("<p>Full text</p>", url("https://kabar.example/full")));
    assert_eq!(article.body.feed.0, "<p>Text 0</p>");
    assert_eq!(article.metadata.caption.as_deref(), Some("A caption"));
    assert!(article.row.has_page && article.row.title.as_str() == "Title 0");
    assert_eq!(shelf.found("full"), ["Title 0"]);
}

#[test]
fn an_article_that_changed_while_it_was_read_for_the_index_stays_queued() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["g"], "Old", "<p>x</p>")]);
    let Answer::Queue(queued) = shelf.library.ask(Ask::Queue { after: None, limit: 10 }).unwrap() else { panic!() };
    shelf.arrive(feed, vec![parsed(&["g"], "New", "<p>x</p>")]);
    assert_eq!(shelf.done(Change::Enrich(vec![enriched(&queued[0], "en")])), Done::Nothing);
    assert_eq!(shelf.library.ask(Ask::QueueLength).unwrap(), Answer::QueueLength(1));
}

#[test]
fn what_another_program_wrote_into_the_file_is_cleaned_when_it_is_read() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(1));
    rusqlite::Connection::open(shelf.folder.path().join("library.db"))
        .unwrap()
        .execute_batch("UPDATE article SET title = 'a' || char(27) || '[2Jb', url = 'javascript:alert(1)'")
        .unwrap();
    let row = &shelf.rows(Scope::All)[0];
    assert_eq!((row.title.as_str(), row.url.clone()), ("a[2Jb", None));
}

/// Everything the file holds of one feed's articles.
fn bytes_of(shelf: &Shelf, feed: FeedId) -> String {
    let connection = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    let mut out = String::new();
    for sql in [
        "SELECT * FROM article WHERE feed = ?1 ORDER BY id",
        "SELECT * FROM state WHERE feed = ?1 ORDER BY article",
        "SELECT * FROM alias WHERE feed = ?1 ORDER BY key",
        "SELECT b.* FROM body b JOIN article a ON a.id = b.article WHERE a.feed = ?1 ORDER BY a.id",
        "SELECT r.* FROM revision r JOIN article a ON a.id = r.article WHERE a.feed = ?1 ORDER BY a.id",
        "SELECT t.* FROM tagging t JOIN article a ON a.id = t.article WHERE a.feed = ?1 ORDER BY t.tag, a.id",
        "SELECT * FROM feed WHERE id = ?1",
    ] {
        let mut statement = connection.prepare(sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([feed.0]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                out.push_str(&format!("{:?},", row.get_ref(column).unwrap()));
            }
            out.push('\n');
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn a_feed_never_touches_another_feeds_article(
        arrivals in proptest::collection::vec((any::<bool>(), proptest::collection::vec((0..4_u8, 0..3_u8, 0..3_u8), 1..4)), 1..8),
    ) {
        // newsboat matches guids across feeds, so that one feed can overwrite another's article (898, 2431).
        let shelf = shelf();
        let feeds = [shelf.feed("https://a.example/feed"), shelf.feed("https://b.example/feed")];
        for (second, articles) in arrivals {
            let (feed, other) = if second { (feeds[1], feeds[0]) } else { (feeds[0], feeds[1]) };
            let mut seen = std::collections::HashSet::new();
            let articles: Vec<ParsedArticle> = articles
                .iter()
                .filter(|it| seen.insert(it.0))
                .map(|(guid, title, text)| parsed(&[&format!("g{guid}")], &format!("T{title}"), &format!("<p>{text}</p>")))
                .collect();
            let before = bytes_of(&shelf, other);
            shelf.arrive(feed, articles);
            prop_assert_eq!(before, bytes_of(&shelf, other));
        }
    }
}
