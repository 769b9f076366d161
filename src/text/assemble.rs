//! Pieces of a text that were read → blocks: paragraphs cleaned, captions joined to their pictures, tables told apart
//! from page layout. Nothing here looks at HTML.

use super::{Block, Inline, Look};
use crate::news::{CleanText, Limit};

pub(super) struct TableRow {
    pub cells: Vec<TableCell>,
    pub header: bool,
}

pub(super) struct TableCell {
    pub blocks: Vec<Block>,
    pub header: bool,
}

/// A run of the paragraph under construction, not yet cleaned.
pub(super) struct RawRun {
    pub text: String,
    pub look: Look,
    pub link: Option<usize>,
    pub breaks: bool,
}

/// Gives the caption to the figure's last picture; a figure without one (a table, a quotation) has it below.
pub(super) fn captioned(mut blocks: Vec<Block>, words: Vec<Inline>) -> Vec<Block> {
    if words.is_empty() {
        return blocks;
    }
    for block in blocks.iter_mut().rev() {
        if let Block::Image { caption, .. } = block {
            *caption = words;
            return blocks;
        }
    }
    blocks.push(Block::Paragraph(words));
    blocks
}

/// The text of blocks as one run of inlines, each block on a line of its own.
pub(super) fn inlines_of(blocks: Vec<Block>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    for block in blocks {
        let mut inlines = match block {
            Block::Paragraph(text) | Block::Heading { text, .. } => text,
            Block::Quote(inner) => inlines_of(inner),
            Block::List { items, .. } => items.into_iter().flat_map(inlines_of).collect(),
            Block::Image { caption, .. } => caption,
            Block::Code(_) | Block::Table { .. } | Block::Rule => continue,
        };
        if let (Some(last), false) = (out.last_mut(), inlines.is_empty()) {
            last.breaks = true;
        }
        out.append(&mut inlines);
    }
    out
}

/// A table of short texts is one; a table that lays out a page is taken apart into what it holds.
pub(super) fn table(rows: Vec<TableRow>) -> Vec<Block> {
    let rows: Vec<TableRow> =
        rows.into_iter().filter(|row| row.cells.iter().any(|cell| !cell.blocks.is_empty())).collect();
    let last_used = |row: &TableRow| row.cells.iter().rposition(|it| !it.blocks.is_empty()).map_or(0, |it| it + 1);
    let columns = rows.iter().map(last_used).max().unwrap_or(0);
    let has_headers = rows.iter().any(|row| row.cells.iter().any(|it| it.header));
    let is_text = |cell: &TableCell| match cell.blocks.as_slice() {
        [] | [Block::Paragraph(_)] => true,
        [Block::Image { .. }] => has_headers,
        _ => false,
    };
    let is_data =
        columns >= 2 && (rows.len() >= 2 || has_headers) && rows.iter().all(|row| row.cells.iter().all(is_text));
    if !is_data {
        return rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.blocks).collect();
    }
    let header_rows = rows.iter().take_while(|it| it.header).count();
    let cell = |cell: TableCell, in_header: bool| -> Vec<Inline> {
        let mut inlines = match cell.blocks.into_iter().next() {
            Some(Block::Paragraph(inlines)) => inlines,
            Some(Block::Image { alt, .. }) if !alt.is_empty() => vec![plain_inline(alt)],
            Some(_) | None => Vec::new(),
        };
        for it in &mut inlines {
            it.look.strong |= cell.header && !in_header;
        }
        inlines
    };
    let rows = rows
        .into_iter()
        .enumerate()
        .map(|(index, row)| {
            let mut cells: Vec<Vec<Inline>> =
                row.cells.into_iter().take(columns).map(|it| cell(it, index < header_rows)).collect();
            cells.resize(columns, Vec::new());
            cells
        })
        .collect();
    vec![Block::Table { header_rows, rows }]
}

/// Cleans the runs of a paragraph. No run begins with marks that would pile up on the letter before it.
pub(super) fn cleaned(runs: Vec<RawRun>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(runs.len());
    let is_mark = unicode_normalization::char::is_combining_mark;
    for run in runs {
        let mut text = CleanText::run(&run.text, Limit::BLOCK);
        let previous = out.last().filter(|it| !it.breaks).map(|it| it.text.as_str()).unwrap_or(" ");
        if previous.ends_with(is_mark) {
            text = tail(&text, text.as_str().trim_start_matches(is_mark).len());
        }
        if previous.ends_with(' ') {
            text = tail(&text, text.as_str().trim_start_matches(' ').len());
        }
        if !text.is_empty() {
            out.push(Inline { text, look: run.look, link: run.link, breaks: run.breaks });
        } else if let (Some(last), true) = (out.last_mut(), run.breaks) {
            last.breaks = true;
        }
    }
    while let Some(last) = out.last_mut() {
        last.breaks = false;
        let end = last.text.as_str().trim_end_matches(' ').len();
        if end < last.text.as_str().len() {
            last.text = last.text.part(0..end);
        }
        if !last.text.is_empty() {
            break;
        }
        out.pop();
    }
    out
}

fn tail(text: &CleanText, bytes: usize) -> CleanText {
    text.part(text.as_str().len() - bytes..text.as_str().len())
}

/// A run without look or link.
pub(super) fn plain_inline(text: CleanText) -> Inline {
    Inline { text, look: Look::default(), link: None, breaks: false }
}
