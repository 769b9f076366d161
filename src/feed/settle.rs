//! [`RawFeed`] → [`ParsedFeed`]: the door. Text becomes clean, addresses become http or https or nothing, what is
//! too long or too many is cut with a complaint, and every article gets its keys.

use url::Url;

use super::identity::{self, Claims};
use super::raw::{RawArticle, RawFeed, RawLink, RawPerson, RawText, TextKind};
use super::{
    ARTICLE_HTML_BYTES_MAX, ArticleMore, ENCLOSURES_MAX, FeedMore, GUID_CHARS_MAX, Keys, LINKS_MAX, PEOPLE_MAX,
    ParsedArticle, ParsedFeed, Person, TOPICS_MAX, entities,
};
use crate::news::{CleanText, CleanUrl, Complaint, Enclosure, Html, Limit};

/// Longer descriptions of a feed are cut.
const DESCRIPTION: Limit = Limit(4_000);
/// Longer languages, media types and names of programs are none.
const WORD: Limit = Limit(200);
/// One hub is enough to be told of news; a few are kept.
const HUBS_MAX: usize = 4;

/// Settles a feed. `origin` is where it came from.
pub fn settle(raw: &RawFeed, origin: Option<&CleanUrl>, complaints: &mut Vec<Complaint>) -> ParsedFeed {
    let mut dropped = Dropped::default();
    // Where nobody knows the document's address, its own word for it serves as the base.
    let own_word = own_address(&raw.links);
    let base = origin.or(own_word.as_ref()).map(|it| it.as_url().clone());
    let links = addresses(&raw.links, base.as_ref(), &mut dropped);
    let site = main_link(&raw.links, base.as_ref());
    let mut articles: Vec<ParsedArticle> =
        raw.articles.iter().map(|it| article(it, base.as_ref(), &mut dropped)).collect();
    let own_pages: Vec<&str> = site.iter().chain(origin).map(CleanUrl::as_str).collect();
    let claims: Vec<Claims<'_>> = raw
        .articles
        .iter()
        .zip(&articles)
        .map(|(raw, article)| Claims {
            guid: &raw.guid,
            link: article.url.as_ref().map_or("", CleanUrl::as_str),
            title: article.title.as_str(),
            date: article.published.or(article.updated),
            text: &article.body.0,
        })
        .collect();
    let keys: Vec<Keys> = identity::keys(&claims, &own_pages);
    for (article, keys) in articles.iter_mut().zip(keys) {
        article.keys = keys;
    }
    if raw.skipped > 0 {
        complaints.push(Complaint::new(&format!("{} older articles skipped.", with_commas(raw.skipped))));
    }
    if raw.incomplete {
        complaints.push(Complaint::new("It was incomplete; the articles before the break were kept."));
    }
    dropped.complain(complaints);
    let relative_to = |text: &str| address(text, base.as_ref()).ok();
    ParsedFeed {
        format: raw.format,
        title: line(&raw.title, Limit::TITLE),
        description: line(&raw.description, DESCRIPTION),
        site,
        language: word(raw.language.as_deref()),
        updated: raw.updated,
        authors: names(&raw.people),
        topics: topics(&raw.topics, &mut Dropped::default()),
        cadence: raw.cadence.clone(),
        self_url: related(&raw.links, "self", base.as_ref()).next(),
        moved_to: relative_to(&raw.moved_to),
        hubs: related(&raw.links, "hub", base.as_ref()).take(HUBS_MAX).collect(),
        articles,
        incomplete: raw.incomplete,
        more: FeedMore {
            id: CleanText::line(&raw.id, Limit(GUID_CHARS_MAX)),
            published: raw.published,
            people: people(&raw.people),
            links,
            generator: CleanText::line(&raw.generator, WORD),
            icon: relative_to(&raw.icon),
            logo: relative_to(&raw.logo),
            rights: line(&raw.rights, DESCRIPTION),
        },
    }
}

