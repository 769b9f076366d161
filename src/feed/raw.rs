//! A feed between its parser and the door: still as it was written, not yet clean, in one form for XML and JSON.

use url::Url;

use super::{Cadence, Format};
use crate::news::Timestamp;

/// A text and how it is to be read.
#[derive(Clone, Debug, Default)]
pub struct RawText {
    pub text: String,
    pub kind: TextKind,
    /// What its own links are relative to, where that is not what the article's or the feed's are.
    pub base: Option<Url>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    Plain,
    Html,
    /// RSS says of its titles neither; both are written.
    #[default]
    Either,
}

#[derive(Clone, Debug, Default)]
pub struct RawPerson {
    pub name: String,
    pub email: String,
    pub uri: String,
}

#[derive(Clone, Debug, Default)]
pub struct RawLink {
    pub href: String,
    pub rel: String,
    pub media_type: String,
    pub length: Option<u64>,
}

#[derive(Clone, Debug, Default)]
pub struct RawArticle {
    pub guid: String,
    pub title: RawText,
    pub links: Vec<RawLink>,
    pub comments: String,
    /// `feedburner:origLink`: the article itself, where its link leads through a counter.
    pub original_link: String,
    pub people: Vec<RawPerson>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub topics: Vec<String>,
    pub content: RawText,
    pub summary: RawText,
    /// What its media say of themselves, where the article says nothing.
    pub media_title: String,
    pub media_description: RawText,
    /// Enclosures and media; links of that kind are among `links`.
    pub enclosures: Vec<RawLink>,
    pub media: Vec<RawLink>,
    pub rights: RawText,
    pub base: Option<Url>,
    /// Comments so far (`slash:comments`, `thr:total`).
    pub comments_count: Option<u32>,
    /// Where it is about, by name or as two numbers (GeoRSS).
    pub location: String,
    /// As written: seconds, or hours, minutes and seconds with colons (`itunes:duration`).
    pub duration: String,
    pub language: Option<String>,
}

#[derive(Clone, Debug)]
pub struct RawFeed {
    pub format: Format,
    pub id: String,
    pub title: RawText,
    pub description: RawText,
    pub links: Vec<RawLink>,
    pub language: Option<String>,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub people: Vec<RawPerson>,
    pub topics: Vec<String>,
    pub generator: String,
    pub icon: String,
    pub logo: String,
    /// `itunes:image`, which stands in for a logo.
    pub podcast_image: String,
    pub rights: RawText,
    pub cadence: Cadence,
    pub moved_to: String,
    pub articles: Vec<RawArticle>,
    pub incomplete: bool,
    pub skipped: usize,
}

impl RawText {
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl RawFeed {
    pub fn new(format: Format) -> RawFeed {
        RawFeed {
            format,
            id: String::new(),
            title: RawText::default(),
            description: RawText::default(),
            links: Vec::new(),
            language: None,
            published: None,
            updated: None,
            people: Vec::new(),
            topics: Vec::new(),
            generator: String::new(),
            icon: String::new(),
            logo: String::new(),
            podcast_image: String::new(),
            rights: RawText::default(),
            cadence: Cadence::default(),
            moved_to: String::new(),
            articles: Vec::new(),
            incomplete: false,
            skipped: 0,
        }
    }
}
