//! Text → tags and text, forgiving: what no XML parser accepts (a bare `<`, an attribute without quotes, a comment
//! that never ends) is read as its writer meant it. Linear time; expands nothing; a doctype is skipped whole.

use memchr::{memchr, memmem};

/// A piece of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// Text with its references still in it.
    Text(&'a str),
    /// The inside of a CDATA section: no references.
    Cdata(&'a str),
    Start {
        name: &'a str,
        /// As written, without the tag's end.
        attributes: &'a str,
        empty: bool,
        /// The whole tag as written.
        written: &'a str,
    },
    End {
        name: &'a str,
    },
    /// A comment, an instruction or a doctype.
    Skipped,
}

/// Reads a document token by token.
pub struct Tokens<'a> {
    rest: &'a str,
    /// A doctype was seen whose brackets never match, so nobody looks to the end of the document again.
    doctype_is_broken: bool,
    /// The document ended inside a tag, a comment or a section.
    pub cut: bool,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Tokens<'a> {
        Tokens { rest: text, doctype_is_broken: false, cut: false }
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    fn text(&mut self) -> Token<'a> {
        let mut from = 0;
        // A `<` that opens no tag is text up to the next one.
        while let Some(at) = memchr(b'<', &self.rest.as_bytes()[from..]).map(|it| it + from) {
            if opens_markup(&self.rest[at..]) {
                return Token::Text(self.take(at));
            }
            from = at + 1;
        }
        Token::Text(self.take(self.rest.len()))
    }

    fn skipped(&mut self, end: &str) -> Token<'a> {
        match self.rest.find(end) {
            Some(at) => {
                self.take(at + end.len());
            }
            None => self.cut_off(),
        }
        Token::Skipped
    }

    fn cut_off(&mut self) {
        self.cut = true;
        self.rest = "";
    }

    fn cdata(&mut self) -> Token<'a> {
        self.take("<![CDATA[".len());
        if let Some(at) = memmem::find(self.rest.as_bytes(), b"]]>") {
            let inside = self.take(at);
            self.take("]]>".len());
            return Token::Cdata(inside);
        }
        self.cut = true;
        Token::Cdata(self.take(self.rest.len()))
    }

    fn doctype(&mut self) -> Token<'a> {
        let mut depth = 0_usize;
        let mut quote = None;
        let looked_at = if self.doctype_is_broken { "" } else { self.rest };
        for (at, byte) in looked_at.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'[') => depth += 1,
                (None, b']') => depth = depth.saturating_sub(1),
                (None, b'>') if depth == 0 => {
                    self.take(at + 1);
                    return Token::Skipped;
                }
                (None, _) => {}
            }
        }
        // Quotes or brackets do not match: the first `>` will have to do.
        self.doctype_is_broken = true;
        self.skipped(">")
    }

    fn tag(&mut self) -> Token<'a> {
        let Some(end) = self.tag_end() else {
            self.cut_off();
            return Token::Skipped;
        };
        let closed = self.rest.as_bytes()[end] == b'>';
        let written = self.take(end + usize::from(closed));
        let inside = &written[1..end];
        if let Some(name) = inside.strip_prefix('/') {
            return Token::End { name: name_of(name.trim_start()) };
        }
        let name = name_of(inside);
        let attributes = &inside[name.len()..];
        let trimmed = attributes.trim_end();
        match trimmed.strip_suffix('/') {
            // `<a href=x/>` ends in a value, `<a href="x"/>` and `<br/>` in the tag's end.
            Some(before) if before.is_empty() || before.ends_with(['"', '\'', ' ', '\t', '\n', '\r']) => {
                Token::Start { name, attributes: before, empty: true, written }
            }
            Some(before) if !before.contains('=') => Token::Start { name, attributes: before, empty: true, written },
            Some(_) | None => Token::Start { name, attributes, empty: false, written },
        }
    }

    /// Where the tag at the start of the rest ends: at the first `>` outside of quotes, if the quotes match, or
    /// before the next tag.
    fn tag_end(&self) -> Option<usize> {
        let bytes = self.rest.as_bytes();
        let mut at = 1;
        loop {
            at += bytes[at..].iter().position(|it| matches!(it, b'>' | b'"' | b'\'' | b'<'))?;
            match bytes[at] {
                b'>' => return Some(at),
                // A tag never closed before the next began: it ends there.
                b'<' => return Some(at),
                quote => {
                    let after_equals = self.rest[..at].trim_end().ends_with('=');
                    // Each search ends at the next quotation mark of its kind, so all of them are linear together.
                    let length = if after_equals { bytes[at + 1..].iter().position(|it| *it == quote) } else { None };
                    at += length.map_or(1, |it| it + 2);
                }
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        if !opens_markup(self.rest) {
            return Some(self.text());
        }
        Some(if self.rest.starts_with("<![CDATA[") {
            self.cdata()
        } else if self.rest.starts_with("<!--") {
            self.skipped("-->")
        } else if self.rest.starts_with("<!") {
            self.doctype()
        } else if self.rest.starts_with("<?") {
            self.skipped(">")
        } else {
            self.tag()
        })
    }
}

/// The attributes of a tag in their order, values with their references still in them. Names are as written.
pub fn attributes(written: &str) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    let mut rest = written.trim_start();
    while !rest.is_empty() && all.len() < ATTRIBUTES_MAX {
        let name_end = rest.find(|it: char| it.is_whitespace() || it == '=').unwrap_or(rest.len());
        let (name, after_name) = rest.split_at(name_end);
        let after_name = after_name.trim_start();
        let Some(value) = after_name.strip_prefix('=') else {
            if !name.is_empty() {
                all.push((name, ""));
            }
            rest = after_name;
            continue;
        };
        let value = value.trim_start();
        let quoted = value.chars().next().filter(|it| matches!(it, '"' | '\''));
        let (value, after) = match quoted {
            Some(quote) => match value[1..].split_once(quote) {
                Some((inside, after)) => (inside, after),
                None => (&value[1..], ""),
            },
            None => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
        };
        if !name.is_empty() {
            all.push((name, value));
        }
        rest = after.trim_start();
    }
    all
}