fn article(raw: &RawArticle, base: Option<&Url>, dropped: &mut Dropped) -> ParsedArticle {
    let base = raw.base.as_ref().or(base);
    let links = addresses(&raw.links, base, dropped);
    let url = main_link(&raw.links, base);
    let content = html(&raw.content, dropped);
    let mut summary = html(&raw.summary, dropped);
    if content.0.is_empty() && summary.0.is_empty() {
        summary = html(&raw.media_description, dropped);
    }
    // The fuller of the two is the text; the other one is kept where it says something else.
    let body_is_summary = content.0.is_empty() || (summary.0.len() > content.0.len() * 2 && content.0.len() < 200);
    let (body, summary) = if body_is_summary { (summary, content) } else { (content, summary) };
    let summary = if summary == body { Html::default() } else { summary };
    let title = line(&raw.title, Limit::TITLE);
    ParsedArticle {
        keys: Keys::default(),
        title: if title.is_empty() { CleanText::line(&raw.media_title, Limit::TITLE) } else { title },
        authors: names(&raw.people),
        published: raw.published,
        updated: raw.updated,
        topics: topics(&raw.topics, dropped),
        enclosures: enclosures(raw, base, dropped),
        comments: address(&raw.comments, base).ok(),
        body,
        summary,
        base: raw
            .base
            .as_ref()
            .and_then(|it| CleanUrl::parse(it.as_str()).ok())
            .or_else(|| url.clone())
            .or_else(|| base.and_then(|it| CleanUrl::parse(it.as_str()).ok())),
        url,
        language: word(raw.language.as_deref()),
        more: ArticleMore {
            guid: CleanText::line(&raw.guid, Limit(GUID_CHARS_MAX)),
            people: people(&raw.people),
            links,
            rights: CleanText::line(&entities::decode(&raw.rights), DESCRIPTION),
            body_is_summary,
        },
    }
}

/// What was left out, counted so that each kind is said once.
#[derive(Default)]
struct Dropped {
    schemes: Vec<String>,
    addresses: usize,
    long_texts: usize,
    topics: usize,
    enclosures: usize,
}

impl Dropped {
    fn address(&mut self, text: &str) {
        self.addresses += 1;
        let scheme = text.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_scheme = scheme.len() < 20 && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
        if is_scheme && text.contains(':') && !self.schemes.contains(&scheme) && self.schemes.len() < 5 {
            self.schemes.push(scheme);
        }
    }

    fn complain(&self, complaints: &mut Vec<Complaint>) {
        let mut say = |text: String| complaints.push(Complaint::new(&text));
        if self.addresses > 0 {
            let kinds =
                if self.schemes.is_empty() { String::new() } else { format!(" ({}:)", self.schemes.join(":, ")) };
            say(format!("{} addresses are neither http nor https and were left out{kinds}.", self.addresses));
        }
        if self.long_texts > 0 {
            say(format!("{} texts were longer than 1 MB and were cut.", self.long_texts));
        }
        if self.topics > 0 {
            say(format!("{} topics beyond {TOPICS_MAX} of an article were left out.", with_commas(self.topics)));
        }
        if self.enclosures > 0 {
            let left_out = with_commas(self.enclosures);
            say(format!("{left_out} enclosures beyond {ENCLOSURES_MAX} of an article were left out."));
        }
    }
}

/// An address relative to `base`. An empty text is an error without being a mistake.
fn address(text: &str, base: Option<&Url>) -> Result<CleanUrl, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Err(());
    }
    let resolved = match base {
        Some(base) => base.join(text),
        None => Url::parse(text),
    };
    resolved.ok().and_then(|it| CleanUrl::parse(it.as_str()).ok()).ok_or(())
}

fn addresses(links: &[RawLink], base: Option<&Url>, dropped: &mut Dropped) -> Vec<CleanUrl> {
    let mut all = Vec::new();
    for link in links.iter().take(LINKS_MAX) {
        match address(&link.href, base) {
            Ok(url) => all.push(url),
            Err(()) if link.href.trim().is_empty() => {}
            Err(()) => dropped.address(&link.href),
        }
    }
    all
}

/// The link of a feed or article that leads to it: RSS' own, Atom's `alternate`, a web page before anything else.
fn main_link(links: &[RawLink], base: Option<&Url>) -> Option<CleanUrl> {
    let leads = |link: &RawLink| matches!(link.rel.trim().to_ascii_lowercase().as_str(), "" | "alternate");
    let is_page = |link: &RawLink| {
        link.media_type.is_empty() || link.media_type.contains("html") || !link.media_type.contains('/')
    };
    let good = |link: &&RawLink| address(&link.href, base).is_ok();
    links
        .iter()
        .filter(good)
        .find(|it| leads(it) && is_page(it))
        .or_else(|| links.iter().filter(good).find(|it| leads(it)))
        .and_then(|it| address(&it.href, base).ok())
}

