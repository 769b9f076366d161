//! Makes the tokens of many texts: remembers how words fold and what their stems are, so that a word which stands in a
//! thousand articles is worked out once. What it remembers is bounded and changes nothing in what it answers.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use foldhash::HashMap;
use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::pieces::{self, Piece};
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
    numbers: HashTable<Number>,
    all: Vec<Token>,
    /// In which text each was met last. Looked at for every new word of every text, so it stands close together.
    met_in: Vec<u32>,
    /// The tokens one after the other.
    letters: String,
    hashes: RandomState,
    /// How many texts have been read.
    text: u32,
}

/// Which token, counted from 1.
#[derive(Clone, Copy)]
struct Number(NonZeroU32);

impl Number {
    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

struct Token {
    /// Where it stands in the letters.
    start: u32,
    bytes: u32,
}

/// A language and the words met in it.
#[derive(Default)]
struct Tongue {
    tag: Option<String>,
    stemmer: Option<stem::Stems>,
    /// Words of few letters, as nearly all are.
    short: HashTable<Short>,
    /// Longer words that are their own token, as nearly all are that have no accent, found by its letters.
    plain: HashTable<Forms>,
    others: HashMap<Box<str>, Forms>,
}

/// The tokens of a word that is no longer joined to others.
#[derive(Clone, Copy)]
struct Forms {
    stem: Option<Number>,
    folded: Option<Number>,
}

/// A word whose letters stand beside what is known of it: finding it touches one place in memory.
struct Short {
    letters: Packed,
    known: Known,
}

#[derive(Clone, Copy)]
struct Known {
    forms: Forms,
    /// The stem is so much of the word's beginning; 0 where it is not.
    stem_bytes: u8,
    /// The word is its own token.
    is_plain: bool,
}

/// A short word of the text under way that has not been looked up yet.
struct Pending<'a> {
    word: &'a str,
    letters: Packed,
    hash: u64,
}

/// So many are looked up together. Most words lie far away in memory, and the processor fetches several at once where
/// nothing hangs on the first of them.
const PENDING_MAX: usize = 32;

/// The letters of a word of at most [`Packed::BYTES_MAX`] bytes; what is left over is nought, which no word has in it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Packed([u64; 2]);

impl Packed {
    const BYTES_MAX: usize = 16;

    fn of(word: &str) -> Option<Packed> {
        let letters = word.as_bytes();
        if letters.len() > Packed::BYTES_MAX {
            return None;
        }
        // The last chunk has letters of the first in it, which are shifted out.
        let shift = |chunk: usize| 8 * (2 * chunk - letters.len()) as u32;
        if let (Some(first), Some(last)) = (letters.first_chunk(), letters.last_chunk()) {
            let last = u64::from_le_bytes(*last).checked_shr(shift(8)).unwrap_or(0);
            return Some(Packed([u64::from_le_bytes(*first), last]));
        }
        if let (Some(first), Some(last)) = (letters.first_chunk(), letters.last_chunk()) {
            let last = u64::from(u32::from_le_bytes(*last)) >> shift(4);
            return Some(Packed([u64::from(u32::from_le_bytes(*first)) | last << 32, 0]));
        }
        let at = |index: usize| letters.get(index).map_or(0, |it| u64::from(*it) << (8 * index));
        Some(Packed([at(0) | at(1) | at(2), 0]))
    }

