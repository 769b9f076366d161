//! Agencies and outlets that a report credits: `melansir TASS`, `told Reuters`, `(AP)`, `laut dpa`, `ロイター通信によると`.
//!
//! A name alone is no credit, save an agency's in brackets: a word of reporting must stand near it in the same sentence.

use super::dateline::Dateline;
use super::lists::{Likeness, OUTLETS, PLACES, Sign, is_unspaced_script, outlet_named};

/// So far from the name, in words, may the word of reporting stand.
const NEAR_WORDS: usize = 5;
/// In scripts without spaces, so many characters after the name.
const NEAR_CHARS: usize = 14;
const OUTLETS_MAX: usize = 12;
const NAME_WORDS_MAX: usize = 4;

/// Signs of reporting after a name, in scripts without spaces.
const REPORTING_SIGNS: [&str; 22] = [
    "によると",
    "によれば",
    "報じ",
    "伝え",
    "報道",
    "报道",
    "報導",
    "消息",
    "电",
    "電",
    "讯",
    "訊",
    "援引",
    "记者",
    "記者",
    "取材",
    "보도",
    "따르면",
    "전했다",
    "밝혔다",
    "รายงาน",
    "เปิดเผย",
];
/// Signs of reporting before a name.
const REPORTING_SIGNS_BEFORE: [&str; 8] = ["据", "據", "援引", "引述", "转引", "根据", "อ้าง", "ตาม"];

/// Finds whom the report credits, in the order of the text.
pub fn find(paragraphs: &[String], dateline: Option<&Dateline>) -> Vec<String> {
    let mut found = Found { names: Vec::new() };
    for outlet in dateline.iter().flat_map(|it| &it.outlets) {
        found.add(outlet);
    }
    let mut raw = Vec::new();
    for paragraph in paragraphs {
        in_brackets(paragraph, &mut found);
        at_the_end(paragraph, &mut found);
        raw.clear();
        raw_words(paragraph, &mut raw);
        if !raw.iter().any(|it| it.sign.reports || it.sign.is_kind) {
            unspaced(paragraph, &mut found);
            continue;
        }
        let is_tied = paragraph.contains('\'') || paragraph.contains('’');
        for sentence in sentences(paragraph, &raw) {
            // Whatever counts in a sentence needs one of these words beside it, and most sentences have none.
            if !sentence.iter().any(|it| it.sign.reports || it.sign.is_kind) {
                continue;
            }
            // And something that is, or is part of, a name.
            if !is_tied && !sentence.iter().any(|it| it.sign.is_kind || it.is_first() || it.is_last()) {
                continue;
            }
            let words: Vec<Word<'_>> = sentence.iter().filter(|it| !it.text.is_empty()).map(Word::of).collect();
            listed(&words, &mut found);
            // Where all is set in capitals, they show no names.
            if !is_shouted(&words) {
                by_kind(&words, &mut found);
                by_shape(&words, &mut found);
            }
        }
        unspaced(paragraph, &mut found);
    }
    found.names.truncate(OUTLETS_MAX);
    found.names
}

struct Found {
    names: Vec<String>,
}

impl Found {
    fn add(&mut self, name: &str) {
        let name = name.trim().strip_prefix("The ").or_else(|| name.trim().strip_prefix("the ")).unwrap_or(name.trim());
        let name = OUTLETS.wires.get(name).map_or(name, String::as_str);
        let lower = name.to_lowercase();
        let known = self.names.iter().any(|it| {
            let have = it.to_lowercase();
            have == lower
                || have.starts_with(&format!("{lower} "))
                || have.ends_with(&format!(" {lower}"))
                || lower.starts_with(&format!("{have} "))
        });
        if !name.is_empty() && !known {
            self.names.push(name.to_owned());
        }
    }
}

/// What stands between two spaces.
struct Raw<'a> {
    /// Where it begins in its paragraph.
    start: usize,
    /// With its punctuation.
    whole: &'a str,
    /// Without it; that may be nothing.
    text: &'a str,
    /// Of punctuation before the text.
    lead_bytes: usize,
    likeness: Likeness,
    sign: Sign,
}

