//! What queries find: each condition by itself, and the laws that hold between them whatever way is taken.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::news::Enclosure;

const GEMPA: &str = "Gempa di Lombok: BMKG imbau waspada";
const RUST: &str = "Rust 1.95 released";
const ZIG: &str = "Zig news: an async release";
const TOKYO: &str = "東京都の新聞";

/// Four articles with everything a query may ask for; the last one waits for the index.
fn kiosk() -> Shelf {
    let shelf = shelf();
    let kabar = shelf.feed_with("https://kabar.example/feed", "World/Asia", &[]);
    let mut gempa = parsed(&["1"], GEMPA, "<p>MATARAM - Warga <b>menahan</b> diri; Lavrov hadir.</p>");
    gempa.topics = vec![clean("Bencana Alam")];
    shelf.arrive(kabar, vec![gempa]);
    index_with(&shelf, "id", |it| {
        it.dateline = Some("MATARAM".to_owned());
        it.attribution = vec!["TASS".to_owned(), "AFP".to_owned()];
        it.words = 1_600;
        it.minutes = 8;
        it.links = 12;
    });
    let post = shelf.feed_with("https://www.post.example/feed", "Tech", &[]);
    let mut rust = parsed(&["1"], RUST, "<p>An audio about it. Text one.</p>");
    rust.authors = vec![clean("Ada Lee")];
    rust.published = Some(noon().plus(-3 * 86_400));
    rust.url = Some(url("https://blog.example/rust-1.95"));
    rust.enclosures = vec![Enclosure {
        url: "https://blog.example/a.mp3".to_owned(),
        media_type: "audio/mpeg".to_owned(),
        bytes: None,
    }];
    let mut zig = parsed(&["2"], ZIG, "<p>Rust is named here too. Text two.</p>");
    zig.published = Some(noon().plus(-40 * 86_400));
    zig.url = Some(url("https://zig.example/news"));
    let mut arrival = shelf.arrival(post, vec![rust, zig]);
    arrival.parsed.title = clean("Evening Post");
    shelf.done(Change::Arrive(Box::new(arrival)));
    index_with(&shelf, "en", |it| it.words = 90);
    let mut tokyo = parsed(&["3"], TOKYO, "<p>京都</p>");
    tokyo.url = None;
    shelf.arrive(kabar, vec![tokyo]);
    let ids = shelf.ids(Scope::All);
    let id = |title: &str| shelf.rows(Scope::All).iter().find(|it| it.title.as_str() == title).unwrap().id;
    shelf.tag(&[id(GEMPA)], &["dunia/asia", "Alam"], &[]);
    shelf.tag(&[id(RUST)], &["dunia"], &[]);
    shelf.read(&[id(ZIG)], true);
    shelf.star(&[id(RUST)], true);
    assert_eq!(ids.len(), 4);
    shelf
}

fn index_with(shelf: &Shelf, language: &str, change: impl Fn(&mut Metadata)) {
    let Answer::Queue(queued) = shelf.library.ask(Ask::Queue { after: None, limit: 100 }).unwrap() else { panic!() };
    let enriched = queued
        .iter()
        .map(|it| {
            let mut enriched = enriched(it, language);
            change(&mut enriched.metadata);
            enriched
        })
        .collect();
    shelf.done(Change::Enrich(enriched));
}

