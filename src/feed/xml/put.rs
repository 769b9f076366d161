//! How what an element says gets into the feed: which of several wins, addresses made absolute, people told from
//! their addresses, media and topics.

use url::Url;

use super::{Attributes, ELEMENTS_OF_ARTICLE_MAX, Leaf, Reader};
use crate::feed::date;
use crate::feed::raw::{RawLink, RawPerson, RawText, TextKind};
use crate::news::Timestamp;

/// How much the element is worth that a value came from: 0 is none yet.
#[derive(Clone, Copy, Default)]
pub(super) struct Ranks {
    pub title: u8,
    /// The feed's description, the article's summary.
    pub summary: u8,
    pub content: u8,
    pub rights: u8,
    pub published: u8,
    pub updated: u8,
}

/// The element that is meant for it.
pub(super) const ITS_OWN: u8 = 2;
/// An element that may stand in for it.
pub(super) const STAND_IN: u8 = 1;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TextField {
    Title,
    Summary,
    Content,
    Rights,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DateField {
    Published,
    Updated,
}

impl<'a> Reader<'a> {
    pub(super) fn ranks(&mut self) -> &mut Ranks {
        if self.in_article { &mut self.article_ranks } else { &mut self.feed_ranks }
    }

    /// Takes a text. The first of the best elements wins; an empty one says nothing.
    pub(super) fn put_text(&mut self, field: TextField, rank: u8, leaf: Leaf<'a>, kind: TextKind) {
        if !leaf.is_blank() {
            self.put_value(field, rank, leaf.into_value(), kind);
        }
    }

    pub(super) fn put_value(&mut self, field: TextField, rank: u8, text: String, kind: TextKind) {
        let ranks = self.ranks();
        let held = match field {
            TextField::Title => &mut ranks.title,
            TextField::Summary => &mut ranks.summary,
            TextField::Content => &mut ranks.content,
            TextField::Rights => &mut ranks.rights,
        };
        if rank <= *held || text.trim().is_empty() {
            return;
        }
        *held = rank;
        let short = matches!(field, TextField::Title | TextField::Rights) || !self.in_article;
        let linked = short && kind != TextKind::Plain && text.contains('<');
        let base = if linked && self.base_is_declared { self.bases.last().cloned() } else { None };
        let text = RawText { text, kind, base };
        match (field, self.in_article) {
            (TextField::Title, true) => self.article.title = text,
            (TextField::Summary, true) => self.article.summary = text,
            (TextField::Content, true) => self.article.content = text,
            (TextField::Rights, true) => self.article.rights = text,
            (TextField::Title, false) => self.feed.title = text,
            (TextField::Summary, false) => self.feed.description = text,
            (TextField::Content, false) => {}
            (TextField::Rights, false) => self.feed.rights = text,
        }
    }

    /// Takes a date. Of elements that are worth the same the last wins, as other readers have it.
    pub(super) fn put_date(&mut self, field: DateField, rank: u8, text: &str) {
        let Some(moment) = self.moment(text) else { return };
        let ranks = self.ranks();
        let held = match field {
            DateField::Published => &mut ranks.published,
            DateField::Updated => &mut ranks.updated,
        };
        if rank < *held {
            return;
        }
        *held = rank;
        match (field, self.in_article) {
            (DateField::Published, true) => self.article.published = Some(moment),
            (DateField::Updated, true) => self.article.updated = Some(moment),
            (DateField::Published, false) => self.feed.published = Some(moment),
            (DateField::Updated, false) => self.feed.updated = Some(moment),
        }
    }

    pub(super) fn moment(&mut self, text: &str) -> Option<Timestamp> {
        let moment = date::read(text);
        if moment.is_none() && !text.trim().is_empty() {
            self.repaired("A date could not be read; the article counts as undated.");
        }
        moment
    }

    /// Counts an element of which an article may have many. Gives whether there is room for it.
    fn counts(&mut self) -> bool {
        if self.in_article {
            self.article_elements += 1;
            if self.article_elements > ELEMENTS_OF_ARTICLE_MAX {
                self.repaired("An article had thousands of elements; the rest were passed over.");
                return false;
            }
        }
        true
    }

    /// Resolves an address against `xml:base` and the document's own (RFC 3986, section 5). What is none stays.
    pub(super) fn absolute(&self, text: &str) -> String {
        let text = text.trim();
        // Most addresses are whole; parsing them is left to the door.
        let whole = text.starts_with("http://") || text.starts_with("https://");
        match self.bases.last() {
            Some(base) if !whole && Url::parse(text).is_err() => base.join(text).map_or(text.to_owned(), Into::into),
            Some(_) | None => text.to_owned(),
        }
    }

    pub(super) fn add_link(&mut self, link: RawLink) {
        if !link.href.trim().is_empty() && self.counts() {
            if self.in_article { self.article.links.push(link) } else { self.feed.links.push(link) }
        }
    }

    /// A link that is the whole text of an element. Of several the last leads to the article, as other readers
    /// have it.
    pub(super) fn add_plain_link(&mut self, text: &str) {
        if text.trim().is_empty() || !self.counts() {
            return;
        }
        let link = plain_link(self.absolute(text));
        let links = if self.in_article { &mut self.article.links } else { &mut self.feed.links };
        links.insert(0, link);
    }

    /// Atom's link, wherever it stands.
    pub(super) fn add_atom_link(&mut self, leaf: &Leaf<'a>) {
        let Some(href) = leaf.attribute("href") else { return };
        let value = |name: &str| leaf.attribute(name).unwrap_or_default().to_owned();
        let link = RawLink {
            href: self.absolute(href),
            rel: value("rel"),
            media_type: value("type"),
            length: value("length").trim().parse().ok(),
        };
        let rel = link.rel.trim().to_ascii_lowercase();
        if rel == "replies" && self.in_article && self.article.comments.is_empty() && !link.media_type.contains("xml") {
            self.article.comments = link.href.clone();
        }
        self.add_link(link);
    }

    pub(super) fn add_enclosure(&mut self, attributes: &Attributes<'a>, length_name: &str) {
        let value = |name: &str| attributes.iter().find(|it| it.0 == name).map_or("", |it| it.1.as_ref());
        let href = value("url");
        if href.trim().is_empty() || !self.in_article || !self.counts() {
            return;
        }
        let link = RawLink {
            href: self.absolute(href),
            rel: "enclosure".to_owned(),
            media_type: value("type").to_owned(),
            length: value(length_name).trim().parse().ok(),
        };
        // RSS' own enclosure is the recording; the media beside it are often its pictures.
        let of_rss = length_name == "length";
        if of_rss { self.article.enclosures.push(link) } else { self.article.media.push(link) }
    }

    pub(super) fn topic(&mut self, topic: String) {
        if !topic.trim().is_empty() && self.counts() {
            if self.in_article { self.article.topics.push(topic) } else { self.feed.topics.push(topic) }
        }
    }

    pub(super) fn keywords(&mut self, list: &str) {
        for keyword in list.split(',') {
            self.topic(keyword.trim().to_owned());
        }
    }

    pub(super) fn add_person(&mut self, person: RawPerson) {
        let nobody = [&person.name, &person.email, &person.uri].iter().all(|it| it.trim().is_empty());
        if !nobody && self.counts() {
            if self.in_article { self.article.people.push(person) } else { self.feed.people.push(person) }
        }
    }

    /// A person who is one line of text.
    pub(super) fn add_author(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.add_person(person_of_line(line));
        }
    }

    pub(super) fn person_leaf(&mut self, leaf: Leaf<'a>) {
        match &*leaf.local {
            "name" => {
                let person = person_of_line(&leaf.into_value());
                self.person.name = person.name;
                if self.person.email.is_empty() {
                    self.person.email = person.email;
                }
            }
            "email" => self.person.email = leaf.text.trim().to_owned(),
            "url" | "homepage" | "uri" => self.person.uri = self.absolute(&leaf.text),
            _ => {}
        }
    }

    /// What stands in `media:group` and `media:content`, or beside them.
    pub(super) fn media_leaf(&mut self, leaf: Leaf<'a>) {
        if !self.in_article {
            return;
        }
        match &*leaf.local {
            "title" if self.article.media_title.is_empty() => self.article.media_title = leaf.into_value(),
            "description" if self.article.media_description.is_blank() => {
                let html = leaf.attribute("type") == Some("html");
                let kind = if html { TextKind::Html } else { TextKind::Either };
                self.article.media_description = RawText { text: leaf.into_value(), kind, base: None };
            }
            "keywords" => self.keywords(&leaf.text),
            "category" => self.topic(leaf.text.trim().to_owned()),
            _ => {}
        }
    }
}

