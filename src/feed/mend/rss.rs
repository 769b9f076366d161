//! What an element of RSS, or of the vocabularies written into it, becomes in the mended document.

use super::write::without_at_sign;
use super::{Leaf, Mender};
use crate::feed::names::Vocabulary;

impl Mender {
    pub(super) fn rss_feed_leaf(&mut self, leaf: &Leaf) {
        use Vocabulary::{Atom, Atom03, Content, Dc, DcTerms, Itunes, Rss};
        let value = leaf.value();
        let trimmed = value.trim();
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Rss, "title") => self.put("title", &[], &value),
            (Dc, "title") => self.fallback("title", &[], &value),
            // `<link href>` in RSS is Atom's without its namespace.
            (Rss, "link") => self.put_address("link", leaf.text_or("href")),
            (Atom | Atom03, "link") => self.atom_link(leaf, "atom:link"),
            (Rss, "description" | "tagline" | "subtitle") => self.put("description", &[], &value),
            (Dc, "description") | (Itunes, "summary" | "subtitle") | (Atom | Atom03, "subtitle" | "tagline") => {
                self.fallback("description", &[], &value);
            }
            (Content, "encoded") => self.fallback("description", &[], &value),
            (Rss | Dc, "language") => self.put("language", &[], trimmed),
            (Rss, "copyright") | (Dc, "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.put("copyright", &[], &value);
            }
            (Rss, "managingeditor" | "author") | (Dc, "creator" | "author") | (Itunes, "author") => {
                self.put_again("managingEditor", &[], &without_at_sign(trimmed));
            }
            (Rss, "webmaster") | (Dc, "publisher") => {
                self.put_again("webMaster", &[], &without_at_sign(trimmed));
            }
            (Rss, "pubdate") | (Dc, "date") | (DcTerms, "issued" | "created") | (Atom | Atom03, "published") => {
                self.put_date("pubDate", trimmed);
            }
            (Rss, "lastbuilddate" | "updated") | (DcTerms, "modified") | (Atom | Atom03, "updated" | "modified") => {
                self.put_date("lastBuildDate", trimmed);
            }
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed),
            (Itunes, "category") => self.topic(leaf.attribute("text").unwrap_or_default()),
            (Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed)),
            (Rss, "generator") => self.put("generator", &[], trimmed),
            (Itunes, "image") => {
                let target = self.absolute(leaf.attribute("href").or(leaf.attribute("url")).unwrap_or(trimmed));
                self.put("itunes:image", &[("href", &target)], "");
            }
            _ => {}
        }
    }

    pub(super) fn rss_article_leaf(&mut self, leaf: &Leaf) {
        use Vocabulary::{Atom, Atom03, Comments, Content, Dc, DcTerms, Itunes, Media, Rss, Xhtml};
        let value = leaf.value();
        let trimmed = value.trim();
        match (leaf.vocabulary.unwrap_or(Vocabulary::Other), leaf.local.as_str()) {
            (Rss, "title") => self.put("title", &[], &value),
            (Dc | Atom | Atom03 | Itunes, "title") => self.fallback("title", &[], &value),
            (Rss, "link") => self.put_address("link", leaf.text_or("href")),
            (Atom | Atom03, "link") => {
                if let Some(target) = leaf.attribute("href").map(|it| self.absolute(it)) {
                    match leaf.attribute("rel").unwrap_or("alternate") {
                        "alternate" if !self.seen_in_article.contains("link") => self.put_address("link", &target),
                        "enclosure" => self.enclosure(leaf, &target),
                        _ => {}
                    }
                }
            }
            (Rss, "description") => self.put("description", &[], &value),
            (Dc | DcTerms, "description" | "abstract")
            | (Itunes, "summary" | "subtitle")
            | (Atom | Atom03, "summary")
            | (Rss, "summary" | "abstract") => self.fallback("description", &[], &value),
            (Content, "encoded")
            | (Rss, "fullitem" | "content" | "body")
            | (Xhtml, "body" | "div")
            | (Atom | Atom03, "content") => self.put("content:encoded", &[], &value),
            (Rss, "author") | (Dc, "creator" | "author") => self.author(trimmed),
            (Itunes, "author") | (Dc, "contributor" | "publisher") if !self.seen_in_article.contains("author") => {
                self.author(trimmed);
            }
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed),
            (Media, "keywords") | (Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed)),
            (Media, "category") => self.topic(trimmed),
            (Itunes, "category") => self.topic(leaf.attribute("text").unwrap_or_default()),
            (Rss, "guid") => {
                let permanent = leaf.attribute("isPermaLink").or(leaf.attribute("ispermalink"));
                if permanent.is_none_or(|it| it.trim().eq_ignore_ascii_case("true")) {
                    self.guid_address = trimmed.to_owned();
                }
                self.put("guid", &[], trimmed);
            }
            (Atom | Atom03 | Rss, "id") => self.put("guid", &[], trimmed),
            (Rss, "enclosure") => {
                if let Some(target) = leaf.attribute("url").map(|it| self.absolute(it)) {
                    self.enclosure(leaf, &target);
                }
            }
            (Rss, "pubdate" | "date") | (Atom | Atom03, "published" | "issued") => self.put_date("pubDate", trimmed),
            (Dc, "date") | (DcTerms, "issued" | "created" | "available") | (Atom03, "created") => {
                self.put_date("pubDate", trimmed);
            }
            (Rss | Atom | Atom03, "updated" | "modified") | (DcTerms, "modified") => self.put_date("updated", trimmed),
            (Rss, "comments") => self.put_address("comments", trimmed),
            (Comments, "commentrss") => self.put_address("wfw:commentRss", trimmed),
            (Dc, "rights") | (Rss, "copyright" | "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.note.rights = value;
            }
            // Beside the media, not in it: said of the article.
            (Media, "title") => self.fallback("title", &[], &value),
            (Media, "description" | "text") => self.fallback("description", &[], &value),
            (Media, _) => self.media_leaf(leaf),
            _ => {}
        }
    }
}
