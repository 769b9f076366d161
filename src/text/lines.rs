//! [`Document`] → [`Line`]s for a width: indentation, markers, blank lines, link numbers.
//!
//! No line is wider than asked, at any width from 1 up, none ends in a space, and none begins or ends the text blank.

use super::wrap::{Run, clip, flow};
use super::{Block, Document, Flow, Inline, LINES_MAX, Line, Role, Span, runs_right_to_left, table, width};
use crate::news::{CleanText, Limit};

/// Indentation stops where fewer cells than this would be left for text.
const TEXT_WIDTH_MIN: usize = 10;
const RULE_WIDTH_MAX: usize = 24;
const CODE_INDENT: usize = 2;
/// Before what a line of code goes on with where it is longer than there is room.
const GOES_ON: &str = "↳";
const SPACES: &str = "                                                                ";

pub(super) struct Layout {
    pub lines: Vec<Line>,
    /// Indexes of the lines at which headings begin.
    pub headings: Vec<usize>,
    width: usize,
    levels: Vec<Level>,
    /// How the lines being pushed are read.
    flow: Flow,
}

/// What stands to the left of the text.
enum Level {
    Quote,
    /// The marker stands on the item's first line only.
    Indent {
        marker: Option<CleanText>,
        cells: usize,
    },
    /// There is no room to the left: the marker goes into the item's text.
    Crowded {
        marker: Option<CleanText>,
    },
}

pub(super) fn layout(document: &Document, width: usize) -> Layout {
    let mut layout = Layout {
        lines: Vec::new(),
        headings: Vec::new(),
        width: width.max(1),
        levels: Vec::new(),
        flow: Flow::LeftToRight,
    };
    layout.blocks(&document.blocks, Role::Text, false);
    while layout.lines.last().is_some_and(|it| it.spans.is_empty()) {
        layout.lines.pop();
    }
    layout
}

/// Inlines as runs, split at forced line breaks; each link's text is followed by its number.
pub(super) fn hard_lines(inlines: &[Inline], base: Role) -> Vec<Vec<Run>> {
    let mut lines = vec![Vec::new()];
    for (index, inline) in inlines.iter().enumerate() {
        let next = inlines.get(index + 1);
        let Some(line) = lines.last_mut() else { break };
        line.push(Run { text: inline.text.clone(), role: role(inline, base), link: inline.link, glued: false });
        if let Some(number) = inline.link.filter(|_| next.is_none_or(|it| it.link != inline.link)) {
            let text = CleanText::line(&format!("[{number}]"), Limit::TOPIC);
            line.push(Run { text, role: Role::LinkNumber, link: inline.link, glued: true });
        }
        if inline.breaks && next.is_some() {
            lines.push(Vec::new());
        }
    }
    lines
}

fn role(inline: &Inline, base: Role) -> Role {
    let look = inline.look;
    match base {
        Role::Heading => Role::Heading,
        _ if inline.link.is_some() => Role::Link,
        Role::Dim => Role::Dim,
        _ if look.struck => Role::Dim,
        _ if look.code => Role::Code,
        _ if look.strong => Role::Strong,
        _ if look.emphasis => Role::Emphasis,
        Role::Text | Role::Strong | Role::Emphasis | Role::Code | Role::Quote | Role::Link | Role::LinkNumber => base,
    }
}

/// Whether a list's items follow one another without blank lines.
pub(super) fn is_tight(items: &[Vec<Block>]) -> bool {
    items.iter().all(|item| {
        let rest = match item.as_slice() {
            [Block::Paragraph(_), rest @ ..] => rest,
            rest => rest,
        };
        rest.iter().all(|it| matches!(it, Block::List { .. }))
    })
}

impl Layout {
    fn blocks(&mut self, blocks: &[Block], base: Role, tight: bool) {
        for (index, block) in blocks.iter().enumerate() {
            if self.lines.len() >= LINES_MAX {
                return;
            }
            if index > 0 && !tight {
                self.blank();
            }
            self.block(block, base);
        }
    }

    fn block(&mut self, block: &Block, base: Role) {
        match block {
            Block::Paragraph(inlines) => self.text(inlines, base),
            Block::Heading { text, .. } => {
                self.headings.push(self.lines.len());
                self.text(text, Role::Heading);
            }
            Block::List { ordered_from, items } => self.list(*ordered_from, items, base),
            Block::Quote(blocks) => {
                let fits = self.room() >= TEXT_WIDTH_MIN + 2;
                self.levels.push(if fits { Level::Quote } else { Level::Crowded { marker: None } });
                self.blocks(blocks, Role::Quote, false);
                self.levels.pop();
            }
            Block::Code(lines) => {
                self.indent(None, CODE_INDENT);
                for line in lines {
                    let pieces = clip(line, Role::Code, self.room());
                    if pieces.is_empty() {
                        self.push(Vec::new());
                    }
                    for (index, piece) in pieces.into_iter().enumerate() {
                        // Told apart from a line of its own, which would begin at the same place.
                        if index > 0
                            && let Some(Level::Indent { marker, .. }) = self.levels.last_mut()
                        {
                            *marker = Some(CleanText::own(GOES_ON));
                        }
                        self.push(piece);
                    }
                }
                self.levels.pop();
            }
            Block::Image { alt, caption, .. } => self.image(alt, caption),
            Block::Table { header_rows, rows } => {
                self.flow = Flow::EachSpan;
                for line in table::lines(*header_rows, rows, self.room(), base) {
                    self.push(line);
                }
                self.flow = Flow::LeftToRight;
            }
            Block::Rule => {
                let count = self.room().min(RULE_WIDTH_MAX);
                self.push(vec![dim(CleanText::line(&"─".repeat(count), Limit::TOPIC))]);
            }
        }
    }

