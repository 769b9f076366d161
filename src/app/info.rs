//! The metadata pane: what is known about the article, as pairs of a name and a value. Names nothing that is not known.

use crate::news::{Article, CleanText, Now, TextOrigin};

use super::measure::{ago, counted, date_and_time, number, words, wrap};
use super::reading::shown_address;

/// A line of the pane. An empty name continues the line above; an empty value is a gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    pub name: &'static str,
    pub value: CleanText,
    pub kind: PairKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairKind {
    Plain,
    Tag,
    Address,
    Gap,
}

/// A line of the pane on screen. An empty name continues the line above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InfoLine {
    pub name: &'static str,
    pub value: CleanText,
    pub kind: PairKind,
}

/// Cells of the names and what parts them from the values: `Published` and a cell.
pub const NAME_WIDTH: usize = 10;

/// Pairs in lines for a pane `width` cells wide.
pub fn lines(pairs: &[Pair], width: usize) -> Vec<InfoLine> {
    let room = width.saturating_sub(NAME_WIDTH + 2);
    let mut out = Vec::new();
    for pair in pairs {
        if pair.kind == PairKind::Gap {
            out.push(InfoLine { name: "", value: CleanText::default(), kind: pair.kind });
        }
        for (index, value) in wrap(pair.value.as_str(), room).into_iter().enumerate() {
            out.push(InfoLine { name: if index == 0 { pair.name } else { "" }, value, kind: pair.kind });
        }
    }
    out
}

/// Everything known about an article, of which `origin` is shown, in the order of the pane.
pub fn pairs(article: &Article, origin: TextOrigin, key: &str, now: &Now) -> Vec<Pair> {
    let mut out = Pairs(Vec::new());
    let row = &article.row;
    let metadata = &article.metadata;
    out.plain("From", row.feed_title.as_str());
    out.plain("Author", row.author.as_str());
    out.plain("Dateline", &metadata.dateline.as_deref().map(place_in_words).unwrap_or_default());
    out.plain("Via", &metadata.attribution.join(", "));
    match row.published {
        Some(published) => out.plain("Published", &date_and_time(now, published)),
        None => out.plain("Published", "undated"),
    }
    if let Some(updated) = article.updated.filter(|it| Some(*it) != row.published) {
        out.plain("Updated", &date_and_time(now, updated));
    }
    out.plain("Fetched", &ago(now, article.fetched));
    out.plain("Language", &metadata.language.as_deref().map(language_name).unwrap_or_default());
    out.plain("Length", &length(metadata.words, metadata.minutes));
    out.plain("Text", &text_origin(article, origin, key));
    if row.changed {
        out.plain("Changed", "~ by the publisher since");
    }
    out.plain("Caption", metadata.caption.as_deref().unwrap_or_default());
    out.plain("Photo", metadata.credit.as_deref().unwrap_or_default());
    out.gap();
    for (index, tag) in row.tags.iter().enumerate() {
        out.push(if index == 0 { "Tags" } else { "" }, tag.as_str(), PairKind::Tag);
    }
    let topics: Vec<&str> = article.topics.iter().map(CleanText::as_str).collect();
    out.plain("Topics", &topics.join(", "));
    out.gap();
    if metadata.links > 0 {
        out.plain("Links", &number(metadata.links));
    }
    for (index, enclosure) in article.enclosures.iter().enumerate() {
        out.plain(if index == 0 { "Enclosed" } else { "" }, &enclosure_in_words(enclosure));
    }
    if let Some(url) = &row.url {
        out.push("Address", &shown_address(url), PairKind::Address);
    }
    if let Some(url) = &article.comments {
        out.push("Comments", &shown_address(url), PairKind::Address);
    }
    out.0
}

