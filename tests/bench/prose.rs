//! Made-up prose in several languages, as like news as its use asks for: words as frequent as in a language (Zipf), turns of
//! phrase that come again, HTML around it. The same number always gives the same article.

use dateline::words;

/// The words of a language, the most frequent first, each with its tokens as `words` makes them.
pub struct Tongue {
    pub code: &'static str,
    words: Vec<Word>,
}

struct Word {
    text: String,
    tokens: Vec<String>,
}

/// An article: what a feed says, and the tokens that the index is given.
pub struct Prose {
    pub title: String,
    pub html: String,
    /// Each once, parted by spaces.
    pub tokens: String,
    /// So many bytes of them are the title's.
    pub title_tokens_bytes: usize,
    pub words: usize,
}

const WORDS_A_TONGUE: usize = 60_000;
/// How often the word that follows is one of the few that followed before.
const PHRASES_PERCENT: u64 = 55;
const FOLLOWERS: u64 = 4;
const RANKS: usize = 1 << 16;
const WORDS_A_TITLE: usize = 8;

/// Numbers that look random and are the same each time.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Texts to take from, made once.
pub struct Writer {
    tongues: Vec<Tongue>,
    /// A random number's low bits → the rank of a word, so that rank r comes as often as 1/r says.
    ranks: Vec<u32>,
}

impl Writer {
    pub fn new() -> Writer {
        let latin = ["a", "e", "i", "o", "u", "ar", "en", "is", "on", "um", "ing", "ter", "an", "el", "ion", "at"];
        let cyrillic = ["а", "о", "и", "е", "ов", "ни", "ел", "ст", "ра", "ко", "на", "ть"];
        let arabic = ["ا", "ال", "م", "ن", "ي", "و", "ر", "ت", "ب", "س", "ل", "ك"];
        let soft = ["b", "k", "d", "m", "n", "r", "s", "t", "l", "p", "g", "st", "pr", "w"];
        let hard = ["б", "к", "д", "м", "н", "р", "с", "т", "л", "п", "г", "в"];
        let tongues = vec![
            tongue("en", &soft, &latin, 1),
            tongue("id", &soft, &latin, 2),
            tongue("de", &soft, &latin, 3),
            tongue("ru", &hard, &cyrillic, 4),
            tongue("ar", &arabic, &arabic, 5),
        ];
        let exponent = (WORDS_A_TONGUE as f64).ln();
        let ranks = (0..RANKS).map(|it| ((it as f64 / RANKS as f64 * exponent).exp() - 1.0) as u32).collect();
        Writer { tongues, ranks }
    }

    /// The language of an article's feed.
    pub fn tongue(&self, feed: usize) -> &Tongue {
        // Half of the feeds are in the first language.
        let at = if feed.is_multiple_of(2) { 0 } else { feed / 2 % self.tongues.len() };
        &self.tongues[at]
    }

    /// The article numbered `number` of a feed. `zq` and its number is a word that no other has.
    pub fn article(&self, number: usize, feed: usize) -> Prose {
        let tongue = self.tongue(feed);
        let mut numbers = Numbers::new(number as u64);
        let mut seen = Seen::default();
        let said = |out: &mut String, count: usize, numbers: &mut Numbers, seen: &mut Seen| {
            let mut before = self.ranks[numbers.below(RANKS as u64) as usize] as usize;
            for at in 0..count {
                if at > 0 {
                    out.push(' ');
                }
                let word = &tongue.words[before];
                out.push_str(&word.text);
                seen.add(before, &word.tokens);
                let chance = numbers.next();
                before = if chance % 100 < PHRASES_PERCENT {
                    // The followers of a word are its own, and the same in every article.
                    let follower = Numbers::new(before as u64 * FOLLOWERS + (chance >> 8) % FOLLOWERS).next();
                    self.ranks[follower as usize % RANKS] as usize
                } else {
                    self.ranks[(chance >> 16) as usize % RANKS] as usize
                };
            }
        };
        let mut title = format!("#{number} ");
        said(&mut title, WORDS_A_TITLE, &mut numbers, &mut seen);
        seen.tokens.push_str(&format!(" zq{number} {number}"));
        let title_tokens_bytes = seen.tokens.len();
        let mut html = format!("<p>zq{number} ");
        let mut words = WORDS_A_TITLE;
        // 3.5 to 6.5 KB.
        let bytes = 3_500 + numbers.below(3_000) as usize;
        let picture = number * 7;
        loop {
            let count = 20 + numbers.below(60) as usize;
            words += count;
            said(&mut html, count, &mut numbers, &mut seen);
            html.push_str(".</p>\n");
            if html.len() >= bytes {
                break;
            }
            match numbers.below(8) {
                0 => html.push_str(&format!(
                    "<figure><img src=\"https://images.example/{feed}/{picture}.jpg\" alt=\"\" width=\"800\" height=\"450\">\
                     <figcaption>Photo: Example</figcaption></figure>\n"
                )),
                1 => html.push_str(&format!("<h2>Part {number}</h2>\n")),
                2 => {
                    html.push_str(&format!("<p><a href=\"https://site{feed}.example/2026/{number}\">"));
                    said(&mut html, 4, &mut numbers, &mut seen);
                    html.push_str("</a> — ");
                    continue;
                }
                _ => {}
            }
            html.push_str("<p>");
        }
        Prose { title, html, tokens: seen.tokens, title_tokens_bytes, words }
    }
}

/// The tokens of a text, each once.
#[derive(Default)]
struct Seen {
    words: std::collections::HashSet<usize>,
    tokens: String,
}

impl Seen {
    fn add(&mut self, word: usize, tokens: &[String]) {
        if self.words.insert(word) {
            for token in tokens {
                if !self.tokens.is_empty() {
                    self.tokens.push(' ');
                }
                self.tokens.push_str(token);
            }
        }
    }
}

fn tongue(code: &'static str, onsets: &[&str], rhymes: &[&str], seed: u64) -> Tongue {
    let mut numbers = Numbers::new(seed);
    let mut known = std::collections::HashSet::new();
    let mut found = Vec::with_capacity(WORDS_A_TONGUE);
    while found.len() < WORDS_A_TONGUE {
        // Frequent words are short.
        let syllables = 1 + found.len().max(1).ilog10() as u64 / 2 + numbers.below(2);
        let mut text = String::new();
        for _ in 0..syllables {
            text.push_str(onsets[numbers.below(onsets.len() as u64) as usize]);
            text.push_str(rhymes[numbers.below(rhymes.len() as u64) as usize]);
        }
        if !known.insert(text.clone()) {
            // Where the short ones are used up, another syllable makes a new one.
            text.push_str(onsets[numbers.below(onsets.len() as u64) as usize]);
            text.push_str(rhymes[numbers.below(rhymes.len() as u64) as usize]);
            if !known.insert(text.clone()) {
                continue;
            }
        }
        let tokens = words::tokens(&text, Some(code)).into_iter().collect();
        found.push(Word { text, tokens });
    }
    Tongue { code, words: found }
}
