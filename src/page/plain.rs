//! A bare text, as copied out of a page or written by a tool → headline, caption and credit, byline, body.
//!
//! Rules of place and shape: the headline is the first line; a caption stands right under it and ends in a credit.
//! Never drops a line that could be the article's own.

use super::Page;
use super::meta::moment;
use super::tidy::{HTML_BYTES_MAX, escape};
use super::words::{after_teaser_label, is_invitation, is_share_label, without_byline_label};
use crate::news::{CleanText, CleanUrl, Html, Limit, Timestamp, count_words, split_credit};

/// A first line longer than this is a paragraph.
const HEADLINE_CHARS_MAX: usize = 220;
const CAPTION_CHARS_MAX: usize = 400;
const BYLINE_WORDS_MAX: usize = 8;
const TEASER_CHARS_MAX: usize = 160;
/// Lines up to this width were wrapped by an editor.
const WRAPPED_CHARS_MAX: usize = 100;

/// Reads a bare text.
pub fn read(text: &str) -> Page {
    let normal = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = normal.lines().map(str::trim_end).collect();
    let head = take_head(&mut lines);
    let mut blocks = blocks_of(&lines);
    let title = if head.title.is_empty() { take_headline(&mut blocks) } else { head.title.clone() };
    blocks.iter_mut().for_each(|block| block.retain(|line| !is_furniture(line)));
    blocks.retain(|block| !block.is_empty());
    // A tool that names the headline leaves it standing over the text as well.
    if let Some(first) = blocks.first_mut()
        && first.first().is_some_and(|it| bare_heading(it) == title)
    {
        first.remove(0);
    }
    blocks.retain(|block| !block.is_empty());
    let (caption, credit) = take_caption(&mut blocks);
    let byline = if head.byline.is_empty() { take_byline(&mut blocks) } else { head.byline };
    let (html, plain) = body(&blocks);
    let title = if title.is_empty() { opening_words(&plain) } else { title };
    Page {
        url: head.url,
        title: CleanText::line(&title, Limit::TITLE),
        byline: CleanText::line(&byline, Limit::AUTHOR),
        site: CleanText::default(),
        language: None,
        published: head.published,
        section: CleanText::default(),
        caption: CleanText::line(&caption, Limit::SENTENCE),
        credit: CleanText::line(&credit, Limit::AUTHOR),
        words: count_words(&plain),
        html,
        images: Vec::new(),
    }
}

#[derive(Default)]
struct Head {
    title: String,
    byline: String,
    url: Option<CleanUrl>,
    published: Option<Timestamp>,
}

/// Takes lines like `Title: …` from the top, with or without the `---` of front matter around them.
fn take_head(lines: &mut Vec<&str>) -> Head {
    let mut head = Head::default();
    let mut at = 0;
    let fenced = lines.first().is_some_and(|it| *it == "---");
    if fenced {
        at = 1;
    }
    while let Some(line) = lines.get(at) {
        let line = line.trim();
        if fenced && line == "---" {
            at += 1;
            break;
        }
        if line.is_empty() {
            at += 1;
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { break };
        let value = value.trim().trim_matches('"').to_owned();
        match key.trim().to_ascii_lowercase().as_str() {
            "title" | "headline" => head.title = value,
            "author" | "by" | "byline" => head.byline = value,
            "url" | "url source" | "link" | "source" if CleanUrl::parse(&value).is_ok() => {
                head.url = CleanUrl::parse(&value).ok()
            }
            "date" | "published" | "published time" => head.published = moment(&value),
            "markdown content" | "content" if value.is_empty() => {}
            _ if fenced => {}
            _ => break,
        }
        at += 1;
    }
    // A lone fence is a rule, not a head.
    if !(fenced && at >= lines.len()) {
        lines.drain(..at);
    }
    head
}

/// Blocks parted by blank lines.
fn blocks_of<'a>(lines: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut blocks: Vec<Vec<&str>> = vec![Vec::new()];
    for line in lines {
        if line.trim().is_empty() {
            blocks.push(Vec::new());
        } else if let Some(block) = blocks.last_mut() {
            block.push(line);
        }
    }
    blocks.retain(|it| !it.is_empty());
    blocks
}

fn take_headline(blocks: &mut Vec<Vec<&str>>) -> String {
    let more_follows = blocks.len() > 1 || blocks.first().is_some_and(|it| it.len() > 1);
    let Some(first) = blocks.first_mut() else { return String::new() };
    let line = first[0];
    let bare = bare_heading(line);
    let marked = line.trim_start().starts_with('#');
    let chars = bare.chars().count();
    // A sentence with its full stop is a paragraph; many headlines ask or exclaim, few state and stop.
    let is_paragraph = chars > HEADLINE_CHARS_MAX || bare.ends_with(['.', '。']) && !bare.ends_with("..");
    let wrapped = !marked && first.len() > 2 && is_wrapped(first);
    if !more_follows || (is_paragraph && !marked) || wrapped {
        return String::new();
    }
    first.remove(0);
    // Markdown's other way to mark a headline is a line of `=` beneath it.
    if first.first().is_some_and(|it| it.len() >= 3 && it.chars().all(|it| it == '=' || it == '-')) {
        first.remove(0);
    }
    blocks.retain(|it| !it.is_empty());
    bare
}

