//! HTML → [`Document`] (blocks and numbered links) → styled lines for a width.

use crate::news::{CleanText, CleanUrl, Html};

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
}

#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    pub text: CleanText,
    pub role: Role,
    pub link: Option<usize>,
}

impl Document {
    /// Reads HTML. Links are resolved against `base`; nothing that scripts, hides or frames survives.
    /// HTML beyond the door's limits becomes one paragraph that says so.
    pub fn from_html(_html: &Html, _base: Option<&CleanUrl>) -> Document {
        todo!()
    }

    /// Plain text: blocks separated by one blank line, items and quotes by their marks, pictures left out.
    pub fn plain(&self) -> String {
        todo!()
    }

    /// CommonMark.
    pub fn markdown(&self) -> String {
        todo!()
    }

    /// The texts of its paragraphs, headings and items, for rules that read.
    pub fn paragraphs(&self) -> Vec<String> {
        todo!()
    }

    /// Words, by UAX #29; a Han or Kana character counts as half a word, as translators reckon.
    pub fn words(&self) -> i64 {
        todo!()
    }

    /// Lays the blocks out for `width` cells (at least 1): wrapped by UAX #14, measured with ratatui's width table.
    pub fn lines(&self, _width: usize) -> Vec<Line> {
        todo!()
    }
}
