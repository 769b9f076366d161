//! What becomes of a program whose reader is gone (`dateline list | head -1`), and of a reader whose program reads nothing.
//! The reader's own screen is never a pipe: it asks for a terminal at both ends.

use std::process::{Command, Stdio};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, ESCAPE};
use super::world::{World, program};

const ARTICLES: usize = 400;

fn library() -> World {
    let words = "The harbour wakes before the town does. ".repeat(20);
    let items: String = (0..ARTICLES)
        .map(|it| {
            format!("<item><guid>{it}</guid><title>Article {it}.</title><description>{words}</description></item>")
        })
        .collect();
    let feed = format!("<rss version='2.0'><channel><title>Harbour Post</title>{items}</channel></rss>");
    let body = Body::Bytes(feed.into_bytes());
    let server =
        Server::start(vec![Page { path: "/feed", status: "200 OK", content_type: "application/rss+xml", body }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    world
}

/// Neither is a fault: whoever closed the pipe has what was wanted.
#[test]
fn a_command_whose_reader_is_gone_ends_quietly_and_leaves_the_library_sound() {
    let world = library();
    for args in [
        &["list", "--limit", "1000"][..],
        &["list", "--limit", "1000", "--json"],
        &["feeds", "--json"],
        &["export", "", "--format", "opml", "--to", "-"],
        &["generate", "man"],
        &["--help"],
        &["refresh", "--all", "--json"],
    ] {
        for closed in ["stdout", "stderr", "both"] {
            let mut command = Command::new(program());
            command.arg("--data").arg(world.data()).arg("--offline").args(args);
            command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", world.home());
            command.current_dir(world.home()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            if closed != "stderr" {
                drop(child.stdout.take());
            }
            if closed != "stdout" {
                drop(child.stderr.take());
            }
            let output = child.wait_with_output().unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            let code = output.status.code();
            assert!(code.is_some_and(|it| it <= 1), "{args:?} without {closed}: {:?} {errors}", output.status);
            assert!(!errors.contains("panic"), "{args:?} without {closed}: {errors}");
        }
    }
    world.done(&["doctor", "--json"]);
}

#[test]
fn a_program_that_reads_nothing_of_what_it_is_given_takes_nobody_along() {
    let world = library();
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text(&format!("1 of {ARTICLES}"));
    // More than a pipe holds, given to a program that closes it at once.
    session.send("VG");
    session.wait_for_text(&format!("{ARTICLES} selected"));
    session.send(&format!("|true{ENTER}"));
    session.wait_for_text("true has taken it");
    // The range is left first.
    session.send(ESCAPE);
    session.wait_for("no range", |screen| !screen.contents().contains(" selected"));
    session.send("gg");
    session.wait_for_text(&format!("1 of {ARTICLES}"));
    session.quit();
}