fn bare_heading(line: &str) -> String {
    line.trim().trim_start_matches('#').trim().trim_matches('*').trim().to_owned()
}

/// A line that says nothing of the article.
fn is_furniture(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']);
    let teaser = || {
        let short = line.chars().count() <= TEASER_CHARS_MAX && !line.ends_with(['.', '。', '"', '”']);
        // Without links to go by, the label must be set off from what follows.
        short && line.contains([':', '：', '|', '】']) && after_teaser_label(line).is_some()
    };
    is_share_label(line) || is_invitation(line) || teaser()
}

/// Takes the caption: a line at the top that ends in a credit and is short beside the body.
fn take_caption(blocks: &mut Vec<Vec<&str>>) -> (String, String) {
    let chars_all: usize = blocks.iter().flatten().map(|it| it.chars().count()).sum();
    let Some(line) = blocks.first().and_then(|it| it.first()) else { return Default::default() };
    let chars = line.chars().count();
    let (caption, credit) = split_credit(&without_emphasis(line));
    if credit.is_empty() || chars > CAPTION_CHARS_MAX || chars * 3 > chars_all {
        return Default::default();
    }
    blocks[0].remove(0);
    blocks.retain(|it| !it.is_empty());
    (caption, credit)
}

fn without_emphasis(line: &str) -> String {
    line.trim().trim_matches(['*', '_']).to_owned()
}

/// Takes a line like `By Ann Other` from the top.
fn take_byline(blocks: &mut Vec<Vec<&str>>) -> String {
    let Some(line) = blocks.first().and_then(|it| it.first()).map(|it| it.trim()) else { return String::new() };
    let name = without_byline_label(line);
    let is_name = name.chars().next().is_some_and(char::is_uppercase)
        && name.split_whitespace().count() < BYLINE_WORDS_MAX
        && !name.contains(['.', '!', '?', ':', '"']);
    if name.len() == line.len() || !is_name || blocks.len() < 2 {
        return String::new();
    }
    let name = name.to_owned();
    blocks[0].remove(0);
    blocks.retain(|it| !it.is_empty());
    name
}

/// The body as HTML and as plain text.
fn body(blocks: &[Vec<&str>]) -> (Html, String) {
    let (mut html, mut plain) = (String::new(), String::new());
    let mut list_open = false;
    for block in blocks {
        let joined =
            if is_wrapped(block) { vec![block.join(" ")] } else { block.iter().map(|it| (*it).to_owned()).collect() };
        for paragraph in joined {
            if html.len() + paragraph.len() > HTML_BYTES_MAX {
                continue;
            }
            let paragraph = paragraph.trim();
            let (name, content) = shape(paragraph);
            if list_open && name != "li" {
                html.push_str("</ul>\n");
                list_open = false;
            }
            if !list_open && name == "li" {
                html.push_str("<ul>\n");
                list_open = true;
            }
            html.push_str(&format!("<{name}>"));
            inline(content, &mut html, &mut plain);
            html.push_str(&format!("</{name}>\n"));
            plain.push('\n');
        }
    }
    if list_open {
        html.push_str("</ul>\n");
    }
    (Html(html), plain)
}

/// The element that a paragraph's first marks ask for, as Markdown writes them.
fn shape(paragraph: &str) -> (&'static str, &str) {
    let hashes = paragraph.chars().take_while(|it| *it == '#').count();
    if (1..=6).contains(&hashes) && paragraph[hashes..].starts_with(' ') {
        return (if hashes <= 2 { "h2" } else { "h3" }, paragraph[hashes..].trim());
    }
    for mark in ["- ", "* ", "• "] {
        if let Some(rest) = paragraph.strip_prefix(mark) {
            // Dialogue is set with a dash in many languages; a Markdown item begins with a star or stands among items.
            return if mark == "- " && rest.ends_with(['.', '?', '!']) { ("p", paragraph) } else { ("li", rest) };
        }
    }
    match paragraph.strip_prefix("> ") {
        Some(rest) => ("blockquote", rest),
        None => ("p", paragraph),
    }
}

/// Writes a line with Markdown's links and strong marks; pictures are left out.
fn inline(text: &str, html: &mut String, plain: &mut String) {
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let Some((label, target, after)) = link_at(&rest[open..]) else {
            let next = open + 1;
            write_text(&rest[..next], html, plain);
            rest = &rest[next..];
            continue;
        };
        let picture = rest[..open].ends_with('!');
        write_text(rest[..open].trim_end_matches(if picture { '!' } else { '\0' }), html, plain);
        if !picture {
            html.push_str("<a href=\"");
            escape(target.as_str(), html);
            html.push_str("\">");
            write_text(label, html, plain);
            html.push_str("</a>");
        }
        rest = after;
    }
    write_text(rest, html, plain);
}

