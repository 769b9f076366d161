//! Long work, as the whole program does it: it can be left off at any moment, nothing that has come is lost, and what the
//! reader does while at rest is done for who only uses the command line, too.

use std::process::{Command, Stdio};

use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE, Exit};
use super::world::{World, program};

fn page(path: &'static str, body: Body) -> Page {
    Page { path, status: "200 OK", content_type: "application/rss+xml", body }
}

/// A feed whose articles have words that come again, so that there is something to learn from them.
fn feed_of(title: &str, articles: usize) -> Vec<u8> {
    let text = |at: usize| {
        let words: Vec<String> = (0..50).map(|it| format!("word{}", (at * 31 + it * it) % 400)).collect();
        words.join(" ")
    };
    let articles: String = (0..articles)
        .map(|it| {
            format!(
                "<item><guid>{title}-{it}</guid><title>{title} {it}</title><description>{}</description></item>",
                text(it)
            )
        })
        .collect();
    format!("<rss version='2.0'><channel><title>{title}</title>{articles}</channel></rss>").into_bytes()
}

fn subscribed(server: &Server, paths: &[&str]) -> World {
    let world = World::new();
    let urls: Vec<String> = paths.iter().map(|it| server.url(it)).collect();
    std::fs::write(world.home().join("urls"), urls.join("\n")).unwrap();
    world.done(&["import", "urls"]);
    world
}

fn number(world: &World, sql: &str) -> i64 {
    let library = Connection::open(world.data().join("library.db")).unwrap();
    library.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// A server that hears and never answers would hold the command line for half a minute.
#[test]
fn ctrl_c_ends_a_refresh_with_what_has_come_and_says_how_far_it_was() {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed_of("Harbour", 3))), page("/silent", Body::Never)]);
    let world = subscribed(&server, &["/feed", "/silent"]);
    let refresh = Command::new(program())
        .arg("--data")
        .arg(world.data())
        .arg("refresh")
        .env("HOME", world.home())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    server.wait_until_asked("/silent");
    // What has come is stored before the other one is given up.
    while number(&world, "SELECT count(*) FROM article") < 3 {
        std::thread::yield_now();
    }
    kill_process(Pid::from_raw(refresh.id() as i32).unwrap(), Signal::INT).unwrap();
    let output = refresh.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("of 2 feeds. What has arrived is kept; `dateline refresh` goes on."), "{said}");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&output.status), Some(2), "{said}");
    assert_eq!(world.objects(&["list", "--json"]).len(), 3);
}

/// Housework was done in the reader alone: a library that only cron fills was never pressed.
#[test]
fn a_first_fill_on_the_command_line_has_its_texts_pressed_with_a_dictionary_of_their_own() {
    let bodies = |title| Body::Bytes(feed_of(title, 1_100));
    let server = Server::start(vec![page("/one", bodies("One")), page("/two", bodies("Two"))]);
    let world = subscribed(&server, &["/one", "/two"]);
    world.done(&["refresh", "--no-index"]);
    assert_eq!(number(&world, "SELECT count(*) FROM dictionary"), 0, "--no-index leaves all of it to the next one");
    world.done(&["refresh"]);
    assert_eq!(number(&world, "SELECT count(*) FROM dictionary"), 1);
    assert!(number(&world, "SELECT count(*) FROM body WHERE dictionary <> 0") > 0);
}

#[test]
fn an_address_that_never_answers_is_left_with_one_key_and_the_next_one_is_added() {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed_of("Harbour", 3))), page("/silent", Body::Never)]);
    let world = World::new();
    let mut session = world.launch(&[]).start();
    session.wait_for_text("Three ways to begin");
    for _ in 0..3 {
        session.send(&format!("a{}{ENTER}", server.url("/silent")));
        session.wait_for_text("looking at 127.0.0.1");
        session.send(ESCAPE);
        session.wait_for_text("nothing was added");
    }
    // More of them than there are workers: none is held.
    session.send(&format!("a{}{ENTER}", server.url("/feed")));
    session.wait_for_text("Added Harbour: 3 articles");
    session.send("Q");
    assert_eq!(session.finish(), Exit::Code(0));
}

#[test]
fn a_list_is_imported_within_the_reader_once_it_has_been_seen() {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed_of("Harbour", 3)))]);
    let world = World::new();
    let list = world.home().join("feeds.opml");
    let url = server.url("/feed");
    let evil = "<outline xmlUrl='exec:touch P' text='Evil'/>";
    std::fs::write(&list, format!("<opml><body><outline text='H' xmlUrl='{url}'/>{evil}</body></opml>")).unwrap();
    let mut session = world.launch(&[]).start();
    session.wait_for_text("Three ways to begin");
    session.send(&format!("I~/feeds.opml{ENTER}"));
    session.wait_for_text("Would add 1, already have 0, skip 1.");
    session.send("q");
    session.wait_for_text("Nothing was imported");
    session.send(&format!("I~/feeds.opml{ENTER}"));
    session.wait_for_text("Would add 1, already have 0, skip 1.");
    session.send(ENTER);
    session.wait_for_text("Harbour 0");
    session.send("u");
    session.wait_for_text("Undone");
    session.send("Q");
    assert_eq!(session.finish(), Exit::Code(0));
    assert!(!world.home().join("P").exists());
}

/// What a library of the first release is brought up to date with may take minutes where it is large.
#[test]
fn an_old_library_says_that_it_is_being_brought_up_to_date() {
    let world = World::new();
    std::fs::create_dir(world.data()).unwrap();
    let old = Connection::open(world.data().join("library.db")).unwrap();
    old.execute_batch(concat!(
        "PRAGMA application_id = 0x44746c6e;",
        include_str!("../../assets/schema/0001_library.sql"),
        "PRAGMA user_version = 1;"
    ))
    .unwrap();
    drop(old);
    let mut session = world.launch(&["feeds"]).start();
    session.expect_a_kill();
    session.wait_for_bytes("the copy", |it| contains(it, b"copied first"));
    session.wait_for_bytes("the steps", |it| contains(it, b"step 1 of "));
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert!(world.data().join("backup/before-schema-2.db").exists());
}

fn contains(bytes: &[u8], sought: &[u8]) -> bool {
    bytes.windows(sought.len()).any(|it| it == sought)
}
