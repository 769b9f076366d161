//! What extraction sees of a page, as one JSON object for scripts.

use serde_json::{Value, json};

use super::Page;
use crate::news::Metadata;

/// The object of `inspect page --json`. `metadata` and `text` are what reading [`Page::html`] gave.
pub fn dump(page: &Page, metadata: &Metadata, text: &str) -> Value {
    json!({
        "url": page.url,
        "title": page.title,
        "byline": page.byline,
        "site": page.site,
        "language": metadata.language,
        "published": page.published,
        "section": page.section,
        "caption": metadata.caption,
        "credit": metadata.credit,
        "text": text,
        "html": page.html.0,
        "words": metadata.words,
        "images": page.images,
        "dateline": metadata.dateline,
        "attribution": metadata.attribution,
        "names": { "people": [], "places": [], "organisations": [] },
        "quotes": [],
    })
}
