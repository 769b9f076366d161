//! Finds the terminal's answer about its background among the keys: `ESC ] 11 ; rgb:1e1e/1e1e/2e2e ESC \` (xterm's
//! control sequences, OSC 11). However late it comes, and however it is torn, it never acts as keys; and keys that only
//! look like its beginning are handed on.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::app::Message;
use crate::command::{Key, KeyCode};
use crate::config::Rgb;

/// When the question was put that is not answered yet. Whoever asks and whoever hears know of it.
#[derive(Clone, Default)]
pub struct Question(Arc<Mutex<Option<Instant>>>);

impl Question {
    pub fn open(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn asked(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// What has been heard of an answer so far.
pub struct Answer {
    question: Question,
    held: Vec<Key>,
}

/// The bytes of an answer come together; only a bad connection tears them.
const TORN_WAIT: Duration = Duration::from_millis(50);
/// So long an Esc may be the torn beginning of an answer. Later it is only ever a key, and is never held up.
const ESCAPE_DOUBTFUL: Duration = Duration::from_secs(3);
/// No answer is longer.
const KEYS_MAX: usize = 48;

impl Answer {
    pub fn new(question: Question) -> Answer {
        Answer { question, held: Vec::new() }
    }

    /// How long to wait for the rest of what is held; `None` where nothing is.
    pub fn wait(&self) -> Option<Duration> {
        (!self.held.is_empty()).then_some(TORN_WAIT)
    }

    /// Takes a key. Gives what is to be handed on: nothing while an answer may be under way, the background at its end,
    /// or the keys.
    pub fn heard(&mut self, key: Key) -> Vec<Message> {
        let Some(asked) = self.question.asked() else { return vec![Message::Key(key)] };
        let begins_doubtfully = self.held.is_empty() && key.code == KeyCode::Escape;
        if begins_doubtfully && asked.elapsed() > ESCAPE_DOUBTFUL {
            return vec![Message::Key(key)];
        }
        self.held.push(key);
        match read(&self.held) {
            Read::Begun if self.held.len() <= KEYS_MAX => Vec::new(),
            Read::Answer(background) => {
                self.held.clear();
                self.question.close();
                background.map(Message::Background).into_iter().collect()
            }
            Read::Begun | Read::Keys => self.give_up().into_iter().map(Message::Key).collect(),
        }
    }

    /// Nothing more has come: what is held were keys.
    pub fn give_up(&mut self) -> Vec<Key> {
        // What is an answer beyond doubt does not act as keys only because its end is lost.
        let is_answer = text(&self.held).is_some_and(|it| it.starts_with("11;rgb"));
        let held = std::mem::take(&mut self.held);
        if is_answer { Vec::new() } else { held }
    }
}

enum Read {
    Begun,
    Answer(Option<Rgb>),
    Keys,
}

fn read(keys: &[Key]) -> Read {
    let Some(text) = text(keys) else {
        // Esc alone is the first half of the beginning.
        let half = matches!(keys, [key] if plain(*key) == Some(KeyCode::Escape));
        return if half { Read::Begun } else { Read::Keys };
    };
    const HEAD: &str = "11;";
    let Some(body) = text.strip_prefix(HEAD) else {
        return if HEAD.starts_with(&text) { Read::Begun } else { Read::Keys };
    };
    match body.strip_suffix(END) {
        Some(body) => Read::Answer(Rgb::of_answer(body)),
        None if body.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b':' | b'/' | b'#' | HALF_END)) => {
            Read::Begun
        }
        None => Read::Keys,
    }
}

/// How [`text`] writes the end of an answer, and an Esc that may be the half of it.
const END: char = '\\';
const HALF_END: u8 = b'^';

/// What follows `ESC ]`, where the keys begin with it.
fn text(keys: &[Key]) -> Option<String> {
    let rest = match keys {
        [Key { code: KeyCode::Char(']'), alt: true, control: false, .. }, rest @ ..] => rest,
        [first, second, rest @ ..]
            if plain(*first) == Some(KeyCode::Escape) && plain(*second) == Some(KeyCode::Char(']')) =>
        {
            rest
        }
        _ => return None,
    };
    let mut out = String::new();
    for key in rest {
        match (key.code, key.control, key.alt) {
            // BEL, or ESC \.
            (KeyCode::Char('g'), true, false) | (KeyCode::Char('\\'), false, true) => out.push(END),
            (KeyCode::Char('\\'), false, false) if out.ends_with(char::from(HALF_END)) => {
                out.pop();
                out.push(END);
            }
            (KeyCode::Escape, false, false) => out.push(char::from(HALF_END)),
            (KeyCode::Char(it), false, false) => out.push(it),
            _ => out.push('?'),
        }
    }
    Some(out)
}

fn plain(key: Key) -> Option<KeyCode> {
    (!key.control && !key.alt).then_some(key.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Key> {
        Key::parse_sequence(text).unwrap()
    }

    fn asked() -> Answer {
        let question = Question::default();
        question.open();
        Answer::new(question)
    }

    /// What is handed on, keys by name and the background by its parts.
    fn told(answer: &mut Answer, text: &str) -> String {
        let messages: Vec<Message> = keys(text).into_iter().flat_map(|key| answer.heard(key)).collect();
        let mut out = String::new();
        for message in messages {
            match message {
                Message::Key(key) => out.push_str(&key.to_string()),
                Message::Background(Rgb(red, green, blue)) => out.push_str(&format!("({red} {green} {blue})")),
                other => panic!("{other:?}"),
            }
        }
        out
    }

    #[test]
    fn an_answer_never_acts_as_keys_however_it_ends_and_wherever_it_is_torn() {
        for end in ["A-\\", "C-g", "<esc> \\"] {
            for begin in ["A-]", "<esc> ]"] {
                let text = format!("j {begin} 1 1 ; r g b : 1 e 1 e / 1 e 1 e / 2 e 2 e {end} k");
                assert_eq!(told(&mut asked(), &text), "j(30 30 46)k", "{text}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_an_answer_is_handed_on() {
        for text in ["<esc> j", "A-] x", "A-] 1 1 x", "<esc> ] ]", "<esc> <esc>", "] 1 1 ;"] {
            let mut answer = asked();
            let mut told = told(&mut answer, text);
            told.extend(answer.give_up().iter().map(Key::to_string));
            assert_eq!(told, text.replace(' ', ""));
        }
    }

    #[test]
    fn a_single_escape_waits_for_a_moment_and_no_longer() {
        let mut answer = asked();
        assert_eq!(told(&mut answer, "<esc>"), "");
        assert_eq!(answer.wait(), Some(TORN_WAIT));
        assert_eq!(answer.give_up(), keys("<esc>"));
        assert_eq!(answer.wait(), None);
        let long_ago = Instant::now().checked_sub(ESCAPE_DOUBTFUL * 2);
        let mut late = Answer::new(Question(Arc::new(Mutex::new(long_ago))));
        assert_eq!(told(&mut late, "<esc>"), "<esc>");
    }

    #[test]
    fn an_answer_whose_end_is_lost_is_dropped_and_one_that_is_not_understood_too() {
        let mut answer = asked();
        assert_eq!(told(&mut answer, "A-] 1 1 ; r g b : 1 e 1 e"), "");
        assert!(answer.give_up().is_empty());
        assert_eq!(told(&mut answer, "A-] 1 1 ; # f f f A-\\ q"), "q");
    }

    #[test]
    fn where_nothing_was_asked_nothing_is_held() {
        assert_eq!(told(&mut Answer::new(Question::default()), "<esc> A-] 1"), "<esc>A-]1");
    }
}
