//! A document as CommonMark (0.31), for export and for the clipboard. Tables are written as GitHub's extension has them.
//!
//! No text of an article can become markup: whatever would be read as such is escaped.

use super::lines::is_tight;
use super::plain::prefixed;
use super::{Block, Document, Inline, Look};
use crate::news::CleanUrl;

pub(super) fn text(document: &Document) -> String {
    let mut out = joined(document, &document.blocks, false);
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn joined(document: &Document, blocks: &[Block], tight: bool) -> String {
    let mut out = String::new();
    let mut after_list = false;
    for block in blocks {
        let text = markdown(document, block);
        if text.is_empty() {
            continue;
        }
        let is_list = matches!(block, Block::List { .. });
        if !out.is_empty() {
            out.push_str(if tight { "\n" } else { "\n\n" });
            // Two lists in a row would be read as one.
            if is_list && after_list {
                out.push_str("<!-- -->\n\n");
            }
        }
        out.push_str(&text);
        after_list = is_list;
    }
    out
}

fn markdown(document: &Document, block: &Block) -> String {
    match block {
        Block::Paragraph(inlines) => inline(document, inlines, "\\\n"),
        Block::Heading { level, text } => {
            let mut text = inline(document, text, " ");
            // Hashes at the end of a heading would be taken off.
            if text.ends_with('#') {
                text.insert(text.len() - 1, '\\');
            }
            format!("{} {text}", "#".repeat(usize::from((*level).clamp(1, 6))))
        }
        Block::List { ordered_from, items } => {
            let tight = is_tight(items);
            let items: Vec<String> = items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let marker = match ordered_from {
                        // CommonMark knows no negative numbers and at most nine digits.
                        Some(from) => format!("{}. ", from.saturating_add(index as i64).clamp(0, 999_999_999)),
                        None => "- ".to_owned(),
                    };
                    prefixed(&joined(document, item, tight), &marker, &" ".repeat(marker.len()))
                })
                .collect();
            items.join(if tight { "\n" } else { "\n\n" })
        }
        Block::Quote(blocks) => prefixed(&joined(document, blocks, false), "> ", "> "),
        Block::Code(lines) => {
            let longest = lines.iter().map(|it| longest_run(it.as_str(), '`')).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            let lines: Vec<&str> = lines.iter().map(|it| it.as_str()).collect();
            format!("{fence}\n{}\n{fence}", lines.join("\n"))
        }
        Block::Image { alt, caption, url } => {
            let picture = match url {
                Some(url) => format!("![{}]({})", escaped(alt.as_str()), destination(url)),
                None if alt.is_empty() => "\\[image\\]".to_owned(),
                None => format!("\\[image: {}\\]", escaped(alt.as_str())),
            };
            if caption.is_empty() { picture } else { format!("{picture}\n\n{}", inline(document, caption, "\\\n")) }
        }
        Block::Table { header_rows, rows } => table(document, *header_rows, rows),
        Block::Rule => "***".to_owned(),
    }
}

