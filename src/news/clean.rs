//! The one door for foreign text. Whatever a feed, page, server, file or command line supplied passes through
//! [`CleanText`] before it is stored, drawn, logged or printed; afterwards nobody needs to check again.
//!
//! What never passes: control characters (C0, C1, DEL), characters that reverse or hide text, tag characters, and
//! more than eight combining marks on one letter. What stays: joiners where a script or an emoji needs them.

use std::borrow::Cow;
use std::fmt;

use super::clusters::{clusters, is_plain};

/// Text of one line that any terminal can be given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CleanText(String);

/// How many characters of a foreign text are kept; what is longer ends in `…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub usize);

impl Limit {
    pub const TITLE: Limit = Limit(1_000);
    pub const AUTHOR: Limit = Limit(200);
    pub const TOPIC: Limit = Limit(100);
    pub const SENTENCE: Limit = Limit(2_000);
    /// A line of an article's text; blocks are cut by the renderer's own limits.
    pub const BLOCK: Limit = Limit(1_048_576);
}

const COMBINING_MARKS_MAX: usize = 8;

impl CleanText {
    /// Makes one safe line of any text: white space of every kind becomes single spaces, ends are trimmed.
    pub fn line(raw: &str, limit: Limit) -> CleanText {
        line_of_plain(raw, limit).unwrap_or_else(|| CleanText::line_by_clusters(raw, limit))
    }

    fn line_by_clusters(raw: &str, limit: Limit) -> CleanText {
        // What may never stand is taken out first, so that the clusters below are those of the text that stays.
        let allowed: String = raw
            .chars()
            .map(|it| if is_space(it) { ' ' } else { it })
            .filter(|it| clean_char(*it))
            .take(limit.0.saturating_mul(1 + COMBINING_MARKS_MAX))
            .collect();
        let mut out = String::with_capacity(allowed.len());
        let mut space_due = false;
        let mut chars_left = limit.0;
        for cluster in clusters(&allowed) {
            // A mark may sit on a space; the space still counts as one.
            let letters = cluster.trim_start_matches(' ');
            if letters.len() < cluster.len() {
                space_due = !out.is_empty();
            }
            let cluster = clean_cluster(letters);
            if cluster.is_empty() {
                continue;
            }
            let chars = cluster.chars().count() + usize::from(space_due);
            if chars > chars_left {
                // Room for the mark itself is taken from the text, so that the limit holds.
                while out.chars().count() >= limit.0 {
                    out.pop();
                }
                out.truncate(out.trim_end().len());
                out.push('…');
                return CleanText(out);
            }
            chars_left -= chars;
            if space_due {
                out.push(' ');
                space_due = false;
            }
            out.push_str(&cluster);
        }
        CleanText(out)
    }

    /// As [`CleanText::line`], but keeps runs of spaces and indentation, as code and tables need them.
    /// A tab becomes four spaces.
    pub fn preformatted(raw: &str, limit: Limit) -> CleanText {
        if raw.len() <= limit.0 && raw.chars().all(is_plain) {
            return CleanText(raw.trim_end().to_owned());
        }
        let mut out = String::with_capacity(raw.len());
        for cluster in clusters(raw) {
            match cluster {
                "\t" => out.push_str("    "),
                _ if cluster.chars().all(is_space) => out.push(' '),
                _ => out.push_str(&clean_cluster(cluster)),
            }
            if out.len() > limit.0 {
                out.push('…');
                break;
            }
        }
        CleanText(out.trim_end().to_owned())
    }

    /// As [`CleanText::line`], but a space at either end stays, as one: for a run within a longer line.
    pub fn run(raw: &str, limit: Limit) -> CleanText {
        let inner = CleanText::line(raw, limit).0;
        let before = if raw.starts_with(is_space) { " " } else { "" };
        let after = if raw.ends_with(is_space) && !inner.is_empty() { " " } else { "" };
        if before.is_empty() && after.is_empty() {
            return CleanText(inner);
        }
        CleanText(format!("{before}{inner}{after}"))
    }

    /// A part of it, by byte range; what is cut out of clean text is clean. Empty where the range does not lie on
    /// the borders of characters.
    pub fn part(&self, bytes: std::ops::Range<usize>) -> CleanText {
        CleanText(self.0.get(bytes).unwrap_or_default().to_owned())
    }

