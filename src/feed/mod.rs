//! Bytes → [`ParsedFeed`] and what was wrong with them.

pub mod discover;
pub mod opml;

use crate::news::{CleanText, CleanUrl, Complaint, Enclosure, Html, Problem, Timestamp};

/// What is known of a document besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Where it was fetched from in the end; the base of relative links.
    pub url: Option<CleanUrl>,
    /// The Content-Type header as it came.
    pub content_type: Option<String>,
}

/// The format family a document turned out to be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Rss0,
    Rss1,
    Rss2,
    Atom,
    JsonFeed,
}

/// A feed as its document says it, cleaned at the door.
#[derive(Clone, Debug)]
pub struct ParsedFeed {
    pub format: Format,
    pub title: CleanText,
    pub description: CleanText,
    pub site: Option<CleanUrl>,
    /// Language tag as written.
    pub language: Option<String>,
    pub updated: Option<Timestamp>,
    pub authors: Vec<CleanText>,
    pub topics: Vec<CleanText>,
    /// RSS `<ttl>` in minutes.
    pub ttl_minutes: Option<i64>,
    pub articles: Vec<ParsedArticle>,
}

/// An article as its feed says it. Identity is settled here within the document: `guid`, `link` and the flags say
/// which keys may be trusted (`store::identity` matches them with what is stored).
#[derive(Clone, Debug)]
pub struct ParsedArticle {
    pub keys: Keys,
    pub title: CleanText,
    pub url: Option<CleanUrl>,
    pub authors: Vec<CleanText>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub topics: Vec<CleanText>,
    pub enclosures: Vec<Enclosure>,
    pub comments: Option<CleanUrl>,
    /// The fuller of content and summary; relative links are made absolute when it is rendered, against `base`.
    pub body: Html,
    /// The summary, where the feed carried both and they differ.
    pub summary: Html,
    /// `xml:base`, else the article's address, else the feed's.
    pub base: Option<CleanUrl>,
    pub language: Option<String>,
}

/// By what an article can be known again within its feed, in the order in which keys are tried. Every key is already
/// normalised (no scheme, no `www.`, no trailing slash) and hashed or short; equal keys mean the same article.
/// At most one of several articles in one document has any given key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys(pub Vec<String>);

/// Reads a feed. A single bad article never refuses the whole: what was dropped or mended is a [`Complaint`].
pub fn parse(_bytes: &[u8], _origin: &Origin) -> Result<(ParsedFeed, Vec<Complaint>), Problem> {
    todo!()
}
