//! Letters over the links that are on screen: typing them opens the link, and so does the link's number. Only what the
//! text shows gets letters.

use crate::command::{Key, KeyCode};

use super::{App, Reading, TextLine, act, width};

/// Letters that lie well under the fingers, the best first.
const LETTERS: &[u8] = b"asdfghjklqwertyuiopzxcvbnm";

/// The letters that are shown now.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkHints {
    pub hints: Vec<LinkHint>,
    pub typed: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LinkHint {
    pub letters: String,
    /// The link's number, from 1.
    pub link: usize,
    /// The line of the text, from its top, and the column of the pane's text.
    pub line: usize,
    pub column: usize,
}

/// Shows letters over the links on screen.
pub fn show(app: &mut App) {
    if app.geometry().text.is_none() {
        app.tell("The text is not on screen. Open an article first.");
        return;
    }
    let hints = found(&app.reading, app.text_height());
    if hints.is_empty() {
        let sentence = if app.reading.document.links.is_empty() {
            "The text has no links."
        } else {
            "No link is on screen; they are listed at the end of the text."
        };
        app.tell(sentence);
        return;
    }
    app.link_hints = Some(LinkHints { hints, typed: String::new() });
}

/// A key while letters are shown: one of them, or the end of it.
pub fn pressed(app: &mut App, key: Key) {
    let Some(mut hints) = app.link_hints.take() else { return };
    match key.code {
        KeyCode::Char(it) if !key.control && !key.alt => hints.typed.push(it.to_ascii_lowercase()),
        KeyCode::Backspace if !hints.typed.is_empty() => {
            hints.typed.pop();
        }
        KeyCode::Enter if !hints.typed.is_empty() => {}
        _ => return,
    }
    if let Ok(number) = hints.typed.parse::<usize>() {
        // Numbers are those that stand behind the links; the last figure opens it, or Enter where more could follow.
        let more_may_follow = number.saturating_mul(10) <= app.reading.document.links.len();
        match more_may_follow && key.code != KeyCode::Enter {
            true => app.link_hints = Some(hints),
            false => act::open_link(app, number),
        }
        return;
    }
    let chosen = hints.hints.iter().find(|it| it.letters == hints.typed).map(|it| it.link);
    match chosen {
        Some(link) => act::open_link(app, link),
        None if hints.hints.iter().any(|it| it.letters.starts_with(&hints.typed)) => app.link_hints = Some(hints),
        None => app.tell(&format!("No link has the letters {}.", hints.typed)),
    }
}

fn found(reading: &Reading, height: usize) -> Vec<LinkHint> {
    let mut places: Vec<(usize, usize, usize)> = Vec::new();
    for (line, text) in reading.lines.iter().enumerate().skip(reading.top).take(height) {
        match text {
            TextLine::Body(body) => {
                let mut column = 0;
                for span in &body.spans {
                    // A link that goes on over the end of its line is one link.
                    if let Some(link) = span.link
                        && places.last().is_none_or(|(_, _, last)| *last != link)
                    {
                        places.push((line, column, link));
                    }
                    column += width(span.text.as_str());
                }
            }
            TextLine::Link { number, .. } => {
                places.extend(number.as_str().trim().parse().ok().map(|link| (line, 0, link)));
            }
            TextLine::Headline(_)
            | TextLine::Byline(_)
            | TextLine::Remark(_)
            | TextLine::Heading(_)
            | TextLine::Blank => {}
        }
    }
    let count = places.len();
    let hint = |(index, (line, column, link))| LinkHint { letters: letters(index, count), link, line, column };
    places.into_iter().enumerate().map(hint).collect()
}

/// The letters of one of `count`: all of the same length, so that none begins another.
fn letters(index: usize, count: usize) -> String {
    let base = LETTERS.len();
    let mut length = 1;
    while base.pow(length) < count {
        length += 1;
    }
    let mut rest = index;
    let mut out: Vec<char> = Vec::new();
    for _ in 0..length {
        out.push(char::from(LETTERS[rest % base]));
        rest /= base;
    }
    out.reverse();
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_letters_begin_others() {
        for count in [1, 26, 27, 700] {
            let all: Vec<String> = (0..count).map(|it| letters(it, count)).collect();
            for (index, one) in all.iter().enumerate() {
                assert!(!all.iter().skip(index + 1).any(|it| it.starts_with(one.as_str())), "{one} of {count}");
            }
        }
    }
}
