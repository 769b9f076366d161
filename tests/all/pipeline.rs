//! From a server's answer to what can be read, through the whole pipeline.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use dateline::fetch::{Fetcher, Limits, Proxy};
use dateline::news::{
    Article, ArticleId, CleanText, Clock, FeedId, FeedRow, FolderPath, Problem, TextOrigin, Timestamp, Zone,
};
use dateline::query::Query;
use dateline::refresh::{
    AddRequest, Added, Cancel, FullText, Pipeline, PipelineError, Progress, RefreshRequest, Summary,
};
use dateline::store::{Answer, Ask, Change, Library, NewFeed, Origin, Scope, View};

use crate::fetch::{Names, noon, quick, url};
use crate::hostd::{Hold, Hostd, Reply};

/// A library, a server, names and a clock of the test's own.
struct World {
    folder: tempfile::TempDir,
    server: Hostd,
    names: Arc<Names>,
    seconds: Arc<AtomicI64>,
    pipeline: Pipeline,
}

impl World {
    fn new() -> World {
        World::with(quick())
    }

    fn with(limits: Limits) -> World {
        let folder = tempfile::tempdir().unwrap();
        let seconds = Arc::new(AtomicI64::new(noon().seconds()));
        let names = Names::usual();
        let ticking = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || Timestamp::from_seconds(ticking.load(Ordering::SeqCst)));
        let library = Library::open(folder.path(), Arc::clone(&clock)).unwrap();
        let fetcher = Fetcher::start_with(Arc::clone(&clock), names.clone(), false, limits, Proxy::None).unwrap();
        let pipeline = Pipeline { library, fetcher, clock, zone: Zone::utc() };
        World { folder, server: Hostd::start(), names, seconds, pipeline }
    }

    /// Ends the program and starts it again on the same library.
    fn reopened(mut self) -> World {
        let clock = Arc::clone(&self.pipeline.clock);
        let fetcher = self.pipeline.fetcher.clone();
        // The old library is closed before the new one opens.
        let elsewhere = tempfile::tempdir().unwrap();
        self.pipeline.library = Library::open(elsewhere.path(), Arc::clone(&clock)).unwrap();
        let library = Library::open(self.folder.path(), Arc::clone(&clock)).unwrap();
        self.pipeline = Pipeline { library, fetcher, clock, zone: Zone::utc() };
        self
    }

    fn hours_pass(&self, hours: i64) {
        self.seconds.fetch_add(hours * 3_600, Ordering::SeqCst);
    }

    fn add(&self, host: &str, path: &str) -> Result<Added, PipelineError> {
        self.pipeline.add(&AddRequest {
            url: url(&self.server.url(host, path)),
            title: CleanText::default(),
            folder: FolderPath::default(),
            tags: Vec::new(),
            origin: Origin::CommandLine,
        })
    }

    /// Subscribes without asking the server.
    fn subscribe(&self, addresses: impl IntoIterator<Item = String>) -> Vec<FeedId> {
        let feed = |address: String| NewFeed {
            url: url(&address),
            title: CleanText::default(),
            folder: FolderPath::default(),
            tags: Vec::new(),
        };
        let feeds = addresses.into_iter().map(feed).collect();
        let change = Change::Subscribe { feeds, origin: Origin::CommandLine };
        match self.pipeline.library.change(change).unwrap().done {
            dateline::store::Done::Subscribed { added, .. } => added,
            other => panic!("{other:?}"),
        }
    }

    fn refresh_with(&self, request: &RefreshRequest) -> (Summary, Vec<Progress>) {
        let mut said = Vec::new();
        let summary = self.pipeline.refresh(request, &Cancel::default(), &mut |it| said.push(it)).unwrap();
        (summary, said)
    }

    fn refresh(&self) -> Summary {
        self.refresh_with(&RefreshRequest::default()).0
    }

    fn refresh_everything(&self) -> Summary {
        self.refresh_with(&RefreshRequest { everything: true, ..RefreshRequest::default() }).0
    }

    fn ask(&self, ask: Ask) -> Answer {
        self.pipeline.library.ask(ask).unwrap()
    }

    fn feeds(&self) -> Vec<FeedRow> {
        let Answer::Tree(tree) = self.ask(Ask::Tree { today: noon() }) else { panic!() };
        tree.feeds.into_iter().filter(|it| it.url.is_some()).collect()
    }

    fn ids(&self, scope: Scope, query: &str) -> Vec<ArticleId> {
        let view = View { scope, unread_only: false, query: Query::parse(query).unwrap() };
        let Answer::Ids(ids) = self.ask(Ask::Ids { view }) else { panic!() };
        ids
    }

    fn articles(&self) -> Vec<ArticleId> {
        self.ids(Scope::All, "")
    }

    fn article(&self, id: ArticleId) -> Article {
        let Answer::Article(Some(article)) = self.ask(Ask::Article(id)) else { panic!() };
        *article
    }

    /// Titles and texts of a feed's articles.
    fn texts(&self, feed: FeedId) -> BTreeMap<String, String> {
        let article = |id| self.article(id);
        self.ids(Scope::Feed(feed), "")
            .into_iter()
            .map(article)
            .map(|it| (it.row.title.to_string(), it.body.html(TextOrigin::Feed).0.clone()))
            .collect()
    }

    fn last_conditions(&self, path: &str) -> (Option<String>, Option<String>) {
        let hit = self.server.hits_of(path).pop().unwrap();
        let text = |name| hit.header(name).map(|it| String::from_utf8_lossy(it).into_owned());
        (text("if-none-match"), text("if-modified-since"))
    }
}

