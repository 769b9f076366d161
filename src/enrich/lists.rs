//! The lists that the rules lean on: agencies and outlets, words of reporting, towns.

use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt, HashSet};

/// `assets/enrich/outlets.toml`, made ready for looking up.
pub struct Outlets {
    /// Every form of an agency → its name.
    pub wires: HashMap<String, String>,
    pub outlets: HashSet<String>,
    pub last_words: HashSet<String>,
    /// Words of reporting and kinds of outlets, in small letters.
    signs: HashMap<String, Sign>,
    pub between: HashSet<String>,
    /// Forms in scripts without spaces, longest first.
    pub unspaced: Vec<(String, String)>,
    /// With which words the listed names begin.
    pub first_words: HashSet<String>,
    /// The most words a listed name has.
    pub words_max: usize,
    /// What words with these ends and this length may be.
    likenesses: Box<[Likeness; ENDS]>,
}

/// In which lists a word may stand. Most words stand in none, which this tells without a look into any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    pub sign: bool,
    pub first: bool,
    pub last: bool,
}

const ENDS: usize = 1 << 14;

/// What a word says of the words beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sign {
    /// `said`, `laut`, `сообщает`.
    pub reports: bool,
    /// `newspaper`, `harian`.
    pub is_kind: bool,
}

impl Outlets {
    /// In which of the lists a word may stand. One that is not of ASCII alone may stand in all.
    #[inline]
    pub fn likeness(&self, word: &str) -> Likeness {
        if word.is_ascii() { self.likenesses[ends(word)] } else { Likeness { sign: true, first: true, last: true } }
    }

    pub fn sign(&self, word: &str) -> Sign {
        let sign = if word.bytes().all(|it| it.is_ascii_lowercase()) {
            self.signs.get(word)
        } else {
            self.signs.get(&word.to_lowercase())
        };
        sign.copied().unwrap_or_default()
    }
}

/// The first and the last letter, whatever their case, and the length of a word.
#[inline]
fn ends(word: &str) -> usize {
    let letter = |it: Option<&u8>| usize::from(it.map_or(0, |it| it & 31));
    letter(word.as_bytes().first()) << 9 | letter(word.as_bytes().last()) << 4 | word.len().min(15)
}

/// `assets/enrich/places.toml`, made ready for looking up.
pub struct Places {
    pub towns: HashSet<String>,
    pub regions: HashSet<String>,
    pub not_places: HashSet<String>,
    pub in_words: Vec<String>,
    pub correspondents: Vec<String>,
    pub months: HashSet<String>,
}

pub static OUTLETS: LazyLock<Outlets> = LazyLock::new(|| {
    let asset: OutletsAsset =
        toml::from_str(include_str!("../../assets/enrich/outlets.toml")).expect("the program's own list is sound");
    let mut wires = HashMap::new();
    let mut unspaced = Vec::new();
    for wire in asset.wire {
        for form in wire.forms {
            if form.chars().all(is_unspaced_script) || form.chars().any(|it| is_unspaced_script(it) && it > '\u{2e80}')
            {
                unspaced.push((form.clone(), wire.name.clone()));
            }
            wires.insert(form, wire.name.clone());
        }
    }
    for name in &asset.outlets.names {
        if name.chars().any(is_unspaced_script) {
            unspaced.push((name.clone(), name.clone()));
        }
    }
    unspaced.sort_by_key(|(form, _)| std::cmp::Reverse(form.chars().count()));
    let first_word = |it: &String| it.split(' ').next().unwrap_or_default().to_owned();
    let first_words: HashSet<String> = wires.keys().chain(&asset.outlets.names).map(first_word).collect();
    let words_max = wires.keys().chain(&asset.outlets.names).map(|it| it.split(' ').count()).max().unwrap_or(1);
    let mut signs: HashMap<String, Sign> = HashMap::new();
    for word in asset.reporting.words {
        signs.entry(word).or_default().reports = true;
    }
    for kind in asset.reporting.kinds {
        signs.entry(kind).or_default().is_kind = true;
    }
    let last_words: HashSet<String> = asset.outlets.last_words.into_iter().collect();
    let mut likenesses = Box::new([Likeness::default(); ENDS]);
    signs.keys().for_each(|it| likenesses[ends(it)].sign = true);
    first_words.iter().for_each(|it| likenesses[ends(it)].first = true);
    last_words.iter().for_each(|it| likenesses[ends(it)].last = true);
    Outlets {
        wires,
        outlets: asset.outlets.names.into_iter().collect(),
        last_words,
        signs,
        between: asset.reporting.between.into_iter().collect(),
        unspaced,
        first_words,
        words_max,
        likenesses,
    }
});

pub static PLACES: LazyLock<Places> = LazyLock::new(|| {
    let asset: PlacesAsset =
        toml::from_str(include_str!("../../assets/enrich/places.toml")).expect("the program's own list is sound");
    Places {
        towns: asset.towns.into_iter().collect(),
        regions: asset.regions.into_iter().collect(),
        not_places: asset.not_places.into_iter().collect(),
        in_words: asset.in_words,
        correspondents: asset.correspondents,
        months: asset.months.into_iter().collect(),
    }
});

/// The name of the agency or outlet that a text is, if it is nothing else: `Reuters`, `ТАСС`, `KOMPAS.com`.
pub fn outlet_named(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(name) = OUTLETS.wires.get(text) {
        return Some(name.clone());
    }
    let is_site = text.split_once('.').is_some_and(|(name, ending)| {
        let ending = ending.to_lowercase();
        name.chars().count() > 1 && ["com", "co", "co.id", "id", "net", "org", "news"].contains(&ending.as_str())
    });
    (OUTLETS.outlets.contains(text) || is_site).then(|| text.to_owned())
}

/// Han, Kana, Hangul, Thai, Lao, Khmer, Burmese: names stand in the text without spaces around them.
pub fn is_unspaced_script(it: char) -> bool {
    matches!(it, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

#[derive(serde::Deserialize)]
struct OutletsAsset {
    wire: Vec<Wire>,
    outlets: Names,
    reporting: Reporting,
}

#[derive(serde::Deserialize)]
struct Wire {
    name: String,
    forms: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Names {
    names: Vec<String>,
    last_words: Vec<String>,
}

#[derive(serde::Deserialize)]
struct Reporting {
    words: Vec<String>,
    kinds: Vec<String>,
    between: Vec<String>,
}

#[derive(serde::Deserialize)]
struct PlacesAsset {
    towns: Vec<String>,
    regions: Vec<String>,
    not_places: Vec<String>,
    in_words: Vec<String>,
    correspondents: Vec<String>,
    months: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sound() {
        assert!(OUTLETS.wires.len() > 50 && PLACES.towns.len() > 300);
        assert!(
            PLACES.towns.iter().chain(&PLACES.regions).chain(&PLACES.not_places).all(|it| *it == it.to_lowercase())
        );
        assert_eq!(outlet_named("ИТАР-ТАСС").as_deref(), Some("TASS"));
        assert_eq!(outlet_named("Kabarnya.co.id").as_deref(), Some("Kabarnya.co.id"));
        assert_eq!(outlet_named("Calif."), None);
    }
}
