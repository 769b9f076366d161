//! Takes a page's furniture away before the article is looked for: scripts, forms, share bars, teasers; and gives
//! every picture's caption the one shape, `figure` with `figcaption`.
//!
//! Removes only what is small beside the page's text: a careless class name on the whole article must not empty it.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};

use super::tree;
use super::words::{WORDS, after_teaser_label, is_invitation, is_share_label};
use crate::news::{CleanUrl, bare_credit, split_credit};

/// Elements whose content is no text.
const NEVER_TEXT: [&str; 17] = [
    "script", "style", "template", "iframe", "object", "embed", "button", "input", "select", "textarea", "nav",
    "dialog", "svg", "canvas", "link", "video", "audio",
];

/// A part that holds more of the page's text than this is not furniture, whatever its name.
const FURNITURE_SHARE_MAX: f64 = 0.3;
/// A form with more text than this is a page that was wrapped in one.
const FORM_CHARS_MAX: usize = 1_500;
const CAPTION_CHARS_MAX: usize = 600;
const CAPTION_ANCESTORS_MAX: usize = 4;
/// Paragraphs from this length on are the article's.
const PARAGRAPH_CHARS: usize = 80;

/// The lead picture's caption and credit; empty where there is none.
#[derive(Debug, Default)]
pub struct Lead {
    pub caption: String,
    pub credit: String,
    /// The caption line as the page shows it, for finding it again in the text.
    pub line: String,
    /// The picture's address as the page writes it, and the words that stand in for it.
    pub source: String,
    pub alt: String,
}

/// Removes the furniture of a page.
pub fn prune(document: &Document) {
    // Links are made absolute by the program's own rules, which have read the base already.
    document.select("base").remove();
    let Some(body) = document.body() else { return };
    remove_what_is_no_text(&body);
    let chars_all = body.normalized_char_count();
    for node in body.descendants() {
        if !node.is_element() || node.parent().is_none() {
            continue;
        }
        if is_furniture(&node, chars_all) {
            node.remove_from_parent();
        }
    }
    for node in body.descendants() {
        if node.is_element() && node.parent().is_some() && is_label(&node) {
            remove_with_its_list(&node);
        }
    }
    shape_captions(&body);
}

/// Takes the lead picture's caption out of the page. `image` is the picture that the page names as its own.
pub fn take_lead(document: &Document, image: Option<&CleanUrl>) -> Lead {
    let Some(body) = document.body() else { return Lead::default() };
    let Some(figure) = lead_figure(&body, image) else { return Lead::default() };
    // One caption inside another is the same words again.
    let captions: Vec<NodeRef<'_>> = figure
        .descendants_it()
        .filter(|it| it.has_name("figcaption") && !it.ancestors_it(None).any(|it| it.has_name("figcaption")))
        .collect();
    let mut marked_credit = String::new();
    for part in captions.iter().flat_map(|it| it.descendants()) {
        let name = tree::name(&part);
        let says_so = matches!(name.as_str(), "small" | "cite") || has_word(&part, &WORDS.credit);
        if part.is_element() && says_so && marked_credit.is_empty() {
            marked_credit = tree::text(&part);
            part.remove_from_parent();
        }
    }
    let told = captions.iter().map(tree::text).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ");
    captions.iter().for_each(NodeRef::remove_from_parent);
    let (caption, credit) = split_credit(&told);
    let line = if marked_credit.is_empty() { told } else { format!("{told} {marked_credit}") };
    let credit = if marked_credit.is_empty() { credit } else { bare_credit(&marked_credit) };
    // A caption class on the credit's own line makes two of the same words.
    let caption = if tree::key(&caption) == tree::key(&credit) { String::new() } else { caption };
    let image = figure
        .descendants_it()
        .find(|it| it.has_name("img") && it.attr("src").is_some_and(|src| !src.starts_with("data:")));
    let attribute =
        |name: &str| image.as_ref().and_then(|it| it.attr(name)).map(|it| it.trim().to_owned()).unwrap_or_default();
    Lead { caption, credit, line, source: attribute("src"), alt: attribute("alt") }
}