/// An RSS document of these articles: guid, link, title, text. Empty parts are left out.
fn rss(articles: &[[&str; 4]]) -> String {
    let mut items = String::new();
    for [guid, link, title, text] in articles {
        items.push_str("<item>");
        for (name, value) in [("guid", guid), ("link", link), ("title", title), ("description", text)] {
            if !value.is_empty() {
                write!(items, "<{name}>{value}</{name}>").unwrap();
            }
        }
        items.push_str("</item>");
    }
    format!(
        r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title><link>http://pub.test/</link>{items}</channel></rss>"#
    )
}

fn three() -> String {
    rss(&[
        ["a", "http://pub.test/a", "Ferry runs again", "The ferry runs again."],
        ["b", "http://pub.test/b", "Lighthouse painted", "It is white now."],
        ["c", "http://pub.test/c", "Fog until noon", "Ships wait outside."],
    ])
}

fn conditions(etag: Option<&str>, date: Option<&str>) -> (Option<String>, Option<String>) {
    (etag.map(str::to_owned), date.map(str::to_owned))
}

#[test]
fn adding_a_feed_asks_once_and_the_next_request_is_conditional() {
    let world = World::new();
    world.server.on(
        "/feed",
        [Reply::feed(three()).header("ETag", "W/\"v 1\"").header("Last-Modified", "some day"), Reply::status(304)],
    );
    let added = world.add("pub.test", "/feed").unwrap();
    assert_eq!((added.already, added.articles, added.title.as_str()), (false, 3, "Harbour News"));
    assert_eq!(world.server.hits().len(), 1);
    assert_eq!(world.refresh().feeds, 0, "it is not due");
    let world = world.reopened();
    world.hours_pass(2);
    let summary = world.refresh();
    assert_eq!((summary.feeds, summary.not_modified, summary.articles_new), (1, 1, 0));
    assert_eq!(world.last_conditions("/feed"), conditions(Some("W/\"v 1\""), Some("some day")));
    assert!(world.add("pub.test", "/feed").unwrap().already);
    assert_eq!(world.server.hits().len(), 2, "what is known is not fetched again");
}

