//! Saved searches: kept, renamed and deleted, each undoable; and counts that are always right.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn saved(shelf: &Shelf) -> Vec<(String, String)> {
    shelf.tree().searches.iter().map(|it| (it.name.to_string(), it.query.to_string())).collect()
}

fn save(shelf: &Shelf, name: &str, query: &str) -> Done {
    shelf.done(Change::SaveSearch { name: clean(name), query: clean(query), origin: Origin::Reader })
}

fn pair(name: &str, query: &str) -> (String, String) {
    (name.to_owned(), query.to_owned())
}

#[test]
fn a_search_is_saved_changed_renamed_and_deleted_and_all_of_it_undone() {
    let shelf = shelf();
    assert!(matches!(save(&shelf, "Pagi", "unread"), Done::SearchSaved { new: true, .. }));
    let id = shelf.tree().searches[0].id;
    assert!(
        matches!(save(&shelf, "pagi", "unread #dunia"), Done::SearchSaved { new: false, search, .. } if search == id)
    );
    save(&shelf, "Alam", "gempa");
    shelf.done(Change::RenameSearch { search: id, name: clean("Morning"), origin: Origin::Reader });
    assert_eq!(saved(&shelf), [pair("Alam", "gempa"), pair("Morning", "unread #dunia")]);
    shelf.done(Change::DeleteSearch { search: id, origin: Origin::Reader });
    assert_eq!(saved(&shelf), [pair("Alam", "gempa")]);
    for _ in 0..4 {
        shelf.undo();
    }
    assert_eq!(saved(&shelf), [pair("Pagi", "unread")]);
    shelf.undo();
    assert_eq!(saved(&shelf), []);
    for _ in 0..5 {
        shelf.redo();
    }
    let shelf = shelf.reopen();
    assert_eq!(saved(&shelf), [pair("Alam", "gempa")]);
    assert_eq!(save(&shelf, "Alam", "gempa"), Done::Nothing);
}

#[test]
fn an_import_of_feeds_and_queries_is_one_step_that_leaves_names_as_they_are() {
    let shelf = shelf();
    // The saved pages are a feed too.
    let feeds = |shelf: &Shelf| shelf.tree().feeds.iter().filter(|it| it.url.is_some()).count();
    save(&shelf, "Pagi", "unread");
    let new = |url: &str| NewFeed {
        url: CleanUrl::parse(url).unwrap(),
        title: clean(""),
        folder: FolderPath::default(),
        tags: vec![],
    };
    let done = shelf.done(Change::Import {
        feeds: vec![new("https://a.example/feed"), new("https://b.example/feed")],
        searches: vec![
            (clean("pagi"), clean("starred")),
            (clean("Alam"), clean("gempa")),
            (clean(""), clean("x")),
            (clean("Hari"), clean("unread @1d")),
        ],
        origin: Origin::CommandLine,
    });
    assert!(matches!(&done, Done::Imported { added, already: 0, searches: 2 } if added.len() == 2), "{done:?}");
    let all = [pair("Alam", "gempa"), pair("Hari", "unread @1d"), pair("Pagi", "unread")];
    assert_eq!((feeds(&shelf), saved(&shelf)), (2, all.to_vec()));
    let undone = shelf.done(Change::Undo { origin: Origin::CommandLine });
    assert!(
        matches!(&undone, Done::Undone { sentence, .. } if sentence.as_str() == "2 feeds added, 2 searches saved"),
        "{undone:?}"
    );
    assert_eq!((feeds(&shelf), saved(&shelf)), (0, vec![pair("Pagi", "unread")]));
    shelf.redo();
    assert_eq!((feeds(&shelf), saved(&shelf)), (2, all.to_vec()));
}

#[test]
fn a_name_is_given_once_and_never_empty() {
    let shelf = shelf();
    save(&shelf, "One", "unread");
    save(&shelf, "Two", "starred");
    let search = shelf.tree().searches[1].id;
    let refused = shelf.library.change(Change::RenameSearch { search, name: clean("ONE"), origin: Origin::Reader });
    assert!(refused.unwrap_err().to_string().contains("called ONE already"));
    let nameless = Change::SaveSearch { name: clean(" "), query: clean("unread"), origin: Origin::Reader };
    assert!(shelf.library.change(nameless).unwrap_err().to_string().contains("needs a name"));
    assert_eq!(saved(&shelf).len(), 2);
}

/// Searches that marks and feeds decide, one of every kind.
const KEPT: [&str; 9] = [
    "unread",
    "-unread -archived",
    "#later or starred",
    "unread #dunia/*",
    "untagged unread",
    "feed:kabar",
    "folder:lain -#later",
    "archived or (starred unread)",
    "sort:title",
];

