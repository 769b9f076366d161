//! By what an article is known again: its keys, settled within one document.
//!
//! Keys never depend on the order or number of the other articles, except where a feed leaves nothing else.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::Keys;
use crate::news::Timestamp;

/// What an article says of itself, as the feed wrote it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Claims<'a> {
    pub guid: &'a str,
    /// Already absolute.
    pub link: &'a str,
    pub title: &'a str,
    pub date: Option<Timestamp>,
    pub text: &'a str,
}

/// Guids and links longer than this are kept as their hash.
const KEY_BYTES_MAX: usize = 200;
/// Both, the guid and the link.
const KEYS_USUAL: usize = 3;
/// 128 bits: no two articles of one feed meet by chance.
const HASH_HEX_DIGITS: usize = 32;

/// The keys of a document's articles, in their order. `own_pages` are the feed's own addresses, which identify
/// nothing. Every article gets at least one key, and no key is given twice.
pub fn keys(articles: &[Claims<'_>], own_pages: &[&str]) -> Vec<Keys> {
    let guids: Vec<String> = articles.iter().map(|it| normalised(it.guid)).collect();
    let links: Vec<String> = articles.iter().map(|it| normalised(it.link)).collect();
    let own: HashSet<String> = own_pages.iter().map(|it| normalised(it)).collect();
    let guid_counts = counts(&guids);
    let link_counts = counts(&links);
    let mut taken: HashSet<String> = HashSet::with_capacity(articles.len() * KEYS_USUAL);
    let mut ordinals: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::with_capacity(articles.len());
    for (nth, article) in articles.iter().enumerate() {
        let (guid, link) = (guids[nth].as_str(), links[nth].as_str());
        let link_tells = !link.is_empty() && link_counts[link] == 1 && !own.contains(link);
        let mut wanted = Vec::with_capacity(KEYS_USUAL);
        if !guid.is_empty() && !link.is_empty() {
            wanted.push(["gl:", &hash(&[guid, link])].concat());
        }
        if !guid.is_empty() && guid_counts[guid] == 1 {
            wanted.push(["g:", &short(guid)].concat());
        }
        if link_tells {
            wanted.push(["l:", &short(link)].concat());
        }
        if guid.is_empty() && !link_tells {
            wanted.push(["h:", &content_hash(article)].concat());
        }
        wanted.retain(|key| taken.insert(key.clone()));
        if wanted.is_empty() {
            // A shared guid, or the very same article twice: only its place among its like is left.
            let shared = if guid.is_empty() { content_hash(article) } else { short(guid).into_owned() };
            let ordinal = ordinals.entry(shared.clone()).or_insert(0);
            *ordinal += 1;
            let key = format!("o:{shared}#{ordinal}");
            taken.insert(key.clone());
            wanted.push(key);
        }
        all.push(Keys(wanted));
    }
    all
}

/// A guid or link as it is compared: without scheme, `www.` and trailing slash, the host in lower case.
pub fn normalised(text: &str) -> String {
    let text = text.trim();
    let Some(rest) = ["http://", "https://"].iter().find_map(|scheme| strip_prefix_ignoring_case(text, scheme)) else {
        return text.to_owned();
    };
    let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    let host = if host.is_ascii() { host.to_ascii_lowercase() } else { host.to_lowercase() };
    let host = host.strip_prefix("www.").unwrap_or(&host);
    [host, path.strip_suffix('/').unwrap_or(path)].concat()
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn counts(texts: &[String]) -> HashMap<&str, usize> {
    let mut counts = HashMap::with_capacity(texts.len());
    for text in texts {
        *counts.entry(text.as_str()).or_insert(0) += 1;
    }
    counts
}

/// The text itself where it is short and plain, else its hash: never cut, so that no two long ones meet.
fn short(text: &str) -> Cow<'_, str> {
    let plain = text.len() <= KEY_BYTES_MAX && !text.starts_with('#') && text.bytes().all(|it| it.is_ascii_graphic());
    if plain { Cow::Borrowed(text) } else { Cow::Owned(["#", &hash(&[text])].concat()) }
}

fn content_hash(article: &Claims<'_>) -> String {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let date = article.date.map(|it| it.seconds().to_string()).unwrap_or_default();
    hash(&[&words(article.title), &date, &words(article.text)])
}

fn hash(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        // Lengths keep ("ab", "c") apart from ("a", "bc").
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..HASH_HEX_DIGITS].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claims<'a>(guid: &'a str, link: &'a str, title: &'a str) -> Claims<'a> {
        Claims { guid, link, title, ..Claims::default() }
    }

    #[test]
    fn scheme_www_and_a_trailing_slash_make_no_other_article() {
        let one = keys(&[claims("https://www.Example.org/a/", "http://example.org/a", "x")], &[]);
        let two = keys(&[claims("http://example.org/a", "https://www.example.org/a/", "y")], &[]);
        assert_eq!(one, two);
        assert_eq!(one[0].0[1..], ["g:example.org/a", "l:example.org/a"]);
    }

    #[test]
    fn a_shared_guid_is_told_apart_by_the_link() {
        let links: Vec<String> = (0..10).map(|it| format!("http://example.org/{it}")).collect();
        let articles: Vec<Claims<'_>> = links.iter().map(|link| claims("same", link, "x")).collect();
        let keys = keys(&articles, &[]);
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 10);
        assert!(keys.iter().all(|it| it.0[0].starts_with("gl:") && it.0[1].starts_with("l:")));
    }

    #[test]
    fn a_shared_guid_without_links_leaves_the_place() {
        let articles = [claims("same", "", "a"), claims("same", "", "b")];
        assert_eq!(keys(&articles, &[]), [Keys(vec!["o:same#1".into()]), Keys(vec!["o:same#2".into()])]);
    }

    #[test]
    fn without_guid_and_link_the_content_tells() {
        let articles = [claims(" ", "", "a"), claims("", "http://example.org/", "b")];
        let once = keys(&articles, &["https://example.org"]);
        assert!(once.iter().all(|it| it.0.len() == 1 && it.0[0].starts_with("h:")), "{once:?}");
        assert_eq!(once, keys(&articles, &["https://example.org"]));
        assert_ne!(once[0], once[1]);
    }

    #[test]
    fn an_edited_title_is_the_same_article_where_there_is_a_link() {
        let before = keys(&[claims("", "http://example.org/a", "Befor")], &[]);
        assert_eq!(before, keys(&[claims("", "http://example.org/a", "Before")], &[]));
    }

    #[test]
    fn long_and_odd_guids_are_hashed_not_cut() {
        let long = "x".repeat(4_096);
        let longer = format!("{long}y");
        let odd =
            keys(&[claims(&long, "", ""), claims(&longer, "", ""), claims("a\0b", "", ""), claims("ר", "", "")], &[]);
        assert!(odd.iter().all(|it| it.0[0].starts_with("g:#") && it.0[0].len() < 40));
        assert_eq!(odd.iter().collect::<HashSet<_>>().len(), 4);
    }

    proptest! {
        #[test]
        fn no_key_is_given_twice_and_everyone_has_one(
            articles in prop::collection::vec(("[ab]{0,1}", "(http://[ab]){0,1}", "[xy]"), 0..12)
        ) {
            let claimed: Vec<Claims<'_>> = articles.iter().map(|(guid, link, title)| claims(guid, link, title)).collect();
            let keys = keys(&claimed, &["http://a/"]);
            prop_assert!(keys.iter().all(|it| !it.0.is_empty()));
            let all: Vec<&String> = keys.iter().flat_map(|it| &it.0).collect();
            prop_assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        }

        #[test]
        fn articles_with_a_guid_of_their_own_keep_their_keys_in_any_order(
            ids in prop::collection::hash_set("[a-d]{1,2}", 1..8)
        ) {
            let ids: Vec<String> = ids.into_iter().collect();
            let forward: Vec<Claims<'_>> = ids.iter().map(|id| claims(id, "", "t")).collect();
            let backward: Vec<Claims<'_>> = forward.iter().rev().copied().collect();
            let mut reversed = keys(&backward, &[]);
            reversed.reverse();
            prop_assert_eq!(keys(&forward, &[]), reversed);
        }
    }
}