/// newsboat kept the old half of a pair (feedretriever.cpp) and latched stale ETags (PR 3279).
#[test]
fn validators_are_replaced_as_a_pair_and_renewed_by_a_304() {
    let world = World::new();
    let changed = three().replace("white", "red");
    world.server.on(
        "/feed",
        [
            Reply::feed(three()).header("ETag", "\"1\"").header("Last-Modified", "Monday"),
            Reply::status(304).header("ETag", "\"2\"").header("Last-Modified", "Tuesday"),
            Reply::feed(changed.clone()).header("ETag", "\"3\""),
            Reply::feed(changed.clone()).header("ETag", "\"4\""),
            Reply::feed(changed).header("Last-Modified", "Friday"),
            Reply::status(304),
        ],
    );
    world.add("pub.test", "/feed").unwrap();
    let expected = [
        (conditions(Some("\"1\""), Some("Monday")), "as they came"),
        (conditions(Some("\"2\""), Some("Tuesday")), "a 304 renews them"),
        (conditions(Some("\"3\""), None), "a date that is gone is dropped"),
        (conditions(Some("\"4\""), None), "also where the body is the same"),
        (conditions(None, Some("Friday")), "and the other way round"),
    ];
    for (conditions, why) in expected {
        assert_eq!(world.refresh_everything().feeds, 1);
        assert_eq!(world.last_conditions("/feed"), conditions, "{why}");
    }
}

#[test]
fn a_server_that_asks_to_be_left_alone_is_left_alone_across_restarts() {
    let world = World::new();
    world
        .server
        .on("/feed", [Reply::feed(three()), Reply::status(503).header("Retry-After", "36000"), Reply::feed(three())]);
    world.add("pub.test", "/feed").unwrap();
    world.hours_pass(2);
    let summary = world.refresh_everything();
    assert_eq!(summary.failed, 1);
    assert!(summary.problems[0].problem.as_str().contains("503"), "{:?}", summary.problems);
    let mut world = world;
    for hours in [0, 4, 5] {
        world.hours_pass(hours);
        world = world.reopened();
        let summary = world.refresh_everything();
        assert_eq!((summary.feeds, summary.failed, summary.problems.len()), (0, 0, 1));
        assert!(summary.problems[0].problem.as_str().contains("until 00:00 on 23 Nov"), "{:?}", summary.problems);
        assert_eq!(world.refresh().feeds, 0);
    }
    assert_eq!(world.server.hits().len(), 2);
    world.hours_pass(2);
    assert_eq!(world.refresh().feeds, 1);
    assert_eq!(world.articles().len(), 3);
}

#[test]
fn failures_wait_longer_each_time_and_one_success_forgets_them() {
    let world = World::new();
    world.server.on("/feed", [Reply::feed(three()), Reply::status(500)]);
    let feed = world.add("pub.test", "/feed").unwrap().feed;
    let wait = || {
        let row = world.feeds().into_iter().find(|it| it.id == feed).unwrap();
        row.next_due.unwrap().since(Timestamp::from_seconds(world.seconds.load(Ordering::SeqCst)))
    };
    let mut waits = Vec::new();
    for _ in 0..4 {
        world.refresh_everything();
        waits.push(wait() as f64 / 3_600.0);
    }
    for (waited, hours) in waits.iter().zip([1.0, 2.0, 4.0, 8.0]) {
        assert!((waited / hours - 1.0).abs() <= 0.1, "{waits:?}");
    }
    assert!(world.feeds()[0].problem.is_some() && world.feeds()[0].failing_since.is_some());
    world.server.on("/feed", [Reply::feed(three())]);
    world.refresh_everything();
    assert!(wait() > 0 && world.feeds()[0].problem.is_none());
    world.server.on("/feed", [Reply::status(500)]);
    world.refresh_everything();
    assert_eq!((wait() as f64 / 3_600.0).round(), 1.0, "the next failure is the first again");
}

