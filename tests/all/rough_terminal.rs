//! What becomes of a reader whose terminal is not as it should be: it is resized without end, takes nothing, fails, is
//! another one's for a while, is none at all, or shows eight colours.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use portable_pty::{NativePtySystem, PtySize, PtySystem};
use rusqlite::Connection;

use super::hostd::{Hold, Hostd, Reply};
use super::loopback::{Body, Page, Server};
use super::pty::{CONTROL_C, Exit, Session, WAIT_MAX};
use super::world::{World, program};

/// A reader whose terminal is gone must not linger.
const GONE_WITHIN: Duration = Duration::from_secs(2);
/// From the last size to its frame: a hundred milliseconds, of which the best of several storms counts.
const SIZED_WITHIN: Duration = Duration::from_millis(100);
const STORMS_MAX: usize = 8;
const SIZES_A_STORM: u16 = 1_000;
const GROWTH_KIB_MAX: u64 = 16 * 1024;

fn feed(articles: usize) -> Vec<u8> {
    let item = |it: usize| {
        format!("<item><guid>{it}</guid><title>Article {it}.</title><description>Text {it}.</description></item>")
    };
    let items: String = (0..articles).map(item).collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{items}</channel></rss>").into_bytes()
}

fn subscribed(articles: usize) -> World {
    let body = Body::Bytes(feed(articles));
    let server =
        Server::start(vec![Page { path: "/feed", status: "200 OK", content_type: "application/rss+xml", body }]);
    let world = World::new();
    world.done(&["add", &server.url("/feed")]);
    world
}

fn starred(world: &World) -> usize {
    world.objects(&["list", "--json"]).iter().filter(|it| it["state"]["starred"] == true).count()
}

/// Lets a moment go by.
fn pause(time: Duration) {
    let (_kept, nobody) = mpsc::channel::<()>();
    let _ = nobody.recv_timeout(time);
}

#[test]
fn after_a_storm_of_a_thousand_sizes_a_second_the_last_one_is_drawn_at_once() {
    let world = subscribed(3);
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("1 of 3");
    let mut taken = Vec::new();
    for storm in 0..STORMS_MAX {
        for round in 0..SIZES_A_STORM {
            session.resize(1 + round * 7 % 240, 1 + round * 5 % 70);
            pause(Duration::from_micros(500));
        }
        let columns = 100 + storm as u16;
        session.resize(columns, 30);
        let began = Instant::now();
        session.wait_for_frame("the last size", |screen| {
            let rows: Vec<String> = screen.rows(0, columns).collect();
            rows[0].contains("Dateline") && rows[29].contains("1 of 3")
        });
        taken.push(began.elapsed());
        if taken.iter().any(|it| *it <= SIZED_WITHIN) {
            break;
        }
    }
    println!("from the last size to its frame: {taken:?}");
    assert!(taken.iter().any(|it| *it <= SIZED_WITHIN), "{taken:?}");
    session.send("Q");
    assert_eq!(session.finish(), Exit::Code(0));
}

/// Each of the two ends is looked at by itself: a reader that draws into a file, or that nobody can type into, is of no use.
#[test]
fn without_a_terminal_at_both_ends_the_reader_says_what_works_instead() {
    let world = subscribed(1);
    for script in [
        "\"$0\" --data \"$1\" </dev/null",
        "\"$0\" --data \"$1\" >out",
        "\"$0\" --data \"$1\" | cat >out",
        "\"$0\" --data \"$1\" demo </dev/null",
        "\"$0\" --data \"$1\" demo >out",
    ] {
        let session = world.launch_shell(&[], script).start();
        session.wait_for_text("needs a terminal");
        session.wait_exit();
        session.terminal_is_restored().unwrap();
        assert!(!session.bytes().contains(&0x1b), "{script}: {}", session.screen());
        session.finish();
        assert!(fs::read(world.home().join("out")).is_ok_and(|it| it.is_empty()) || script.contains("null"));
    }
}

/// A console of eight colours takes the 5 of `38;5;n` for “blink” where it does not know that sequence.
#[test]
fn a_terminal_of_few_colours_is_sent_them_by_their_own_numbers() {
    for term in ["linux", "xterm", "screen"] {
        let world = subscribed(3);
        let mut session = world.launch(&["--offline"]).variable("TERM", term).size(120, 40).start();
        session.wait_for_text("1 of 3");
        session.send("?");
        session.wait_for_text("go one line down");
        session.send("qQ");
        assert_eq!(session.wait_exit(), Exit::Code(0));
        let bytes = session.bytes();
        let sent = |wanted: &[u8]| bytes.windows(wanted.len()).any(|it| it == wanted);
        assert!(!sent(b"8;5;") && !sent(b"8;2;"), "{term}");
        let coloured = (0..8).any(|it| sent(format!("3{it}m").as_bytes()) || sent(format!("9{it}m").as_bytes()));
        assert!(coloured, "{term}: no colour at all");
        session.finish();
    }
}

