//! A machine that gives few threads (RLIMIT_NPROC): whatever can't be begun is refused in a sentence. Nothing panics,
//! nothing is lost, and the terminal comes back.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::loopback::{Body, Page, Server};
use super::pty::{Exit, Launch};
use super::world::{World, program};

/// Somebody who owns nothing else on this machine, so that the limit counts our threads alone. It binds nobody who is root.
const NOBODY: &str = "54321";
/// The reader with a refresh under way has fewer.
const THREADS_MAX: usize = 24;

/// A library that nobody owns, and the feeds' server; `None` where we can't become somebody else.
#[expect(clippy::print_stdout, reason = "a test that skips must say so")]
fn world_of_nobody() -> Option<(World, Server)> {
    let feed = "<rss version='2.0'><channel><title>Harbour Post</title><item><guid>1</guid><title>Article 1.</title>\
                <description>Text.</description></item></channel></rss>";
    let server = Server::start(vec![Page {
        path: "/feed",
        status: "200 OK",
        content_type: "application/rss+xml",
        body: Body::Bytes(feed.as_bytes().to_vec()),
    }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    let given = Command::new("chown").args(["-R", NOBODY]).arg(world.home()).stderr(Stdio::null()).status();
    let became = Command::new("setpriv")
        .args(["--reuid", NOBODY, "--clear-groups"])
        .arg(program())
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !given.is_ok_and(|it| it.success()) || !became.is_ok_and(|it| it.success()) {
        println!("not run: becoming another user takes root and setpriv");
        return None;
    }
    Some((world, server))
}

/// Arguments of `prlimit` (util-linux).
fn arguments(world: &World, threads: usize, args: &[&str]) -> Vec<String> {
    let mut all = vec![format!("--nproc={threads}:{threads}")];
    all.extend(["setpriv", "--reuid", NOBODY, "--clear-groups"].map(str::to_owned));
    all.push(program().to_string_lossy().into_owned());
    all.extend(["--data".to_owned(), world.data().to_string_lossy().into_owned()]);
    all.extend(args.iter().map(|it| (*it).to_owned()));
    all
}

#[test]
fn a_command_that_gets_too_few_threads_says_so() {
    let Some((world, _server)) = world_of_nobody() else { return };
    let mut refused = 0;
    for threads in 1..=THREADS_MAX {
        let output = Command::new("prlimit")
            .args(arguments(&world, threads, &["refresh", "--all"]))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", world.home())
            .current_dir(world.home())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(code.is_some_and(|it| it != 101) && !said.contains("panicked"), "{threads} threads: {code:?}\n{said}");
        assert!(code == Some(0) || !said.trim().is_empty(), "{threads} threads: {code:?} and no word why");
        refused += usize::from(code != Some(0));
    }
    assert!((1..THREADS_MAX).contains(&refused), "refused with {refused} of {THREADS_MAX} limits");
    let doctor = world.run(&["doctor"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[test]
fn a_reader_that_gets_too_few_threads_gives_the_terminal_back_and_says_so() {
    let Some((world, _server)) = world_of_nobody() else { return };
    let mut opened = 0;
    for threads in 1..=THREADS_MAX {
        let mut launch = Launch::new(PathBuf::from("prlimit"), world.home()).size(100, 30);
        launch.args = arguments(&world, threads, &[]);
        let mut session = launch.start();
        if session.appears(|screen| screen.alternate_screen() && screen.contents().contains("Article 1.")) {
            opened += 1;
            session.send("R");
            session.send("jjQ");
            assert_eq!(session.wait_exit(), Exit::Code(0), "{threads} threads:\n{}", session.screen());
        } else {
            assert!(
                matches!(session.wait_exit(), Exit::Code(code) if code != 101),
                "{threads} threads:\n{}",
                session.screen()
            );
            assert!(!session.screen().trim().is_empty(), "{threads} threads, and no word why");
        }
        assert!(
            !String::from_utf8_lossy(&session.bytes()).contains("panicked"),
            "{threads} threads:\n{}",
            session.screen()
        );
        if let Err(left) = session.terminal_is_restored() {
            panic!("{threads} threads: the terminal did not come back: {left}");
        }
        session.finish();
    }
    assert!((1..THREADS_MAX).contains(&opened), "opened with {opened} of {THREADS_MAX} limits");
}
