//! HTML → [`Document`]: one walk over the parser's tree that collapses white space as CSS does, numbers the links and
//! drops whatever scripts, hides, frames or asks.
//!
//! The walk never recurses, so that no depth of nesting can exhaust the stack, and it stops at the limits.

mod containers;
mod media;

use std::collections::HashMap;

use dom_query::{Element, NodeData, NodeRef};

use self::containers::{Frame, Kind, is_nesting};
use super::assemble::{RawRun, cleaned, plain_inline};
use super::element::{Mark, Shape, attribute, is_hidden, shape, style_has};
use super::{
    BLOCKS_MAX, Block, Document, Inline, Link, Look, NESTING_MAX, TABLE_CELLS_MAX, TABLES_NESTED_MAX, TEXT_BYTES_MAX,
};
use crate::news::{CleanText, CleanUrl, Html, Limit};

/// CommonMark allows nine digits; so do we, in either direction.
const LIST_START_MAX: i64 = 999_999_999;
/// A picture no larger than this on both sides stands in its line like a letter.
const ICON_PIXELS_MAX: f32 = 40.0;

pub(super) fn document(html: &Html, base: Option<&CleanUrl>) -> Document {
    let tree = match crate::html::parse_fragment(&html.0) {
        Ok(tree) => tree,
        Err(reason) => {
            let words = format!("This text is too complex to be shown: {reason}. Read it in the browser.");
            return Document { blocks: vec![Block::Paragraph(vec![sentence(&words)])], links: Vec::new() };
        }
    };
    let root = tree.root();
    let mut reader = Reader::new(base, has_no_blocks(&root));
    reader.walk(&root);
    reader.finish()
}

/// Whether line ends are all that shapes the text, as in feeds that send plain text for HTML.
fn has_no_blocks(root: &NodeRef<'_>) -> bool {
    !root.descendants_it().any(|node| {
        node.element_ref().is_some_and(|it| {
            let name = &*it.name.local;
            let inline = matches!(
                shape(name),
                Shape::Inline
                    | Shape::Dropped
                    | Shape::Look(_)
                    | Shape::Between(..)
                    | Shape::Link
                    | Shape::Image
                    | Shape::Media(_)
            );
            !inline && !matches!(name, "html" | "body")
        })
    })
}

/// What is due when an element ends.
#[derive(Clone, Copy)]
enum Close {
    Nothing,
    Block,
    Mark(Mark),
    Text(&'static str),
    Link,
    Heading(Option<u8>),
    Preformatted,
    Frame,
}

struct OpenLink {
    url: CleanUrl,
    number: Option<usize>,
    /// The link's text, where this is its first appearance.
    text: Option<String>,
}

struct Reader<'a> {
    base: Option<&'a CleanUrl>,
    blank_lines_part: bool,
    /// Ends of lines since the last word, where blank lines part paragraphs.
    line_ends: usize,
    frames: Vec<Frame>,
    runs: Vec<RawRun>,
    space_due: bool,
    marks: [usize; 6],
    link: Option<OpenLink>,
    heading: Option<u8>,
    preformatted: Option<String>,
    links: Vec<Link>,
    numbers: HashMap<String, usize>,
    bytes_left: usize,
    blocks_left: usize,
    cells_left: usize,
}