#[test]
fn what_is_not_a_feed_changes_nothing_that_is_stored() {
    let world = World::new();
    let page = "<!doctype html><html><head><title>Log in</title></head><body><p>Welcome to our café</p></body></html>";
    for (reply, words) in [
        (Reply::feed(""), "empty reply"),
        (Reply::feed(" \r\n\t"), "empty reply"),
        (Reply::page(page), "a web page, not a feed"),
        (Reply::feed(page), "a web page, not a feed"),
        (Reply::ok(vec![0xff; 300]).header("Content-Type", "image/png"), "not a feed that can be read"),
        (Reply::feed(three()).length(9_000), "closed the connection early"),
    ] {
        let path = format!("/{}", world.server.hits().len());
        let reply = reply.header("ETag", "\"false\"");
        world.server.on(&path, [Reply::feed(three()).header("ETag", "\"true\""), reply, Reply::status(304)]);
        let feed = world.add("pub.test", &path).unwrap().feed;
        world.hours_pass(30);
        let (summary, _) = world.refresh_with(&RefreshRequest { only: Some(vec![feed]), ..RefreshRequest::default() });
        assert_eq!((summary.failed, summary.articles_new), (1, 0), "{words}");
        let row = world.feeds().into_iter().find(|it| it.id == feed).unwrap();
        assert!(row.problem.as_ref().is_some_and(|it| it.as_str().contains(words)), "{words}: {:?}", row.problem);
        assert_eq!(row.articles, 3);
        world.refresh_with(&RefreshRequest { only: Some(vec![feed]), ..RefreshRequest::default() });
        assert_eq!(world.last_conditions(&path).0.as_deref(), Some("\"true\""), "validators are not advanced");
    }
}

#[test]
fn a_feed_that_breaks_off_gives_what_it_has_and_is_asked_for_whole() {
    let world = World::new();
    let whole = three();
    let cut = &whole[..whole.rfind("Ships").unwrap()];
    world.server.on(
        "/feed",
        [
            Reply::feed(cut).header("ETag", "\"cut\""),
            Reply::feed(cut).header("ETag", "\"cut\""),
            Reply::feed(whole.clone()).header("ETag", "\"whole\""),
            Reply::status(304),
        ],
    );
    let added = world.add("pub.test", "/feed").unwrap();
    assert!(added.articles >= 2);
    for expected in [None, None, Some("\"whole\"")] {
        world.refresh_everything();
        assert_eq!(world.last_conditions("/feed").0.as_deref(), expected);
    }
    assert_eq!(world.articles().len(), 3);
}

#[test]
fn an_empty_feed_removes_nothing() {
    let world = World::new();
    world.server.on("/feed", [Reply::feed(three()), Reply::feed(rss(&[]))]);
    world.add("pub.test", "/feed").unwrap();
    let summary = world.refresh_everything();
    assert_eq!((summary.fetched, summary.failed, summary.articles_new), (1, 0, 0));
    assert_eq!(world.articles().len(), 3);
}

/// miniflux issue 4197 showed one of ten.
#[test]
fn ten_that_share_a_guid_stay_ten() {
    let world = World::new();
    let links: Vec<String> = (0..10).map(|it| format!("http://pub.test/{it}")).collect();
    let articles: Vec<[&str; 4]> = links.iter().map(|link| ["same", link.as_str(), link.as_str(), "x"]).collect();
    let bare: Vec<[&str; 4]> = links.iter().map(|link| ["", "", link.as_str(), "x"]).collect();
    for (path, articles) in [("/shared", articles), ("/bare", bare)] {
        // A comment keeps the bytes from being the same, so that each refresh reads them.
        let reply = |round: usize| Reply::feed(format!("{}<!-- {round} -->", rss(&articles)));
        world.server.on(path, (0..6).map(reply));
        let feed = world.add("pub.test", path).unwrap().feed;
        for _ in 0..5 {
            let summary = world.refresh_everything();
            assert_eq!((summary.articles_new, summary.articles_changed), (0, 0), "{path}");
            assert_eq!(world.ids(Scope::Feed(feed), "").len(), 10, "{path}");
        }
    }
}