/// `JAKARTA` as a person writes it: `Jakarta`.
pub fn place_in_words(place: &str) -> String {
    if place.chars().any(char::is_lowercase) {
        return place.to_owned();
    }
    let mut out = String::with_capacity(place.len());
    let mut begins = true;
    for it in place.chars() {
        if begins {
            out.push(it);
        } else {
            out.extend(it.to_lowercase());
        }
        begins = !it.is_alphanumeric() && it != '\'' && it != '’';
    }
    out
}

struct Pairs(Vec<Pair>);

impl Pairs {
    fn plain(&mut self, name: &'static str, value: &str) {
        self.push(name, value, PairKind::Plain);
    }

    fn push(&mut self, name: &'static str, value: &str, kind: PairKind) {
        if !value.is_empty() {
            self.0.push(Pair { name, value: words(value), kind });
        }
    }

    fn gap(&mut self) {
        if self.0.last().is_some_and(|it| it.kind != PairKind::Gap) {
            self.0.push(Pair { name: "", value: CleanText::default(), kind: PairKind::Gap });
        }
    }
}

fn length(words: i64, minutes: i64) -> String {
    if words == 0 {
        return String::new();
    }
    format!("{} · {} min", counted(words.max(0) as usize, "word", "words"), minutes.max(1))
}

fn text_origin(article: &Article, origin: TextOrigin, key: &str) -> String {
    match (&article.body.page, origin) {
        (Some(_), TextOrigin::Page) => format!("page · {key} shows the feed's"),
        (Some(_), TextOrigin::Feed) => format!("feed · {key} shows the page's"),
        (None, _) if article.row.url.is_some() => format!("feed · {key} fetches the page"),
        (None, _) => "feed".to_owned(),
    }
}

fn enclosure_in_words(enclosure: &crate::news::Enclosure) -> String {
    let name = enclosure.url.rsplit('/').find(|it| !it.is_empty()).unwrap_or(&enclosure.url);
    let name = name.split(['?', '#']).next().unwrap_or(name);
    let size = enclosure.bytes.filter(|it| *it > 0).map(|it| match it {
        0..1_048_576 => format!("{} kB", it.div_ceil(1_024)),
        _ => format!("{} MB", it / 1_048_576),
    });
    let mut parts = vec![name.to_owned(), enclosure.media_type.clone()];
    parts.extend(size);
    parts.retain(|it| !it.is_empty());
    parts.join(" · ")
}

/// A language by its English name; the code itself where it is a rare one.
pub fn language_name(code: &str) -> String {
    let base = code.split(['-', '_']).next().unwrap_or(code).to_lowercase();
    LANGUAGES.iter().find(|(known, _)| *known == base).map_or_else(|| code.to_owned(), |(_, name)| (*name).to_owned())
}

static LANGUAGES: &[(&str, &str)] = &[
    ("af", "Afrikaans"),
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("be", "Belarusian"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("eo", "Esperanto"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("gu", "Gujarati"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("jv", "Javanese"),
    ("ka", "Georgian"),
    ("km", "Khmer"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("la", "Latin"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("ml", "Malayalam"),
    ("mr", "Marathi"),
    ("ms", "Malay"),
    ("my", "Burmese"),
    ("nb", "Norwegian"),
    ("ne", "Nepali"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("or", "Odia"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovene"),
    ("sn", "Shona"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tk", "Turkmen"),
    ("tl", "Tagalog"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("uz", "Uzbek"),
    ("vi", "Vietnamese"),
    ("yi", "Yiddish"),
    ("zh", "Chinese"),
    ("zu", "Zulu"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_capitals_reads_like_a_name() {
        assert_eq!(place_in_words("JAKARTA"), "Jakarta");
        assert_eq!(place_in_words("NEW YORK, N.Y."), "New York, N.Y.");
        assert_eq!(place_in_words("São Paulo"), "São Paulo");
        assert_eq!(place_in_words("北京"), "北京");
    }

    #[test]
    fn languages_have_names() {
        assert_eq!(language_name("id"), "Indonesian");
        assert_eq!(language_name("pt-BR"), "Portuguese");
        assert_eq!(language_name("xx"), "xx");
    }
}
