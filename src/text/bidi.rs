//! Right-to-left text for terminals that draw cells from left to right: the order of the Unicode Bidirectional Algorithm
//! (UAX #9), and Arabic letters joined by their presentation forms, since a terminal that does not reorder rarely joins.
//!
//! Only what is drawn passes here; what is stored, searched, printed or copied keeps the order in which it is read. The
//! width of a text never changes.

use std::borrow::Cow;

use unicode_bidi::{Level, ParagraphBidiInfo};

use super::{Flow, Line, Span, width};
use crate::news::{CleanText, Limit, cluster_indices};

/// What of the order is made here. The rest the terminal makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arranging {
    /// The terminal draws cell by cell from left to right: foot, xterm, Alacritty and most others.
    #[default]
    All,
    /// The terminal draws each right-to-left word with its letters in order and joined, but the words from left to
    /// right: kitty (its option `force_ltr`). A word ends for it at a space or at a letter of another font, as those of
    /// other scripts, figures and Latin punctuation nearly always are.
    Words,
    /// The terminal follows the algorithm itself and would undo what is arranged already: Konsole, mlterm.
    Nothing,
}

/// Whether any of it is written from right to left.
pub fn has_right_to_left(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_right_to_left)
}

/// Whether a text as a whole runs from right to left: whether its first letter does (UAX #9, P2).
pub fn runs_right_to_left(text: &str) -> bool {
    text.chars().find(|it| it.is_alphabetic()).is_some_and(is_right_to_left)
}

/// A text in the order in which it is sent to the terminal.
pub fn visual(text: &str, arranging: Arranging) -> Cow<'_, str> {
    if arranging == Arranging::Nothing || !has_right_to_left(text) {
        return Cow::Borrowed(text);
    }
    let joined = joined(text, arranging);
    let order = pieces(&joined, base(runs_right_to_left(text)), &[joined.len()], arranging);
    Cow::Owned(order.into_iter().map(|(_, piece)| piece).collect())
}

/// A laid-out line in the order in which it is sent. A line of a right-to-left paragraph ends at the right edge of
/// `width` cells, unless the terminal arranges all of it.
pub fn visual_line(line: Line, width_max: usize, arranging: Arranging) -> Line {
    if arranging == Arranging::Nothing {
        return line;
    }
    if !line.spans.iter().any(|it| has_right_to_left(it.text.as_str())) {
        return if line.flow == Flow::RightToLeft { at_right(line, width_max) } else { line };
    }
    match line.flow {
        Flow::EachSpan => {
            let spans =
                line.spans.into_iter().map(|it| Span { text: clean(&visual(it.text.as_str(), arranging)), ..it });
            Line { spans: spans.collect(), flow: line.flow }
        }
        Flow::LeftToRight => reordered(&line, arranging),
        Flow::RightToLeft => at_right(reordered(&line, arranging), width_max),
    }
}

fn reordered(line: &Line, arranging: Arranging) -> Line {
    let mut text = String::new();
    let mut ends = Vec::with_capacity(line.spans.len());
    let whole: String = line.spans.iter().map(|it| it.text.as_str()).collect();
    let whole = joined(&whole, arranging);
    let mut rest = whole.chars();
    for span in &line.spans {
        // Joining replaces letter by letter, so that characters still tell the spans apart.
        text.extend(rest.by_ref().take(span.text.as_str().chars().count()));
        ends.push(text.len());
    }
    let order = pieces(&text, base(line.flow == Flow::RightToLeft), &ends, arranging);
    let spans = order.into_iter().map(|(span, piece)| Span { text: clean(&piece), ..line.spans[span].clone() });
    Line { spans: spans.collect(), flow: line.flow }
}

fn at_right(mut line: Line, width_max: usize) -> Line {
    let used: usize = line.spans.iter().map(|it| width(it.text.as_str())).sum();
    let gap = width_max.saturating_sub(used);
    if gap > 0 && used > 0 {
        line.spans.insert(0, super::lines::dim(clean(&" ".repeat(gap))));
    }
    line
}

