//! No byte of a feed drives the terminal: sequences that take over clipboard, title, screen or keyboard are put into
//! every field that a feed, a page or a command line can fill, in every way they can be written, and everything that
//! the program then sends is held against the oracle.
//!
//! The faults are old and common: CVE-2003-0063 and its kin (titles echoed back as keys), RUSTSEC-2025-0055 (escapes
//! through a log), and readers that pass `&#27;` of a title on as it is.

use super::loopback::{Body, Page, Server};
use super::oracle::{Allowed, leaks};
use super::pty::{ENTER, ESCAPE, Exit};
use super::world::World;

/// What must never reach a terminal from outside.
const ATTACKS: &[&str] = &[
    "\u{1b}]52;c;ZXZpbA==\u{7}",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]2;owned\u{1b}\\",
    "\u{1b}]8;;http://evil.test/\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "\u{1b}c",
    "\u{1b}[2J\u{1b}[3J",
    "\u{1b}[6n",
    "\u{1b}[?1000h",
    "\u{1b}[1;1H",
    "\u{1b}Pq#0\u{1b}\\",
    "\u{1b}_APC\u{1b}\\",
    "\u{1b}\u{1b}[31m",
    // Never ended: what follows would be swallowed.
    "\u{1b}]52;c;",
    // C1, as UTF-8.
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "\u{90}q\u{9c}",
    "\u{7}\u{7}\u{7}\u{8}\u{8}\r\n\u{b}\u{c}\u{0}\u{7f}",
    // The first half; the next field begins with the second.
    "\u{1b}",
];

/// A feed in which every field carries `attack`; articles of one feed fall on days of their own, newest first.
struct Hostile {
    path: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
}

/// The words by which articles of a feed are known: in its titles and at the end of its texts.
fn title_word(feed: &str, number: usize) -> String {
    format!("judul{feed}{number:02}")
}

fn text_word(feed: &str, number: usize) -> String {
    format!("isi{feed}{number:02}")
}

fn day(number: usize) -> String {
    format!("2023-01-{:02}T08:00:00Z", 28 - number)
}

/// JSON Feed: attacks as `\u001b`, which is the way JSON writes them.
fn json_feed() -> Hostile {
    let items: Vec<serde_json::Value> = ATTACKS
        .iter()
        .enumerate()
        .map(|(number, attack)| {
            serde_json::json!({
                "id": format!("guid-{number}-{attack}"),
                "url": format!("http://127.0.0.1/{number}/{attack}"),
                "title": format!("{} {attack}]52;c;AA", title_word("json", number)),
                "authors": [{"name": format!("author {attack}x")}],
                "tags": [format!("topic {attack}y")],
                "date_published": day(number),
                "content_html": format!(
                    "<h2>{attack}h</h2><p>one {attack} two</p><pre>{attack}\t{attack}</pre>\
                     <p><a href=\"http://x.test/{attack}\">{attack}link</a> <img alt=\"{attack}\" src=\"http://x.test/\"></p>\
                     <p>{}</p>",
                    text_word("json", number)
                ),
                "attachments": [{"url": format!("http://x.test/{attack}.mp3"), "mime_type": format!("audio/{attack}mpeg")}],
            })
        })
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": format!("Umpan {}", ATTACKS[0]),
        "home_page_url": format!("http://x.test/{}", ATTACKS[1]),
        "items": items,
    });
    Hostile {
        path: "/hostile.json",
        content_type: "application/feed+json",
        bytes: serde_json::to_vec(&feed).expect("JSON"),
    }
}

/// RSS in which attacks are written by `written`: raw, as references, as references of references.
fn rss(path: &'static str, name: &str, charset: &str, written: impl Fn(&str) -> Vec<u8>) -> Hostile {
    let mut out = Vec::new();
    let mut put = |text: &str, attack: Option<&str>| {
        out.extend_from_slice(text.as_bytes());
        out.extend(attack.map(&written).unwrap_or_default());
    };
    put(
        &format!("<?xml version=\"1.0\" encoding=\"{charset}\"?><rss version=\"2.0\"><channel><title>"),
        Some(ATTACKS[0]),
    );
    put(&format!("Umpan {name}</title><link>http://x.test/</link>"), None);
    for (number, attack) in ATTACKS.iter().enumerate() {
        put(&format!("<item><title>{} ", title_word(name, number)), Some(attack));
        put("]0;x</title><guid isPermaLink=\"false\">", Some(attack));
        put(&format!("{number}</guid><link>http://127.0.0.1/{name}/{number}/"), Some(attack));
        put("</link><author>", Some(attack));
        put("a</author><category>", Some(attack));
        put("c</category><enclosure length=\"1\" type=\"audio/mpeg\" url=\"http://x.test/", Some(attack));
        put(&format!("\"/><pubDate>{}</pubDate><description>&lt;p&gt;", rfc_2822(number)), Some(attack));
        put(&format!("&lt;/p&gt;&lt;p&gt;{}&lt;/p&gt;</description></item>", text_word(name, number)), None);
    }
    put("</channel></rss>", None);
    Hostile { path, content_type: "application/rss+xml", bytes: out }
}

