//! The dateline: the place, and often day and agency, at the head of a report. `JAKARTA - `, `LONDON (Reuters) — `,
//! `Berlin. `, `【ソウル＝山田太郎】`, `新华社北京4月24日电`.
//!
//! A capitalised word before a dash is not enough: capitals throughout, a date, an agency, a known town, or the same
//! name after a preposition further down must speak for it.

use std::cell::OnceCell;

use super::lists::{OUTLETS, PLACES, is_unspaced_script, outlet_named};

/// What the head of a report says.
#[derive(Clone, Debug, PartialEq)]
pub struct Dateline {
    /// As written, without day and agency.
    pub place: String,
    /// Agencies and outlets in it, by name.
    pub outlets: Vec<String>,
}

/// A standfirst or two may stand above the report.
const PARAGRAPHS_MAX: usize = 6;
const HEAD_CHARS_MAX: usize = 90;
/// Longer than any words for a correspondent in the list.
const CORRESPONDENT_BYTES_MAX: usize = 120;
const PLACE_WORDS_MAX: usize = 4;
const PLACE_CHARS_MAX: usize = 40;
/// Shorter capitals are abbreviations as often as towns.
const CAPITALS_MIN: usize = 5;
/// What follows a head is a sentence at least, not an hour or a label.
const REPORT_CHARS_MIN: usize = 12;
/// A lone line over a paragraph of this length is a head.
const BODY_CHARS_MIN: usize = 60;

/// Finds the dateline of a report.
pub fn find(paragraphs: &[String]) -> Option<Dateline> {
    let evidence = Evidence { paragraphs, lower: OnceCell::new() };
    for (at, paragraph) in paragraphs.iter().take(PARAGRAPHS_MAX).enumerate() {
        let paragraph = without_correspondent(paragraph.trim());
        let found = bracketed(paragraph)
            .or_else(|| wired_from(paragraph))
            .or_else(|| before_mark(paragraph, &evidence))
            .or_else(|| before_stop(paragraph, &evidence))
            .or_else(|| {
                let followed = paragraphs.get(at + 1).is_some_and(|it| it.chars().count() >= BODY_CHARS_MIN);
                if followed { lone_line(paragraph, &evidence) } else { None }
            });
        if found.is_some() {
            return found;
        }
    }
    None
}

/// The article's own words in small letters, in which a place may occur again. Few heads need to be looked for there.
struct Evidence<'a> {
    paragraphs: &'a [String],
    lower: OnceCell<String>,
}

impl Evidence<'_> {
    fn text(&self) -> &str {
        self.lower.get_or_init(|| self.paragraphs.join(" \n ").to_lowercase())
    }

    fn is_town(&self, place: &str) -> bool {
        let lower = place.to_lowercase();
        lower.split('/').any(|it| PLACES.towns.contains(it.trim())) || PLACES.towns.contains(&lower)
    }

    /// Whether the text says `in PLACE` somewhere.
    fn stands_after_preposition(&self, place: &str) -> bool {
        let lower = place.to_lowercase();
        let parts = lower.split('/').map(str::trim).filter(|it| !it.is_empty());
        parts
            .into_iter()
            .any(|part| after_each(self.text(), part, |before| PLACES.in_words.iter().any(|it| ends_in(before, it))))
    }
}

/// Whether `is_it` of what stands before one of the places at which a text has these words and no letter follows.
fn after_each(text: &str, words: &str, is_it: impl Fn(&str) -> bool) -> bool {
    let mut from = 0;
    while let Some(at) = text[from..].find(words).map(|it| from + it) {
        let ends = text[at + words.len()..].chars().next().is_none_or(|it| !it.is_alphanumeric());
        if ends && is_it(&text[..at]) {
            return true;
        }
        // They may begin again within themselves.
        from = at + words.chars().next().map_or(1, char::len_utf8);
    }
    false
}

/// Whether a text ends in this word and a space.
fn ends_in(text: &str, word: &str) -> bool {
    let before = text.strip_suffix(' ').and_then(|it| it.strip_suffix(word));
    before.is_some_and(|it| it.chars().next_back().is_none_or(|it| !it.is_alphanumeric()))
}

