//! Which stemmer reads which language. Stemmers are Snowball's; their results are stored in the index, so that another
//! version of them needs another [`super::VERSION`].

use std::borrow::Cow;

use snowball_stemmers_rs::{Algorithm, Stemmer};

/// A stemmer of one language.
pub struct Stems(Stemmer);

impl Stems {
    /// The stem of a word in lower case. Numbers and single letters are their own.
    pub fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.chars().nth(2).is_none() || word.chars().any(char::is_numeric) {
            return Cow::Borrowed(word);
        }
        self.0.stem(word)
    }
}

/// The stemmer for a language tag, `id` or `id-ID`.
pub fn of_language(tag: &str) -> Option<Stems> {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let algorithm = match primary.as_str() {
        "ar" => Algorithm::Arabic,
        "ca" => Algorithm::Catalan,
        "cs" => Algorithm::Czech,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "eo" => Algorithm::Esperanto,
        "es" => Algorithm::Spanish,
        "et" => Algorithm::Estonian,
        "eu" => Algorithm::Basque,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "ga" => Algorithm::Irish,
        "hi" => Algorithm::Hindi,
        "hu" => Algorithm::Hungarian,
        "hy" => Algorithm::Armenian,
        // Malay and Indonesian form their words alike, and guessing often takes one for the other.
        "id" | "ms" => Algorithm::Indonesian,
        "it" => Algorithm::Italian,
        "lt" => Algorithm::Lithuanian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "ne" => Algorithm::Nepali,
        "nl" => Algorithm::Dutch,
        "pl" => Algorithm::Polish,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sr" => Algorithm::Serbian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        "uk" => Algorithm::Ukrainian,
        "yi" => Algorithm::Yiddish,
        _ => return None,
    };
    Some(Stems(Stemmer::create(algorithm)))
}
