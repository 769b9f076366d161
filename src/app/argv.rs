//! A typed line as a program and its arguments. No shell is asked: quotes group words, and every other character,
//! `$`, `;`, `|` and `` ` `` among them, is a letter like any other.

/// Splits `line` at spaces outside of quotes. A backslash outside of single quotes takes the next character as it is.
///
/// # Errors
/// A sentence, where a quote is not closed or nothing is there.
pub fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut out = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = line.chars();
    while let Some(it) = letters.next() {
        match (it, quote) {
            (it, Some(open)) if it == open => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(letters.next()),
            (it, Some(_)) => word.get_or_insert_default().push(it),
            ('"' | '\'', None) => {
                quote = Some(it);
                word.get_or_insert_default();
            }
            (it, None) if it.is_whitespace() => out.extend(word.take()),
            (it, None) => word.get_or_insert_default().push(it),
        }
    }
    if quote.is_some() {
        return Err("A quote is not closed. Close it, or take it away.");
    }
    out.extend(word);
    if out.first().is_none_or(String::is_empty) { Err("Name a program, such as wc -w.") } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quotes_group_and_nothing_else_means_anything() {
        assert_eq!(words("wc -w").unwrap(), ["wc", "-w"]);
        assert_eq!(words("mail -s 'two words' me").unwrap(), ["mail", "-s", "two words", "me"]);
        assert_eq!(words("a \"b \\\" c\" d\\ e ''").unwrap(), ["a", "b \" c", "d e", ""]);
        assert_eq!(
            words("cat; touch P $(id) `id` > x | y").unwrap()[1..],
            ["touch", "P", "$(id)", "`id`", ">", "x", "|", "y"]
        );
        assert!(words("a 'b").is_err() && words("  ").is_err() && words("''").is_err());
    }

    proptest! {
        #[test]
        fn a_word_in_single_quotes_is_that_word(word in "[^'\\n]{1,20}") {
            prop_assert_eq!(words(&format!("p '{word}'")).unwrap(), ["p".to_owned(), word]);
        }
    }
}
