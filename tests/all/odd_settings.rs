//! Settings that are none: a file that is missing, empty, endless, not to be read, or no file; and a first start in a place
//! where nothing has been set and no network is.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::pty::Exit;
use super::world::{World, program};

/// A gigabyte takes longer to read, and a pipe that nobody writes into takes for ever.
const REFUSED_WITHIN: Duration = Duration::from_secs(10);
const NOBODY: &str = "54321";

#[test]
fn a_first_start_offline_shows_how_to_begin_and_writes_no_settings() {
    let world = World::new();
    for empty in [false, true] {
        let settings = world.home().join(".config/dateline/config.toml");
        if empty {
            fs::create_dir_all(settings.parent().unwrap()).unwrap();
            File::create(&settings).unwrap();
        }
        let mut session = world.launch(&["--offline"]).start();
        session.wait_for_text("Three ways to begin");
        session.send("?");
        session.wait_for_text("go one line down");
        session.send("qR");
        session.wait_for_text("Started with --offline");
        session.send("Q");
        assert_eq!(session.wait_exit(), Exit::Code(0));
        session.terminal_is_restored().unwrap();
        session.finish();
        assert_eq!(settings.exists(), empty);
        assert!(!empty || fs::read(&settings).unwrap().is_empty());
        let made: Vec<_> = fs::read_dir(world.home()).unwrap().map(|it| it.unwrap().file_name()).collect();
        let only_ours = made.iter().all(|it| it == "data" || empty && it == ".config");
        assert!(only_ours, "{made:?}");
    }
}

#[test]
fn whatever_stands_in_the_place_of_the_settings_is_refused_in_a_sentence_and_soon() {
    let world = World::new();
    let place = world.home().join(".config/dateline");
    fs::create_dir_all(&place).unwrap();
    let file = place.join("config.toml");
    let within = |name: &str| world.home().join(name);
    let cases: &[(&str, &dyn Fn(), &str)] = &[
        ("a gigabyte", &|| File::create(&file).unwrap().set_len(1 << 30).unwrap(), "larger than 1 MiB"),
        ("a byte too many", &|| fs::write(&file, vec![b'#'; (1 << 20) + 1]).unwrap(), "larger than 1 MiB"),
        ("a folder", &|| fs::create_dir(&file).unwrap(), "is a folder"),
        ("a pipe", &|| assert!(Command::new("mkfifo").arg(&file).status().unwrap().success()), "is a pipe or a device"),
        ("an endless device", &|| symlink("/dev/zero", &file).unwrap(), "is a pipe or a device"),
        ("a link to itself", &|| symlink(&file, &file).unwrap(), "can't be read"),
        ("a link to nowhere", &|| symlink(within("gone"), &file).unwrap(), "leads nowhere"),
        ("a link to a gigabyte", &|| symlink(within("large"), &file).unwrap(), "larger than 1 MiB"),
    ];
    File::create(within("large")).unwrap().set_len(1 << 30).unwrap();
    for (name, make, expected) in cases {
        make();
        for named in [false, true] {
            let path = file.to_string_lossy().into_owned();
            let args: &[&str] = if named { &["--config", &path, "list"] } else { &["list"] };
            let began = Instant::now();
            let output = world.run(args);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(began.elapsed() < REFUSED_WITHIN, "{name}: {:?}", began.elapsed());
            assert_eq!(output.status.code(), Some(2), "{name}: {said}");
            assert!(said.contains(expected) && said.lines().count() == 1, "{name}: {said}");
        }
        if fs::symlink_metadata(&file).unwrap().is_dir() {
            fs::remove_dir(&file).unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
    }
    assert!(!world.data().exists(), "something was made");
    // A mebibyte is read.
    fs::write(&file, vec![b'#'; 1 << 20]).unwrap();
    world.done(&["list"]);
}

/// Permissions bind nobody who is root, so somebody else must try.
#[test]
fn settings_that_may_not_be_read_are_refused_in_a_sentence() {
    let world = World::new();
    let place = world.home().join(".config/dateline");
    fs::create_dir_all(&place).unwrap();
    let file = place.join("config.toml");
    fs::write(&file, "linear = true\n").unwrap();
    let own = Command::new("chown").args(["-R", NOBODY]).arg(world.home()).stderr(Stdio::null()).status();
    let run = |home: &Path| {
        Command::new("setpriv")
            .args(["--reuid", NOBODY, "--clear-groups"])
            .arg(program())
            .arg("--data")
            .arg(home.join("data"))
            .arg("list")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .current_dir(home)
            .stdin(Stdio::null())
            .output()
    };
    let able = own.is_ok_and(|it| it.success()) && run(world.home()).is_ok_and(|it| it.status.success());
    if !able {
        println!("not run: becoming another user takes root and setpriv");
        return;
    }
    for (what, mode) in [(&file, 0o000), (&file, 0o200), (&place, 0o000)] {
        fs::set_permissions(what, fs::Permissions::from_mode(mode)).unwrap();
        let output = run(world.home()).unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        fs::set_permissions(what, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(output.status.code(), Some(2), "{}: {said}", what.display());
        assert!(said.contains("may not be read by you. Check its permissions."), "{}: {said}", what.display());
    }
    assert!(run(world.home()).unwrap().status.success());
}

/// A time, a size, a number: each of what people write by mistake is refused with what may stand there.
#[test]
fn a_value_beyond_its_bounds_is_refused_with_the_bounds() {
    let world = World::new();
    let place = world.home().join(".config/dateline");
    fs::create_dir_all(&place).unwrap();
    let odd =
        ["0", "-1", "1e308", "\"1 fortnight\"", "nan", "inf", "9223372036854775808", "\"\"", "[]", "true", "\"∞\""];
    for (section, name, range) in [
        ("fetch", "timeout", "a time from \"5s\" to \"5min\""),
        ("fetch", "at_once", "a whole number from 1 to 64"),
        ("fetch", "feed_max", "a size from \"1MiB\" to \"10MiB\""),
        ("fetch", "page_max", "a size from \"1MiB\" to \"10MiB\""),
        ("reader", "measure", "a whole number from 40 to 120"),
    ] {
        for value in odd {
            fs::write(place.join("config.toml"), format!("[{section}]\n{name} = {value}\n")).unwrap();
            let output = world.run(&["list"]);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(2), "{name} = {value}: {said}");
            // What TOML itself can't read has no value to be measured.
            let unread = value == "9223372036854775808";
            assert!(said.contains(range) || unread, "{name} = {value}: {said}");
            assert!(said.starts_with("config.toml:2:"), "{name} = {value}: {said}");
        }
    }
    assert!(!world.data().exists());
}
