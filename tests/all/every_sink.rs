//! What hides or turns text around (Trojan Source, CVE-2021-42574) leaves the program by no door: not the screen in any of
//! its panes, not the command line in any of its forms, not a file or its name, not the clipboard. And what is no part of the
//! screen, such as what another program prints, never gets onto it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Instant;

use dateline::news::{CleanText, Limit};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE, Exit, Session, WAIT_MAX};
use super::world::World;

/// Each turns what follows around, or cannot be seen.
const TRICKS: &[char] = &[
    '\u{202a}',
    '\u{202b}',
    '\u{202c}',
    '\u{202d}',
    '\u{202e}',
    '\u{2066}',
    '\u{2067}',
    '\u{2068}',
    '\u{2069}',
    '\u{200e}',
    '\u{200f}',
    '\u{61c}',
    '\u{200b}',
    '\u{2060}',
    '\u{feff}',
    '\u{ad}',
    '\u{180e}',
    '\u{e0001}',
    '\u{e0041}',
    '\u{e007f}',
    '\u{fe0e}',
    '\u{fe00}',
    '\u{2028}',
    '\u{2029}',
    '\u{3164}',
    '\u{fff9}',
];
/// Between letters that need none: nothing is joined here.
const JOINERS: &[char] = &['\u{200d}', '\u{200c}', '\u{fe0f}'];
/// Texts in which joiners mean something.
const WHOLE: [&str; 4] = ["👩‍👩‍👧", "❤️", "می‌خواهم", "שלום עולם"];

/// A text full of tricks, known by a word before and a word behind.
fn tricky(word: &str) -> String {
    let mut out = format!("{word}lo");
    for it in TRICKS.iter().chain(JOINERS) {
        out.push(*it);
        out.push('x');
    }
    out + "hi"
}

/// How the screen shows it: the letters alone.
fn plain(word: &str) -> String {
    CleanText::line(&tricky(word), Limit::TITLE).to_string()
}

#[track_caller]
fn assert_nothing_hidden(what: &str, bytes: &[u8]) {
    let mut text = String::from_utf8_lossy(bytes).into_owned();
    if what.contains("--html") {
        // Markup is for a browser: a selector chooses a picture there, and a joiner joins; neither turns anything around.
        text.retain(|it| !matches!(it, '\u{fe00}'..='\u{fe0f}') && !JOINERS.contains(&it));
    }
    let found: Vec<String> =
        text.chars().filter(|it| TRICKS.contains(it)).map(|it| it.escape_unicode().to_string()).collect();
    assert!(found.is_empty(), "{what}: {found:?}");
    // Joiners only where they join: never between the letters of ours.
    for joiner in JOINERS {
        assert!(!text.contains(&format!("x{joiner}")), "{what}: {} between letters", joiner.escape_unicode());
    }
}

struct Tricked {
    world: World,
    server: Server,
}

