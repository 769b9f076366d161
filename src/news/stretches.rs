//! A text cut into what is of ASCII alone and what is not. Most texts of Europe are the one with a sign of the other here
//! and there; what costs much for each character need not be done for all of them. Says nothing of what is in either.

/// A shorter run of ASCII between two others is not worth a cut.
const ASCII_BYTES_MIN: usize = 64;

/// A piece of a text, as [`stretches`] cuts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch<'a> {
    Ascii(&'a str),
    Mixed(&'a str),
}

/// The text from first to last, cut only before spaces: so no word, and no mark and what it stands on, is cut in two.
pub fn stretches(text: &str) -> impl Iterator<Item = Stretch<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let plain = ascii_prefix(rest);
        let is_mixed = plain < rest.len();
        let cut =
            if is_mixed { rest.as_bytes()[..plain].iter().rposition(|it| *it == b' ').unwrap_or(0) } else { plain };
        let is_ascii = cut >= ASCII_BYTES_MIN || !is_mixed;
        let (stretch, after) = rest.split_at(if is_ascii { cut } else { mixed_prefix(rest) });
        rest = after;
        Some(if is_ascii { Stretch::Ascii(stretch) } else { Stretch::Mixed(stretch) })
    })
}

/// Up to the space after which enough ASCII follows.
fn mixed_prefix(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        // Over the run of ASCII, and over what ended it.
        at += ascii_prefix(&text[at..]);
        at += bytes[at..].iter().position(u8::is_ascii).unwrap_or(bytes.len() - at);
        let end = at + ascii_prefix(&text[at..]);
        let space = bytes[at..end].iter().position(|it| *it == b' ').map(|it| at + it);
        match space {
            Some(space) if end >= space + ASCII_BYTES_MIN || end == text.len() => return space,
            None if end == text.len() => return end,
            Some(_) | None => at = end,
        }
    }
}

/// How many bytes of ASCII a text begins with.
fn ascii_prefix(text: &str) -> usize {
    const CHUNK: usize = 64;
    let bytes = text.as_bytes();
    let whole = bytes.chunks(CHUNK).take_while(|it| it.is_ascii()).map(<[u8]>::len).sum::<usize>();
    whole + bytes[whole..].iter().position(|it| !it.is_ascii()).unwrap_or(bytes.len() - whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_is_cut_from_what_stands_within_it() {
        let plain = "the river rose again on Monday and the old bridge was closed to everything but bicycles";
        let text = format!("{plain} “quite so” é {plain}");
        let before = "the river rose again on Monday and the old bridge was closed to everything but bicycles";
        let after = format!(" {plain}");
        let expected = [Stretch::Ascii(before), Stretch::Mixed(" “quite so” é"), Stretch::Ascii(&after)];
        assert_eq!(stretches(&text).collect::<Vec<_>>(), expected);
        assert_eq!(stretches("東京 都").collect::<Vec<_>>(), [Stretch::Mixed("東京 都")]);
        assert_eq!(stretches("").count(), 0);
    }

    proptest! {
        #[test]
        fn stretches_are_the_text_and_are_cut_before_spaces(text in "([a-z ]{0,80}[é東 \u{301}]{0,3}){0,5}") {
            let mut all = String::new();
            for stretch in stretches(&text) {
                let (Stretch::Ascii(piece) | Stretch::Mixed(piece)) = stretch;
                prop_assert!(!piece.is_empty());
                prop_assert!(all.is_empty() || piece.starts_with(' '));
                prop_assert!(matches!(stretch, Stretch::Mixed(_)) || piece.is_ascii());
                all.push_str(piece);
            }
            prop_assert_eq!(all, text);
        }
    }
}