fn rfc_2822(number: usize) -> String {
    format!("{:02} Jan 2023 07:00:00 GMT", 28 - number)
}

/// `&#27;` for each control character; XML forbids some of these, and parsers decode them all the same.
fn as_references(attack: &str) -> Vec<u8> {
    let reference = |it: char| match it {
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => format!("&#{};", u32::from(it)),
        '<' => "&lt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '"' => "&quot;".to_owned(),
        _ => it.to_string(),
    };
    attack.chars().map(reference).collect::<String>().into_bytes()
}

/// `&amp;#27;`: what HTML in a feed decodes a second time.
fn as_double_references(attack: &str) -> Vec<u8> {
    String::from_utf8_lossy(&as_references(attack)).replace('&', "&amp;").into_bytes()
}

/// C1 as the bytes of windows-1252 that terminals take for C1.
fn as_windows_1252(attack: &str) -> Vec<u8> {
    attack.chars().map(|it| u8::try_from(u32::from(it)).unwrap_or(b'?')).collect()
}

fn all_feeds() -> Vec<Hostile> {
    vec![
        json_feed(),
        rss("/raw.xml", "raw", "utf-8", |attack| attack.as_bytes().to_vec()),
        rss("/references.xml", "ref", "utf-8", as_references),
        rss("/double.xml", "dbl", "utf-8", as_double_references),
        rss("/bytes.xml", "win", "windows-1252", as_windows_1252),
    ]
}

/// A library that holds all hostile feeds, and the server that gave them.
fn hostile_world() -> (World, Server) {
    let feeds = all_feeds();
    let paths: Vec<&str> = feeds.iter().map(|it| it.path).collect();
    let mut pages: Vec<Page> = feeds
        .into_iter()
        .map(|it| Page { path: it.path, status: "200 OK", content_type: it.content_type, body: Body::Bytes(it.bytes) })
        .collect();
    pages.push(Page {
        path: "/broken",
        status: "503 \u{1b}]0;owned\u{7}",
        content_type: "text/\u{1b}[2Jplain",
        body: Body::Bytes("\u{1b}]52;c;ZXZpbA==\u{7}".into()),
    });
    pages.push(Page {
        path: "/page",
        status: "200 OK",
        content_type: "text/html",
        body: Body::Bytes("<title>\u{1b}]0;owned\u{7}</title><p>no feed here &#27;[2J</p>".into()),
    });
    let server = Server::start(pages);
    let world = World::new();
    for path in paths {
        // One by one: a feed that is refused whole must not hide the others.
        let output = world.run(&["add", &server.url(path)]);
        assert_clean(&format!("add {path}"), &output.stdout);
        assert_clean(&format!("add {path}"), &output.stderr);
    }
    world.run(&["refresh", "--all"]);
    (world, server)
}

fn assert_clean(what: &str, bytes: &[u8]) {
    let found = leaks(bytes, &Allowed::default());
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
    // Into a pipe not even our own colours go.
    assert!(!bytes.contains(&0x1b), "{what}: an escape sequence went into a pipe");
}

fn assert_clean_run(world: &World, args: &[&str]) {
    let output = world.run(args);
    assert_clean(&format!("dateline {args:?} (stdout)"), &output.stdout);
    assert_clean(&format!("dateline {args:?} (stderr)"), &output.stderr);
}

fn article_ids(world: &World) -> Vec<String> {
    world.objects(&["list", "--json"]).iter().map(|it| it["id"].to_string()).collect()
}

/// The feeds whose articles are all there; the rest were refused whole, which is allowed of what is not XML.
fn stored_feeds(world: &World) -> Vec<&'static str> {
    let titles: Vec<String> =
        world.objects(&["list", "--json"]).iter().filter_map(|it| it["title"].as_str().map(str::to_owned)).collect();
    let holds =
        |name: &str| (0..ATTACKS.len()).all(|number| titles.iter().any(|it| it.contains(&title_word(name, number))));
    ["json", "raw", "ref", "dbl", "win"].into_iter().filter(|name| holds(name)).collect()
}

#[test]
fn hostile_feeds_are_read_and_their_words_kept() {
    let (world, _server) = hostile_world();
    let stored = stored_feeds(&world);
    assert!(stored.contains(&"json") && stored.contains(&"dbl"), "only {stored:?} were stored whole");
    for object in world.objects(&["list", "--json"]) {
        assert_no_control(&object, &object);
    }
}

