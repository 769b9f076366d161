//! [`RawFeed`] → [`ParsedFeed`]: the door. Text becomes clean, addresses become http or https or nothing, what is
//! too long or too many is cut with a complaint, and every article gets its keys.

use memchr::memmem;
use url::Url;

use super::identity::{self, Claims};
use super::raw::{RawArticle, RawFeed, RawLink, RawPerson, RawText, TextKind};
use super::{
    ARTICLE_HTML_BYTES_MAX, ArticleMore, ENCLOSURES_MAX, FeedMore, Format, GUID_CHARS_MAX, Keys, LINKS_MAX, PEOPLE_MAX,
    ParsedArticle, ParsedFeed, Person, TOPICS_MAX, entities,
};
use crate::news::{CleanText, CleanUrl, Complaint, Enclosure, Html, Limit};

/// Longer descriptions of a feed are cut.
const DESCRIPTION: Limit = Limit(4_000);
/// Longer languages, media types and names of programs are none.
const WORD: Limit = Limit(200);
/// One hub is enough to be told of news; a few are kept.
const HUBS_MAX: usize = 4;
/// A title or a notice of rights with its markup is no longer.
const LINKED_BYTES_MAX: usize = 64 * 1024;

/// Settles a feed. `origin` is where it came from.
pub fn settle(mut raw: RawFeed, origin: Option<&CleanUrl>, complaints: &mut Vec<Complaint>) -> ParsedFeed {
    let mut dropped = Dropped::default();
    // Where nobody knows the document's address, its own word for it serves as the base.
    let own_word = if origin.is_none() { own_address(&raw.links) } else { None };
    let base = origin.or(own_word.as_ref()).map(|it| it.as_url().clone());
    let links = settled_links(&raw.links, base.as_ref(), &mut dropped);
    let site = main_link(&links);
    let links = urls(links);
    let mut articles = Vec::with_capacity(raw.articles.len());
    let mut guids = Vec::with_capacity(raw.articles.len());
    for mut raw_article in std::mem::take(&mut raw.articles) {
        let guid = std::mem::take(&mut raw_article.guid);
        let known_base = raw_article.base.clone().or_else(|| origin.map(|it| it.as_url().clone()));
        let mut settled = article(raw_article, base.as_ref(), &mut dropped);
        if raw.format == Format::Atom {
            if settled.url.is_none() && settled.more.links.is_empty() && guid.starts_with("http") {
                // An address as its id is all that such an article has (RFC 4287, section 4.2.6).
                settled.url = address(&guid, None).ok();
            }
            settled.more.guid = shown_id(&guid, known_base.as_ref());
        } else {
            settled.more.guid = CleanText::line(&guid, Limit(GUID_CHARS_MAX));
        }
        guids.push(guid);
        articles.push(settled);
    }
    let own_pages: Vec<&str> = site.iter().chain(origin).map(CleanUrl::as_str).collect();
    let claims: Vec<Claims<'_>> = guids
        .iter()
        .zip(&articles)
        .map(|(guid, article)| Claims {
            guid,
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
        language: language(raw.language.as_deref()),
        updated: raw.updated,
        authors: names(&raw.people),
        topics: topics(&raw.topics, &mut Dropped::default()),
        cadence: raw.cadence,
        self_url: related(&raw.links, "self", base.as_ref()).next(),
        moved_to: relative_to(&raw.moved_to),
        hubs: related(&raw.links, "hub", base.as_ref()).take(HUBS_MAX).collect(),
        articles,
        incomplete: raw.incomplete,
        more: FeedMore {
            id: shown_id(&raw.id, origin.map(CleanUrl::as_url).filter(|_| raw.format == Format::Atom)),
            published: raw.published,
            people: people(&raw.people),
            links,
            generator: CleanText::line(&raw.generator, WORD),
            icon: relative_to(&raw.icon),
            logo: relative_to(&raw.logo),
            rights: line(&raw.rights, DESCRIPTION),
            title_html: linked(&raw.title, base.as_ref()),
            description_html: linked(&raw.description, base.as_ref()),
            rights_html: linked(&raw.rights, base.as_ref()),
        },
    }
}

fn article(mut raw: RawArticle, base: Option<&Url>, dropped: &mut Dropped) -> ParsedArticle {
    let own_base = raw.base.take();
    let base = own_base.as_ref().or(base);
    let links = settled_links(&raw.links, base, dropped);
    let link = main_link(&links);
    let links = urls(links);
    let original = address(&raw.original_link, base).ok();
    // Behind a counter's address, the article's own is the one that lasts.
    let (url, counted_link) = if original.is_some() { (original, link) } else { (link, None) };
    let content = html(std::mem::take(&mut raw.content), dropped);
    let mut summary = html(std::mem::take(&mut raw.summary), dropped);
    if summary.0.is_empty() {
        summary = html(std::mem::take(&mut raw.media_description), dropped);
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
        enclosures: enclosures(&raw, base, dropped),
        comments: address(&raw.comments, base).ok(),
        body,
        summary,
        base: own_base
            .as_ref()
            .and_then(|it| CleanUrl::parse(it.as_str()).ok())
            .or_else(|| url.clone())
            .or_else(|| base.and_then(|it| CleanUrl::parse(it.as_str()).ok())),
        url,
        language: language(raw.language.as_deref()),
        more: ArticleMore {
            guid: CleanText::default(),
            counted_link,
            people: people(&raw.people),
            links,
            rights: line(&raw.rights, DESCRIPTION),
            title_html: linked(&raw.title, base),
            rights_html: linked(&raw.rights, base),
            body_is_summary,
            comments_count: raw.comments_count,
            location: CleanText::line(&entities::decode(&raw.location), WORD),
            duration_seconds: seconds(&raw.duration),
        },
    }
}

/// What was left out, counted so that each kind is said once.
#[derive(Default)]
struct Dropped {
    schemes: Vec<String>,
    addresses: usize,
    long_texts: usize,
    scripts: usize,
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
            say(format!("Left out, being neither http nor https: {} of its addresses{kinds}.", self.addresses));
        }
        if self.long_texts > 0 {
            say(format!("Cut, being longer than 1 MB: {} of its texts.", self.long_texts));
        }
        if self.scripts > 0 {
            say(format!("Scripts and style sheets left out of its texts: {}.", with_commas(self.scripts)));
        }
        if self.topics > 0 {
            say(format!("Topics left out, beyond {TOPICS_MAX} of an article: {}.", with_commas(self.topics)));
        }
        if self.enclosures > 0 {
            let left_out = with_commas(self.enclosures);
            say(format!("Enclosures left out, beyond {ENCLOSURES_MAX} of an article: {left_out}."));
        }
    }
}

