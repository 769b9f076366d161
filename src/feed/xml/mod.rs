//! RSS, Atom and CDF, forgiving: a document as it came → [`RawFeed`].
//!
//! One pass over the tokens and no document in between: a sound feed costs what its bytes cost, a broken one is read
//! as its writer meant it. Nothing is expanded, every step is linear in the document, and one bad article never costs
//! another.

mod atom;
mod place;
mod put;
mod rss;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use url::Url;

use self::place::Place;
use self::put::{Ranks, escape_into, push_tag};
use super::names::Vocabulary;
use super::raw::{RawArticle, RawFeed, RawPerson};
use super::xml_tokens::{Token, Tokens, attributes};
use super::{ARTICLE_HTML_BYTES_MAX, ARTICLES_MAX, Format, entities};
use crate::news::{Complaint, Problem};

/// Elements nested deeper than this are passed over; what stands in them is kept as text.
const DEPTH_MAX: usize = 256;
/// Elements of one article that are taken in; a feed's own articles have some twenty.
const ELEMENTS_OF_ARTICLE_MAX: usize = 2_000;

/// Reads a decoded document; `base` is what its addresses are relative to.
///
/// # Errors
/// [`Problem::NotAFeed`] where nothing in it is the root of a feed.
pub fn read(text: &str, base: Option<&Url>, complaints: &mut Vec<Complaint>) -> Result<RawFeed, Problem> {
    let mut reader = Reader::new(base.cloned());
    let mut tokens = Tokens::new(text);
    for token in tokens.by_ref() {
        match token {
            Token::Text(text) => reader.text(text, false),
            Token::Cdata(text) => reader.text(text, true),
            Token::Start { name, attributes, empty, written } => reader.start(name, attributes, empty, written),
            Token::End { name } => reader.end(name),
            Token::Skipped => {}
        }
        if reader.done {
            break;
        }
    }
    complaints.extend(reader.repairs.iter().map(|it| Complaint::new(it)));
    reader
        .finish(tokens.cut)
        .ok_or_else(|| Problem::NotAFeed { detail: "it is neither RSS nor Atom nor JSON Feed".to_owned() })
}

struct OpenElement<'a> {
    name: &'a str,
    place: Place,
    bases: usize,
    declarations: usize,
}

/// The attributes of an element, references decoded, names as written.
type Attributes<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// An element whose text is being collected.
struct Leaf<'a> {
    vocabulary: Vocabulary,
    /// In lower case.
    local: Cow<'a, str>,
    attributes: Attributes<'a>,
    /// The text with references decoded.
    text: Cow<'a, str>,
    /// The same as markup, from the first element that stood in it on.
    markup: String,
    has_elements: bool,
}

struct Reader<'a> {
    root: Option<Format>,
    open: Vec<OpenElement<'a>>,
    bases: Vec<Url>,
    base_is_declared: bool,
    declarations: Vec<(&'a str, Vocabulary)>,
    leaf: Option<Leaf<'a>>,
    feed: RawFeed,
    feed_ranks: Ranks,
    in_article: bool,
    article: RawArticle,
    article_ranks: Ranks,
    article_elements: usize,
    /// What stands for guid and link where the article has none: a permanent guid, `rdf:about`.
    guid_address: String,
    /// A second text of the same article: `itunes:summary` beside a description.
    second_summary: String,
    /// `dc:date`, which is the publication unless the feed's own element says when that was.
    dublin_core_date: Option<crate::news::Timestamp>,
    person: RawPerson,
    /// `sy:updatePeriod` and `sy:updateFrequency`.
    update_period: Option<String>,
    update_frequency: Option<String>,
    language_of_root: Option<String>,
    repairs: Vec<&'static str>,
    done: bool,
}

