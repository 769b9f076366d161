//! An article's text → what can be known from reading it: language, dateline, attribution, caption and credit.
//!
//! Reads by rule and by lists in `assets/enrich/`; never by what a single publication does. Where the rules are
//! not sure they say nothing.

mod attribution;
mod common_words;
mod dateline;
mod language;
mod lists;

use crate::news::{Metadata, bare_credit, split_credit};
use crate::text::{Block, Document, Inline};

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

/// A usual pace, as most readers reckon it.
const WORDS_A_MINUTE: i64 = 220;
/// A picture further down is not the lead.
const LEAD_BLOCKS: usize = 3;

/// Reads an article's text by rule.
pub fn metadata(document: &Document, hints: &Hints) -> Metadata {
    let paragraphs = document.paragraphs();
    let dateline = dateline::find(&paragraphs);
    let words = document.words();
    let (caption, credit) = caption_and_credit(document, hints);
    Metadata {
        language: language::of(&hints.title, &paragraphs, hints.language.as_deref()),
        attribution: attribution::find(&paragraphs, dateline.as_ref()),
        dateline: dateline.map(|it| it.place),
        caption: Some(caption).filter(|it| !it.is_empty()),
        credit: Some(credit).filter(|it| !it.is_empty()),
        words,
        minutes: (words + WORDS_A_MINUTE - 1) / WORDS_A_MINUTE,
        links: i64::try_from(document.links.len()).unwrap_or(i64::MAX),
    }
}

/// From extraction where it found them, else from the picture that the text begins with.
fn caption_and_credit(document: &Document, hints: &Hints) -> (String, String) {
    if !hints.caption.is_empty() || !hints.credit.is_empty() {
        if hints.credit.is_empty() {
            return split_credit(&hints.caption);
        }
        return (hints.caption.clone(), bare_credit(&hints.credit));
    }
    let lead = document.blocks.iter().take(LEAD_BLOCKS).find_map(|block| match block {
        Block::Image { caption, .. } if !caption.is_empty() => Some(caption),
        Block::Image { .. }
        | Block::Paragraph(_)
        | Block::Heading { .. }
        | Block::List { .. }
        | Block::Quote(_)
        | Block::Code(_)
        | Block::Table { .. }
        | Block::Rule => None,
    });
    lead.map(|caption| split_credit(&line_of(caption))).unwrap_or_default()
}

fn line_of(inlines: &[Inline]) -> String {
    inlines.iter().map(|it| if it.breaks { format!("{} ", it.text) } else { it.text.to_string() }).collect()
}
