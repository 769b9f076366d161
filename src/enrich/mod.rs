//! An article's text → what can be known from reading it: language, dateline, attribution, caption and credit.

use crate::news::Metadata;
use crate::text::Document;

/// What else is known of the article, for the rules to lean on.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    pub title: String,
    /// As the feed or page says, `id-ID`.
    pub language: Option<String>,
    /// From a page, where extraction found them.
    pub caption: String,
    pub credit: String,
}

/// Reads an article's text by rule.
pub fn metadata(_document: &Document, _hints: &Hints) -> Metadata {
    todo!()
}
