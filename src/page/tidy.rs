//! The article's part of a page → simple HTML that holds what a reader needs and nothing that acts: blocks, lists,
//! quotes, tables, figures, links and pictures with absolute http(s) addresses.
//!
//! Written anew element by element, so that what is not named here cannot pass.

use dom_query::{Document, NodeRef};

use super::meta::absolute;
use super::prune::Lead;
use super::tree;
use super::words::{is_date_line, is_invitation, is_share_label, without_byline_label};
use crate::html;
use crate::news::{CleanUrl, Html, Problem, count_words, split_credit};

/// What is known of the article beside its text, so that it is not told twice.
#[derive(Debug)]
pub struct Known<'a> {
    pub title: &'a str,
    pub byline: &'a str,
    pub lead: &'a Lead,
    pub links_from: Option<&'a CleanUrl>,
}

/// The article's text.
#[derive(Debug, Default)]
pub struct Tidied {
    pub html: Html,
    /// The same as plain text, captions left out.
    pub text: String,
    /// Of the text alone, captions left out.
    pub words: i64,
    pub images: Vec<CleanUrl>,
}

/// What is longer is cut at a block's end; 150,000 words fit.
pub const HTML_BYTES_MAX: usize = 1_048_576;
/// Headline, byline and caption stand among so many blocks at the top.
const TOP_BLOCKS: usize = 8;
/// A picture of fewer pixels a side counts readers.
const TRACKER_PIXELS_MAX: u32 = 2;
const TEASER_LINK_CHARS_MIN: usize = 25;

/// Cleans what extraction picked.
///
/// # Errors
/// [`Problem::TooComplex`] where it does not pass the door for HTML.
pub fn tidy(content: &str, known: &Known<'_>) -> Result<Tidied, Problem> {
    let document = html::parse_fragment(content).map_err(|_| Problem::TooComplex)?;
    remove_what_is_told_elsewhere(&document, known);
    let mut writer =
        Writer { out: String::new(), text: String::new(), images: Vec::new(), links_from: known.links_from };
    writer.lead(known.lead, &document.root());
    writer.blocks(&document.root());
    let words = count_words(&writer.text);
    Ok(Tidied { html: Html(writer.out), text: writer.text, words, images: writer.images })
}

/// Removes the headline, the byline and the lead's caption at the top, lone teasers, and headings over nothing.
fn remove_what_is_told_elsewhere(document: &Document, known: &Known<'_>) {
    let title = tree::key(known.title);
    let byline = tree::key(known.byline);
    let caption = [tree::key(&known.lead.caption), tree::key(&known.lead.line)];
    let leaves: Vec<NodeRef<'_>> = document.root().descendants().into_iter().filter(is_leaf_block).collect();
    for (at, leaf) in leaves.iter().enumerate() {
        let text = tree::text(leaf);
        let key = tree::key(&text);
        if key.is_empty() {
            continue;
        }
        let top = at < TOP_BLOCKS;
        let mere_data = top && (is_date_line(&text) || is_mere_credit(&text));
        let repeats =
            top && (key == title || is_byline(&text, &byline)) || caption.iter().any(|it| !it.is_empty() && *it == key);
        if repeats || mere_data || is_share_label(&text) || is_invitation(&text) || is_lone_teaser(leaf, &text) {
            leaf.remove_from_parent();
        }
    }
    for leaf in leaves.iter().rev() {
        if leaf.parent().is_none() || leaf.normalized_char_count() == 0 {
            continue;
        }
        if !matches!(tree::name(leaf).as_str(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            break;
        }
        leaf.remove_from_parent();
    }
}

fn is_leaf_block(node: &NodeRef<'_>) -> bool {
    tree::is_block(&tree::name(node)) && !has_block_inside(node)
}

fn has_block_inside(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|it| tree::is_block(&tree::name(&it)))
}

