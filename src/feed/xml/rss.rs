//! What an element of RSS and CDF, or of the vocabularies written into them, says of the feed and its articles.

use super::put::{DateField, ITS_OWN, STAND_IN, TextField};
use super::{Leaf, Reader, entities};
use crate::feed::names::Vocabulary;
use crate::feed::raw::TextKind;

impl<'a> Reader<'a> {
    /// What any feed says of when to fetch it, and from where. Gives whether it was that.
    pub(super) fn cadence_leaf(&mut self, leaf: &Leaf<'a>) -> bool {
        use Vocabulary::{Itunes, Rss, Syndication};
        match (leaf.vocabulary, &*leaf.local) {
            (Rss, "ttl") => self.feed.cadence.ttl(&leaf.text),
            (Rss, "hour") => self.feed.cadence.skip_hour(&leaf.text),
            (Rss, "day") => self.feed.cadence.skip_day(&leaf.text),
            (Syndication, "updateperiod") => self.update_period = Some(leaf.text.trim().to_owned()),
            (Syndication, "updatefrequency") => self.update_frequency = Some(leaf.text.trim().to_owned()),
            (Itunes, "new-feed-url") => self.feed.moved_to = leaf.text.trim().to_owned(),
            _ => return false,
        }
        true
    }

    /// The attributes in which CDF says what RSS says in elements.
    pub(super) fn channel_definition(&mut self, all: &[(&'a str, &'a str)]) {
        for (name, value) in all {
            let value = entities::decode(value);
            match name.to_ascii_lowercase().as_str() {
                "href" => self.add_plain_link(&value),
                "lastmod" => self.put_date(DateField::Updated, ITS_OWN, &value),
                _ => {}
            }
        }
    }