/// A word with what stood around it.
struct Word<'a> {
    /// Without punctuation.
    text: &'a str,
    likeness: Likeness,
    sign: Sign,
    /// An apostrophe is in it, so that an article or an ending may be tied to a name.
    tied: bool,
    /// A quotation mark opened before it.
    opens: bool,
    /// A quotation mark or comma closed after it.
    closes: bool,
}

impl Word<'_> {
    fn of<'a>(raw: &Raw<'a>) -> Word<'a> {
        // Most words have nothing around them and nothing but letters in them.
        if raw.whole.len() == raw.text.len() && raw.text.bytes().all(|it| it.is_ascii_alphanumeric()) {
            let Raw { text, likeness, sign, .. } = *raw;
            return Word { text, likeness, sign, tied: false, opens: false, closes: false };
        }
        let is_quote =
            |it: char| matches!(it, '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '\'' | '‚' | '‹' | '›' | '「' | '」');
        let (before, rest) = raw.whole.split_at(raw.lead_bytes);
        let after = &rest[raw.text.len()..];
        Word {
            text: raw.text,
            likeness: raw.likeness,
            sign: raw.sign,
            tied: raw.text.contains(['\'', '’']),
            opens: before.contains(is_quote),
            closes: after.contains(is_quote) || after.contains([',', ';', ':', ')', '.']),
        }
    }
}

/// Sentences, roughly: cut after full stops that a capital follows. An abbreviation cut in two costs a credit, no more.
fn sentences<'r, 'a>(paragraph: &'a str, raw: &'r [Raw<'a>]) -> impl Iterator<Item = &'r [Raw<'a>]> {
    raw.chunk_by(|one, next| {
        // Two halves of one word have no space between them.
        let gap = &paragraph[one.start + one.whole.len()..next.start];
        let mut before = one.whole.chars().rev();
        let stops = match before.next() {
            Some('.' | '!' | '?') => true,
            Some('"' | '”' | '»' | '“') => matches!(before.next(), Some('.' | '!' | '?')),
            Some(_) | None => false,
        };
        // A line that was left empty ends a sentence too.
        let stops = stops || gap.len() > 1 && gap.chars().rev().skip(1).any(|it| it == '\n');
        let begins = || paragraph[next.start..].chars().find(|it| it.is_alphanumeric()).is_some_and(char::is_uppercase);
        // `kata kementerian itu, melansir`: the speaker follows the quotation in small letters.
        !(stops && !gap.is_empty() && begins())
    })
}

fn raw_words<'a>(paragraph: &'a str, out: &mut Vec<Raw<'a>>) {
    let is_space = |it: u8| matches!(it, b' ' | b'\t'..=b'\r');
    let bytes = paragraph.as_bytes();
    let is_ascii = paragraph.is_ascii();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        // The white space of other scripts stands within what is cut here, and is cut below.
        while at < bytes.len() && !is_space(bytes[at]) {
            at += 1;
        }
        let whole = &paragraph[start..at];
        at += 1;
        if is_ascii || whole.is_ascii() {
            if !whole.is_empty() {
                out.push(Raw::of(start, whole));
            }
            continue;
        }
        let mut end = start;
        for whole in whole.split_inclusive(char::is_whitespace) {
            let start = end;
            end += whole.len();
            let whole = whole.trim_end();
            // `rivela:«La` lacks its space.
            let is_cut = |(_, it): &(usize, char)| matches!(it, '«' | '„');
            let cut = whole.char_indices().skip(1).find(is_cut).map_or(whole.len(), |(at, _)| at);
            let (head, tail) = whole.split_at(cut);
            let parts = [(start, head), (start + cut, tail)].into_iter().filter(|(_, it)| !it.is_empty());
            out.extend(parts.map(|(start, it)| Raw::of(start, it)));
        }
    }
}

