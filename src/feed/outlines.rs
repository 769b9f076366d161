//! OPML whose descriptions hold markup with quotation marks that nobody escaped: a value ends where its tag goes on,
//! not at the first mark. Linear: each outline is looked at up to the next.

use std::borrow::Cow;

const OUTLINE: &str = "<outline";

/// The text with such values escaped; as it is where there are none.
pub fn with_whole_values(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut next = text.find(OUTLINE);
    while let Some(open) = next {
        let start = open + OUTLINE.len();
        next = text[start..].find(OUTLINE).map(|it| it + start);
        let region = &text[..next.unwrap_or(text.len())];
        let mut at = start;
        while let Some((from, to, whole)) = next_value(region, at) {
            if whole {
                out.push_str(&text[copied..from]);
                out.push_str(&escaped(&region[from..to]));
                copied = to;
            }
            at = to + 1;
            if ends_tag(&region[at..]) {
                break;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The next quoted value: where it begins and ends, and whether a mark within it looked like its end.
fn next_value(region: &str, at: usize) -> Option<(usize, usize, bool)> {
    let equals = region[at..].find('=')? + at;
    let after = region[equals + 1..].trim_start();
    let quote = after.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let from = region.len() - after.len() + 1;
    let mut end = from;
    let mut first = true;
    while let Some(mark) = region[end..].find(quote).map(|it| it + end) {
        let rest = &region[mark + 1..];
        if ends_tag(rest) || goes_on(rest) {
            return Some((from, mark, !first));
        }
        first = false;
        end = mark + 1;
    }
    None
}

/// Whether a tag ends here: nothing but another tag stands between outlines.
fn ends_tag(rest: &str) -> bool {
    let rest = rest.trim_start();
    let after = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('>');
    after.is_some_and(|it| it.trim_start().is_empty() || it.trim_start().starts_with('<'))
}

/// Whether another attribute follows.
fn goes_on(rest: &str) -> bool {
    let name = rest.trim_start();
    let end = name.find(|it: char| !(it.is_alphanumeric() || matches!(it, '_' | '-' | ':'))).unwrap_or(name.len());
    name.len() < rest.len() && end > 0 && name[end..].trim_start().starts_with('=')
}

fn escaped(value: &str) -> String {
    value.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_value_is_part_of_it() {
        let text = r#"<outline text="A" description="He <a href="http://a.example/">sings</a>." xmlUrl="http://b.example/"/>
            <outline text="B"/>"#;
        let mended = with_whole_values(text);
        assert!(
            mended.contains("He &lt;a href=&quot;http://a.example/&quot;&gt;sings&lt;/a&gt;.\" xmlUrl="),
            "{mended}"
        );
        assert!(mended.contains(r#"<outline text="B"/>"#));
    }

    #[test]
    fn sound_lists_stay_as_they_are() {
        let text = r#"<opml><outline text="A='b' &gt; c" title='"'><outline xmlUrl="x" /></outline></opml>"#;
        assert!(matches!(with_whole_values(text), Cow::Borrowed(_)));
        assert!(matches!(with_whole_values("<outline a=\"b"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_hundred_thousand_open_marks_do_not_make_it_slow() {
        let text = "<outline a=\"b".repeat(100_000);
        assert_eq!(with_whole_values(&text), text);
        let marks = format!("<outline a=\"{}", "\" ".repeat(500_000));
        assert_eq!(with_whole_values(&marks), marks);
    }
}
