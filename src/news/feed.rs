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
