//! Counts how deep and how costly a page's tags are before anything is built of them.
//!
//! An estimate in linear time: it follows the implied ends that HTML prescribes (an open `<p>` ends at the next
//! one), so that sloppy pages pass. Where it is deceived, the clock and the tree's measure in `html` still hold.

use super::{DEPTH_MAX, TooComplex};

/// Elements that a page may have. News pages have some thousand; a table of 1,000 × 300 still fits.
const ELEMENTS_MAX: usize = 300_000;
/// Attributes that one tag may have; each is compared with all before it.
const ATTRIBUTES_MAX: usize = 1_000;
/// Formatting elements left open that are opened again in each later block (HTML, “reconstruct the active
/// formatting elements”).
const FORMATTING_MAX: usize = 128;
/// Of equal formatting elements only three are opened again (HTML, the “Noah's Ark clause”).
const FORMATTING_ALIKE_MAX: usize = 3;

/// Refuses pages that would be nested too deep or take too long.
pub fn check(html: &str) -> Result<(), TooComplex> {
    let mut open = Open::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let tag = &rest[at..];
        rest = match tag.as_bytes().get(1) {
            Some(b'!') => after_declaration(tag),
            Some(b'?') => after(tag, ">"),
            Some(b'/') => match tag.as_bytes().get(2) {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    let (name, attributes) = tag_name(&tag[2..]);
                    open.close(&name.to_ascii_lowercase());
                    after_attributes(attributes)?
                }
                Some(_) | None => after(tag, ">"),
            },
            Some(letter) if letter.is_ascii_alphabetic() => {
                let (name, attributes) = tag_name(&tag[1..]);
                let name = name.to_ascii_lowercase();
                let after_tag = after_attributes(attributes)?;
                let written = &attributes[..attributes.len() - after_tag.len()];
                open.open(&name, written)?;
                if is_raw_text(&name) { after_raw_text(after_tag, &name) } else { after_tag }
            }
            Some(_) | None => &tag[1..],
        };
    }
    Ok(())
}

/// The elements that are open, outermost first.
#[derive(Default)]
struct Open {
    names: Vec<String>,
    /// Formatting elements that no end tag of their own has ended, with their attributes.
    formatting: Vec<(String, String)>,
    elements: usize,
}

impl Open {
    fn open(&mut self, name: &str, written: &str) -> Result<(), TooComplex> {
        self.end_what_this_ends(name);
        let reopened = if is_formatting(name) { 0 } else { self.formatting.len().saturating_sub(self.names.len()) };
        self.elements += 1 + reopened;
        if self.elements > ELEMENTS_MAX {
            return Err(TooComplex::Time);
        }
        if is_void(name) || (written.ends_with("/>") && self.in_foreign_content()) {
            return Ok(());
        }
        if is_formatting(name) {
            let entry = (name.to_owned(), written.to_owned());
            if self.formatting.iter().filter(|it| **it == entry).count() < FORMATTING_ALIKE_MAX {
                self.formatting.push(entry);
            }
            if self.formatting.len() > FORMATTING_MAX {
                return Err(TooComplex::Depth);
            }
        }
        self.names.push(name.to_owned());
        if self.names.len() > DEPTH_MAX { Err(TooComplex::Depth) } else { Ok(()) }
    }