impl Raw<'_> {
    /// A listed name may begin with it.
    fn is_first(&self) -> bool {
        self.likeness.first && OUTLETS.first_words.contains(self.text)
    }

    /// Outlets' names end with it.
    fn is_last(&self) -> bool {
        self.likeness.last && OUTLETS.last_words.contains(self.text)
    }

    fn of(start: usize, whole: &str) -> Raw<'_> {
        let (lead_bytes, text) = without_punctuation(whole);
        let owner =
            if text.ends_with('s') { text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")) } else { None };
        let text = owner.unwrap_or(text);
        let likeness = OUTLETS.likeness(text);
        let sign = if likeness.sign { OUTLETS.sign(text) } else { Sign::default() };
        Raw { start, whole, text, lead_bytes, likeness, sign }
    }
}

/// The word, and how many bytes stand before it. Most begin and end with a letter of ASCII and are what they are.
fn without_punctuation(whole: &str) -> (usize, &str) {
    let bytes = whole.as_bytes();
    if bytes
        .first()
        .zip(bytes.last())
        .is_some_and(|(first, last)| first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric())
    {
        return (0, whole);
    }
    let is_around = |it: char| !it.is_alphanumeric();
    let rest = whole.trim_start_matches(is_around);
    (whole.len() - rest.len(), rest.trim_end_matches(is_around))
}

