//! What is opened, and how: addresses of strangers reach other programs as one argument or not at all, many are never
//! opened at once, and nothing that a terminal sends in the wrong moment runs a command or leaves the reader stuck.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use super::loopback::{Body, Page, Server};
use super::pty::{ESCAPE, Session, WAIT_MAX};
use super::world::World;

/// A browser that writes down how many arguments it was given, and each of them.
const HONEST: &str = "#!/bin/sh\nline=\"$#\"\nfor it in \"$@\"; do line=\"$line $it\"; done\n\
                      printf '%s\\n' \"$line\" >>\"$HOME/opened\"\n";

fn feed(articles: &[(String, String)]) -> Vec<u8> {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let item = |(at, (link, html)): (usize, &(String, String))| {
        format!(
            "<item><guid>{at}</guid><title>Article {at:03}</title><link>{}</link><description>{}</description>\
             <pubDate>Mon, 23 Nov 2026 {:02}:{:02}:00 GMT</pubDate></item>",
            escaped(link),
            escaped(html),
            23 - at / 60,
            59 - at % 60,
        )
    };
    let items: String = articles.iter().enumerate().map(item).collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{items}</channel></rss>").into_bytes()
}

/// A library with these articles, each a link and its HTML, and a browser to open them.
fn world_of(articles: &[(String, String)], browser: &str) -> World {
    let page = Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed(articles)),
    };
    let server = Server::start(vec![page]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    let path = world.home().join("browser");
    fs::write(&path, browser).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    world
}

fn reader(world: &World, template: &str) -> Session {
    let script = format!("BROWSER=\"{template}\"; export BROWSER; exec \"$0\" --data \"$1\" --offline");
    let session = world.launch_shell(&[], &script).size(120, 40).start();
    session.wait_for_text("Article 000");
    session
}

/// Waits until the browser has written so many lines, and gives them.
fn opened(world: &World, count: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let log = fs::read_to_string(world.home().join("opened")).unwrap_or_default();
        // A line that is still being written is none.
        let whole = log.rfind('\n').map_or("", |end| &log[..end]);
        let lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        if lines.len() >= count {
            return lines;
        }
        assert!(began.elapsed() < WAIT_MAX, "{lines:?}");
        std::thread::yield_now();
    }
}

#[test]
fn an_address_full_of_tricks_reaches_the_browser_as_one_argument() {
    let tricky = "http://x.test/$(touch$IFS$HOME/P)`touch$IFS$HOME/P`;touch$IFS$HOME/P|'%0a\"";
    let world = world_of(&[(tricky.to_owned(), "<p>x</p>".to_owned())], HONEST);
    for (number, template) in ["$HOME/browser", "$HOME/browser %u", "$HOME/browser --new-tab %s"].iter().enumerate() {
        let mut session = reader(&world, template);
        session.send("o");
        let lines = opened(&world, number + 1);
        let expected = if template.contains("tab") { "2 --new-tab http://x.test/" } else { "1 http://x.test/" };
        assert!(lines[number].starts_with(expected), "{lines:?}");
        assert!(lines[number].contains("touch"), "the address is whole: {lines:?}");
        session.quit();
    }
    assert!(!world.home().join("P").exists());
}

#[test]
fn only_addresses_of_the_web_are_opened() {
    let links = [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "smb://host/share",
        "ssh://-oProxyCommand=x/",
        "mailto:a@b.test?attach=/etc/passwd",
        "--help",
        "-oX",
        "\n--x",
    ];
    // Relative links are links of their page; without one they lead nowhere.
    let html: String = links.iter().map(|it| format!("<p><a href='{it}'>a link</a></p>")).collect();
    let articles = [("javascript:alert(1)".to_owned(), html), ("https://good.test/".to_owned(), "<p>x</p>".to_owned())];
    let world = world_of(&articles, HONEST);
    let mut session = reader(&world, "$HOME/browser");
    session.send("o");
    session.wait_for_text("This article names no address.");
    for number in 1..=links.len() {
        session.send(&format!("{ESCAPE}{number}o"));
        let said = |it: &str| it.contains("not opened") || it.contains("has no link of that number");
        session.wait_for("a refusal", |screen| said(&screen.contents()) || world.home().join("opened").exists());
        session.send("gi");
        session.send("gt");
    }
    // What was opened at all is of the web, and one argument.
    session.send("Jo");
    for line in opened(&world, 1) {
        assert!(line.starts_with("1 https://") || line.starts_with("1 http://"), "{line}");
        assert!(!line.contains("alert") && !line.contains("passwd"), "{line}");
    }
    session.quit();
}

