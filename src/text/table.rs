//! Tables as columns where they fit, as one group of lines a row where they do not.
//!
//! No line is wider than asked.

use super::lines::{dim, hard_lines, spaces};
use super::wrap::{Run, flow, widest_word};
use super::{Inline, Role, Span, width};
use crate::news::{CleanText, Limit};

const GAP: usize = 2;
/// A column narrower than this cannot be read, unless its text is no wider.
const COLUMN_WIDTH_MIN: usize = 8;

/// Lays out a table for `room` cells.
pub(super) fn lines(header_rows: usize, rows: &[Vec<Vec<Inline>>], room: usize, base: Role) -> Vec<Vec<Span>> {
    let role_of = |index: usize| if index < header_rows { Role::Heading } else { base };
    let cells: Vec<Vec<Vec<Vec<Run>>>> = rows
        .iter()
        .enumerate()
        .map(|(index, row)| row.iter().map(|cell| hard_lines(cell, role_of(index))).collect())
        .collect();
    match column_widths(&cells, room) {
        Some(widths) => in_columns(header_rows, rows, &cells, &widths),
        None => row_by_row(header_rows, &cells, room),
    }
}

/// How wide each column may be. `None` where they do not all fit.
fn column_widths(cells: &[Vec<Vec<Vec<Run>>>], room: usize) -> Option<Vec<usize>> {
    let columns = cells.first().map_or(0, Vec::len);
    let mut natural = vec![0; columns];
    let mut least = vec![0; columns];
    for row in cells {
        for (column, cell) in row.iter().enumerate() {
            for line in cell {
                let line_width = line.iter().map(|it| width(it.text.as_str())).sum();
                natural[column] = natural[column].max(line_width);
                least[column] = least[column].max(widest_word(line));
            }
        }
    }
    let room = room.checked_sub(GAP * columns.saturating_sub(1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural);
    }
    for (least, natural) in least.iter_mut().zip(&natural) {
        *least = (*least).max(COLUMN_WIDTH_MIN).min(*natural);
    }
    let mut spare = room.checked_sub(least.iter().sum())?;
    // What is left over goes to the columns that lack most, a cell at a time; there are at most `room` of them.
    let mut widths = least;
    while spare > 0 {
        let lacking = (0..columns).max_by_key(|it| (natural[*it] - widths[*it], columns - it))?;
        if natural[lacking] == widths[lacking] {
            break;
        }
        widths[lacking] += 1;
        spare -= 1;
    }
    Some(widths)
}

fn in_columns(
    header_rows: usize,
    rows: &[Vec<Vec<Inline>>],
    cells: &[Vec<Vec<Vec<Run>>>],
    widths: &[usize],
) -> Vec<Vec<Span>> {
    let rightward: Vec<bool> = (0..widths.len())
        .map(|column| rows.iter().skip(header_rows).all(|row| is_number(&row[column])) && rows.len() > header_rows)
        .collect();
    let mut out = Vec::new();
    for (index, row) in cells.iter().enumerate() {
        let mut columns: Vec<std::vec::IntoIter<Vec<Span>>> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| {
                let lines: Vec<Vec<Span>> = cell.iter().flat_map(|line| flow(line, *width)).collect();
                lines.into_iter()
            })
            .collect();
        let height = columns.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        for _ in 0..height {
            out.push(joined(columns.iter_mut().map(|it| it.next().unwrap_or_default()), widths, &rightward));
        }
        if index + 1 == header_rows {
            let rule = widths.iter().map(|it| vec![dim(CleanText::line(&"─".repeat(*it), Limit::BLOCK))]);
            out.push(joined(rule, widths, &rightward));
        }
    }
    out
}

/// One line of a row: its columns side by side, nothing behind the last.
fn joined(columns: impl Iterator<Item = Vec<Span>>, widths: &[usize], rightward: &[bool]) -> Vec<Span> {
    let mut line: Vec<Span> = Vec::new();
    let mut due = 0;
    for (column, spans) in columns.enumerate() {
        let used: usize = spans.iter().map(|it| width(it.text.as_str())).sum();
        let free = widths[column].saturating_sub(used);
        let before = if rightward[column] { free } else { 0 };
        if !spans.is_empty() {
            push_spaces(&mut line, due + before);
            due = 0;
            line.extend(spans);
            due += free - before;
        } else {
            due += free;
        }
        due += GAP;
    }
    line
}

fn push_spaces(line: &mut Vec<Span>, mut count: usize) {
    while count > 0 {
        let piece = spaces(count);
        count -= piece.as_str().len();
        line.push(dim(piece));
    }
}

/// Each row a group of its own: `head: text`, or the cells side by side where there are no heads.
fn row_by_row(header_rows: usize, cells: &[Vec<Vec<Vec<Run>>>], room: usize) -> Vec<Vec<Span>> {
    let own = |text| Run { text, role: Role::Dim, link: None, glued: false };
    let heads = header_rows.checked_sub(1).and_then(|it| cells.get(it));
    let mut out: Vec<Vec<Span>> = Vec::new();
    for row in cells.iter().skip(if cells.len() > header_rows { header_rows } else { 0 }) {
        if heads.is_some() && !out.is_empty() {
            out.push(Vec::new());
        }
        let mut side_by_side: Vec<Run> = Vec::new();
        for (column, cell) in row.iter().enumerate() {
            let mut text: Vec<Run> = Vec::new();
            for line in cell.iter().filter(|it| !it.is_empty()) {
                if !text.is_empty() {
                    text.push(own(CleanText::own(" ")));
                }
                text.extend(line.iter().cloned());
            }
            if text.is_empty() {
                continue;
            }
            let head = heads.and_then(|it| it.get(column)).and_then(|it| it.first()).filter(|it| !it.is_empty());
            match head {
                Some(head) => {
                    let mut line: Vec<Run> = head.iter().map(|it| Run { role: Role::Dim, ..it.clone() }).collect();
                    line.push(Run { glued: true, ..own(CleanText::own(":")) });
                    line.push(own(CleanText::own(" ")));
                    line.extend(text);
                    out.extend(flow(&line, room));
                }
                None => {
                    if !side_by_side.is_empty() {
                        side_by_side.extend([
                            own(CleanText::own(" ")),
                            own(CleanText::own("·")),
                            own(CleanText::own(" ")),
                        ]);
                    }
                    side_by_side.extend(text);
                }
            }
        }
        out.extend(flow(&side_by_side, room));
    }
    out
}

/// Whether a cell reads as a figure, which columns set flush right.
fn is_number(cell: &[Inline]) -> bool {
    let text: String = cell.iter().map(|it| it.text.as_str()).collect();
    let is_figure = |it: char| it.is_ascii_digit() || " .,:%+-−–€$£¥°".contains(it);
    text.chars().all(is_figure)
        && (text.is_empty() || text.contains(|it: char| it.is_ascii_digit() || "-–".contains(it)))
}
