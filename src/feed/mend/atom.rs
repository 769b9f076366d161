//! What an element of Atom, of its version 0.3, or of the vocabularies written into it, becomes in the mended document.

use super::{Leaf, Mender};
use crate::feed::base64;
use crate::feed::names::Vocabulary;

impl Mender {
    pub(super) fn atom_leaf(&mut self, leaf: &Leaf) {
        use Vocabulary::{Atom, Atom03, Comments, Content, Dc, DcTerms, Itunes, Media, Rss};
        let value = leaf.value();
        let trimmed = value.trim();
        let in_article = self.in_article;
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Atom | Atom03 | Rss, "id" | "guid") => self.put("id", &[], trimmed),
            (Atom | Atom03 | Rss, "title") => self.atom_text("title", leaf, false),
            (Dc, "title") => self.atom_text("title", leaf, true),
            (Atom | Atom03 | Rss, "subtitle" | "tagline") if !in_article => self.atom_text("subtitle", leaf, false),
            (Atom | Atom03, "info") | (Dc, "description") if !in_article => self.atom_text("subtitle", leaf, true),
            (Atom | Atom03 | Rss, "summary") => self.atom_text("summary", leaf, false),
            (Rss | Dc, "description") => self.atom_text(if in_article { "summary" } else { "subtitle" }, leaf, true),
            (Atom | Atom03 | Rss, "content") => match leaf.attribute("src") {
                Some(target) if trimmed.is_empty() => {
                    let target = self.absolute(target);
                    let kind = leaf.attribute("type").unwrap_or_default().to_owned();
                    self.put_again("link", &[("rel", "enclosure"), ("href", &target), ("type", &kind)], "");
                }
                Some(_) | None => self.atom_text("content", leaf, false),
            },
            (Content, "encoded") => self.atom_text("content", leaf, true),
            (Atom | Atom03, "rights" | "copyright") | (Dc, "rights") => self.atom_text("rights", leaf, false),
            (Atom | Atom03 | Rss, "updated" | "modified") | (DcTerms, "modified") => self.put_date("updated", trimmed),
            (Atom | Atom03 | Rss, "published" | "issued" | "pubdate") => self.put_date("published", trimmed),
            (Atom03 | Atom, "created") | (DcTerms, "created" | "issued") | (Dc, "date") => {
                let target = if in_article { "published" } else { "updated" };
                self.put_date(target, trimmed);
            }
            (Atom | Atom03, "link") => self.atom_link(leaf, "link"),
            (Rss, "link") => {
                if trimmed.is_empty() {
                    self.atom_link(leaf, "link");
                } else {
                    let target = self.absolute(trimmed);
                    self.put_again("link", &[("href", &target)], "");
                }
            }
            (Atom | Atom03 | Rss, "category") => {
                let term = leaf.attribute("term").filter(|it| !it.trim().is_empty());
                self.topic(term.or(leaf.attribute("label")).unwrap_or(trimmed));
            }
            (Dc, "subject") => self.topic(trimmed),
            (Media | Itunes, "keywords") => self.keywords(trimmed),
            (Dc, "creator") | (Itunes | Rss, "author") => self.author(trimmed),
            (Atom | Atom03 | Rss, "generator") => {
                let uri = leaf.attribute("uri").or(leaf.attribute("url")).unwrap_or_default().to_owned();
                self.put("generator", &[("uri", &uri)], trimmed);
            }
            (Atom | Atom03 | Rss, "icon") => self.put_address("icon", trimmed),
            (Atom | Atom03 | Rss, "logo") => self.put_address("logo", trimmed),
            (Comments, "commentrss") => self.put_address("wfw:commentRss", trimmed),
            (Media, "title") if in_article => self.fallback("title", &[], &value),
            (Media, "description" | "text") if in_article => self.fallback("summary", &[("type", "html")], &value),
            (Media, _) if in_article => self.media_leaf(leaf),
            _ => {}
        }
    }

    pub(super) fn atom_link(&mut self, leaf: &Leaf, tag: &'static str) {
        let Some(href) = leaf.attribute("href") else { return };
        let target = self.absolute(href);
        let mut kept: Vec<(&str, &str)> = vec![("href", &target)];
        for name in ["rel", "type", "title", "length"] {
            if let Some(value) = leaf.attribute(name) {
                kept.push((name, value));
            }
        }
        self.put_again(tag, &kept, "");
    }

    /// A text construct of Atom, with the types of 0.3 and the mistakes of both (RFC 4287, section 3.1).
    fn atom_text(&mut self, tag: &'static str, leaf: &Leaf, only_if_missing: bool) {
        if only_if_missing && self.seen().contains(tag) {
            return;
        }
        let kind = leaf.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
        let mode = leaf.attribute("mode").unwrap_or_default();
        let inline = kind.contains("xhtml") || leaf.has_elements;
        let base_64 = mode == "base64" || (is_binary(&kind) && !leaf.has_elements);
        if base_64 {
            let text = base64::decode(leaf.text.trim()).and_then(|it| String::from_utf8(it).ok());
            let Some(text) = text.or_else(|| (!leaf.text.trim().is_empty()).then(|| leaf.text.clone())) else { return };
            let html = kind.contains("html") || kind == "application/octet-stream" || text.contains("</");
            self.put(tag, &[("type", if html { "html" } else { "text" })], &text);
            return;
        }
        let value = leaf.value();
        let html = inline
            || kind.contains("html")
            || leaf.vocabulary == Some(Vocabulary::Content)
            || (mode == "escaped" && !kind.contains("plain") && value.contains('<'));
        let value = if kind.contains("xhtml") && !leaf.has_elements { leaf.markup.clone() } else { value };
        if !value.trim().is_empty() {
            self.put(tag, &[("type", if html { "html" } else { "text" })], without_outer_div(value.trim()));
        }
    }
}

fn is_binary(kind: &str) -> bool {
    !(kind.is_empty() || kind.starts_with("text") || kind.contains("html") || kind.ends_with("xml"))
        || kind == "application/octet-stream"
}

/// XHTML content stands in one `div` that is not part of it (RFC 4287, section 3.1.1.3).
fn without_outer_div(html: &str) -> &str {
    let Some(rest) = html.strip_prefix("<div") else { return html };
    let Some((_, inside)) = rest.split_once('>') else { return html };
    match inside.strip_suffix("</div>") {
        Some(inside) if !inside.contains("<div") => inside,
        Some(_) | None => html,
    }
}
