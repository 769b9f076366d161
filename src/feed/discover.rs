//! Feeds that a web page names.

use crate::news::{CleanText, CleanUrl};

/// A feed that a page names in its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub url: CleanUrl,
    pub title: CleanText,
}

/// The feeds that this page names with `<link rel=alternate>`, in the page's order, without doubles.
pub fn feeds_named_by(_html: &str, _page: &CleanUrl) -> Vec<Found> {
    todo!()
}

/// Whether these bytes look like a web page rather than a feed.
pub fn looks_like_a_page(_bytes: &[u8]) -> bool {
    todo!()
}
