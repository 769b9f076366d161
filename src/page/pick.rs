//! Which part of a page is the article: Mozilla's Readability rules, by `dom_smoothie`, on a page that was pruned.
//!
//! It cannot be stopped once begun; so what goes in is bounded.

use dom_query::Document;
use dom_smoothie::{Config, Readability, ReadabilityError};

use crate::news::Problem;

/// Elements of a pruned page. Readability's work grows faster than their number.
const ELEMENTS_MAX: usize = 40_000;
/// What is shorter is looked for again by laxer rules. Readability's own 500 counts captions and share bars, which are gone here.
const ARTICLE_CHARS: usize = 200;

/// The article's own part of the page as HTML; `None` where nothing was found.
///
/// # Errors
/// [`Problem::TooComplex`] where the page has more elements than any article.
pub fn article(document: Document) -> Result<Option<String>, Problem> {
    let config = Config {
        max_elements_to_parse: ELEMENTS_MAX,
        char_threshold: ARTICLE_CHARS,
        disable_json_ld: true,
        ..Config::default()
    };
    // Addresses are made absolute later, by the program's own rules.
    let Ok(mut readability) = Readability::with_document(document, None, Some(config)) else { return Ok(None) };
    match readability.parse() {
        Ok(article) => Ok(Some(article.content.to_string())),
        Err(ReadabilityError::TooManyElements(..)) => Err(Problem::TooComplex),
        Err(ReadabilityError::GrabFailed | ReadabilityError::BadDocumentURL) => Ok(None),
    }
}