/// newsboat updates by guid alone, across feeds (cache.cpp).
#[test]
fn a_feed_never_touches_the_articles_of_another() {
    let world = World::new();
    let mine = rss(&[["1", "http://pub.test/1", "Mine", "the true text"]]);
    let theirs = rss(&[["1", "http://pub.test/1", "Theirs", "a false text"]]);
    world.server.on("/mine", [Reply::feed(mine)]);
    world.server.on("/theirs", [Reply::feed(theirs.clone()), Reply::feed(theirs.replace("false", "worse"))]);
    let feed = world.add("pub.test", "/mine").unwrap().feed;
    let before = world.texts(feed);
    world.add("pub.test", "/theirs").unwrap();
    world.refresh_everything();
    assert_eq!(world.texts(feed), before);
    assert_eq!(world.articles().len(), 2);
}

#[test]
fn a_guid_that_changes_its_scheme_or_www_is_the_same_article() {
    let world = World::new();
    let document = |guid: &str| rss(&[[guid, guid, "Ferry", "runs"]]);
    let guids = ["http://pub.test/1", "https://pub.test/1", "https://www.pub.test/1", "http://www.pub.test/1/"];
    world.server.on("/feed", guids.map(|it| Reply::feed(document(it))));
    world.add("pub.test", "/feed").unwrap();
    let id = world.articles()[0];
    let read = Change::SetRead { articles: vec![id], read: true, origin: Origin::Reader };
    world.pipeline.library.change(read).unwrap();
    for _ in 0..3 {
        world.refresh_everything();
        assert_eq!(world.articles(), [id]);
        assert!(!world.article(id).row.state.unread);
    }
}

#[test]
fn a_text_that_changes_at_every_fetch_stays_one_read_article() {
    let world = World::new();
    let document = |views: usize| rss(&[["1", "http://pub.test/1", "Ferry", &format!("seen {views} times")]]);
    world.server.on("/feed", (0..10).map(|it| Reply::feed(document(it))));
    world.add("pub.test", "/feed").unwrap();
    let id = world.articles()[0];
    let read = Change::SetRead { articles: vec![id], read: true, origin: Origin::Reader };
    world.pipeline.library.change(read).unwrap();
    for _ in 0..9 {
        world.refresh_everything();
    }
    assert_eq!(world.articles(), [id]);
    let article = world.article(id);
    assert!(!article.row.state.unread && article.row.changed);
    assert!(article.body.feed.0.contains("seen 9 times"));
}

#[test]
fn a_feed_removed_while_its_answer_is_under_way_stays_removed() {
    let world = World::new();
    let hold = Hold::default();
    world.server.on("/feed", [Reply::feed(three()).held(&hold)]);
    let feed = world.subscribe([world.server.url("pub.test", "/feed")])[0];
    std::thread::scope(|scope| {
        let refresh = scope.spawn(|| world.refresh());
        world.server.wait_for_hits(1);
        let removal = Change::Unsubscribe { feed, origin: Origin::Reader };
        world.pipeline.library.change(removal).unwrap();
        hold.release();
        let summary = refresh.join().unwrap();
        assert_eq!((summary.articles_new, summary.failed), (0, 0));
    });
    assert!(world.feeds().is_empty());
    assert!(world.articles().is_empty());
}

#[test]
fn a_lost_network_is_said_once_and_counted_against_nobody() {
    let world = World::new();
    world.subscribe((0..200).map(|it| format!("http://host{it}.test/feed")));
    let begun = Instant::now();
    let (summary, said) = world.refresh_with(&RefreshRequest::default());
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(said.iter().filter(|it| **it == Progress::Offline).count(), 1);
    assert!(!said.iter().any(|it| matches!(it, Progress::FeedDone { .. })));
    assert_eq!((summary.feeds, summary.failed, summary.problems.len()), (200, 0, 0));
    assert!(world.feeds().iter().all(|it| it.problem.is_none() && it.failing_since.is_none()));
    assert_eq!(world.refresh().feeds, 200, "all are still due");
}

