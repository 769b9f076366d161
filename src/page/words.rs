//! The words by which a page's furniture is told from its article; a list in `assets/page/words.toml`.

use std::sync::LazyLock;

/// The lists of the asset, as they stand in it.
#[derive(Debug, serde::Deserialize)]
pub struct Words {
    pub teaser: Vec<String>,
    pub share: Vec<String>,
    pub invitation: Vec<String>,
    pub furniture: Vec<String>,
    pub furniture_with_links: Vec<String>,
    pub caption: Vec<String>,
    pub credit: Vec<String>,
    pub byline: Vec<String>,
    pub wall: Vec<String>,
    pub date_words: Vec<String>,
}

/// The list, read once. The asset is part of the program and a test reads it, so it is sound.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/page/words.toml")).expect("the program's own word list is sound")
});

/// A block longer than this tells something itself.
const TEASER_CHARS_MAX: usize = 300;
const INVITATION_CHARS_MAX: usize = 220;
const SHARE_CHARS_MAX: usize = 40;

/// Whether a block begins with a label for links to other articles, and what follows the label.
pub fn after_teaser_label(text: &str) -> Option<&str> {
    if text.chars().count() > TEASER_CHARS_MAX {
        return None;
    }
    after_any(text, &WORDS.teaser)
        .map(|rest| rest.trim_start_matches([':', ' ', '|', '-', '–', '—', '»', '>', '：', ']', '】']))
}

/// Whether a block says nothing but where to pass the article on.
pub fn is_share_label(text: &str) -> bool {
    if text.chars().count() > SHARE_CHARS_MAX {
        return false;
    }
    let bare = text.trim().trim_end_matches([':', '：', ' ']).to_lowercase();
    WORDS.share.contains(&bare)
}

/// Whether a block asks the reader to subscribe, follow or look at an advertisement.
pub fn is_invitation(text: &str) -> bool {
    if text.chars().count() > INVITATION_CHARS_MAX {
        return false;
    }
    let lower = text.trim().to_lowercase();
    let bare = lower.trim_end_matches([':', '.', '!', '-', '–', ' ']).trim_start_matches(['-', '–', ' ']);
    // A single word (`Anzeige`) opens honest sentences too; it must stand alone.
    WORDS.invitation.iter().any(|it| if it.contains(' ') { starts_with_word(&lower, it) } else { *it == bare })
}

/// Whether a short text only says why there is no text.
pub fn is_wall(text: &str) -> bool {
    let lower = text.to_lowercase();
    WORDS.wall.iter().any(|it| lower.contains(it.as_str()))
}

/// Whether a line is nothing but a date or an hour: figures, and words that stand beside them.
pub fn is_date_line(text: &str) -> bool {
    let mut figures = false;
    for word in text.split(|it: char| {
        it.is_whitespace() || matches!(it, ',' | '|' | ':' | '/' | '-' | '–' | '(' | ')' | '·' | '•' | ';')
    }) {
        let word = word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
        let letters: String = word.chars().filter(|it| !it.is_numeric()).collect();
        figures |= letters.len() < word.len();
        let letters = letters.trim_matches('.');
        let beside = |letters: &str| WORDS.date_words.iter().any(|it| it == letters);
        // `2021年1月13日`, `9th`, `11pm` carry their words with them.
        let joined = letters.chars().all(|it| beside(&it.to_string())) || matches!(letters, "st" | "nd" | "rd" | "th");
        if !(letters.is_empty() || beside(letters) || joined) {
            return false;
        }
    }
    figures
}

/// An author's line without `By` and its like.
pub fn without_byline_label(text: &str) -> &str {
    after_any(text, &WORDS.byline).map_or(text.trim(), |rest| rest.trim_start_matches([':', '：', ' ']))
}

fn after_any<'a>(text: &'a str, labels: &[String]) -> Option<&'a str> {
    let text = text.trim().trim_start_matches(['[', '(', '>', '»', '▶', '•', '-', '–', ' ']);
    let lower = text.to_lowercase();
    let label = labels.iter().filter(|it| starts_with_word(&lower, it)).max_by_key(|it| it.len())?;
    // Lower-casing keeps lengths in the scripts of the list; where it does not, nothing is cut.
    Some(text.get(label.len()..).unwrap_or_default())
}

fn starts_with_word(lower: &str, label: &str) -> bool {
    lower.strip_prefix(label).is_some_and(|rest| {
        let ends_itself = label.ends_with(|it: char| !it.is_alphanumeric()) || label.chars().any(|it| it > '\u{2e80}');
        ends_itself || rest.chars().next().is_none_or(|it| !it.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sound_and_in_lower_case() {
        let all = [
            &WORDS.teaser,
            &WORDS.share,
            &WORDS.invitation,
            &WORDS.furniture,
            &WORDS.furniture_with_links,
            &WORDS.caption,
            &WORDS.credit,
            &WORDS.byline,
            &WORDS.wall,
        ];
        for word in all.into_iter().flatten() {
            assert_eq!(*word, word.to_lowercase());
        }
    }

    #[test]
    fn a_label_is_a_whole_word() {
        assert_eq!(after_teaser_label("Baca juga: Harga cabai turun"), Some("Harga cabai turun"));
        assert_eq!(after_teaser_label("LESEN SIE AUCH – Der Fluss steigt"), Some("Der Fluss steigt"));
        assert_eq!(after_teaser_label("Recommendedly is no word"), None);
        assert_eq!(without_byline_label("By Ann Other"), "Ann Other");
        assert_eq!(without_byline_label("Byron Other"), "Byron Other");
    }

    #[test]
    fn a_line_of_figures_alone_is_a_date() {
        for line in [
            "Updated 10:01 pm PST, Tuesday, November 19, 2019",
            "Erstellt: 28.04.2023, 18:16 Uhr",
            "2021年1月13日 9時05分",
            "Publié le 3 mai 2023 à 10:20",
            "November 20",
        ] {
            assert!(is_date_line(line), "{line}");
        }
        for line in ["In May 2021 the bridge opened.", "At last", "1. Who pays?", ""] {
            assert!(!is_date_line(line), "{line}");
        }
    }

    #[test]
    fn one_word_may_open_an_honest_sentence() {
        assert!(is_invitation("Anzeige"));
        assert!(!is_invitation("Anzeige gegen den Bürgermeister wurde am Montag erstattet."));
        assert!(is_share_label("Bagikan:"));
        assert!(!is_share_label("Share prices fell"));
    }
}