fn tricked() -> Tricked {
    let item = |number: usize, title: &str| {
        format!(
            "<item><title>{title}</title><guid>{}{number}</guid><link>http://news.test/{}{number}</link>\
             <author>{}</author><category>{}</category><enclosure url=\"http://news.test/{}.mp3\" type=\"{}\" length=\"1\"/>\
             <pubDate>{:02} Jan 2023 12:00:00 GMT</pubDate><description>&lt;h2&gt;{}&lt;/h2&gt;&lt;p&gt;{} \
             &lt;a href=\"http://news.test/{}\"&gt;{}&lt;/a&gt; &lt;img alt=\"{}\" src=\"http://news.test/p.png\"&gt;\
             &lt;/p&gt;&lt;pre&gt;{}&lt;/pre&gt;&lt;p&gt;{}&lt;/p&gt;</description></item>",
            tricky("guid"),
            tricky("path"),
            tricky("author"),
            tricky("topic"),
            tricky("sound"),
            tricky("audio/"),
            20 - number,
            tricky("heading"),
            tricky("text"),
            tricky("href"),
            tricky("link"),
            tricky("alt"),
            tricky("code"),
            WHOLE.join(" · "),
        )
    };
    let feed = format!(
        "<rss version='2.0'><channel><title>{}</title><link>http://news.test/{}</link>{}{}</channel></rss>",
        tricky("feed"),
        tricky("site"),
        item(1, &tricky("title")),
        item(2, &WHOLE.join(" · "))
    );
    let reason: &'static str = Box::leak(format!("503 {}", tricky("reason")).into_boxed_str());
    let page = |path, status, body: String| Page {
        path,
        status,
        content_type: "application/rss+xml",
        body: Body::Bytes(body.into_bytes()),
    };
    let server = Server::start(vec![
        page("/feed", "200 OK", feed),
        page("/broken", reason, tricky("body")),
        page("/other", "200 OK", format!("<html><title>{}</title><p>{}</p></html>", tricky("page"), tricky("para"))),
    ]);
    let world = World::new();
    let list = world.home().join("list.opml");
    let outline = |title: &str, path: &str| format!("<outline text=\"{title}\" xmlUrl=\"{}\"/>", server.url(path));
    let text = format!(
        "<opml version='2.0'><head><title>{}</title></head><body><outline text=\"{}\">{}{}</outline></body></opml>",
        tricky("list"),
        tricky("folder"),
        outline("", "/feed"),
        outline(&tricky("failing"), "/broken"),
    );
    fs::write(&list, text).unwrap();
    let imported = world.run(&["import", "list.opml"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    assert_nothing_hidden("import", &[imported.stdout, imported.stderr].concat());
    let refreshed = world.run(&["refresh", "--all"]);
    assert_nothing_hidden("refresh", &[refreshed.stdout, refreshed.stderr].concat());
    assert_eq!(world.objects(&["list", "--json"]).len(), 2);
    Tricked { world, server }
}

#[test]
fn nothing_hidden_leaves_by_the_command_line_and_what_joins_stays() {
    let Tricked { world, server } = tricked();
    let (broken, other) = (server.url("/broken"), server.url("/other"));
    let (tag, query, nonsense) = (format!("+{}", tricky("tag")), tricky("query"), tricky("nonsense"));
    let ids: Vec<String> = world.objects(&["list", "--json"]).iter().map(|it| it["id"].to_string()).collect();
    let mut all: Vec<Vec<&str>> = vec![
        vec!["list"],
        vec!["list", "--json"],
        vec!["list", &query],
        vec!["feeds"],
        vec!["feeds", "--json"],
        vec!["doctor"],
        vec!["refresh", "--all"],
        vec!["refresh", "--all", "--json"],
        vec!["tag", &tag, ""],
        vec!["tag", "+later", &query],
        vec!["tag", "+later", ""],
        vec!["undo", "--list"],
        vec!["undo"],
        vec!["add", &broken],
        vec!["add", &other],
        vec!["save", &other],
        vec!["inspect", "feed", &broken],
        vec!["inspect", "page", &other],
        vec!["inspect", "page", &other, "--json"],
        vec!["export", "", "--format", "opml"],
        vec![&nonsense],
        vec!["show", &nonsense],
    ];
    for id in &ids {
        for form in ["--json", "--text", "--markdown", "--html"] {
            all.push(vec!["show", id, form]);
        }
        all.push(vec!["show", id]);
    }
    for args in &all {
        let output = world.run(args);
        assert_nothing_hidden(&format!("dateline {args:?}"), &[output.stdout, output.stderr].concat());
    }
    let listed = world.done(&["list", "--json"]);
    let shown: String = ids.iter().map(|it| world.done(&["show", it, "--text"])).collect();
    for whole in WHOLE {
        assert!(listed.contains(whole) && shown.contains(whole), "{whole} lost its joiners");
    }
    assert!(listed.contains(&plain("title")), "{listed}");
    // What is written for others.
    world.done(&["export", "", "--format", "opml", "--to", "out.opml"]);
    let written = fs::read(world.home().join("out.opml")).unwrap();
    assert_nothing_hidden("the list that is written", &written);
    assert!(String::from_utf8_lossy(&written).contains("/feed"));
}

fn configured(world: &World, text: &str) {
    let folder = world.home().join(".config/dateline");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.toml"), text).unwrap();
}

fn quit(mut session: Session) {
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert_nothing_hidden("the screen", &session.bytes());
    session.finish();
}

#[test]
fn nothing_hidden_leaves_by_the_screen_a_file_or_the_clipboard() {
    let Tricked { world, server } = tricked();
    let title = plain("title");
    // The tree, the list, the text, the metadata and the help, each of them in view at once and for itself.
    let mut session = world.launch(&["--offline"]).size(200, 50).start();
    session.wait_for_text(&title);
    for keys in [
        "gi", "gt", "G", "gg", "gf", "j", "j", "k", "gf", "gg", "ga", ENTER, "gt", "G", "gh", ESCAPE, "?", ESCAPE, "z",
        "z",
    ] {
        session.send(keys);
    }
    session.send("gfggl");
    session.send("gagg");
    session.send(ENTER);
    session.wait_for_text(&plain("heading"));
    session.wait_for_text("authorlo");
    session.wait_for_text("topiclo");
    // What is typed or pasted into a line, and the sentence that answers.
    session.send(&format!("/\x1b[200~{}\x1b[201~", tricky("typed")));
    session.wait_for_text(&plain("typed"));
    session.send(ENTER);
    session.wait_for_text("Nothing matches");
    session.send("q");
    session.send(&format!("t\x1b[200~{}\x1b[201~{ENTER}", tricky("word")));
    session.send(&format!(":\x1b[200~{}\x1b[201~{ENTER}", tricky("command")));
    session.send(ESCAPE);
    // The clipboard: address and title as they are shown.
    session.send("gfggl");
    session.send("gagg");
    session.wait_for_text(&title);
    let objects = world.objects(&["list", "--json"]);
    let row = objects.iter().find(|it| it["title"] == title.as_str()).unwrap();
    let address = row["url"].as_str().unwrap();
    assert_nothing_hidden("the address", address.as_bytes());
    session.allow_copy(address);
    session.allow_copy(&format!("[{title}]({address})"));
    session.send("y");
    session.wait_for_bytes("the address", |bytes| copies(bytes) == 1);
    session.send("Y");
    session.wait_for_bytes("the link", |bytes| copies(bytes) == 2);
    // A file, and the name it is offered.
    session.send("S");
    session.wait_for_text(".md");
    session.send(ENTER);
    session.wait_for_text("aved");
    // What a program writes.
    session.send(&format!("|printf '%s' '{}'{ENTER}", tricky("program")));
    session.wait_for_text(&plain("program"));
    session.send("q");
    quit(session);
    let saved: Vec<PathBuf> = files(&world, "md");
    assert_eq!(saved.len(), 1, "{saved:?}");
    assert_nothing_hidden("the name of the file", saved[0].to_string_lossy().as_bytes());
    assert_nothing_hidden("the file", &fs::read(&saved[0]).unwrap());

    // On a small screen, with a failing feed's reason, a prompt over it and a new feed that is none.
    let mut session = world.launch(&[]).size(80, 24).start();
    session.wait_for_text("feedlo");
    session.send("gf");
    session.wait_for_text(&plain("feed").chars().take(10).collect::<String>());
    session.send(&format!("{ESCAPE}a{}{ENTER}", server.url("/broken")));
    session.wait_for_text("503");
    quit(session);

    // In plain lines.
    configured(&world, "linear = true\n");
    let mut session = world.launch(&["--offline"]).size(100, 40).start();
    session.wait_for_text("feedlo");
    for keys in ["gf", "j", "k", "ga", ENTER, "gi", "gt", "G"] {
        session.send(keys);
    }
    session.send("gfggl");
    session.send("gagg");
    session.send(ENTER);
    session.wait_for_text(&plain("heading"));
    quit(session);
}

fn copies(bytes: &[u8]) -> usize {
    bytes.windows(7).filter(|it| *it == b"\x1b]52;c;").count()
}

fn wait_until(what: &str, so: impl Fn() -> bool) {
    let deadline = Instant::now() + WAIT_MAX;
    while !so() {
        assert!(Instant::now() < deadline, "{what} never came");
        std::thread::yield_now();
    }
}

fn files(world: &World, extension: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(world.home()).unwrap().map(|it| it.unwrap().path());
    all.filter(|it| it.extension().is_some_and(|it| it == extension)).collect()
}

/// libxml wrote its complaints over another reader's screen; browsers do the same on standard error.
#[test]
fn what_other_programs_print_never_gets_onto_the_screen() {
    let Tricked { world, .. } = tricked();
    let script = |name: &str, text: &str| {
        let path = world.home().join(name);
        fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_string_lossy().into_owned()
    };
    let noise = "for it in 1 2 3; do echo SPOILT; echo SPOILT >&2; printf '\\033[2J\\033]0;SPOILT\\007' >&2; done\n";
    let browser = script("browser", &format!("{noise}echo \"$1\" >>\"$HOME/opened\"\n"));
    let filter = script("filter", &format!("echo SPOILT >&2\ncat >/dev/null\n{}", "echo counted\n"));
    let feed = "<rss version='2.0'><channel><title>Printed</title><item><title>From a program</title><link>http://news.test/</link></item></channel></rss>";
    let news = script("news", &format!("echo SPOILT >&2\necho \"{feed}\"\necho done >>\"$HOME/printed\"\n"));
    world.done(&["add", &format!("exec:{news}")]);
    let mut session = world.launch(&[]).variable("BROWSER", &browser).size(120, 40).start();
    session.wait_for_text("From a program");
    session.send("gfggl");
    session.send("gagg");
    session.wait_for("an article under the cursor", |screen| screen.contents().contains("1 of 3"));
    session.send("o");
    wait_until("the browser", || world.home().join("opened").exists());
    session.send(&format!("|{filter}{ENTER}"));
    session.wait_for_text("counted");
    session.send("q");
    session.send("R");
    wait_until("the refresh", || {
        fs::read_to_string(world.home().join("printed")).is_ok_and(|it| it.lines().count() >= 2)
    });
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert!(world.home().join("opened").exists(), "the browser was not started");
    let spoilt = session.bytes().windows(6).any(|it| it == b"SPOILT");
    assert!(!spoilt, "{}", session.screen());
    session.finish();
}
