//! The reader in a terminal: it gives the terminal back however it ends, stops and continues as a shell's job does,
//! and takes every size.

use std::time::Duration;

use rustix::process::Signal;

use super::loopback::{Body, Page, Server};
use super::pty::{CONTROL_C, CONTROL_Z, ENTER, Exit, Session, WAIT_MAX};
use super::world::World;

/// From the end of the reader to a shell that can be used: half a second is promised, a busy machine may take longer.
const RESTORED_WITHIN: Duration = Duration::from_secs(2);
/// A reader whose terminal is gone must not linger.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// How often the reader is stopped and continued; `.ci/run` asks for more.
const STOPS: usize = 3;
const STOPS_VARIABLE: &str = "DATELINE_STOP_ROUNDS";

fn wait_until_drawn(session: &Session, columns: u16) {
    session.wait_for_frame(&format!("the reader at {columns} columns"), |screen| {
        let rows: Vec<String> = screen.rows(0, columns).collect();
        let last_is_drawn = rows.last().is_some_and(|it| !it.trim().is_empty());
        screen.alternate_screen() && rows[0].contains("Dateline") && last_is_drawn && screen.size().1.get() == columns
    });
}

fn reader(world: &World) -> Session {
    let session = world.launch(&[]).start();
    wait_until_drawn(&session, 80);
    session
}

fn assert_restored(session: &Session) {
    if let Err(left) = session.terminal_is_restored() {
        panic!("the terminal did not come back: {left}");
    }
}

#[test]
fn every_key_that_quits_gives_the_terminal_back() {
    for keys in ["Q", "q", CONTROL_C] {
        let world = World::new();
        let mut session = reader(&world);
        session.send(keys);
        assert_eq!(session.wait_exit(), Exit::Code(0), "{keys:?}");
        assert_restored(&session);
        session.finish();
    }
}

#[test]
fn every_signal_that_can_be_caught_gives_the_terminal_back_and_then_ends_us() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT] {
        let world = World::new();
        let mut session = reader(&world);
        session.signal(signal);
        assert_eq!(session.wait_exit_within(RESTORED_WITHIN), Exit::Signal(signal.as_raw()));
        assert_restored(&session);
        session.finish();
    }
}

/// A refresh that hangs on a server which never answers holds nobody up.
#[test]
fn a_signal_in_the_middle_of_a_refresh_ends_us_at_once() {
    let feed = Body::Bytes(b"<rss version='2.0'><channel><title>Slow</title></channel></rss>".to_vec());
    let server = Server::start(vec![
        Page { path: "/feed", status: "200 OK", content_type: "application/rss+xml", body: feed },
        Page { path: "/silent", status: "200 OK", content_type: "application/rss+xml", body: Body::Never },
    ]);
    let world = World::new();
    let subscriptions = format!("{}\n{}\n", server.url("/feed"), server.url("/silent"));
    let urls = world.home().join("urls");
    std::fs::write(&urls, subscriptions).expect("a file");
    world.done(&["import", &urls.to_string_lossy()]);
    let mut session = reader(&world);
    session.send("R");
    server.wait_until_asked("/silent");
    session.signal(Signal::TERM);
    assert_eq!(session.wait_exit_within(RESTORED_WITHIN), Exit::Signal(Signal::TERM.as_raw()));
    assert_restored(&session);
    session.finish();
}

/// Runs the reader as a job and says each time it stops; any line continues it.
const JOB: &str = "\"$0\" --data \"$1\"; status=$?; round=0
    while [ $status -gt 128 ]; do
        round=$((round + 1)); echo \"stopped:$round:$status\"; read line; fg >/dev/null; status=$?
    done; echo \"ended:$status\"";

fn rounds(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(usual)
}

fn stop_and_continue(stop: impl Fn(&mut Session)) {
    let world = World::new();
    let mut session = world.launch_shell(&["-m"], JOB).start();
    wait_until_drawn(&session, 80);
    for round in 1..=rounds(STOPS_VARIABLE, STOPS) {
        stop(&mut session);
        session.wait_for_text(&format!("stopped:{round}:1"));
        assert_restored(&session);
        // The window may have another size by the time the shell continues us.
        let columns = if round % 2 == 1 { 100 } else { 80 };
        session.resize(columns, 30);
        session.send(ENTER);
        wait_until_drawn(&session, columns);
    }
    // No key is lost: the first one quits.
    session.send("Q");
    session.wait_for_text("ended:0");
    assert_restored(&session);
    assert_eq!(session.finish(), Exit::Code(0));
}