/// The terminal is stopped (Ctrl-S) or a line is so slow that nothing goes through: whoever waits for it is the one that
/// draws, and nobody else.
#[test]
fn while_the_terminal_takes_nothing_a_refresh_goes_on() {
    const FEEDS: usize = 20;
    let server = Hostd::start();
    let gate = Hold::default();
    let world = World::new();
    let mut urls = String::new();
    for number in 0..FEEDS {
        let path = format!("/feed/{number}");
        let body = String::from_utf8(feed(2)).unwrap().replace("Harbour Post", &format!("Post {number}"));
        server.on(&path, [Reply::feed(body).held(&gate)]);
        urls.push_str(&server.url("127.0.0.1", &path));
        urls.push('\n');
    }
    fs::write(world.home().join("urls"), urls).unwrap();
    world.done(&["import", "urls"]);
    let mut session = world.launch(&[]).size(120, 40).start();
    server.wait_for_hits(1);
    session.hold();
    // Whole frames, one a key, until one of them finds no room.
    let deadline = Instant::now() + WAIT_MAX;
    while !writes(&session) {
        assert!(Instant::now() < deadline, "the terminal is never full");
        session.send("\x0c");
        session.wait_until_keys_are_taken();
    }
    let before = session.resident_kib();
    gate.release();
    let library = Connection::open(world.data().join("library.db")).unwrap();
    let stored = || -> i64 { library.query_row("SELECT count(*) FROM article", [], |row| row.get(0)).unwrap() };
    const WANTED: i64 = 2 * FEEDS as i64;
    while stored() < WANTED {
        assert!(Instant::now() < deadline, "{} of {WANTED} articles", stored());
        pause(Duration::from_millis(5));
    }
    assert!(writes(&session), "it was not the terminal that held the reader up");
    let grown = session.resident_kib().saturating_sub(before);
    println!("{grown} KiB more while the terminal took nothing");
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB");
    session.let_go();
    session.wait_for_text("Article 1.");
    session.send("Q");
    assert_eq!(session.finish(), Exit::Code(0));
}

/// Whether the main thread is within write(2) (proc(5), `syscall`).
fn writes(session: &Session) -> bool {
    let number = if cfg!(target_arch = "x86_64") { "1 " } else { "64 " };
    let file = format!("/proc/{}/syscall", session.process().as_raw_nonzero());
    fs::read_to_string(file).is_ok_and(|it| it.starts_with(number))
}

/// Keys come from one terminal and frames go to another, so that only writing fails.
#[test]
fn a_terminal_that_fails_at_a_write_ends_the_reader_with_what_was_done_kept() {
    let world = subscribed(3);
    let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
    let other = NativePtySystem::default().openpty(size).unwrap();
    let screen = other.master.tty_name().unwrap();
    let script = format!("exec \"$0\" --data \"$1\" --offline >{}", screen.display());
    let mut session = world.launch_shell(&[], &script).start();
    let mut frames = other.master.try_clone_reader().unwrap();
    let mut drawn = Vec::new();
    let mut wait_for = |text: &str| {
        let mut buffer = [0; 4096];
        while !drawn.windows(text.len()).any(|it| it == text.as_bytes()) {
            let count = frames.read(&mut buffer).unwrap();
            assert!(count > 0);
            drawn.extend_from_slice(&buffer[..count]);
        }
    };
    wait_for("Article 0.");
    wait_for("Dateline");
    session.send("s");
    // It shows before it is on disk.
    wait_for("★");
    drop(frames);
    drop(other);
    session.send("?");
    let exit = session.wait_exit_within(GONE_WITHIN);
    assert!(matches!(exit, Exit::Code(code) if code != 0 && code != 101), "{exit:?}");
    session.terminal_is_restored().unwrap();
    session.finish();
    assert_eq!(starred(&world), 1);
}

/// As above, where the whole terminal is gone and the signal that says so is ignored.
#[test]
fn a_star_of_the_last_moment_before_the_terminal_is_gone_is_kept() {
    let world = subscribed(3);
    let script = "trap '' HUP; exec \"$0\" --data \"$1\" --offline";
    let mut session = world.launch_shell(&[], script).size(120, 40).start();
    session.wait_for_text("1 of 3");
    session.send("s");
    session.wait_for_text("★");
    session.hang_up();
    session.wait_exit_within(GONE_WITHIN);
    session.finish();
    assert_eq!(starred(&world), 1);
}

/// tmux, with a socket and a configuration of its own.
struct Tmux {
    socket: std::path::PathBuf,
}

