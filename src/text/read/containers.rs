//! The containers that are open while HTML is read, and what each becomes when it ends.

use dom_query::Element;

use super::{Close, Reader};
use crate::text::assemble::{TableCell, TableRow, captioned, inlines_of, table};
use crate::text::element::{Mark, attribute};
use crate::text::{Block, Inline, TABLE_COLUMNS_MAX};

/// A container under construction.
pub struct Frame {
    pub kind: Kind,
    pub blocks: Vec<Block>,
}

pub enum Kind {
    Root,
    Quote,
    List { ordered_from: Option<i64>, items: Vec<Vec<Block>> },
    Item,
    Definitions { items: Vec<Vec<Block>> },
    Term,
    Definition,
    Figure { caption: Vec<Inline> },
    Caption,
    Table { rows: Vec<TableRow> },
    Row { cells: Vec<TableCell> },
    Cell { columns: usize, header: bool },
}

impl Reader<'_> {
    pub fn push(&mut self, kind: Kind) -> Close {
        self.part();
        self.frames.push(Frame { kind, blocks: Vec::new() });
        Close::Frame
    }

    pub fn is_in(&self, wanted: fn(&Kind) -> bool) -> bool {
        self.preformatted.is_none() && self.frames.last().is_some_and(|it| wanted(&it.kind))
    }

    pub fn nests(&self, nested_max: usize, counted: fn(&Kind) -> bool) -> bool {
        self.preformatted.is_none() && self.frames.iter().filter(|it| counted(&it.kind)).count() < nested_max
    }

    pub fn open_cell(&mut self, element: &Element, header: bool) -> Option<Close> {
        let taken = match self.frames.last().map(|it| &it.kind) {
            Some(Kind::Row { cells }) => cells.len(),
            Some(_) | None => 0,
        };
        if self.cells_left == 0 || taken >= TABLE_COLUMNS_MAX {
            return None;
        }
        let wanted = attribute(element, "colspan").and_then(|it| it.trim().parse::<usize>().ok()).unwrap_or(1);
        let columns = wanted.clamp(1, TABLE_COLUMNS_MAX - taken).min(self.cells_left);
        self.cells_left -= columns;
        Some(self.push(Kind::Cell { columns, header }))
    }

    /// Ends the innermost container and puts what it became into the one around it.
    pub fn pop(&mut self) {
        self.flush();
        // The root is never closed by an element.
        let Some(frame) = (self.frames.len() > 1).then(|| self.frames.pop()).flatten() else { return };
        let blocks = frame.blocks;
        match frame.kind {
            Kind::Root => {}
            Kind::Quote if blocks.is_empty() => {}
            Kind::Quote => self.emit(Block::Quote(blocks)),
            Kind::List { items, ordered_from } if !items.is_empty() => self.emit(Block::List { ordered_from, items }),
            Kind::List { .. } => {}
            Kind::Definitions { items } if !items.is_empty() => self.emit(Block::List { ordered_from: None, items }),
            Kind::Definitions { .. } => {}
            Kind::Item => self.end_item(blocks, false),
            Kind::Term => {
                self.marks[Mark::Strong as usize] -= 1;
                self.end_item(blocks, false);
            }
            Kind::Definition => self.end_item(blocks, true),
            Kind::Figure { caption } => captioned(blocks, caption).into_iter().for_each(|it| self.emit(it)),
            Kind::Caption => {
                if let Some(Frame { kind: Kind::Figure { caption }, .. }) = self.frames.last_mut() {
                    if let Some(last) = caption.last_mut() {
                        last.breaks = true;
                    }
                    caption.extend(inlines_of(blocks));
                }
            }
            Kind::Cell { columns, header } => {
                if let Some(Frame { kind: Kind::Row { cells }, .. }) = self.frames.last_mut() {
                    cells.push(TableCell { blocks, header });
                    cells.extend((1..columns).map(|_| TableCell { blocks: Vec::new(), header }));
                }
            }
            Kind::Row { cells } => {
                if let Some(Frame { kind: Kind::Table { rows }, .. }) = self.frames.last_mut() {
                    let header = cells.iter().all(|it| it.header);
                    rows.push(TableRow { cells, header });
                }
            }
            Kind::Table { rows } => {
                blocks.into_iter().for_each(|it| self.emit(it));
                table(rows).into_iter().for_each(|it| self.emit(it));
            }
        }
    }

    pub fn end_item(&mut self, mut blocks: Vec<Block>, continues: bool) {
        let Some(Frame { kind: Kind::List { items, .. } | Kind::Definitions { items }, .. }) = self.frames.last_mut()
        else {
            return;
        };
        if blocks.is_empty() {
            return;
        }
        let Some(item) = items.last_mut().filter(|_| continues) else {
            items.push(blocks);
            return;
        };
        // A definition stands on the line below its term.
        if let (Some(Block::Paragraph(term)), Some(Block::Paragraph(first))) = (item.last_mut(), blocks.first_mut()) {
            if let Some(last) = term.last_mut() {
                last.breaks = true;
            }
            term.append(first);
            blocks.remove(0);
        }
        item.append(&mut blocks);
    }

    pub fn emit(&mut self, block: Block) {
        self.blocks_left = self.blocks_left.saturating_sub(1);
        let Some(frame) = self.frames.last_mut() else { return };
        match &mut frame.kind {
            Kind::List { items, .. } | Kind::Definitions { items } => items.push(vec![block]),
            Kind::Root
            | Kind::Quote
            | Kind::Item
            | Kind::Term
            | Kind::Definition
            | Kind::Figure { .. }
            | Kind::Caption
            | Kind::Table { .. }
            | Kind::Row { .. }
            | Kind::Cell { .. } => frame.blocks.push(block),
        }
    }
}

pub fn is_nesting(kind: &Kind) -> bool {
    matches!(kind, Kind::Quote | Kind::List { .. } | Kind::Definitions { .. })
}
