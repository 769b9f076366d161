//! Which language an article is in: what its publisher says, unless its text plainly says otherwise.

use whatlang::{Lang, Script};

use super::common_words;

/// Below this a guess is a gamble.
const GUESS_CHARS_MIN: usize = 20;
/// From this much text on, a sure guess is worth more than a publisher's template, which often says `en` of everything.
const OVERRULE_CHARS_MIN: usize = 200;
const OVERRULE_CONFIDENCE_MIN: f64 = 0.9;
/// Enough to tell a language, and no cost on a long read.
const SAMPLE_CHARS_MAX: usize = 1_000;

/// Languages that the guess cannot tell apart, or knows only one of; there the publisher is believed.
const CONFUSED: [&[&str]; 8] = [
    &["id", "ms", "jv", "su"],
    &["no", "nb", "nn", "da"],
    &["hr", "sr", "bs", "sl", "mk"],
    &["cs", "sk"],
    &["ru", "uk", "be", "bg", "kk", "ky", "mn", "tg"],
    &["hi", "mr", "ne"],
    &["fa", "ur", "ar", "ps", "ku"],
    &["es", "gl", "ca", "pt", "oc", "eu", "ast"],
];

/// The language as ISO 639-1 (639-3 where there is no shorter code). `hint` is as a feed or page says, `id-ID`.
pub fn of(title: &str, paragraphs: &[String], hint: Option<&str>) -> Option<String> {
    let mut sample = title.to_owned();
    for paragraph in paragraphs {
        if sample.len() > SAMPLE_CHARS_MAX * char::MAX_LEN_UTF8 {
            break;
        }
        sample.push('\n');
        sample.push_str(paragraph);
    }
    let end = sample.char_indices().nth(SAMPLE_CHARS_MAX).map_or(sample.len(), |(at, _)| at);
    sample.truncate(end);
    let chars = sample.chars().filter(|it| it.is_alphabetic()).count();
    let hint = hint.and_then(code_of_hint);
    if let Some(hint) = &hint {
        // Of a language that the guess has never met it can only say something wrong.
        let met = CODES.iter().any(|(_, short)| short == hint);
        if !met || chars < OVERRULE_CHARS_MIN {
            return Some(hint.clone());
        }
    }
    let guess = if chars >= GUESS_CHARS_MIN { guess(&sample) } else { None };
    match (hint, guess) {
        (Some(hint), Some((code, sure))) => {
            let confused = CONFUSED.iter().any(|group| group.contains(&hint.as_str()) && group.contains(&code));
            let overruled = sure && hint != code && !confused;
            Some(if overruled { code.to_owned() } else { hint })
        }
        (Some(hint), None) => Some(hint),
        (None, Some((code, _))) => Some(code.to_owned()),
        (None, None) => None,
    }
}

/// `id-ID`, `in_ID`, `English` is no code. Old codes become today's.
fn code_of_hint(hint: &str) -> Option<String> {
    let code = hint.trim().split(['-', '_', ',', ';', ' ']).next()?.to_ascii_lowercase();
    let code = match code.as_str() {
        "in" => "id",
        "iw" => "he",
        "ji" => "yi",
        "nb" | "nn" => "no",
        "cmn" => "zh",
        "ind" => "id",
        "eng" => "en",
        "und" | "mul" | "zxx" | "" => return None,
        other => other,
    };
    let sane = (2..=3).contains(&code.len()) && code.bytes().all(|it| it.is_ascii_lowercase());
    sane.then(|| code.to_owned())
}

/// A guess from the text, and whether it is sure.
fn guess(text: &str) -> Option<(&'static str, bool)> {
    if let Some(plain) = common_words::language(text) {
        return Some((plain, true));
    }
    // Scripts of one language decide at once, and mixed Japanese is not Chinese for its Kanji.
    let kana = text.chars().filter(|it| matches!(it, '\u{3040}'..='\u{30ff}')).count();
    let han = text.chars().filter(|it| matches!(it, '\u{3400}'..='\u{9fff}')).count();
    if kana + han > text.chars().filter(|it| it.is_alphabetic()).count() / 2 {
        return Some((if kana * 20 > han { "ja" } else { "zh" }, true));
    }
    let info = whatlang::detect(text)?;
    let own_script = !matches!(
        info.script(),
        Script::Latin | Script::Cyrillic | Script::Arabic | Script::Devanagari | Script::Hebrew
    );
    let sure = own_script || info.is_reliable() && info.confidence() >= OVERRULE_CONFIDENCE_MIN;
    Some((code_of(info.lang()), sure))
}

