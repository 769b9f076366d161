//! Opening an address in the person's browser or player: one argument, never through a shell, with nothing to write on.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::news::{COPY_THE_ADDRESS, CleanUrl};

/// A program that has not failed by then has opened the address: many browsers run for as long as their window.
const FAILS_WITHIN: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Browsers that draw on the terminal, which is ours.
const NEED_A_TERMINAL: &[&str] = &["w3m", "lynx", "links", "links2", "elinks", "browsh", "carbonyl", "chawan", "cha"];

/// Opens `url` in the browser, the one that is `set` if one is. Where the program goes on running it is given back, to be waited for.
///
/// # Errors
/// A sentence with the next step, where no program could open it.
pub fn open(url: &CleanUrl, set: &str) -> Result<Option<Child>, String> {
    open_with(candidates(url, set, std::env::var("BROWSER").ok().as_deref()), url)
}

/// Plays `url` in mpv, or opens it in the browser where there is no mpv.
///
/// # Errors
/// As [`open`].
pub fn play(url: &CleanUrl, set: &str) -> Result<Option<Child>, String> {
    let mut commands = vec![player(&[url])];
    commands.extend(candidates(url, set, std::env::var("BROWSER").ok().as_deref()));
    open_with(commands, url)
}

/// Plays what is to be heard or seen in one player, one after the other, and opens the rest; where there is no mpv all of
/// it in the browser. Gives the programs that go on running.
///
/// # Errors
/// As [`open`], for the first that could not be opened.
pub fn play_all(found: &[(CleanUrl, bool)], set: &str) -> Result<Vec<Child>, String> {
    let to_play: Vec<&CleanUrl> = found.iter().filter(|it| it.1).map(|it| &it.0).collect();
    let mut running = Vec::new();
    let mut played = false;
    if let Some(first) = to_play.first()
        && let Ok(child) = open_with(vec![player(&to_play)], first)
    {
        played = true;
        running.extend(child);
    }
    for (url, plays) in found {
        if !(played && *plays) {
            running.extend(open(url, set)?);
        }
    }
    Ok(running)
}

fn player(urls: &[&CleanUrl]) -> Command {
    let mut player = Command::new("mpv");
    player.args(["--no-terminal", "--force-window=yes", "--"]);
    player.args(urls.iter().map(|it| it.as_str()));
    player
}

/// The commands to try, in turn: what is set, what `BROWSER` names (parted by colons, `%s` stands for the address), then
/// the system's own ways.
fn candidates(url: &CleanUrl, set: &str, browsers: Option<&str>) -> Vec<Command> {
    let mut commands = Vec::new();
    let named = std::iter::once(set).chain(browsers.unwrap_or_default().split(':'));
    for template in named.filter(|it| !it.trim().is_empty()) {
        let mut words = template.split_whitespace();
        let Some(program) = words.next() else { continue };
        let mut command = Command::new(program);
        let mut address_given = false;
        for word in words {
            if word == "%s" || word == "%u" {
                command.arg(url.as_str());
                address_given = true;
            } else {
                command.arg(word);
            }
        }
        if !address_given {
            command.arg(url.as_str());
        }
        commands.push(command);
    }
    commands.extend(open::commands(url.as_str()));
    commands
}

fn open_with(commands: Vec<Command>, url: &CleanUrl) -> Result<Option<Child>, String> {
    let mut needs_terminal = None;
    for mut command in commands {
        let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
        if NEED_A_TERMINAL.contains(&name.as_str()) {
            needs_terminal = Some(name);
            continue;
        }
        // In a group of its own it is no part of what the terminal's keys stop and end, and may not change the terminal.
        command.process_group(0);
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = spawned else { continue };
        let began = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(None),
                Ok(Some(_)) | Err(_) => break,
                Ok(None) if began.elapsed() >= FAILS_WITHIN => return Ok(Some(child)),
                Ok(None) => std::thread::sleep(LOOK_EVERY),
            }
        }
    }
    let address = url.without_secrets();
    Err(match needs_terminal {
        Some(name) => {
            format!(
                "{name} needs a terminal of its own, so {address} was not opened; another can be set. {COPY_THE_ADDRESS}"
            )
        }
        None => format!(
            "No browser could be started for {address}; one can be set, or named in BROWSER. {COPY_THE_ADDRESS}"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(command: &Command) -> Vec<String> {
        command.get_args().map(|it| it.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn an_address_is_one_argument_whatever_it_holds() {
        let url = CleanUrl::parse("http://example.org/$(touch P)`touch P`;touch P|'\"%0a").unwrap();
        for template in ["firefox", "sh -c", "firefox --new-tab %s"] {
            let command = &candidates(&url, "", Some(template))[0];
            let given = arguments(command);
            assert_eq!(given.last().map(String::as_str), Some(url.as_str()));
            assert!(!url.as_str().starts_with('-'));
        }
    }

    #[test]
    fn the_program_that_is_set_goes_before_all_others() {
        let url = CleanUrl::parse("https://example.org/").unwrap();
        let command = &candidates(&url, "lynx -nocolor %s", Some("firefox"))[0];
        assert_eq!(command.get_program(), "lynx");
        assert_eq!(arguments(command), ["-nocolor", "https://example.org/"]);
    }

    #[test]
    fn without_a_browser_the_address_can_be_copied() {
        let url = CleanUrl::parse("https://me:pw@example.org/").unwrap();
        let refusal = open_with(vec![Command::new("/nonexistent/browser")], &url).unwrap_err();
        assert!(refusal.contains("Copy the address") && !refusal.contains("pw"), "{refusal}");
    }

    #[test]
    fn a_browser_that_fails_is_followed_by_the_next() {
        let url = CleanUrl::parse("https://example.org/").unwrap();
        assert!(open_with(vec![Command::new("false"), Command::new("true")], &url).unwrap().is_none());
        assert!(open_with(vec![Command::new("false")], &url).is_err());
    }

    #[test]
    fn a_browser_that_runs_as_long_as_its_window_has_opened_the_page() {
        let url = CleanUrl::parse("https://example.org/").unwrap();
        let mut window = Command::new("sleep");
        window.arg("600");
        let mut child = open_with(vec![window], &url).unwrap().expect("it goes on");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_browser_that_draws_on_the_terminal_is_not_let_at_ours() {
        let url = CleanUrl::parse("https://example.org/").unwrap();
        let refusal = open_with(vec![Command::new("/usr/bin/w3m")], &url).unwrap_err();
        assert!(refusal.starts_with("w3m needs a terminal of its own"), "{refusal}");
    }
}
