//! A web page → its article: text as HTML, and what the page says about it.

use crate::news::{CleanText, CleanUrl, Html, Problem, Timestamp};

/// The article of a page. `html` holds the article's text alone, without headline, caption, share buttons and teasers.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Option<CleanUrl>,
    pub title: CleanText,
    pub byline: CleanText,
    pub site: CleanText,
    /// ISO 639-1, from the page or guessed from its text.
    pub language: Option<String>,
    pub published: Option<Timestamp>,
    pub section: CleanText,
    /// The lead picture's caption without its credit.
    pub caption: CleanText,
    pub credit: CleanText,
    pub html: Html,
    pub words: i64,
    pub images: Vec<CleanUrl>,
}

/// Reads the article of a web page. `base` is where the page came from.
///
/// # Errors
/// [`Problem::NotAPage`] by content type, [`Problem::TooComplex`], [`Problem::NoArticle`], [`Problem::Contained`].
pub fn extract(_bytes: &[u8], _content_type: Option<&str>, _base: Option<&CleanUrl>) -> Result<Page, Problem> {
    todo!()
}

/// Reads a bare text, as copied out of a page: headline, caption and credit, labels of share buttons, body.
pub fn from_plain_text(_text: &str) -> Page {
    todo!()
}
