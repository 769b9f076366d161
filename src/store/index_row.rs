//! Where an article stands in the index of words. The index keeps, for each word, the differences between the numbers of
//! the articles that have it: the closer these numbers, the smaller the index. An article's id leaves a million places a
//! day, of which a day fills some hundreds; its row in the index leaves 1,024. What a crowded day has beyond them (a
//! thousand undated articles that all arrived at once) stands in a region of its own far above, as wide as the ids are.
//!
//! Within a region rows are in the order of days, as ids are. This is the only place that knows how the two belong
//! together; it must never give two articles one row, nor an article another row than before: the index names its
//! articles by nothing else.

use rusqlite::Connection;

use crate::news::{ArticleId, Timestamp};

use super::refusal::Refusal;

/// A third of the bytes of postings went into the steps from one day to the next; with 10 bits in place of 20 the postings
/// of 200,000 articles take 1,095 bytes an article in place of 1,493. Fewer bits save little more, and have busier
/// libraries look into two regions.
const DAY_BITS: u32 = 10;
const DAY_ROWS: i64 = 1 << DAY_BITS;
/// Added to the id of an article that has no place among the first of its day. Ids lie within 2⁴² of zero, as
/// [`Timestamp`] ends with the year 9999, and the rows of the other region within 2³².
const CROWDED: i64 = 1 << 45;
const SEQUENCE_MASK: i64 = (1 << 20) - 1;

/// The article's row, as SQL, where `s.article` is its id: the same as [`of`].
pub const ROW_OF_STATE: &str = "CASE WHEN s.article & 1048575 < 1024
    THEN ((s.article >> 20) << 10) | (s.article & 1048575) ELSE s.article + 35184372088832 END";

/// Parts of the index, each in the order of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The first articles of every day: nearly always all there are.
    Usual,
    /// What came to a day after those.
    Crowded,
}

/// The row of an article in the index.
pub fn of(article: ArticleId) -> i64 {
    match region_of(article) {
        Region::Usual => (article.utc_day() << DAY_BITS) | article.sequence(),
        Region::Crowded => article.0 + CROWDED,
    }
}

/// The regions in which the index has anything: the second is looked into only where it has.
pub fn regions(connection: &Connection) -> Result<&'static [Region], Refusal> {
    let crowded = connection
        .prepare_cached("SELECT 1 FROM search_docsize WHERE id >= ?1")?
        .exists([Region::Crowded.rows(None, None).0])?;
    Ok(if crowded { &[Region::Usual, Region::Crowded] } else { &[Region::Usual] })
}

impl Region {
    /// The id of the article whose row is `search.rowid`, as SQL.
    pub fn article(self) -> &'static str {
        match self {
            Region::Usual => "((search.rowid >> 10) << 20) | (search.rowid & 1023)",
            Region::Crowded => "search.rowid - 35184372088832",
        }
    }

    /// The first and the last row that articles between two moments can have, both days whole.
    pub fn rows(self, from: Option<Timestamp>, before: Option<Timestamp>) -> (i64, i64) {
        let from = from.unwrap_or(Timestamp::from_seconds(i64::MIN)).utc_day();
        let before = before.unwrap_or(Timestamp::from_seconds(i64::MAX)).utc_day();
        match self {
            Region::Usual => (from << DAY_BITS, (before << DAY_BITS) + DAY_ROWS - 1),
            Region::Crowded => {
                let ids = |day: i64| ArticleId::day_range(Timestamp::from_seconds(day * 86_400));
                (ids(from).0.0 + CROWDED, ids(before).1.0 + CROWDED)
            }
        }
    }
}

fn region_of(article: ArticleId) -> Region {
    if article.0 & SEQUENCE_MASK < DAY_ROWS { Region::Usual } else { Region::Crowded }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Any moment that a library can hold, and any place on its day, near the edge of the first region in half of cases.
    fn articles() -> impl Strategy<Value = (Timestamp, ArticleId)> {
        let seconds = prop_oneof![any::<i64>(), -100_000_000_000_i64..300_000_000_000, 0_i64..2_000_000];
        let sequence = prop_oneof![0_i64..1 << 20, 1_000_i64..1_050];
        (seconds, sequence).prop_map(|(seconds, sequence)| {
            let moment = Timestamp::from_seconds(seconds);
            (moment, ArticleId::new(moment, sequence))
        })
    }

    fn said_by_sql(connection: &Connection, article: ArticleId) -> (i64, i64) {
        let row: i64 = connection
            .query_row(&format!("SELECT {ROW_OF_STATE} FROM (SELECT ?1 AS article) s"), [article.0], |row| row.get(0))
            .unwrap();
        let back = region_of(article).article();
        let back =
            connection.query_row(&format!("SELECT {back} FROM (SELECT ?1 AS rowid) search"), [row], |row| row.get(0));
        (row, back.unwrap())
    }

    proptest! {
        #[test]
        fn every_article_has_a_row_of_its_own_and_the_row_tells_the_article((_, article) in articles()) {
            let connection = Connection::open_in_memory().unwrap();
            prop_assert_eq!(said_by_sql(&connection, article), (of(article), article.0));
        }

        #[test]
        fn within_a_region_rows_are_in_the_order_of_ids((_, one) in articles(), (_, other) in articles()) {
            if region_of(one) == region_of(other) {
                prop_assert_eq!(of(one).cmp(&of(other)), one.cmp(&other));
            } else {
                prop_assert!((of(one) < of(other)) == (region_of(one) == Region::Usual), "the regions lie apart");
            }
        }

        #[test]
        fn the_rows_of_some_days_are_those_of_their_articles(
            (one, _) in articles(),
            (other, _) in articles(),
            (at, article) in articles(),
        ) {
            let (first, last) = region_of(article).rows(Some(one), Some(other));
            let within = (one.utc_day()..=other.utc_day()).contains(&at.utc_day());
            prop_assert_eq!((first..=last).contains(&of(article)), within);
            let (first, last) = region_of(article).rows(None, None);
            prop_assert!((first..=last).contains(&of(article)));
        }
    }
}
