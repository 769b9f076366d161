//! A document as plain text, as paragraphs for the rules that read, and as a number of words.
//!
//! Nothing here wraps or measures, and no picture, link number or address is put in.

use crate::news::{quarter_words, words_of_quarters};

use super::lines::is_tight;
use super::{Block, Inline};

pub(super) fn text(blocks: &[Block]) -> String {
    joined(blocks, false)
}

/// The words of inlines on one line, or on several where a break is forced.
pub(super) fn inline_text(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for (index, inline) in inlines.iter().enumerate() {
        out.push_str(inline.text.as_str());
        if inline.breaks && index + 1 < inlines.len() {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
        }
    }
    out
}

pub(super) fn paragraphs(blocks: &[Block]) -> Vec<String> {
    let mut out = Vec::new();
    gather(blocks, false, &mut out);
    out
}

pub(super) fn words(blocks: &[Block]) -> i64 {
    let mut texts = Vec::new();
    gather(blocks, true, &mut texts);
    let quarters: i64 = texts.iter().map(|it| quarter_words(it)).sum();
    words_of_quarters(quarters)
}

fn joined(blocks: &[Block], tight: bool) -> String {
    let pieces: Vec<String> = blocks.iter().map(block).filter(|it| !it.is_empty()).collect();
    pieces.join(if tight { "\n" } else { "\n\n" })
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) | Block::Heading { text: inlines, .. } => inline_text(inlines),
        Block::List { ordered_from, items } => {
            let tight = is_tight(items);
            let items: Vec<String> = items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let marker = match ordered_from {
                        Some(from) => format!("{}. ", from.saturating_add(index as i64)),
                        None => "• ".to_owned(),
                    };
                    let hanging = " ".repeat(marker.chars().count());
                    format!("{marker}{}", prefixed(&joined(item, tight), "", &hanging))
                })
                .collect();
            items.join(if tight { "\n" } else { "\n\n" })
        }
        Block::Quote(blocks) => prefixed(&joined(blocks, false), "> ", "> "),
        Block::Code(lines) => lines.iter().map(|it| it.as_str()).collect::<Vec<_>>().join("\n"),
        Block::Image { .. } => String::new(),
        Block::Table { rows, .. } => {
            let row = |cells: &Vec<Vec<Inline>>| {
                cells.iter().map(|it| inline_text(it).replace('\n', " ")).collect::<Vec<_>>().join(" | ")
            };
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        Block::Rule => "* * *".to_owned(),
    }
}

/// Puts `first` before the first line and `rest` before the others; nothing trails on lines without text.
pub(super) fn prefixed(text: &str, first: &str, rest: &str) -> String {
    let mut out = String::with_capacity(text.len() + first.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let prefix = if index == 0 { first } else { rest };
        out.push_str(if line.is_empty() { prefix.trim_end() } else { prefix });
        out.push_str(line);
    }
    out
}

/// Gathers the text of every paragraph, heading and item; with `all`, of code and cells too.
fn gather(blocks: &[Block], all: bool, out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph(inlines) | Block::Heading { text: inlines, .. } => out.push(inline_text(inlines)),
            Block::List { items, .. } => items.iter().for_each(|it| gather(it, all, out)),
            Block::Quote(blocks) => gather(blocks, all, out),
            Block::Code(lines) if all => out.extend(lines.iter().map(|it| it.to_string())),
            Block::Table { rows, .. } if all => out.extend(rows.iter().flatten().map(|it| inline_text(it))),
            Block::Code(_) | Block::Table { .. } | Block::Image { .. } | Block::Rule => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::news::Html;
    use crate::text::Document;

    fn document(html: &str) -> Document {
        Document::from_html(&Html(html.to_owned()), None)
    }

    #[test]
    fn plain_text_has_blank_lines_between_blocks_and_no_pictures() {
        let html = "<h2>Tides</h2><p>One<br>two</p><img src=http://example.org/a.png alt=sea><ul><li>a<ol start=3><li>b\
                    </ol><li>c</ul><blockquote><p>q</p><p>r</p></blockquote><pre>x\n  y</pre>\
                    <table><tr><th>k<th>v<tr><td>1<td>2</table>";
        assert_eq!(
            document(html).plain(),
            "Tides\n\nOne\ntwo\n\n• a\n  3. b\n• c\n\n> q\n>\n> r\n\nx\n  y\n\nk | v\n1 | 2"
        );
    }

    #[test]
    fn paragraphs_are_what_rules_read() {
        let html = "<h2>Head</h2><p>One</p><ul><li>item</ul><pre>code</pre>";
        assert_eq!(document(html).paragraphs(), ["Head", "One", "item"]);
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(document("<p>The sea's edge, 3.5 km out.</p>").words(), 6);
        assert_eq!(document("<p>潮水退得很远</p>").words(), 3);
        assert_eq!(document("<p>كان البحر هادئا</p>").words(), 3);
        assert!((3..=9).contains(&document("<p>เช้าวันนี้แม่ค้าเปิดร้าน</p>").words()));
        assert_eq!(document("<pre>let x</pre>").words(), 2);
    }
}
