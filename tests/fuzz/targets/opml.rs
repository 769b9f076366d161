//! Bytes of a list of subscriptions: no panic, and what is read comes back the same after it was written.

#![no_main]

use dateline::feed::opml::{Secrets, read, write};
use dateline::news::{FeedId, FeedKind, FeedRow};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(list) = read(bytes) else { return };
    let rows: Vec<FeedRow> = list
        .subscriptions
        .iter()
        .map(|it| FeedRow {
            id: FeedId(1),
            kind: FeedKind::Fetched,
            title: it.title.clone(),
            url: Some(it.url.clone()),
            site: None,
            folder: it.folder.clone(),
            tags: it.tags.clone(),
            unread: 0,
            articles: 0,
            last_success: None,
            next_due: None,
            problem: None,
            failing_since: None,
            complaints: Vec::new(),
            pause: Default::default(),
            because: Default::default(),
        })
        .collect();
    let mut again = read(write(&rows, Secrets::Kept).as_bytes()).map(|it| it.subscriptions).unwrap_or_default();
    let mut before = list.subscriptions;
    before.sort_by(|one, two| one.url.cmp(&two.url));
    again.sort_by(|one, two| one.url.cmp(&two.url));
    assert_eq!(before, again);
});
