//! The language: what reads, what it means, what is a mistake and where.

use proptest::prelude::*;

use super::*;
use crate::news::{Now, Zone};

fn read(text: &str) -> Query {
    Query::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"))
}

fn shown(text: &str) -> String {
    read(text).to_string()
}

fn wrong(text: &str) -> (usize, usize, String) {
    let why = Query::parse(text).unwrap_err();
    (why.column, why.length, why.sentence.to_string())
}

fn now() -> Now {
    Now { utc: Timestamp::parse_rfc3339("2026-11-24T12:00:00Z").unwrap(), zone: Zone::named("Asia/Jakarta").unwrap() }
}

#[test]
fn what_people_type_reads_as_they_mean_it() {
    for (typed, meant) in [
        ("  ", ""),
        (" menahan   diri ", "menahan diri"),
        ("Rust AND async", "Rust async"),
        ("(#rust OR #zig) -title:/release/", "(#rust or #zig) -title:/release/"),
        ("#rust | #zig", "#rust or #zig"),
        ("a or b c", "a or b c"),
        ("(a or b) c", "(a or b) c"),
        ("not (a or b)", "not (a or b)"),
        ("NOT unread", "-unread"),
        ("is:unread +linux tag:linux,c++", "unread #linux (#linux or #c++)"),
        ("“menahan diri”", "\"menahan diri\""),
        ("feed:kabar,\"heise online\"", "feed:kabar,\"heise online\""),
        ("title:/rel\\/ease/i", "title:/rel\\/ease/i"),
        ("today @3d @2026 @2026-08 @2026-08-01..2026-08-15", "@today @3d @2026 @2026-08 @2026-08-01..2026-08-15"),
        ("@2w..1w @..yesterday @2026-01-02.. published@1h", "@2w..1w @..yesterday @2026-01-02.. @1h"),
        ("fetched@1h changed@2d is:new", "fetched@1h changed@2d fetched@today"),
        ("words>1500 minutes<5 links:>=10 words:7", "words>1500 minutes<5 links>=10 words=7"),
        ("limit:5 unread sort:-date group:day", "unread sort:-date group:day limit:5"),
        ("type:audio,video id:3,4 search:morning", "type:audio,video id:3,4 search:\"morning\""),
        ("https://example.org/a 12:30 foo@bar.org new york", "https://example.org/a 12:30 foo@bar.org new york"),
        ("lavr* 9.353 al-Maliki c++ #world/*", "lavr* 9.353 al-Maliki c++ #world/*"),
        // What is still being typed is whole already.
        ("(#rust or", "#rust"),
        ("\"menahan di", "\"menahan di\""),
        ("rust -", "rust"),
        ("NEAR(", "NEAR"),
        ("* - () ''", "''"),
        ("\"", ""),
    ] {
        assert_eq!(shown(typed), meant, "{typed}");
        assert_eq!(read(meant), read(typed), "{typed}");
    }
}

#[test]
fn a_mistake_is_pointed_at_and_names_what_was_meant() {
    for (typed, column, length, part) in [
        (" unread titel:x", 9, 6, "did you mean title: ?"),
        ("zzz:x", 1, 4, "put it in quotes"),
        ("person:lavrov", 1, 7, "does not keep that"),
        ("is:unraed", 4, 6, "Did you mean unread?"),
        ("hidden", 1, 6, "no state"),
        ("a title:", 3, 6, "as in title:release"),
        ("id:abc", 4, 3, "as in id:20431"),
        ("#", 1, 1, "a tag needs a name"),
        ("x @someday", 3, 8, "“someday” is no day"),
        ("@2026-02-30", 1, 11, "is no day"),
        ("@2026-13", 1, 8, "is no day"),
        ("read@today", 1, 5, "is not kept"),
        ("words>many", 1, 10, "a number must follow"),
        ("score>5", 1, 5, "not known"),
        ("a )", 3, 1, "closes nothing"),
        ("/a", 1, 1, "nothing closes"),
        ("title:/(/", 7, 3, "can't be used"),
        ("sort:size", 6, 4, "sort: takes date"),
        ("sort:title group:day", 12, 9, "group:day goes with sort:date only"),
        ("group:day unread sort:-length", 18, 12, "group:day goes with sort:date only"),
        ("limit:0", 7, 1, "limit: needs a number"),
        ("type:film", 6, 4, "as in type:audio"),
    ] {
        let (at, marked, sentence) = wrong(typed);
        assert_eq!((at, marked), (column, length), "{typed}: {sentence}");
        assert!(sentence.contains(part), "{typed}: {sentence}");
    }
}

