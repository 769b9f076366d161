//! Titles with markup in them → plain text. Whole articles are read by `text/` through the door to HTML; a title
//! has a tag or two, and a full parse of each would cost more than all the rest.

use std::borrow::Cow;

/// Tags that people write into titles. `<T>` and `<stdio.h>` are none of them.
const TAGS: [&str; 40] = [
    "a",
    "abbr",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "del",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "tt",
    "u",
    "ul",
    "wbr",
    "script",
];

/// Takes the tags out. `only_known` keeps what merely looks like a tag, as plain text needs it.
pub fn without_tags(text: &str, only_known: bool) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag_bytes(rest, only_known) {
            Some((bytes, breaks)) => {
                if breaks {
                    out.push(' ');
                }
                rest = &rest[bytes..];
            }
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// How long the tag at the start of `text` is, and whether it parts words.
fn tag_bytes(text: &str, only_known: bool) -> Option<(usize, bool)> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|at| (at + 3, false));
    }
    let inside = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let name_end = inside.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let name = inside[..name_end].to_ascii_lowercase();
    let known = TAGS.contains(&name.as_str());
    if name.is_empty() || !name.as_bytes()[0].is_ascii_alphabetic() || (only_known && !known) {
        return None;
    }
    // A tag in a title is short; one that is not was none.
    let end = text.bytes().take(TAG_BYTES_MAX).position(|it| it == b'>')?;
    let breaks = matches!(name.as_str(), "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "hr");
    Some((end + 1, breaks))
}

const TAG_BYTES_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_code_stays() {
        assert_eq!(without_tags("A <b>bold</b> <i class=\"x\">move</i>", true), "A bold move");
        assert_eq!(without_tags("Vec<T> and #include <stdio.h>, 1 < 2", true), "Vec<T> and #include <stdio.h>, 1 < 2");
        assert_eq!(without_tags("one<br/>two", true), "one two");
    }
}
