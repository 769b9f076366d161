//! The one door to HTML: a parser limited in depth, size and time. Nobody else parses HTML.
//!
//! A page never freezes a worker and never overflows a stack: what would is refused, first by counting tags
//! (`nesting`), then by a clock that is looked at between pieces of the input, last by measuring the tree.

mod charset;
mod nesting;

use std::time::{Duration, Instant};

use dom_query::{Document, NodeRef};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{ParseOpts, QualName, local_name, ns};

pub use charset::{charset_of, decode, guess, mostly_utf8};

/// Why HTML was not parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooComplex {
    #[error("nested deeper than {DEPTH_MAX} elements")]
    Depth,
    #[error("larger than {BYTES_MAX} bytes")]
    Bytes,
    /// It took, or by its tags would take, too long.
    #[error("took longer than {TIME_MAX:?}")]
    Time,
}

/// Browsers stop at this depth too.
pub const DEPTH_MAX: usize = 512;
pub const BYTES_MAX: usize = 5 * 1024 * 1024;
pub const TIME_MAX: Duration = Duration::from_secs(2);

/// html5ever's work is quadratic in depth (servo/html5ever#788), so a piece must be small enough to bound what
/// happens between two looks at the clock.
const PIECE_BYTES: usize = 4 * 1024;

/// Parses a whole document within the limits. Scripts are not run and `noscript` is read.
pub fn parse(html: &str) -> Result<Document, TooComplex> {
    check_size_and_nesting(html)?;
    let parser = html5ever::parse_document(Document::default(), options());
    in_pieces(parser, html)
}

/// Parses a fragment, as the body of an article is one: what stands in it becomes the content of a `body`.
pub fn parse_fragment(html: &str) -> Result<Document, TooComplex> {
    check_size_and_nesting(html)?;
    let context = QualName::new(None, ns!(html), local_name!("body"));
    let parser = html5ever::parse_fragment(Document::fragment_sink(), options(), context, Vec::new(), false);
    in_pieces(parser, html)
}

fn check_size_and_nesting(html: &str) -> Result<(), TooComplex> {
    if html.len() > BYTES_MAX {
        return Err(TooComplex::Bytes);
    }
    nesting::check(html)
}

fn options() -> ParseOpts {
    ParseOpts {
        tokenizer: TokenizerOpts::default(),
        tree_builder: TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() },
    }
}

fn in_pieces(mut parser: html5ever::Parser<Document>, html: &str) -> Result<Document, TooComplex> {
    let deadline = Instant::now() + TIME_MAX;
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE_BYTES.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        // Mistakes in markup are normal on the web and nobody reads their list.
        parser.tokenizer.sink.sink.errors.borrow_mut().clear();
        rest = after;
        if Instant::now() > deadline {
            return Err(TooComplex::Time);
        }
    }
    let document = parser.finish();
    if depth_exceeds(&document, DEPTH_MAX) {
        return Err(TooComplex::Depth);
    }
    Ok(document)
}

/// Walks the tree without recursion. Moved and cloned elements can make it deeper than its tags looked.
fn depth_exceeds(document: &Document, depth_max: usize) -> bool {
    let root = document.root();
    let mut node: NodeRef<'_> = root;
    let mut depth = 0_usize;
    loop {
        if let Some(child) = node.first_child() {
            depth += 1;
            // `html`, `body` and the text itself are not what the page nested.
            if depth > depth_max + 3 {
                return true;
            }
            node = child;
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) if depth > 0 => {
                    node = parent;
                    depth -= 1;
                }
                Some(_) | None => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs on a stack as small as a worker's.
    fn on_a_small_stack(html: String) -> Result<String, TooComplex> {
        std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(move || parse(&html).map(|it| it.text().to_string()))
            .unwrap()
            .join()
            .unwrap()
    }

    /// html5ever alone took 40 s for the first (servo/html5ever#788) and overflowed on the third (#290).
    #[test]
    fn deep_pages_are_refused_at_once_and_on_a_small_stack() {
        let started = Instant::now();
        assert_eq!(on_a_small_stack("<div>".repeat(64_000)).unwrap_err(), TooComplex::Depth);
        assert_eq!(on_a_small_stack("<ul><li>".repeat(32_000)).unwrap_err(), TooComplex::Depth);
        let adopted = format!("{}{}{}", "<a>".repeat(40_000), "<i>".repeat(40_000), "</a>".repeat(40_000));
        assert!(on_a_small_stack(adopted).is_err());
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_clock_and_the_tree_hold_where_the_count_of_tags_is_deceived() {
        // Without the count: the tree itself is measured.
        let parser = html5ever::parse_document(Document::default(), options());
        assert_eq!(in_pieces(parser, &"<div>".repeat(1_000)).err(), Some(TooComplex::Depth));
        let parser = html5ever::parse_document(Document::default(), options());
        let started = Instant::now();
        assert!(in_pieces(parser, &"<ul><li>".repeat(32_000)).is_err());
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn real_pages_with_unclosed_paragraphs_and_items_are_not_deep() {
        let page = format!(
            "<ul>{}</ul><table>{}</table>{}",
            "<li>x".repeat(10_000),
            "<tr><td>x".repeat(10_000),
            "<p>x".repeat(10_000)
        );
        assert!(on_a_small_stack(page).is_ok());
        let script = format!("<script>{}</script><p>x", "'<div>'+".repeat(5_000));
        assert_eq!(parse(&script).unwrap().select("p").text().as_ref(), "x");
    }

    #[test]
    fn five_hundred_levels_are_read_and_six_hundred_are_not() {
        let nested = |levels: usize| format!("{}x{}", "<div>".repeat(levels), "</div>".repeat(levels));
        assert!(on_a_small_stack(nested(500)).is_ok());
        assert_eq!(on_a_small_stack(nested(600)).unwrap_err(), TooComplex::Depth);
    }

    #[test]
    fn a_heap_of_attributes_or_elements_is_refused() {
        let attributes: String = (0..5_000).map(|it| format!(" a{it}=1")).collect();
        assert_eq!(parse(&format!("<p{attributes}>")).err(), Some(TooComplex::Time));
        assert_eq!(parse(&"<p>".repeat(1_000_000)).err(), Some(TooComplex::Time));
        assert_eq!(parse(&"x".repeat(BYTES_MAX + 1)).err(), Some(TooComplex::Bytes));
    }

    #[test]
    fn a_fragment_has_no_head_of_its_own() {
        let fragment = parse_fragment("<p>a<p>b").unwrap();
        assert_eq!(fragment.select("p").length(), 2);
    }
}
