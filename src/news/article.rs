//! An article, its state and what is known about it.

use std::fmt;

use super::{CleanText, CleanUrl, FeedId, TagName, Timestamp};

/// The number of an article: `UTC day of its sort moment << 20 | sequence`, given once and never changed,
/// so that the order of ids is the order of dates, to the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct ArticleId(pub i64);

const SEQUENCE_BITS: u32 = 20;

impl ArticleId {
    pub fn new(sort_moment: Timestamp, sequence: i64) -> ArticleId {
        debug_assert!((0..1 << SEQUENCE_BITS).contains(&sequence));
        ArticleId((sort_moment.utc_day() << SEQUENCE_BITS) | sequence)
    }

    /// The least and the greatest id that an article of this moment's UTC day can have.
    pub fn day_range(moment: Timestamp) -> (ArticleId, ArticleId) {
        let first = moment.utc_day() << SEQUENCE_BITS;
        (ArticleId(first), ArticleId(first | ((1 << SEQUENCE_BITS) - 1)))
    }

    /// The day that its number was given for.
    pub fn utc_day(self) -> i64 {
        self.0 >> SEQUENCE_BITS
    }

    pub fn sequence(self) -> i64 {
        self.0 & ((1 << SEQUENCE_BITS) - 1)
    }
}

impl fmt::Display for ArticleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// HTML as a feed or page supplied it. Only `html/` and `text/` look inside; it is never drawn or printed as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Html(pub String);

impl Html {
    /// HTML that shows this plain text, paragraphs parted by blank lines.
    pub fn from_plain_text(text: &str) -> Html {
        let escape = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let normal = text.replace("\r\n", "\n").replace('\r', "\n");
        let paragraphs: Vec<String> = normal
            .split("\n\n")
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .map(|it| format!("<p>{}</p>", escape(it).replace('\n', "<br>")))
            .collect();
        Html(paragraphs.join("\n"))
    }
}

/// What a person did with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadingState {
    pub unread: bool,
    pub starred: bool,
    pub archived: bool,
}

/// An article as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleRow {
    pub id: ArticleId,
    pub feed: FeedId,
    pub feed_title: CleanText,
    /// May be empty; lists then show “(untitled)” and the address.
    pub title: CleanText,
    pub url: Option<CleanUrl>,
    pub author: CleanText,
    /// As the feed said, however odd.
    pub published: Option<Timestamp>,
    /// Published, or the arrival where that is missing or lay in the future.
    pub sort: Timestamp,
    pub state: ReadingState,
    pub tags: Vec<TagName>,
    /// Whether the linked page's full text is stored.
    pub has_page: bool,
    /// Whether the publisher changed the text after it was first stored.
    pub changed: bool,
}

/// Something to hear, see or download that came with an article.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enclosure {
    /// Always http or https; kept as text so that it can be stored as it is.
    pub url: String,
    #[serde(rename = "type")]
    pub media_type: String,
    pub bytes: Option<u64>,
}

/// The full text of a linked page, as extraction found it.
#[derive(Clone, Debug, PartialEq)]
pub struct PageText {
    pub html: Html,
    pub fetched: Timestamp,
    /// Where redirects led.
    pub url: CleanUrl,
    pub words: i64,
}

/// Which of the stored texts is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOrigin {
    Feed,
    Page,
}

/// The stored texts of an article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// What the feed carried.
    pub feed: Html,
    pub page: Option<PageText>,
}

impl Body {
    /// The text to show first: the page where there is one (only a better one is ever stored), else the feed's.
    pub fn best_origin(&self) -> TextOrigin {
        if self.page.is_some() { TextOrigin::Page } else { TextOrigin::Feed }
    }

    pub fn html(&self, origin: TextOrigin) -> &Html {
        match (origin, &self.page) {
            (TextOrigin::Page, Some(page)) => &page.html,
            (TextOrigin::Page, None) | (TextOrigin::Feed, _) => &self.feed,
        }
    }
}

/// What reading an article's text by rule found. Each list may be empty; nothing here is ever guessed at
/// from a single site's habits.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The place in the dateline as written, `JAKARTA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    /// Agencies and outlets that the text credits, `TASS`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attribution: Vec<String>,
    /// The lead picture's caption, without its credit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Who took the lead picture, `Twitter/@mfa_russia`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    pub words: i64,
    pub minutes: i64,
    /// Links in the text.
    pub links: i64,
}

/// An article with everything that is stored of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub row: ArticleRow,
    pub feed_site: Option<CleanUrl>,
    pub updated: Option<Timestamp>,
    pub fetched: Timestamp,
    pub topics: Vec<CleanText>,
    pub enclosures: Vec<Enclosure>,
    pub comments: Option<CleanUrl>,
    pub body: Body,
    /// Of the text that is shown first ([`Body::best_origin`]).
    pub metadata: Metadata,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_days_have_greater_ids() {
        let monday = Timestamp::parse_rfc3339("2023-01-30T02:15:00Z").unwrap();
        assert!(ArticleId::new(monday, 5) < ArticleId::new(monday.plus(86_400), 0));
        let (first, last) = ArticleId::day_range(monday);
        assert!(first <= ArticleId::new(monday, 5) && ArticleId::new(monday, 5) <= last);
        assert_eq!(ArticleId::new(monday, 5).sequence(), 5);
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(Html::from_plain_text("a < b\nc\r\n\r\nd").0, "<p>a &lt; b<br>c</p>\n<p>d</p>");
    }
}
