//! Several programs on one library at the same time, each a process of its own: two readers, commands beside them, and
//! somebody who holds the file. Nothing is lost, nobody waits for ever, and no person ever reads “locked”.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;

use dateline::news::{Clock, TagName, Timestamp};
use dateline::query::Query;
use dateline::store::{Answer, Ask, Change, Done, Library, Origin, Scope, View};
use rusqlite::Connection;

use super::loopback::{Body, Page, Server};
use super::pty::Session;
use super::world::World;

/// Articles that two command lines mark at once, one a process; `DATELINE_TWO_WRITERS` asks for more.
const MARKED: usize = 12;
const MARKED_VARIABLE: &str = "DATELINE_TWO_WRITERS";

fn feed_of(articles: usize) -> Vec<u8> {
    let article = |it: usize| {
        format!(
            "<item><guid>{it}</guid><title>Article {it}.</title><pubDate>{:02} Jan 2023 12:{:02}:00 GMT</pubDate>\
             <description>Text.</description></item>",
            28 - it / 60,
            59 - it % 60
        )
    };
    let articles: String = (0..articles).map(article).collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{articles}</channel></rss>").into_bytes()
}

fn page(path: &'static str, body: Body) -> Page {
    Page { path, status: "200 OK", content_type: "application/rss+xml", body }
}

fn world_of(articles: usize) -> World {
    let server = Server::start(vec![page("/feed", Body::Bytes(feed_of(articles)))]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    world
}

fn reader(world: &World) -> Session {
    let session = world.launch(&["--offline"]).size(120, 30).start();
    session.wait_for("the list", |screen| cursor_row(&screen.contents()).is_some_and(|it| it.contains("Article 0.")));
    session
}

/// The row of the list under the cursor; the list stands between the tree and the text.
fn cursor_row(screen: &str) -> Option<String> {
    screen.lines().filter_map(|row| row.split(['│', '┃']).nth(1)).find(|it| it.contains('▌')).map(str::to_owned)
}

fn row_of(screen: &str, title: &str) -> Option<String> {
    screen.lines().filter_map(|row| row.split(['│', '┃']).nth(1)).find(|it| it.contains(title)).map(str::to_owned)
}

fn quit(mut session: Session) {
    assert!(!session.screen().contains("locked"), "{}", session.screen());
    session.send("Q");
    session.finish();
}

#[test]
fn of_two_readers_one_refreshes_and_each_sees_what_the_other_does() {
    let server = Server::start(vec![
        page("/feed", Body::Each(|asked| feed_of(3 + asked))),
        // Keeps the first one's refresh under way.
        page("/silent", Body::Never),
    ]);
    let world = World::new();
    let urls = world.home().join("urls");
    std::fs::write(&urls, format!("{}\n{}\n", server.url("/feed"), server.url("/silent"))).unwrap();
    world.done(&["import", &urls.to_string_lossy()]);
    let mut first = world.launch(&[]).size(120, 30).start();
    first.wait_for_text("Article 2.");
    server.wait_until_asked("/silent");
    let mut second = world.launch(&[]).size(120, 30).start();
    second.wait_for_text("Another program is refreshing this library");
    second.wait_for_text("Article 2.");
    // Had the second one refreshed too, there would be a fourth.
    assert_eq!(world.objects(&["list", "--json"]).len(), 3);

    first.send("gagg");
    first.wait_for("the first article", |screen| {
        cursor_row(&screen.contents()).is_some_and(|it| it.contains("Article 0."))
    });
    first.send("s");
    first.wait_for_text("article starred");
    second.wait_for("the star of the other", |screen| {
        row_of(&screen.contents(), "Article 0.").is_some_and(|it| it.contains('★'))
    });
    second.send("gagg");
    second.wait_for("the first article", |screen| {
        cursor_row(&screen.contents()).is_some_and(|it| it.contains("Article 0."))
    });
    second.send("t+later\r");
    second.wait_for_text("tagged +later");
    first.wait_for("the tag of the other", |screen| {
        screen.contents().lines().filter(|row| row.contains("later")).count() >= 2
    });
    quit(second);
    quit(first);
}

/// SQLite gives the file to one writer at a time: whoever comes second waits for the first (sqlite.org/lang_transaction.html).
#[test]
fn two_processes_that_mark_at_once_beside_an_open_reader_lose_nothing() {
    let count = std::env::var(MARKED_VARIABLE).ok().and_then(|it| it.parse().ok()).unwrap_or(MARKED);
    let world = world_of(count);
    let ids: Vec<String> =
        world.objects(&["list", "--limit", "100000", "--json"]).iter().map(|it| it["id"].to_string()).collect();
    assert_eq!(ids.len(), count);
    let mut session = reader(&world);
    thread::scope(|scope| {
        for tag in ["one", "two"] {
            let (world, ids) = (&world, &ids);
            scope.spawn(move || {
                for id in ids {
                    world.done(&["tag", &format!("+{tag}"), &format!("id:{id}")]);
                }
            });
        }
        // And a person in between, who keeps the last star alone.
        for _ in 1..count {
            session.send("s");
            session.wait_for_text("article starred");
            session.send("s");
            session.wait_for_text("article unstarred");
            session.send("j");
        }
        session.send("s");
        session.wait_for_text("article starred");
    });
    let all = world.objects(&["list", "--limit", "100000", "--json"]);
    let tags = |it: &serde_json::Value| it["tags"].as_array().map_or(0, Vec::len);
    let bare = all.iter().filter(|it| tags(it) != 2).count();
    assert_eq!((all.len(), bare), (count, 0), "articles that lost a tag");
    let starred = all.iter().filter(|it| it["state"]["starred"] == true).count();
    assert_eq!(starred, 1);
    assert!(world.run(&["doctor"]).status.success());
    quit(session);
}

/// How long the library is held besides; `.ci/run` asks for half a minute.
fn seconds_held() -> usize {
    std::env::var("DATELINE_SECONDS_HELD").ok().and_then(|it| it.parse().ok()).unwrap_or(0)
}

/// Changes that each of two programs makes to the same articles; `.ci/run` asks for more.
const CHANGES: usize = 200;
const CHANGES_VARIABLE: &str = "DATELINE_CHANGES_AT_ONCE";
const FOLDER_VARIABLE: &str = "DATELINE_CHANGES_IN";
const WHAT_VARIABLE: &str = "DATELINE_CHANGES_OF";

/// Not a test of its own: the program of which the next test starts two. Each change of it changes one article; had the
/// other one's taken it back, it would change none.
#[test]
#[ignore = "started twice by the test below"]
fn a_program_that_makes_many_changes() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let count: usize = variable(CHANGES_VARIABLE).parse().unwrap();
    let now: Clock = Arc::new(|| Timestamp::from_seconds(1_700_000_000));
    let library = Library::open(Path::new(&variable(FOLDER_VARIABLE)), now).unwrap();
    let view = View { scope: Scope::All, unread_only: false, query: Query::parse("").unwrap() };
    let Answer::Ids(ids) = library.ask(Ask::Ids { view }).unwrap() else { panic!() };
    let tag = TagName::parse("later").unwrap();
    for number in 0..count {
        let articles = vec![ids[number % ids.len()]];
        let on = (number / ids.len()).is_multiple_of(2);
        let origin = Origin::CommandLine;
        let (add, remove) = if on { (vec![tag.clone()], Vec::new()) } else { (Vec::new(), vec![tag.clone()]) };
        let change = if variable(WHAT_VARIABLE) == "stars" {
            Change::SetStarred { articles, starred: on, origin }
        } else {
            Change::Tag { articles, add, remove, origin }
        };
        let done = library.change(change).unwrap().done;
        let changed =
            matches!(done, Done::Starred { count: 1 } | Done::Unstarred { count: 1 } | Done::Tagged { count: 1, .. });
        assert!(changed, "change {number}: {done:?}");
    }
}