fn table(document: &Document, header_rows: usize, rows: &[Vec<Vec<Inline>>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let row = |cells: &Vec<Vec<Inline>>| {
        let cells: Vec<String> = cells.iter().map(|it| cell(&inline(document, it, " "))).collect();
        format!("| {} |", cells.join(" | "))
    };
    let mut lines: Vec<String> = rows.iter().map(row).collect();
    if header_rows == 0 {
        lines.insert(0, format!("|{}", "  |".repeat(columns)));
    }
    lines.insert(1, format!("|{}", " --- |".repeat(columns)));
    lines.join("\n")
}

/// A bar within a cell would end it, within code too.
fn cell(text: &str) -> String {
    text.replace("\\|", "|").replace('|', "\\|")
}

fn inline(document: &Document, inlines: &[Inline], line_break: &str) -> String {
    let mut out = String::new();
    let mut index = 0;
    let mut line_start = true;
    while index < inlines.len() {
        let link = inlines[index].link;
        let mut end = index + 1;
        while end < inlines.len() && inlines[end].link == link && link.is_some() {
            end += 1;
        }
        let runs = &inlines[index..end];
        let before = index.checked_sub(1).and_then(|it| edge(&inlines[it]));
        let after = inlines.get(end).and_then(|it| it.text.as_str().chars().next());
        let mut text = String::new();
        for (at, run) in runs.iter().enumerate() {
            let previous = if at == 0 { before } else { edge(&runs[at - 1]) };
            let next = runs.get(at + 1).map_or(after, |it| it.text.as_str().chars().next());
            text.push_str(&marked(run, previous, next, line_start && link.is_none()));
            line_start = false;
            if run.breaks && (at + 1 < runs.len() || end < inlines.len()) {
                text.truncate(text.trim_end_matches(' ').len());
                text.push_str(if link.is_some() { " " } else { line_break });
                line_start = line_break != " " && link.is_none();
            }
        }
        let url = link.and_then(|it| document.links.get(it - 1)).and_then(|it| it.url.as_ref());
        match url {
            Some(url) => {
                let inner = text.trim();
                let lead = &text[..text.len() - text.trim_start().len()];
                let trail = &text[text.trim_end().len()..];
                // An exclamation mark directly before a link would make it a picture.
                if lead.is_empty() && out.ends_with('!') {
                    out.insert(out.len() - 1, '\\');
                }
                out.push_str(&format!("{lead}[{inner}]({}){trail}", destination(url)));
                if runs.last().is_some_and(|it| it.breaks) && end < inlines.len() {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push_str(line_break);
                    line_start = line_break != " ";
                }
            }
            None => out.push_str(&text),
        }
        index = end;
    }
    out
}

/// The character that a run ends in, as its neighbour sees it: a star where the run may end in one.
fn edge(inline: &Inline) -> Option<char> {
    let last = inline.text.as_str().chars().next_back();
    let starred = inline.look.strong || inline.look.emphasis;
    if starred && last != Some(' ') { Some('*') } else { last }
}

/// A run with the marks of its look. White space stands outside of them, else they would not count as marks.
fn marked(run: &Inline, previous: Option<char>, next: Option<char>, line_start: bool) -> String {
    let raw = run.text.as_str();
    let inner = raw.trim_matches(' ');
    if inner.is_empty() {
        return raw.to_owned();
    }
    let lead = &raw[..raw.len() - raw.trim_start_matches(' ').len()];
    let trail = &raw[raw.trim_end_matches(' ').len()..];
    let Look { strong, emphasis, code, struck } = run.look;
    let mut text = if code { code_span(inner) } else { escaped(inner) };
    if line_start && !code {
        text = without_block_marks(&text);
    }
    let previous = if lead.is_empty() { previous } else { Some(' ') };
    let next = if trail.is_empty() { next } else { Some(' ') };
    let stars_work = flanks(&text, previous, next);
    for (on, stars, element) in [(emphasis, "*", "em"), (strong, "**", "strong")] {
        if on && stars_work {
            text = format!("{stars}{text}{stars}");
        } else if on {
            text = format!("<{element}>{text}</{element}>");
        }
    }
    if struck {
        text = format!("<del>{text}</del>");
    }
    format!("{lead}{text}{trail}")
}

/// Whether stars around `text` would be read as emphasis (CommonMark 6.2, flanking): they are not where the text begins
/// or ends with punctuation and a letter stands directly beyond, as in scripts that set no spaces, nor where another
/// run's stars would touch them.
fn flanks(text: &str, previous: Option<char>, next: Option<char>) -> bool {
    let is_punctuation = |it: char| !it.is_alphanumeric() && !it.is_whitespace();
    let open = |it: Option<char>| it.is_none_or(|it| it.is_whitespace());
    let first_works = open(previous) || !text.starts_with(is_punctuation);
    let last_works = open(next) || !text.ends_with(is_punctuation);
    first_works && last_works && previous != Some('*') && next != Some('*')
}

fn code_span(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text, '`') + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{ticks} {text} {ticks}")
    } else {
        format!("{ticks}{text}{ticks}")
    }
}

fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for it in text.chars() {
        run = if it == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for it in text.chars() {
        if matches!(it, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '~' | '|') {
            out.push('\\');
        }
        out.push(it);
    }
    out
}

/// At the start of a line some characters make headings, lists and rules.
fn without_block_marks(text: &str) -> String {
    if text.starts_with(['#', '+', '-', '=']) {
        return format!("\\{text}");
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && text[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    text.to_owned()
}

fn destination(url: &CleanUrl) -> String {
    if url.as_str().contains(['(', ')', '<', '>', ' ']) {
        format!("<{}>", url.as_str().replace('<', "%3C").replace('>', "%3E"))
    } else {
        url.as_str().replace('&', "&amp;")
    }
}

#[cfg(test)]
mod tests {
    use crate::news::Html;
    use crate::text::Document;

    fn markdown(html: &str) -> String {
        Document::from_html(&Html(html.to_owned()), None).markdown()
    }

    #[test]
    fn every_block_has_its_markdown() {
        let html = "<h2>Tides</h2><p>Low <b>water</b> at <em>six</em>, see <a href=http://example.org/t>the <code>t</code> \
                    table</a>.<br>Then <del>no</del>.</p><ol start=3><li>a<ul><li>b</ul><li>c</ol><blockquote><p>q<p>r\
                    </blockquote><hr><pre>x ```\n  y</pre><table><tr><th>k<th>v<tr><td>1|2<td>3</table>\
                    <figure><img src=http://example.org/a.png alt=sea><figcaption>The sea</figcaption></figure>";
        assert_eq!(
            markdown(html),
            "## Tides\n\nLow **water** at *six*, see [the `t` table](http://example.org/t).\\\nThen <del>no</del>.\n\n\
             3. a\n   - b\n4. c\n\n> q\n>\n> r\n\n***\n\n````\nx ```\n  y\n````\n\n\
             | k | v |\n| --- | --- |\n| 1\\|2 | 3 |\n\n![sea](http://example.org/a.png)\n\nThe sea\n"
        );
    }

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(
            markdown("<p>*a* _b_ [c](d) &lt;i&gt; `e` \\ &amp;amp;</p>"),
            "\\*a\\* \\_b\\_ \\[c\\](d) \\<i\\> \\`e\\` \\\\ \\&amp;\n"
        );
        assert_eq!(
            markdown("<p># a</p><p>1. b</p><p>- c</p><p>+ d</p><p>=== e</p>"),
            "\\# a\n\n1\\. b\n\n\\- c\n\n\\+ d\n\n\\=== e\n"
        );
    }

    #[test]
    fn stars_that_would_not_count_become_elements() {
        assert_eq!(markdown("<p>彼は<b>「はい」</b>と言った</p>"), "彼は<strong>「はい」</strong>と言った\n");
        assert_eq!(markdown("<p>彼は<b>東京</b>へ</p>"), "彼は**東京**へ\n");
        assert_eq!(markdown("<p>a <b>b </b>c</p>"), "a **b** c\n");
    }

    #[test]
    fn neighbours_do_not_change_what_a_mark_means() {
        assert_eq!(
            markdown("<p>Look!<a href=http://example.org/>here</a></p>"),
            "Look\\![here](http://example.org/)\n"
        );
        assert_eq!(markdown("<p><i>a</i><b>b</b></p>"), "*a*<strong>b</strong>\n");
        assert_eq!(markdown("<h3>C #</h3>"), "### C \\#\n");
    }

    #[test]
    fn lists_that_follow_one_another_stay_two() {
        assert_eq!(markdown("<ul><li>a</ul><ul><li>b</ul>"), "- a\n\n<!-- -->\n\n- b\n");
    }
}
