//! How the mended document is written: each element in its one spelling, escaped, with addresses made absolute.
//! Nothing gets past here unescaped.

use std::collections::HashSet;

use url::Url;

use super::{ELEMENTS_OF_ARTICLE_MAX, Leaf, Mender};
use crate::feed::date;

impl Mender {
    pub(super) fn out_buffer(&mut self) -> &mut String {
        if self.in_article { &mut self.article } else { &mut self.out }
    }

    pub(super) fn seen(&self) -> &HashSet<&'static str> {
        if self.in_article { &self.seen_in_article } else { &self.seen_in_feed }
    }

    pub(super) fn mark(&mut self, name: &'static str) {
        if self.in_article {
            self.seen_in_article.insert(name)
        } else {
            self.seen_in_feed.insert(name)
        };
    }

    /// Writes an element that an article or a feed has once; a second one is passed over.
    pub(super) fn put(&mut self, tag: &'static str, attributes: &[(&str, &str)], value: &str) {
        let says_something = !value.trim().is_empty() || attributes.iter().any(|it| !it.1.is_empty());
        if says_something && !self.seen().contains(tag) {
            self.mark(tag);
            self.put_again(tag, attributes, value);
        }
    }

    /// Writes an address, resolved; there may be several of a kind.
    pub(super) fn put_address(&mut self, tag: &'static str, text: &str) {
        if !text.trim().is_empty() {
            let target = self.absolute(text);
            self.mark(tag);
            self.put_again(tag, &[], &target);
        }
    }

    /// Writes a person who is one line of text.
    pub(super) fn author(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.mark("author");
        if self.is_atom() {
            self.out_buffer().push_str("<author>");
            self.put_again("name", &[], text);
            self.out_buffer().push_str("</author>");
        } else {
            self.put_again("author", &[], &without_at_sign(text));
        }
    }

    /// Writes what may stand in for an element, as long as that has not been seen. If it comes later, it wins:
    /// the parser takes the last.
    pub(super) fn fallback(&mut self, tag: &'static str, attributes: &[(&str, &str)], value: &str) {
        if !self.seen().contains(tag) {
            self.put_again(tag, attributes, value);
        }
    }

    pub(super) fn put_date(&mut self, tag: &'static str, text: &str) {
        match date::read(text) {
            Some(moment) => self.put(tag, &[], &moment.rfc3339()),
            None if text.is_empty() => {}
            None => self.repaired("A date could not be read; the article counts as undated."),
        }
    }

    pub(super) fn put_again(&mut self, tag: &str, attributes: &[(&str, &str)], value: &str) {
        // An empty element says nothing, and feed-rs refuses a feed for some of them.
        if value.trim().is_empty() && attributes.iter().all(|it| it.1.is_empty()) {
            return;
        }
        if self.in_article {
            self.article_elements += 1;
            if self.article_elements > ELEMENTS_OF_ARTICLE_MAX {
                return self.repaired("An article had thousands of elements; the rest were passed over.");
            }
        }
        let owned: Vec<(String, String)> =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let buffer = self.out_buffer();
        push_start(buffer, tag, &owned);
        escape_into(buffer, value);
        buffer.push_str("</");
        buffer.push_str(tag);
        buffer.push('>');
    }

    /// Resolves an address against `xml:base` and the document's own (RFC 3986, section 5). What is none stays.
    pub(super) fn absolute(&self, text: &str) -> String {
        let text = text.trim();
        let resolved = match self.bases.last() {
            Some(base) => base.join(text),
            None => Url::parse(text),
        };
        match resolved {
            Ok(url) if Url::parse(text).is_err() => url.into(),
            Ok(_) | Err(_) => text.to_owned(),
        }
    }

    pub(super) fn enclosure(&mut self, leaf: &Leaf, target: &str) {
        let kind = leaf.attribute("type").unwrap_or_default().to_owned();
        let length = leaf.attribute("length").unwrap_or_default().trim().to_owned();
        self.put_again("enclosure", &[("url", target), ("type", &kind), ("length", &length)], "");
    }

    pub(super) fn topic(&mut self, topic: &str) {
        if self.is_atom() {
            self.put_again("category", &[("term", topic)], "");
        } else {
            self.put_again("category", &[], topic);
        }
    }

    pub(super) fn keywords(&mut self, list: &str) {
        for keyword in list.split(',').map(str::trim) {
            self.topic(keyword);
        }
    }

    pub(super) fn person_leaf(&mut self, leaf: &Leaf) {
        let value = leaf.value();
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        let name = match leaf.local.as_str() {
            "url" | "homepage" | "uri" => "uri",
            "name" => "name",
            "email" => "email",
            _ => return,
        };
        if name == "uri" {
            self.person_page = self.absolute(value);
        } else {
            self.person_is_named = true;
        }
        if self.is_atom() {
            let value = if name == "uri" { self.person_page.clone() } else { value.to_owned() };
            self.put_again(name, &[], &value);
        } else if name != "uri" {
            // RSS has one line for a person.
            let tag = if self.in_article { "author" } else { "managingEditor" };
            self.put_again(tag, &[], &without_at_sign(value));
        }
    }

    pub(super) fn media_leaf(&mut self, leaf: &Leaf) {
        let value = leaf.value();
        match leaf.local.as_str() {
            "title" | "description" => {
                let kind = if leaf.attribute("type") == Some("html") { "html" } else { "plain" };
                let tag = if leaf.local == "title" { "media:title" } else { "media:description" };
                self.put_again(tag, &[("type", kind)], &value);
            }
            "thumbnail" | "player" => {
                if let Some(url) = leaf.attribute("url") {
                    let url = self.absolute(url);
                    let tag = if leaf.local == "player" { "media:player" } else { "media:thumbnail" };
                    self.put_again(tag, &[("url", &url)], "");
                }
            }
            _ => {}
        }
    }
}

/// feed-rs splits a person's name and address at byte offsets and panics where a letter is longer than a byte.
/// It never sees an `@`; whoever reads its answer puts the signs back.
pub const AT_SIGN_STAND_IN: char = '\u{e000}';

pub(super) fn without_at_sign(person: &str) -> String {
    person.replace(AT_SIGN_STAND_IN, "").replace('@', &AT_SIGN_STAND_IN.to_string())
}

pub(super) fn push_start(out: &mut String, tag: &str, attributes: &[(String, String)]) {
    out.push('<');
    out.push_str(tag);
    for (name, value) in attributes.iter().filter(|it| !it.1.is_empty()) {
        out.push(' ');
        out.push_str(name);
        out.push_str("=\"");
        escape_into(out, value);
        out.push('"');
    }
    out.push('>');
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

/// Escapes what XML gives a meaning, and leaves out what XML 1.0, section 2.2, forbids.
pub(super) fn escape_into(out: &mut String, text: &str) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(it),
            // A carriage return would be read as a line's end in any case.
            '\r' => out.push('\n'),
            _ if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => {}
            _ => out.push(it),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_never_written() {
        let mut out = String::new();
        escape_into(&mut out, "<a b=\"c\">&\u{0}\u{1b}\u{9b}\u{fffe}\r\n\t");
        assert_eq!(out, "&lt;a b=&quot;c&quot;&gt;&amp;\n\n\t");
    }
}