/// An address relative to `base`. An empty text is an error without being a mistake.
fn address(text: &str, base: Option<&Url>) -> Result<CleanUrl, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Err(());
    }
    // A whole address is the same against every base, and most are.
    if text.starts_with("https://") || text.starts_with("http://") {
        return CleanUrl::parse(text).map_err(drop);
    }
    let resolved = match base {
        Some(base) => base.join(text),
        None => Url::parse(text),
    };
    resolved.ok().and_then(|it| CleanUrl::of(it).ok()).ok_or(())
}

/// Links with their addresses made whole, each parsed once. What is no address is counted and left out.
fn settled_links<'a>(links: &'a [RawLink], base: Option<&Url>, dropped: &mut Dropped) -> Vec<(&'a RawLink, CleanUrl)> {
    let mut all = Vec::with_capacity(links.len().min(LINKS_MAX));
    for link in links.iter().take(LINKS_MAX) {
        match address(&link.href, base) {
            Ok(url) => all.push((link, url)),
            Err(()) if link.href.trim().is_empty() => {}
            Err(()) => dropped.address(&link.href),
        }
    }
    all
}

/// The link of a feed or article that leads to it: RSS' own, Atom's `alternate`, a web page before anything else.
fn main_link(links: &[(&RawLink, CleanUrl)]) -> Option<CleanUrl> {
    let leads = |link: &RawLink| link.rel.is_empty() || link.rel.trim().eq_ignore_ascii_case("alternate");
    let is_page = |link: &RawLink| {
        link.media_type.is_empty() || link.media_type.contains("html") || !link.media_type.contains('/')
    };
    let page = links.iter().find(|it| leads(it.0) && is_page(it.0));
    page.or_else(|| links.iter().find(|it| leads(it.0))).map(|it| it.1.clone())
}

