//! The user-perceived characters of a text (extended grapheme clusters, UAX #29). Most texts are plain letters, of which
//! each stands for itself; only where one may join its neighbour are the rules of Unicode asked. Never gives other pieces
//! than they do.

use unicode_segmentation::{Graphemes, UnicodeSegmentation};

/// The clusters of a text, from its beginning.
#[derive(Clone, Debug)]
pub struct Clusters<'a> {
    rest: &'a str,
    /// Unicode's own, of the same rest, where it began with a letter that may join another.
    joining: Option<Graphemes<'a>>,
}

/// The user-perceived characters of a text, in order; together they are the text.
pub fn clusters(text: &str) -> Clusters<'_> {
    Clusters { rest: text, joining: None }
}

/// The same, each with the byte at which it begins.
pub fn cluster_indices(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    clusters(text).map(move |it| {
        let start = at;
        at += it.len();
        (start, it)
    })
}

impl<'a> Iterator for Clusters<'a> {
    type Item = &'a str;

    #[inline]
    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.rest.as_bytes();
        let length = match (bytes.first()?, bytes.get(1)) {
            (b' '..=b'~', None | Some(b' '..=b'~')) => 1,
            _ => match plain_length(self.rest) {
                Some(length) => length,
                None => return self.next_joining(),
            },
        };
        self.joining = None;
        let (cluster, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(cluster)
    }
}

impl<'a> Clusters<'a> {
    fn next_joining(&mut self) -> Option<&'a str> {
        let joining = self.joining.get_or_insert_with(|| self.rest.graphemes(true));
        let cluster = joining.next();
        self.rest = joining.as_str();
        cluster
    }
}

/// Bytes of the first letter of a text, where it is a cluster by itself beyond doubt.
fn plain_length(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let first = chars.next().filter(|it| is_plain(*it))?;
    chars.next().is_none_or(is_plain).then_some(first.len_utf8())
}

/// Printed letters and signs that neither join nor are joined: blocks of Unicode without marks, controls and pictographs
/// that a selector could follow.
pub(super) fn is_plain(it: char) -> bool {
    matches!(it, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{531}'..='\u{556}' | '\u{561}'..='\u{587}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{660}'..='\u{66f}' | '\u{671}'..='\u{6d5}' | '\u{e01}'..='\u{e30}' | '\u{e40}'..='\u{e46}'
        | '\u{10d0}'..='\u{10ff}' | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203b}' | '\u{20a0}'..='\u{20bf}'
        | '\u{3001}'..='\u{3029}' | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{ff01}'..='\u{ff9d}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_two_plain_letters_are_ever_one() {
        let plain: Vec<char> = ('\0'..=char::MAX).filter(|it| is_plain(*it)).collect();
        // One of each block beside all.
        for other in [
            'a', ' ', 'é', 'я', 'Ա', 'ש', 'ل', 'ق', 'ﻻ', 'ก', 'เ', 'ა', 'ẛ', '…', '€', '、', 'あ', '北', '가', '각',
            'ﾝ',
        ] {
            for it in &plain {
                let both = [other, *it, other].iter().collect::<String>();
                assert_eq!(both.graphemes(true).count(), 3, "{both:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_clusters_are_those_of_unicode(
            text in concat!(
                "(?s)\\PC{0,30}|.{0,30}",
                "|[a-zﾊﾟｶﾞ潮👩\u{200d}\u{fe0f}🇮🇩ไทยلاס\u{600}ש\u{301}\r\n \u{94d}कक가\u{11a8}\u{1100}]{0,30}",
            )
        ) {
            prop_assert_eq!(clusters(&text).collect::<Vec<_>>(), text.graphemes(true).collect::<Vec<_>>());
            prop_assert_eq!(
                cluster_indices(&text).collect::<Vec<_>>(),
                text.grapheme_indices(true).collect::<Vec<_>>()
            );
        }
    }
}