#[test]
fn the_host_that_is_named_is_the_host_that_opens() {
    // A Cyrillic letter in place of a Latin one, and secrets before the host.
    let links = ["https://\u{430}pple.test/", "https://apple.test@evil.test/"];
    let articles = links.map(|it| (it.to_owned(), "<p>x</p>".to_owned()));
    let world = world_of(&articles, HONEST);
    let mut session = reader(&world, "$HOME/browser");
    session.send("o");
    session.wait_for_text("Opened xn--");
    session.send("jo");
    session.wait_for_text("Opened evil.test");
    let lines = opened(&world, 2);
    assert!(lines[0].starts_with("1 https://xn--") && lines[1].contains("@evil.test"), "{lines:?}");
    session.quit();
}

#[test]
fn of_five_hundred_ten_are_opened_and_the_rest_is_named() {
    let articles: Vec<(String, String)> =
        (0..500).map(|it| (format!("https://news.test/{it}"), "<p>x</p>".to_owned())).collect();
    let world = world_of(&articles, HONEST);
    let mut session = reader(&world, "$HOME/browser");
    session.wait_for_text("1 of 500");
    session.send("*");
    session.wait_for_text("500 selected");
    session.send("o");
    session.wait_for_text("Opened the first 10 of 500; 490 are still selected, and o opens the next.");
    assert_eq!(opened(&world, 10).len(), 10);
    session.send("o");
    session.wait_for_text("480 selected");
    assert_eq!(opened(&world, 20).len(), 20);
    session.quit();
}

#[test]
fn two_hundred_opened_pages_leave_no_dead_processes() {
    let world = world_of(&[("https://news.test/".to_owned(), "<p>x</p>".to_owned())], HONEST);
    let mut session = reader(&world, "$HOME/browser");
    for count in 1..=200 {
        session.send("o");
        opened(&world, count);
    }
    let reader = session.process().as_raw_nonzero().get();
    let began = Instant::now();
    while children(reader).iter().any(|it| it.1 == 'Z') {
        assert!(began.elapsed() < WAIT_MAX, "{:?}", children(reader));
        std::thread::yield_now();
    }
    session.quit();
}

/// The number and the state of each child of a process.
fn children(parent: i32) -> Vec<(i32, char)> {
    let stat = |path: &Path| {
        let text = fs::read_to_string(path.join("stat")).ok()?;
        // The name in parentheses may hold anything.
        let mut fields = text.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?.chars().next()?;
        let its_parent: i32 = fields.next()?.parse().ok()?;
        let number = path.file_name()?.to_str()?.parse().ok()?;
        (its_parent == parent).then_some((number, state))
    };
    fs::read_dir("/proc").unwrap().filter_map(|it| stat(&it.unwrap().path())).collect()
}

#[test]
fn browsers_that_hang_chatter_or_fail_leave_the_reader_alive() {
    let article = [("https://news.test/".to_owned(), "<p>x</p>".to_owned())];
    let hangs = "#!/bin/sh\necho $$ >>\"$HOME/opened\"\nexec sleep 600\n";
    let world = world_of(&article, hangs);
    let mut session = reader(&world, "$HOME/browser");
    // More than there are workers: each of them waits, and a page can still be asked for.
    session.send("oooo");
    let running = opened(&world, 4);
    session.send("?");
    session.wait_for_text("go one line down");
    session.send("q");
    session.wait_for_text("Opened news.test");
    for number in running {
        let number: i32 = number.parse().unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(number).unwrap(), rustix::process::Signal::KILL)
            .unwrap();
    }
    session.quit();

    let chatters = "#!/bin/sh\nhead -c 10485760 /dev/zero\necho done >>\"$HOME/opened\"\n";
    let world = world_of(&article, chatters);
    let mut session = reader(&world, "$HOME/browser");
    session.send("o");
    session.wait_for_text("Opened news.test");
    session.quit();

    let world = world_of(&article, "#!/bin/sh\nexit 1\n");
    let mut session = reader(&world, "w3m");
    session.send("o");
    session.wait_for_text("y copies the address");
    session.quit();
}