#[test]
fn two_programs_that_change_the_same_articles_at_once_lose_no_change() {
    const ARTICLES: usize = 100;
    let count: usize = std::env::var(CHANGES_VARIABLE).ok().and_then(|it| it.parse().ok()).unwrap_or(CHANGES);
    // An odd number of rounds leaves everything on.
    let count = count / ARTICLES / 2 * 2 * ARTICLES + ARTICLES;
    let world = world_of(ARTICLES);
    let start = |what: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["two_readers::a_program_that_makes_many_changes", "--exact", "--ignored", "--nocapture"])
            .env(CHANGES_VARIABLE, count.to_string())
            .env(FOLDER_VARIABLE, world.data())
            .env(WHAT_VARIABLE, what)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    for program in [start("stars"), start("tags")] {
        let output = program.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let all = world.objects(&["list", "--limit", "1000", "--json"]);
    let whole = all.iter().filter(|it| it["state"]["starred"] == true && it["tags"] == serde_json::json!(["later"]));
    assert_eq!((all.len(), whole.count()), (ARTICLES, ARTICLES));
    println!("2 × {count} changes at once, none lost");
    assert!(world.run(&["doctor"]).status.success());
}

fn hold(library: &Path) -> Connection {
    let holder = Connection::open(library.join("library.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    holder
}

#[test]
fn while_another_program_holds_the_library_keys_are_answered_and_what_was_done_is_kept_for_later() {
    let world = world_of(20);
    let mut session = reader(&world);
    let holder = hold(&world.data());
    session.send("s");
    session.wait_for("the star", |screen| row_of(&screen.contents(), "Article 0.").is_some_and(|it| it.contains('★')));
    for number in 1..10 {
        session.send("j");
        session.wait_for("a move", |screen| {
            cursor_row(&screen.contents()).is_some_and(|it| it.contains(&format!("Article {number}.")))
        });
    }
    session.send("/Article 7\r");
    session.wait_for("the hit", |screen| {
        screen.contents().contains("“Article 7”")
            && cursor_row(&screen.contents()).is_some_and(|it| it.contains("Article 7."))
    });
    session.send("q");
    for _ in 0..seconds_held() {
        session.wait_a_second();
        session.send("j");
        session.send("k");
    }
    assert!(!session.screen().contains("article starred"), "claimed before it was kept:\n{}", session.screen());
    let refused = |screen: &str| screen.contains("busy");
    let refused_meanwhile = refused(&session.screen());
    holder.execute_batch("COMMIT").unwrap();
    // After half a minute the library's patience is over, and that is said: never neither.
    session.wait_for("the star kept, or refused", |screen| {
        refused_meanwhile || refused(&screen.contents()) || screen.contents().contains("article starred")
    });
    let kept = usize::from(!refused_meanwhile && !refused(&session.screen()));
    assert!(kept == 1 || seconds_held() > 20, "refused too soon:\n{}", session.screen());
    quit(session);
    let starred: Vec<_> =
        world.objects(&["list", "--json"]).into_iter().filter(|it| it["state"]["starred"] == true).collect();
    assert_eq!(starred.len(), kept, "{starred:?}");
}
