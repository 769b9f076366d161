//! Text → tokens for finding: folded, stemmed, segmented; the same for articles and for queries.

/// Stored with the index; a library with another version is indexed anew.
pub const VERSION: i64 = 1;

/// The tokens of a text in the order in which they stand. `language` is ISO 639-1.
pub fn tokens(_text: &str, _language: Option<&str>) -> Vec<String> {
    todo!()
}