#[test]
fn the_suspend_key_gives_the_shell_its_terminal_and_fg_draws_at_the_new_size() {
    stop_and_continue(|session| session.send(CONTROL_Z));
}

#[test]
fn a_stop_from_outside_gives_the_shell_its_terminal_and_fg_draws_at_the_new_size() {
    stop_and_continue(|session| {
        rustix::process::kill_process(session.foreground(), Signal::TSTP).expect("the reader");
    });
}

/// `xterm -e dateline`: no shell is there to continue us. POSIX drops the stop of an orphaned process group, and the
/// reader must not stop itself by other means, or the window is dead.
#[test]
fn the_suspend_key_without_a_shell_leaves_the_reader_alive() {
    let world = World::new();
    let mut session = reader(&world);
    session.send(CONTROL_Z);
    session.wait_for_text("There is no shell here");
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert_restored(&session);
    session.finish();
}

/// SIGSTOP leaves no chance to give the terminal back; whoever had it meanwhile may have changed it.
#[test]
fn after_a_stop_that_nobody_hears_the_screen_is_taken_again() {
    let world = World::new();
    let mut session = reader(&world);
    let sent_before = session.bytes().len();
    session.signal(Signal::STOP);
    session.signal(Signal::CONT);
    session.wait_for_bytes("the alternate screen again", |bytes| {
        bytes[sent_before..].windows(8).any(|it| it == b"\x1b[?1049h")
    });
    wait_until_drawn(&session, 80);
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert_restored(&session);
    session.finish();
}

/// Where nobody looks for a hang-up a reader spins for ever (crossterm's does, dot-agent-deck#1164).
#[test]
fn a_terminal_that_is_gone_ends_the_reader_even_if_the_signal_is_ignored() {
    let world = World::new();
    let mut session = world.launch_shell(&[], "trap '' HUP; exec \"$0\" --data \"$1\"").start();
    wait_until_drawn(&session, 80);
    session.hang_up();
    session.wait_exit_within(GONE_WITHIN);
    session.finish();
    world.done(&["doctor", "--json"]);
}

#[test]
fn every_size_is_taken_and_the_last_one_wins() {
    let world = World::new();
    let mut session = reader(&world);
    for (columns, rows) in [
        (40, 8),
        (39, 7),
        (20, 5),
        (10, 3),
        (2, 2),
        (1, 1),
        (0, 0),
        (2, 500),
        (500, 2),
        (200, 50),
        (1, 50),
        (80, 1),
        (81, 24),
        (120, 40),
    ] {
        session.resize(columns, rows);
    }
    wait_until_drawn(&session, 120);
    // One after another, each drawn before the next.
    for (columns, rows) in [(60, 20), (40, 10), (200, 50), (80, 24)] {
        session.resize(columns, rows);
        wait_until_drawn(&session, columns);
    }
    session.resize(30, 5);
    session.wait_for_frame("a sentence instead of panes", |screen| {
        let text = screen.contents();
        screen.size().0.get() == 5 && !text.trim().is_empty() && !text.contains("Dateline  ")
    });
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert_restored(&session);
    session.finish();
}

/// An event source that is edge-triggered (crossterm's) hands on the resize alone where it is told of a resize and of a key
/// at once, and the key lies unread until another one comes.
#[test]
fn the_first_key_after_a_resize_is_heard() {
    let world = World::new();
    let mut session = reader(&world);
    session.send("?");
    session.wait_for("the keys", |screen| screen.contents().contains("go one line down"));
    session.send("q");
    wait_until_drawn(&session, 80);
    session.resize(100, 30);
    wait_until_drawn(&session, 100);
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    assert_restored(&session);
    session.finish();
}

#[test]
fn a_start_in_a_tiny_terminal_is_no_stumble() {
    for (columns, rows) in [(1, 1), (0, 0), (20, 5), (39, 7)] {
        let world = World::new();
        let mut session = world.launch(&[]).size(columns, rows).start();
        session.wait_for("the alternate screen", vt100::Screen::alternate_screen);
        session.send("Q");
        assert_eq!(session.wait_exit_within(WAIT_MAX), Exit::Code(0), "{columns}×{rows}");
        assert_restored(&session);
        session.finish();
    }
}

/// What is pasted never runs commands, whatever it contains.
#[test]
fn a_paste_runs_no_command() {
    let world = World::new();
    let mut session = reader(&world);
    session.send("\x1b[200~QQQ\r\x03q\x1b[201~");
    session.resize(81, 24);
    wait_until_drawn(&session, 81);
    session.send("Q");
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.finish();
}