fn urls(links: Vec<(&RawLink, CleanUrl)>) -> Vec<CleanUrl> {
    links.into_iter().map(|it| it.1).collect()
}

/// The addresses that stand in this relation.
fn related<'a>(links: &'a [RawLink], rel: &'a str, base: Option<&'a Url>) -> impl Iterator<Item = CleanUrl> + 'a {
    let of_this_kind = move |it: &&RawLink| it.rel.trim().eq_ignore_ascii_case(rel);
    links.iter().take(LINKS_MAX).filter(of_this_kind).filter_map(move |it| address(&it.href, base).ok())
}

/// The address a document gives as its own, else that of its site.
fn own_address(links: &[RawLink]) -> Option<CleanUrl> {
    let itself = links.iter().find(|it| it.rel.trim().eq_ignore_ascii_case("self"));
    let itself = itself.and_then(|it| address(&it.href, None).ok());
    itself.or_else(|| main_link(&settled_links(links, None, &mut Dropped::default())))
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

/// The markup of a text, without control characters and scripts. A text that is clean is not copied.
fn html(text: RawText, dropped: &mut Dropped) -> Html {
    let mut clean = text.text;
    clean.truncate(clean.trim_end().len());
    let leading = clean.len() - clean.trim_start().len();
    clean.drain(..leading);
    if clean.len() > ARTICLE_HTML_BYTES_MAX {
        clean.truncate(clean.floor_char_boundary(ARTICLE_HTML_BYTES_MAX));
        dropped.long_texts += 1;
    }
    if has_control_characters(&clean) {
        clean.retain(|it| !it.is_control() || matches!(it, '\n' | '\t'));
    }
    match text.kind {
        TextKind::Plain => Html::from_plain_text(&clean),
        TextKind::Html | TextKind::Either => {
            let (clean, scripts) = without_scripts(clean);
            dropped.scripts += scripts;
            Html(clean)
        }
    }
}

/// C0 but for line feeds and tabs, DEL, and C1, which UTF-8 writes as 0xC2 and 0x80 to 0x9f.
fn has_control_characters(text: &str) -> bool {
    // Without a way out in the middle, many bytes are looked at at a time.
    let suspicious = |it: u8| ((it < 0x20) & (it != b'\n') & (it != b'\t')) | (it == 0x7f) | (it == 0xc2);
    let bytes = text.as_bytes();
    let pieces = bytes.chunks(256);
    pieces.filter(|piece| piece.iter().fold(false, |found, it| found | suspicious(*it))).any(|piece| {
        let at = piece.as_ptr().addr() - bytes.as_ptr().addr();
        let mut after = bytes[at..bytes.len().min(at + piece.len() + 1)].windows(2);
        after.any(|it| it[0] == 0xc2 && (0x80..0xa0).contains(&it[1]))
            || piece.iter().any(|it| suspicious(*it) && *it != 0xc2)
    })
}

/// Takes out what no reader shows: scripts and style sheets with all that stands in them. Gives how many.
fn without_scripts(html: String) -> (String, usize) {
    let mut tags = Tags::of(html.as_bytes());
    let Some(first) = next_script(&html, &mut tags, 0) else { return (html, 0) };
    let mut out = String::with_capacity(html.len());
    let (mut from, mut found, mut count) = (0, Some(first), 0);
    while let Some((start, end)) = found {
        out.push_str(&html[from..start]);
        count += 1;
        from = end;
        found = next_script(&html, &mut tags, from);
    }
    out.push_str(&html[from..]);
    (out, count)
}

/// Where the next element of that kind begins and ends. One that never ends is left to whoever parses HTML.
fn next_script(html: &str, tags: &mut Tags<'_>, from: usize) -> Option<(usize, usize)> {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(open) = tags.next(at) {
        at = open + 1;
        for name in ["script", "style"] {
            let end_of_name = open + 1 + name.len();
            let named = bytes.get(open + 1..end_of_name).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes()));
            let ends = bytes.get(end_of_name).is_some_and(|it| it.is_ascii_whitespace() || matches!(it, b'>' | b'/'));
            if named && ends {
                return end_of_script(html, end_of_name, name).map(|end| (open, end));
            }
        }
    }
    None
}