/// No element of a feed needs a tenth of it.
const ATTRIBUTES_MAX: usize = 256;

fn opens_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'<') {
        return false;
    }
    match bytes.get(1) {
        Some(b'/') => text[2..].chars().next().is_some_and(is_name_start),
        Some(b'?') => true,
        Some(b'!') => {
            text.starts_with("<!--") || text.starts_with("<![CDATA[") || text.starts_with("<!D") || {
                text.len() > 2 && text.as_bytes()[2].is_ascii_alphabetic()
            }
        }
        Some(_) => text[1..].chars().next().is_some_and(is_name_start),
        None => false,
    }
}

fn is_name_start(it: char) -> bool {
    it.is_alphabetic() || it == '_' || it == ':'
}

fn name_of(text: &str) -> &str {
    // Nearly all names are of ASCII's letters, and end before anything else stands.
    let plain = text.bytes().take_while(|it| it.is_ascii_alphanumeric() || matches!(it, b':' | b'-' | b'_')).count();
    let ends = |it: char| it.is_whitespace() || it == '/' || it == '=';
    let end = text[plain..].find(ends).map_or(text.len(), |it| it + plain);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        Tokens::new(text)
            .map(|it| match it {
                Token::Text(text) => text.to_owned(),
                Token::Cdata(text) => format!("[{text}]"),
                Token::Start { name, empty, .. } => format!("+{name}{}", if empty { "/" } else { "" }),
                Token::End { name } => format!("-{name}"),
                Token::Skipped => "~".to_owned(),
            })
            .collect()
    }

    #[test]
    fn a_bare_less_than_is_text() {
        assert_eq!(names("<a>1 < 2 <3</a>"), ["+a", "1 < 2 <3", "-a"]);
    }

    #[test]
    fn a_doctype_with_an_inner_part_is_skipped_whole() {
        assert_eq!(names("<!DOCTYPE rss [<!ENTITY a \"x>]\">]><rss/>"), ["~", "+rss/"]);
    }

    #[test]
    fn quotes_may_hold_anything_and_may_be_missing() {
        assert_eq!(names("<a b='>'>x</a><c d=e/f>"), ["+a", "x", "-a", "+c"]);
        assert_eq!(names("<a b=\"x>y</a>"), ["+a", "y", "-a"]);
        assert_eq!(
            attributes(" a=1 b = '2' c \"d\"=3 e=\"f g\""),
            [("a", "1"), ("b", "2"), ("c", ""), ("\"d\"", "3"), ("e", "f g")]
        );
    }

    #[test]
    fn a_document_cut_anywhere_ends() {
        for cut in ["<a", "<a b='", "<!-- x", "<![CDATA[ x", "<!DOCTYPE [", "<?xml", "</a"] {
            let mut tokens = Tokens::new(cut);
            while tokens.next().is_some() {}
            assert!(tokens.cut, "{cut}");
        }
    }

    #[test]
    fn marks_that_never_close_do_not_make_it_slow() {
        for mark in ["<a b=\"", "<!D[>", "<![CDATA[", "<!--", "<", "</", "<a "] {
            let text = mark.repeat(500_000);
            assert!(Tokens::new(&text).count() > 0, "{mark}");
        }
    }
}