#[test]
fn every_condition_finds_what_it_says() {
    let shelf = kiosk();
    for (query, found) in [
        ("lavrov", &[GEMPA][..]),
        ("rust", &[RUST, ZIG]),
        ("rust -zig", &[RUST]),
        ("rust or gempa", &[GEMPA, RUST, ZIG]),
        ("releasing", &[RUST, ZIG]),
        ("\"menahan diri\"", &[GEMPA]),
        ("\"diri menahan\"", &[]),
        ("\"Zig News\"", &[ZIG]),
        ("\"東京都\"", &[TOKYO]),
        ("text:\"東京都\"", &[]),
        ("text:京都", &[TOKYO]),
        ("/^Rust [0-9.]+/", &[RUST]),
        ("/^rust/", &[]),
        ("/^rust/i", &[RUST]),
        ("text:/[Tt]ext (one|two)/", &[RUST, ZIG]),
        ("title:rust", &[RUST]),
        ("title:release", &[RUST, ZIG]),
        ("title:\"zig news\"", &[ZIG]),
        ("title:gempa,zig", &[GEMPA, ZIG]),
        ("text:rust", &[ZIG]),
        ("author:lee", &[RUST]),
        ("author:\"ada l\"", &[]),
        ("author:l", &[]),
        ("feed:post", &[RUST, ZIG]),
        ("feed:\"evening post\"", &[RUST, ZIG]),
        ("feed:kabar.example", &[GEMPA, TOKYO]),
        ("feed:kabar,post", &[GEMPA, TOKYO, RUST, ZIG]),
        ("folder:asia", &[GEMPA, TOKYO]),
        ("folder:WORLD", &[GEMPA, TOKYO]),
        ("folder:world/asia", &[GEMPA, TOKYO]),
        ("folder:asia/world", &[]),
        ("url:ZIG.example", &[ZIG]),
        ("lang:id", &[GEMPA]),
        ("lang:EN,id", &[GEMPA, RUST, ZIG]),
        ("via:tass", &[GEMPA]),
        ("via:tas", &[]),
        ("place:mataram", &[GEMPA]),
        ("topic:alam", &[GEMPA]),
        ("type:audio", &[RUST]),
        ("type:video", &[]),
        ("unread", &[GEMPA, TOKYO, RUST]),
        ("read", &[ZIG]),
        ("starred", &[RUST]),
        ("archived", &[]),
        ("fulltext", &[]),
        ("changed", &[]),
        ("#dunia", &[RUST]),
        ("#DUNIA/*", &[GEMPA, RUST]),
        ("#alam", &[GEMPA]),
        ("#nowhere", &[]),
        ("untagged", &[TOKYO, ZIG]),
        ("-untagged", &[GEMPA, RUST]),
        ("#alam or #dunia", &[GEMPA, RUST]),
        ("@today", &[GEMPA, TOKYO]),
        ("@3d", &[GEMPA, TOKYO]),
        ("@4d", &[GEMPA, TOKYO, RUST]),
        ("@2m..4d", &[ZIG]),
        ("@2026-11-21", &[RUST]),
        ("@2026-10", &[ZIG]),
        ("is:new", &[GEMPA, TOKYO, RUST, ZIG]),
        ("words>1500", &[GEMPA]),
        ("words<=90", &[RUST, ZIG]),
        ("minutes=8 links>=12", &[GEMPA]),
        ("unread (#alam or starred) -feed:kabar", &[RUST]),
        ("rust @1w", &[RUST]),
        ("post rust", &[RUST, ZIG]),
        ("post lavrov", &[]),
        ("gempa or post", &[GEMPA, RUST, ZIG]),
        ("東京", &[TOKYO]),
        ("not (rust or gempa)", &[TOKYO]),
        ("limit:2", &[TOKYO, GEMPA]),
        ("sort:-date", &[ZIG, RUST, GEMPA, TOKYO]),
        ("sort:title limit:2", &[GEMPA, RUST]),
        ("rust sort:length", &[RUST, ZIG]),
        ("group:feed limit:3", &[RUST, ZIG, TOKYO]),
        ("group:feed sort:title", &[RUST, ZIG, GEMPA, TOKYO]),
        ("sort:-date group:feed limit:3", &[ZIG, RUST, GEMPA]),
        ("%", &[GEMPA, TOKYO, RUST, ZIG]),
    ] {
        let mut expected: Vec<&str> = found.to_vec();
        let mut answer = shelf.found(query);
        if !query.contains("sort:") && !query.contains("limit:") {
            expected.sort_unstable();
            answer.sort_unstable();
        }
        assert_eq!(answer, expected, "{query}");
    }
}