    fn hash(self, hashes: &RandomState) -> u64 {
        hashes.hash_one(u128::from(self.0[0]) << 64 | u128::from(self.0[1]))
    }
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
        let lower = fold::lower_without_joiners(text);
        let mut pending: Vec<Pending<'_>> = Vec::with_capacity(PENDING_MAX);
        pieces::each(&lower, &mut |piece| {
            let is_near = count + 2 * pending.len() >= TOKENS_MAX;
            let breaks = match &piece {
                Piece::Run(_) => true,
                Piece::Word(word) => word.is_joined(),
            };
            if is_near || breaks {
                count += add_pending(&mut pending, tongue, tokens, remembered, &mut line);
            }
            if count >= TOKENS_MAX {
                return;
            }
            let word = match piece {
                Piece::Run(run) => {
                    count += add_run(run, tokens, &mut line);
                    return;
                }
                Piece::Word(word) => word,
            };
            if word.is_joined() {
                count += add_joined(&word.whole(), tokens, &mut line);
            }
            for word in word.parts() {
                let Some(letters) = Packed::of(word) else {
                    count += add_pending(&mut pending, tongue, tokens, remembered, &mut line);
                    count += add_long(word, tongue, tokens, remembered, &mut line);
                    continue;
                };
                pending.push(Pending { word, letters, hash: letters.hash(&tokens.hashes) });
                if pending.len() == PENDING_MAX {
                    count += add_pending(&mut pending, tongue, tokens, remembered, &mut line);
                }
            }
        });
        add_pending(&mut pending, tongue, tokens, remembered, &mut line);
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

fn add_joined(whole: &str, tokens: &mut Tokens, line: &mut String) -> usize {
    let is_kept = whole.chars().count() <= TOKEN_CHARS_MAX;
    if is_kept {
        tokens.put(whole, line);
    }
    usize::from(is_kept)
}

fn add_pending(
    pending: &mut Vec<Pending<'_>>,
    tongue: &mut Tongue,
    tokens: &mut Tokens,
    remembered: &mut usize,
    line: &mut String,
) -> usize {
    let mut known = [None; PENDING_MAX];
    for (known, one) in known.iter_mut().zip(pending.iter()) {
        *known = tongue.known_short(one);
    }
    let mut count = 0;
    for (known, one) in known.into_iter().zip(pending.drain(..)) {
        // It may have been learnt just now.
        let known = known.or_else(|| tongue.known_short(&one)).unwrap_or_else(|| {
            *remembered += 1;
            tongue.learn_short(&one, tokens)
        });
        let Forms { stem, folded } = known.forms;
        count += usize::from(stem.is_some()) + usize::from(folded.is_some());
        match (stem, usize::from(known.stem_bytes)) {
            (Some(stem), 0) => tokens.put_numbered(stem, line),
            (Some(stem), bytes) if tokens.is_new(stem) => {
                put(&one.word[..bytes], line);
                line.push(STEM_MARK);
            }
            (Some(_) | None, _) => {}
        }
        match folded {
            Some(folded) if !known.is_plain => tokens.put_numbered(folded, line),
            Some(folded) if tokens.is_new(folded) => put(one.word, line),
            Some(_) | None => {}
        }
    }
    count
}

fn add_long(part: &str, tongue: &mut Tongue, tokens: &mut Tokens, remembered: &mut usize, line: &mut String) -> usize {
    let hash = tokens.hashes.hash_one(part);
    let forms = match tongue.known(part, hash, tokens) {
        Some(forms) => forms,
        None => {
            *remembered += 1;
            tongue.learn_long(part, hash, tokens)
        }
    };
    let mut count = 0;
    for number in [forms.stem, forms.folded].into_iter().flatten() {
        tokens.put_numbered(number, line);
        count += 1;
    }
    count
}

fn put(token: &str, line: &mut String) {
    if !line.is_empty() {
        line.push(' ');
    }
    line.push_str(token);
}

impl Tongue {
    fn known(&self, part: &str, hash: u64, tokens: &Tokens) -> Option<Forms> {
        let is_it = |it: &Forms| it.folded.is_some_and(|number| tokens.text(number) == part);
        self.plain.find(hash, is_it).or_else(|| self.others.get(part)).copied()
    }

    fn known_short(&self, one: &Pending<'_>) -> Option<Known> {
        self.short.find(one.hash, |it| it.letters == one.letters).map(|it| it.known)
    }

    fn learn_short(&mut self, one: &Pending<'_>, tokens: &mut Tokens) -> Known {
        let forms = self.forms(one.word, tokens);
        let stem = forms.stem.and_then(|it| tokens.text(it).strip_suffix(STEM_MARK));
        let stem_bytes = stem.filter(|it| one.word.starts_with(it)).map_or(0, |it| it.len() as u8);
        let is_plain = forms.folded.is_some_and(|it| tokens.text(it) == one.word);
        let known = Known { forms, stem_bytes, is_plain };
        self.short.insert_unique(one.hash, Short { letters: one.letters, known }, |it| it.letters.hash(&tokens.hashes));
        known
    }

    fn learn_long(&mut self, part: &str, hash: u64, tokens: &mut Tokens) -> Forms {
        let forms = self.forms(part, tokens);
        if forms.folded.is_some_and(|it| tokens.text(it) == part) {
            let hash_of = |it: &Forms| tokens.hashes.hash_one(it.folded.map_or("", |number| tokens.text(number)));
            self.plain.insert_unique(hash, forms, hash_of);
        } else {
            self.others.insert(part.into(), forms);
        }
        forms
    }

    fn forms(&self, part: &str, tokens: &mut Tokens) -> Forms {
        let folded = cut(&fold::fold(part));
        let stem = self.stemmer.as_ref().map(|it| cut(&fold::fold(&it.stem(part))));
        let stem = stem.filter(|it| *it != folded && !it.is_empty());
        Forms {
            stem: stem.map(|it| tokens.number(&format!("{it}{STEM_MARK}"))),
            folded: Some(&folded).filter(|it| !it.is_empty()).map(|it| tokens.number(it)),
        }
    }
}

impl Tokens {
    fn text(&self, number: Number) -> &str {
        self.all[number.index()].of(&self.letters)
    }

    fn number(&mut self, token: &str) -> Number {
        let Tokens { numbers, all, met_in, letters, hashes, .. } = self;
        let hash = hashes.hash_one(token);
        if let Some(number) = numbers.find(hash, |it| all[it.index()].of(letters) == token) {
            return *number;
        }
        all.push(Token { start: letters.len() as u32, bytes: token.len() as u32 });
        met_in.push(0);
        letters.push_str(token);
        let number = Number(NonZeroU32::MIN.saturating_add(all.len() as u32 - 1));
        numbers.insert_unique(hash, number, |it| hashes.hash_one(all[it.index()].of(letters)));
        number
    }

    fn put(&mut self, token: &str, line: &mut String) {
        let number = self.number(token);
        self.put_numbered(number, line);
    }

    fn put_numbered(&mut self, number: Number, line: &mut String) {
        if self.is_new(number) {
            put(self.text(number), line);
        }
    }

    /// Without positions a token counts once, however often it stands in a text.
    fn is_new(&mut self, number: Number) -> bool {
        std::mem::replace(&mut self.met_in[number.index()], self.text) != self.text
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
