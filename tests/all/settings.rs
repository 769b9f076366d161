//! The person's settings and their terminal, from outside: mistakes are all said before anything is touched, a file that
//! is saved is taken up, what is changed in the reader is written back, and every kind of terminal gets what it can show.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::loopback::{Body, Page, Server};
use super::pty::{ENTER, Exit, Launch, Session};
use super::world::{World, program};

fn config_file(world: &World) -> PathBuf {
    world.home().join(".config/dateline/config.toml")
}

fn save(world: &World, text: &[u8]) {
    let file = config_file(world);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    // As editors do: another file takes its place.
    let beside = file.with_extension("new");
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, &file).unwrap();
}

fn started(launch: Launch) -> Session {
    let session = launch.start();
    session.wait_for_text("No feeds yet");
    session
}

#[test]
fn all_mistakes_are_said_at_once_and_nothing_is_touched() {
    let world = World::new();
    let text = "# mine\n\
        them = \"dark\"\n\
        linear = \"yes\"\n\
        linear = false\n\
        \ttheme = \"drak\"\n\
        reader = 3\n\
        [refresh]\n\
        interval = 0\n\
        [raeder]\n\
        measure = 60\n\
        [list]\n\
        rows = \"three\"\n\
        measure = 500\n\
        [fetch]\n\
        timeout = \"1 fortnight\"\n\
        at_once = -1\n\
        feed_max = 1e308\n\
        page_max = \"1GiB\"\n\
        [keys]\n\
        preset = \"vim\"\n\
        togle-star = [\"m\"]\n\
        search = [\"gg\", \"<nope>\"]\n\
        tag = 3\n\
        down = [\"x\"]\n\
        up = [\"x\"]\n";
    save(&world, text.as_bytes());
    for arguments in [&["list"][..], &["refresh"], &["doctor"]] {
        let output = world.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!("settings_mistakes", said);
        });
    }
    assert!(!world.data().exists(), "nothing was made");
    assert!(world.run(&["generate", "config"]).status.success(), "what helps to mend them works");
    // In a terminal not one byte is sent before the sentences.
    let session = world.launch(&[]).start();
    assert_eq!(session.wait_exit(), Exit::Code(2));
    assert!(!session.bytes().contains(&0x1b), "{}", session.screen());
    session.finish();
}