fn remove_what_is_no_text(body: &NodeRef<'_>) {
    for node in body.descendants() {
        if node.is_comment() {
            node.remove_from_parent();
            continue;
        }
        let name = tree::name(&node);
        let hidden = node.is_element()
            && (node.has_attr("hidden")
                || node
                    .attr("style")
                    .is_some_and(|it| it.replace(' ', "").to_ascii_lowercase().contains("display:none")));
        let empty_paragraph = name == "p" && node.first_child().is_none();
        let small_form = name == "form" && node.normalized_char_count() <= FORM_CHARS_MAX;
        if NEVER_TEXT.contains(&name.as_str()) || hidden || empty_paragraph || small_form {
            node.remove_from_parent();
        }
    }
}

fn is_furniture(node: &NodeRef<'_>, chars_all: usize) -> bool {
    let name = tree::name(node);
    if matches!(
        name.as_str(),
        "body" | "html" | "main" | "article" | "h1" | "p" | "a" | "img" | "em" | "strong" | "figure" | "figcaption"
    ) {
        return false;
    }
    let named =
        has_word(node, &WORDS.furniture) || has_word(node, &WORDS.furniture_with_links) && is_mostly_links(node);
    named && small_beside(node, chars_all)
}

/// Whether most of a part's text is links.
fn is_mostly_links(node: &NodeRef<'_>) -> bool {
    tree::link_chars(node) * 2 > node.normalized_char_count()
}

#[expect(clippy::cast_precision_loss, reason = "a share of a page's characters needs no precision")]
fn small_beside(node: &NodeRef<'_>, chars_all: usize) -> bool {
    let chars = node.normalized_char_count() as f64;
    if chars > chars_all as f64 * FURNITURE_SHARE_MAX {
        return false;
    }
    // The headline, or several whole paragraphs, are never furniture.
    let mut paragraphs = 0;
    for it in node.descendants_it() {
        if it.has_name("h1") {
            return false;
        }
        if it.has_name("p") && it.normalized_char_count() >= PARAGRAPH_CHARS * 2 {
            paragraphs += 1;
        }
    }
    paragraphs < 3
}

fn has_word(node: &NodeRef<'_>, list: &[String]) -> bool {
    tree::style_words(node).iter().any(|word| list.contains(word))
}

/// Whether a block is a label of the furniture: a teaser, the name of a share bar, an invitation.
fn is_label(node: &NodeRef<'_>) -> bool {
    let name = tree::name(node);
    let block = tree::is_block(&name)
        && !matches!(name.as_str(), "body" | "main" | "article" | "table" | "tbody" | "tr" | "h1");
    let lone = matches!(name.as_str(), "span" | "strong" | "b" | "em" | "a")
        && node.parent().is_some_and(|it| !holds_a_sentence(&it));
    if !(block || lone) || node.normalized_char_count() > CAPTION_CHARS_MAX {
        return false;
    }
    let text = tree::text(node);
    if text.is_empty() {
        return false;
    }
    if is_share_label(&text) || is_invitation(&text) {
        return true;
    }
    let Some(rest) = after_teaser_label(&text) else { return false };
    // A label alone, or a label and links; a sentence that merely begins so has few links.
    let linked = tree::link_chars(node);
    rest.is_empty() || linked * 5 >= rest.chars().count() * 3
}

fn holds_a_sentence(node: &NodeRef<'_>) -> bool {
    matches!(
        tree::name(node).as_str(),
        "p" | "li" | "a" | "span" | "strong" | "em" | "b" | "td" | "blockquote" | "h1" | "h2" | "h3"
    )
}