impl<'a> Reader<'a> {
    fn new(base: Option<Url>) -> Reader<'a> {
        Reader {
            root: None,
            open: Vec::new(),
            bases: base.into_iter().collect(),
            base_is_declared: false,
            declarations: Vec::new(),
            leaf: None,
            feed: RawFeed::new(Format::Rss2),
            feed_ranks: Ranks::default(),
            in_article: false,
            article: RawArticle::default(),
            article_ranks: Ranks::default(),
            article_elements: 0,
            guid_address: String::new(),
            second_summary: String::new(),
            dublin_core_date: None,
            person: RawPerson::default(),
            update_period: None,
            update_frequency: None,
            language_of_root: None,
            repairs: Vec::new(),
            done: false,
        }
    }

    fn repaired(&mut self, what: &'static str) {
        if !self.repairs.contains(&what) {
            self.repairs.push(what);
        }
    }

    fn is_atom(&self) -> bool {
        self.root == Some(Format::Atom)
    }

    fn place(&self) -> Option<Place> {
        self.open.iter().rev().map(|it| it.place).find(|it| *it != Place::Wrapper)
    }

    // ---- what comes in

    fn text(&mut self, raw: &'a str, cdata: bool) {
        if self.root.is_none() {
            if !raw.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}').is_empty() {
                self.repaired(JUNK_BEFORE);
            }
            return;
        }
        let Some(leaf) = &mut self.leaf else { return };
        if leaf.text.len().max(leaf.markup.len()) > ARTICLE_HTML_BYTES_MAX {
            return;
        }
        // One byte beyond the limit is kept, by which the door knows that something was cut.
        let raw = &raw[..raw.floor_char_boundary((ARTICLE_HTML_BYTES_MAX + 4).min(raw.len()))];
        let (piece, sound) = if cdata { (Cow::Borrowed(raw), true) } else { entities::decode_checked(raw) };
        if leaf.has_elements {
            if cdata {
                leaf.markup.push_str(raw);
            } else {
                escape_into(&mut leaf.markup, &piece);
            }
        } else if leaf.text.is_empty() {
            leaf.text = piece;
        } else {
            leaf.text.to_mut().push_str(&piece);
        }
        if !sound {
            self.repaired("An & stood unescaped; it was read as itself.");
        }
    }

    fn start(&mut self, name: &'a str, written_attributes: &'a str, empty: bool, written: &'a str) {
        if self.leaf.is_some() && !self.starts_an_article(name) {
            return self.start_of_markup(name, empty, written);
        }
        if self.open.len() >= DEPTH_MAX {
            return self.repaired(TOO_DEEP);
        }
        let all = attributes(written_attributes);
        let (bases, declarations) = (self.bases.len(), self.declarations.len());
        if !all.is_empty() {
            self.declare(&all);
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let vocabulary = self.vocabulary(prefix);
        let local = lower(local);
        if self.root.is_none() {
            return self.start_of_root(name, vocabulary, local, &all, bases, declarations);
        }
        if self.starts_an_article(name) {
            self.close_what_was_left_open();
        }
        let place = self.place_of(vocabulary, &local);
        self.open.push(OpenElement { name, place, bases, declarations });
        self.opened(place, vocabulary, local, &all);
        if empty {
            self.close_to(self.open.len() - 1);
        }
    }

    fn start_of_markup(&mut self, name: &'a str, empty: bool, written: &'a str) {
        let deep = self.open.len() >= DEPTH_MAX;
        let Some(leaf) = &mut self.leaf else { return };
        leaf.begin_markup();
        if leaf.markup.len() < ARTICLE_HTML_BYTES_MAX && !deep {
            push_tag(&mut leaf.markup, name, written);
        }
        if !empty && !is_void(name) && !deep {
            let (bases, declarations) = (self.bases.len(), self.declarations.len());
            self.open.push(OpenElement { name, place: Place::Markup, bases, declarations });
        }
        if deep {
            self.repaired(TOO_DEEP);
        }
    }

    fn end(&mut self, name: &str) {
        let Some(at) = self.open.iter().rposition(|it| it.name.eq_ignore_ascii_case(name)) else {
            if self.root.is_some() {
                self.repaired("An end tag had no beginning; it was passed over.");
            }
            return;
        };
        // Markup inside a text cannot end what stands around the text unless that is one of the feed's own elements.
        if self.open.len() - at > 1 {
            self.repaired(WRONG_ORDER);
        }
        self.close_to(at);
        if self.open.is_empty() {
            self.done = true;
        }
    }

    fn finish(mut self, cut: bool) -> Option<RawFeed> {
        self.feed.format = self.root?;
        self.feed.cadence.updates(self.update_period.as_deref(), self.update_frequency.as_deref());
        // The article in which the document ends is not whole and was never taken in; it comes with the next fetch.
        self.feed.incomplete = !self.done || cut;
        if self.feed.language.is_none() {
            self.feed.language = self.language_of_root;
        }
        if self.feed.logo.is_empty() {
            self.feed.logo = std::mem::take(&mut self.feed.podcast_image);
        }
        Some(self.feed)
    }

    fn start_of_root(
        &mut self,
        name: &'a str,
        vocabulary: Vocabulary,
        local: Cow<'a, str>,
        all: &[(&'a str, &'a str)],
        bases: usize,
        declarations: usize,
    ) {
        let version = all.iter().find(|it| it.0 == "version").map_or("", |it| it.1.trim());
        let atom = matches!(vocabulary, Vocabulary::Atom | Vocabulary::Atom03);
        let (format, place) = match &*local {
            "rss" => {
                if !matches!(version, "2.0" | "0.91" | "0.92") {
                    self.repaired("Its version of RSS is missing or odd; read as 2.0.");
                }
                (if version.starts_with('0') { Format::Rss0 } else { Format::Rss2 }, Place::Feed)
            }
            "rdf" => (Format::Rss1, Place::Feed),
            // Alone it is the Channel Definition Format, in capitals, or RSS whose root was forgotten.
            "channel" => (if name == "CHANNEL" { Format::Cdf } else { Format::Rss2 }, Place::Feed),
            "feed" => (Format::Atom, Place::Feed),
            "entry" if atom || vocabulary == Vocabulary::Rss => (Format::Atom, Place::Article),
            _ => {
                self.bases.truncate(bases);
                self.declarations.truncate(declarations);
                self.repaired(JUNK_BEFORE);
                return;
            }
        };
        self.root = Some(format);
        self.language_of_root = all.iter().find(|it| it.0 == "xml:lang").map(|it| it.1.to_owned());
        self.open.push(OpenElement { name, place, bases, declarations });
        match place {
            Place::Article => self.opened(place, vocabulary, local, all),
            _ if format == Format::Cdf => self.channel_definition(all),
            _ => {}
        }
    }

    /// An article that begins inside another, or inside a text: those were never ended.
    fn close_what_was_left_open(&mut self) {
        let Some(feed) = self.open.iter().rposition(|it| it.place == Place::Feed) else { return };
        let left_open =
            |it: &OpenElement<'_>| matches!(it.place, Place::Article | Place::Leaf | Place::Markup | Place::Image);
        if self.open[feed + 1..].iter().any(left_open) {
            self.repaired(WRONG_ORDER);
            self.close_to(feed + 1);
        }
    }

    fn opened(&mut self, place: Place, vocabulary: Vocabulary, local: Cow<'a, str>, all: &[(&'a str, &'a str)]) {
        match place {
            Place::Article => self.article_opened(all),
            Place::Leaf => {
                let speaks =
                    self.in_article && self.article.language.is_none() && matches!(&*local, "content" | "summary");
                if let Some(language) = all.iter().find(|it| it.0 == "xml:lang").filter(|_| speaks) {
                    self.article.language = Some(language.1.to_owned());
                }
                if self.in_article && self.base_is_declared && matches!(&*local, "content" | "description" | "encoded")
                {
                    self.article.base = self.bases.last().cloned();
                }
                self.leaf = Some(Leaf {
                    vocabulary,
                    local,
                    attributes: decoded(all),
                    text: Cow::Borrowed(""),
                    markup: String::new(),
                    has_elements: false,
                });
            }
            Place::Person => self.person = RawPerson::default(),
            Place::Media if &*local == "content" => {
                let attributes = decoded(all);
                self.add_enclosure(&attributes, "fileSize");
            }
            // `itunes:category` says its topic in an attribute and holds finer ones.
            Place::Wrapper if vocabulary == Vocabulary::Itunes => {
                let attributes = decoded(all);
                let topic = attributes.iter().find(|it| it.0 == "text").map(|it| it.1.trim().to_owned());
                self.topic(topic.unwrap_or_default());
            }
            Place::Ignored => {
                if self.starts_an_article(&local) && self.feed.articles.len() >= ARTICLES_MAX {
                    self.feed.skipped += 1;
                }
            }
            Place::Feed | Place::Markup | Place::Wrapper | Place::Image | Place::Media => {}
        }
    }

    fn article_opened(&mut self, all: &[(&'a str, &'a str)]) {
        self.in_article = true;
        self.article_elements = 0;
        self.article_ranks = Ranks::default();
        self.guid_address.clear();
        self.second_summary.clear();
        self.dublin_core_date = None;
        self.article = RawArticle {
            base: self.base_is_declared.then(|| self.bases.last().cloned()).flatten(),
            language: all.iter().find(|it| it.0 == "xml:lang").map(|it| it.1.to_owned()),
            ..RawArticle::default()
        };
        if let Some(about) = all.iter().find(|it| it.0 == "rdf:about") {
            self.guid_address = entities::decode(about.1).into_owned();
        }
        if self.root == Some(Format::Cdf) {
            self.channel_definition(all);
        }
    }

    // ---- what is closed

    /// Ends all open elements down to the one at `at`, that one included.
    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            let Some(element) = self.open.pop() else { return };
            match element.place {
                Place::Leaf => {
                    if let Some(leaf) = self.leaf.take() {
                        self.leaf_closed(leaf);
                    }
                }
                Place::Markup => {
                    if let Some(leaf) = self.leaf.as_mut().filter(|it| it.markup.len() < ARTICLE_HTML_BYTES_MAX) {
                        let local = element.name.rsplit(':').next().unwrap_or_default();
                        leaf.markup.push_str("</");
                        leaf.markup.push_str(local);
                        leaf.markup.push('>');
                    }
                }
                Place::Article => self.article_closed(),
                Place::Person => {
                    let person = std::mem::take(&mut self.person);
                    self.add_person(person);
                }
                Place::Image | Place::Media | Place::Feed | Place::Wrapper | Place::Ignored => {}
            }
            self.bases.truncate(element.bases);
            self.declarations.truncate(element.declarations);
        }
    }

    fn article_closed(&mut self) {
        if !self.in_article {
            return;
        }
        self.in_article = false;
        let mut article = std::mem::take(&mut self.article);
        let about = std::mem::take(&mut self.guid_address);
        if !about.is_empty() {
            let is_address = Url::parse(&about).is_ok_and(|it| matches!(it.scheme(), "http" | "https"));
            if is_address && article.links.is_empty() {
                article.links.push(put::plain_link(about.clone()));
            }
            if article.guid.is_empty() {
                article.guid = about;
            }
        }
        match (article.published, self.dublin_core_date) {
            (None, date) => article.published = date,
            (Some(published), Some(date)) if article.updated.is_none() && date > published => {
                article.updated = Some(date);
            }
            (Some(_), _) => {}
        }
        let second = std::mem::take(&mut self.second_summary);
        if !second.is_empty() && article.summary.text.trim() != second.trim() {
            let described = self.article_ranks.summary == put::ITS_OWN;
            if described && article.content.is_blank() {
                article.content = std::mem::take(&mut article.summary);
            }
            if !described || article.summary.is_blank() {
                article.summary.text = second;
            }
        }
        self.feed.articles.push(article);
    }

    fn leaf_closed(&mut self, leaf: Leaf<'a>) {
        match self.place() {
            Some(Place::Feed) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Article) if self.is_atom() => self.atom_leaf(leaf),
            Some(Place::Feed) => self.rss_feed_leaf(leaf),
            Some(Place::Article) => self.rss_article_leaf(leaf),
            Some(Place::Image) if leaf.local == "url" => {
                self.feed.logo = self.absolute(leaf.text.trim());
            }
            Some(Place::Person) => self.person_leaf(leaf),
            Some(Place::Media) => self.media_leaf(leaf),
            Some(Place::Image | Place::Leaf | Place::Markup | Place::Wrapper | Place::Ignored) | None => {}
        }
    }
}