#[test]
fn what_is_too_much_is_refused_at_once() {
    let began = std::time::Instant::now();
    assert!(Query::parse(&"a ".repeat(524_288)).is_err());
    assert!(Query::parse(&"x".repeat(1_048_576)).is_err());
    assert!(Query::parse(&"(".repeat(9_000)).is_err());
    assert!(Query::parse(&"-".repeat(9_000)).is_err());
    assert!(Query::parse(&"not ".repeat(2_000)).is_err());
    assert!(Query::parse(&format!("/{}/", "a".repeat(5_000))).is_err());
    assert!(wrong("/(a{1000}){1000}/").2.contains("too large"));
    // This one would take for ever in an engine that backtracks.
    let pattern = match read("/(a+)+$/") {
        Query::Where(wanted) => match wanted.condition {
            Some(Condition::Pattern(pattern)) => pattern.compiled().unwrap(),
            other => panic!("{other:?}"),
        },
        Query::Everything => panic!(),
    };
    assert!(!pattern.is_match(&format!("{}b", "a".repeat(100_000))));
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

#[test]
fn while_typing_the_last_word_may_go_on() {
    let typed = |text: &str| Query::parse_typing(text).unwrap().to_string();
    assert_eq!(typed("unread rus"), "unread rus*");
    assert_eq!(typed("unread rus "), "unread rus");
    assert_eq!(typed("(#a or rus"), "#a or rus*");
    assert_eq!(typed("rust unread"), "rust unread");
    assert_eq!(typed("rust title:x"), "rust title:x");
    assert_eq!(typed("-rus"), "-rus");
    assert_eq!(typed("東"), "東*");
}

#[test]
fn a_query_says_in_words_what_it_asks_for() {
    for (typed, words) in [
        ("", "everything"),
        ("unread (#rust or #zig) @7d", "unread, tagged rust or zig, last 7 days"),
        ("rust async -#politics", "with “rust async”, not tagged politics"),
        ("feed:kabar,heise -unread today", "from kabar or heise, read, today"),
        ("\"menahan diri\" words>1500 sort:-date", "with exactly “menahan diri”, more than 1500 words, oldest first"),
        ("(a #b) or c", "with “a” and tagged b or with “c”"),
        ("@2w..1w #world/*", "from 2 weeks ago to week ago, tagged world or below"),
    ] {
        assert_eq!(read(typed).in_words(), words, "{typed}");
    }
}

#[test]
fn days_are_settled_where_the_person_lives() {
    let settled = |text: &str| read(text).settled(&now(), &[]).unwrap().to_string();
    // It is 19:00 of 24 November in Jakarta; the day began at 17:00 UTC of the 23rd.
    for (typed, moments) in [
        ("@today", "@2026-11-23T17:00:00Z..2026-11-24T17:00:00Z"),
        ("@yesterday", "@2026-11-22T17:00:00Z..2026-11-23T17:00:00Z"),
        ("@3d", "@2026-11-21T17:00:00Z.."),
        ("@1w", "@2026-11-17T17:00:00Z.."),
        ("@2w..1w", "@2026-11-10T17:00:00Z..2026-11-17T17:00:00Z"),
        ("fetched@1h", "fetched@2026-11-24T11:00:00Z.."),
        ("@2026-08", "@2026-07-31T17:00:00Z..2026-08-31T17:00:00Z"),
        ("@2026", "@2025-12-31T17:00:00Z..2026-12-31T17:00:00Z"),
        ("@2026-08-01..2026-08-15", "@2026-07-31T17:00:00Z..2026-08-15T17:00:00Z"),
        ("@..2026-12", "@..2026-12-31T17:00:00Z"),
        ("@1m", "@2026-10-24T17:00:00Z.."),
        ("-@3d or unread", "-@2026-11-21T17:00:00Z.. or unread"),
    ] {
        assert_eq!(settled(typed), moments, "{typed}");
        assert!(read(moments).is_settled() && !read(typed).is_settled(), "{typed}");
        assert_eq!(settled(moments), moments);
    }
}

#[test]
fn a_query_may_name_a_saved_search_but_no_circle_of_them() {
    let saved = [
        NamedQuery { name: "Morning", text: "unread today" },
        NamedQuery { name: "all", text: "sort:date" },
        NamedQuery { name: "egg", text: "search:hen" },
        NamedQuery { name: "hen", text: "-search:egg" },
        NamedQuery { name: "broken", text: "titel:x" },
    ];
    let settled = |text: &str| read(text).settled(&now(), &saved).map(|it| it.to_string());
    let today = "unread @2026-11-23T17:00:00Z..2026-11-24T17:00:00Z";
    assert_eq!(settled("search:morning #a").unwrap(), format!("{today} #a"));
    assert_eq!(settled("-search:morning").unwrap(), format!("not ({today})"));
    assert_eq!(settled("search:all or unread").unwrap(), "");
    for (text, part) in
        [("search:egg", "leads back to itself"), ("search:none", "no saved search"), ("search:broken", "is broken")]
    {
        assert!(settled(text).unwrap_err().to_string().contains(part), "{text}");
    }
}

#[test]
fn marks_alone_decide_some_queries() {
    for (text, expected) in [
        ("unread (#a or starred) -feed:x folder:y untagged", true),
        ("archived id:3", true),
        ("rust", false),
        ("unread @3d", false),
        ("fulltext", false),
        ("search:x", false),
    ] {
        assert_eq!(read(text).condition().unwrap().is_of_marks(), expected, "{text}");
    }
}

#[test]
fn the_word_at_the_cursor_is_completed() {
    let names = Names {
        tags: ["dunia", "dunia/asia", "linux"].map(str::to_owned).to_vec(),
        feeds: ["Kabar: Dunia", "heise"].map(str::to_owned).to_vec(),
        folders: vec!["World".to_owned()],
        searches: vec!["Morning news".to_owned()],
        ..Names::default()
    };
    let offered = |before: &str| -> Vec<String> {
        completions(before, &names).into_iter().map(|(at, text)| format!("{}{text}", &before[..at])).collect()
    };
    assert_eq!(offered("x #du"), ["x #dunia", "x #dunia/asia"]);
    assert_eq!(offered("-#as"), ["-#dunia/asia"]);
    assert_eq!(offered("feed:k"), ["feed:\"Kabar: Dunia\""]);
    assert_eq!(offered("feed:heise,\"kabar: d"), ["feed:heise,\"Kabar: Dunia\""]);
    assert_eq!(offered("unr"), ["unread"]);
    assert_eq!(offered("(ti"), ["(title:"]);
    assert_eq!(offered("hei"), ["feed:heise"]);
    assert_eq!(offered("search:mor"), ["search:\"Morning news\""]);
    assert_eq!(offered("@to"), ["@today"]);
    assert_eq!(offered("a "), Vec::<String>::new());
    for before in ["x #du", "feed:k", "unr", "search:mor", "@to", "lin"] {
        for whole in offered(before).iter().filter(|it| !it.ends_with([':', '>', '@'])) {
            assert!(Query::parse(whole).is_ok(), "{whole}");
        }
    }
}

#[test]
fn every_example_of_the_guide_reads() {
    for row in GUIDE {
        for example in row.examples {
            assert!(!read(example).to_string().is_empty(), "{example}");
        }
        assert!(row.meaning.chars().count() <= 110, "{}", row.heading);
    }
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,6}",
        "\\PC{0,8}",
        Just("title:".to_owned()),
        Just("feed:a,".to_owned()),
        Just("#a/b".to_owned()),
        Just("#world/*".to_owned()),
        Just("@3d".to_owned()),
        Just("@2026-08..".to_owned()),
        Just("words>5".to_owned()),
        Just("unread".to_owned()),
        Just(" or ".to_owned()),
        Just("not ".to_owned()),
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just("-".to_owned()),
        Just("\"".to_owned()),
        Just("/".to_owned()),
        Just("*".to_owned()),
        Just("sort:-date ".to_owned()),
        Just("search:".to_owned()),
        Just("\u{0}".to_owned()),
        Just("🙂".to_owned()),
        Just("%_".to_owned()),
        Just(",".to_owned()),
        Just("\u{200d}\u{301}".to_owned()),
        Just("|".to_owned()),
    ];
    proptest::collection::vec(prop_oneof![3 => piece.clone(), 1 => piece.prop_map(|it| format!(" {it}"))], 0..12)
        .prop_map(|it| it.concat())
}