/// The addresses that stand in this relation.
fn related<'a>(links: &'a [RawLink], rel: &'a str, base: Option<&'a Url>) -> impl Iterator<Item = CleanUrl> + 'a {
    let of_this_kind = move |it: &&RawLink| it.rel.trim().eq_ignore_ascii_case(rel);
    links.iter().take(LINKS_MAX).filter(of_this_kind).filter_map(move |it| address(&it.href, base).ok())
}

/// The address a document gives as its own, else that of its site.
fn own_address(links: &[RawLink]) -> Option<CleanUrl> {
    let itself = links.iter().find(|it| it.rel.trim().eq_ignore_ascii_case("self"));
    itself.and_then(|it| address(&it.href, None).ok()).or_else(|| main_link(links, None))
}

fn line(text: &RawText, limit: Limit) -> CleanText {
    // Markup never makes a line longer; what is far beyond the limit need not be looked at.
    let raw = &text.text[..text.text.floor_char_boundary(text.text.len().min(limit.0 * 32))];
    match text.kind {
        TextKind::Plain => CleanText::line(raw, limit),
        TextKind::Html => CleanText::line(&entities::decode(&super::inline::without_tags(raw, false)), limit),
        TextKind::Either => CleanText::line(&entities::decode(&super::inline::without_tags(raw, true)), limit),
    }
}

fn html(text: &RawText, dropped: &mut Dropped) -> Html {
    let trimmed = text.text.trim();
    let cut = &trimmed[..trimmed.floor_char_boundary(ARTICLE_HTML_BYTES_MAX.min(trimmed.len()))];
    if cut.len() < trimmed.len() {
        dropped.long_texts += 1;
    }
    let clean: String = cut.chars().filter(|it| !it.is_control() || matches!(it, '\n' | '\t')).collect();
    match text.kind {
        TextKind::Plain => Html::from_plain_text(&clean),
        TextKind::Html | TextKind::Either => Html(clean),
    }
}

fn word(text: Option<&str>) -> Option<String> {
    text.map(|it| CleanText::line(it, WORD).to_string()).filter(|it| !it.is_empty())
}

fn names(people: &[RawPerson]) -> Vec<CleanText> {
    let mut names: Vec<CleanText> = Vec::new();
    for person in people.iter().take(PEOPLE_MAX) {
        let name = [&person.name, &person.email, &person.uri].into_iter().find(|it| !it.trim().is_empty());
        let name = CleanText::line(&entities::decode(name.map_or("", String::as_str)), Limit::AUTHOR);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn people(people: &[RawPerson]) -> Vec<Person> {
    people
        .iter()
        .take(PEOPLE_MAX)
        .map(|it| Person {
            name: CleanText::line(&entities::decode(&it.name), Limit::AUTHOR),
            email: CleanText::line(&it.email, Limit::AUTHOR),
            uri: CleanText::line(&it.uri, Limit::TITLE),
        })
        .collect()
}

fn topics(raw: &[String], dropped: &mut Dropped) -> Vec<CleanText> {
    dropped.topics += raw.len().saturating_sub(TOPICS_MAX);
    let mut topics: Vec<CleanText> = Vec::new();
    for topic in raw.iter().take(TOPICS_MAX) {
        let topic = CleanText::line(&entities::decode(topic), Limit::TOPIC);
        if !topic.is_empty() && !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics
}

fn enclosures(raw: &RawArticle, base: Option<&Url>, dropped: &mut Dropped) -> Vec<Enclosure> {
    let linked = raw.links.iter().filter(|it| it.rel.trim().eq_ignore_ascii_case("enclosure"));
    let mut enclosures: Vec<Enclosure> = Vec::new();
    for link in linked.chain(&raw.enclosures) {
        let Ok(url) = address(&link.href, base) else {
            dropped.address(&link.href);
            continue;
        };
        if enclosures.len() == ENCLOSURES_MAX {
            dropped.enclosures += 1;
            continue;
        }
        if enclosures.iter().any(|it| it.url == url.as_str()) {
            continue;
        }
        enclosures.push(Enclosure {
            url: url.to_string(),
            media_type: CleanText::line(&link.media_type, WORD).to_string(),
            bytes: link.length,
        });
    }
    enclosures
}

/// `98000` as people write it.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
