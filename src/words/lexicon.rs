//! Makes the tokens of many texts: remembers how words fold and what their stems are, so that a word which stands in a
//! thousand articles is worked out once. What it remembers is bounded and changes nothing in what it answers.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::pieces::{self, Piece, Word};
use super::{STEM_MARK, TOKEN_CHARS_MAX, TOKENS_MAX, cut, fold, stem};

/// So many different words or tokens are remembered, a dozen megabytes; then everything is forgotten. To work out all
/// anew takes longer than a thousand texts whose words are known.
const REMEMBERED_MAX: usize = 120_000;

#[derive(Default)]
pub struct Lexicon {
    tokens: Tokens,
    tongues: Vec<Tongue>,
    remembered: usize,
}

/// Every token met, by number.
#[derive(Default)]
struct Tokens {
    /// Found by their letters, of which there is one copy.
    numbers: HashTable<u32>,
    all: Vec<Token>,
    /// The tokens one after the other: what is looked at for every word of every text stands close together.
    letters: String,
    hashes: RandomState,
    /// How many texts have been read.
    text: u32,
}

struct Token {
    /// Where it stands in the letters.
    start: u32,
    bytes: u32,
    /// In which text it was met last.
    met_in: u32,
}

/// A language and the words met in it.
#[derive(Default)]
struct Tongue {
    tag: Option<String>,
    stemmer: Option<stem::Stems>,
    /// Words that are their own token, as nearly all are that have no accent, found by its letters.
    plain: HashTable<Forms>,
    others: HashMap<Box<str>, Forms>,
}

/// The tokens of a word that is no longer joined to others.
#[derive(Clone, Copy)]
struct Forms {
    stem: Option<u32>,
    folded: Option<u32>,
}

impl Token {
    fn of<'a>(&self, letters: &'a str) -> &'a str {
        &letters[self.start as usize..(self.start + self.bytes) as usize]
    }
}

impl Lexicon {
    /// The different tokens of a text, parted by spaces. `language` is ISO 639-1.
    pub fn line(&mut self, text: &str, language: Option<&str>) -> String {
        if self.remembered > REMEMBERED_MAX || self.tokens.text == u32::MAX {
            *self = Lexicon::default();
        }
        let at = self.tongues.iter().position(|it| it.tag.as_deref() == language).unwrap_or_else(|| {
            let stemmer = language.and_then(stem::of_language);
            self.tongues.push(Tongue { tag: language.map(str::to_owned), stemmer, ..Tongue::default() });
            self.tongues.len() - 1
        });
        let Lexicon { tokens, tongues, remembered } = self;
        let tongue = &mut tongues[at];
        tokens.text += 1;
        let mut line = String::with_capacity(text.len() / 2);
        let mut count = 0;
        pieces::each(&fold::lower_without_joiners(text), &mut |piece| {
            if count >= TOKENS_MAX {
                return;
            }
            count += match piece {
                Piece::Run(run) => add_run(run, tokens, &mut line),
                Piece::Word(word) => add_word(&word, tongue, tokens, remembered, &mut line),
            };
        });
        *remembered = (*remembered).max(tokens.all.len());
        line
    }
}

/// Every character of a run begins a pair, but for the last one, which stands for itself. Returns how many.
fn add_run(run: &str, tokens: &mut Tokens, line: &mut String) -> usize {
    let mut count = 0;
    let mut starts = run.char_indices().map(|(at, _)| at).skip(1);
    let (mut first, mut second) = (0, starts.next());
    while let Some(middle) = second {
        let next = starts.next();
        tokens.put(&run[first..next.unwrap_or(run.len())], line);
        (first, second) = (middle, next);
        count += 1;
    }
    tokens.put(&run[first..], line);
    count + 1
}

fn add_word(
    word: &Word<'_>,
    tongue: &mut Tongue,
    tokens: &mut Tokens,
    remembered: &mut usize,
    line: &mut String,
) -> usize {
    let mut count = 0;
    if word.is_joined() {
        let whole = word.whole();
        if whole.chars().count() <= TOKEN_CHARS_MAX {
            tokens.put(&whole, line);
            count += 1;
        }
    }
    for part in word.parts() {
        let forms = match tongue.known(part, tokens) {
            Some(forms) => forms,
            None => {
                *remembered += 1;
                tongue.learn(part, tokens)
            }
        };
        for number in [forms.stem, forms.folded].into_iter().flatten() {
            tokens.put_numbered(number, line);
            count += 1;
        }
    }
    count
}

impl Tongue {
    fn known(&self, part: &str, tokens: &Tokens) -> Option<Forms> {
        let is_it = |it: &Forms| it.folded.is_some_and(|number| tokens.text(number) == part);
        let plain = self.plain.find(tokens.hashes.hash_one(part), is_it);
        plain.or_else(|| self.others.get(part)).copied()
    }

