//! THE table of marks and lines that the reader draws, each with its double in plain ASCII, of the same width: for fonts
//! without them and for terminals whose letters are not UTF-8.
//!
//! Letters of an article stay what they are; only what stands in this table is exchanged, its quotes and dashes too.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// As drawn, and in ASCII.
pub const SYMBOLS: &[(&str, &str)] = &[
    // Lines.
    ("─", "-"),
    ("│", "|"),
    ("├", "+"),
    ("┤", "+"),
    ("┬", "+"),
    ("┴", "+"),
    ("┼", "+"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("━", "="),
    ("┃", "#"),
    // Where one is.
    ("▌", ">"),
    ("▎", ">"),
    ("▐", "<"),
    ("█", "#"),
    // A bar a week.
    ("▁", "_"),
    ("▂", "."),
    ("▃", "-"),
    ("▄", "="),
    ("▅", "+"),
    ("▆", "*"),
    ("▇", "%"),
    ("▮", "#"),
    ("▯", "."),
    ("▲", "^"),
    ("▼", "v"),
    // Marks.
    ("●", "*"),
    ("○", "."),
    ("★", "!"),
    ("☆", "."),
    ("◆", "#"),
    ("✗", "x"),
    ("✓", "v"),
    ("⟳", "@"),
    ("⚠", "!"),
    ("▸", ">"),
    ("▾", "v"),
    ("▶", ">"),
    ("◀", "<"),
    ("→", ">"),
    ("←", "<"),
    ("↑", "^"),
    ("↓", "v"),
    ("↳", ">"),
    ("⏎", "<"),
    // Punctuation.
    ("·", "-"),
    ("•", "*"),
    ("◦", "o"),
    ("▪", "*"),
    ("…", "_"),
    ("×", "x"),
    ("–", "-"),
    ("—", "-"),
    ("‘", "'"),
    ("’", "'"),
    ("“", "\""),
    ("”", "\""),
    ("«", "\""),
    ("»", "\""),
    ("\u{a0}", " "),
];

/// The same text in the ASCII set.
pub fn in_ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.graphemes(true).map(double).collect())
}

/// Whether it is a piece of a line between panes.
pub fn is_line(text: &str) -> bool {
    matches!(text, "─" | "│" | "├" | "┤" | "┬" | "┴" | "┼" | "┌" | "┐" | "└" | "┘" | "━" | "┃")
}

fn double(cluster: &str) -> &str {
    SYMBOLS.iter().find(|(symbol, _)| *symbol == cluster).map_or(cluster, |(_, ascii)| *ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_ascii_and_as_wide() {
        for (symbol, ascii) in SYMBOLS {
            assert!(ascii.is_ascii() && ascii.len() == 1, "{symbol}");
            assert_eq!(crate::text::width(symbol), 1, "{symbol}");
        }
    }

    #[test]
    fn letters_stay_what_they_are() {
        assert_eq!(in_ascii("“Ya” – 北京 é…"), "\"Ya\" - 北京 é_");
        assert!(matches!(in_ascii("plain"), Cow::Borrowed("plain")));
    }

    /// The states of an article and of a feed must not become one in ASCII.
    #[test]
    fn marks_that_stand_in_one_place_stay_apart() {
        for together in [
            &["●", "○", "★"][..],
            &["▾", "▸"],
            &["▮", "▯"],
            &["✗", "▸", "▾"],
            &["▌", "●", "○", "★"],
            &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        ] {
            let mut doubles: Vec<_> = together.iter().map(|it| in_ascii(it)).collect();
            doubles.sort();
            doubles.dedup();
            assert_eq!(doubles.len(), together.len(), "{together:?}");
        }
    }
}