#[test]
fn one_dead_name_among_living_ones_is_its_own_fault() {
    let world = World::new();
    world.server.on("/feed", [Reply::feed(three())]);
    world.subscribe([world.server.url("pub.test", "/feed"), "http://gone.test/feed".to_owned()]);
    let (summary, said) = world.refresh_with(&RefreshRequest::default());
    assert_eq!((summary.fetched, summary.failed), (1, 1));
    assert!(!said.contains(&Progress::Offline));
    assert!(summary.problems[0].problem.as_str().contains("no host named gone.test"));
    let done: Vec<usize> = said
        .iter()
        .filter_map(|it| if let Progress::FeedDone { done, .. } = it { Some(*done) } else { None })
        .collect();
    assert_eq!(done, [1, 2]);
    let alone = World::new();
    alone.subscribe(["http://gone.test/feed".to_owned()]);
    assert_eq!(alone.refresh().failed, 1, "one name that does not exist says nothing of the network");
}

#[test]
fn a_second_refresh_says_so_and_does_nothing() {
    let world = World::new();
    world.server.on("/feed", [Reply::feed(three())]);
    world.subscribe([world.server.url("pub.test", "/feed")]);
    let lock = world.pipeline.library.refresh_lock().unwrap();
    assert!(lock.is_some());
    let (summary, said) = world.refresh_with(&RefreshRequest::default());
    assert_eq!((summary, said), (Summary::default(), vec![Progress::Busy]));
    drop(lock);
    assert_eq!(world.refresh().fetched, 1);
    assert_eq!(world.server.hits().len(), 1);
}

#[test]
fn a_cancelled_refresh_ends_at_once_and_keeps_what_came() {
    let world = World::new();
    world.server.on("/quick", [Reply::feed(three())]);
    world.server.on("/silent", [Reply::never()]);
    world.subscribe([world.server.url("pub.test", "/quick"), world.server.url("other.test", "/silent")]);
    let cancel: Cancel = Arc::new(AtomicBool::new(false));
    let begun = Instant::now();
    let mut progress = |it| {
        if matches!(it, Progress::FeedDone { .. }) {
            cancel.store(true, Ordering::Relaxed);
        }
    };
    let summary = world.pipeline.refresh(&RefreshRequest::default(), &cancel, &mut progress).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!((summary.fetched, summary.failed), (1, 0));
    assert_eq!(world.articles().len(), 3);
}

#[test]
fn all_that_came_is_found_by_its_words() {
    let world = World::new();
    world.server.on("/feed", [Reply::feed(three())]);
    world.subscribe([world.server.url("pub.test", "/feed")]);
    let request = RefreshRequest { no_index: true, ..RefreshRequest::default() };
    let (summary, said) = world.refresh_with(&request);
    assert_eq!(summary.articles_new, 3);
    assert!(!said.iter().any(|it| matches!(it, Progress::Indexing { .. })));
    assert_eq!(world.ask(Ask::QueueLength), Answer::QueueLength(3));
    let mut said = Vec::new();
    dateline::refresh::drain(&world.pipeline.library, &Cancel::default(), &mut |it| said.push(it)).unwrap();
    assert_eq!(said, [Progress::Indexing { left: 0 }]);
    assert_eq!(world.ids(Scope::All, "lighthouse white").len(), 1);
    let article = world.article(world.ids(Scope::All, "ferry")[0]);
    assert_eq!(article.metadata.words, 4);
}

const PAGE_HEAD: &str = "<!doctype html><html lang=en><head><title>Harbour</title>";