fn without_correspondent(paragraph: &str) -> &str {
    let head = &paragraph[..paragraph.floor_char_boundary(CORRESPONDENT_BYTES_MAX.min(paragraph.len()))];
    let lower = head.to_lowercase();
    for words in &PLACES.correspondents {
        if lower.starts_with(words.as_str()) {
            return paragraph.get(words.len()..).unwrap_or(paragraph).trim_start_matches([' ', ',', ':', '\n']);
        }
    }
    paragraph
}

/// `【ソウル＝山田太郎】`, `（ワシントン共同）`, `[東京 20日 ロイター]`, `(서울=연합뉴스)`.
fn bracketed(paragraph: &str) -> Option<Dateline> {
    let open = paragraph.chars().next()?;
    let close = match open {
        '【' => '】',
        '［' => '］',
        '[' => ']',
        '（' => '）',
        '(' => ')',
        '〔' => '〕',
        _ => return None,
    };
    let inner = &paragraph[open.len_utf8()..];
    let inner = &inner[..inner.find(close)?];
    if inner.chars().count() > PLACE_CHARS_MAX || !inner.chars().any(is_unspaced_script) {
        return None;
    }
    if let Some(found) = wired_from(inner) {
        return Some(found);
    }
    let parts: Vec<&str> =
        inner.split(['＝', '=', ' ', '　', '、', ',']).map(str::trim).filter(|it| !it.is_empty()).collect();
    let outlets: Vec<String> = parts.iter().filter_map(|it| outlet_named(it)).collect();
    let first = parts.first()?;
    if parts.len() > 1 && inner.contains(['＝', '=']) || !outlets.is_empty() && parts.len() > 1 {
        let place = if outlet_named(first).is_some() { None } else { Some((*first).to_owned()) };
        let place = place.filter(|it| !it.chars().any(char::is_numeric))?;
        // Japanese papers name their reporter there, Korean ones their agency; a Korean head without one is a column's.
        let korean = inner.chars().any(|it| matches!(it, '\u{ac00}'..='\u{d7af}'));
        let known = !korean || !outlets.is_empty() || PLACES.towns.contains(&place);
        return known.then_some(Dateline { place, outlets });
    }
    // Place and agency run together.
    OUTLETS.unspaced.iter().find_map(|(form, name)| {
        let place = inner.strip_suffix(form.as_str())?;
        (!place.is_empty() && place.chars().count() <= 10)
            .then(|| Dateline { place: place.to_owned(), outlets: vec![name.clone()] })
    })
}

/// `新华社北京4月24日电`: agency, place, day, and the sign for a wire.
fn wired_from(text: &str) -> Option<Dateline> {
    let (at, _) = text.char_indices().take(PLACE_CHARS_MAX).find(|(_, it)| matches!(it, '电' | '電' | '讯' | '訊'))?;
    let before = text[..at].trim_end_matches("综合").strip_suffix(['日', '号'])?;
    let before = before.trim_end_matches(|it: char| it.is_numeric() || it == '月');
    let mut outlets = Vec::new();
    let mut place = before.trim_start_matches(['（', '(', '【', ' ', '　']);
    for (form, name) in &OUTLETS.unspaced {
        if let Some(rest) = place.strip_prefix(form.as_str()) {
            outlets.push(name.clone());
            place = rest;
            break;
        }
    }
    let place = place.strip_prefix("本报").unwrap_or(place);
    // A reporter's name of two or three characters stands between, without a mark; the town is what ends the run.
    let place = match place.strip_prefix("记者").or_else(|| place.strip_prefix("記者")) {
        Some(named) => {
            let chars: Vec<char> = named.chars().collect();
            chars[chars.len().saturating_sub(2)..].iter().collect()
        }
        None => place.trim().to_owned(),
    };
    let sane = (2..=8).contains(&place.chars().count()) && place.chars().all(is_unspaced_script);
    sane.then_some(Dateline { place, outlets })
}

/// What a head says, part by part.
struct Head {
    place: String,
    region: String,
    outlets: Vec<String>,
    dated: bool,
    bracketed: bool,
}