const JUNK_BEFORE: &str = "There was text before the feed; it was passed over.";
const TOO_DEEP: &str = "Elements were nested too deep; the innermost were passed over.";
const WRONG_ORDER: &str = "Elements did not end where they should; they were ended in order.";

impl<'a> Leaf<'a> {
    /// The text; where there is none, the attribute.
    fn text_or(&self, name: &str) -> &str {
        if self.text.trim().is_empty() { self.attribute(name).unwrap_or_default().trim() } else { self.text.trim() }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_ref())
    }

    fn begin_markup(&mut self) {
        if !self.has_elements {
            self.has_elements = true;
            // What stood before the first element was text, and becomes markup with it.
            escape_into(&mut self.markup, &self.text);
        }
    }

    /// The text; as markup where elements stood in it unescaped.
    fn into_value(self) -> String {
        if self.has_elements { self.markup } else { self.text.into_owned() }
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && !self.has_elements
    }
}

fn decoded<'a>(all: &[(&'a str, &'a str)]) -> Attributes<'a> {
    all.iter().filter(|it| !it.0.starts_with("xmlns")).map(|(name, value)| (*name, entities::decode(value))).collect()
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|it| it.is_ascii_uppercase()) {
        Cow::Owned(name.to_ascii_lowercase())
    } else {
        Cow::Borrowed(name)
    }
}

fn is_void(name: &str) -> bool {
    const VOID: [&str; 13] =
        ["area", "base", "br", "col", "embed", "hr", "img", "input", "meta", "param", "source", "track", "wbr"];
    VOID.iter().any(|it| it.eq_ignore_ascii_case(name))
}