fn base(right_to_left: bool) -> Level {
    if right_to_left { Level::rtl() } else { Level::ltr() }
}

/// The text in pieces from left to right, each with the number of the span it belongs to; spans end at `ends`.
fn pieces(text: &str, base: Level, ends: &[usize], arranging: Arranging) -> Vec<(usize, String)> {
    let info = ParagraphBidiInfo::new(text, Some(base));
    let (levels, runs) = info.visual_runs(0..text.len());
    let mut out: Vec<(usize, String)> = Vec::new();
    for run in runs {
        let is_rtl = levels.get(run.start).is_some_and(|it| it.is_rtl());
        let span_of = |at: usize| ends.partition_point(|end| *end <= at).min(ends.len().saturating_sub(1));
        let mut clusters: Vec<(usize, &str)> =
            cluster_indices(&text[run.clone()]).map(|(at, it)| (span_of(run.start + at), it)).collect();
        let mut add = |span: usize, cluster: &str| match out.last_mut() {
            Some((last, piece)) if *last == span => piece.push_str(cluster),
            Some(_) | None => out.push((span, cluster.to_owned())),
        };
        if is_rtl {
            clusters.reverse();
            if arranging == Arranging::Words {
                let is_letter = |it: &(usize, &str)| it.1.starts_with(is_right_to_left);
                for word in clusters.chunk_by_mut(|one, next| is_letter(one) && is_letter(next)) {
                    word.reverse();
                }
            }
            clusters.iter().for_each(|(span, cluster)| add(*span, mirrored(cluster)));
        } else {
            clusters.iter().for_each(|(span, cluster)| add(*span, cluster));
        }
    }
    out
}

/// Text that was clean and was only put in another order; spaces at its ends stay.
fn clean(text: &str) -> CleanText {
    let fenced = CleanText::preformatted(&format!("{text}."), Limit::BLOCK);
    fenced.part(0..fenced.as_str().len() - 1)
}

