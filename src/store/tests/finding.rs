//! Views and words.

use super::*;

const TELEPON: &str = "Telepon Palestina dan Israel: Menlu Rusia Minta Semua Pihak Menahan Diri";
const BODY: &str = "<p>JAKARTA - Lavrov berbicara dengan Riyad al-Maliki tentang Kuartet; 9.353 orang luka-luka.</p>";

fn newsstand() -> Shelf {
    let shelf = shelf();
    let kabar = shelf.feed_with("https://kabar.example/feed", "Dunia", &[]);
    let beras = parsed(&["2"], "Harga beras naik", "<p>Pemerintah menahan harga.</p>");
    shelf.arrive(kabar, vec![parsed(&["1"], TELEPON, BODY), beras]);
    shelf.index("id");
    let english = shelf.feed_with("https://post.example/feed", "World", &[]);
    let mut arrival = shelf.arrival(english, vec![parsed(&["1"], "She runs a bakery", "<p>東京都の新聞</p>")]);
    arrival.parsed.title = clean("Evening Post");
    shelf.done(Change::Arrive(Box::new(arrival)));
    shelf.index("en");
    shelf
}

#[test]
fn an_article_is_found_by_the_words_that_stand_in_it() {
    let shelf = newsstand();
    for words in ["Lavrov", "menahan diri", "kuartet", "Riyad al-Maliki", "9.353", "lavrov luka"] {
        assert_eq!(shelf.found(words), [TELEPON], "{words}");
    }
    assert_eq!(shelf.found("menahan").len(), 2);
    assert_eq!(shelf.found("menahanlah").len(), 2);
    assert_eq!(shelf.found("9.354").len(), 0);
}

#[test]
fn forms_scripts_and_the_feeds_name_find_it_too() {
    let shelf = newsstand();
    for words in ["running", "bakeries", "東京", "新", "evening post", "post runs", "e* "] {
        assert_eq!(shelf.found(words), ["She runs a bakery"], "{words}");
    }
    assert_eq!(shelf.found("post lavrov").len(), 0);
}

#[test]
fn while_typing_every_letter_narrows() {
    let shelf = newsstand();
    for words in ["l*", "la*", "lav*", "lavr*", "lavrov*", "riyad al-m*", "riyad al*"] {
        assert_eq!(shelf.found(words), [TELEPON], "{words}");
    }
}

#[test]
fn what_is_typed_is_never_an_expression_of_the_index() {
    let shelf = newsstand();
    for words in [
        "\"",
        "*",
        "NEAR(",
        "a OR b",
        "%",
        "_",
        "\"tokens:x\"",
        "-lavrov",
        "(((",
        "'; DROP TABLE article",
        "^a",
        "🙂",
        "{a}:b",
    ] {
        let _ = shelf.found(words);
        if !words.contains('"') {
            let _ = shelf.found(&format!("\"{words}\" title:\"{words}\" author:\"{words}\" -\"{words}\""));
            let _ = shelf.found(&format!("url:\"{words}\" feed:\"{words}\" via:\"{words}\" or lang:\"{words}\""));
        }
    }
    assert_eq!(shelf.found("-lavrov").len(), 2);
}

#[test]
fn an_article_that_waits_for_the_index_is_found_by_its_title() {
    let shelf = newsstand();
    let feed = shelf.feed("https://baru.example/feed");
    shelf.arrive(feed, vec![parsed(&["9"], "Gempa di Lombok", "<p>x</p>")]);
    assert_eq!(shelf.found("lombok"), ["Gempa di Lombok"]);
    shelf.index("id");
    assert_eq!(shelf.found("lombok"), ["Gempa di Lombok"]);
}

#[test]
fn an_edited_article_is_found_by_its_new_words_only() {
    let shelf = shelf();
    let feed = shelf.feed("https://kabar.example/feed");
    shelf.arrive(feed, vec![parsed(&["g"], "Banjir", "<p>x</p>")]);
    shelf.index("id");
    shelf.arrive(feed, vec![parsed(&["g"], "Gempa", "<p>x</p>")]);
    shelf.index("id");
    assert_eq!((shelf.found("gempa").len(), shelf.found("banjir").len()), (1, 0));
    assert_eq!(shelf.health().faults, []);
}

