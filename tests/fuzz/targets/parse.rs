//! Bytes of a feed, decoded and parsed: no panic, the same keys at every parse, nothing through the door that may not
//! be drawn or opened.

#![no_main]

use dateline::feed::{Origin, ParsedFeed, dump, parse};
use dateline::news::{CleanUrl, clean_char};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let origin = Origin { url: CleanUrl::parse("https://kabar.example/a/feed").ok(), content_type: None };
    let parsed = parse(bytes, &origin);
    if let (Ok((once, _)), Ok((again, _))) = (&parsed, &parse(bytes, &origin)) {
        let keys = |feed: &ParsedFeed| feed.articles.iter().map(|it| it.keys.clone()).collect::<Vec<_>>();
        assert_eq!(keys(once), keys(again));
        for article in &once.articles {
            assert!(!article.keys.0.is_empty());
            for text in [&article.title, &article.more.guid, &article.more.rights].into_iter().chain(&article.authors) {
                assert!(text.as_str().chars().all(clean_char));
            }
            assert!(!article.body.0.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\t')));
            for url in article.url.iter().chain(&article.more.links) {
                assert!(url.as_str().starts_with("http"));
            }
        }
    }
    // What is shown of it, refusals too.
    let _ = dump::dump(&parsed);
});