/// `PLACE, region, day (agency) — Text`, with a dash of any kind, a colon, or nothing after the bracket.
fn before_mark(paragraph: &str, evidence: &Evidence<'_>) -> Option<Dateline> {
    let head_end = paragraph.char_indices().nth(HEAD_CHARS_MAX).map_or(paragraph.len(), |(at, _)| at);
    let window = &paragraph[..head_end];
    for (at, mark) in dashes(window) {
        let (head, body) = (window[..at].trim_end_matches(['.', ' ']), paragraph[at + mark.len()..].trim_start());
        // An abbreviation keeps its full stop: `SIOUX FALLS, S.D. —`.
        let head = if window[..at].trim_end().ends_with('.') && !mark.starts_with('.') {
            window[..at].trim_end()
        } else {
            head
        };
        if let Some(head) = parse(head)
            && holds(&head, body, evidence)
        {
            return Some(head.into_dateline());
        }
    }
    if let Some(at) = window.find(": ") {
        let body = paragraph[at + 2..].trim_start();
        let head = parse(&window[..at]).filter(|it| it.region.is_empty() || it.dated)?;
        let known = evidence.is_town(&head.place) || evidence.stands_after_preposition(&head.place);
        if known && opens_sentence(body) && !is_no_place(&head.place) {
            return Some(head.into_dateline());
        }
    }
    let at = window.find(") ")? + 1;
    let head = parse(&window[..at]).filter(|it| !it.outlets.is_empty())?;
    let body = paragraph[at..].trim_start();
    (opens_sentence(body) && holds(&head, body, evidence)).then(|| head.into_dateline())
}

/// The dashes of a line's head, each with its length, in order.
fn dashes(window: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    if !window.contains(['-', '—', '–', '―', '−', '‒']) {
        return found;
    }
    for mark in [".- ", ".— ", ".– ", " -- ", "--", " — ", "—", " – ", "– ", " ― ", "―", " − ", " - ", "- ", " ‒ "]
    {
        found.extend(window.match_indices(mark));
    }
    found.sort_by_key(|(at, mark)| (*at, usize::MAX - mark.len()));
    found.truncate(DASHES_MAX);
    found
}

const DASHES_MAX: usize = 8;

/// Reads a head: parts between commas, brackets for agencies, in any order.
fn parse(head: &str) -> Option<Head> {
    let mut out =
        Head { place: String::new(), region: String::new(), outlets: Vec::new(), dated: false, bracketed: false };
    let mut plain = String::new();
    let mut rest = head.trim();
    while let Some(open) = rest.find('(') {
        let close = open + rest[open..].find(')')?;
        plain.push_str(&rest[..open]);
        plain.push(',');
        for inner in rest[open + 1..close].split(['/', ',']).map(str::trim).filter(|it| !it.is_empty()) {
            if is_date(inner) {
                out.dated = true;
            } else {
                out.bracketed = true;
                out.outlets.push(outlet_named(inner).unwrap_or_else(|| inner.to_owned()));
            }
        }
        rest = &rest[close + 1..];
    }
    plain.push_str(rest);
    for part in plain.split(',').map(str::trim).filter(|it| !it.is_empty()) {
        if let Some(name) = outlet_named(part) {
            out.outlets.push(name);
        } else if is_date(part) {
            out.dated = true;
        } else if out.place.is_empty() {
            let place = without_date(part, &mut out.dated);
            if !has_place_shape(place) {
                return None;
            }
            place.clone_into(&mut out.place);
        } else if out.region.is_empty() && has_place_shape(part) {
            part.clone_into(&mut out.region);
        } else {
            return None;
        }
    }
    (!out.place.is_empty()).then_some(out)
}

impl Head {
    fn into_dateline(self) -> Dateline {
        let place = if self.region.is_empty() { self.place } else { format!("{}, {}", self.place, self.region) };
        Dateline { place, outlets: self.outlets }
    }
}

/// `JAKARTA 30 Januari`: the words before the first that has a digit.
fn without_date<'a>(part: &'a str, dated: &mut bool) -> &'a str {
    let Some(digit) = part.find(|it: char| it.is_numeric()) else { return part };
    let start = part[..digit].rfind(' ').unwrap_or(0);
    let day = &part[start..];
    if start == 0 || day.split_whitespace().count() > 3 {
        return part;
    }
    *dated = true;
    let place = part[..start].trim_end();
    // `Nov 20` has its month in front.
    match place.rsplit_once(' ') {
        Some((before, last)) if is_month(last) => before,
        Some(_) | None => place,
    }
}

fn is_date(part: &str) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    let digits = part.chars().any(char::is_numeric);
    let month = words.iter().any(|it| is_month(it));
    // Months have too many names to list them all; a number and a word or two after a town are a day.
    if month { digits && words.len() <= 5 || words.len() == 1 } else { digits && words.len() <= 3 }
}