/// What a program reads out of the JSON is as clean as what a person sees: escaping alone would only pass it on.
fn assert_no_control(value: &serde_json::Value, whole: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => assert!(!text.chars().any(char::is_control), "{text:?} in {whole}"),
        serde_json::Value::Array(values) => values.iter().for_each(|it| assert_no_control(it, whole)),
        serde_json::Value::Object(fields) => fields.values().for_each(|it| assert_no_control(it, whole)),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

#[test]
fn nothing_hostile_leaves_by_the_command_line() {
    let (world, server) = hostile_world();
    for args in [
        &["list"][..],
        &["list", "--json"],
        &["list", "--color", "never"],
        &["feeds"],
        &["feeds", "--json"],
        &["doctor"],
        &["doctor", "--json"],
        &["refresh", "--all"],
        &["refresh", "--all", "--json"],
        &["tag", "+evil\u{1b}]0;x\u{7}", "judul"],
        &["tag", "+fine", "judul\u{1b}[2J"],
        &["undo"],
        &["undo", "--list"],
        &["list", "no such words \u{1b}]0;x\u{7}\u{9b}2J"],
        &["show", "1"],
        &["add", "http://127.0.0.1:1/\u{1b}]52;c;AA\u{7}"],
        &["add", "http://\u{1b}[2J.test/"],
        &["add", "\u{9b}31m"],
        &["add", &server.url("/broken")],
        &["add", &server.url("/page")],
        &["save", "/no/such/file\u{1b}]0;x\u{7}"],
        &["save", &server.url("/broken")],
        &["inspect", "feed", &server.url("/hostile.json"), "--json"],
        &["inspect", "feed", &server.url("/references.xml"), "--json"],
        &["inspect", "page", &server.url("/page"), "--json"],
        &["no-such-command\u{1b}]0;x\u{7}"],
        &["--no-such-flag\u{9b}2J"],
        &["--version"],
        &["--help"],
    ] {
        assert_clean_run(&world, args);
    }
    for (number, id) in article_ids(&world).iter().enumerate() {
        assert_clean_run(&world, &["show", id]);
        // Each form sees each kind of attack, over the feeds.
        let forms = [&["--json"][..], &["--text"], &["--markdown"], &["--html"], &["--width", "20"]];
        assert_clean_run(&world, &[&["show", id], forms[number % forms.len()]].concat());
    }
}

/// With a terminal on stdout there is colour, and a progress bar; nothing else may come on top.
#[test]
fn nothing_hostile_leaves_by_the_command_line_in_a_terminal() {
    let (world, server) = hostile_world();
    let broken = server.url("/broken");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["list"],
        vec!["list", "--json"],
        vec!["feeds"],
        vec!["refresh", "--all"],
        vec!["add", &broken],
        vec!["list", "\u{1b}]0;x\u{7}"],
        vec!["no-such-command\u{1b}]0;x\u{7}"],
    ];
    let ids = article_ids(&world);
    commands.extend(ids.iter().step_by(7).map(|id| vec!["show", id.as_str()]));
    commands.extend(ids.iter().step_by(11).map(|id| vec!["show", id.as_str(), "--json"]));
    for args in commands {
        let mut launch = world.launch(&args).size(100, 40);
        launch.allowed.progress = true;
        let session = launch.start();
        session.wait_exit();
        if let Err(left) = session.terminal_is_restored() {
            panic!("dateline {args:?}: {left}");
        }
        session.finish();
    }
}

/// Every hostile article is opened in the reader, with its metadata beside it; the oracle looks at all of it.
#[test]
fn nothing_hostile_leaves_by_the_screen() {
    let (world, _server) = hostile_world();
    let mut session = world.launch(&[]).size(200, 50).start();
    session.wait_for_text("judul");
    session.send("ga");
    session.send("gg");
    session.send(ENTER);
    for name in stored_feeds(&world) {
        for number in 0..ATTACKS.len() {
            // Articles lie a day apart and feeds an hour; whichever comes next, its text is shown sooner or later.
            session.send(&format!("/{}{ENTER}", title_word(name, number)));
            session.wait_for_text(&title_word(name, number));
            session.send("ga");
            session.send(ENTER);
            session.wait_for_text(&text_word(name, number));
        }
    }
    for keys in ["i", "z", "z", "gf", "G", "gg", "gt", "G", "gi", "?", ESCAPE] {
        session.send(keys);
    }
    for (columns, rows) in [(80, 24), (120, 30), (40, 12)] {
        session.resize(columns, rows);
        session
            .wait_for("the new size", |screen| !screen.rows(0, columns).last().unwrap_or_default().trim().is_empty());
    }
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}

/// What goes to the clipboard is the address as it is shown, in base64, and only when a person asks.
#[test]
fn a_copy_puts_the_articles_address_on_the_clipboard_and_nothing_else() {
    let feed = "<rss version='2.0'><channel><title>Kabar</title><item><title>Satu judul</title>\
        <link>http://example.org/satu</link><description>isi</description></item></channel></rss>";
    let server = Server::start(vec![Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed.into()),
    }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    let mut session = world.launch(&[]).size(120, 30).start();
    session.wait_for_text("Satu judul");
    session.send("ga");
    session.send(ENTER);
    session.allow_copy("http://example.org/satu");
    session.send("y");
    session.wait_for_bytes("the copy", |bytes| bytes.windows(7).any(|it| it == b"\x1b]52;c;"));
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}
