//! Numbers, ages and dates as the screen writes them, and how wide text is there. The measure is ratatui's own, so that
//! no row is ever longer or shorter than its pane.

use crate::news::{CleanText, Limit, Now, Timestamp};

pub use crate::text::width;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
/// Up to here an age is told in weeks, beyond as a date.
const WEEKS_MAX: i64 = 9;

/// A sentence of the program's own, with foreign words in it that are clean already.
pub fn words(text: &str) -> CleanText {
    CleanText::line(text, Limit::SENTENCE)
}

/// `1,284`.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 article`, `1,284 articles`.
pub fn counted(value: usize, one: &str, many: &str) -> String {
    if value == 1 { format!("1 {one}") } else { format!("{} {many}", number(value as i64)) }
}

/// How old something is, in four cells where it is recent: `now`, `5m`, `2h`, `3d`, `5w`, then `30 Jan`, then `Jan 2023`.
pub fn age(now: &Now, moment: Timestamp) -> String {
    let seconds = now.utc.since(moment);
    if seconds < MINUTE {
        "now".to_owned()
    } else if seconds < HOUR {
        format!("{}m", seconds / MINUTE)
    } else if seconds < DAY {
        format!("{}h", seconds / HOUR)
    } else if seconds < WEEK {
        format!("{}d", seconds / DAY)
    } else if seconds <= WEEKS_MAX * WEEK {
        format!("{}w", seconds / WEEK)
    } else if now.zone.format(moment, "%Y") == now.zone.format(now.utc, "%Y") {
        now.zone.format(moment, "%-d %b")
    } else {
        now.zone.format(moment, "%b %Y")
    }
}

/// When [`age`] next reads differently: at most once a minute, and rarely for what is old.
pub fn age_changes(now: &Now, moment: Timestamp) -> Timestamp {
    let seconds = now.utc.since(moment);
    let step = if seconds < HOUR {
        MINUTE
    } else if seconds < DAY {
        HOUR
    } else {
        DAY
    };
    let next = (seconds.max(0) / step + 1) * step;
    // What lies in the future reads `now` until a minute after it.
    moment.plus(next)
}

/// `2 h ago`, for the metadata.
pub fn ago(now: &Now, moment: Timestamp) -> String {
    let seconds = now.utc.since(moment);
    if seconds < MINUTE {
        "just now".to_owned()
    } else if seconds < HOUR {
        format!("{} min ago", seconds / MINUTE)
    } else if seconds < DAY {
        format!("{} h ago", seconds / HOUR)
    } else if seconds < 2 * DAY {
        "1 day ago".to_owned()
    } else if seconds < WEEK * 2 {
        format!("{} days ago", seconds / DAY)
    } else {
        now.zone.format(moment, "%-d %b %Y")
    }
}

/// `30 Jan 2023`.
pub fn date(now: &Now, moment: Timestamp) -> String {
    now.zone.format(moment, "%-d %b %Y")
}

/// `30 Jan 2023 09:15`.
pub fn date_and_time(now: &Now, moment: Timestamp) -> String {
    now.zone.format(moment, "%-d %b %Y %H:%M")
}

/// `text` if it fits into `width_max` cells, else as much as fits before an ellipsis.
pub fn truncate(text: &str, width_max: usize) -> CleanText {
    CleanText::preformatted(&crate::text::truncate(text, width_max), Limit::BLOCK)
}

/// `text` in lines of at most `width_max` cells; no text gives no line.
pub fn wrap(text: &str, width_max: usize) -> Vec<CleanText> {
    crate::text::wrap(&CleanText::line(text, Limit::BLOCK), width_max.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Zone;

    fn now() -> Now {
        Now { utc: Timestamp::parse_rfc3339("2026-11-22T09:14:00Z").unwrap(), zone: Zone::utc() }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_284), "1,284");
        assert_eq!(number(-1_000_000), "-1,000,000");
        assert_eq!(counted(1, "article", "articles"), "1 article");
    }

    #[test]
    fn an_age_is_short_and_grows_into_a_date() {
        let ages = [
            (0, "now"),
            (-500, "now"),
            (61, "1m"),
            (2 * HOUR, "2h"),
            (3 * DAY, "3d"),
            (5 * WEEK, "5w"),
            (100 * DAY, "14 Aug"),
            (1_400 * DAY, "Jan 2023"),
        ];
        for (seconds, text) in ages {
            assert_eq!(age(&now(), now().utc.plus(-seconds)), text);
        }
    }

    #[test]
    fn an_age_changes_exactly_when_it_says() {
        for seconds in [-90, 0, 59, 61, 3_599, 3_600, 90_000, 700_000] {
            let moment = now().utc.plus(-seconds);
            let next = age_changes(&now(), moment);
            assert!(next > now().utc, "{seconds}");
            let before = Now { utc: next.plus(-1), zone: Zone::utc() };
            assert_eq!(age(&before, moment), age(&now(), moment), "{seconds}");
        }
    }

    #[test]
    fn what_is_cut_ends_in_an_ellipsis_and_never_exceeds_its_cells() {
        assert_eq!(truncate("Harga beras naik", 9).as_str(), "Harga be…");
        assert_eq!(truncate("北京：新线路", 6).as_str(), "北京…");
        assert_eq!(truncate("short", 9).as_str(), "short");
        assert_eq!(truncate("anything", 0).as_str(), "");
        for cells in 0..20 {
            assert!(width(truncate("👩‍👩‍👧 ﾊﾟﾋﾟ 北京 e\u{301}e", cells).as_str()) <= cells);
        }
    }

    #[test]
    fn wrapping_breaks_between_words_and_within_them_only_where_it_must() {
        let lines: Vec<String> = wrap("aaa bbb cccccccccc", 7).iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["aaa bbb", "ccccccc", "ccc"]);
        assert_eq!(wrap("北京新线路", 4)[0].as_str(), "北京");
    }
}