fn is_month(word: &str) -> bool {
    PLACES.months.contains(word.trim_end_matches(['.', ',']).to_lowercase().as_str())
}

fn has_place_shape(part: &str) -> bool {
    let words: Vec<&str> = part.split([' ', '/']).filter(|it| !it.is_empty()).collect();
    if words.is_empty() || words.len() > PLACE_WORDS_MAX || part.chars().count() > PLACE_CHARS_MAX {
        return false;
    }
    let small = [
        "de", "la", "le", "del", "der", "am", "an", "of", "the", "upon", "sur", "les", "di", "da", "do", "dos", "im",
        "bei", "al", "el", "en", "den", "na", "nad", "y", "und", "and",
    ];
    words.iter().enumerate().all(|(at, word)| {
        let first = word.chars().next().unwrap_or(' ');
        let capital = first.is_uppercase() || first.is_alphabetic() && !first.is_lowercase();
        let sound = word
            .chars()
            .all(|it| it.is_alphabetic() || is_mark(it) || matches!(it, '-' | '\'' | '’' | '.' | '\u{307}'));
        sound && (capital || at > 0 && at + 1 < words.len() && small.contains(word))
    })
}

fn is_mark(it: char) -> bool {
    // Vowel signs of the scripts of India and Arabic.
    matches!(it, '\u{0900}'..='\u{0dff}' | '\u{064b}'..='\u{0652}' | '\u{0300}'..='\u{036f}' | '\u{0e30}'..='\u{0e4e}')
}

/// Whether there is evidence enough that this head is a dateline.
fn holds(head: &Head, body: &str, evidence: &Evidence<'_>) -> bool {
    let letters = head.place.chars().filter(|it| it.is_alphabetic()).count();
    if body.chars().count() < REPORT_CHARS_MIN || letters < 2 || is_no_place(&head.place) {
        return false;
    }
    let capitals = head.place.chars().all(|it| !it.is_lowercase()) && head.place.chars().any(char::is_uppercase);
    let known_outlet =
        head.outlets.iter().any(|it| outlet_named(it).is_some() || OUTLETS.wires.values().any(|name| name == it));
    if evidence.is_town(&head.place) || head.dated || known_outlet {
        return true;
    }
    if capitals && (letters >= CAPITALS_MIN || head.bracketed) {
        return true;
    }
    let region = head.region.ends_with('.')
        || PLACES.regions.contains(&head.region.to_lowercase())
        || evidence.is_town(&head.region);
    (capitals || opens_sentence(body)) && (region || evidence.stands_after_preposition(&head.place))
}

fn is_no_place(place: &str) -> bool {
    PLACES.not_places.contains(&place.to_lowercase())
}

/// Whether a text begins as sentences do; the second half of a sentence begins small.
fn opens_sentence(body: &str) -> bool {
    let first = body.trim_start_matches(['"', '“', '„', '«', '‘', '\'', '(', '¿', '¡', '»', '「']).chars().next();
    first.is_some_and(|it| !it.is_lowercase() && (it.is_alphabetic() || it.is_numeric()))
}

/// `Berlin. Die Regierung …`: no more than two words, and a place beyond doubt.
fn before_stop(paragraph: &str, evidence: &Evidence<'_>) -> Option<Dateline> {
    let head = &paragraph[..paragraph.floor_char_boundary((PLACE_CHARS_MAX + 2).min(paragraph.len()))];
    let at = head.find(". ")?;
    let place = &paragraph[..at];
    let body = paragraph[at + 2..].trim_start();
    let sound = has_place_shape(place) && place.split_whitespace().count() <= 2 && !is_no_place(place);
    let known = evidence.is_town(place) || place.chars().count() > 3 && evidence.stands_after_preposition(place);
    (sound && known && opens_sentence(body)).then(|| Dateline { place: place.to_owned(), outlets: Vec::new() })
}