    /// The implied ends of HTML's “in body”, “in table” and their kin.
    fn end_what_this_ends(&mut self, name: &str) {
        match name {
            "li" => self.end_nearest(&["li"], &["ul", "ol", "menu"]),
            "dd" | "dt" => self.end_nearest(&["dd", "dt"], &["dl"]),
            "option" => self.end_nearest(&["option"], &["select", "optgroup", "datalist"]),
            "optgroup" => self.end_nearest(&["option", "optgroup"], &["select"]),
            "td" | "th" => self.end_nearest(&["td", "th"], &["tr", "table"]),
            "tr" => self.end_nearest(&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => {
                self.end_nearest(&["tbody", "thead", "tfoot", "caption", "colgroup"], &["table"]);
            }
            "a" | "nobr" | "button" => self.end_nearest(&[name], &["td", "th", "table", "object", "template"]),
            "rb" | "rt" | "rp" | "rtc" => self.end_nearest(&["rb", "rt", "rp"], &["ruby", "rtc"]),
            _ => {}
        }
        if ends_a_paragraph(name) {
            self.end_nearest(&["p"], &["button", "td", "th", "caption", "table", "object", "template", "marquee"]);
        }
    }

    /// Ends the innermost of `names`, unless one of `stops` stands above it.
    fn end_nearest(&mut self, names: &[&str], stops: &[&str]) {
        for (at, open) in self.names.iter().enumerate().rev() {
            if names.contains(&open.as_str()) {
                self.names.truncate(at);
                return;
            }
            if stops.contains(&open.as_str()) {
                return;
            }
        }
    }

    fn close(&mut self, name: &str) {
        if is_formatting(name) {
            if let Some(at) = self.formatting.iter().rposition(|it| it.0 == name) {
                self.formatting.remove(at);
            }
            // Blocks that were opened inside stay open; the element alone is taken out.
            if let Some(at) = self.names.iter().rposition(|it| it == name) {
                self.names.remove(at);
            }
            return;
        }
        let Some(at) = self.names.iter().rposition(|it| it == name) else { return };
        let cell_between = self.names[at + 1..].iter().any(|it| matches!(it.as_str(), "td" | "th" | "caption"));
        let leaves_tables = matches!(name, "table" | "tr" | "tbody" | "thead" | "tfoot" | "body" | "html" | "template");
        if !cell_between || leaves_tables {
            self.names.truncate(at);
        }
    }

    fn in_foreign_content(&self) -> bool {
        self.names.iter().any(|it| matches!(it.as_str(), "svg" | "math"))
    }
}

fn tag_name(text: &str) -> (&str, &str) {
    let end = text.find(|it: char| it.is_ascii_whitespace() || it == '/' || it == '>').unwrap_or(text.len());
    text.split_at(end)
}

/// What follows a tag whose attributes `text` begins with. Counts them.
fn after_attributes(text: &str) -> Result<&str, TooComplex> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut attributes = 0_usize;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Ok(&text[at + 1..]),
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' => at += 1,
            _ => {
                attributes += 1;
                if attributes > ATTRIBUTES_MAX {
                    return Err(TooComplex::Time);
                }
                at = after_attribute(bytes, at);
            }
        }
    }
    Ok("")
}

fn after_attribute(bytes: &[u8], mut at: usize) -> usize {
    let is_space = |it: u8| it.is_ascii_whitespace();
    // The first character belongs to the name even where it is `=`.
    at += 1;
    while at < bytes.len() && !is_space(bytes[at]) && !matches!(bytes[at], b'=' | b'>' | b'/') {
        at += 1;
    }
    let mut value = at;
    while value < bytes.len() && is_space(bytes[value]) {
        value += 1;
    }
    if bytes.get(value) != Some(&b'=') {
        return at;
    }
    value += 1;
    while value < bytes.len() && is_space(bytes[value]) {
        value += 1;
    }
    match bytes.get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            bytes[value + 1..].iter().position(|it| it == quote).map_or(bytes.len(), |length| value + length + 2)
        }
        Some(_) | None => {
            while value < bytes.len() && !is_space(bytes[value]) && bytes[value] != b'>' {
                value += 1;
            }
            value
        }
    }
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

fn after_declaration(tag: &str) -> &str {
    let Some(comment) = tag.strip_prefix("<!--") else { return after(tag, ">") };
    if let Some(rest) = comment.strip_prefix('>').or_else(|| comment.strip_prefix("->")) {
        return rest;
    }
    let plain = comment.find("-->").map(|at| (at, 3));
    let odd = comment.find("--!>").map(|at| (at, 4));
    match plain.into_iter().chain(odd).min() {
        Some((at, length)) => &comment[at + length..],
        None => "",
    }
}

fn after_raw_text<'a>(text: &'a str, name: &str) -> &'a str {
    if name == "plaintext" {
        return "";
    }
    let mut from = 0;
    while let Some(at) = text[from..].find("</").map(|it| it + from) {
        let inside = &text.as_bytes()[at + 2..];
        if inside.len() >= name.len() && inside[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return &text[at..];
        }
        from = at + 2;
    }
    ""
}

fn is_raw_text(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext")
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "image"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}

fn ends_a_paragraph(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
            | "xmp"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formatting_left_open_counts_once_per_kind() {
        assert_eq!(check(&"<p><font size=2>x</p>".repeat(5_000)), Ok(()));
        let distinct: String = (0..200).map(|it| format!("<p><font size={it}>x</p>")).collect();
        assert_eq!(check(&distinct), Err(TooComplex::Depth));
    }

    #[test]
    fn comments_and_scripts_hold_no_tags() {
        assert_eq!(check(&format!("<!-- {} -->", "<div>".repeat(1_000))), Ok(()));
        assert_eq!(check(&format!("<STYLE>{}</Style>", "<div>".repeat(1_000))), Ok(()));
        assert!(check(&format!("<!-->{}", "<div>".repeat(1_000))).is_err());
    }

    #[test]
    fn an_end_tag_inside_quotes_ends_nothing() {
        assert!(check(&"<div title='</div>'>".repeat(1_000)).is_err());
    }
}
