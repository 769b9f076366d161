//! What the program knows and must not tell: passwords, cookies, and addresses that are secrets themselves.

use std::fs;
use std::io::Write;
use std::process::{Command, Output};
use std::sync::Arc;

use dateline::news::{FeedEdit, FeedSettings, Timestamp};
use dateline::store::{Answer, Ask, Change, Library, Origin};

use super::hostd::{Hostd, Reply};
use super::tlsd::{Authority, DATA, END_HEADERS, END_STREAM, HEADERS, STATUS_200, Stream, Tlsd, frame};
use super::world::{World, program};

const FEED: &str = "<rss version='2.0'><channel><title>Harbour Post</title>\
    <item><guid>1</guid><title>Tide</title><link>http://harbour.example/1</link></item></channel></rss>";
/// Typed in an address, printed by a program, set as a cookie and as a header, part of a query.
const SECRETS: [&str; 5] = ["hunter2", "swordfish", "biscuit", "opensesame", "tokentoken"];

fn run(world: &World, environment: &[(&str, &str)], args: &[&str]) -> (Output, String) {
    let mut command = Command::new(program());
    command.arg("--data").arg(world.data()).args(args).env_clear().env("HOME", world.home());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(environment.iter().copied());
    let output = command.current_dir(world.home()).output().unwrap();
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (output, String::from_utf8(said).unwrap())
}

fn log(world: &World) -> String {
    fs::read_to_string(world.data().join("log/dateline.log")).unwrap_or_default()
}

#[track_caller]
fn holds_none(what: &str, text: &str, secrets: &[&str]) {
    for secret in secrets {
        assert!(!text.contains(secret), "{what} tells {secret}: {text}");
    }
    // And not in the form in which it goes over the wire: `me:hunter2`, `me:swordfish`.
    for coded in ["bWU6aHVudGVyMg", "bWU6c3dvcmRmaXNo"] {
        assert!(!text.contains(coded), "{what} tells a password: {text}");
    }
}

/// Sets a cookie, a header and a password by command for the one feed of this library.
fn set(world: &World) {
    let library = Library::open(&world.data(), Arc::new(|| Timestamp::from_seconds(1_800_000_000))).unwrap();
    let Answer::Tree(tree) = library.ask(Ask::Tree { today: Timestamp::from_seconds(0) }).unwrap() else { panic!() };
    let feed = tree.feeds.iter().find(|it| it.url.is_some()).unwrap().id;
    let settings = FeedSettings {
        headers: vec![("X-Key".into(), "opensesame".into())],
        cookie: Some("session=biscuit".into()),
        password_command: ["echo", "me:swordfish"].map(str::to_owned).to_vec(),
        ..FeedSettings::default()
    };
    let edit = FeedEdit::Settings(settings);
    library.change(Change::EditFeed { feed, edit, origin: Origin::CommandLine }).unwrap();
}

/// Miniflux logged all headers of a request at its lowest level; FreshRSS logged passwords (CVE-2023-22481).
#[test]
fn no_secret_is_told_on_screen_or_in_the_log_at_any_level() {
    let server = Hostd::start();
    let path = "/feed?key=tokentoken";
    let replies =
        [Reply::feed(FEED), Reply::feed(FEED), Reply::status(500), Reply::raw("nonsense"), Reply::status(401)];
    server.on(path, replies);
    let world = World::new();
    let address = server.url("127.0.0.1", path).replace("http://", "http://me:hunter2@");
    let trace = [("DATELINE_LOG", "trace")];
    let (output, said) = run(&world, &trace, &["add", &address]);
    assert!(output.status.success(), "{said}");
    // The address itself is shown: it is the person's own way to know the feed by.
    holds_none("add", &said, &SECRETS[..4]);
    set(&world);
    let commands: [&[&str]; 12] = [
        &["refresh", "--all"],
        &["refresh", "--all", "--json"],
        &["refresh", "--all"],
        &["refresh", "--all"],
        &["feeds"],
        &["feeds", "--json"],
        &["list", "--json"],
        &["export", "", "--format", "opml", "--to", "-"],
        &["undo", "--list"],
        &["doctor", "--json"],
        &["inspect", "feed", &address, "--json"],
        &["add", "http://me:hunter2@127.0.0.1:1/feed"],
    ];
    for command in commands {
        let (_, said) = run(&world, &trace, command);
        holds_none(&command.join(" "), &said, &SECRETS[..4]);
        assert!(!said.contains("panicked"), "{said}");
    }
    let sent = server.hits();
    let last = sent.iter().rev().find(|it| it.header("cookie").is_some()).expect("the settings were used");
    assert_eq!(last.header("authorization"), Some(&b"Basic bWU6c3dvcmRmaXNo"[..]));
    holds_none("the log", &log(&world), &SECRETS);
}

/// The crate that speaks HTTP/2 has a log of its own.
#[test]
fn nor_over_http2() {
    let authority = Authority::named("the tests");
    let server = Tlsd::start_http2(&authority.identity("127.7.7.7", 2000, 4000), |stream: &mut Stream| {
        let mut answer = frame(HEADERS, END_HEADERS, 1, STATUS_200);
        answer.extend(frame(DATA, END_STREAM, 1, FEED.as_bytes()));
        let _ = stream.write_all(&answer).and_then(|()| stream.flush());
        let _ = std::io::copy(stream, &mut std::io::sink());
    });
    let world = World::new();
    let certificates = world.home().join("authorities.pem");
    fs::write(&certificates, authority.pem()).unwrap();
    let trust = certificates.to_str().unwrap();
    let environment = [("DATELINE_LOG", "trace"), ("SSL_CERT_FILE", trust)];
    let address = server.url("127.7.7.7", "/feed?key=tokentoken").replace("https://", "https://me:hunter2@");
    let (output, said) = run(&world, &environment, &["add", &address]);
    assert!(output.status.success(), "{said}");
    set(&world);
    let (output, said) = run(&world, &environment, &["refresh", "--all"]);
    assert!(output.status.success(), "{said}");
    assert_eq!(server.heads().len(), 2);
    holds_none("the log", &log(&world), &SECRETS);
}

/// As curl reads them: `http_proxy`, and `no_proxy` for what is asked directly.
#[test]
fn the_environments_proxy_is_used_spared_and_named() {
    let proxy = Hostd::start();
    proxy.on("http://harbour.invalid/feed", [Reply::feed(FEED)]);
    let address = proxy.url("127.0.0.1", "").replace("http://", "http://me:hunter2@");
    let world = World::new();
    let (output, said) = run(&world, &[("http_proxy", &address)], &["add", "http://harbour.invalid/feed"]);
    assert!(output.status.success(), "{said}");
    assert_eq!(proxy.hits().len(), 1);
    let spared = [("http_proxy", &address[..]), ("no_proxy", "harbour.invalid")];
    let (output, said) = run(&world, &spared, &["refresh", "--all"]);
    assert!(!output.status.success(), "{said}");
    assert_eq!(proxy.hits().len(), 1, "a name that no_proxy spares is looked up here, and is nobody's");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let gone = format!("http://me:hunter2@127.0.0.1:{port}");
    let (output, said) = run(&world, &[("http_proxy", &gone)], &["add", "http://elsewhere.invalid/feed"]);
    assert!(!output.status.success());
    assert!(said.contains(&format!("The proxy 127.0.0.1:{port} can't be used: it can't be reached.")), "{said}");
    holds_none("a proxy's failure", &said, &SECRETS);
}