#[test]
fn a_joiner_where_nothing_is_joined_changes_no_query() {
    for text in ["sort:-date \u{200d}\u{301}\u{bbe}", " \u{200d}\u{301}\u{11722}"] {
        let query = Query::parse(text).unwrap();
        assert_eq!(Query::parse(&query.to_string()), Ok(query));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn the_text_of_a_query_reads_as_that_query(text in any_text()) {
        for query in [Query::parse(&text), Query::parse_typing(&text)].into_iter().flatten() {
            let shown = query.to_string();
            prop_assert_eq!(Query::parse(&shown), Ok(query.clone()), "{:?} as {:?}", text, shown);
            prop_assert!(!query.in_words().is_empty());
            if let Ok(settled) = query.settled(&now(), &[]) {
                prop_assert!(settled.is_settled());
            }
        }
    }

    #[test]
    fn a_mistake_lies_within_the_text(text in any_text()) {
        if let Err(why) = Query::parse(&text) {
            // A tab is shown as four spaces.
            let length = text.chars().count() * 4;
            prop_assert!(why.column >= 1 && why.length >= 1);
            prop_assert!(why.column + why.length - 1 <= length + 1, "{:?} {:?}", text, why);
        }
        let _ = completions(&text, &Names { tags: vec!["a".to_owned()], ..Names::default() });
    }
}