    /// Text of the program's own, which needs no cleaning.
    pub fn own(text: &'static str) -> CleanText {
        CleanText(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Several lines of safe text: each line of `raw` cleaned on its own, empty ones kept as they are.
pub fn clean_lines(raw: &str, limit: Limit) -> Vec<CleanText> {
    raw.split(['\n', '\u{2028}', '\u{2029}']).map(|line| CleanText::line(line, limit)).collect()
}

/// Whether a character may stand in clean text at all, neighbours aside.
pub fn clean_char(it: char) -> bool {
    !(it.is_control() || hides_or_reverses(it))
}

/// Whether a text is of ASCII's letters and signs, and all its white space is spaces with something between them.
fn is_single_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_visible = bytes.iter().fold(true, |all, it| all & matches!(it, b' '..=b'~'));
    let after = bytes.get(1..).unwrap_or_default();
    is_visible && bytes.iter().zip(after).fold(true, |all, (one, next)| all & !(*one == b' ' && *next == b' '))
}

/// The line, where every character stands for itself whatever its neighbours, as in most texts: no cluster needs to be
/// looked at then. `None` where one does not, or where the line would be too long.
fn line_of_plain(raw: &str, limit: Limit) -> Option<CleanText> {
    let trimmed = raw.trim_matches(' ');
    if trimmed.len() <= limit.0 && is_single_spaced(trimmed) {
        return Some(CleanText(trimmed.to_owned()));
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = 0;
    for word in raw.split(is_space).filter(|it| !it.is_empty()) {
        if word.is_ascii() {
            if !word.bytes().all(|it| matches!(it, b' '..=b'~')) {
                return None;
            }
            chars += word.len();
        } else {
            for it in word.chars() {
                if !is_plain(it) {
                    return None;
                }
                chars += 1;
            }
        }
        if !out.is_empty() {
            out.push(' ');
            chars += 1;
        }
        out.push_str(word);
    }
    (chars <= limit.0).then_some(CleanText(out))
}

fn is_space(it: char) -> bool {
    it.is_whitespace() || matches!(it, '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}')
}

/// Characters without a picture of their own that change how others read (Trojan Source, CVE-2021-42574), or hide.
fn hides_or_reverses(it: char) -> bool {
    matches!(it,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
}

/// One user-perceived character with everything taken out that may not stand in it.
fn clean_cluster(cluster: &str) -> Cow<'_, str> {
    if cluster.len() == 1 && clean_char(cluster.chars().next().unwrap_or('\0')) {
        return Cow::Borrowed(cluster);
    }
    let emoji = cluster.chars().any(is_pictograph);
    let joins = emoji || cluster.chars().any(needs_joiners);
    let mut out = String::with_capacity(cluster.len());
    let mut marks = 0;
    for it in cluster.chars() {
        let kept = match it {
            // Joiners and the emoji selector mean something beside a pictograph or in a joining script only, and on a space
            // as little as where nothing stands before them.
            '\u{200c}' | '\u{200d}' => joins && out.ends_with(|it| !is_space(it)),
            '\u{fe0f}' => emoji && out.ends_with(|it| !is_space(it)),
            '\u{fe00}'..='\u{fe0e}' => false,
            _ => clean_char(it),
        };
        if !kept {
            continue;
        }
        if is_combining(it) {
            marks += 1;
            if marks > COMBINING_MARKS_MAX {
                continue;
            }
        }
        out.push(it);
    }
    // A joiner left at the end would reach into the next letter.
    let trimmed = out.trim_end_matches('\u{200d}');
    let keep_joiner = !emoji && trimmed.len() != out.len();
    if keep_joiner || trimmed.len() == out.len() { Cow::Owned(out) } else { Cow::Owned(trimmed.to_owned()) }
}

fn is_pictograph(it: char) -> bool {
    matches!(it, '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}'
        | '\u{24c2}' | '\u{25aa}'..='\u{27bf}' | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}' | '\u{1f000}'..='\u{1faff}' | '#' | '*' | '0'..='9' | '©' | '®')
}

/// Scripts that spell with joiners: Arabic and its kin, the Indic scripts, Mongolian.
fn needs_joiners(it: char) -> bool {
    matches!(it, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{1800}'..='\u{18af}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{11000}'..='\u{11fff}')
}

fn is_combining(it: char) -> bool {
    unicode_normalization::char::is_combining_mark(it)
}

impl fmt::Display for CleanText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for CleanText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl serde::Serialize for CleanText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(raw: &str) -> String {
        CleanText::line(raw, Limit::TITLE).to_string()
    }

    #[test]
    fn escapes_lose_their_teeth() {
        assert_eq!(line("a\u{1b}]52;c;ZXZpbA==\u{7}b"), "a]52;c;ZXZpbA==b");
        assert_eq!(line("\u{9b}2Jx\u{9d}y\u{90}z"), "2Jxyz");
        assert_eq!(line("bell\u{7}\u{8}\u{0}\u{7f}s"), "bells");
    }

    #[test]
    fn white_space_of_every_kind_is_one_space() {
        assert_eq!(line("  a\r\n\tb\u{2028}c\u{b}\u{c}d\u{a0}\u{3000}e "), "a b c d e");
    }

    #[test]
    fn a_mark_that_was_taken_off_a_space_leaves_one_space_or_none() {
        assert_eq!(line("\u{202f}\u{e0020}🙂"), "🙂");
        assert_eq!(line("a\u{202f}\u{e0020}🙂"), "a 🙂");
    }

    #[test]
    fn nothing_hides_or_reverses() {
        assert_eq!(line("pay\u{202e}lap\u{2066}x\u{200b}y\u{feff}z\u{ad}\u{e0041}w"), "paylapxyzw");
    }

    #[test]
    fn emoji_and_joining_scripts_stay_whole() {
        for whole in ["👩‍👩‍👧", "❤️", "🇮🇩", "می‌خواهم", "क्‍ष", "1️⃣"] {
            assert_eq!(line(whole), whole);
        }
        assert_eq!(line("a\u{200d}b\u{fe0f}"), "ab");
    }

    #[test]
    fn a_heap_of_combining_marks_is_cut_to_eight() {
        let zalgo = format!("e{}", "\u{301}".repeat(10_000));
        assert_eq!(line(&zalgo).chars().count(), 9);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis() {
        let long = CleanText::line(&"x".repeat(5_000), Limit(10));
        assert_eq!(long.as_str(), "xxxxxxxxx…");
    }

    #[test]
    fn a_run_keeps_the_spaces_that_part_it_from_its_neighbours() {
        let run = |raw| CleanText::run(raw, Limit::BLOCK).to_string();
        assert_eq!(run("\n a  b\t"), " a b ");
        assert_eq!(run(" \n"), " ");
        assert_eq!(run("a"), "a");
    }

    #[test]
    fn a_part_of_clean_text_is_clean() {
        let text = CleanText::line("grüße", Limit::TITLE);
        assert_eq!(text.part(0..4).as_str(), "grü");
        assert_eq!(text.part(0..3).as_str(), "", "a range inside a letter");
    }

    #[test]
    fn code_keeps_its_indentation() {
        assert_eq!(CleanText::preformatted("\tlet x  = 1;\u{1b}[0m", Limit::BLOCK).as_str(), "    let x  = 1;[0m");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn plain_text_is_cleaned_as_any_other(
            raw in "[ -~\\t\\n]{0,80}|[ -\u{52f}\u{1e00}-\u{203c}\u{3000}-\u{30ff}東京한국🙂\\u{fe0f}\\u{200d}ｶﾞ]{0,40}",
            limit in 0_usize..60,
        ) {
            let (quick, slow) = (CleanText::line(&raw, Limit(limit)), CleanText::line_by_clusters(&raw, Limit(limit)));
            prop_assert_eq!(quick, slow);
        }

        #[test]
        fn cleaning_is_safe_bounded_and_settles(raw in "(?s).{0,200}|[\\x00-\\u{1f}\\u{7f}-\\u{9f}\\u{200b}-\\u{206f}\\u{300}-\\u{310}\\u{e0000}-\\u{e007f}a🙂\\u{fe0f}]{0,80}") {
            let once = CleanText::line(&raw, Limit(50));
            prop_assert!(once.as_str().chars().all(clean_char), "{once:?}");
            prop_assert!(once.as_str().chars().count() <= 50);
            let twice = CleanText::line(once.as_str(), Limit(50));
            prop_assert_eq!(&twice, &once);
        }
    }
}
