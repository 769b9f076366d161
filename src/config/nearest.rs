//! The name that a slip of the finger meant.
//!
//! Offers, never corrects.

use crate::command::nearest_of;

/// The name spelt most like `typed`, and of two equally alike the first. `None` where nothing is near enough to have
/// been meant.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_of(typed, names.into_iter())
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