/// Removes a label, and the list of links that it stands over.
fn remove_with_its_list(label: &NodeRef<'_>) {
    if let Some(next) = label.next_element_sibling() {
        let chars = next.normalized_char_count();
        let is_list = matches!(tree::name(&next).as_str(), "ul" | "ol" | "div");
        if is_list && after_teaser_label(&tree::text(label)).is_some() && tree::link_chars(&next) * 5 >= chars * 4 {
            next.remove_from_parent();
        }
    }
    label.remove_from_parent();
}

/// Gives captions that are told apart by class alone the shape of HTML's own.
fn shape_captions(body: &NodeRef<'_>) {
    let mut done = HashSet::new();
    for node in body.descendants() {
        let name = tree::name(&node);
        if !matches!(
            name.as_str(),
            "div" | "p" | "span" | "small" | "em" | "i" | "dd" | "cite" | "aside" | "figcaption"
        ) {
            continue;
        }
        if name == "figcaption" || !(has_word(&node, &WORDS.caption) || has_word(&node, &WORDS.credit)) {
            continue;
        }
        let inside_caption = node.ancestors_it(Some(CAPTION_ANCESTORS_MAX)).any(|it| it.has_name("figcaption"));
        if inside_caption
            || node.normalized_char_count() > CAPTION_CHARS_MAX
            || node.descendants_it().any(|it| it.has_name("img"))
        {
            continue;
        }
        let home = node.ancestors_it(Some(CAPTION_ANCESTORS_MAX)).find(|it| {
            it.has_name("figure") || it.descendants_it().any(|inner| inner.has_name("img") || inner.has_name("picture"))
        });
        let Some(home) = home else { continue };
        let home_name = tree::name(&home);
        if home.normalized_char_count() > CAPTION_CHARS_MAX || matches!(home_name.as_str(), "body" | "article" | "main")
        {
            continue;
        }
        node.rename("figcaption");
        if home_name != "figure" && done.insert(home.id) {
            home.rename("figure");
        }
    }
}

/// The first picture with a caption before the article's text begins, or the one that the page names as its own.
fn lead_figure<'a>(body: &NodeRef<'a>, image: Option<&CleanUrl>) -> Option<NodeRef<'a>> {
    let named = image.map(|it| file_stem(it.as_url().path())).filter(|it| it.len() >= FILE_STEM_CHARS_MIN);
    let mut paragraphs = 0;
    let mut first = None;
    for node in body.descendants() {
        if node.has_name("p")
            && node.normalized_char_count() >= PARAGRAPH_CHARS
            && !node.ancestors_it(None).any(|it| it.has_name("figure"))
        {
            paragraphs += 1;
        }
        if !node.has_name("figure") || !has_caption(&node) {
            continue;
        }
        if first.is_none() && paragraphs <= 1 && !in_margin(&node) {
            first = Some(node);
        }
        if let Some(named) = &named
            && node.descendants_it().any(|it| shows(&it, named))
        {
            return Some(node);
        }
    }
    first
}

const FILE_STEM_CHARS_MIN: usize = 6;

fn has_caption(figure: &NodeRef<'_>) -> bool {
    figure.descendants_it().any(|it| it.has_name("figcaption") && it.normalized_char_count() > 1)
}

fn in_margin(node: &NodeRef<'_>) -> bool {
    node.ancestors_it(None).any(|it| matches!(tree::name(&it).as_str(), "aside" | "footer" | "nav"))
}

fn shows(node: &NodeRef<'_>, stem: &str) -> bool {
    let name = tree::name(node);
    matches!(name.as_str(), "img" | "source")
        && ["src", "data-src", "srcset", "data-srcset"]
            .iter()
            .any(|it| node.attr(it).is_some_and(|value| value.contains(stem)))
}

/// The file's name without folder, size and ending.
fn file_stem(path: &str) -> String {
    let file = path.rsplit('/').find(|it| !it.is_empty()).unwrap_or_default();
    file.split('.').next().unwrap_or_default().to_owned()
}
