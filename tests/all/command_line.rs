//! A person at the command line: what is typed is understood where it can be, and where it can't the answer says what to
//! type instead, with exit code 2 and nothing made anywhere.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::world::{World, program};

/// The program in an empty folder, with nothing but this environment.
fn run(folder: &Path, environment: &[(&str, &OsStr)], words: &[&OsStr]) -> Output {
    let mut command = Command::new(program());
    command.args(words).env_clear().current_dir(folder).stdin(Stdio::null());
    command.envs(environment.iter().copied()).output().expect("the program runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).expect("a folder").next().is_none()
}

/// An environment, what is typed in it, and what must be said.
type Case<'a> = (&'a [(&'a str, &'a OsStr)], &'a [&'a OsStr], &'a str);

/// Services and bare containers have no HOME; a mistyped option or file is everybody's.
#[test]
fn wrong_usage_is_said_with_exit_code_2_and_nothing_is_made() {
    let home = OsString::from("/nonexistent-home");
    let bytes = OsStr::from_bytes(b"no-\xff-such.toml");
    let cases: &[Case<'_>] = &[
        (&[("HOME", &home)], &["--nonsense".as_ref()], "--nonsense"),
        (&[("HOME", &home)], &["lst".as_ref()], "list"),
        (&[("HOME", &home)], &["--config".as_ref(), "missing.toml".as_ref(), "feeds".as_ref()], "missing.toml"),
        (&[("HOME", &home)], &["--config".as_ref(), bytes, "feeds".as_ref()], "such.toml"),
        (&[("HOME", &home)], &["add".as_ref(), OsStr::from_bytes(b"https://\xff.example/")], "UTF-8"),
        (&[], &["feeds".as_ref()], "dateline --data FOLDER"),
        (&[], &[], "dateline --data FOLDER"),
        (&[("XDG_DATA_HOME", "relative".as_ref())], &["list".as_ref()], "dateline --data FOLDER"),
        (&[("HOME", "relative".as_ref())], &["refresh".as_ref()], "dateline --data FOLDER"),
        (&[("HOME", &home)], &["list".as_ref(), "--unread".as_ref()], "one dash leaves a word out"),
        (&[("HOME", &home)], &["list".as_ref(), "-n".as_ref(), "5".as_ref()], "-n"),
    ];
    for (environment, words, expected) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let output = run(folder.path(), environment, words);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains(expected), "{words:?}: {said}");
        assert!(is_empty(folder.path()), "{words:?} made something");
    }
}

/// The XDG Base Directory Specification: a relative path is invalid and to be ignored.
#[test]
fn a_relative_xdg_folder_is_passed_over_where_there_is_a_home() {
    let (home, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let environment = [("HOME", home.path().as_os_str()), ("XDG_DATA_HOME", OsStr::new("relative"))];
    let output = run(folder.path(), &environment, &["feeds".as_ref()]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(is_empty(folder.path()));
    assert!(home.path().join(".local/share/dateline/library.db").exists());
}

#[test]
fn a_folder_whose_name_is_no_utf_8_holds_a_library_like_any() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join(OsStr::from_bytes(b"d\xffta"));
    let output = run(
        folder.path(),
        &[("HOME", folder.path().as_os_str())],
        &["--data".as_ref(), data.as_os_str(), "doctor".as_ref()],
    );
    assert!(output.status.success(), "{}", said(&output));
    assert!(data.join("library.db").exists());
}

#[test]
fn a_query_may_leave_words_out_from_its_first_one_on() {
    let world = World::new();
    for title in ["Fish market", "Tide table", "Fish and tide"] {
        let path = world.home().join("page.txt");
        std::fs::write(&path, format!("{title}\n\nA text about it that is long enough to be one.\n")).expect("a file");
        world.done(&["save", "page.txt"]);
    }
    let titles = |words: &[&str]| -> Vec<String> {
        let objects = world.objects(&[&["list"], words, &["--json"]].concat());
        objects.iter().map(|it| it["title"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(titles(&["-tide"]), ["Fish market"]);
    assert_eq!(titles(&["-fish", "tide"]), ["Tide table"]);
    assert_eq!(titles(&["--limit", "1", "-tide"]), ["Fish market"]);
    // What it says it did, it did: a tag put on and taken off again where changes and query both begin with a dash.
    world.done(&["tag", "+later", "-tide"]);
    assert_eq!(titles(&["#later"]), ["Fish market"]);
    world.done(&["tag", "-later", "-tide"]);
    assert_eq!(titles(&["#later"]).len(), 0);
    assert!(world.done(&["export", "-tide", "--format", "opml"]).contains("<opml"));
}
