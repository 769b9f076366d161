//! Lines that were entered before, to be gone through with Up and Down: those of the command line, and those that look for
//! something. They outlive the program, but for what may hold a secret: that is forgotten with its end.

use crate::news::{CleanText, CleanUrl, Limit};

/// Lines that are remembered of each kind.
pub const LINES_MAX: usize = 200;
/// A longer line is not worth keeping beyond the program's end.
const KEPT_CHARS_MAX: usize = 500;
/// Where one of these stands in a line, something may stand beside it that is nobody else's business.
const TELLTALE: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "authorization",
    "bearer",
    "cookie",
    "credential",
];

/// The lines, oldest first, none of them twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    lines: Vec<String>,
}

impl History {
    /// Lines that were kept, oldest first.
    pub fn of(kept: impl IntoIterator<Item = String>) -> History {
        let mut history = History::default();
        kept.into_iter().for_each(|it| history.add(&it));
        history
    }

    /// A line was entered: it is the newest now, and stands nowhere else.
    pub fn add(&mut self, line: &str) {
        let line = CleanText::line(line, Limit::SENTENCE);
        if line.is_empty() {
            return;
        }
        self.lines.retain(|it| it != line.as_str());
        self.lines.push(line.to_string());
        if self.lines.len() > LINES_MAX {
            self.lines.remove(0);
        }
    }

    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// The line before `now`, or after it, among those that begin like `typed`. `None` where there is none.
    pub fn step(&self, older: bool, now: &str, typed: &str) -> Option<&str> {
        let begin_so: Vec<&str> = self.lines.iter().map(String::as_str).filter(|it| it.starts_with(typed)).collect();
        let at = begin_so.iter().position(|it| *it == now);
        let found = match (older, at) {
            (true, None) => begin_so.last(),
            (true, Some(at)) => at.checked_sub(1).and_then(|it| begin_so.get(it)),
            (false, Some(at)) => begin_so.get(at + 1),
            (false, None) => None,
        };
        found.copied()
    }

    /// What may outlive the program.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(String::as_str).filter(|it| may_be_kept(it))
    }
}

/// Whether a line holds nothing that looks like a secret: no name and password in an address, no program's own line for a
/// feed, no word that tells of one.
fn may_be_kept(line: &str) -> bool {
    let lower = line.to_lowercase();
    let runs_a_program = lower.contains("exec:") || lower.contains("filter:");
    let with_secrets = |word: &str| {
        let address = word.find("://").map(|at| {
            let scheme = word[..at].rfind(|it: char| !it.is_ascii_alphanumeric()).map_or(0, |it| it + 1);
            word[scheme..].trim_end_matches(['"', '\''])
        });
        address.is_some_and(|it| match CleanUrl::parse(it) {
            Ok(url) => url.without_secrets() != url,
            Err(_) => it.contains('@'),
        })
    };
    line.chars().count() <= KEPT_CHARS_MAX
        && !runs_a_program
        && !TELLTALE.iter().any(|it| lower.contains(it))
        && !line.split_whitespace().any(with_secrets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_once_and_the_oldest_go_first() {
        let mut history = History::of(["a", "b", "a", ""].map(str::to_owned));
        assert_eq!(history.lines(), ["b", "a"]);
        (0..LINES_MAX).for_each(|it| history.add(&it.to_string()));
        assert_eq!((history.lines().len(), history.lines()[0].as_str()), (LINES_MAX, "0"));
    }

    #[test]
    fn one_goes_through_the_lines_that_begin_like_what_was_typed() {
        let history = History::of(["sort title", "tag +a", "sort date"].map(str::to_owned));
        assert_eq!(history.step(true, "so", "so"), Some("sort date"));
        assert_eq!(history.step(true, "sort date", "so"), Some("sort title"));
        assert_eq!(history.step(true, "sort title", "so"), None);
        assert_eq!(history.step(false, "sort title", "so"), Some("sort date"));
        assert_eq!(history.step(false, "sort date", "so"), None);
        assert_eq!(history.step(true, "", ""), Some("sort date"));
    }

    #[test]
    fn what_may_be_a_secret_does_not_outlive_the_program() {
        let secrets = [
            "subscribe https://me:pw@example.org/feed",
            "add https://example.org/feed?token=8f3a",
            "subscribe exec:curl -u me:pw https://example.org",
            "pipe curl -H 'Authorization: Basic x'",
            "pipe \"https://me:pw@example.org/\"",
            "subscribe ftp://me:pw@example.org",
        ];
        let harmless = ["tag +later -inbox", "unread #rust @3d", "subscribe https://example.org/feed", "pipe wc -w"];
        let history = History::of(secrets.iter().chain(&harmless).map(|it| (*it).to_owned()));
        assert_eq!(history.lines().len(), secrets.len() + harmless.len(), "all are there while the program runs");
        assert_eq!(history.kept().collect::<Vec<_>>(), harmless);
    }
}
