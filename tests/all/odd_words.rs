//! Whatever a person types to look for or to call something by: no word is an expression of the index, no pattern takes long,
//! and no name of a tag reaches anything but its tag.

use std::time::{Duration, Instant};

use dateline::query::Query;
use proptest::prelude::*;

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE, Exit};
use super::world::World;

/// Two hundred milliseconds are promised; a debug build on a busy machine may take longer.
const FOUND_WITHIN: Duration = Duration::from_secs(2);
const ARTICLES: usize = 300;

/// Every odd word is in the title of exactly one article.
const ODD: [&str; 16] = [
    "\"",
    "*",
    "NEAR(",
    "%",
    "_",
    "🙂",
    "'; DROP TABLE article; --",
    "(((",
    "a OR b",
    "{a}:b",
    "^caret",
    "\\",
    "tokens:x",
    "[x",
    "+plus+",
    "&amp",
];

fn library() -> World {
    let mut items = String::new();
    for (number, odd) in ODD.iter().enumerate() {
        let title = format!("sign{number} {odd}");
        let title = title.replace('&', "&amp;").replace('<', "&lt;");
        items
            .push_str(&format!("<item><guid>{number}</guid><title>{title}</title><description>x</description></item>"));
    }
    for number in ODD.len()..ARTICLES {
        let text = "a".repeat(2_000);
        items.push_str(&format!(
            "<item><guid>{number}</guid><title>plain {number}</title><description>{text}!</description></item>"
        ));
    }
    let body = format!("<rss version='2.0'><channel><title>Signs</title>{items}</channel></rss>");
    let server = Server::start(vec![Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(body.into_bytes()),
    }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    assert_eq!(world.objects(&["list", "--limit", "1000", "--json"]).len(), ARTICLES);
    world
}

fn titles(world: &World, query: &str) -> Vec<String> {
    let found = world.objects(&["list", "--limit", "1000", "--json", query]);
    found.iter().map(|it| it["title"].as_str().unwrap_or_default().to_owned()).collect()
}

/// In quotation marks a word is nothing but that word, and without them a word that the language knows otherwise is
/// answered in a sentence; never with an error of the index, and never with everything.
#[test]
fn odd_words_are_looked_for_as_they_stand() {
    let world = library();
    for (number, odd) in ODD.iter().enumerate() {
        let sign = format!("sign{number}");
        // With a word that is there, whatever the sign, its article is found and no other.
        let quoted = format!("{sign} \"{}\"", odd.replace('"', ""));
        let found = titles(&world, &quoted);
        assert!(found.len() <= 1 && found.iter().all(|it| it.starts_with(&format!("{sign} "))), "{quoted}: {found:?}");
        let began = Instant::now();
        let bare = world.run(&["list", "--json", odd]);
        let said = String::from_utf8_lossy(&bare.stderr).into_owned();
        assert!(began.elapsed() < FOUND_WITHIN, "{odd}: {:?}", began.elapsed());
        for wrong in ["fts5", "syntax error", "SQL", "no such column", "unterminated", "malformed"] {
            assert!(!said.contains(wrong), "{odd}: {said}");
        }
        assert!(matches!(bare.status.code(), Some(0..=2)), "{odd}: {said}");
    }
    assert_eq!(titles(&world, "\"DROP TABLE article\"").len(), 1, "found as words");
    assert_eq!(titles(&world, "\"a OR b\"").len(), 1);
    // NUL can't be an argument; in a line of the reader it is left out.
    assert!(Query::parse("si\0gn").is_ok_and(|it| !it.to_string().contains('\0')));
    assert_eq!(world.objects(&["list", "--limit", "1000", "--json"]).len(), ARTICLES);
    world.done(&["doctor", "--json"]);
}

/// Patterns that make other engines try every way there is (Cox, Regular expression matching can be simple and fast), and
/// such as take a megabyte to write or far more to build.
#[test]
fn a_pattern_takes_as_long_as_its_text_or_is_refused() {
    let world = library();
    for pattern in ["/(a+)+$/", "/(a|aa)+$/", "/(a*)*b/", "/(.*a){12}!/", "/^(([a-z])+.)+[A-Z]([a-z])+$/"] {
        let began = Instant::now();
        let output = world.run(&["list", "--json", pattern]);
        assert!(began.elapsed() < FOUND_WITHIN * 2, "{pattern}: {:?}", began.elapsed());
        assert!(matches!(output.status.code(), Some(0..=2)), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mebibyte = "a?".repeat(512 * 1024);
    for text in [
        mebibyte.clone(),
        format!("/{mebibyte}/"),
        format!("/{}/", "(".repeat(1 << 20)),
        "/(((a{1000}){1000}){1000})/".to_owned(),
        "-".repeat(1 << 20),
        "(".repeat(1 << 20),
        "#".repeat(1 << 20),
        format!("title:{}", "c".repeat(1 << 20)),
    ] {
        let began = Instant::now();
        let parsed = Query::parse(&text);
        let took = began.elapsed();
        assert!(took < FOUND_WITHIN, "{}…: {took:?}", text.get(..12).unwrap_or_default());
        assert!(parsed.is_err(), "{}… was taken", text.get(..12).unwrap_or_default());
    }
    // As long as an argument may be (execve(2)).
    let phrase = format!("\"{}\"", "b ".repeat(60 * 1024));
    let began = Instant::now();
    let output = world.run(&["list", "--json", &phrase]);
    assert!(matches!(output.status.code(), Some(0..=2)), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(began.elapsed() < FOUND_WITHIN * 2, "{:?}", began.elapsed());
    // And as a person would: pasted into the line of the search.
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("of 300");
    session.send("/");
    session.send(&format!("\x1b[200~{mebibyte}\x1b[201~"));
    session.send(ESCAPE);
    session.send(&format!("/(a+)+${ENTER}"));
    session.wait_for_text("(a+)+$");
    session.send("q");
    session.send(&format!("/\"sign5\"{ENTER}"));
    session.wait_for_text("1 of 1");
    session.send("QQ");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// Whatever is typed is a query or a sentence that says why not, and soon.
    #[test]
    fn no_text_makes_a_search_stumble(text in "[\"*%_()\\[\\]{}/\\\\:#^+\\-~. a-c🙂\\x00]{0,40}|NEAR\\([a-z ,0-9]{0,9}\\)?|.{0,60}") {
        let began = Instant::now();
        if let Ok(query) = Query::parse(&text) {
            let again = query.to_string();
            prop_assert!(Query::parse(&again).is_ok(), "{again:?}");
        }
        prop_assert!(began.elapsed() < FOUND_WITHIN);
    }

    /// A name that is taken is clean, composed, bounded, and the same when it is read again.
    #[test]
    fn the_name_of_a_tag_is_clean_and_settled_or_refused(text in "[a-z/.\\-+#' ;\\\\\\x00-\\x1f\\u{301}éÉ日\\u{202e}\\u{200b}]{0,30}|.{0,40}") {
        if let Ok(tag) = dateline::news::TagName::parse(&text) {
            let name = tag.as_str();
            prop_assert!(!name.is_empty() && name.chars().count() <= 100);
            prop_assert!(name.chars().all(|it| dateline::news::clean_char(it) && !it.is_whitespace()), "{name:?}");
            prop_assert!(!name.split('/').any(|it| it.is_empty() || it == ".." || it == "."), "{name:?}");
            prop_assert_eq!(dateline::news::TagName::parse(name).ok(), Some(tag.clone()));
        }
    }
}

/// Through the whole program: what is refused leaves no trace, what is taken is one tag however it was written.
#[test]
fn names_of_tags_are_refused_or_settled_on_their_way_through_the_program() {
    let world = library();
    let long = "x".repeat(10 * 1024);
    for wrong in
        ["+", "+#", &format!("+{long}"), "+../x", "+a/../b", "+'; DROP TABLE tag", "+a\u{1b}[2Jb", "+a//b", "+/", "++x"]
    {
        let output = world.run(&["tag", wrong, "sign1"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        // A name in several words is several tags, of which none may be a statement's.
        let refused = !output.status.success();
        assert!(refused && said.lines().count() >= 1, "{wrong:?} was taken: {said}");
        assert!(!said.contains('\u{1b}'));
    }
    let tags = |world: &World| -> Vec<String> {
        let found = world.objects(&["list", "--json", "\"sign1\""]);
        let all = found[0]["tags"].as_array().cloned().unwrap_or_default();
        all.iter().map(|it| it.as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(tags(&world), Vec::<String>::new());
    // Composed and decomposed are one.
    world.done(&["tag", "+caf\u{e9}", "sign1"]);
    world.done(&["tag", "+cafe\u{301}", "sign1"]);
    assert_eq!(tags(&world), ["caf\u{e9}"]);
    assert_eq!(titles(&world, "#cafe\u{301}").len(), 1);
    // Typed in the reader, too; a line end within what is pasted parts words, and an escape is left out.
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("of 300");
    session.send(&format!("/\"sign1\"{ENTER}"));
    session.wait_for_text("1 of 1");
    session.send("t\x1b[200~one\ntwo\x1b[201~");
    session.send(ENTER);
    session.wait_for_text("two");
    session.send(&format!("t../x{ENTER}"));
    session.wait_for_text("can't be a tag");
    session.send(ESCAPE);
    session.send("QQ");
    session.wait_exit();
    session.finish();
    let mut all = tags(&world);
    all.sort();
    assert_eq!(all, ["caf\u{e9}", "one", "two"]);
    world.done(&["doctor", "--json"]);
}