/// A line that is a place, with or without day and agency, over the report.
fn lone_line(paragraph: &str, evidence: &Evidence<'_>) -> Option<Dateline> {
    if paragraph.chars().count() > HEAD_CHARS_MAX {
        return None;
    }
    let head = parse(paragraph.trim_end_matches(['.', ':', ' ', '—', '–', '-']))?;
    let capitals = head.place.chars().all(|it| !it.is_lowercase()) && head.place.chars().any(char::is_uppercase);
    let known = evidence.is_town(&head.place) || capitals && evidence.stands_after_preposition(&head.place);
    (known && !is_no_place(&head.place)).then(|| head.into_dateline())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        "The river rose again on Monday and the old bridge was closed to everything but bicycles, the town said.";

    fn place(text: &str) -> Option<String> {
        find(&[text.to_owned(), BODY.to_owned()]).map(|it| it.place)
    }

    #[test]
    fn a_head_names_its_place_in_many_languages() {
        for (text, expected) in [
            ("PALEMBANG - Jembatan baru dibuka pada hari Senin.", "PALEMBANG"),
            ("Jakarta, CNN Indonesia -- Harga cabai turun.", "Jakarta"),
            ("Kabarnya.com, Surabaya - Harga cabai turun.", "Surabaya"),
            ("OSLO (Reuters) — The ferry stopped on Friday.", "OSLO"),
            ("DAVENPORT, Iowa (AP) — The river rose.", "DAVENPORT, Iowa"),
            ("Moline, Ill. — The river rose.", "Moline, Ill."),
            ("KUCHING, Nov 20 — The river rose.", "KUCHING"),
            ("Husum (dpa) – Das Wasser stieg.", "Husum"),
            ("Kiel. Das Wasser stieg über Nacht.", "Kiel"),
            ("Kiel/Lübeck - Das Wasser stieg über Nacht.", "Kiel/Lübeck"),
            ("PARIS, le 3 mai – La Seine monte.", "PARIS"),
            ("Sète, 3 mai 2023 (AFP) - Le port rouvre.", "Sète"),
            ("Asunción, 3 may (EFE).- El río subió.", "Asunción"),
            ("Asunción: El río subió.", "Asunción"),
            ("КАЗАНЬ, 30 янв — РИА Новости. Вода поднялась.", "КАЗАНЬ"),
            ("DALLA NOSTRA CORRISPONDENTE OSLO - Il traghetto si è fermato.", "OSLO"),
            ("【ソウル＝山田太郎】川の水位が上がった。", "ソウル"),
            ("（ワシントン共同）川の水位が上がった。", "ワシントン"),
            ("新华社杭州4月24日电 大桥今天开放。", "杭州"),
            ("(부산=연합뉴스) 김철수 기자 = 비가 내렸다.", "부산"),
            ("القاهرة (رويترز) - ارتفع منسوب النهر.", "القاهرة"),
            ("नई दिल्ली, 20 नवंबर (भाषा) नदी का जलस्तर बढ़ गया।", "नई दिल्ली"),
            ("Bonn (CNN Business) Shares were mixed on Tuesday.", "Bonn"),
        ] {
            assert_eq!(place(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_head_is_none() {
        for text in [
            "Joe Berg – the mayor of the town – said so.",
            "BREAKING - The bridge is closed.",
            "NATO - The alliance met on Monday.",
            "Endlich. Das Wasser sinkt.",
            "The mayor - who had waited for years - was pleased.",
            "KABARNYA.com - Harga cabai turun.",
            "【速報】川の水位が上がった。",
            "„Nein“, sagte er – und ging.",
            "Update: The bridge is open.",
        ] {
            assert_eq!(place(text), None, "{text}");
        }
    }

    #[test]
    fn the_text_itself_may_prove_a_place() {
        let paragraphs =
            ["Nendingen. Die Brücke ist zu.".to_owned(), "Wer in Nendingen wohnt, braucht Geduld.".to_owned()];
        assert_eq!(find(&paragraphs).map(|it| it.place).as_deref(), Some("Nendingen"));
    }

    #[test]
    fn a_lone_town_over_the_report_counts() {
        assert_eq!(
            find(&["A standfirst of some words.".to_owned(), "MOSCOW".to_owned(), BODY.to_owned()])
                .map(|it| it.place)
                .as_deref(),
            Some("MOSCOW")
        );
    }

    #[test]
    fn agencies_in_the_head_are_kept_apart() {
        let found = find(&["BONN, 3 May (AP/AFP) - Text follows.".to_owned()]).unwrap();
        assert_eq!((found.place.as_str(), found.outlets), ("BONN", vec!["AP".to_owned(), "AFP".to_owned()]));
    }
}