#[test]
fn a_query_that_nobody_settled_is_refused_and_not_guessed_at() {
    let shelf = kiosk();
    for text in ["@today", "search:x"] {
        let view = View { scope: Scope::All, unread_only: false, query: Query::parse(text).unwrap() };
        assert!(shelf.library.ask(Ask::Ids { view }).is_err(), "{text}");
    }
}

#[test]
fn as_many_texts_are_looked_at_as_may_be_and_the_answer_says_so() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    let many = (0..1_100).map(|it| {
        let mut article = parsed(&[&format!("g{it}")], &format!("T {it}"), "<p>one two</p>");
        article.published = Some(noon().plus(-it));
        article
    });
    shelf.arrive(feed, many.collect());
    shelf.index("en");
    let view = |text: &str| View { scope: Scope::All, unread_only: false, query: Query::parse(text).unwrap() };
    // Both words are everywhere, the phrase nowhere.
    let asked = |text: &str| shelf.library.ask(Ask::Rows { view: view(text), limit: 200 }).unwrap();
    assert_eq!(asked("\"two one\""), Answer::RowsSoFar { rows: Vec::new() });
    assert!(matches!(asked("\"one two\""), Answer::Rows { rows } if rows.len() == 200));
    assert!(
        matches!(shelf.library.ask(Ask::Ids { view: view("\"two one\"") }).unwrap(), Answer::Ids(ids) if ids.is_empty())
    );
}

#[test]
fn a_list_is_narrowed_by_a_query_within_its_own_bounds() {
    let shelf = kiosk();
    let kabar = shelf.tree().feeds.iter().find(|it| it.folder.as_str() == "World/Asia").unwrap().id;
    let found = |scope: Scope, text: &str, unread_only: bool| -> Vec<String> {
        let view = View { scope, unread_only, query: Query::parse(text).unwrap() };
        shelf.rows_of_view(view, 10).iter().map(|it| it.title.to_string()).collect()
    };
    assert_eq!(found(Scope::Feed(kabar), "l*", false), [GEMPA]);
    assert_eq!(found(Scope::Feed(kabar), "rust", false), Vec::<String>::new());
    assert_eq!(found(Scope::Starred, "rust", false), [RUST]);
    assert_eq!(found(Scope::Tag(tag("dunia")), "gempa or rust", false).len(), 2);
    assert_eq!(found(Scope::All, "rust", true), [RUST]);
    assert_eq!(found(Scope::Since(noon()), "rust or gempa", false), [GEMPA]);
}

/// One condition each, of every kind of way.
const ATOMS: [&str; 22] = [
    "rust",
    "lavrov",
    "post",
    "r*",
    "東京",
    "\"menahan diri\"",
    "title:rust",
    "author:lee",
    "feed:post",
    "folder:asia",
    "unread",
    "starred",
    "#dunia",
    "#dunia/*",
    "untagged",
    "words>100",
    "lang:id",
    "via:tass",
    "/a/",
    "type:audio",
    "url:zig",
    "text:京都",
];

fn condition() -> impl Strategy<Value = String> {
    let atom = proptest::sample::select(&ATOMS[..]).prop_map(str::to_owned);
    atom.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("(not {a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn and_or_and_not_are_those_of_sets(pairs in proptest::collection::vec((condition(), condition()), 12)) {
        let shelf = kiosk();
        let found = |text: &str| -> BTreeSet<String> { shelf.found(text).into_iter().collect() };
        let all = found("");
        for (a, b) in pairs {
            let (of_a, of_b) = (found(&a), found(&b));
            prop_assert_eq!(found(&format!("{a} {b}")), of_a.intersection(&of_b).cloned().collect::<BTreeSet<_>>(), "{} {}", a, b);
            prop_assert_eq!(found(&format!("{a} or {b}")), of_a.union(&of_b).cloned().collect::<BTreeSet<_>>(), "{} or {}", a, b);
            prop_assert_eq!(found(&format!("not {a}")), all.difference(&of_a).cloned().collect::<BTreeSet<_>>(), "not {}", a);
        }
    }
}