/// `[label](https://target)` at the beginning of a text, and what follows it.
fn link_at(text: &str) -> Option<(&str, CleanUrl, &str)> {
    let (label, after) = text.strip_prefix('[')?.split_once("](")?;
    let (target, after) = after.split_once(')')?;
    let target = CleanUrl::parse(target.split_whitespace().next()?).ok()?;
    (!label.contains('[')).then_some((label, target, after))
}

fn write_text(text: &str, html: &mut String, plain: &mut String) {
    let text = text.replace("**", "");
    escape(&text, html);
    plain.push_str(&text);
}

/// Whether the lines of a block were broken by an editor: none is long, and all but the last are about equally so.
fn is_wrapped(block: &[&str]) -> bool {
    if block.len() < 2 || block.iter().any(|it| it.starts_with(['#', '>', '*', '•']) || it.starts_with("- ")) {
        return false;
    }
    let widths: Vec<usize> = block.iter().map(|it| it.chars().count()).collect();
    let widest = widths.iter().copied().max().unwrap_or_default();
    widest <= WRAPPED_CHARS_MAX && widths[..widths.len() - 1].iter().all(|it| *it * 3 >= widest * 2)
}

/// A stand-in for a headline: the text's first words.
fn opening_words(plain: &str) -> String {
    const OPENING_CHARS_MAX: usize = 80;
    let line = plain.lines().next().unwrap_or_default();
    if line.chars().count() <= OPENING_CHARS_MAX {
        return line.to_owned();
    }
    let cut: String = line.chars().take(OPENING_CHARS_MAX).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COPIED: &str = "Jembatan Baru di Sungai Musi Dibuka Setelah Tiga Tahun\nWarga berjalan kaki di atas jembatan. (Antara/Rini W)\n\nBagikan:\n\nPALEMBANG - Jembatan baru di atas Sungai Musi dibuka untuk umum pada hari Senin, tiga tahun setelah pembangunan dimulai.\n\n\"Kami menunggu lama,\" kata seorang pedagang, dikutip dari Antara.\n\nBaca juga: Harga cabai turun di pasar induk\n\nJembatan itu memperpendek jalan ke pasar menjadi 20 menit.";

    #[test]
    fn a_copied_article_falls_into_its_parts() {
        let page = read(COPIED);
        assert_eq!(page.title.as_str(), "Jembatan Baru di Sungai Musi Dibuka Setelah Tiga Tahun");
        assert_eq!(page.caption.as_str(), "Warga berjalan kaki di atas jembatan.");
        assert_eq!(page.credit.as_str(), "Antara/Rini W");
        assert_eq!(page.html.0.matches("<p>").count(), 3, "{}", page.html.0);
        assert!(page.html.0.starts_with("<p>PALEMBANG - "));
        assert!(!page.html.0.contains("Bagikan") && !page.html.0.contains("Baca juga"));
    }

    #[test]
    fn a_text_without_a_headline_keeps_its_first_sentence() {
        let page =
            read("The river rose again on Monday.\n\nNobody was hurt, the town said, and the bridge stays open.");
        assert_eq!(page.title.as_str(), "The river rose again on Monday.");
        assert_eq!(page.html.0.matches("<p>").count(), 2);
        assert!(page.caption.is_empty());
    }

    #[test]
    fn markdown_and_a_head_are_understood() {
        let page = read(
            "Title: Der Fluss steigt\nURL Source: https://bote.example/fluss\nPublished Time: 2024-03-02T08:00:00+01:00\n\nMarkdown Content:\n# Der Fluss steigt\n\nDas Wasser [stieg](https://bote.example/pegel) um **zwei** Meter.\n\n## Die Lage\n\n* Brücke zu\n* Schule offen",
        );
        assert_eq!(page.title.as_str(), "Der Fluss steigt");
        assert_eq!(page.url.map(|it| it.to_string()).as_deref(), Some("https://bote.example/fluss"));
        assert_eq!(page.published.map(Timestamp::rfc3339).as_deref(), Some("2024-03-02T07:00:00Z"));
        assert_eq!(
            page.html.0,
            "<p>Das Wasser <a href=\"https://bote.example/pegel\">stieg</a> um zwei Meter.</p>\n<h2>Die Lage</h2>\n<ul>\n<li>Brücke zu</li>\n<li>Schule offen</li>\n</ul>\n"
        );
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let page = read(
            "Ferry stops for the winter\n\nThe ferry across the sound stopped on Friday and\nwill not run again before the ice has gone, its\nowners said.\n\nA bus runs instead.",
        );
        assert_eq!(page.html.0.matches("<p>").count(), 2, "{}", page.html.0);
    }

    #[test]
    fn marks_of_html_stay_text() {
        let page = read("Tags explained\n\nThe tag <script>alert(1)</script> is shown, not run; & stays too.");
        assert!(page.html.0.contains("&lt;script&gt;") && page.html.0.contains("&amp; stays"));
    }
}
