//! Titles with markup in them → plain text. Whole articles are read by `text/` through the door to HTML; a title
//! has a tag or two, and a full parse of each would cost more than all the rest.

use std::borrow::Cow;

use super::entities;
use super::xml_tokens::{Token, Tokens, attributes};
use crate::news::{CleanUrl, Html, clean_char};

/// Tags that people write into titles. `<T>` and `<stdio.h>` are none of them.
#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "b", "big", "blockquote", "br", "center", "cite", "code", "del", "div", "em", "font", "h1", "h2",
    "h3", "h4", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small", "span", "strike",
    "strong", "sub", "sup", "tt", "u", "ul", "wbr", "script",
];

/// Takes the tags out. `only_known` keeps what merely looks like a tag, as plain text needs it.
pub fn without_tags(text: &str, only_known: bool) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    // Of the same length, so that places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|it| it + at) {
        out.push_str(&text[at..open]);
        at = match after_tag(&lower, open, only_known) {
            Some((after, breaks)) => {
                if breaks {
                    out.push(' ');
                }
                after
            }
            None => {
                out.push('<');
                open + 1
            }
        };
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// A line's markup with nothing left in it but its links and pictures, or nothing where it has none. `whole` makes
/// an address absolute, or refuses it.
pub fn only_links(markup: &str, whole: impl Fn(&str) -> Option<CleanUrl>) -> Html {
    let mut out = String::new();
    let mut found = false;
    let mut in_script = false;
    for token in Tokens::new(markup) {
        match token {
            Token::Text(_) | Token::Cdata(_) if in_script => {}
            Token::Text(text) | Token::Cdata(text) => out.push_str(&escaped(&entities::decode(text))),
            Token::Start { name, attributes: written, .. } => {
                let wanted = match name.to_ascii_lowercase().as_str() {
                    "a" => "href",
                    "img" => "src",
                    "script" | "style" => {
                        in_script = true;
                        continue;
                    }
                    _ => continue,
                };
                let all = attributes(written);
                let address = all.iter().find(|it| it.0.eq_ignore_ascii_case(wanted));
                if let Some(url) = address.and_then(|it| whole(&entities::decode(it.1))) {
                    found = true;
                    let name = if wanted == "href" { "a" } else { "img" };
                    out.push_str(&format!("<{name} {wanted}=\"{}\">", escaped(url.as_str())));
                }
            }
            Token::End { name } if name.eq_ignore_ascii_case("a") && out.contains("<a ") => out.push_str("</a>"),
            Token::End { .. } => in_script = false,
            Token::Skipped => {}
        }
    }
    let clean = out.chars().filter(|it| clean_char(*it)).collect();
    if found { Html(clean) } else { Html::default() }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Where the tag at `open` ends, and whether it parts words. A script or style sheet ends with all that stands in it.
fn after_tag(lower: &str, open: usize, only_known: bool) -> Option<(usize, bool)> {
    let tag = &lower[open..lower.floor_char_boundary(lower.len().min(open + TAG_BYTES_MAX))];
    if tag.starts_with("<!--") {
        // One that never ends goes to the next `>`, else to the end: as a comment it was not to be read.
        let end = tag.find("-->").map(|it| it + 3).or_else(|| tag.find('>').map(|it| it + 1));
        return Some((open + end.unwrap_or(tag.len()), false));
    }
    let closing = tag.starts_with("</");
    let inside = &tag[1 + usize::from(closing)..];
    let name = &inside[..inside.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(inside.len())];
    let is_name = name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if !is_name || (only_known && !TAGS.contains(&name)) {
        return None;
    }
    let holds_no_text = !closing && matches!(name, "script" | "style");
    if let Some(end) = holds_no_text.then(|| tag.find(&format!("</{name}"))).flatten() {
        return tag[end..].find('>').map(|it| (open + end + it + 1, false));
    }
    let end = tag.find('>')?;
    let breaks = matches!(name, "br" | "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "hr");
    Some((open + end + 1, breaks))
}

/// A tag in a title is short, a script in one too; what is longer was none.
const TAG_BYTES_MAX: usize = 2_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_code_stays() {
        assert_eq!(without_tags("A <b>bold</b> <i class=\"x\">move</i>", true), "A bold move");
        assert_eq!(without_tags("Vec<T> and #include <stdio.h>, 1 < 2", true), "Vec<T> and #include <stdio.h>, 1 < 2");
        assert_eq!(without_tags("one<br/>two", true), "one two");
        assert_eq!(without_tags("a <SCRIPT src=x>alert('<b>')</script > b", true), "a  b");
    }
}
