//! The nouns of the news as plain values: feeds, articles, tags, moments, and text that is safe to show.
//!
//! Nothing here opens a file, reads a clock or knows that a screen exists. What came from outside becomes a
//! [`CleanText`] or a [`CleanUrl`] before anything else sees it.

mod article;
mod clean;
mod clusters;
mod count;
mod credit;
mod feed;
mod nearest;
mod problem;
mod stretches;
mod tag;
mod time;
mod url;

pub use article::{
    Article, ArticleId, ArticleRow, Body, Enclosure, Html, Metadata, PageText, ReadingState, TextOrigin,
};
pub use clean::{CleanText, Limit, clean_char, clean_lines};
pub use clusters::{Clusters, cluster_indices, clusters};
pub use count::{count_words, quarter_words, words_of_quarters};
pub use credit::{bare_credit, split_credit};
pub use feed::{
    Because, FeedEdit, FeedId, FeedKind, FeedRow, FeedSettings, FeedSource, FeedWorth, FolderPath,
    INTERVAL_MINUTES_MAX, INTERVAL_MINUTES_MIN, Pause, WEEKS,
};
pub use nearest::nearest_of;
pub use problem::{COPY_THE_ADDRESS, Complaint, IN_THE_BROWSER, Problem, TRIED_AGAIN};
pub use stretches::{Stretch, stretches};
pub use tag::{TagChanges, TagName, TagNameError};
pub use time::{Clock, Now, Timestamp, Zone};
pub use url::{AddressError, CleanUrl};
