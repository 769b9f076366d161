//! The name that a slip of the finger meant.
//!
//! Offers, never corrects.

/// The word spelt most like `name`, and of two equally alike the first. `None` where nothing is near enough to have been
/// meant.
pub fn nearest_of<'a>(name: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed: Vec<char> = name.chars().take(NAME_CHARS_MAX).collect();
    let slips_max = (typed.len() / 3).max(1);
    words
        .into_iter()
        .map(|it| (slips(&typed, &it.chars().collect::<Vec<_>>()), it))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name)
}

/// Longer than any name there is; a longer text is nobody's slip of the finger.
const NAME_CHARS_MAX: usize = 40;

/// How many slips of the finger part two words: letters left out, added, mistaken or swapped with their neighbour
/// (the restricted Damerau–Levenshtein distance).
fn slips(typed: &[char], meant: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=meant.len()).collect();
    for (row, it) in typed.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, wanted) in meant.iter().enumerate() {
            let mistaken = last[column] + usize::from(it != wanted);
            let mut least = mistaken.min(last[column + 1] + 1).min(this[column] + 1);
            let swapped = row > 0 && column > 0 && *it == meant[column - 1] && typed[row - 1] == *wanted;
            if swapped {
                least = least.min(before[column - 1] + 1);
            }
            this.push(least);
        }
        before = last;
        last = this;
    }
    last[meant.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_finds_the_name_that_was_meant() {
        let names = ["next-unread", "quit", "toggle-star", "refresh", "refresh-all", "undo"];
        for (typed, meant) in [
            ("next-unred", Some("next-unread")),
            ("qiut", Some("quit")),
            ("togle-star", Some("toggle-star")),
            ("refresh-al", Some("refresh-all")),
            ("undo", Some("undo")),
            ("wholly-else", None),
            ("", None),
        ] {
            assert_eq!(nearest_of(typed, names), meant, "{typed}");
        }
        assert_eq!(nearest_of(&"x".repeat(100_000), names), None);
    }

    #[test]
    fn the_nearest_of_any_words_is_offered_and_nothing_far_away() {
        let names = ["refresh", "reader.measure", "theme"];
        assert_eq!(nearest_of("refrsh", names), Some("refresh"));
        assert_eq!(nearest_of("raeder.measure", names), Some("reader.measure"));
        assert_eq!(nearest_of("wholly-else", names), None);
    }
}