#[test]
fn a_title_reaches_a_program_whole_and_no_shell_sees_it() {
    let world = world_of(&[("https://news.test/".to_owned(), "<p>The text.</p>".to_owned())], HONEST);
    let mut session = reader(&world, "$HOME/browser");
    session.send("|printenv DATELINE_URL\r");
    session.wait_for_text("printenv DATELINE_URL: https://news.test/");
    session.send("|printf %s $(touch P);'a b'\r");
    session.wait_for_text("$(touch");
    session.send("|no-such-program-here\r");
    session.wait_for_text("There is no program no-such-program-here.");
    session.send("|cat\r");
    session.wait_for_text("looks for words");
    session.send("qS\x15saved.md\r");
    session.wait_for_text("1 article saved to saved.md");
    session.send("S\x15saved.md\r");
    session.wait_for_text("saved.md exists already and was left as it is.");
    session.quit();
    assert!(!world.home().join("P").exists());
}

#[test]
fn garbage_from_the_terminal_runs_nothing_and_leaves_nothing_stuck() {
    let world = world_of(&[("https://news.test/".to_owned(), "<p>x</p>".to_owned())], HONEST);
    let mut session = reader(&world, "$HOME/browser");
    let rubbish: &[&str] = &[
        // Focus in and out, a mouse that nobody asked for, answers that come late.
        "\x1b[I\x1b[O\x1b[I",
        "\x1b[<0;10;10M\x1b[<0;10;10m\x1b[<35;11;10M",
        "\x1b[M !!",
        "\x1b[?62;c\x1b[?1;2c\x1b[24;80R",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1bP1+r\x1b\\",
        "\x1b[200~oooDDDQ\x1b[201~",
    ];
    for it in rubbish {
        session.send(it);
    }
    for _ in 0..200 {
        session.send("\x1b[<35;40;12M");
    }
    // Keys are heard, and nothing of the above was a command.
    session.send(&format!("{ESCAPE}{ESCAPE}"));
    session.send("?");
    session.wait_for_text("go one line down");
    session.send("q");
    session.wait_for_text("Article 000");
    assert!(!world.home().join("opened").exists());
    assert_eq!(world.done(&["undo", "--list"]).lines().count(), 1, "only the feed was added");
    session.quit();
}

#[test]
fn half_a_sequence_and_ten_megabytes_of_paste_are_survived() {
    let world = world_of(&[("https://news.test/".to_owned(), "<p>x</p>".to_owned())], HONEST);
    let mut session = reader(&world, "$HOME/browser");
    // The first half of sequences; what follows ends each of them, one way or another.
    for half in ["\x1b[", "\x1b[1;", "\x1bO", "\x1b]"] {
        session.send(half);
        session.send(&format!("{ESCAPE}{ESCAPE}{ESCAPE}"));
    }
    // A paste right behind an Esc is a paste all the same.
    session.send("\x1b\x1b[200~Q:quit\rDD\x1b[201~");
    session.wait_for_text("Pasted text runs no commands.");
    session.send("?");
    session.wait_for_text("go one line down");
    session.send("q");
    session.wait_for_text("Article 000");
    let began = Instant::now();
    session.send("\x1b[200~");
    let piece = "Q\r:quit\rD".repeat(128 * 1024 / 9);
    for _ in 0..80 {
        session.send(&piece);
    }
    session.send("\x1b[201~");
    session.send("?");
    session.wait_for_text("go one line down");
    session.send("q");
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    session.send("/");
    session.send("\x1b[200~");
    session.send(&piece);
    session.send("\x1b[201~");
    session.send(ESCAPE);
    session.send("?");
    session.wait_for_text("go one line down");
    session.send("q");
    session.quit();
}