pub(super) fn plain_link(href: String) -> RawLink {
    RawLink { href, ..RawLink::default() }
}

/// A person; where name and address stand in one line, `ann@example.org (Ann)`, they are told apart.
fn person_of_line(line: &str) -> RawPerson {
    let line = line.trim();
    let address = line
        .split(|it: char| it.is_whitespace() || "<>()[],;:\"".contains(it))
        .find(|it| it.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.')));
    let Some(address) = address else { return RawPerson { name: line.to_owned(), ..RawPerson::default() } };
    let around: String = line.replacen(address, "", 1).replace("mailto:", "");
    let around = around.trim_matches(|it: char| it.is_whitespace() || "<>()[],;:\"-".contains(it));
    RawPerson {
        name: around.to_owned(),
        email: address.trim_start_matches("mailto:").to_owned(),
        ..RawPerson::default()
    }
}

/// Markup inside a text, with its prefix taken off: `<xhtml:p>` is a paragraph.
pub(super) fn push_tag(out: &mut String, name: &str, written: &str) {
    match name.rsplit_once(':') {
        Some((prefix, _)) => {
            out.push('<');
            out.push_str(&written[1 + prefix.len() + 1..]);
        }
        None => out.push_str(written),
    }
    if !written.ends_with('>') {
        out.push('>');
    }
}

/// Writes a text as markup that shows it.
pub(super) fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_beside_markup_stays_text() {
        let mut out = String::new();
        escape_into(&mut out, "a < b & \"c\" > é");
        assert_eq!(out, "a &lt; b &amp; \"c\" &gt; é");
    }

    #[test]
    fn name_and_address_are_told_apart() {
        let person = person_of_line(" Ann <mailto:ann@a.example> ");
        assert_eq!((person.name.as_str(), person.email.as_str()), ("Ann", "ann@a.example"));
        assert_eq!(person_of_line("@ann").name, "@ann");
    }
}
