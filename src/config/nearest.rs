//! The name that a slip of the finger meant.
//!
//! Offers, never corrects.

/// Longer than any name; a longer text is nobody's slip of the finger.
const NAME_CHARS_MAX: usize = 60;

/// The name spelt most like `typed`, and of two equally alike the first. `None` where nothing is near enough to have
/// been meant.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.chars().count() > NAME_CHARS_MAX {
        return None;
    }
    let slips_max = (typed.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|it| (crate::command::slips_between(typed, it), it))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_nothing_far_away() {
        let names = ["refresh", "reader.measure", "theme"];
        assert_eq!(nearest("refrsh", names), Some("refresh"));
        assert_eq!(nearest("raeder.measure", names), Some("reader.measure"));
        assert_eq!(nearest("wholly-else", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
