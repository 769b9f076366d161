//! A picture's caption and its credit, which newsrooms write into one line: `Minister in Bali. (Antara/Budi)`.
//!
//! Rules of shape and a few words; no site's habits. Never gives back less text than it was given, save the marks
//! that parted the two.

/// Words that announce a credit, longest first where one begins another; compared in lower case.
const LABELS: [&str; 50] = [
    "photo credit:",
    "image credit:",
    "picture credit:",
    "photographer:",
    "photograph:",
    "photograph by",
    "photographed by",
    "photo courtesy of",
    "courtesy of",
    "photo by",
    "photos by",
    "image by",
    "picture by",
    "photo:",
    "photos:",
    "picture:",
    "pictures:",
    "image:",
    "credits:",
    "credit:",
    "source:",
    "foto oleh",
    "sumber foto:",
    "foto:",
    "fotos:",
    "fotografie:",
    "fotograf:",
    "dok.",
    "dok:",
    "sumber:",
    "bildquelle:",
    "quelle:",
    "bild:",
    "crédit photo :",
    "crédit photo:",
    "crédits :",
    "crédit :",
    "crédit:",
    "photo :",
    "zdjęcie:",
    "fot.",
    "kuva:",
    "fotó:",
    "фото:",
    "写真：",
    "写真=",
    "图片来源：",
    "圖／",
    "사진=",
    "copyright",
];

/// Names that stand in credits and nowhere else at a caption's end.
const HOUSES: [&str; 40] = [
    "afp",
    "ap",
    "reuters",
    "epa",
    "efe",
    "dpa",
    "ansa",
    "apa",
    "belga",
    "anp",
    "lusa",
    "pap",
    "ntb",
    "tt",
    "ritzau",
    "scanpix",
    "antara",
    "bernama",
    "kyodo",
    "jiji",
    "xinhua",
    "yonhap",
    "tass",
    "getty",
    "istock",
    "shutterstock",
    "imago",
    "alamy",
    "wikimedia",
    "unsplash",
    "pexels",
    "pixabay",
    "nurphoto",
    "zuma",
    "upi",
    "pti",
    "keystone",
    "bloomberg",
    "instagram",
    "twitter",
];

const CREDIT_CHARS_MAX: usize = 120;
const CREDIT_WORDS_MAX: usize = 12;

/// Parts a caption into what it tells and who took the picture. Either may come back empty.
pub fn split_credit(raw: &str) -> (String, String) {
    let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    in_brackets(&line)
        .or_else(|| after_mark(&line))
        .or_else(|| after_label(&line))
        .or_else(|| last_sentence(&line))
        .unwrap_or((line, String::new()))
}

/// A credit without the word that announces it: `Foto: Antara` is `Antara`.
pub fn bare_credit(raw: &str) -> String {
    let mut text = raw.trim().trim_matches(['(', ')', '[', ']', '（', '）', '|', '—', '–', '-', ' ']);
    loop {
        let before = text;
        text = text.trim_start_matches(['©', ':', '：', ' ']);
        text = text.strip_prefix("(c)").or_else(|| text.strip_prefix("(C)")).unwrap_or(text).trim_start();
        let lower = text.to_lowercase();
        if let Some(label) = LABELS.iter().find(|it| lower.starts_with(**it)) {
            // Lower-casing may change lengths in a few scripts; the cut is then left out.
            text = text.get(label.len()..).unwrap_or(text).trim_start();
        }
        if text == before {
            return text.trim_end_matches([' ', '.', ',', ';']).to_owned();
        }
    }
}

/// `Caption. (Name/Agency)`; also `[…]` and the wide brackets of East Asia.
fn in_brackets(line: &str) -> Option<(String, String)> {
    let body = line.trim_end_matches(['.', ' ', '。']);
    let close = body.chars().next_back()?;
    let open = match close {
        ')' => '(',
        ']' => '[',
        '）' => '（',
        _ => return None,
    };
    let start = matching_bracket(body, open, close)?;
    let inner = body[start + open.len_utf8()..body.len() - close.len_utf8()].trim();
    let before = body[..start].trim_end();
    // Japanese puts the word for it last: 山田太郎撮影.
    if let Some(name) = inner.strip_suffix("撮影") {
        return Some((before.to_owned(), bare_credit(name)));
    }
    if !short_enough(inner) || !inner.chars().any(char::is_alphabetic) {
        return None;
    }
    let told = has_label(inner) || has_house(inner) || inner.contains(['/', '@', '©']);
    let ends_sentence = before.is_empty() || before.ends_with(['.', '!', '?', '。', '”', '"', '…']);
    let capital = inner.chars().next().is_some_and(|it| !it.is_lowercase() && !it.is_ascii_digit());
    if !(told || ends_sentence && capital) {
        return None;
    }
    Some((before.to_owned(), bare_credit(inner)))
}