/// Names of the lists with a word of reporting near them.
fn listed(words: &[Word<'_>], found: &mut Found) {
    let mut at = 0;
    while at < words.len() {
        let Some((name, length)) = listed_at(words, at) else {
            at += 1;
            continue;
        };
        if reported_near(words, at, length) {
            found.add(name);
        }
        at += length;
    }
}

/// The longest listed name that begins here, and its length in words.
fn listed_at(words: &[Word<'_>], at: usize) -> Option<(&'static String, usize)> {
    let longest = OUTLETS.words_max.min(words.len() - at);
    let is_first = |it: &Word<'_>| it.likeness.first && OUTLETS.first_words.contains(it.text);
    if !words[at..at + longest].iter().any(|it| it.tied) && !is_first(&words[at]) {
        return None;
    }
    for length in (1..=longest).rev() {
        let run = words[at..at + length].iter().map(|it| it.text).collect::<Vec<_>>().join(" ");
        if let Some(name) = OUTLETS.wires.get(&run).or_else(|| OUTLETS.outlets.get(&run)) {
            return Some((name, length));
        }
        // French and Italian tie their article to the name, Turkish and Russian their endings.
        if let Some(name) = run.split_once(['\'', '’']).and_then(|(article, name)| {
            if OUTLETS.wires.contains_key(name) && article.chars().count() <= 4 {
                OUTLETS.wires.get(name)
            } else {
                OUTLETS.wires.get(article)
            }
        }) {
            return Some((name, length));
        }
    }
    None
}

fn reported_near(words: &[Word<'_>], at: usize, length: usize) -> bool {
    let start = at.saturating_sub(NEAR_WORDS);
    let end = (at + length + NEAR_WORDS).min(words.len());
    let near = words[start..at].iter().chain(&words[at + length..end]);
    near.into_iter().any(|it| it.sign.reports || it.sign.is_kind)
}

/// Names that nobody lists, after the kind of outlet or a verb that only outlets take: `harian Kabarnya`, `portal "Bote"`.
fn by_kind(words: &[Word<'_>], found: &mut Found) {
    for at in 0..words.len() {
        // `Agence France-Presse` has its kind for a first name.
        if words[at].closes || !words[at].sign.is_kind || listed_at(words, at).is_some() {
            continue;
        }
        let mut start = at + 1;
        while start < words.len() && OUTLETS.between.contains(&words[start].text.to_lowercase()) && !words[start].opens
        {
            if words[start].closes {
                break;
            }
            start += 1;
        }
        // A kind alone names nobody; in the sentence somebody must report.
        let reports = words.iter().any(|it| it.sign.reports);
        if let Some(name) = name_at(words, start)
            && (reports || words[start].opens)
        {
            found.add(&name);
        }
    }
}

/// A run of capitalised words, or what stands in quotation marks.
fn name_at(words: &[Word<'_>], start: usize) -> Option<String> {
    let first = words.get(start)?;
    if !is_capital(first.text) {
        return None;
    }
    if let Some((name, _)) = listed_at(words, start) {
        return Some(name.clone());
    }
    let mut end = start + 1;
    if !first.closes {
        while end < words.len() && end - start < NAME_WORDS_MAX && is_capital(words[end].text) && !words[end].opens {
            end += 1;
            if words[end - 1].closes {
                break;
            }
        }
    }
    // A quotation that goes on for longer is something said, not a name.
    if first.opens && !words[end - 1].closes {
        return None;
    }
    Some(words[start..end].iter().map(|it| it.text).collect::<Vec<_>>().join(" "))
}

fn is_shouted(words: &[Word<'_>]) -> bool {
    let loud = words.iter().filter(|it| it.text.chars().all(|it| !it.is_lowercase())).count();
    words.len() > 3 && loud * 2 > words.len()
}

fn is_capital(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase) && word.chars().filter(|it| it.is_alphabetic()).count() > 1
}

/// Names that end as outlets' names do, with a word of reporting right beside them.
fn by_shape(words: &[Word<'_>], found: &mut Found) {
    for end in 1..words.len() {
        if !words[end].likeness.last || !OUTLETS.last_words.contains(words[end].text) {
            continue;
        }
        // A name that goes on (`Press Secretary`) does not end here.
        let goes_on = !words[end].closes
            && words
                .get(end + 1)
                .is_some_and(|it| is_capital(it.text) && !PLACES.months.contains(&it.text.to_lowercase()));
        if goes_on {
            continue;
        }
        let mut start = end;
        while start > 0
            && end - start < NAME_WORDS_MAX - 1
            && is_capital(words[start - 1].text)
            && !words[start - 1].closes
        {
            start -= 1;
        }
        if start == end {
            continue;
        }
        let beside = |at: usize| words.get(at).is_some_and(|it| it.sign.reports);
        let article = usize::from(start > 0 && matches!(words[start - 1].text, "the" | "The"));
        let before = start > article && beside(start - article - 1);
        if before || beside(end + 1) {
            let mut name = words[start..=end].iter().map(|it| it.text).collect::<Vec<_>>().join(" ");
            if let Some(bare) = name.strip_prefix("The ") {
                name = bare.to_owned();
            }
            found.add(&name);
        }
    }
}

/// `(AP)`, `(dpa/afp)`: brackets that hold agencies and nothing else.
fn in_brackets(paragraph: &str, found: &mut Found) {
    if !paragraph.contains('(') && !paragraph.contains('（') {
        return;
    }
    let mut rest = paragraph;
    while let Some(open) = rest.find(['(', '（']) {
        let inner_start = open + rest[open..].chars().next().map_or(1, char::len_utf8);
        let Some(close) = rest[inner_start..].find([')', '）']) else { return };
        let inner = &rest[inner_start..inner_start + close];
        let parts: Vec<&str> =
            inner.split(['/', ',', ';', '+', '、']).map(str::trim).filter(|it| !it.is_empty()).collect();
        // Broadcasters in brackets are often the party, channel or club that a person belongs to; agencies are not.
        let names: Vec<&String> = parts.iter().filter_map(|it| wire_in_brackets(it)).collect();
        if !names.is_empty() && names.len() == parts.len() {
            names.into_iter().for_each(|it| found.add(it));
        }
        rest = &rest[inner_start + close..];
    }
}

fn wire_in_brackets(part: &str) -> Option<&'static String> {
    // Austrian and German papers set their agencies small.
    OUTLETS
        .wires
        .get(part)
        .or_else(|| if part.chars().count() == 3 { OUTLETS.wires.get(&part.to_uppercase()) } else { None })
}

/// An agency's name as the last word after the last sentence, or alone in its paragraph.
fn at_the_end(paragraph: &str, found: &mut Found) {
    let trimmed = paragraph.trim();
    let mut stops = trimmed.rmatch_indices('.').map(|(at, _)| at);
    let last_stop = stops.find(|at| trimmed[at + 1..].starts_with(' '));
    let last = last_stop.map_or(trimmed, |at| &trimmed[at + 2..]).trim_matches(['.', '-', '–', '—', ' ', '/']);
    if last.len() < trimmed.len() || trimmed.split_whitespace().nth(2).is_none() {
        for part in last.split(['/', ',']).map(str::trim) {
            if let Some(name) = OUTLETS.wires.get(part) {
                found.add(name);
            }
        }
    }
}

/// Names in scripts without spaces, with a sign of reporting close by.
fn unspaced(paragraph: &str, found: &mut Found) {
    // Their letters begin with one of these bytes in UTF-8; those of dashes and quotation marks do not.
    let may_be = paragraph.bytes().fold(false, |any, it| any | (it >= 0xe0) & (it != 0xe2));
    if !may_be || !paragraph.chars().any(is_unspaced_script) {
        return;
    }
    for (form, name) in &OUTLETS.unspaced {
        // Two characters (`共同`) are common words too; they count in brackets and heads only.
        if form.chars().count() < 3 {
            continue;
        }
        let credited = paragraph.match_indices(form.as_str()).any(|(at, _)| {
            let after: String = paragraph[at + form.len()..].chars().take(NEAR_CHARS).collect();
            let before: String = paragraph[..at].chars().rev().take(3).collect::<Vec<_>>().into_iter().rev().collect();
            REPORTING_SIGNS.iter().any(|it| after.contains(it))
                || REPORTING_SIGNS_BEFORE.iter().any(|it| before.contains(it))
        });
        if credited && outlet_named(form).is_some() {
            found.add(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credited(text: &str) -> Vec<String> {
        find(&[text.to_owned()], None)
    }

    #[test]
    fn words_of_reporting_make_a_credit_in_many_languages() {
        for (text, expected) in [
            ("\"Airnya naik,\" kata camat itu, melansir TASS 30 Januari.", "TASS"),
            ("Jembatan itu dibuka, dikutip dari Antara, Senin.", "Antara"),
            ("The mayor told Reuters that the bridge would open.", "Reuters"),
            ("The mayor said in an email to The Associated Press that it would open.", "AP"),
            ("According to the BBC, the bridge will open.", "BBC"),
            ("The Ashford Chronicle reported the plan on Monday.", "Ashford Chronicle"),
            ("Die Brücke ist zu, laut dpa bis Montag.", "dpa"),
            ("Das geht aus Papieren hervor, wie der Sender NDRX am Montag berichtete.", "NDRX"),
            ("Das sagte sie dem Nachrichtenportal \"Weserbote\" am Montag.", "Weserbote"),
            ("Le pont rouvre lundi, selon l'AFP.", "AFP"),
            ("El puente abre el lunes, informó la agencia EFE.", "EFE"),
            ("Portal CNN podawał zaś, że most jest zamknięty.", "CNN"),
            ("Dziennik „Kurier Nadodrzański”, z którym rozmawiał burmistrz, pisze o moście.", "Kurier Nadodrzański"),
            ("Мост откроют в понедельник, сообщает ТАСС.", "TASS"),
            ("ロイター通信によると、橋は月曜日に開通する。", "Reuters"),
            ("新华社杭州4月24日电 大桥今天开放。", "Xinhua"),
            ("Officials gave no date. PTI", "PTI"),
            ("The bridge will open on Monday. (AP)", "AP"),
        ] {
            assert_eq!(credited(text), [expected], "{text}");
        }
    }

    #[test]
    fn a_name_in_passing_is_no_credit() {
        for text in [
            "She worked for Reuters in the nineties and later ran a bakery.",
            "The shop sells Bild and coffee.",
            "The Senate told the House on Monday that it would wait.",
            "Minister Eva Lang (SPD) kam aus Kiel.",
            "Newspapers were stacked by the door of the old press.",
        ] {
            assert_eq!(credited(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn an_agency_is_named_once_whatever_its_form() {
        assert_eq!(credited("OSLO (AP) — The mayor told The Associated Press so. (AP)"), ["AP"]);
    }
}
