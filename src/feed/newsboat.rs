//! newsboat's `urls`: one feed a line, then its tags, `"~Title"` among them. Queries become saved searches where
//! they can be translated; programs and filters are listed as skipped and never run.

use std::collections::HashSet;

use super::newsboat_query;
use super::opml::{OUTLINES_MAX, Subscription, SubscriptionList, skipped, tag_of};
use crate::news::{CleanText, CleanUrl, FolderPath, Limit};

/// Reads a list. The error is a sentence for a person.
pub fn read(text: &str) -> Result<SubscriptionList, CleanText> {
    let mut list = SubscriptionList::default();
    let mut seen = HashSet::new();
    for line in text.lines().take(OUTLINES_MAX) {
        let mut words = words(line).into_iter();
        let Some(address) = words.next() else { continue };
        if let Some(query) = address.strip_prefix("query:") {
            match newsboat_query::read(query) {
                Ok(search) => list.searches.push(search),
                Err(why) => list.skipped.push(skipped(&address, &why)),
            }
            continue;
        }
        match CleanUrl::parse(&address) {
            Ok(url) => {
                if !seen.insert(url.to_string()) {
                    continue;
                }
                let mut subscription =
                    Subscription { url, title: CleanText::default(), folder: FolderPath::default(), tags: Vec::new() };
                for word in words {
                    match word.strip_prefix('~') {
                        Some(title) => subscription.title = CleanText::line(title, Limit::TITLE),
                        // `!` hides a feed from newsboat's list.
                        None if word == "!" => {}
                        None => match tag_of(&word) {
                            Some(tag) if !subscription.tags.contains(&tag) => subscription.tags.push(tag),
                            Some(_) => {}
                            None => list.skipped.push(skipped(&word, "it can't be a tag")),
                        },
                    }
                }
                list.subscriptions.push(subscription);
            }
            Err(_) => list.skipped.push(skipped(&address, reason(&address))),
        }
    }
    if list.subscriptions.is_empty()
        && list.searches.is_empty()
        && !list.skipped.iter().any(|it| it.as_str().starts_with("query:"))
    {
        return Err(CleanText::own("That is not a list of feeds. Choose an OPML file or newsboat's urls."));
    }
    Ok(list)
}

fn reason(address: &str) -> &'static str {
    let starts = |prefix: &str| address.to_ascii_lowercase().starts_with(prefix);
    if starts("exec:") || starts("filter:") || starts("|") {
        "no list names a program that is run; `dateline add` with this, in quotes, does if you trust it"
    } else {
        "it is neither http nor https"
    }
}

/// The words of a line; quotation marks hold several together, `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() && !rest.starts_with('#') {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_word(quoted),
            None => {
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                (rest[..end].to_owned(), &rest[end..])
            }
        };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The inside of a quoted word, `\"` and `\\` unescaped, and what follows it.
pub(super) fn quoted_word(text: &str) -> (String, &str) {
    let mut word = String::new();
    let mut chars = text.char_indices();
    while let Some((at, it)) = chars.next() {
        match it {
            '"' => return (word, &text[at + 1..]),
            '\\' => match chars.next() {
                Some((_, escaped @ ('"' | '\\'))) => word.push(escaped),
                Some((_, other)) => word.extend(['\\', other]),
                None => word.push('\\'),
            },
            _ => word.push(it),
        }
    }
    (word, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::TagName;

    #[test]
    fn tags_and_titles_are_carried() {
        let list = read(
            "# mine\nhttps://a.example/feed \"~A \\\"fine\\\" title\" news \"to read\" ! # later\n\nhttp://b.example/#x\nhttps://a.example/feed\n",
        )
        .unwrap();
        assert_eq!(list.subscriptions.len(), 2);
        assert_eq!(list.subscriptions[0].title.as_str(), "A \"fine\" title");
        let tags: Vec<&str> = list.subscriptions[0].tags.iter().map(TagName::as_str).collect();
        assert_eq!(tags, ["news", "to-read"]);
        assert_eq!(list.subscriptions[1].url.as_str(), "http://b.example/#x");
    }

    #[test]
    fn queries_programs_and_files_are_listed() {
        let list = read(
            "\"query:Unread:unread = \\\"yes\\\"\"\n\"exec:touch /tmp/x\"\nfilter:cat:http://a.example/\nfile:///x\nhttp://a.example/\n",
        )
        .unwrap();
        assert_eq!(list.subscriptions.len(), 1);
        assert_eq!((list.searches.len(), list.searches[0].query.as_str()), (1, "unread"));
        assert_eq!(list.skipped.len(), 3);
        assert!(list.skipped[0].as_str().contains("no list names a program"));
    }

    #[test]
    fn any_other_text_is_refused() {
        assert!(read("dear diary,\ntoday").is_err());
    }
}
