//! What an element of Atom, of its version 0.3, or of the vocabularies written into it, says.

use super::put::{DateField, ITS_OWN, STAND_IN, TextField};
use super::{Leaf, Reader};
use crate::feed::base64;
use crate::feed::names::Vocabulary;
use crate::feed::raw::{RawLink, TextKind};

impl<'a> Reader<'a> {
    pub(super) fn atom_leaf(&mut self, leaf: Leaf<'a>) {
        use TextField::{Content as Body, Rights, Summary, Title};
        use Vocabulary::{Atom, Atom03, Content, Dc, DcTerms, FeedBurner, Geo, Itunes, Media, Rss, Slash, Thread};
        let in_article = self.in_article;
        if !in_article && self.cadence_leaf(&leaf) {
            return;
        }
        let trimmed = leaf.text.trim();
        match (leaf.vocabulary, &*leaf.local) {
            (Atom | Atom03 | Rss, "id" | "guid") => {
                if in_article {
                    self.guid(trimmed);
                } else {
                    self.feed.id = trimmed.to_owned();
                }
            }
            (Atom | Atom03 | Rss, "title") => self.atom_text(Title, ITS_OWN, leaf),
            (Dc, "title") => self.atom_text(Title, STAND_IN, leaf),
            (Atom | Atom03 | Rss, "subtitle" | "tagline") if !in_article => self.atom_text(Summary, ITS_OWN, leaf),
            (Atom | Atom03, "info") | (Rss | Dc, "description") if !in_article => {
                self.atom_text(Summary, STAND_IN, leaf);
            }
            (Atom | Atom03 | Rss, "summary") if in_article => self.atom_text(Summary, ITS_OWN, leaf),
            (Rss | Dc, "description") => self.atom_text(Summary, STAND_IN, leaf),
            (Atom | Atom03 | Rss, "content") => match leaf.attribute("src") {
                Some(target) if leaf.is_blank() => {
                    let media_type = leaf.attribute("type").unwrap_or_default().to_owned();
                    let href = self.absolute(target);
                    self.add_link(RawLink { href, rel: "enclosure".to_owned(), media_type, length: None });
                }
                Some(_) | None => self.atom_text(Body, ITS_OWN, leaf),
            },
            (Content, "encoded") => self.atom_text(Body, STAND_IN, leaf),
            (Atom | Atom03, "rights" | "copyright") | (Dc, "rights") => self.atom_text(Rights, ITS_OWN, leaf),
            (Atom | Atom03 | Rss, "updated" | "modified") => self.put_date(DateField::Updated, ITS_OWN, trimmed),
            (DcTerms, "modified") => self.put_date(DateField::Updated, STAND_IN, trimmed),
            (Atom | Atom03 | Rss, "published" | "issued" | "pubdate") => {
                self.put_date(DateField::Published, ITS_OWN, trimmed);
            }
            (Atom03 | Atom, "created") | (DcTerms, "created" | "issued") | (Dc, "date") => {
                let field = if in_article { DateField::Published } else { DateField::Updated };
                self.put_date(field, STAND_IN, trimmed);
            }
            (Atom | Atom03, "link") => self.add_atom_link(&leaf),
            (Rss, "link") if trimmed.is_empty() => self.add_atom_link(&leaf),
            (Rss, "link") => self.add_plain_link(trimmed),
            (FeedBurner, "origlink") if in_article => self.article.original_link = self.absolute(trimmed),
            (Atom | Atom03 | Rss, "category") => {
                let term = leaf.attribute("term").filter(|it| !it.trim().is_empty());
                self.topic(term.or(leaf.attribute("label")).unwrap_or(trimmed).to_owned());
            }
            (Dc, "subject") => self.topic(trimmed.to_owned()),
            (Media | Itunes, "keywords") => self.keywords(trimmed),
            (Dc, "creator") | (Itunes | Rss, "author") => self.add_author(&leaf.into_value()),
            (Atom | Atom03 | Rss, "generator") => self.feed.generator = trimmed.to_owned(),
            (Atom | Atom03 | Rss, "icon") => self.feed.icon = self.absolute(trimmed),
            (Atom | Atom03 | Rss, "logo") => self.feed.logo = self.absolute(trimmed),
            (Slash, "comments") | (Thread, "total") if in_article => self.article.comments_count = trimmed.parse().ok(),
            (Geo, _) if in_article => self.location(&leaf),
            (Itunes, "duration") if in_article => self.article.duration = trimmed.to_owned(),
            (Media, _) => self.media_leaf(leaf),
            _ => {}
        }
    }

    /// A text construct of Atom, with the types of 0.3 and the mistakes of both (RFC 4287, section 3.1).
    fn atom_text(&mut self, field: TextField, rank: u8, leaf: Leaf<'a>) {
        let kind = leaf.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
        let mode = leaf.attribute("mode").unwrap_or_default();
        let of_html = |html: bool| if html { TextKind::Html } else { TextKind::Plain };
        if mode == "base64" || (is_binary(&kind) && !leaf.has_elements) {
            let text = base64::decode(leaf.text.trim()).and_then(|it| String::from_utf8(it).ok());
            let text = text.unwrap_or_else(|| leaf.into_value());
            let html = kind.contains("html") || kind == "application/octet-stream" || text.contains("</");
            return self.put_value(field, rank, text, of_html(html));
        }
        let inline = kind.contains("xhtml") || leaf.has_elements;
        let html = inline
            || kind.contains("html")
            || leaf.vocabulary == Vocabulary::Content
            || (mode == "escaped" && !kind.contains("plain") && leaf.text.contains('<'));
        let mut leaf = leaf;
        if kind.contains("xhtml") {
            leaf.begin_markup();
        }
        let value = leaf.into_value();
        let value = if inline { without_outer_div(value) } else { value };
        self.put_value(field, rank, value, of_html(html));
    }
}

fn is_binary(kind: &str) -> bool {
    !(kind.is_empty() || kind.starts_with("text") || kind.contains("html") || kind.ends_with("xml"))
        || kind == "application/octet-stream"
}

/// XHTML content stands in one `div` that is not part of it (RFC 4287, section 3.1.1.3).
fn without_outer_div(html: String) -> String {
    let inside = || {
        let (_, inside) = html.trim().strip_prefix("<div")?.split_once('>')?;
        inside.strip_suffix("</div>").filter(|it| !it.contains("<div"))
    };
    match inside() {
        Some(inside) => inside.to_owned(),
        None => html,
    }
}
