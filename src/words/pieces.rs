//! A text in lower case → the stretches that are found as one: runs of scripts without spaces, and words with their
//! parts. Texts and queries are cut by this one rule; nothing is copied, so that an article costs a walk and no more.

use super::fold;

/// A stretch of text that is found as one.
pub enum Piece<'a, 'j> {
    /// Characters of a script without spaces between words.
    Run(&'a str),
    Word(Word<'a, 'j>),
}

/// `al-maliki`: with its accents, and where its parts are joined.
pub struct Word<'a, 'j> {
    text: &'a str,
    joints: &'j [Joint],
}

/// Where two parts of a word meet, in bytes of the word, and the sign as it is kept.
struct Joint {
    start: usize,
    end: usize,
    sign: char,
}

/// Characters that may stand inside a token besides letters and digits, as the index's tokenizer is told.
const CONNECTORS: [char; 8] = ['.', ',', '-', '_', '@', '&', '+', '’'];

impl<'a> Word<'a, '_> {
    /// The parts from first to last; a word without a joint is its own only part.
    pub fn parts(&self) -> impl Iterator<Item = &'a str> {
        let starts = std::iter::once(0).chain(self.joints.iter().map(|it| it.end));
        let ends = self.joints.iter().map(|it| it.start).chain(std::iter::once(self.text.len()));
        starts.zip(ends).map(|(start, end)| &self.text[start..end])
    }

    pub fn is_joined(&self) -> bool {
        !self.joints.is_empty()
    }

    /// The joined spelling, folded.
    pub fn whole(&self) -> String {
        let mut whole = String::with_capacity(self.text.len());
        let mut signs = self.joints.iter().map(|it| it.sign);
        for part in self.parts() {
            whole.push_str(&fold::fold(part));
            whole.extend(signs.next());
        }
        whole
    }
}

/// What has been read of the word under way.
#[derive(Default)]
struct Open {
    /// Where the word began, if one has.
    start: Option<usize>,
    joints: Vec<Joint>,
    /// The last character of the present part, if it has one.
    last: Option<char>,
}

/// Tells the pieces of a text that [`fold::lower`] has been through and that has no joiners left.
pub fn each<'a>(text: &'a str, found: &mut dyn FnMut(Piece<'a, '_>)) {
    let bytes = text.as_bytes();
    let mut open = Open::default();
    let mut run: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at].is_ascii_alphanumeric() {
            if let Some(run) = run.take() {
                found(Piece::Run(&text[run..start]));
            }
            while at < bytes.len() && bytes[at].is_ascii_alphanumeric() {
                at += 1;
            }
            open.start.get_or_insert(start);
            open.last = Some(char::from(bytes[at - 1]));
            continue;
        }
        if matches!(bytes[at], b' ' | b'\n') {
            // What stands between most words, and joins nothing.
            if let Some(run) = run.take() {
                found(Piece::Run(&text[run..start]));
            }
            open.end(text, start, found);
            at += 1;
            continue;
        }
        let Some(it) = text[at..].chars().next() else { break };
        at += it.len_utf8();
        if fold::is_unspaced(it) || (run.is_some() && fold::is_mark(it)) {
            open.end(text, start, found);
            run.get_or_insert(start);
            continue;
        }
        if let Some(run) = run.take() {
            found(Piece::Run(&text[run..start]));
        }
        if it.is_alphanumeric() || (open.last.is_some() && fold::is_mark(it)) {
            open.start.get_or_insert(start);
            open.last = Some(it);
        } else if let (Some(begun), Some(sign)) = (open.start, connector(it, open.last, &text[at..])) {
            open.joints.push(Joint { start: start - begun, end: at - begun, sign });
            open.last = None;
        } else {
            open.end(text, start, found);
        }
    }
    if let Some(run) = run {
        found(Piece::Run(&text[run..]));
    }
    open.end(text, text.len(), found);
}

impl Open {
    fn end<'a>(&mut self, text: &'a str, end: usize, found: &mut dyn FnMut(Piece<'a, '_>)) {
        if let Some(start) = self.start.take() {
            found(Piece::Word(Word { text: &text[start..end], joints: &self.joints }));
        }
        self.joints.clear();
        self.last = None;
    }
}

/// What joins two parts into one word: a hyphen of any kind, an apostrophe of any kind, and the signs of numbers,
/// names and addresses. A comma only between digits.
fn connector(it: char, before: Option<char>, after: &str) -> Option<char> {
    let kept = match it {
        '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => '’',
        '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' => '-',
        _ if CONNECTORS.contains(&it) => it,
        _ => return None,
    };
    let before = before.filter(|it| it.is_alphanumeric() || fold::is_mark(*it))?;
    let next = after.chars().next().filter(|it| it.is_alphanumeric() && !fold::is_unspaced(*it))?;
    (kept != ',' || before.is_numeric() && next.is_numeric()).then_some(kept)
}