    pub(super) fn rss_feed_leaf(&mut self, leaf: Leaf<'a>) {
        use TextField::{Rights, Summary, Title};
        use TextKind::Either;
        use Vocabulary::{Atom, Atom03, Content, Dc, DcTerms, Itunes, Rss};
        if self.cadence_leaf(&leaf) {
            return;
        }
        let trimmed = leaf.text.trim();
        match (leaf.vocabulary, &*leaf.local) {
            (Rss, "title") => self.put_text(Title, ITS_OWN, leaf, Either),
            (Dc, "title") => self.put_text(Title, STAND_IN, leaf, Either),
            // `<link href>` in RSS is Atom's without its namespace.
            (Rss, "link") => self.rss_link(&leaf),
            (Rss, "a") => self.add_plain_link(leaf.attribute("href").or(leaf.attribute("HREF")).unwrap_or_default()),
            (Atom | Atom03, "link") => self.add_atom_link(&leaf),
            (Itunes, "link") if leaf.attribute("rel") == Some("image") => self.podcast_image(&leaf, "href"),
            (Itunes, "image") => {
                self.podcast_image(&leaf, if leaf.attribute("href").is_some() { "href" } else { "url" })
            }
            (Rss, "logo") => self.feed.logo = self.absolute(leaf.text_or("href")),
            (Rss, "description" | "tagline" | "subtitle" | "abstract") => {
                self.put_text(Summary, ITS_OWN, leaf, Either);
            }
            (Dc, "description")
            | (Itunes, "summary" | "subtitle")
            | (Atom | Atom03, "subtitle" | "tagline")
            | (Content, "encoded") => self.put_text(Summary, STAND_IN, leaf, Either),
            (Rss | Dc, "language") if self.feed.language.is_none() && !trimmed.is_empty() => {
                self.feed.language = Some(trimmed.to_owned());
            }
            (Rss, "copyright") | (Dc, "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.put_text(Rights, ITS_OWN, leaf, Either);
            }
            (Rss, "managingeditor" | "author" | "webmaster")
            | (Dc, "creator" | "author" | "publisher")
            | (Itunes, "author") => self.add_author(&leaf.into_value()),
            (Rss, "pubdate") | (Dc, "date") | (DcTerms, "issued" | "created") | (Atom | Atom03, "published") => {
                let rank = if leaf.vocabulary == Rss { ITS_OWN } else { STAND_IN };
                self.put_date(DateField::Published, rank, trimmed);
            }
            (Rss, "lastbuilddate" | "updated") | (DcTerms, "modified") | (Atom | Atom03, "updated" | "modified") => {
                let rank = if leaf.vocabulary == Rss { ITS_OWN } else { STAND_IN };
                self.put_date(DateField::Updated, rank, trimmed);
            }
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed.to_owned()),
            (Rss, "tags") | (Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed).to_owned()),
            (Rss, "generator") => self.feed.generator = trimmed.to_owned(),
            (Atom | Atom03 | Rss, "id") => self.feed.id = trimmed.to_owned(),
            _ => {}
        }
    }

    pub(super) fn rss_article_leaf(&mut self, leaf: Leaf<'a>) {
        use TextField::{Content as Body, Rights, Summary, Title};
        use TextKind::{Either, Html};
        use Vocabulary::{
            Atom, Atom03, Comments, Content, Dc, DcTerms, FeedBurner, Geo, Itunes, Media, Rss, Slash, Thread, Xhtml,
        };
        let trimmed = leaf.text.trim();
        match (leaf.vocabulary, &*leaf.local) {
            (Rss, "title") => self.put_text(Title, ITS_OWN, leaf, Either),
            (Dc | Atom | Atom03 | Itunes, "title") => self.put_text(Title, STAND_IN, leaf, Either),
            (Rss, "link") => self.rss_link(&leaf),
            (Rss, "a") => self.add_plain_link(leaf.attribute("href").or(leaf.attribute("HREF")).unwrap_or_default()),
            (FeedBurner, "origlink") => self.article.original_link = self.absolute(trimmed),
            (Atom | Atom03, "link") => self.add_atom_link(&leaf),
            (Rss, "description" | "summary" | "abstract") => {
                // Whichever comes second is the longer text.
                let first = self.article_ranks.summary < ITS_OWN;
                self.put_text(if first { Summary } else { Body }, ITS_OWN, leaf, Either);
            }
            (Itunes, "summary") if self.second_summary.is_empty() && !leaf.is_blank() => {
                self.second_summary = leaf.into_value();
            }
            (Dc | DcTerms, "description" | "abstract") | (Itunes, "subtitle") | (Atom | Atom03, "summary") => {
                self.put_text(Summary, STAND_IN, leaf, Either);
            }
            (Content, "encoded")
            | (Rss, "fullitem" | "content" | "body")
            | (Xhtml, "body" | "div")
            | (Atom | Atom03, "content") => self.put_text(Body, ITS_OWN + 1, leaf, Html),
            (Rss, "author") | (Dc, "creator" | "author") | (Itunes, "author") => self.add_author(&leaf.into_value()),
            (Dc, "contributor" | "publisher") if self.article.people.is_empty() => self.add_author(&leaf.into_value()),
            (Rss, "category") | (Dc, "subject") => self.topic(trimmed.to_owned()),
            (Rss, "tags") | (Media | Itunes, "keywords") => self.keywords(trimmed),
            (Atom | Atom03, "category") => self.topic(leaf.attribute("term").unwrap_or(trimmed).to_owned()),
            (Media, "category") => self.topic(trimmed.to_owned()),
            (Rss, "guid") => {
                let permanent = leaf.attribute("isPermaLink").or(leaf.attribute("ispermalink"));
                if permanent.is_none_or(|it| it.trim().eq_ignore_ascii_case("true")) {
                    self.guid_address = trimmed.to_owned();
                }
                self.guid(trimmed);
            }
            (Atom | Atom03 | Rss, "id") => self.guid(trimmed),
            (Rss, "enclosure") => self.add_enclosure(&leaf.attributes, "length"),
            (Rss, "pubdate" | "date") => self.put_date(DateField::Published, ITS_OWN, trimmed),
            (Atom | Atom03, "published" | "issued" | "created") | (DcTerms, "issued" | "created" | "available") => {
                self.put_date(DateField::Published, STAND_IN, trimmed);
            }
            (Dc, "date") => self.dublin_core_date = self.moment(trimmed).or(self.dublin_core_date),
            (Rss | Atom | Atom03, "updated" | "modified") | (DcTerms, "modified") => {
                self.put_date(DateField::Updated, ITS_OWN, trimmed);
            }
            (Rss, "comments") => self.article.comments = self.absolute(trimmed),
            (Slash, "comments") | (Thread, "total") => self.article.comments_count = trimmed.parse().ok(),
            (Dc, "rights") | (Rss, "copyright" | "rights") | (Atom | Atom03, "rights" | "copyright") => {
                self.put_text(Rights, ITS_OWN, leaf, Either);
            }
            (Comments, _) => {}
            (Geo, _) => self.location(&leaf),
            (Itunes, "duration") => self.article.duration = trimmed.to_owned(),
            (Media, _) => self.media_leaf(leaf),
            _ => {}
        }
    }

    pub(super) fn guid(&mut self, text: &str) {
        if self.article.guid.is_empty() {
            self.article.guid = text.to_owned();
        }
    }

    /// A place by its name, or a point.
    pub(super) fn location(&mut self, leaf: &Leaf<'a>) {
        let named = &*leaf.local == "featurename";
        if named || (&*leaf.local == "point" && self.article.location.is_empty()) {
            self.article.location = leaf.text.trim().to_owned();
        }
    }

    fn rss_link(&mut self, leaf: &Leaf<'a>) {
        let is_atoms = leaf.text.trim().is_empty() && leaf.attribute("rel").is_some();
        if is_atoms { self.add_atom_link(leaf) } else { self.add_plain_link(leaf.text_or("href")) }
    }

    fn podcast_image(&mut self, leaf: &Leaf<'a>, name: &str) {
        self.feed.podcast_image = self.absolute(leaf.attribute(name).unwrap_or(&leaf.text));
    }
}