impl Tmux {
    /// `None` where there is no tmux.
    #[expect(clippy::print_stdout, reason = "a test that skips must say so")]
    fn start(world: &World) -> Option<Tmux> {
        let tmux = Tmux { socket: world.home().join("tmux") };
        let line = format!("'{}' --data '{}'", program().display(), world.data().display());
        let mut command = tmux.command(world);
        command.args(["new-session", "-d", "-s", "reader", "-x", "120", "-y", "30", &line]);
        if !command.status().is_ok_and(|it| it.success()) {
            println!("not run: there is no tmux");
            return None;
        }
        Some(tmux)
    }

    fn command(&self, world: &World) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-f/dev/null").arg("-S").arg(&self.socket);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", world.home());
        command.env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn wait_for(&self, world: &World, text: &str) {
        let deadline = Instant::now() + WAIT_MAX;
        loop {
            let output = self.command(world).args(["capture-pane", "-p", "-t", "reader"]).output().unwrap();
            let screen = String::from_utf8_lossy(&output.stdout).into_owned();
            if screen.contains(text) {
                return;
            }
            assert!(Instant::now() < deadline, "no “{text}” in\n{screen}");
            pause(Duration::from_millis(10));
        }
    }

    fn send(&self, world: &World, keys: &str) {
        assert!(self.command(world).args(["send-keys", "-t", "reader", keys]).status().unwrap().success());
    }

    /// A client of another size, that is told what to do by lines.
    fn attach(&self, world: &World, size: &str) -> Child {
        let mut command = self.command(world);
        command.args(["-C", "attach", "-t", "reader"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut client = command.spawn().unwrap();
        writeln!(client.stdin.as_mut().unwrap(), "refresh-client -C {size}").unwrap();
        client
    }
}

#[test]
fn a_reader_within_tmux_outlives_its_clients_and_lets_go_of_everything_when_its_window_is_closed() {
    let server = Server::start(vec![
        Page {
            path: "/feed",
            status: "200 OK",
            content_type: "application/rss+xml",
            body: Body::Each(|asked| feed(3 + asked)),
        },
        Page { path: "/silent", status: "200 OK", content_type: "application/rss+xml", body: Body::Never },
    ]);
    let world = World::new();
    fs::write(world.home().join("urls"), format!("{}\n{}\n", server.url("/feed"), server.url("/silent"))).unwrap();
    world.done(&["import", "urls"]);
    let Some(tmux) = Tmux::start(&world) else { return };
    server.wait_until_asked("/silent");
    tmux.wait_for(&world, "Article 2.");
    for size in ["100x40", "160x50", "80x24"] {
        let mut client = tmux.attach(&world, size);
        tmux.send(&world, "j");
        tmux.wait_for(&world, "2 of 3");
        tmux.send(&world, "k");
        tmux.wait_for(&world, "1 of 3");
        // The end of its lines detaches it, as a connection does that drops.
        drop(client.stdin.take());
        client.wait().unwrap();
    }
    tmux.send(&world, "s");
    tmux.wait_for(&world, "article starred");
    assert!(tmux.command(&world).args(["kill-server"]).status().unwrap().success());
    // The lock of the refresh is free, and nothing is half done.
    let deadline = Instant::now() + GONE_WITHIN + WAIT_MAX;
    loop {
        let again = world.run(&["refresh", "--all", "--json", &server.url("/feed")]);
        let said = String::from_utf8_lossy(&again.stdout).into_owned();
        if said.contains("\"articles_new\":1") {
            break;
        }
        assert!(Instant::now() < deadline, "{said}\n{}", String::from_utf8_lossy(&again.stderr));
    }
    assert_eq!(starred(&world), 1);
    world.done(&["doctor", "--json"]);
}

/// A shell that had it meanwhile may have set it as it likes.
#[test]
fn after_a_stop_that_nobody_hears_keys_and_frames_are_as_before() {
    let world = subscribed(3);
    let mut session = world.launch(&["--offline"]).size(120, 40).start();
    session.wait_for_text("1 of 3");
    let ours = session.terminal_settings();
    for round in 0..5 {
        session.signal(rustix::process::Signal::STOP);
        session.spoil();
        let sent = session.bytes().len();
        // Of another size by the time it goes on.
        session.resize(100 + round, 30);
        session.signal(rustix::process::Signal::CONT);
        session.wait_for_bytes("the screen again", |bytes| bytes[sent..].windows(8).any(|it| it == b"\x1b[?1049h"));
        session.wait_for_frame("a frame", |screen| {
            screen.rows(0, 100 + round).last().is_some_and(|it| it.contains("1 of 3"))
        });
        assert_eq!(session.terminal_settings(), ours);
        session.send("j");
        session.wait_for_text("2 of 3");
        session.send("k");
        session.wait_for_text("1 of 3");
    }
    session.send(CONTROL_C);
    assert_eq!(session.wait_exit(), Exit::Code(0));
    session.terminal_is_restored().unwrap();
    session.finish();
}
