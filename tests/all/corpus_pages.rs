//! Extraction and news sense against a corpus of saved pages and labelled reports that lies outside this repository:
//! `DATELINE_CORPUS` names its folder. Without it these tests say so and pass.
//!
//! The measures are the corpus's own: runs of four words for text, names and places as its labels define them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use dateline::enrich::{self, Hints};
use dateline::news::{CleanUrl, Html};
use dateline::page;
use dateline::text::Document;
use serde_json::Value;

/// Floors lie a little under what was measured when they were set; a debug build looks at every fourth page.
const TEXT_F1_MIN: f64 = 0.955;
const BENCHMARK_F1_MIN: f64 = 0.965;
const SNIPPETS_FOUND_MIN: f64 = 0.90;
const SNIPPETS_LEAKED_MAX: f64 = 0.11;
const DATELINE_RIGHT_MIN: f64 = 0.96;
const ATTRIBUTION_F1_MIN: f64 = 0.93;
const LANGUAGE_RIGHT_MIN: f64 = 0.96;
const DEBUG_PAGE_STEP: usize = 4;

#[expect(clippy::print_stdout, reason = "a test that skips must say so")]
fn corpus(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("DATELINE_CORPUS").map(|it| Path::new(&it).join(folder)).filter(|it| it.is_dir());
    if found.is_none() {
        println!("skipped: DATELINE_CORPUS names no folder with {folder}");
    }
    found
}

fn rows(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the corpus can be read");
    text.lines().filter(|it| !it.trim().is_empty()).map(|it| serde_json::from_str(it).expect("a JSON line")).collect()
}

fn text_of(row: &Value, key: &str) -> String {
    row[key].as_str().unwrap_or_default().to_owned()
}