/// The languages that the guess knows, as it names them (ISO 639-3) and as they are given out.
const CODES: [(&str, &str); 70] = [
    ("epo", "eo"),
    ("eng", "en"),
    ("rus", "ru"),
    ("cmn", "zh"),
    ("spa", "es"),
    ("por", "pt"),
    ("ita", "it"),
    ("ben", "bn"),
    ("fra", "fr"),
    ("deu", "de"),
    ("ukr", "uk"),
    ("kat", "ka"),
    ("ara", "ar"),
    ("hin", "hi"),
    ("jpn", "ja"),
    ("heb", "he"),
    ("yid", "yi"),
    ("pol", "pl"),
    ("amh", "am"),
    ("jav", "jv"),
    ("kor", "ko"),
    ("nob", "no"),
    ("dan", "da"),
    ("swe", "sv"),
    ("fin", "fi"),
    ("tur", "tr"),
    ("nld", "nl"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("ell", "el"),
    ("bul", "bg"),
    ("bel", "be"),
    ("mar", "mr"),
    ("kan", "kn"),
    ("ron", "ro"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("tam", "ta"),
    ("vie", "vi"),
    ("urd", "ur"),
    ("tha", "th"),
    ("guj", "gu"),
    ("uzb", "uz"),
    ("pan", "pa"),
    ("aze", "az"),
    ("ind", "id"),
    ("tel", "te"),
    ("pes", "fa"),
    ("mal", "ml"),
    ("ori", "or"),
    ("mya", "my"),
    ("nep", "ne"),
    ("sin", "si"),
    ("khm", "km"),
    ("tuk", "tk"),
    ("aka", "ak"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("afr", "af"),
    ("lat", "la"),
    ("slk", "sk"),
    ("cat", "ca"),
    ("tgl", "tl"),
    ("hye", "hy"),
    ("cym", "cy"),
];

/// ISO 639-1 of what the guess answers in 639-3.
fn code_of(lang: Lang) -> &'static str {
    let long = lang.code();
    CODES.iter().find(|(code, _)| *code == long).map_or(long, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDONESIAN: &str = "Pemerintah kota mengatakan jembatan baru di atas sungai itu akan dibuka untuk umum pada hari Senin setelah pembangunan selama tiga tahun yang sempat tertunda karena banjir dan kekurangan bahan. Warga menyambut baik kabar itu dan berharap perjalanan ke pasar menjadi lebih singkat.";

    #[test]
    fn a_template_that_says_english_of_everything_is_not_believed() {
        assert_eq!(of("", &[INDONESIAN.to_owned()], Some("en-US")).as_deref(), Some("id"));
    }

    #[test]
    fn the_publisher_is_believed_where_the_guess_cannot_know() {
        assert_eq!(of("", &[INDONESIAN.to_owned()], Some("ms-MY")).as_deref(), Some("ms"));
        assert_eq!(of("Kurz", &[], Some("de_DE")).as_deref(), Some("de"));
        assert_eq!(of("Kurz", &[], Some("German")), None);
    }

    #[test]
    fn scripts_decide() {
        assert_eq!(
            of("東京で雨が降り続いています", &["川の水位が上がり、橋が閉鎖されました。".to_owned()], None).as_deref(),
            Some("ja")
        );
        assert_eq!(
            of("大桥今天开放", &["经过三年建设，这座跨江大桥今天向公众开放，居民表示欢迎。".to_owned()], None)
                .as_deref(),
            Some("zh")
        );
        assert_eq!(
            of("서울에 비가 내린다", &["한강의 수위가 올라가 다리가 통제되었다고 시가 밝혔다.".to_owned()], None)
                .as_deref(),
            Some("ko")
        );
    }

    #[test]
    fn every_language_of_the_guess_has_a_code() {
        for lang in Lang::all() {
            assert_eq!(code_of(*lang).len(), 2, "{lang:?}");
        }
    }
}
