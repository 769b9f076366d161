//! Bytes → [`ParsedFeed`] and what was wrong with them.
//!
//! `decode` makes text of the bytes, `mend` makes a strict document of the text, `xml` and `json` read it into
//! `raw`, `settle` lets it through the door, `identity` names its articles. Nothing here fetches, expands an entity
//! or refuses a whole feed for one article.

mod base64;
mod date;
mod decode;
pub mod discover;
pub mod dump;
mod entities;
mod identity;
mod inline;
mod json;
mod mend;
mod names;
mod newsboat;
pub mod opml;
mod raw;
mod settle;
mod xml;
mod xml_tokens;

use crate::news::{CleanText, CleanUrl, Complaint, Enclosure, Html, Problem, Timestamp};

/// Articles of one document that are kept, in the document's order.
pub const ARTICLES_MAX: usize = 2_000;
/// Markup of one article's text.
pub const ARTICLE_HTML_BYTES_MAX: usize = 1_048_576;
/// A guid as it is shown; its key is made of the whole.
pub const GUID_CHARS_MAX: usize = 4_096;
pub const TOPICS_MAX: usize = 50;
pub const ENCLOSURES_MAX: usize = 50;
pub const LINKS_MAX: usize = 50;
pub const PEOPLE_MAX: usize = 50;

/// What is known of a document besides its bytes.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Where it was fetched from in the end; the base of relative links.
    pub url: Option<CleanUrl>,
    /// The Content-Type header as it came.
    pub content_type: Option<String>,
}

/// The format family a document turned out to be of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    Rss0,
    Rss1,
    #[default]
    Rss2,
    Atom,
    JsonFeed,
}

/// A feed as its document says it, cleaned at the door.
#[derive(Clone, Debug, Default)]
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
    /// The document broke off. What is whole was kept; its validators must not be stored, so that it is fetched again.
    pub incomplete: bool,
    /// What only `inspect feed` shows.
    pub more: FeedMore,
}

/// An article as its feed says it. Identity is settled here within the document: `keys` are what may be trusted
/// (the store matches them with what it has).
#[derive(Clone, Debug, Default)]
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
    /// What only `inspect feed` shows.
    pub more: ArticleMore,
}

/// By what an article can be known again within its feed, in the order in which keys are tried. Every key is already
/// normalised (no scheme, no `www.`, no trailing slash) and hashed or short; equal keys mean the same article.
/// At most one of several articles in one document has any given key.
///
/// Kinds: `gl:` guid and link, `g:` guid, `l:` link, `h:` title, date and text, `o:` guid and its place among its like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keys(pub Vec<String>);

/// What a feed says of itself that no list shows.
#[derive(Clone, Debug, Default)]
pub struct FeedMore {
    pub id: CleanText,
    pub published: Option<Timestamp>,
    pub people: Vec<Person>,
    pub links: Vec<CleanUrl>,
    pub generator: CleanText,
    pub icon: Option<CleanUrl>,
    pub logo: Option<CleanUrl>,
    pub rights: CleanText,
}

/// What an article says of itself that no list shows.
#[derive(Clone, Debug, Default)]
pub struct ArticleMore {
    pub guid: CleanText,
    pub people: Vec<Person>,
    pub links: Vec<CleanUrl>,
    pub rights: CleanText,
    /// `body` is what the feed calls the summary.
    pub body_is_summary: bool,
}

/// An author or contributor; each part may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    pub name: CleanText,
    pub email: CleanText,
    pub uri: CleanText,
}

/// Reads a feed. A single bad article never refuses the whole: what was dropped or mended is a [`Complaint`].
///
/// Linear in the bytes and bounded by the limits above; still, a large feed takes a while: never on the main thread.
///
/// # Errors
/// [`Problem::Empty`], [`Problem::PageNotFeed`], [`Problem::NotAFeed`], [`Problem::Contained`].
pub fn parse(bytes: &[u8], origin: &Origin) -> Result<(ParsedFeed, Vec<Complaint>), Problem> {
    let host = || origin.url.as_ref().map_or_else(|| "The document".to_owned(), |it| it.host().to_owned());
    let mut complaints = Vec::new();
    let text = decode::decode(bytes, origin.content_type.as_deref(), &mut complaints);
    let text = text.trim_start_matches(|it: char| it.is_whitespace() || matches!(it, '\u{feff}' | '\0'));
    if text.trim().is_empty() {
        return Err(Problem::Empty { host: host() });
    }
    let base = origin.url.as_ref().map(CleanUrl::as_url);
    let raw = if text.starts_with(['{', '[']) {
        json::read(text, &mut complaints)
    } else {
        xml::read(text, base, &mut complaints)
    };
    match raw {
        Ok(raw) => {
            let feed = settle::settle(raw, origin.url.as_ref(), &mut complaints);
            Ok((feed, complaints))
        }
        Err(Problem::NotAFeed { .. }) if discover::looks_like_a_page(text.as_bytes()) => {
            Err(Problem::PageNotFeed { host: host() })
        }
        Err(problem) => Err(problem),
    }
}