fn is_byline(text: &str, byline: &str) -> bool {
    let key = tree::key(without_byline_label(text));
    !byline.is_empty() && (key == byline || key.starts_with(byline) && text.split_whitespace().count() <= 12)
}

/// A picture's credit that has lost its picture.
fn is_mere_credit(text: &str) -> bool {
    const CREDIT_LINE_CHARS_MAX: usize = 80;
    if text.chars().count() > CREDIT_LINE_CHARS_MAX || text.ends_with('.') {
        return false;
    }
    let (caption, credit) = split_credit(text);
    caption.is_empty() && !credit.is_empty()
}

/// A paragraph that is nothing but a link with a headline for its text.
fn is_lone_teaser(leaf: &NodeRef<'_>, text: &str) -> bool {
    if !matches!(tree::name(leaf).as_str(), "p" | "div" | "section") {
        return false;
    }
    let chars = text.chars().count();
    chars >= TEASER_LINK_CHARS_MIN && tree::link_chars(leaf) + 2 >= chars && !text.ends_with(['.', ':', '。', '”', '"'])
}

struct Writer<'a> {
    out: String,
    text: String,
    images: Vec<CleanUrl>,
    links_from: Option<&'a CleanUrl>,
}

impl Writer<'_> {
    /// Puts the lead picture at the top where extraction, which goes by text, left it behind.
    fn lead(&mut self, lead: &Lead, root: &NodeRef<'_>) {
        let Some(source) = absolute(&lead.source, self.links_from).filter(|_| !lead.source.is_empty()) else { return };
        let there = root.descendants_it().any(|it| {
            it.has_name("img")
                && it.attr("src").and_then(|src| absolute(&src, self.links_from)).is_some_and(|src| src == source)
        });
        if there {
            return;
        }
        self.out.push_str("<figure><img src=\"");
        escape(source.as_str(), &mut self.out);
        self.out.push_str("\" alt=\"");
        escape(&lead.alt, &mut self.out);
        self.out.push_str("\"></figure>\n");
        self.images.push(source);
    }

    /// Writes the children of a node as blocks; loose runs of text between them become paragraphs.
    fn blocks(&mut self, parent: &NodeRef<'_>) {
        let mut loose = String::new();
        for child in parent.children() {
            if self.out.len() >= HTML_BYTES_MAX {
                break;
            }
            let name = tree::name(&child);
            if !child.is_element() || !(tree::is_block(&name) || has_block_inside(&child)) {
                self.inline(&child, &mut loose);
                continue;
            }
            self.paragraph("p", &mut loose);
            self.block(&child, &name);
        }
        self.paragraph("p", &mut loose);
    }

    fn block(&mut self, node: &NodeRef<'_>, name: &str) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !has_block_inside(node) => {
                let mut run = String::new();
                self.children_inline(node, &mut run);
                // The headline is the article's title; what is called so inside of it is a section's.
                self.paragraph(if name == "h1" { "h2" } else { name }, &mut run);
            }
            "ul" | "ol" => self.list(node, name),
            "blockquote" => self.wrapped("blockquote", "", |it| it.blocks(node)),
            "li" | "dd" | "td" | "th" => self.blocks(node),
            "pre" => {
                self.text.push_str(&node.text());
                self.text.push('\n');
                let text = fitting(&node.text(), HTML_BYTES_MAX.saturating_sub(self.out.len())).to_owned();
                self.wrapped("pre", "", |it| escape(&text, &mut it.out));
            }
            "hr" => self.out.push_str("<hr>\n"),
            "table" => self.table(node),
            "figure" => self.figure(node),
            _ => self.blocks(node),
        }
    }

    fn list(&mut self, node: &NodeRef<'_>, name: &str) {
        let start = node.attr("start").and_then(|it| it.trim().parse::<i64>().ok());
        let attributes = match start {
            Some(start) if name == "ol" => format!(" start=\"{start}\""),
            Some(_) | None => String::new(),
        };
        self.wrapped(name, &attributes, |it| {
            for child in node.element_children() {
                if it.out.len() < HTML_BYTES_MAX && child.normalized_char_count() > 0 {
                    it.wrapped("li", "", |it| it.item(&child));
                }
            }
        });
    }

    fn item(&mut self, node: &NodeRef<'_>) {
        if has_block_inside(node) {
            self.blocks(node);
        } else {
            let mut run = String::new();
            self.children_inline(node, &mut run);
            self.bare(&run);
        }
    }

    fn table(&mut self, node: &NodeRef<'_>) {
        // A table of one column is a layout, as old pages have it.
        let rows: Vec<NodeRef<'_>> = node.descendants_it().filter(|it| it.has_name("tr")).collect();
        let nested = node.descendants_it().any(|it| it.has_name("table"));
        if nested || rows.iter().all(|it| it.element_children().len() <= 1) {
            rows.iter().flat_map(|it| it.element_children()).for_each(|it| self.blocks(&it));
            return;
        }
        self.wrapped("table", "", |it| {
            for row in &rows {
                if it.out.len() >= HTML_BYTES_MAX {
                    break;
                }
                it.wrapped("tr", "", |it| {
                    for cell in row.element_children() {
                        let name = if cell.has_name("th") { "th" } else { "td" };
                        it.wrapped(name, "", |it| it.item(&cell));
                    }
                });
            }
        });
    }

    fn figure(&mut self, node: &NodeRef<'_>) {
        let captions: Vec<NodeRef<'_>> = node.descendants_it().filter(|it| it.has_name("figcaption")).collect();
        let told = captions.iter().map(tree::text).collect::<Vec<_>>().join(" ");
        let mut images = String::new();
        for image in node.descendants_it().filter(|it| it.has_name("img")) {
            self.image(&image, &mut images);
        }
        if images.is_empty() {
            // A figure may hold a table, code or a quotation.
            captions.iter().for_each(NodeRef::remove_from_parent);
            self.blocks(node);
            return;
        }
        self.wrapped("figure", "", |it| {
            it.out.push_str(&images);
            if !told.is_empty() {
                it.out.push_str("<figcaption>");
                escape(&told, &mut it.out);
                it.out.push_str("</figcaption>");
            }
        });
    }

    fn children_inline(&mut self, node: &NodeRef<'_>, run: &mut String) {
        for child in node.children() {
            self.inline(&child, run);
        }
    }

    /// Writes text and what may stand inside a line.
    fn inline(&mut self, node: &NodeRef<'_>, run: &mut String) {
        if node.is_text() {
            escape(&node.text(), run);
            return;
        }
        if !node.is_element() || run.len() >= HTML_BYTES_MAX {
            return;
        }
        let name = tree::name(node);
        match name.as_str() {
            "a" => {
                let target =
                    node.attr("href").filter(|it| !it.starts_with('#')).and_then(|it| absolute(&it, self.links_from));
                match target {
                    Some(url) => {
                        run.push_str("<a href=\"");
                        escape(url.as_str(), run);
                        run.push_str("\">");
                        self.children_inline(node, run);
                        run.push_str("</a>");
                    }
                    None => self.children_inline(node, run),
                }
            }
            "strong" | "b" => self.marked("strong", node, run),
            "em" | "i" | "cite" | "dfn" | "var" => self.marked("em", node, run),
            "code" | "kbd" | "samp" | "tt" => self.marked("code", node, run),
            "s" | "strike" | "del" => self.marked("s", node, run),
            "sub" | "sup" | "q" => self.marked(&name, node, run),
            "br" => run.push_str("<br>"),
            "img" => self.image(node, run),
            "script" | "style" | "noscript" | "template" | "iframe" | "object" | "embed" | "svg" | "math"
            | "button" | "input" | "select" | "textarea" | "form" | "video" | "audio" | "canvas" | "head" | "title" => {
            }
            _ => self.children_inline(node, run),
        }
    }

    fn marked(&mut self, name: &str, node: &NodeRef<'_>, run: &mut String) {
        run.push_str(&format!("<{name}>"));
        self.children_inline(node, run);
        run.push_str(&format!("</{name}>"));
    }

    fn image(&mut self, node: &NodeRef<'_>, run: &mut String) {
        let pixels = |name: &str| node.attr(name).and_then(|it| it.trim().parse::<u32>().ok());
        if pixels("width").is_some_and(|it| it <= TRACKER_PIXELS_MAX)
            || pixels("height").is_some_and(|it| it <= TRACKER_PIXELS_MAX)
        {
            return;
        }
        // Pictures that load late keep their address aside.
        let source = ["src", "data-src", "data-original", "data-lazy-src"]
            .iter()
            .filter_map(|it| node.attr(it))
            .map(|it| it.to_string())
            .chain(["srcset", "data-srcset"].iter().filter_map(|it| {
                node.attr(it).and_then(|it| it.split([' ', ',']).find(|it| !it.is_empty()).map(str::to_owned))
            }))
            .filter(|it| !it.trim_start().starts_with("data:"))
            .find_map(|it| absolute(&it, self.links_from));
        let Some(source) = source else { return };
        run.push_str("<img src=\"");
        escape(source.as_str(), run);
        run.push_str("\" alt=\"");
        escape(node.attr("alt").unwrap_or_default().trim(), run);
        run.push_str("\">");
        if !self.images.contains(&source) {
            self.images.push(source);
        }
    }

    fn paragraph(&mut self, name: &str, run: &mut String) {
        let content = std::mem::take(run);
        let content = trimmed(&content);
        if content.is_empty() {
            return;
        }
        self.wrapped(name, "", |it| it.bare(content));
    }

    /// Puts a finished run into the text, cut where the whole would grow too long.
    fn bare(&mut self, run: &str) {
        let run = trimmed(run);
        let room = HTML_BYTES_MAX.saturating_sub(self.out.len());
        if run.len() > room {
            // Marks inside a run this long are given up with its tail.
            let plain = without_marks(run);
            let cut = fitting(&plain, room);
            self.out.push_str(cut);
            self.text.push_str(cut);
        } else {
            self.out.push_str(run);
            self.text.push_str(&without_marks(run));
        }
        self.text.push('\n');
    }

    /// Writes an element, or nothing where its content turns out empty.
    fn wrapped(&mut self, name: &str, attributes: &str, content: impl FnOnce(&mut Self)) {
        let start = self.out.len();
        self.out.push_str(&format!("<{name}{attributes}>"));
        let inside = self.out.len();
        content(self);
        let cell = matches!(name, "td" | "th");
        if self.out[inside..].trim().is_empty() && !cell {
            self.out.truncate(start);
        } else {
            self.out.push_str(&format!("</{name}>\n"));
        }
    }
}

/// A run without white space and line breaks at its ends.
fn trimmed(run: &str) -> &str {
    let mut run = run.trim();
    while let Some(rest) = run.strip_prefix("<br>") {
        run = rest.trim_start();
    }
    while let Some(rest) = run.strip_suffix("<br>") {
        run = rest.trim_end();
    }
    run
}

/// The text of a run that this file wrote: every `<` in it begins one of its own marks.
fn without_marks(run: &str) -> String {
    let mut out = String::with_capacity(run.len());
    let mut inside = false;
    for it in run.chars() {
        match it {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => out.push(it),
            _ => {}
        }
    }
    out
}

/// The longest beginning of `text` that fits into so many bytes and ends at a character's end.
fn fitting(text: &str, bytes_max: usize) -> &str {
    let mut end = text.len().min(bytes_max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

pub(super) fn escape(text: &str, out: &mut String) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(it),
        }
    }
}