    fn text(&mut self, inlines: &[Inline], base: Role) {
        let mut marker = self.crowded_marker();
        // The first letter settles it for the whole paragraph, on whichever of its lines it stands.
        let first = inlines.iter().map(|it| it.text.as_str()).find(|it| it.contains(char::is_alphabetic));
        if first.is_some_and(runs_right_to_left) {
            self.flow = Flow::RightToLeft;
        }
        for mut runs in hard_lines(inlines, base) {
            if let Some(text) = marker.take() {
                runs.insert(0, Run { text, role: Role::Dim, link: None, glued: false });
                runs.insert(1, Run { text: CleanText::own(" "), role: Role::Dim, link: None, glued: false });
            }
            for line in flow(&runs, self.room()) {
                self.push(line);
            }
        }
        self.flow = Flow::LeftToRight;
    }

    /// `[image: what it shows]`. The caption says more than the text for those who cannot see it; where the two
    /// differ, both are shown.
    fn image(&mut self, alt: &CleanText, caption: &[Inline]) {
        let words: String = caption.iter().map(|it| it.text.as_str()).collect();
        let own = |text| Run { text, role: Role::Dim, link: None, glued: false };
        if caption.is_empty() || !(words.contains(alt.as_str()) || alt.as_str().contains(&words)) {
            let stand_in = if alt.is_empty() {
                CleanText::own("[image]")
            } else {
                CleanText::line(&format!("[image: {alt}]"), Limit::BLOCK)
            };
            flow(&[own(stand_in)], self.room()).into_iter().for_each(|it| self.push(it));
            if !caption.is_empty() {
                self.text(caption, Role::Dim);
            }
            return;
        }
        let mut lines = hard_lines(caption, Role::Dim);
        if let Some(first) = lines.first_mut() {
            first.splice(0..0, [own(CleanText::own("[image:")), own(CleanText::own(" "))]);
        }
        if let Some(last) = lines.last_mut() {
            last.push(Run { glued: true, ..own(CleanText::own("]")) });
        }
        for runs in lines {
            flow(&runs, self.room()).into_iter().for_each(|it| self.push(it));
        }
    }

    fn list(&mut self, ordered_from: Option<i64>, items: &[Vec<Block>], base: Role) {
        let tight = is_tight(items);
        let markers: Vec<String> = (0..items.len())
            .map(|index| match ordered_from {
                Some(from) => format!("{}.", from.saturating_add(index as i64)),
                None => "•".to_owned(),
            })
            .collect();
        let widest = markers.iter().map(|it| width(it)).max().unwrap_or(0);
        for (index, (item, marker)) in items.iter().zip(&markers).enumerate() {
            if index > 0 && !tight {
                self.blank();
            }
            let marker = CleanText::line(marker, Limit::TOPIC);
            self.indent(Some(marker), widest + 1);
            self.blocks(item, base, tight);
            self.levels.pop();
        }
    }

    /// Sets what follows `cells` further in, until the level is taken off again.
    fn indent(&mut self, marker: Option<CleanText>, cells: usize) {
        let fits = self.room() >= TEXT_WIDTH_MIN + cells;
        self.levels.push(if fits { Level::Indent { marker, cells } } else { Level::Crowded { marker } });
    }

    fn crowded_marker(&mut self) -> Option<CleanText> {
        match self.levels.last_mut() {
            Some(Level::Crowded { marker }) => marker.take(),
            Some(Level::Quote | Level::Indent { .. }) | None => None,
        }
    }

    /// Cells left for text.
    fn room(&self) -> usize {
        let taken: usize = self
            .levels
            .iter()
            .map(|it| match it {
                Level::Quote => 2,
                Level::Indent { cells, .. } => *cells,
                Level::Crowded { .. } => 0,
            })
            .sum();
        self.width - taken
    }

    fn blank(&mut self) {
        if self.lines.last().is_none_or(|it| it.spans.is_empty()) {
            return;
        }
        self.push(Vec::new());
    }

    /// Puts a line below the others, after what stands to its left.
    fn push(&mut self, content: Vec<Span>) {
        if self.lines.len() >= LINES_MAX {
            return;
        }
        let blank = content.is_empty();
        let mut spans = Vec::with_capacity(content.len() + self.levels.len() * 2);
        for level in &mut self.levels {
            match level {
                Level::Quote => spans.push(dim(CleanText::own("│ "))),
                Level::Indent { marker, cells } => {
                    let marker = if blank { None } else { marker.take() };
                    let used = marker.as_ref().map_or(0, |it| width(it.as_str()) + 1);
                    spans.push(dim(spaces(cells.saturating_sub(used))));
                    if let Some(marker) = marker {
                        spans.push(dim(marker));
                        spans.push(dim(CleanText::own(" ")));
                    }
                }
                Level::Crowded { .. } => {}
            }
        }
        spans.extend(content);
        spans.retain(|it| !it.text.is_empty());
        if blank {
            while let Some(last) = spans.last_mut() {
                last.text = last.text.part(0..last.text.as_str().trim_end_matches(' ').len());
                if !last.text.is_empty() {
                    break;
                }
                spans.pop();
            }
        }
        self.lines.push(Line { spans, flow: if blank { Flow::LeftToRight } else { self.flow } });
    }
}

pub(super) fn spaces(count: usize) -> CleanText {
    CleanText::own(&SPACES[..count.min(SPACES.len())])
}

pub(super) fn dim(text: CleanText) -> Span {
    Span { text, role: Role::Dim, link: None }
}