#[test]
fn a_file_that_is_none_is_refused_in_a_sentence() {
    let world = World::new();
    let folder = world.home().join("folder");
    fs::create_dir(&folder).unwrap();
    let pipe = world.home().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let gone = world.home().join("gone.toml");
    for (path, said) in [
        (folder.as_path(), "is a folder"),
        (pipe.as_path(), "is a pipe or a device"),
        (std::path::Path::new("/dev/zero"), "is a pipe or a device"),
        (gone.as_path(), "There is no file"),
    ] {
        let output = world.run(&["--config", &path.to_string_lossy(), "list"]);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{errors}");
        assert!(errors.contains(said) && errors.lines().count() == 1, "{errors}");
    }
    assert!(!world.data().exists());
    save(&world, b"theme = \"dark\"\nbrowser = \"caf\xe9\"\n");
    let output = world.run(&["list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("config.toml:2:15: this letter is not UTF-8"));
    save(&world, b"\xef\xbb\xbfcolor = \"none\"\r\nlinear = false\r\n");
    assert!(world.run(&["list"]).status.success(), "a byte-order mark and CRLF are no mistakes");
}

#[test]
fn without_settings_none_are_made_and_a_config_without_a_home_is_not_needed() {
    let world = World::new();
    world.done(&["list"]);
    assert!(!world.home().join(".config").exists());
    let output = Command::new(program())
        .args(["--data", &world.data().to_string_lossy(), "list"])
        .env_clear()
        .env("XDG_CONFIG_HOME", "relative")
        .current_dir(world.home())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_shipped_settings_are_accepted_as_a_persons_own() {
    let world = World::new();
    let shipped = world.done(&["generate", "config"]);
    save(&world, shipped.as_bytes());
    world.done(&["list"]);
}

/// From the file to the network: a feed that is larger than is set is not read.
#[test]
fn the_largest_feed_that_is_read_is_as_it_is_set() {
    let mut feed = b"<rss version='2.0'><channel><title>Large</title><item><title>One</title><description>".to_vec();
    feed.resize(1_500_000, b'x');
    feed.extend(b"</description></item></channel></rss>");
    let page = Page { path: "/feed", status: "200 OK", content_type: "application/rss+xml", body: Body::Bytes(feed) };
    let server = Server::start(vec![page]);
    let world = World::new();
    save(&world, b"[fetch]\nfeed_max = \"1MiB\"\n");
    let output = world.run(&["add", &server.url("/feed")]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("sent more than 1 MB"), "{said}");
    save(&world, b"[fetch]\nfeed_max = \"2MiB\"\n");
    world.done(&["add", &server.url("/feed")]);
}

#[test]
fn what_is_saved_is_taken_up_and_mistakes_leave_what_was() {
    let world = World::new();
    let session = started(world.launch(&[]));
    let ascii = |screen: &vt100::Screen| !screen.contents().contains('─');
    session.wait_for("lines", |screen| !ascii(screen));
    // The folder is made while the reader runs.
    save(&world, b"symbols = \"ascii\"\n");
    session.wait_for("lines in ASCII", ascii);
    save(&world, b"symbols = \"unicode\"\nliner = true\n");
    session.wait_for_text("`liner` is not a setting");
    session.wait_for("what was", ascii);
    save(&world, b"symbols = \"unicode\"\n");
    session.wait_for("lines again", |screen| !ascii(screen));
    fs::remove_file(config_file(&world)).unwrap();
    save(&world, b"linear = true\n");
    session.wait_for_text("Articles: ");
    session.quit();
}

#[test]
fn what_is_changed_in_the_reader_stands_in_the_file_with_the_comments_kept() {
    let world = World::new();
    let mut session = started(world.launch(&[]));
    session.send("g,");
    session.wait_for_text("config.toml");
    session.send("4G");
    session.send(ENTER);
    session.wait_for("the list of settings in plain lines", |screen| !screen.contents().contains('▌'));
    assert_eq!(fs::read_to_string(config_file(&world)).unwrap(), "linear = true\n");
    save(&world, b"# mine\nlinear = false # not now\n");
    session.wait_for("the settings with marks", |screen| screen.contents().contains('▌'));
    session.send(ENTER);
    session.wait_for("plain lines again", |screen| !screen.contents().contains('▌'));
    assert_eq!(fs::read_to_string(config_file(&world)).unwrap(), "# mine\nlinear = true # not now\n");
    session.quit();
}

#[test]
fn the_answer_about_the_background_is_followed_and_never_acts_as_keys() {
    let world = World::new();
    let mut session = started(world.launch(&[]).variable("COLORTERM", "truecolor"));
    session.wait_for_bytes("the question", |bytes| bytes.windows(7).any(|it| it == b"\x1b]11;?\x1b"));
    assert!(!session.bytes().windows(5).any(|it| it == b"38;2;"), "the first frame waits for no answer");
    // Torn, late, with a key before and one behind it.
    session.send("g\x1b]11;rgb:1e1e/1e");
    session.send("1e/2e2e\x1b\\f");
    session.wait_for_bytes("colours for a dark background", |bytes| bytes.windows(5).any(|it| it == b"38;2;"));
    session.wait_for("the tree in focus", |screen| screen.contents().contains("enter"));
    session.send("\x1b");
    session.send("?");
    session.wait_for_text("go one line down");
    session.quit();
}

/// Whether any colour was sent, in whatever way (SGR: 30–38, 40–48, 90–97, 100–107).
fn has_colour(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let looks = text.split("\x1b[").skip(1).filter_map(|it| it.split_once('m')).map(|it| it.0);
    let is_colour = |number: u16| matches!(number, 30..=38 | 40..=48 | 90..=97 | 100..=107);
    looks.filter(|it| it.bytes().all(|it| it.is_ascii_digit() || it == b';')).any(|it| {
        // What follows 38 are parts of a colour; the first number that is one decides.
        it.split(';').any(|it| it.parse().is_ok_and(is_colour))
    })
}

/// TERM, COLORTERM, NO_COLOR, LANG: what a terminal of this kind is given.
#[test]
fn every_kind_of_terminal_gets_what_it_can_show() {
    struct Kind {
        environment: &'static [(&'static str, &'static str)],
        /// Whether a colour may be sent at all, and whether by its parts.
        colours: [bool; 2],
        ascii: bool,
        asked: bool,
        keyboard: bool,
    }
    let none = [false, false];
    let plain = Kind { environment: &[], colours: [true, false], ascii: false, asked: true, keyboard: false };
    let kinds = [
        Kind { ..plain },
        Kind { environment: &[("TERM", "xterm")], asked: false, ..plain },
        Kind { environment: &[("TERM", "linux")], asked: false, ..plain },
        Kind { environment: &[("TERM", "vt100")], colours: none, asked: false, ..plain },
        Kind { environment: &[("TERM", "")], colours: none, asked: false, ..plain },
        Kind { environment: &[("TERM", "unheard-of")], asked: false, ..plain },
        Kind { environment: &[("NO_COLOR", "1")], colours: none, asked: false, ..plain },
        Kind { environment: &[("LANG", "C")], ascii: true, ..plain },
        Kind { environment: &[("LC_ALL", "de_DE.ISO-8859-1"), ("LANG", "C.UTF-8")], ascii: true, ..plain },
        Kind { environment: &[("TERM", "xterm-kitty")], keyboard: true, ..plain },
        Kind { environment: &[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux")], ..plain },
    ];
    for kind in kinds {
        let world = World::new();
        let mut launch = world.launch(&[]);
        for (name, value) in kind.environment {
            launch = launch.variable(name, value);
        }
        let mut session = started(launch);
        // An empty reader has nothing in colour; its keys are.
        session.send("?");
        session.wait_for_text("go one line down");
        session.send("q");
        session.wait_for_text("No feeds yet");
        let name = kind.environment;
        let screen = session.screen();
        assert_eq!(screen.contains('─'), !kind.ascii, "{name:?}\n{screen}");
        let bytes = session.bytes();
        let sent = |wanted: &[u8]| bytes.windows(wanted.len()).any(|it| it == wanted);
        assert_eq!([has_colour(&bytes), sent(b"8;2;")], kind.colours, "{name:?}");
        assert_eq!(sent(b"\x1b]11;?"), kind.asked, "{name:?}");
        assert_eq!(sent(b"\x1b[>1u"), kind.keyboard, "{name:?}");
        session.quit();
    }
    let world = World::new();
    let dumb = world.launch(&[]).variable("TERM", "dumb").start();
    assert_eq!(dumb.wait_exit(), Exit::Code(1));
    assert!(dumb.screen().contains("can't show the reader") && !dumb.bytes().contains(&0x1b));
    dumb.finish();
    let output = world.run(&[]);
    assert_eq!(output.status.code(), Some(1), "no terminal at all");
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
}
