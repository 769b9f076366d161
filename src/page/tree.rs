//! Small questions to a parsed page's tree.

use dom_query::NodeRef;

/// The element's name; empty for text and comments.
pub fn name(node: &NodeRef<'_>) -> String {
    node.node_name().map(|it| it.to_string()).unwrap_or_default()
}

/// The text beneath a node with white space squeezed.
pub fn text(node: &NodeRef<'_>) -> String {
    node.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Characters of the links beneath a node.
pub fn link_chars(node: &NodeRef<'_>) -> usize {
    node.descendants_it().filter(|it| it.has_name("a")).map(|it| it.normalized_char_count()).sum()
}

/// The words of class names and id, in lower case: `shareBar share-top` is `share bar share top`, and whole names too.
pub fn style_words(node: &NodeRef<'_>) -> Vec<String> {
    let mut words = Vec::new();
    for attribute in ["class", "id"] {
        let Some(value) = node.attr(attribute) else { continue };
        for name in value.split_whitespace().take(STYLE_NAMES_MAX) {
            // A colon makes it a rule of layout (`print:px-6`), which says nothing of what the element is.
            if name.contains(':') {
                continue;
            }
            let mut word = String::new();
            let mut after_small = false;
            for it in name.chars() {
                if !it.is_alphanumeric() || (it.is_uppercase() && after_small) {
                    push_word(&mut words, &mut word);
                }
                if it.is_alphanumeric() {
                    word.extend(it.to_lowercase());
                }
                after_small = it.is_lowercase();
            }
            push_word(&mut words, &mut word);
            let joined: String = name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            words.push(joined);
        }
    }
    words
}

/// Names beyond these are a generator's, not a person's.
const STYLE_NAMES_MAX: usize = 30;

fn push_word(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Text as two texts are compared: letters and digits alone, in lower case.
pub fn key(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Elements that begin a line of their own.
pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "nav"
            | "address"
            | "center"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "ul"
            | "ol"
            | "li"
            | "dl"
            | "dt"
            | "dd"
            | "blockquote"
            | "pre"
            | "hr"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "figure"
            | "figcaption"
            | "form"
            | "fieldset"
            | "details"
            | "summary"
            | "hgroup"
            | "body"
    )
}