fn texts_of(row: &Value, key: &str) -> Vec<String> {
    row[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn articles_are_extracted_from_saved_pages() {
    let Some(folder) = corpus("pages") else { return };
    let step = if cfg!(debug_assertions) { DEBUG_PAGE_STEP } else { 1 };
    let mut full: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    let mut prefix = Vec::new();
    let mut snippets = (0.0, 0.0, 0.0, 0.0);
    for row in rows(&folder.join("expectations.jsonl")).iter().step_by(step) {
        let kind = text_of(row, "match");
        if kind == "metadata" {
            continue;
        }
        let text = extracted(&folder, row);
        match kind.as_str() {
            "snippets" => {
                let squashed = squash(&text);
                let count = |key: &str| {
                    let all = texts_of(row, key);
                    let there = all.iter().filter(|it| squashed.contains(&squash(it))).count();
                    (all.len() as f64, there as f64)
                };
                let (wanted, found) = count("must_contain");
                let (unwanted, leaked) = count("must_not_contain");
                snippets = (snippets.0 + wanted, snippets.1 + found, snippets.2 + unwanted, snippets.3 + leaked);
            }
            "prefix" => prefix.push(agreement(&text_of(row, "expected_prefix"), &text).1),
            _ => full.entry(text_of(row, "origin")).or_default().push(agreement(&text_of(row, "expected_text"), &text)),
        }
    }
    println!("every {step}. page of the corpus; texts beyond it are not looked at");
    for (origin, pages) in &full {
        let (precision, recall, f1) = averages(pages);
        println!("{origin:30} {:4} pages  F1 {f1:.3}  precision {precision:.3}  recall {recall:.3}", pages.len());
    }
    let all: Vec<(f64, f64)> = full.values().flatten().copied().collect();
    let (precision, recall, f1) = averages(&all);
    println!("{:30} {:4} pages  F1 {f1:.3}  precision {precision:.3}  recall {recall:.3}", "all full texts", all.len());
    println!(
        "{:30} {:4} pages  recall {:.3}",
        "beginnings",
        prefix.len(),
        prefix.iter().sum::<f64>() / prefix.len().max(1) as f64
    );
    let (found, leaked) = (snippets.1 / snippets.0, snippets.3 / snippets.2);
    println!("passages found {found:.3}, furniture leaked {leaked:.3}");
    assert!(f1 >= TEXT_F1_MIN, "F1 {f1:.3}");
    let benchmark = averages(&full["article-extraction-benchmark"]).2;
    assert!(benchmark >= BENCHMARK_F1_MIN, "F1 {benchmark:.3}");
    assert!(found >= SNIPPETS_FOUND_MIN && leaked <= SNIPPETS_LEAKED_MAX, "found {found:.3}, leaked {leaked:.3}");
}

/// The text that extraction finds on a page of the corpus; empty where it finds none.
fn extracted(folder: &Path, row: &Value) -> String {
    let packed = std::fs::read(folder.join(text_of(row, "file"))).expect("the page is there");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).expect("the page is gzip");
    let base = CleanUrl::parse(&text_of(row, "url")).ok();
    match page::extract(&bytes, Some("text/html"), base.as_ref()) {
        Ok(page) => Document::from_html(&page.html, base.as_ref()).plain(),
        Err(_) => String::new(),
    }
}

fn squash(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Precision and recall of runs of four words; precision is NaN where nothing was predicted.
fn agreement(truth: &str, predicted: &str) -> (f64, f64) {
    let (truth, predicted) = (runs(truth), runs(predicted));
    let hits: usize = truth.iter().map(|(run, count)| (*count).min(predicted.get(run).copied().unwrap_or(0))).sum();
    let (wanted, given): (usize, usize) = (truth.values().sum(), predicted.values().sum());
    let precision = if given == 0 { f64::NAN } else { hits as f64 / given as f64 };
    (precision, if wanted == 0 { 1.0 } else { hits as f64 / wanted as f64 })
}

fn runs(text: &str) -> HashMap<Vec<String>, usize> {
    const RUN_WORDS: usize = 4;
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for it in text.chars() {
        if dense_script(it) {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            words.push(it.to_string());
        } else if it.is_alphanumeric() || it == '_' {
            word.push(it);
        } else {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    let mut counts = HashMap::new();
    if !words.is_empty() && words.len() < RUN_WORDS {
        counts.insert(words, 1);
        return counts;
    }
    for run in words.windows(RUN_WORDS) {
        *counts.entry(run.to_vec()).or_insert(0) += 1;
    }
    counts
}

fn dense_script(it: char) -> bool {
    matches!(it, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn averages(pages: &[(f64, f64)]) -> (f64, f64, f64) {
    let given: Vec<f64> = pages.iter().map(|it| it.0).filter(|it| !it.is_nan()).collect();
    let precision = given.iter().sum::<f64>() / given.len().max(1) as f64;
    let recall = pages.iter().map(|it| it.1).sum::<f64>() / pages.len().max(1) as f64;
    (precision, recall, 2.0 * precision * recall / (precision + recall))
}

#[test]
fn labelled_reports_are_read_as_a_person_reads_them() {
    let Some(folder) = corpus("news") else { return };
    let labels = rows(&folder.join("labels.jsonl"));
    let (mut right, mut language_right, mut have, mut found) = (0, 0, 0, 0);
    let (mut hits, mut extra, mut missed) = (0, 0, 0);
    for row in &labels {
        let document = Document::from_html(&Html::from_plain_text(&text_of(row, "text")), None);
        let metadata = enrich::metadata(&document, &Hints { title: text_of(row, "title"), ..Hints::default() });
        let label = &row["dateline"];
        let agrees = match (&metadata.dateline, label.is_null()) {
            (None, has_none) => has_none,
            (Some(_), true) => false,
            (Some(place), false) => same_place(place, &text_of(label, "place"), &text_of(label, "as_written")),
        };
        right += usize::from(agrees);
        have += usize::from(!label.is_null());
        found += usize::from(agrees && !label.is_null());
        language_right += usize::from(metadata.language.as_deref() == row["lang"].as_str());
        let (hit, more, less) = credits(&metadata.attribution, row);
        (hits, extra, missed) = (hits + hit, extra + more, missed + less);
        if !agrees || more + less > 0 {
            println!(
                "{}: dateline {:?} for {label}, credited {:?} for {}",
                row["id"], metadata.dateline, metadata.attribution, row["attribution"]
            );
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let (dateline, language) = (share(right, labels.len()), share(language_right, labels.len()));
    let (precision, recall) = (share(hits, hits + extra), share(hits, hits + missed));
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!(
        "{} reports: language right {language:.3}, dateline right {dateline:.3}, found {found} of {have}",
        labels.len()
    );
    println!("attribution: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}");
    assert!(
        language >= LANGUAGE_RIGHT_MIN && dateline >= DATELINE_RIGHT_MIN,
        "language {language:.3}, dateline {dateline:.3}"
    );
    assert!(f1 >= ATTRIBUTION_F1_MIN, "attribution F1 {f1:.3}");
}

/// Names as the labels compare them, all but the marks over letters.
fn norm(text: &str) -> String {
    let lower = squash(&text.to_lowercase()).replace(['’', '‘'], "'");
    let bare = lower.trim_matches(|it: char| !it.is_alphanumeric());
    bare.strip_prefix("the ").unwrap_or(bare).to_owned()
}

fn same_place(predicted: &str, place: &str, as_written: &str) -> bool {
    let parts = |text: &str| text.split([',', '/', '(', '（', '=', '＝']).map(norm).collect::<Vec<_>>();
    let mut wanted: HashSet<String> = parts(place).into_iter().chain([norm(place), norm(as_written)]).collect();
    wanted.remove("");
    wanted.contains(&norm(predicted)) || parts(predicted).first().is_some_and(|it| wanted.contains(it))
}

/// Agencies under their short and long names, as the corpus's scorer has them.
const SAME_AGENCY: [&[&str]; 8] = [
    &["ap", "associated press"],
    &["afp", "agence france-presse", "agence france presse"],
    &["reuters", "thomson reuters", "reuters news"],
    &["dpa", "deutsche presse-agentur"],
    &["xinhua", "xinhua news agency", "新华社", "新華社"],
    &["pti", "press trust of india"],
    &["bbc", "bbc news"],
    &["cnn", "cable news network"],
];

fn credits(predicted: &[String], row: &Value) -> (usize, usize, usize) {
    let labels = texts_of(row, "attribution");
    let optional: HashSet<String> = texts_of(row, "optional").iter().map(|it| norm(it)).collect();
    let mut hit: HashSet<usize> = HashSet::new();
    let mut extra = 0;
    for name in predicted {
        let name = norm(name);
        let found = labels.iter().position(|label| {
            let mut forms: Vec<String> = texts_of(&row["aliases"], label).iter().map(|it| norm(it)).collect();
            forms.push(norm(label));
            let group = SAME_AGENCY.iter().find(|group| forms.iter().any(|it| group.contains(&it.as_str())));
            forms.contains(&name) || group.is_some_and(|it| it.contains(&name.as_str()))
        });
        match found {
            Some(at) => {
                hit.insert(at);
            }
            None if optional.contains(&name) => {}
            None => extra += 1,
        }
    }
    (hit.len(), extra, labels.len() - hit.len())
}