#[test]
fn a_page_leads_to_the_feed_it_names() {
    let world = World::new();
    let links = |first: &str| {
        format!(
            "{PAGE_HEAD}<link rel=alternate type='application/rss+xml' href='{first}'>\
             <link rel=alternate type='application/atom+xml' href='/second'></head><body><p>Hello</body></html>"
        )
    };
    world.server.on("/", [Reply::page(links("stories"))]);
    world.server.on("/stories", [Reply::feed(three())]);
    let added = world.add("pub.test", "/").unwrap();
    assert_eq!(added.url, url(&world.server.url("pub.test", "/stories")));
    let others: Vec<_> = added.others.iter().map(|it| it.url.clone()).collect();
    assert_eq!(others, [url(&world.server.url("pub.test", "/second"))]);
    assert_eq!((added.articles, world.server.hits().len()), (3, 2));
    assert!(world.add("pub.test", "/").unwrap().already);
    world.server.on("/none", [Reply::page(format!("{PAGE_HEAD}</head><body>Nothing</body></html>"))]);
    let none = world.add("pub.test", "/none").unwrap_err();
    assert!(matches!(none, PipelineError::Problem(Problem::NoFeedFound { .. })), "{none:?}");
    world.server.on("/inward", [Reply::page(links(&world.server.url("127.0.0.1", "/secret")))]);
    let inward = world.add("pub.test", "/inward").unwrap_err();
    assert!(matches!(inward, PipelineError::Problem(Problem::PrivateAddress { .. })), "{inward:?}");
    assert!(world.server.hits_of("/secret").is_empty());
}

fn story(sentences: usize) -> String {
    let text: String = (0..sentences)
        .map(|it| {
            format!("<p>Paragraph {it} of the story tells how the old ferry came back to the harbour, with all its passengers and one dog, after a night in thick fog outside the lighthouse.</p>")
        })
        .collect();
    format!("{PAGE_HEAD}</head><body><article><h1>Ferry runs again</h1>{text}</article></body></html>")
}

#[test]
fn full_text_is_stored_where_it_is_more_than_the_feed_has() {
    let world = World::new();
    let link = world.server.url("pub.test", "/story");
    world.server.on("/feed", [Reply::feed(rss(&[["a", &link, "Ferry runs again", "The ferry runs again."]]))]);
    let feed = world.add("pub.test", "/feed").unwrap().feed;
    let id = world.articles()[0];
    // What else waits for the index must not come first.
    let numbers: Vec<String> = (0..100).map(|it| format!("http://pub.test/{it}")).collect();
    let many: Vec<[&str; 4]> = numbers.iter().map(|it| [it.as_str(), it.as_str(), "Old news", "x"]).collect();
    world.server.on(
        "/many",
        [Reply::feed(
            rss(&many).replace("</link><title>", "</link><pubDate>Mon, 30 Jan 2023 02:15:00 GMT</pubDate><title>"),
        )],
    );
    world.add("pub.test", "/many").unwrap();
    assert_eq!(world.ids(Scope::Feed(feed), ""), [id]);
    world.server.on("/story", [Reply::page(story(12)), Reply::page(story(6)), Reply::status(404)]);
    let stored = world.pipeline.full_text(id).unwrap();
    assert!(matches!(stored, FullText::Stored { words, feed_words: 4 } if words > 100), "{stored:?}");
    assert!(world.article(id).row.has_page);
    let first = world.article(id).body.page;
    assert!(matches!(world.pipeline.full_text(id).unwrap(), FullText::NotBetter { .. }), "emptier than before");
    assert!(matches!(world.pipeline.full_text(id), Err(PipelineError::Problem(Problem::Status { status: 404, .. }))));
    assert_eq!(world.article(id).body.page, first);
    assert_eq!(world.ids(Scope::All, "passengers dog").len(), 1, "found by the page's words at once");
}

#[test]
fn an_article_leads_into_a_private_network_only_by_its_own_feeds_door() {
    let world = World::new();
    world.server.on("/story", [Reply::page(story(12))]);
    let inward = world.server.url("127.0.0.1", "/story");
    world.server.on("/public", [Reply::feed(rss(&[["a", &inward, "Inward", "x"]]))]);
    world.server.on("/home", [Reply::feed(rss(&[["a", &inward, "At home", "x"]]))]);
    let public = world.add("pub.test", "/public").unwrap().feed;
    let home = world.add("127.0.0.1", "/home").unwrap().feed;
    let refused = world.pipeline.full_text(world.ids(Scope::Feed(public), "")[0]).unwrap_err();
    assert!(matches!(refused, PipelineError::Problem(Problem::PrivateAddress { .. })), "{refused:?}");
    assert!(world.server.hits_of("/story").is_empty());
    world.pipeline.full_text(world.ids(Scope::Feed(home), "")[0]).unwrap();
    assert_eq!(world.server.hits_of("/story").len(), 1);
}

