//! The words typed, put in an order that the parser of options understands: a query may leave words out with `-`, and
//! `dateline list -#politics unread --json` is what anybody would type. Adds nothing and leaves nothing out.

use std::ffi::OsString;

use clap::CommandFactory;

use super::arguments::Arguments;

/// Commands whose words are a query.
const WITH_A_QUERY: &[&str] = &["list", "tag", "export"];

/// The words of a query, each in its place, behind all options and `--`.
pub fn ordered(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut command = Arguments::command();
    command.build();
    let mut words = words.into_iter();
    let mut out: Vec<OsString> = words.next().into_iter().collect();
    let mut current = &command;
    let mut query = Vec::new();
    while let Some(word) = words.next() {
        let text = word.to_string_lossy().into_owned();
        let asks = takes_a_query(current);
        if text == "--" && asks {
            query.extend(words.by_ref());
        } else if text == "--" {
            out.push(word);
            out.extend(words.by_ref());
        } else if let Some(name) = text.strip_prefix("--") {
            out.push(word);
            if takes_a_value(current, name) {
                out.extend(words.next());
            }
        } else if asks && !is_option(&text) {
            query.push(word);
        } else {
            current = current.find_subcommand(&word).unwrap_or(current);
            out.push(word);
        }
    }
    if !query.is_empty() {
        out.push(OsString::from("--"));
        out.append(&mut query);
    }
    out
}

/// Whether the words are those of a command that asks the library something.
pub fn ask_something(words: &[OsString]) -> bool {
    words.iter().any(|it| WITH_A_QUERY.iter().any(|name| it == name))
}

fn takes_a_query(command: &clap::Command) -> bool {
    WITH_A_QUERY.contains(&command.get_name())
}

/// `-h` and the like: a dash and one letter are an option, or a mistake that is best named as one.
fn is_option(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 2 && bytes[0] == b'-' && bytes[1].is_ascii_alphabetic()
}

fn takes_a_value(command: &clap::Command, name: &str) -> bool {
    let takes = |it: &clap::Arg| it.get_long() == Some(name) && it.get_action().takes_values();
    command.get_arguments().any(takes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(line: &str) -> String {
        let words = ordered(line.split(' ').map(OsString::from));
        words.iter().map(|it| it.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_query_may_begin_with_a_dash_wherever_options_stand() {
        for (typed, ordered) in [
            ("d list -#politics unread --json", "d list --json -- -#politics unread"),
            ("d --data D list --limit 5 -feed:heise -unread", "d --data D list --limit 5 -- -feed:heise -unread"),
            ("d tag -inbox -later @7d", "d tag -- -inbox -later @7d"),
            ("d tag +later -- -x", "d tag -- +later -x"),
            ("d export -#x --format opml --to - y", "d export --format opml --to - -- -#x y"),
            ("d list --limit=3 (a or -b)", "d list --limit=3 -- (a or -b)"),
            ("d list -h", "d list -h"),
            ("d list -n 5", "d list -n -- 5"),
            ("d list --unread", "d list --unread"),
            ("d list", "d list"),
            ("d add -- -x", "d add -- -x"),
            ("d refresh --all", "d refresh --all"),
            ("d", "d"),
        ] {
            assert_eq!(order(typed), ordered);
        }
    }
}