fn is_right_to_left(it: char) -> bool {
    matches!(it, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        && !matches!(it, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Brackets open towards the text in either direction (UAX #9, L4).
fn mirrored(cluster: &str) -> &str {
    match cluster {
        "(" => ")",
        ")" => "(",
        "[" => "]",
        "]" => "[",
        "{" => "}",
        "}" => "{",
        "<" => ">",
        ">" => "<",
        "«" => "»",
        "»" => "«",
        "‹" => "›",
        "›" => "‹",
        other => other,
    }
}

/// Arabic letters in the forms in which they join their neighbours; a character stays a character.
/// A terminal that arranges words joins them too, in its font's own forms.
fn joined(text: &str, arranging: Arranging) -> String {
    if arranging == Arranging::Words || !text.chars().any(|it| forms(it).is_some()) {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let is_mark = |it: char| matches!(it, '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}');
    let joins_next = |it: char| it == TATWEEL || it == JOINER || forms(it).is_some_and(|(_, count)| count == 4);
    let joins_last = |it: char| it == TATWEEL || it == JOINER || forms(it).is_some_and(|(_, count)| count >= 2);
    let shaped = |at: usize| {
        let Some((first, count)) = forms(letters[at]) else { return letters[at] };
        let before = letters[..at].iter().rev().find(|it| !is_mark(**it)).is_some_and(|it| joins_next(*it));
        let after = letters[at + 1..].iter().find(|it| !is_mark(**it)).is_some_and(|it| joins_last(*it));
        let form = match (before && count >= 2, after && count == 4) {
            (false, false) => 0,
            (true, false) => 1,
            (false, true) => 2,
            (true, true) => 3,
        };
        char::from_u32(first + form).unwrap_or(letters[at])
    };
    (0..letters.len()).map(shaped).collect()
}

const TATWEEL: char = '\u{640}';
const JOINER: char = '\u{200d}';

/// The first presentation form of a letter (alone), and how many there are: alone; after one; before one; between two.
/// From the Unicode blocks Arabic Presentation Forms-A and -B.
fn forms(letter: char) -> Option<(u32, u32)> {
    FORMS.binary_search_by_key(&letter, |it| it.0).ok().map(|at| (FORMS[at].1, FORMS[at].2))
}

static FORMS: [(char, u32, u32); 53] = [
    ('\u{621}', 0xfe80, 1),
    ('\u{622}', 0xfe81, 2),
    ('\u{623}', 0xfe83, 2),
    ('\u{624}', 0xfe85, 2),
    ('\u{625}', 0xfe87, 2),
    ('\u{626}', 0xfe89, 4),
    ('\u{627}', 0xfe8d, 2),
    ('\u{628}', 0xfe8f, 4),
    ('\u{629}', 0xfe93, 2),
    ('\u{62a}', 0xfe95, 4),
    ('\u{62b}', 0xfe99, 4),
    ('\u{62c}', 0xfe9d, 4),
    ('\u{62d}', 0xfea1, 4),
    ('\u{62e}', 0xfea5, 4),
    ('\u{62f}', 0xfea9, 2),
    ('\u{630}', 0xfeab, 2),
    ('\u{631}', 0xfead, 2),
    ('\u{632}', 0xfeaf, 2),
    ('\u{633}', 0xfeb1, 4),
    ('\u{634}', 0xfeb5, 4),
    ('\u{635}', 0xfeb9, 4),
    ('\u{636}', 0xfebd, 4),
    ('\u{637}', 0xfec1, 4),
    ('\u{638}', 0xfec5, 4),
    ('\u{639}', 0xfec9, 4),
    ('\u{63a}', 0xfecd, 4),
    ('\u{641}', 0xfed1, 4),
    ('\u{642}', 0xfed5, 4),
    ('\u{643}', 0xfed9, 4),
    ('\u{644}', 0xfedd, 4),
    ('\u{645}', 0xfee1, 4),
    ('\u{646}', 0xfee5, 4),
    ('\u{647}', 0xfee9, 4),
    ('\u{648}', 0xfeed, 2),
    ('\u{649}', 0xfeef, 2),
    ('\u{64a}', 0xfef1, 4),
    ('\u{679}', 0xfb66, 4),
    ('\u{67e}', 0xfb56, 4),
    ('\u{686}', 0xfb7a, 4),
    ('\u{688}', 0xfb88, 2),
    ('\u{691}', 0xfb8c, 2),
    ('\u{698}', 0xfb8a, 2),
    ('\u{6a4}', 0xfb6a, 4),
    ('\u{6a9}', 0xfb8e, 4),
    ('\u{6af}', 0xfb92, 4),
    ('\u{6ba}', 0xfb9e, 2),
    ('\u{6be}', 0xfbaa, 4),
    ('\u{6c0}', 0xfba4, 2),
    ('\u{6c1}', 0xfba6, 4),
    ('\u{6cb}', 0xfbde, 2),
    ('\u{6cc}', 0xfbfc, 4),
    ('\u{6d0}', 0xfbe4, 4),
    ('\u{6d2}', 0xfbae, 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Role;
    use proptest::prelude::*;

    fn line(flow: Flow, spans: &[(&str, Option<usize>)]) -> Line {
        let span = |(text, link): &(&str, Option<usize>)| Span { text: clean(text), role: Role::Text, link: *link };
        Line { spans: spans.iter().map(span).collect(), flow }
    }

    fn texts(line: &Line) -> Vec<&str> {
        line.spans.iter().map(|it| it.text.as_str()).collect()
    }

    #[test]
    fn hebrew_reads_from_the_right_and_its_numbers_do_not() {
        assert_eq!(visual("שלום 42 עולם", Arranging::All), "םלוע 42 םולש");
        assert_eq!(visual("a שלום b", Arranging::All), "a םולש b");
        assert_eq!(visual("(שלום)", Arranging::All), "(םולש)");
        assert_eq!(visual("plain", Arranging::All), "plain");
    }

    /// Seen in kitty 0.26: a word's letters are put in order by kitty, the words are not.
    #[test]
    fn where_the_terminal_orders_letters_only_the_words_change_places() {
        let words = |text| visual(text, Arranging::Words).into_owned();
        assert_eq!(words("אב גד 42 הו"), "הו 42 גד אב");
        assert_eq!(words("(אב) גד."), ".גד (אב)");
        assert_eq!(words("a אב גד b"), "a גד אב b");
        assert_eq!(words("باب، سلام"), "سلام باب،");
        assert_eq!(visual("אב גד", Arranging::Nothing), "אב גד");
        let line = line(Flow::RightToLeft, &[("אב ", None), ("גד", Some(1)), (" הו", None)]);
        let shown = visual_line(line, 10, Arranging::Words);
        assert_eq!(texts(&shown), ["  ", "הו ", "גד", " אב"]);
        assert_eq!(shown.spans[2].link, Some(1));
    }

    #[test]
    fn arabic_letters_join() {
        // Beh joins the alef behind it; alef joins nothing behind itself; the second beh stands alone.
        assert_eq!(visual("باب", Arranging::All), "\u{fe8f}\u{fe8e}\u{fe91}");
        assert_eq!(joined("سلام", Arranging::All), "\u{feb3}\u{fee0}\u{fe8e}\u{fee1}");
        // Marks stand between letters and part none.
        assert_eq!(joined("بَب", Arranging::All), "\u{fe91}\u{64e}\u{fe90}");
    }

    #[test]
    fn the_forms_are_in_order_and_in_their_blocks() {
        assert!(FORMS.is_sorted_by_key(|it| it.0));
        for (letter, first, count) in FORMS {
            assert!([1, 2, 4].contains(&count), "{letter}");
            let alone = char::from_u32(first).map(|it| it.to_string()).unwrap_or_default();
            use unicode_normalization::UnicodeNormalization;
            let letter = letter.to_string().nfkc().collect::<String>();
            for form in first..first + count {
                let form = char::from_u32(form).map(|it| it.to_string()).unwrap_or_default();
                assert_eq!(form.nfkc().collect::<String>(), letter, "{alone}");
            }
        }
    }

    #[test]
    fn a_link_in_a_right_to_left_line_keeps_its_words_and_its_number() {
        let shown = visual_line(
            line(Flow::RightToLeft, &[("ראו ", None), ("כאן", Some(3)), (" עכשיו", None)]),
            14,
            Arranging::All,
        );
        assert_eq!(texts(&shown), [" ", "וישכע ", "ןאכ", " ואר"]);
        assert_eq!(shown.spans[2].link, Some(3));
    }

    #[test]
    fn cells_of_a_table_never_change_places() {
        let shown = visual_line(line(Flow::EachSpan, &[("אב", None), ("  ", None), ("גד", None)]), 20, Arranging::All);
        assert_eq!(texts(&shown), ["בא", "  ", "דג"]);
    }

    proptest! {
        #[test]
        fn no_order_changes_the_width(text in "[a-z0-9 ().,אבגדהבسلامرد潮é]{0,60}") {
            let text = CleanText::line(&text, Limit::BLOCK);
            prop_assert_eq!(width(&visual(text.as_str(), Arranging::All)), width(text.as_str()));
            for flow in [Flow::LeftToRight, Flow::EachSpan, Flow::RightToLeft] {
                let shown = visual_line(line(flow, &[(text.as_str(), None), ("שלום", Some(1))]), 0, Arranging::All);
                let cells: usize = texts(&shown).iter().map(|it| width(it)).sum();
                prop_assert_eq!(cells, width(text.as_str()) + 4);
            }
        }
    }
}
