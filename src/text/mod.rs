//! HTML → [`Document`] (blocks and numbered links) → styled lines for a width.
//!
//! Nothing that is not [`CleanText`] ever leaves here, no line is wider than asked, and the work grows with the length
//! of the text alone: depth, blocks, cells and characters have limits. Nothing here knows a colour or a screen.

mod assemble;
mod bidi;
mod element;
mod lines;
mod markdown;
mod plain;
mod read;
mod table;
#[cfg(test)]
mod tests;
mod wrap;

pub use bidi::{Arranging, runs_right_to_left, visual, visual_line};
pub use wrap::{may_fall_short, truncate, width, wrap};

use crate::news::{CleanText, CleanUrl, Html, Limit};

/// An article's text as a list of blocks, independent of any width.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub blocks: Vec<Block>,
    /// Targets of the links, in the order of their numbers: link 1 is `links[0]`.
    pub links: Vec<Link>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// `None` where the target is not http or https: its text is shown, it is never opened.
    pub url: Option<CleanUrl>,
    pub text: CleanText,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    Paragraph(Vec<Inline>),
    Heading {
        level: u8,
        text: Vec<Inline>,
    },
    /// A list item's marker (`•`, `3.`) is the renderer's; nesting is by `Block` inside.
    List {
        ordered_from: Option<i64>,
        items: Vec<Vec<Block>>,
    },
    Quote(Vec<Block>),
    /// Lines as they stand.
    Code(Vec<CleanText>),
    /// A picture's stand-in; `caption` as its figure says.
    Image {
        alt: CleanText,
        caption: Vec<Inline>,
        url: Option<CleanUrl>,
    },
    Table {
        header_rows: usize,
        rows: Vec<Vec<Vec<Inline>>>,
    },
    Rule,
}

/// A run of text of one look.
#[derive(Clone, Debug, PartialEq)]
pub struct Inline {
    pub text: CleanText,
    pub look: Look,
    /// Number of the link it belongs to, from 1.
    pub link: Option<usize>,
    /// A forced line break follows.
    pub breaks: bool,
}

/// How a run of text wants to look; themes decide what that means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub strong: bool,
    pub emphasis: bool,
    pub code: bool,
    pub struck: bool,
}

/// What a span on a laid-out line is, for the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    Heading,
    Strong,
    Emphasis,
    Code,
    Quote,
    /// Text of a link.
    Link,
    /// `[3]` after a link's text.
    LinkNumber,
    /// Markers, rules, `[image: …]`.
    Dim,
}

/// One line for a terminal, at most the asked width wide by ratatui's own measure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub spans: Vec<Span>,
    pub flow: Flow,
}

/// How the spans of a line follow one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    #[default]
    LeftToRight,
    /// A line of a paragraph that is read from the right.
    RightToLeft,
    /// Columns: each span has its place, whatever is written in it.
    EachSpan,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    pub text: CleanText,
    pub role: Role,
    pub link: Option<usize>,
}

/// How deep lists and quotes may stand in one another; what lies deeper is read as if it stood here.
const NESTING_MAX: usize = 12;
/// Tables within tables, as old pages are laid out.
const TABLES_NESTED_MAX: usize = 8;
/// Blocks of one document, cells not counted.
const BLOCKS_MAX: usize = 20_000;
/// Bytes of text of one document.
const TEXT_BYTES_MAX: usize = 1024 * 1024;
/// Cells of all tables of one document.
const TABLE_CELLS_MAX: usize = 10_000;
const TABLE_COLUMNS_MAX: usize = 32;
/// Lines of one layout; only a very narrow terminal gets near.
const LINES_MAX: usize = 200_000;

/// How far from the top a picture still is the lead.
const LEAD_BLOCKS_MAX: usize = 2;

impl Document {
    /// Reads HTML. Links are resolved against `base`; nothing that scripts, hides or frames survives.
    /// HTML beyond the door's limits becomes one paragraph that says so.
    pub fn from_html(html: &Html, base: Option<&CleanUrl>) -> Document {
        read::document(html, base)
    }

    /// Gives the lead picture the caption and credit that extraction set apart from the text. A text without any picture
    /// gets a stand-in; a picture that has a caption of its own keeps it.
    pub fn give_lead(&mut self, caption: &str, credit: &str) {
        let words = CleanText::line(&format!("{caption} {credit}"), Limit::SENTENCE);
        if words.is_empty() {
            return;
        }
        let has_picture = self.blocks.iter().any(|block| matches!(block, Block::Image { .. }));
        let lead = self.blocks.iter_mut().take(LEAD_BLOCKS_MAX).find_map(|block| {
            if let Block::Image { alt, caption, .. } = block { Some((alt, caption.is_empty())) } else { None }
        });
        match lead {
            Some((alt, true)) => *alt = words,
            Some((_, false)) => {}
            None if has_picture => {}
            None => self.blocks.insert(0, Block::Image { alt: words, caption: Vec::new(), url: None }),
        }
    }

    /// Plain text: blocks separated by one blank line, items and quotes by their marks, pictures left out.
    pub fn plain(&self) -> String {
        plain::text(&self.blocks)
    }

    /// CommonMark; tables as GitHub's extension writes them.
    pub fn markdown(&self) -> String {
        markdown::text(self)
    }

    /// The texts of its paragraphs, headings and items, for rules that read.
    pub fn paragraphs(&self) -> Vec<String> {
        plain::paragraphs(&self.blocks)
    }

    /// Words, by UAX #29; a Han or Kana character counts as half a word, as translators reckon, a character of a
    /// script that sets no spaces (Thai and its neighbours) as a quarter.
    pub fn words(&self) -> i64 {
        plain::words(&self.blocks)
    }

    /// Lays the blocks out for `width` cells (at least 1): wrapped by UAX #14, measured with ratatui's width table.
    pub fn lines(&self, width: usize) -> Vec<Line> {
        lines::layout(self, width).lines
    }

    /// Indexes of the lines of [`Document::lines`] at which headings begin, for the same `width`.
    pub fn headings(&self, width: usize) -> Vec<usize> {
        lines::layout(self, width).headings
    }
}
