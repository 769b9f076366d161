//! A feed as lists show it, and the folder it stands in.

use std::fmt;

use super::{CleanText, CleanUrl, Limit, TagName, Timestamp};

/// The number of a feed in its library. Never used again once given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct FeedId(pub i64);

/// Where a feed's articles come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedKind {
    /// Fetched from its address.
    Fetched,
    /// The built-in feed of saved pages and files, which is never fetched.
    Saved,
}

/// A folder, `World/Asia`. The empty path is the top of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderPath(String);

/// A feed with its health and counts, as the tree and `dateline feeds` show it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedRow {
    pub id: FeedId,
    pub kind: FeedKind,
    /// What a person named it, else what it calls itself, else its host.
    pub title: CleanText,
    /// Where it is fetched from, secrets included; `without_secrets` before showing. `None` for the saved feed.
    pub url: Option<CleanUrl>,
    pub site: Option<CleanUrl>,
    pub folder: FolderPath,
    /// Tags that all its articles inherit when they arrive.
    pub tags: Vec<TagName>,
    pub unread: i64,
    pub articles: i64,
    pub last_success: Option<Timestamp>,
    /// When it may next be fetched without being asked; `None` before the first attempt.
    pub next_due: Option<Timestamp>,
    /// Why the last attempt failed, in words, with the next step.
    pub problem: Option<CleanText>,
    /// When the present run of failures began.
    pub failing_since: Option<Timestamp>,
    /// What was repaired or dropped at the last parse.
    pub complaints: Vec<CleanText>,
    pub pause: Pause,
    /// Why it is next due when it is.
    pub because: Because,
}

/// Whether a feed is fetched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pause {
    #[default]
    No,
    /// A person does not want it fetched for now.
    ByPerson,
    /// Its publisher removed it (410 Gone); it is looked for once more after a month.
    Gone,
}

/// Why a feed is next asked when it is: the rule that had the last word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Because {
    /// The usual hour.
    #[default]
    Usual,
    /// How often it publishes.
    Rhythm,
    /// A person set how often.
    Person,
    /// Cache-Control or Expires: its server calls the copy fresh until then.
    Fresh,
    /// The document's own `ttl`, or how often it says that it is updated.
    Cadence,
    /// The document names hours or days in which nothing comes.
    Skipped,
    /// Its server gives nothing to ask conditionally with, so that each request is a whole download.
    Unconditional,
    /// Its server said when to come back.
    RetryAfter,
    /// Failures in a row.
    Failures,
    /// It is gone, and looked for once more.
    Gone,
}

impl Because {
    pub const ALL: [Because; 10] = [
        Because::Usual,
        Because::Rhythm,
        Because::Person,
        Because::Fresh,
        Because::Cadence,
        Because::Skipped,
        Because::Unconditional,
        Because::RetryAfter,
        Because::Failures,
        Because::Gone,
    ];

    /// The number under which a library keeps it.
    pub fn number(self) -> i64 {
        Because::ALL.iter().position(|it| *it == self).map_or(0, |it| it as i64)
    }

    pub fn of_number(number: i64) -> Because {
        usize::try_from(number).ok().and_then(|it| Because::ALL.get(it)).copied().unwrap_or_default()
    }

    /// The second half of “next due 14:05, …”.
    pub fn words(self) -> &'static str {
        match self {
            Because::Usual => "as every hour",
            Because::Rhythm => "by how often it publishes",
            Because::Person => "as you set",
            Because::Fresh => "its server calls the copy fresh until then",
            Because::Cadence => "the feed says how often it changes",
            Because::Skipped => "the feed names hours without news",
            Because::Unconditional => "its server can't say whether anything changed, so once a day",
            Because::RetryAfter => "its server asked to be left alone until then",
            Because::Failures => "later after each failure",
            Because::Gone => "it is looked for once more",
        }
    }
}

/// What a person asks of one feed beyond what holds for all. Kept across everything but the feed's removal.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct FeedSettings {
    /// Between two requests; at least [`INTERVAL_MINUTES_MIN`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_minutes: Option<u32>,
    /// Whether the linked page's text is fetched for each new article.
    #[serde(skip_serializing_if = "is_false")]
    pub full_text: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Sent with each request to the feed's own host, and to no other.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cookie: Option<String>,
    /// A program and its arguments; its first line of output is `user:password`. Never through a shell.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub password_command: Vec<String>,
    /// `http://`, `https://` or `socks5://` address of a proxy for this feed alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    /// Where it comes from, if not as it is from its address. Set when it is subscribed to on the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<FeedSource>,
    /// How many of a document's newest articles are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub articles_max: Option<u32>,
}