#[test]
fn a_page_is_saved_by_its_address() {
    let world = World::new();
    world.server.on("/story", [Reply::page(story(12))]);
    let id = world.pipeline.save(&url(&world.server.url("localhost", "/story")), Origin::CommandLine).unwrap();
    let article = world.article(id);
    assert!(article.row.title.as_str().contains("Ferry") || article.row.title.as_str().contains("Harbour"));
    assert_eq!(world.ids(Scope::All, "passengers").len(), 1);
}

#[test]
fn passwords_are_in_no_problem_and_no_link() {
    let world = World::new();
    let feed = rss(&[["a", "/relative", "Ferry", "&lt;a href='/other'&gt;other&lt;/a&gt;"]]);
    world.server.on("/feed", [Reply::feed(feed), Reply::status(403)]);
    let address = format!("http://me:secret@pub.test:{}/feed", world.server.port);
    world.subscribe([address]);
    assert_eq!(world.refresh().fetched, 1);
    assert!(world.server.hits()[0].header("authorization").is_some());
    let article = format!("{:?}", world.article(world.articles()[0]));
    assert!(!article.contains("secret"), "{article}");
    let summary = world.refresh_everything();
    assert_eq!(summary.failed, 1);
    assert!(!format!("{summary:?}").contains("secret"));
    assert!(world.names.lookups.load(Ordering::SeqCst) >= 1);
}

/// A figure, not a check. `DATELINE_FEEDS` may name a file with one address a line; else a hundred feeds of the test's
/// own are fetched.
#[test]
#[ignore = "prints a figure; run by hand, with --release --nocapture"]
fn how_long_a_hundred_feeds_take() {
    let world = World::with(Limits::STANDARD);
    let addresses: Vec<String> = match std::env::var_os("DATELINE_FEEDS") {
        Some(file) => std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect(),
        None => (0..100).map(|feed| own_feed(&world.server, feed)).collect(),
    };
    world.subscribe(addresses);
    for round in ["first", "second"] {
        let begun = (Instant::now(), cpu_seconds());
        let request = RefreshRequest { everything: true, no_index: true, ..RefreshRequest::default() };
        let (summary, _) = world.refresh_with(&request);
        let took = (begun.0.elapsed().as_secs_f64(), cpu_seconds() - begun.1);
        println!(
            "{round}: {} feeds, {} fetched, {} not modified, {} failed, {} articles, {} bytes: {:.2} s, CPU {:.2} s",
            summary.feeds,
            summary.fetched,
            summary.not_modified,
            summary.failed,
            summary.articles_new,
            summary.bytes,
            took.0,
            took.1
        );
        let begun = (Instant::now(), cpu_seconds());
        dateline::refresh::drain(&world.pipeline.library, &Cancel::default(), &mut |_| {}).unwrap();
        println!("{round}: indexed: {:.2} s, CPU {:.2} s", begun.0.elapsed().as_secs_f64(), cpu_seconds() - begun.1);
    }
}

fn own_feed(server: &Hostd, feed: usize) -> String {
    let path = format!("/{feed}");
    let text = "The old ferry came back to the harbour with all its passengers and one dog. ".repeat(60);
    let rows: Vec<[String; 3]> = (0..50)
        .map(|it| [format!("{feed}-{it}"), format!("http://pub.test/{feed}/{it}"), format!("Ferry {it} of {feed}")])
        .collect();
    let articles: Vec<[&str; 4]> = rows.iter().map(|[guid, link, title]| [&**guid, link, title, &text]).collect();
    server.on(&path, [Reply::feed(rss(&articles)).header("ETag", "\"1\""), Reply::status(304)]);
    server.url("127.0.0.1", &path)
}

/// User and system time of this process, from Linux's own count of hundredths; 0 elsewhere.
fn cpu_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return 0.0 };
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / 100.0
}
