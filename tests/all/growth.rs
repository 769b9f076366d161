//! Twice the text is about twice the work, at every stage between the network and the screen: a stage that grows with
//! the square would stand still on the one long page that somebody reads. The clock is the judge, since what grows is
//! mostly in other people's crates; the margin is wide and the best of several runs counts.

use std::time::Instant;

use dateline::enrich::{self, Hints};
use dateline::feed;
use dateline::news::{CleanText, Html, Limit};
use dateline::page;
use dateline::text::Document;
use dateline::words::Lexicon;

/// Quadratic growth would be four.
const RATIO_MAX: f64 = 3.0;
const RUNS: usize = 7;
/// A busy machine may spoil all runs of one go.
const GOES_MAX: usize = 4;
const PARAGRAPHS: usize = 150;

fn grows_with_the_text(stage: &str, input: impl Fn(usize) -> String, work: impl Fn(&str)) {
    let (single, double) = (input(PARAGRAPHS), input(2 * PARAGRAPHS));
    let time = |text: &str| {
        let (started, busy) = (Instant::now(), busy_seconds());
        work(text);
        match (busy, busy_seconds()) {
            (Some(before), Some(after)) if after > before => after - before,
            _ => started.elapsed().as_secs_f64(),
        }
    };
    let mut ratios = Vec::new();
    for _ in 0..GOES_MAX {
        let best = |text: &str| (0..RUNS).map(|_| time(text)).fold(f64::INFINITY, f64::min);
        let ratio = best(&double) / best(&single);
        if ratio < RATIO_MAX {
            return;
        }
        ratios.push(ratio);
    }
    panic!("{stage}: twice the text took {ratios:.1?} times as long");
}

/// How long this thread has been on a processor, where the kernel says so (Linux, proc/schedstat): what other tests do
/// meanwhile does not count.
fn busy_seconds() -> Option<f64> {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    schedule.split_whitespace().next()?.parse::<f64>().ok().map(|it| it / 1e9)
}

fn sentence(number: usize) -> String {
    format!(
        "JAKARTA {number} - Menteri number{number} told Reuters (AP) that al-Maliki’s café—“bridge {number}”—opened, \
         laut dpa, 9.353 naïve readers. 東京で雨{number}。 "
    )
}

fn plain(paragraphs: usize) -> String {
    (0..paragraphs).map(|it| sentence(it).repeat(4) + "\n\n").collect()
}

fn html(paragraphs: usize) -> String {
    let paragraph =
        |it| format!("<p>{} <a href='/{it}'>link</a> <b>{}</b></p><ul><li>x</ul>", sentence(it), sentence(it));
    (0..paragraphs).map(paragraph).collect()
}

fn rss(paragraphs: usize) -> String {
    let item = |it| {
        format!("<item><guid>{it}</guid><title>{it}</title><description>&lt;p&gt;{}</description></item>", sentence(it))
    };
    let items: String = (0..paragraphs).map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>T</title>{items}</channel></rss>")
}

#[test]
fn reading_a_feed_grows_with_its_length() {
    let origin = feed::Origin { url: None, content_type: None };
    grows_with_the_text("parse", rss, |text| assert!(feed::parse(text.as_bytes(), &origin).is_ok()));
}

#[test]
fn cleaning_a_line_grows_with_its_length() {
    let joined = |count| plain(count) + "👩\u{200d}👩e\u{301}";
    grows_with_the_text("clean", joined, |text| assert!(!CleanText::line(text, Limit::BLOCK).is_empty()));
}

#[test]
fn extracting_a_page_grows_with_its_length() {
    let page =
        |count| format!("<html><body><nav><a href='/'>Home</a></nav><article>{}</article></body></html>", html(count));
    grows_with_the_text("extract", page, |text| assert!(page::extract(text.as_bytes(), None, None).is_ok()));
}

#[test]
fn laying_a_text_out_grows_with_its_length() {
    grows_with_the_text("wrap", html, |text| {
        assert!(!Document::from_html(&Html(text.to_owned()), None).lines(60).is_empty());
    });
}

#[test]
fn making_tokens_grows_with_the_text() {
    grows_with_the_text("tokenise", plain, |text| assert!(!Lexicon::default().line(text, Some("id")).is_empty()));
}

#[test]
fn reading_by_rule_grows_with_the_text() {
    grows_with_the_text("enrich", html, |text| {
        let document = Document::from_html(&Html(text.to_owned()), None);
        assert!(enrich::metadata(&document, &Hints::default()).words > 0);
    });
}