/// Where a feed comes from that its server does not send as it is read. Programs are argument vectors, never for a shell.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedSource {
    /// A program prints the feed; its address only stands for it.
    Program(Vec<String>),
    /// A program reads what was fetched and prints the feed.
    Filter(Vec<String>),
    /// A file; its address only stands for it.
    File(String),
}

impl FeedSource {
    /// As a person would type it to subscribe: `exec:news --from 'the harbour'`, `filter:sed s/x/y/:https://…`,
    /// `file:/home/me/feed.xml`. `url` is what a filter reads.
    pub fn as_typed(&self, url: Option<&CleanUrl>) -> CleanText {
        let quoted = |word: &String| match word.contains([' ', '\t', '"', '\'']) || word.is_empty() {
            true if word.contains('\'') => format!("\"{word}\""),
            true => format!("'{word}'"),
            false => word.clone(),
        };
        let program = |words: &[String]| words.iter().map(quoted).collect::<Vec<_>>().join(" ");
        let text = match self {
            FeedSource::Program(words) => format!("exec:{}", program(words)),
            FeedSource::Filter(words) => {
                let address = url.map(|it| it.without_secrets().to_string()).unwrap_or_default();
                format!("filter:{}:{address}", program(words))
            }
            FeedSource::File(path) => format!("file:{path}"),
        };
        CleanText::line(&text, Limit::SENTENCE)
    }
}

/// Nothing that asks by itself asks one feed more often, whoever sets it.
pub const INTERVAL_MINUTES_MIN: u32 = 15;
/// A week: whoever wants less can pause the feed.
pub const INTERVAL_MINUTES_MAX: u32 = 7 * 24 * 60;

/// One change to a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEdit {
    /// What the person calls it; empty lets the feed name itself.
    Title(CleanText),
    Folder(FolderPath),
    Tags {
        add: Vec<TagName>,
        remove: Vec<TagName>,
    },
    /// Where it is fetched from. Articles, reads and tags move along.
    Address(CleanUrl),
    Settings(FeedSettings),
    Paused(bool),
}

/// How a feed does, and what a person makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedWorth {
    pub feed: FeedId,
    /// Articles of each of the last [`WEEKS`] weeks, the present one last.
    pub weeks: [u32; WEEKS],
    /// The moment of its newest article.
    pub newest: Option<Timestamp>,
    pub articles: i64,
    pub unread: i64,
    pub starred: i64,
    pub settings: FeedSettings,
    pub last_attempt: Option<Timestamp>,
    /// Where it says it has moved for good, while that is not yet believed.
    pub moved_to: Option<CleanUrl>,
}

pub const WEEKS: usize = 12;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl FolderPath {
    /// Reads a path; empty levels are dropped, each level is cleaned.
    pub fn parse(text: &str) -> FolderPath {
        let levels: Vec<String> = text
            .split('/')
            .map(|level| CleanText::line(level, Limit::TOPIC).to_string())
            .filter(|level| !level.is_empty())
            .collect();
        FolderPath(levels.join("/"))
    }

    /// A path from names that may themselves contain a slash, which then reads as `∕`.
    pub fn from_levels<'a>(levels: impl IntoIterator<Item = &'a str>) -> FolderPath {
        let levels: Vec<String> = levels.into_iter().map(|it| it.replace('/', "∕")).collect();
        FolderPath::parse(&levels.join("/"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_top(&self) -> bool {
        self.0.is_empty()
    }

    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|it| !it.is_empty())
    }

    /// Whether `self` is `other` or lies within it.
    pub fn is_within(&self, other: &FolderPath) -> bool {
        other.is_top()
            || self.0 == other.0
            || (self.0.starts_with(&other.0) && self.0[other.0.len()..].starts_with('/'))
    }
}

impl fmt::Display for FolderPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for FolderPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_knows_what_lies_within_it() {
        let world = FolderPath::parse("World");
        assert!(FolderPath::parse("World/Asia").is_within(&world));
        assert!(!FolderPath::parse("Worldwide").is_within(&world));
        assert!(world.is_within(&FolderPath::default()));
        assert_eq!(FolderPath::parse("/ World //Asia/").as_str(), "World/Asia");
        assert_eq!(FolderPath::from_levels(["AC/DC", "Live"]).levels().count(), 2);
    }
}