/// Where `<s` and `<S` stand next. Each is looked for once over the whole text, however often the other one stands in it.
struct Tags<'a> {
    bytes: &'a [u8],
    small: Option<usize>,
    large: Option<usize>,
}

impl<'a> Tags<'a> {
    fn of(bytes: &'a [u8]) -> Tags<'a> {
        Tags { bytes, small: memmem::find(bytes, b"<s"), large: memmem::find(bytes, b"<S") }
    }

    /// The first at or after `from`, which never goes back.
    fn next(&mut self, from: usize) -> Option<usize> {
        for (at, mark) in [(&mut self.small, b"<s"), (&mut self.large, b"<S")] {
            if at.is_some_and(|it| it < from) {
                *at = memmem::find(&self.bytes[from..], mark).map(|it| it + from);
            }
        }
        self.small.into_iter().chain(self.large).min()
    }
}

/// After `</script … >`.
fn end_of_script(html: &str, from: usize, name: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(close) = html[at..].find("</").map(|it| it + at + 2) {
        at = close;
        if bytes.get(close..close + name.len()).is_some_and(|it| it.eq_ignore_ascii_case(name.as_bytes())) {
            return Some(html[close..].find('>').map_or(html.len(), |it| close + it + 1));
        }
    }
    None
}

/// A line's markup, where links or pictures stand in it; their addresses are made whole against the line's own base.
fn linked(text: &RawText, base: Option<&Url>) -> Html {
    if text.kind == TextKind::Plain || !text.text.contains('<') {
        return Html::default();
    }
    let raw = &text.text[..text.text.floor_char_boundary(text.text.len().min(LINKED_BYTES_MAX))];
    super::inline::only_links(raw, |it| address(it, text.base.as_ref().or(base)).ok())
}

/// An id of Atom is an address; one written as a path is completed for those who look at it, where it is known
/// against what. Keys stay as written.
fn shown_id(id: &str, base: Option<&Url>) -> CleanText {
    let is_path = id.contains('/') && !id.contains(':') && !id.contains(char::is_whitespace);
    let whole = base.filter(|_| is_path).and_then(|it| it.join(id).ok());
    CleanText::line(whole.as_ref().map_or(id, Url::as_str), Limit(GUID_CHARS_MAX))
}

/// `867`, `14:27`, `1:02:03`.
fn seconds(duration: &str) -> Option<u32> {
    let mut seconds = 0_u32;
    for part in duration.trim().split(':') {
        let part: u32 = part.split('.').next()?.parse().ok()?;
        seconds = seconds.checked_mul(60)?.checked_add(part)?;
    }
    Some(seconds)
}

fn word(text: Option<&str>) -> Option<String> {
    text.map(|it| CleanText::line(it, WORD).to_string()).filter(|it| !it.is_empty())
}

/// A language tag, with the hyphen of BCP 47 where a locale's underscore was written.
fn language(text: Option<&str>) -> Option<String> {
    word(text).map(|it| it.replace('_', "-"))
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
    for link in linked.chain(&raw.enclosures).chain(&raw.media) {
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