#[derive(Clone, Debug)]
enum Act {
    Read(Vec<usize>, bool),
    Star(Vec<usize>, bool),
    Archive(Vec<usize>, bool),
    Delete(Vec<usize>),
    Tag(Vec<usize>, &'static str, bool),
    Arrive { feed: usize, guids: BTreeSet<u8>, title: &'static str },
    Subscribe(usize, &'static str),
    Unsubscribe(usize),
    Save(usize),
    Forget(usize),
    Undo,
    Redo,
    Reopen,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let some = || proptest::collection::vec(0..12_usize, 0..5);
    let act = prop_oneof![
        3 => (some(), any::<bool>()).prop_map(|(some, on)| Act::Read(some, on)),
        2 => (some(), any::<bool>()).prop_map(|(some, on)| Act::Star(some, on)),
        2 => (some(), any::<bool>()).prop_map(|(some, on)| Act::Archive(some, on)),
        1 => some().prop_map(Act::Delete),
        3 => (some(), proptest::sample::select(&["later", "Later", "dunia/asia", "dunia"][..]), any::<bool>())
            .prop_map(|(some, tag, on)| Act::Tag(some, tag, on)),
        3 => (0..2_usize, proptest::collection::btree_set(0..6_u8, 0..5),
              proptest::sample::select(&["Kabar", "Post"][..]))
            .prop_map(|(feed, guids, title)| Act::Arrive { feed, guids, title }),
        2 => (0..2_usize, proptest::sample::select(&["", "Lain", "Berita/Lain"][..]))
            .prop_map(|(feed, folder)| Act::Subscribe(feed, folder)),
        1 => (0..2_usize).prop_map(Act::Unsubscribe),
        1 => (0..KEPT.len()).prop_map(Act::Save),
        1 => (0..KEPT.len()).prop_map(Act::Forget),
        4 => Just(Act::Undo),
        2 => Just(Act::Redo),
        1 => Just(Act::Reopen),
    ];
    proptest::collection::vec(act, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn kept_counts_are_those_of_a_recount_whatever_is_done(acts in acts()) {
        let mut shelf = shelf();
        let addresses = ["https://a.example/feed", "https://b.example/feed"];
        let feeds = [shelf.feed(addresses[0]), shelf.feed_with(addresses[1], "Lain", &["dunia"])];
        for text in KEPT {
            save(&shelf, text, text);
        }
        for act in acts {
            let ids = |places: &[usize]| -> Vec<ArticleId> {
                let all = shelf.ids(Scope::All);
                places.iter().filter_map(|it| all.get(*it)).copied().collect()
            };
            match &act {
                Act::Read(some, on) => drop(shelf.read(&ids(some), *on)),
                Act::Star(some, on) => drop(shelf.star(&ids(some), *on)),
                Act::Archive(some, archived) => {
                    let (articles, archived) = (ids(some), *archived);
                    shelf.done(Change::SetArchived { articles, archived, origin: Origin::Reader });
                }
                Act::Delete(some) => {
                    let articles = ids(some);
                    shelf.done(Change::SetDeleted { articles, deleted: true, origin: Origin::Reader });
                }
                Act::Tag(some, tag, true) => drop(shelf.tag(&ids(some), &[tag], &[])),
                Act::Tag(some, tag, false) => drop(shelf.tag(&ids(some), &[], &[tag])),
                Act::Arrive { feed, guids, title } => {
                    if !shelf.tree().feeds.iter().any(|it| it.id == feeds[*feed]) {
                        continue;
                    }
                    let articles = guids.iter().map(|it| parsed(&[&format!("g{it}")], &format!("T {it}"), "<p>x</p>"));
                    let mut arrival = shelf.arrival(feeds[*feed], articles.collect());
                    arrival.parsed.title = clean(title);
                    arrival.body_hash[0] ^= title.len() as u8;
                    shelf.done(Change::Arrive(Box::new(arrival)));
                }
                Act::Subscribe(feed, folder) => {
                    let feed = NewFeed {
                        url: url(addresses[*feed]),
                        title: CleanText::default(),
                        folder: FolderPath::parse(folder),
                        tags: Vec::new(),
                    };
                    shelf.done(Change::Subscribe { feeds: vec![feed], origin: Origin::Reader });
                }
                Act::Unsubscribe(feed) => {
                    shelf.done(Change::Unsubscribe { feed: feeds[*feed], origin: Origin::Reader });
                }
                Act::Save(which) => drop(save(&shelf, KEPT[*which], KEPT[(*which + 1) % KEPT.len()])),
                Act::Forget(which) => {
                    if let Some(it) = shelf.tree().searches.iter().find(|it| it.name.as_str() == KEPT[*which]) {
                        shelf.done(Change::DeleteSearch { search: it.id, origin: Origin::Reader });
                    }
                }
                Act::Undo => drop(shelf.undo()),
                Act::Redo => drop(shelf.redo()),
                Act::Reopen => shelf = shelf.reopen(),
            }
            for search in shelf.tree().searches {
                let query = Query::parse(search.query.as_str()).unwrap();
                let view = View { scope: Scope::Search(search.id), unread_only: false, query };
                let rows = shelf.rows_of_view(view, 1_000);
                let unread = rows.iter().filter(|it| it.state.unread).count();
                prop_assert!(search.exact);
                prop_assert_eq!(
                    (search.articles, search.unread), (rows.len() as i64, unread as i64),
                    "{} after {:?}", search.query, act
                );
            }
        }
    }
}

#[test]
fn a_search_for_words_or_days_is_counted_when_it_is_asked_for() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, run_of(3));
    shelf.index("en");
    save(&shelf, "Words", "title:1 or title:2 @today");
    let search = shelf.tree().searches[0].clone();
    assert!(!search.exact);
    let query = Query::parse(search.query.as_str()).unwrap().settled(&present(), &[]).unwrap();
    let counts = shelf.library.ask(Ask::SearchCounts { queries: vec![(search.id, query)] }).unwrap();
    let counted = SearchCount { search: search.id, articles: 2, unread: 2, more: false };
    assert_eq!(counts, Answer::SearchCounts(vec![counted]));
}