    fn learn(&mut self, part: &str, tokens: &mut Tokens) -> Forms {
        let folded = cut(&fold::fold(part));
        let stem = self.stemmer.as_ref().map(|it| cut(&fold::fold(&it.stem(part))));
        let stem = stem.filter(|it| *it != folded && !it.is_empty());
        let forms = Forms {
            stem: stem.map(|it| tokens.number(&format!("{it}{STEM_MARK}"))),
            folded: Some(&folded).filter(|it| !it.is_empty()).map(|it| tokens.number(it)),
        };
        if folded == part && forms.folded.is_some() {
            let hash_of = |it: &Forms| tokens.hashes.hash_one(it.folded.map_or("", |number| tokens.text(number)));
            self.plain.insert_unique(tokens.hashes.hash_one(part), forms, hash_of);
        } else {
            self.others.insert(part.into(), forms);
        }
        forms
    }
}

impl Tokens {
    fn text(&self, number: u32) -> &str {
        self.all[number as usize].of(&self.letters)
    }

    fn number(&mut self, token: &str) -> u32 {
        let Tokens { numbers, all, letters, hashes, .. } = self;
        let hash = hashes.hash_one(token);
        if let Some(number) = numbers.find(hash, |it| all[*it as usize].of(letters) == token) {
            return *number;
        }
        let number = all.len() as u32;
        all.push(Token { start: letters.len() as u32, bytes: token.len() as u32, met_in: 0 });
        letters.push_str(token);
        numbers.insert_unique(hash, number, |it| hashes.hash_one(all[*it as usize].of(letters)));
        number
    }

    fn put(&mut self, token: &str, line: &mut String) {
        let number = self.number(token);
        self.put_numbered(number, line);
    }

    /// Without positions a word counts once, however often it stands in a text.
    fn put_numbered(&mut self, number: u32, line: &mut String) {
        let token = &mut self.all[number as usize];
        if token.met_in != self.text {
            token.met_in = self.text;
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(token.of(&self.letters));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by the plainest means: every piece on its own, nothing remembered.
    fn plainly(text: &str, language: Option<&str>) -> Vec<String> {
        let stemmer = language.and_then(stem::of_language);
        let mut all: Vec<String> = Vec::new();
        pieces::each(&fold::lower_without_joiners(text), &mut |piece| match piece {
            Piece::Run(run) => {
                let chars: Vec<char> = run.chars().collect();
                all.extend(chars.windows(2).map(|it| it.iter().collect()));
                all.extend(chars.last().map(char::to_string));
            }
            Piece::Word(word) => {
                all.extend(Some(word.whole()).filter(|it| word.is_joined() && it.chars().count() <= TOKEN_CHARS_MAX));
                for part in word.parts() {
                    let folded = cut(&fold::fold(part));
                    let stem = stemmer.as_ref().map(|it| cut(&fold::fold(&it.stem(part)))).unwrap_or_default();
                    all.extend(Some(stem).filter(|it| !it.is_empty() && *it != folded).map(|it| it + "="));
                    all.extend(Some(folded).filter(|it| !it.is_empty()));
                }
            }
        });
        all.sort();
        all.dedup();
        all
    }

    fn sorted(line: &str) -> Vec<String> {
        let mut tokens: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        tokens.sort();
        tokens
    }

    #[test]
    fn a_word_stands_once_however_often_it_is_said() {
        let mut lexicon = Lexicon::default();
        assert_eq!(lexicon.line("Rain, rain; RAIN and 東東東", None), "rain and 東東 東");
        assert_eq!(lexicon.line("rain", None), "rain", "and again in the next text");
    }

    #[test]
    fn what_is_forgotten_is_worked_out_anew() {
        let mut lexicon = Lexicon::default();
        for number in 0..3 {
            let text: String = (0..REMEMBERED_MAX).map(|it| format!("w{number}x{it} ")).collect();
            lexicon.line(&text, Some("en"));
        }
        assert!(lexicon.tokens.all.len() <= 2 * REMEMBERED_MAX);
        assert_eq!(lexicon.line("runs", Some("en")), "run= runs");
    }

    proptest! {
        #[test]
        fn remembering_changes_no_token(
            texts in proptest::collection::vec("[\\PC]{0,40}|[a-cé東京ก '.,-]{0,40}", 1..6),
        ) {
            let mut lexicon = Lexicon::default();
            for text in &texts {
                for language in [None, Some("en"), Some("id")] {
                    prop_assert_eq!(sorted(&lexicon.line(text, language)), plainly(text, language));
                }
            }
        }
    }
}
