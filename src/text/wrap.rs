//! Measuring, cutting and wrapping: how wide a text is on a terminal, and where its lines may end.
//!
//! The measure is the terminals', grapheme by grapheme, because any other would misplace what stands to the right.
//! Nothing here returns a line that is wider than asked.

use unicode_linebreak::linebreaks;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Role, Span};
use crate::news::{self, CleanText, Limit, cluster_indices};

/// What stands for a glyph of two cells where only one is free.
const TOO_WIDE: &str = "?";

/// A run of text of one look within a paragraph, before wrapping.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub text: CleanText,
    pub role: Role,
    pub link: Option<usize>,
    /// Never parted from what stands before it: a link's number.
    pub glued: bool,
}

/// The width of a text in cells, as terminals draw it.
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) {
        return text.len();
    }
    news::clusters(text).map(grapheme_width).sum()
}

/// The text cut to `width` cells; where something was cut, it ends in `…`.
pub fn truncate(text: &str, width: usize) -> String {
    if self::width(text) <= width {
        return text.to_owned();
    }
    let Some(room) = width.checked_sub(1) else { return String::new() };
    let mut out = String::new();
    let mut used = 0;
    for grapheme in news::clusters(text) {
        used += grapheme_width(grapheme);
        if used > room {
            break;
        }
        out.push_str(grapheme);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Wraps one line of text into lines of at most `width` cells (at least 1). No text gives no line.
pub fn wrap(text: &CleanText, width: usize) -> Vec<CleanText> {
    let run = Run { text: text.clone(), role: Role::Text, link: None, glued: false };
    let joined = |spans: &Vec<Span>| {
        let line: String = spans.iter().map(|it| it.text.as_str()).collect();
        CleanText::line(&line, Limit::BLOCK)
    };
    flow(&[run], width).iter().map(joined).collect()
}

/// The width of the widest piece that does not want to be broken.
pub(super) fn widest_word(runs: &[Run]) -> usize {
    let mut widest = 0;
    let mut word = 0;
    let mut space = 0;
    for cluster in clusters(runs) {
        if cluster.may_break_before {
            word = 0;
            space = 0;
        }
        if cluster.space {
            space += cluster.width;
        } else {
            word += cluster.width + std::mem::take(&mut space);
        }
        widest = widest.max(word);
    }
    widest
}

/// Wraps runs into lines of at most `width` cells (at least 1), by UAX #14. Spaces at line ends are dropped.
pub(super) fn flow(runs: &[Run], width: usize) -> Vec<Vec<Span>> {
    let width = width.max(1);
    let clusters = clusters(runs);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < clusters.len() {
        while clusters.get(start).is_some_and(|it| it.space) {
            start += 1;
        }
        if start == clusters.len() {
            break;
        }
        let end = line_end(runs, &clusters, start, width);
        lines.push(line_of(runs, &clusters[start..end], width));
        start = end;
    }
    lines
}

/// Wraps text that keeps its spaces, as code does: cut where the line is full and nowhere else.
pub(super) fn clip(text: &CleanText, role: Role, width: usize) -> Vec<Vec<Span>> {
    let width = width.max(1);
    let run = [Run { text: text.clone(), role, link: None, glued: false }];
    let clusters = clusters(&run);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < clusters.len() {
        let mut used = 0;
        let mut end = start;
        while end < clusters.len() {
            used += clusters[end].width.min(width);
            if used > width {
                break;
            }
            end += 1;
        }
        let line = line_of(&run, &clusters[start..end], width);
        // Indentation wider than the line would leave it blank.
        if !line.is_empty() {
            lines.push(line);
        }
        start = end;
    }
    lines
}

/// One user-perceived character of a run.
struct Cluster {
    run: u32,
    start: u32,
    end: u32,
    width: usize,
    space: bool,
    may_break_before: bool,
}

fn clusters(runs: &[Run]) -> Vec<Cluster> {
    let flat: String = runs.iter().map(|it| it.text.as_str()).collect();
    let mut breaks = linebreaks(&flat).map(|(at, _)| at).peekable();
    let mut out: Vec<Cluster> = Vec::with_capacity(flat.len());
    let mut at = 0;
    for (index, run) in runs.iter().enumerate() {
        for (start, text) in cluster_indices(run.text.as_str()) {
            while breaks.next_if(|it| *it < at + start).is_some() {}
            let allowed = breaks.peek() == Some(&(at + start));
            let glued = run.glued && start == 0;
            out.push(Cluster {
                run: index as u32,
                start: start as u32,
                end: (start + text.len()) as u32,
                width: grapheme_width(text),
                space: text == " ",
                may_break_before: !glued
                    && (allowed && !within_hangul(&flat, at + start) || syllable_begins(&flat, at + start)),
            });
        }
        at += run.text.as_str().len();
    }
    keep_guillemets_with_their_words(&flat, runs, &mut out);
    out
}

/// Korean sets spaces between words and is read best with words whole (UAX #14, section 6.2, tailoring of LB26 and LB30).
fn within_hangul(flat: &str, at: usize) -> bool {
    let is_hangul =
        |it: char| matches!(it, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}');
    flat[at..].starts_with(is_hangul) && flat[..at].ends_with(is_hangul)
}

/// Thai and Lao put no spaces between words, and UAX #14 leaves them to a dictionary. Without one, a line may still
/// end before a vowel that is written first, since a syllable always begins there.
fn syllable_begins(flat: &str, at: usize) -> bool {
    let is_leading = |it: char| matches!(it, '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}');
    let is_kin = |it: char| matches!(it, '\u{e01}'..='\u{e4e}' | '\u{e81}'..='\u{ece}');
    flat[at..].starts_with(is_leading)
        && flat[..at].chars().next_back().is_some_and(|before| is_kin(before) && !is_leading(before))
}

/// French sets spaces inside its quotation marks that do not part lines. They were no-break spaces once; white space
/// of every kind has become a plain space by now.
fn keep_guillemets_with_their_words(flat: &str, runs: &[Run], clusters: &mut [Cluster]) {
    if !flat.contains(['«', '»', '‹', '›']) {
        return;
    }
    let text = |it: &Cluster| &runs[it.run as usize].text.as_str()[it.start as usize..it.end as usize];
    for index in 1..clusters.len() {
        let opens = index >= 2 && matches!(text(&clusters[index - 2]), "«" | "‹") && clusters[index - 1].space;
        let closes = matches!(text(&clusters[index]), "»" | "›")
            && clusters[index - 1].space
            && clusters.get(index + 1).is_none_or(|it| !text(it).starts_with(char::is_alphanumeric));
        if opens || closes {
            clusters[index].may_break_before = false;
        }
    }
}

/// The index after the last cluster of the line that begins at `start`; always beyond `start`.
fn line_end(runs: &[Run], clusters: &[Cluster], start: usize, width: usize) -> usize {
    let mut used = 0;
    let mut last_break = None;
    for (index, cluster) in clusters.iter().enumerate().skip(start) {
        if index > start && cluster.may_break_before {
            last_break = Some(index);
        }
        // A space may hang over the end; it is dropped there.
        if cluster.space {
            used += cluster.width;
            continue;
        }
        used += cluster.width.min(width);
        if used > width {
            return last_break.unwrap_or_else(|| emergency_break(runs, &clusters[..index], start));
        }
    }
    clusters.len()
}

/// Where to cut a word that is wider than the line: after a mark at which addresses and paths read well, if one
/// stands in the second half of the line, else where the line is full.
fn emergency_break(runs: &[Run], fitting: &[Cluster], start: usize) -> usize {
    let end = fitting.len().max(start + 1);
    let middle = start + (end - start).div_ceil(2);
    let reads_well = |it: &Cluster| {
        let text = &runs[it.run as usize].text.as_str()[it.start as usize..it.end as usize];
        matches!(text, "/" | "?" | "&" | "=" | "." | "-" | "_" | "," | ":" | ";" | "#" | "+" | "%")
    };
    (middle..end).rev().find(|it| reads_well(&fitting[*it - 1])).unwrap_or(end)
}

fn line_of(runs: &[Run], clusters: &[Cluster], width: usize) -> Vec<Span> {
    let length = clusters.iter().rposition(|it| !it.space).map_or(0, |it| it + 1);
    let mut spans: Vec<Span> = Vec::new();
    let mut rest = &clusters[..length];
    while let Some(first) = rest.first() {
        let run = &runs[first.run as usize];
        let span = |text| Span { text, role: run.role, link: run.link };
        if first.width > width {
            spans.push(span(CleanText::own(TOO_WIDE)));
            rest = &rest[1..];
            continue;
        }
        let count = rest.iter().take_while(|it| it.run == first.run && it.width <= width).count();
        spans.push(span(run.text.part(first.start as usize..rest[count - 1].end as usize)));
        rest = &rest[count..];
    }
    spans
}

/// The cells ratatui gives a grapheme: unicode-width's measure, and one more for each halfwidth Katakana voicing mark,
/// which terminals draw in a cell of its own.
fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.len() == 1 {
        return 1;
    }
    grapheme.width() + grapheme.chars().filter(|it| takes_a_cell_after_all(*it)).count()
}

/// Marks that Unicode lets extend the letter before them, so that `unicode-width` counts no cell for them, while terminals
/// draw them in a cell of their own: spacing vowel signs (general category Mc with Grapheme_Extend, UAX #29, table 2) such
/// as Bengali া, Tamil ா or Kannada ೀ, and half-width voiced marks, which ratatui counts too. The measure is wcwidth's, as
/// the C library, tmux and VTE have it.
fn takes_a_cell_after_all(it: char) -> bool {
    matches!(
        it,
        '\u{ff9e}'
            | '\u{ff9f}'
            | '\u{9be}'
            | '\u{9d7}'
            | '\u{b3e}'
            | '\u{b57}'
            | '\u{bbe}'
            | '\u{bd7}'
            | '\u{cc0}'
            | '\u{cc2}'
            | '\u{cc7}'
            | '\u{cc8}'
            | '\u{cca}'
            | '\u{ccb}'
            | '\u{cd5}'
            | '\u{cd6}'
            | '\u{d3e}'
            | '\u{d57}'
            | '\u{dcf}'
            | '\u{ddf}'
            | '\u{1715}'
            | '\u{1734}'
            | '\u{1b35}'
            | '\u{1b3b}'
            | '\u{1b3d}'
            | '\u{1b43}'
            | '\u{1b44}'
            | '\u{1baa}'
            | '\u{1bf2}'
            | '\u{1bf3}'
            | '\u{a953}'
            | '\u{a9c0}'
            | '\u{111c0}'
            | '\u{11235}'
            | '\u{1133e}'
            | '\u{1134d}'
            | '\u{11357}'
            | '\u{114b0}'
            | '\u{114bd}'
            | '\u{115af}'
            | '\u{116b6}'
            | '\u{11930}'
            | '\u{1193d}'
    )
}

/// Whether terminals may draw a grapheme of several cells in fewer: its first character alone takes less than all of them
/// (क and its ी, two letters of a flag). What stood in the other cells must then be taken away by hand.
pub fn may_fall_short(grapheme: &str) -> bool {
    let first = grapheme.chars().next().and_then(UnicodeWidthChar::width).unwrap_or(0);
    first < width(grapheme)
}

fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|it| (0x20..0x7f).contains(&it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::CellWidth;
    use unicode_segmentation::UnicodeSegmentation;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        wrap(&CleanText::line(text, Limit::BLOCK), width).iter().map(CleanText::to_string).collect()
    }

    #[test]
    fn lines_end_where_words_do() {
        assert_eq!(
            wrapped("the tide had gone out further than anyone remembered", 20),
            ["the tide had gone", "out further than", "anyone remembered"]
        );
        assert!(wrapped("", 20).is_empty());
    }

    #[test]
    fn a_word_wider_than_the_line_is_cut_where_it_is_full() {
        assert_eq!(wrapped("Donaudampfschifffahrt", 8), ["Donaudam", "pfschiff", "fahrt"]);
    }

    #[test]
    fn an_address_is_cut_after_a_mark() {
        assert_eq!(
            wrapped("https://example.org/archive_of_tides?year=1999", 20),
            ["https://example.org/", "archive_of_tides?", "year=1999"]
        );
    }

    #[test]
    fn chinese_breaks_between_characters_but_never_before_a_full_stop() {
        assert_eq!(wrapped("潮水退得很远。孩子们在沙滩上。", 14), ["潮水退得很远。", "孩子们在沙滩", "上。"]);
        assert_eq!(wrapped("潮水退得很远。", 12), ["潮水退得很", "远。"]);
    }

    #[test]
    fn a_glyph_too_wide_for_the_line_becomes_a_question_mark() {
        assert_eq!(wrapped("a潮b", 1), ["a", "?", "b"]);
    }

    #[test]
    fn thai_breaks_where_a_syllable_begins() {
        let lines = wrapped("เช้าวันนี้แม่ค้าเปิดร้านริมคลองเหมือนทุกวัน", 20);
        assert_eq!(lines.concat(), "เช้าวันนี้แม่ค้าเปิดร้านริมคลองเหมือนทุกวัน");
        assert!(lines.iter().all(|it| width(it) <= 20), "{lines:?}");
        assert!(lines[1..].iter().all(|it| it.starts_with(['เ', 'แ', 'โ', 'ใ', 'ไ'])), "{lines:?}");
    }

    #[test]
    fn korean_words_stay_whole() {
        assert_eq!(
            wrapped("해녀 고순덕 씨가 바다 학교의 첫 교장이 됐다", 14),
            ["해녀 고순덕", "씨가 바다", "학교의 첫", "교장이 됐다"]
        );
        assert_eq!(wrapped("바다학교교장", 6), ["바다학", "교교장"]);
    }

    #[test]
    fn french_quotation_marks_stay_with_their_words() {
        assert_eq!(wrapped("elle dit « oui » puis", 15), ["elle dit", "« oui » puis"]);
        assert_eq!(wrapped("elle dit « oui » puis", 11), ["elle dit", "« oui »", "puis"]);
    }

    #[test]
    fn families_and_flags_are_never_cut_in_two() {
        assert_eq!(wrapped("👩‍👩‍👧👩‍👩‍👧", 3), ["👩‍👩‍👧", "👩‍👩‍👧"]);
        assert_eq!(wrapped("🇮🇩🇮🇩", 2), ["🇮🇩", "🇮🇩"]);
    }

    #[test]
    fn a_cut_text_ends_in_an_ellipsis() {
        assert_eq!(truncate("Sea ice", 7), "Sea ice");
        assert_eq!(truncate("Sea ice at", 8), "Sea ice…");
        assert_eq!(truncate("Sea ice at", 5), "Sea…");
        assert_eq!(truncate("北京：新线路", 6), "北京…");
        assert_eq!(truncate("Sea", 1), "…");
        assert_eq!(truncate("Sea", 0), "");
    }

    proptest! {
        #[test]
        fn the_measure_is_ratatuis_but_for_signs_that_take_a_cell_after_all(text in "(?s).{0,40}|[a-zﾊﾟｶﾞ潮👩\u{200d}\u{fe0f}🇮🇩ไทยلاסש\u{301}]{0,30}") {
            let clean = CleanText::line(&text, Limit::BLOCK);
            for grapheme in clean.as_str().graphemes(true) {
                let theirs = usize::from(grapheme.cell_width());
                // Half-width voiced marks ratatui counts itself.
                let signs = |it: &char| takes_a_cell_after_all(*it) && !matches!(it, '\u{ff9e}' | '\u{ff9f}');
                prop_assert_eq!(width(grapheme), theirs + grapheme.chars().filter(signs).count());
            }
        }

        #[test]
        fn a_cut_text_fits(text in "(?s).{0,60}", room in 0_usize..40) {
            let clean = CleanText::line(&text, Limit::BLOCK);
            prop_assert!(width(&truncate(clean.as_str(), room)) <= room);
        }

        #[test]
        fn wrapping_loses_nothing_but_spaces(text in "[a-z潮้ไทย אבג./-]{0,80}", room in 2_usize..40) {
            let clean = CleanText::line(&text, Limit::BLOCK);
            let lines = wrap(&clean, room);
            prop_assert!(lines.iter().all(|it| width(it.as_str()) <= room));
            let joined: String = lines.iter().map(CleanText::as_str).collect();
            prop_assert_eq!(joined.replace(' ', ""), clean.as_str().replace(' ', ""));
        }
    }
}
