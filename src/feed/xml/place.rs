//! Where an element stands and what it therefore is to the feed; which vocabulary it speaks; what its addresses are
//! relative to.

use url::Url;

use super::Reader;
use crate::feed::names::{Vocabulary, of_address, of_undeclared_prefix};
use crate::feed::{ARTICLES_MAX, Format, entities};

/// Namespaces declared at one time.
const DECLARATIONS_MAX: usize = 256;

/// What an open element is to the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Feed,
    Article,
    /// A picture of the feed: `url`, `title`, `link`.
    Image,
    /// An author with a name, an address and a page of its own.
    Person,
    /// `media:group` and `media:content`.
    Media,
    /// Its text is collected.
    Leaf,
    /// Within a leaf: markup that was not escaped.
    Markup,
    /// A list around several of the same, such as `categories`: what stands in it stands where it stands.
    Wrapper,
    /// `rdf:Seq`, `items`, unknown wrappers: passed over with all that stands in them.
    Ignored,
}

impl<'a> Reader<'a> {
    pub(super) fn declare(&mut self, all: &[(&'a str, &'a str)]) {
        for (name, value) in all {
            if let Some(prefix) = name.strip_prefix("xmlns:").or((*name == "xmlns").then_some("")) {
                if self.declarations.len() < DECLARATIONS_MAX {
                    self.declarations.push((prefix, of_address(&entities::decode(value))));
                }
            } else if *name == "xml:base" {
                let value = entities::decode(value);
                let base = match self.bases.last() {
                    Some(base) => base.join(value.trim()),
                    None => Url::parse(value.trim()),
                };
                if let Some(base) = base.ok().filter(|it| matches!(it.scheme(), "http" | "https")) {
                    self.bases.push(base);
                    self.base_is_declared = true;
                }
            }
        }
    }

    pub(super) fn vocabulary(&self, prefix: &str) -> Vocabulary {
        match self.declarations.iter().rev().find(|it| it.0 == prefix) {
            // The default namespace of an RSS document may be anything; its plain elements are RSS all the same.
            Some((_, Vocabulary::Other)) if prefix.is_empty() => self.plain_vocabulary(),
            Some((_, vocabulary)) => *vocabulary,
            None if prefix.is_empty() => self.plain_vocabulary(),
            None => of_undeclared_prefix(prefix),
        }
    }

    pub(super) fn plain_vocabulary(&self) -> Vocabulary {
        if self.is_atom() { Vocabulary::Atom } else { Vocabulary::Rss }
    }

    pub(super) fn starts_an_article(&self, name: &str) -> bool {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let known = |vocabulary: Vocabulary| !matches!(vocabulary, Vocabulary::Other | Vocabulary::Xhtml);
        match self.root {
            Some(Format::Atom) => local.eq_ignore_ascii_case("entry") && known(self.vocabulary(prefix)),
            Some(Format::Rss0 | Format::Rss1 | Format::Rss2 | Format::Cdf | Format::JsonFeed) => {
                local.eq_ignore_ascii_case("item") && known(self.vocabulary(prefix))
            }
            None => false,
        }
    }

    pub(super) fn place_of(&self, vocabulary: Vocabulary, local: &str) -> Place {
        use Vocabulary::{Atom, Atom03, Itunes, Media, Rdf, Rss, Xhtml};
        match (self.place(), vocabulary, local) {
            (None | Some(Place::Ignored), _, _) => Place::Ignored,
            (Some(Place::Feed), Rss | Rdf, "channel") => Place::Feed,
            (Some(Place::Feed), Rss | Rdf | Atom | Atom03, "item" | "entry") => {
                if self.feed.articles.len() < ARTICLES_MAX { Place::Article } else { Place::Ignored }
            }
            (Some(Place::Feed), Rss, "image") => Place::Image,
            (Some(Place::Feed), Rss, "items" | "textinput" | "cloud") => Place::Ignored,
            (Some(Place::Feed | Place::Article), Atom | Atom03, "author" | "contributor") => Place::Person,
            (Some(Place::Feed), Itunes, "owner") => Place::Person,
            (Some(Place::Feed | Place::Article), Atom | Atom03, "source") => Place::Ignored,
            (Some(Place::Article | Place::Media), Media, "group" | "content") => Place::Media,
            (Some(Place::Feed | Place::Article), Itunes, "category") => Place::Wrapper,
            (Some(Place::Image), Rss, "url" | "title" | "link") => Place::Leaf,
            (Some(Place::Image), _, _) => Place::Ignored,
            (Some(Place::Person), _, _) => Place::Leaf,
            (Some(Place::Media), Media, _) => Place::Leaf,
            (Some(Place::Media), _, _) => Place::Ignored,
            (Some(Place::Feed), Rss, "skiphours" | "skipdays") => Place::Wrapper,
            (Some(Place::Feed | Place::Article), Rss, "categories") => Place::Wrapper,
            (Some(Place::Feed | Place::Article), Vocabulary::Other | Rdf, _) => Place::Ignored,
            (Some(Place::Article), Xhtml, "body" | "div") => Place::Leaf,
            (Some(Place::Feed | Place::Article), Xhtml, _) => Place::Ignored,
            (Some(Place::Feed | Place::Article), _, _) => Place::Leaf,
            // Inside a leaf nothing is placed; it is markup.
            (Some(Place::Leaf | Place::Markup | Place::Wrapper), _, _) => Place::Ignored,
        }
    }
}
