//! Words that are looked for, shown where they stand. Changes how text looks, never what or where it is.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use crate::config::Role;
use crate::news::CleanText;
use crate::text::runs_right_to_left;

use super::paint::Painter;

/// What is to be marked in a line, in bytes.
pub struct Hits {
    pub all: Vec<Range<usize>>,
    /// The one that was gone to last.
    pub gone_to: Option<Range<usize>>,
}

/// The same for text in the order in which it is read. Where that is right to left nothing is marked: its parts would
/// change places.
pub fn text(x: u16, y: u16, room: u16, text: &CleanText, style: Style, hits: &Hits, painter: &mut Painter<'_>) -> u16 {
    if hits.all.is_empty() || runs_right_to_left(text.as_str()) {
        return painter.text(x, y, room, text, style);
    }
    laid(x, y, room, text, style, hits, painter)
}

/// Puts `text`, which stands in the order in which it is shown, at a cell with some byte ranges of it marked, at most `room`
/// cells. Gives the column behind it.
pub fn laid(x: u16, y: u16, room: u16, text: &CleanText, style: Style, hits: &Hits, painter: &mut Painter<'_>) -> u16 {
    let hit = style.patch(painter.style(Role::Accent)).add_modifier(Modifier::UNDERLINED);
    let (end, mut at, mut from) = (x.saturating_add(room), x, 0);
    for range in &hits.all {
        let here = hits.gone_to.as_ref() == Some(range);
        let look = if here { hit.add_modifier(Modifier::REVERSED) } else { hit };
        let range = range.start.max(from)..range.end.min(text.as_str().len());
        if range.is_empty() {
            continue;
        }
        at = painter.laid(at, y, end.saturating_sub(at), &text.part(from..range.start), style);
        at = painter.laid(at, y, end.saturating_sub(at), &text.part(range.clone()), look);
        from = range.end;
    }
    painter.laid(at, y, end.saturating_sub(at), &text.part(from..text.as_str().len()), style)
}