#[test]
fn lists_are_newest_first_within_the_day_too_and_stop_at_their_limit() {
    let shelf = shelf();
    let first = shelf.feed_with("https://a.example/feed", "F", &["t/a"]);
    let second = shelf.feed_with("https://b.example/feed", "F/G", &["t/b"]);
    // The second feed arrives later with older and newer articles: numbers alone would order them wrongly.
    let some = |offset: i64, step: i64| -> Vec<ParsedArticle> {
        (0..20)
            .map(|it| {
                let mut article = parsed(&[&format!("g{it}")], "Berita hari ini", "<p>x</p>");
                article.published = Some(noon().plus(-offset - step * it));
                article
            })
            .collect()
    };
    shelf.arrive(first, some(0, 7_200));
    shelf.arrive(second, some(60, 5_400));
    shelf.index("id");
    shelf.star(&shelf.ids(Scope::All), true);
    let words = Query::parse("berita").unwrap();
    for scope in [
        Scope::All,
        Scope::Starred,
        Scope::Folder(FolderPath::parse("F")),
        Scope::Tag(tag("t")),
        Scope::Since(moment("2000-01-01T00:00:00Z")),
    ] {
        for query in [Query::Everything, words.clone()] {
            for unread_only in [false, true] {
                let view = View { scope: scope.clone(), unread_only, query: query.clone() };
                let all = shelf.rows_of_view(view.clone(), 1_000);
                assert_eq!(all.len(), 40, "{view:?}");
                assert!(all.is_sorted_by(|a, b| (a.sort, a.id) > (b.sort, b.id)), "{view:?}");
                assert_eq!(shelf.rows_of_view(view, 7), all[..7]);
            }
        }
    }
}

#[test]
fn scopes_hold_what_they_say() {
    let shelf = newsstand();
    let titles = |scope: Scope| -> Vec<String> { shelf.rows(scope).iter().map(|it| it.title.to_string()).collect() };
    assert_eq!(titles(Scope::Folder(FolderPath::parse("World"))), ["She runs a bakery"]);
    let tagged = shelf.ids(Scope::Folder(FolderPath::parse("Dunia")));
    shelf.tag(&tagged, &["dunia/asia"], &[]);
    assert_eq!(titles(Scope::Untagged), ["She runs a bakery"]);
    assert_eq!(titles(Scope::Tag(tag("dunia"))).len(), 2);
    assert_eq!(titles(Scope::Tag(tag("dun"))).len(), 0);
    assert_eq!(titles(Scope::Since(noon())).len(), 3);
    assert_eq!(titles(Scope::Since(noon().plus(1))).len(), 0);
    shelf.read(&tagged, true);
    let unread = View { scope: Scope::All, unread_only: true, query: Query::Everything };
    assert_eq!(shelf.rows_of_view(unread, 10).len(), 1);
    let view =
        View { scope: Scope::All, unread_only: false, query: Query::parse(&format!("id:{}", tagged[0])).unwrap() };
    assert_eq!(shelf.rows_of_view(view, 10)[0].id, tagged[0]);
}

#[test]
fn rows_come_in_the_order_asked_and_without_those_that_are_gone() {
    let shelf = newsstand();
    let mut ids = shelf.ids(Scope::All);
    ids.reverse();
    let with_a_stranger: Vec<ArticleId> = [ArticleId(7)].into_iter().chain(ids.clone()).collect();
    let Answer::Rows { rows } = shelf.library.ask(Ask::RowsOf(with_a_stranger)).unwrap() else { panic!() };
    assert_eq!(rows.iter().map(|it| it.id).collect::<Vec<_>>(), ids);
}

#[test]
fn lists_walk_an_index_and_never_sort_or_scan() {
    let shelf = newsstand();
    let connection = schema::open_reader(&shelf.folder.path().join("library.db")).unwrap();
    for (index, condition) in [
        ("state_by_sort", "1"),
        ("state_unread", "s.unread = 1"),
        ("state_starred", "s.starred = 1"),
        ("state_by_feed", "s.feed = 2"),
        ("state_unread_by_feed", "s.feed = 2 AND s.unread = 1"),
    ] {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT s.sort, s.article FROM state s INDEXED BY {index}
             WHERE {} AND {condition} ORDER BY s.sort DESC, s.article DESC LIMIT 10",
            list::VISIBLE
        );
        let mut statement = connection.prepare(&sql).unwrap();
        let plan: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().map(|it| it.unwrap()).collect();
        assert!(plan.iter().any(|it| it.contains(index)), "{plan:?}");
        assert!(!plan.iter().any(|it| it.contains("TEMP B-TREE FOR ORDER BY")), "{plan:?}");
    }
}

#[test]
fn a_library_whose_words_were_made_by_another_version_is_indexed_anew() {
    let shelf = newsstand();
    rusqlite::Connection::open(shelf.folder.path().join("library.db"))
        .unwrap()
        .execute_batch("UPDATE meta SET value = 999 WHERE name = 'words_version'")
        .unwrap();
    let shelf = shelf.reopen();
    assert_eq!(shelf.library.ask(Ask::QueueLength).unwrap(), Answer::QueueLength(3));
    shelf.index("id");
    assert_eq!(shelf.found("lavrov"), [TELEPON]);
    assert_eq!(shelf.reopen().library.ask(Ask::QueueLength).unwrap(), Answer::QueueLength(0));
}
