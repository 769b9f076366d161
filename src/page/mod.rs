//! A web page → its article: text as HTML, and what the page says about it.
//!
//! Never fetches, never guesses from one site's habits, and never hands back a page's furniture as an article:
//! where nothing reads like one, it says so.

mod dump;
mod meta;
mod pick;
mod plain;
mod prune;
#[cfg(test)]
mod tests;
mod tidy;
mod tree;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use dom_query::Document;

use crate::html;
use crate::news::{CleanText, CleanUrl, Html, Limit, Problem, Timestamp, count_words};

pub use dump::dump;
pub use tidy::HTML_BYTES_MAX;

/// The article of a page. `html` holds the article's text alone, without headline, caption, share buttons and teasers.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Option<CleanUrl>,
    pub title: CleanText,
    pub byline: CleanText,
    pub site: CleanText,
    /// As the page declares it, `id` or `id-ID`; reading the text itself is for `enrich`.
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

/// Below this a page has no article: an empty frame for a script to fill.
const WORDS_MIN: i64 = 8;
/// A text that speaks of scripts or sign-in is an article all the same from this length on.
const WALL_WORDS_MAX: i64 = 80;
/// Where the page carries its text a second time for search engines, that one is taken if it is so many times longer.
const CARRIED_TEXT_FACTOR: i64 = 2;
const IMAGES_MAX: usize = 100;

/// Reads the article of a web page. `base` is where the page came from.
///
/// # Errors
/// [`Problem::NotAPage`] by content type, [`Problem::TooComplex`], [`Problem::NoArticle`], [`Problem::Contained`].
pub fn extract(bytes: &[u8], content_type: Option<&str>, base: Option<&CleanUrl>) -> Result<Page, Problem> {
    contained(|| match kind_of(bytes, content_type)? {
        Kind::PlainText => {
            let page = from_plain_text(&html::decode(bytes, content_type));
            if page.words == 0 { Err(Problem::NoArticle) } else { Ok(Page { url: base.cloned(), ..page }) }
        }
        Kind::Page => {
            let document = html::parse(&html::decode(bytes, content_type)).map_err(|_| Problem::TooComplex)?;
            from_document(document, base)
        }
    })
}

/// Reads a bare text, as copied out of a page: headline, caption and credit, labels of share buttons, body.
pub fn from_plain_text(text: &str) -> Page {
    plain::read(text)
}

fn from_document(document: Document, base: Option<&CleanUrl>) -> Result<Page, Problem> {
    let meta = meta::read(&document, base);
    let links_from = meta.base.as_ref().or(base);
    prune::prune(&document);
    let lead = prune::take_lead(&document, meta.images.first());
    let picked = pick::article(document)?;
    let known = tidy::Known { title: &meta.title, byline: &meta.byline, lead: &lead, links_from };
    let mut tidied = match &picked {
        Some(content) => tidy::tidy(content, &known)?,
        None => tidy::Tidied::default(),
    };
    if count_words(&meta.carried_text) > tidied.words.max(WORDS_MIN) * CARRIED_TEXT_FACTOR {
        tidied = tidy::Tidied {
            html: Html::from_plain_text(&meta.carried_text),
            text: meta.carried_text.clone(),
            words: count_words(&meta.carried_text),
            images: Vec::new(),
        };
    }
    let walled = tidied.words < WALL_WORDS_MAX && words::is_wall(&tidied.text);
    if tidied.words < WORDS_MIN || walled {
        return Err(Problem::NoArticle);
    }
    let mut images = meta.images;
    for image in tidied.images {
        if !images.contains(&image) {
            images.push(image);
        }
    }
    images.truncate(IMAGES_MAX);
    Ok(Page {
        url: meta.url.or_else(|| base.cloned()),
        title: CleanText::line(&meta.title, Limit::TITLE),
        byline: CleanText::line(&meta.byline, Limit::AUTHOR),
        site: CleanText::line(&meta.site, Limit::AUTHOR),
        language: meta.language,
        published: meta.published,
        section: CleanText::line(&meta.section, Limit::TOPIC),
        caption: CleanText::line(&lead.caption, Limit::SENTENCE),
        credit: CleanText::line(&lead.credit, Limit::AUTHOR),
        html: tidied.html,
        words: tidied.words,
        images,
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Page,
    PlainText,
}

/// What the bytes are, by what the server called them, else by how they begin.
fn kind_of(bytes: &[u8], content_type: Option<&str>) -> Result<Kind, Problem> {
    let named = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match named.as_str() {
        "text/html" | "application/xhtml+xml" => return Ok(Kind::Page),
        "text/plain" | "text/markdown" => return Ok(Kind::PlainText),
        "" => {}
        _ => return Err(Problem::NotAPage { content_type: named }),
    }
    let start = &bytes[..bytes.len().min(1024)];
    // WHATWG's MIME sniffing, in short: a NUL or a known signature is binary, a tag is a page, the rest is text.
    let wide = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    let signatures: [(&[u8], &str); 6] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (b"\x1f\x8b", "application/gzip"),
    ];
    if let Some((_, name)) = signatures.iter().find(|(signature, _)| start.starts_with(signature)) {
        return Err(Problem::NotAPage { content_type: (*name).to_owned() });
    }
    if start.contains(&0) && !wide {
        return Err(Problem::NotAPage { content_type: "application/octet-stream".to_owned() });
    }
    let text = html::decode(start, None).to_lowercase();
    let tags =
        ["<!doctype html", "<html", "<head", "<body", "<article", "<div", "<p>", "<p ", "<h1", "<meta", "<script"];
    Ok(if tags.iter().any(|it| text.contains(it)) { Kind::Page } else { Kind::PlainText })
}

/// Runs what reads foreign pages; where it panics, the page has failed and nothing else.
fn contained(read: impl FnOnce() -> Result<Page, Problem>) -> Result<Page, Problem> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let detail = panic
            .downcast_ref::<&str>()
            .map(|it| (*it).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "extraction stopped".to_owned());
        Err(Problem::Contained { detail })
    })
}