fn matching_bracket(body: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, it) in body.char_indices().rev() {
        if it == close {
            depth += 1;
        } else if it == open {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// `Caption | Name`, `Caption © Name`.
fn after_mark(line: &str) -> Option<(String, String)> {
    let (at, mark) = line.char_indices().rev().find(|(_, it)| matches!(it, '©' | '|'))?;
    let credit = line[at + mark.len_utf8()..].trim();
    let before = line[..at].trim_end().trim_end_matches(['|', '-', '–', '—', '(', '[', ' ']);
    // A bar parts other things too; only what names somebody is a credit.
    let names = credit.chars().next().is_some_and(|it| !it.is_lowercase() || mark == '©');
    (names && short_enough(credit)).then(|| (before.trim_end().to_owned(), bare_credit(credit)))
}

/// `Caption. Foto: Name`, or the credit alone.
fn after_label(line: &str) -> Option<(String, String)> {
    let lower = line.to_lowercase();
    if lower.len() != line.len() {
        return None;
    }
    let (at, label) = LABELS
        .iter()
        .filter_map(|label| lower.rfind(label).map(|at| (at, *label)))
        .filter(|(at, _)| lower[..*at].chars().next_back().is_none_or(|it| !it.is_alphanumeric()))
        .min_by_key(|(at, label)| (*at, usize::MAX - label.len()))?;
    let credit = line.get(at + label.len()..)?.trim();
    // `photo by` inside a sentence goes on in small letters.
    let names = credit
        .chars()
        .next()
        .is_some_and(|it| !it.is_lowercase() || HOUSES.iter().any(|house| credit.starts_with(house)));
    let before = line.get(..at)?.trim_end().trim_end_matches(['|', '-', '–', '—', '(', '[', ' ', ',']);
    (names && short_enough(credit)).then(|| (before.trim_end().to_owned(), bare_credit(credit)))
}

/// `Caption. REUTERS/Jane Doe`: a last sentence that is short and names a house that sells pictures.
fn last_sentence(line: &str) -> Option<(String, String)> {
    // Two elements of a page without a space between them read `… Madrid.Ann Other / Agency`.
    let glued = line
        .char_indices()
        .zip(line.chars().skip(1))
        .filter(|((_, stop), next)| *stop == '.' && next.is_uppercase())
        .last();
    if let Some(((at, _), _)) = glued
        && has_house(&line[at + 1..])
        && line[at + 1..].contains('/')
        && short_enough(&line[at + 1..])
    {
        return Some((line[..=at].to_owned(), bare_credit(&line[at + 1..])));
    }
    let at = line.rfind(". ").map(|at| at + 2).or_else(|| line.rfind(" - ").map(|at| at + 3)).unwrap_or(0);
    let credit = line[at..].trim();
    let words = credit.split_whitespace().count();
    let capital = credit
        .chars()
        .next()
        .is_some_and(|it| it.is_uppercase() || credit.starts_with("picture alliance") || credit.starts_with("dpa"));
    if words == 0 || words > 5 || !capital || !has_house(credit) || !short_enough(credit) {
        return None;
    }
    Some((line[..at].trim_end().trim_end_matches([' ', '-']).to_owned(), bare_credit(credit)))
}

fn short_enough(credit: &str) -> bool {
    !credit.is_empty()
        && credit.chars().count() <= CREDIT_CHARS_MAX
        && credit.split_whitespace().count() <= CREDIT_WORDS_MAX
}

fn has_label(text: &str) -> bool {
    let lower = text.to_lowercase();
    LABELS.iter().any(|it| lower.starts_with(it))
}

fn has_house(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.split(|it: char| !it.is_alphanumeric()).any(|word| HOUSES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (String, String) {
        split_credit(text)
    }

    fn pair(caption: &str, credit: &str) -> (String, String) {
        (caption.to_owned(), credit.to_owned())
    }

    #[test]
    fn a_bracket_after_the_sentence_is_the_credit() {
        assert_eq!(
            split("Warga antre air bersih di Kupang. (Antara/Budi S)"),
            pair("Warga antre air bersih di Kupang.", "Antara/Budi S")
        );
        assert_eq!(split("Der Hafen am Morgen (Foto: Jan Meier)"), pair("Der Hafen am Morgen", "Jan Meier"));
        assert_eq!(split("駅前に並ぶ人々＝３日（山田太郎撮影）"), pair("駅前に並ぶ人々＝３日", "山田太郎"));
        assert_eq!(split("市場に並ぶ人々。（写真：山田太郎）"), pair("市場に並ぶ人々。", "山田太郎"));
    }

    #[test]
    fn a_bracket_that_tells_something_stays() {
        for caption in
            ["Ministerin Eva Lang (SPD)", "The winner (left) with her coach", "Die Brücke (1912)", "Anna Berg (45)"]
        {
            assert_eq!(split(caption), pair(caption, ""), "{caption}");
        }
    }

    #[test]
    fn labels_and_marks_part_caption_and_credit() {
        assert_eq!(
            split("A ferry leaves Oban. Photograph: Ann Other/Getty"),
            pair("A ferry leaves Oban.", "Ann Other/Getty")
        );
        assert_eq!(split("Le port de Sète © Marie Durand"), pair("Le port de Sète", "Marie Durand"));
        assert_eq!(split("Harbour at dawn | Jo Bloggs"), pair("Harbour at dawn", "Jo Bloggs"));
        assert_eq!(split("Foto: Lena Ott"), pair("", "Lena Ott"));
        assert_eq!(split("Рынок в Казани. Фото: Иван Петров"), pair("Рынок в Казани.", "Иван Петров"));
    }

    #[test]
    fn a_last_short_sentence_may_be_the_credit() {
        assert_eq!(split("Smoke over the bay. REUTERS/Jane Roe"), pair("Smoke over the bay.", "REUTERS/Jane Roe"));
        assert_eq!(split("Smoke over the bay. It was a long day."), pair("Smoke over the bay. It was a long day.", ""));
    }
}