impl<'a> Reader<'a> {
    fn new(base: Option<&'a CleanUrl>, blank_lines_part: bool) -> Reader<'a> {
        Reader {
            base,
            blank_lines_part,
            line_ends: 0,
            frames: vec![Frame { kind: Kind::Root, blocks: Vec::new() }],
            runs: Vec::new(),
            space_due: false,
            marks: [0; 6],
            link: None,
            heading: None,
            preformatted: None,
            links: Vec::new(),
            numbers: HashMap::new(),
            bytes_left: TEXT_BYTES_MAX,
            blocks_left: BLOCKS_MAX,
            cells_left: TABLE_CELLS_MAX,
        }
    }

    fn walk(&mut self, root: &NodeRef<'_>) {
        let mut open: Vec<(NodeRef<'_>, Close)> = Vec::new();
        let mut next = root.first_child();
        loop {
            while let Some(node) = next {
                let inner = match self.enter(&node) {
                    Some(close) => {
                        open.push((node, close));
                        node.first_child()
                    }
                    None => node.next_sibling(),
                };
                next = inner.filter(|_| !self.is_full());
            }
            let Some((node, close)) = open.pop() else { break };
            self.leave(close);
            next = if self.is_full() { None } else { node.next_sibling() };
        }
    }

    fn is_full(&self) -> bool {
        self.bytes_left == 0 || self.blocks_left == 0
    }

    fn finish(mut self) -> Document {
        self.flush();
        let full = self.is_full();
        let mut blocks = self.frames.pop().map(|it| it.blocks).unwrap_or_default();
        if full {
            blocks.push(Block::Paragraph(vec![sentence(
                "The rest is left out: this text is longer than Dateline shows. Read it in the browser.",
            )]));
        }
        Document { blocks, links: self.links }
    }

    /// Takes a node in. `None` where its children are not to be looked at.
    fn enter(&mut self, node: &NodeRef<'_>) -> Option<Close> {
        node.query(|it| match &it.data {
            NodeData::Text { contents } => {
                self.text(contents);
                None
            }
            NodeData::Element(element) => self.open(node, element),
            NodeData::Document | NodeData::Fragment => Some(Close::Nothing),
            NodeData::Doctype { .. } | NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } => None,
        })?
    }

    fn open(&mut self, node: &NodeRef<'_>, element: &Element) -> Option<Close> {
        let name = &*element.name.local;
        let shape = shape(name);
        if matches!(shape, Shape::Dropped) || is_hidden(element) {
            return None;
        }
        match shape {
            Shape::Dropped => None,
            Shape::Inline => Some(Close::Nothing),
            Shape::Block => Some(self.open_block()),
            Shape::LineBreak => {
                self.line_break();
                None
            }
            Shape::Rule => {
                self.flush();
                self.emit(Block::Rule);
                None
            }
            Shape::Heading(level) => {
                self.flush();
                Some(Close::Heading(self.heading.replace(level)))
            }
            // Some editors wrap whole documents in a <b> that is not bold.
            Shape::Look(Mark::Strong) if style_has(element, &["font-weight:normal", "font-weight:400"]) => {
                Some(Close::Nothing)
            }
            Shape::Look(mark) => {
                self.marks[mark as usize] += 1;
                Some(Close::Mark(mark))
            }
            Shape::Between(before, after) => {
                self.text(before);
                Some(Close::Text(after))
            }
            Shape::Link => Some(self.open_link(element)),
            Shape::Image => {
                self.image(element);
                None
            }
            Shape::Media(kind) => {
                self.media(kind, node, element);
                None
            }
            Shape::Preformatted if self.preformatted.is_none() => {
                self.flush();
                self.preformatted = Some(String::new());
                Some(Close::Preformatted)
            }
            Shape::Preformatted => Some(Close::Nothing),
            Shape::Quote if self.nests(NESTING_MAX, is_nesting) => Some(self.push(Kind::Quote)),
            Shape::List if self.nests(NESTING_MAX, is_nesting) => {
                Some(self.push(Kind::List { ordered_from: None, items: Vec::new() }))
            }
            Shape::NumberedList if self.nests(NESTING_MAX, is_nesting) => {
                let start = attribute(element, "start").and_then(|it| it.trim().parse::<i64>().ok()).unwrap_or(1);
                let ordered_from = Some(start.clamp(-LIST_START_MAX, LIST_START_MAX));
                Some(self.push(Kind::List { ordered_from, items: Vec::new() }))
            }
            Shape::Definitions if self.nests(NESTING_MAX, is_nesting) => {
                Some(self.push(Kind::Definitions { items: Vec::new() }))
            }
            Shape::Item if self.is_in(|it| matches!(it, Kind::List { .. })) => Some(self.push(Kind::Item)),
            Shape::Term if self.is_in(|it| matches!(it, Kind::Definitions { .. })) => {
                let close = self.push(Kind::Term);
                self.marks[Mark::Strong as usize] += 1;
                Some(close)
            }
            Shape::Definition if self.is_in(|it| matches!(it, Kind::Definitions { .. })) => {
                Some(self.push(Kind::Definition))
            }
            Shape::Figure if self.nests(TABLES_NESTED_MAX, |it| matches!(it, Kind::Figure { .. })) => {
                Some(self.push(Kind::Figure { caption: Vec::new() }))
            }
            Shape::Caption if self.is_in(|it| matches!(it, Kind::Figure { .. })) => Some(self.push(Kind::Caption)),
            Shape::Table if self.nests(TABLES_NESTED_MAX, |it| matches!(it, Kind::Table { .. })) => {
                Some(self.push(Kind::Table { rows: Vec::new() }))
            }
            Shape::Row if self.is_in(|it| matches!(it, Kind::Table { .. })) => {
                Some(self.push(Kind::Row { cells: Vec::new() }))
            }
            Shape::Cell | Shape::HeaderCell if self.is_in(|it| matches!(it, Kind::Row { .. })) => {
                self.open_cell(element, matches!(shape, Shape::HeaderCell))
            }
            // Out of place, or nested deeper than we follow: what is inside still counts.
            Shape::Quote
            | Shape::List
            | Shape::NumberedList
            | Shape::Definitions
            | Shape::Item
            | Shape::Term
            | Shape::Definition
            | Shape::Figure
            | Shape::Caption
            | Shape::Table
            | Shape::Row
            | Shape::Cell
            | Shape::HeaderCell => Some(self.open_block()),
        }
    }

    fn leave(&mut self, close: Close) {
        match close {
            Close::Nothing => {}
            Close::Block => self.part(),
            Close::Mark(mark) => self.marks[mark as usize] -= 1,
            Close::Text(after) => self.text_at_once(after),
            Close::Link => self.close_link(),
            Close::Heading(outer) => {
                self.flush();
                self.heading = outer;
            }
            Close::Preformatted => self.close_preformatted(),
            Close::Frame => self.pop(),
        }
    }

    fn open_block(&mut self) -> Close {
        self.part();
        Close::Block
    }

    /// A border between blocks: within preformatted text it ends the line.
    fn part(&mut self) {
        match &mut self.preformatted {
            Some(text) if !text.is_empty() && !text.ends_with('\n') => text.push('\n'),
            Some(_) => {}
            None => self.flush(),
        }
    }

    fn text(&mut self, raw: &str) {
        if self.preformatted.is_some() {
            let piece = self.within_limit(raw);
            if let Some(text) = &mut self.preformatted {
                text.push_str(piece);
            }
            return;
        }
        if !self.blank_lines_part {
            self.flowing_text(raw);
            return;
        }
        for (index, line) in raw.split('\n').enumerate() {
            self.line_ends += usize::from(index > 0);
            self.space_due |= index > 0;
            if line.trim().is_empty() {
                self.space_due |= !line.is_empty();
                continue;
            }
            if std::mem::take(&mut self.line_ends) >= 2 {
                self.flush();
            }
            self.flowing_text(line);
        }
    }

    /// What may still be taken in of `raw`, cut between characters.
    fn within_limit<'t>(&mut self, raw: &'t str) -> &'t str {
        if raw.len() <= self.bytes_left {
            self.bytes_left -= raw.len();
            raw
        } else {
            &raw[..raw.floor_char_boundary(std::mem::take(&mut self.bytes_left))]
        }
    }

    /// Collapses white space as CSS Text 3 (section 4.1) does, across the borders of elements too.
    fn flowing_text(&mut self, raw: &str) {
        self.space_due |= raw.starts_with(char::is_whitespace);
        let is_shifted = self.marks[Mark::Raised as usize] + self.marks[Mark::Lowered as usize] > 0;
        if !is_shifted && raw.len() < self.bytes_left && is_collapsed(raw) {
            // Nothing to collapse and nothing to change: what would be taken in word by word is so in one.
            let words = raw.trim_matches(' ');
            if !words.is_empty() {
                self.word(words);
                self.space_due |= raw.ends_with(' ');
            }
            return;
        }
        let mut first = true;
        for word in raw.split(char::is_whitespace).filter(|it| !it.is_empty()) {
            self.space_due |= !std::mem::take(&mut first);
            self.word(word);
            if self.bytes_left == 0 {
                return;
            }
        }
        self.space_due |= raw.ends_with(char::is_whitespace);
    }

    /// Text that closes what stands before it.
    fn text_at_once(&mut self, text: &str) {
        self.space_due = false;
        self.text(text);
    }

    fn word(&mut self, word: &str) {
        let word = self.within_limit(word);
        let shifted = if self.marks[Mark::Raised as usize] > 0 {
            shifted(word, "⁰¹²³⁴⁵⁶⁷⁸⁹")
        } else if self.marks[Mark::Lowered as usize] > 0 {
            shifted(word, "₀₁₂₃₄₅₆₇₈₉")
        } else {
            None
        };
        let word = shifted.as_deref().unwrap_or(word);
        let (look, link) = (self.look(), self.link_number());
        if std::mem::take(&mut self.space_due) {
            self.space(look, link);
        }
        if let Some(text) = self.link.as_mut().and_then(|it| it.text.as_mut()) {
            if !text.is_empty() && self.runs.last().is_some_and(|it| it.text.ends_with(' ')) {
                text.push(' ');
            }
            text.push_str(word);
        }
        self.run(look, link).push_str(word);
    }

    /// A space between two runs belongs to the one that is not underlined.
    fn space(&mut self, look: Look, link: Option<usize>) {
        self.bytes_left = self.bytes_left.saturating_sub(1);
        match self.runs.last_mut() {
            None => {}
            Some(last) if last.breaks => {}
            Some(last) if last.link == link || last.link.is_none() => last.text.push(' '),
            Some(_) if link.is_none() => self.run(look, None).push(' '),
            Some(_) => self.run(Look::default(), None).push(' '),
        }
    }

    fn run(&mut self, look: Look, link: Option<usize>) -> &mut String {
        if self.runs.last().is_none_or(|it| it.breaks || it.look != look || it.link != link) {
            self.runs.push(RawRun { text: String::new(), look, link, breaks: false });
        }
        let last = self.runs.len() - 1;
        &mut self.runs[last].text
    }

    fn look(&self) -> Look {
        let on = |mark: Mark| self.marks[mark as usize] > 0;
        Look { strong: on(Mark::Strong), emphasis: on(Mark::Emphasis), code: on(Mark::Code), struck: on(Mark::Struck) }
    }

    /// A second line break in a row parts paragraphs, as old editors used it.
    fn line_break(&mut self) {
        if let Some(text) = &mut self.preformatted {
            text.push('\n');
            return;
        }
        self.space_due = false;
        match self.runs.last_mut() {
            None => {}
            Some(last) if last.breaks => self.flush(),
            Some(last) => last.breaks = true,
        }
    }

    fn open_link(&mut self, element: &Element) -> Close {
        // Places within the page are not somewhere to go.
        let reference = attribute(element, "href").map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#'));
        self.link =
            reference.and_then(|it| resolve(self.base, it)).map(|url| OpenLink { url, number: None, text: None });
        Close::Link
    }

    /// The open link's number; it is given when the first of its text appears, so that empty links take none.
    fn link_number(&mut self) -> Option<usize> {
        let link = self.link.as_mut()?;
        if link.number.is_none() {
            let known = self.numbers.get(link.url.as_str()).copied();
            link.number = Some(known.unwrap_or_else(|| {
                self.links.push(Link { url: Some(link.url.clone()), text: CleanText::default() });
                self.numbers.insert(link.url.as_str().to_owned(), self.links.len());
                link.text = Some(String::new());
                self.links.len()
            }));
        }
        link.number
    }

    fn close_link(&mut self) {
        if let Some(OpenLink { number: Some(number), text: Some(text), .. }) = self.link.take() {
            self.links[number - 1].text = CleanText::line(&text, Limit::SENTENCE);
        }
    }

    fn close_preformatted(&mut self) {
        let text = self.preformatted.take().unwrap_or_default().replace("\r\n", "\n").replace('\r', "\n");
        let mut lines: Vec<CleanText> =
            text.split('\n').map(|line| CleanText::preformatted(line, Limit::BLOCK)).collect();
        while lines.last().is_some_and(CleanText::is_empty) {
            lines.pop();
        }
        let first = lines.iter().position(|it| !it.is_empty()).unwrap_or(0);
        lines.drain(..first);
        self.blocks_left = self.blocks_left.saturating_sub(lines.len() / 100);
        if !lines.is_empty() {
            self.emit(Block::Code(lines));
        }
    }

    /// Ends the paragraph (or the heading's line) under construction. One without text is dropped.
    fn flush(&mut self) {
        self.space_due = false;
        let inlines = cleaned(std::mem::take(&mut self.runs));
        if inlines.is_empty() {
            return;
        }
        match self.heading {
            Some(level) => self.emit(Block::Heading { level, text: inlines }),
            None => self.emit(Block::Paragraph(inlines)),
        }
    }
}

/// Whether all white space of a text is single spaces.
fn is_collapsed(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    let after = bytes.get(1..).unwrap_or_default();
    let is_even = bytes.iter().fold(true, |all, it| all & (*it >= b' '))
        && bytes.iter().zip(after).fold(true, |all, (one, next)| all & !(*one == b' ' && *next == b' '));
    is_even && (raw.is_ascii() || !raw.chars().any(|it| !it.is_ascii() && it.is_whitespace()))
}

/// Digits as raised or lowered ones. Anything else has no such form in every font and stays as it is.
fn shifted(word: &str, digits: &str) -> Option<String> {
    word.chars().map(|it| it.to_digit(10).and_then(|digit| digits.chars().nth(digit as usize))).collect()
}

fn resolve(base: Option<&CleanUrl>, reference: &str) -> Option<CleanUrl> {
    match base {
        Some(base) => base.join(reference).ok(),
        None => CleanUrl::parse(reference).ok(),
    }
}

fn sentence(words: &str) -> Inline {
    plain_inline(CleanText::line(words, Limit::SENTENCE))
}
