//! Lists of subscriptions: OPML (nested, lenient) and newsboat's `urls`.

use crate::news::{CleanText, CleanUrl, FolderPath, TagName};

/// A subscription that a list asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    pub url: CleanUrl,
    pub title: CleanText,
    pub folder: FolderPath,
    pub tags: Vec<TagName>,
}

/// A list of subscriptions with what could not be carried, each with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscriptionList {
    pub title: CleanText,
    pub subscriptions: Vec<Subscription>,
    pub skipped: Vec<CleanText>,
}

/// Reads OPML or newsboat's `urls`, whichever it is. The error is a sentence for a person.
pub fn read(_bytes: &[u8]) -> Result<SubscriptionList, CleanText> {
    todo!()
}
