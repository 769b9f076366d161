//! Opening an address in the person's browser: one argument, never through a shell, with nothing to write on.

use std::process::{Command, Stdio};

use crate::news::CleanUrl;

/// Opens `url` with the program that a person has set, if one is, and waits until the program that opens it says whether it did.
///
/// # Errors
/// A sentence with the next step, where no program could open it.
pub fn open(url: &CleanUrl, set: &str) -> Result<(), String> {
    open_with(candidates(url, set, std::env::var("BROWSER").ok().as_deref()), url)
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

fn open_with(commands: Vec<Command>, url: &CleanUrl) -> Result<(), String> {
    for mut command in commands {
        let finished = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if finished.is_ok_and(|status| status.success()) {
            return Ok(());
        }
    }
    Err(format!(
        "No browser could be started for {}. y copies the address; BROWSER may name a program.",
        url.without_secrets()
    ))
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
        assert!(refusal.contains("y copies") && !refusal.contains("pw"), "{refusal}");
    }
}
