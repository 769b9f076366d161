//! What hostile documents cost: each is given to the program as a child with a limit on its memory, and must be
//! answered in time, with a feed or with a refusal. The corpus' own cases need `DATELINE_CORPUS`; the giants are made.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::corpus_feeds::{corpus, rows, say};
use super::world::program;

/// What the corpus asks for each of its cases.
const CASE_MEMORY_MIB: u64 = 64;
const CASE_TIME: Duration = Duration::from_secs(1);
/// What any document may cost.
const GIANT_MEMORY_MIB: u64 = 300;
const GIANT_TIME: Duration = Duration::from_secs(2);
/// Unoptimised and beside other tests, only a parser that hangs is told from one that works.
const SLOWER_UNOPTIMISED: u32 = 20;
/// Giants are as large as the largest body that is fetched; unoptimised, a tenth of that.
const SHARE: usize = if cfg!(debug_assertions) { 10 } else { 1 };

/// Reads a document in a child that may not have more memory than this. Gives its time and whether it was read.
fn inspect(file: &Path, memory_mib: u64) -> (Duration, bool) {
    let started = Instant::now();
    let output = Command::new("/bin/sh")
        .args(["-c", "ulimit -d \"$2\" && exec \"$0\" --data /nonexistent inspect feed \"$1\" --json"])
        .arg(program())
        .arg(file)
        .arg((memory_mib * 1024).to_string())
        .output()
        .unwrap();
    let took = started.elapsed();
    let printed: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|why| panic!("{}: {why}; {}", file.display(), String::from_utf8_lossy(&output.stderr)));
    let read = printed["ok"] == true;
    assert_eq!(output.status.code(), Some(i32::from(!read)), "{}", file.display());
    assert!(read || printed["error"].as_str().is_some_and(|it| it.len() > 20), "a refusal is said in words");
    (took, read)
}

fn within(took: Duration, limit: Duration, what: &str) {
    let limit = if cfg!(debug_assertions) { limit * SLOWER_UNOPTIMISED } else { limit };
    assert!(took < limit, "{what} took {took:?}");
}

#[test]
fn every_hostile_case_of_the_corpus_stays_within_its_memory_and_time() {
    let Some(folder) = corpus("hostile") else { return };
    let (mut cases, mut slowest) = (0, Duration::ZERO);
    for row in rows(&folder, "cases.jsonl") {
        let (took, _) = inspect(&folder.join(row["file"].as_str().unwrap()), CASE_MEMORY_MIB);
        within(took, CASE_TIME, row["id"].as_str().unwrap_or_default());
        slowest = slowest.max(took);
        cases += 1;
    }
    say(&format!(
        "{cases} hostile cases, each under {CASE_MEMORY_MIB} MiB; the slowest took {slowest:.0?}, start included"
    ));
}

#[test]
fn giants_of_the_corpus_kind_are_answered_in_two_seconds_and_300_megabytes() {
    let home = tempfile::tempdir().unwrap();
    let rss = |inside: &str| format!("<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>");
    let nine_mib = |piece: &str| piece.repeat(9 * 1024 * 1024 / SHARE / piece.len());
    let nested = |name: &str| {
        format!("{}x{}", format!("<{name}>").repeat(100_000 / SHARE), format!("</{name}>").repeat(100_000 / SHARE))
    };
    let entities: String =
        (1..10).map(|it| format!("<!ENTITY e{it} '{}'>", format!("&e{};", it - 1).repeat(10))).collect();
    for (name, document, read) in [
        (
            "100,000 articles",
            rss(&"<item><title>A title of some words</title><guid>g</guid><description>b</description></item>"
                .repeat(100_000 / SHARE)),
            true,
        ),
        ("a title of 9 MiB", rss(&format!("<item><title>{}</title></item>", nine_mib("word "))), true),
        ("a guid of 9 MiB", rss(&format!("<item><guid>{}</guid></item>", nine_mib("g"))), true),
        ("an author of 9 MiB", rss(&format!("<item><author>{}</author></item>", nine_mib("a@"))), true),
        ("a text of 9 MiB of tags", rss(&format!("<item><description>{}</description></item>", nine_mib("<p>"))), true),
        (
            "texts of 1 MiB each",
            rss(&nine_mib(&format!("<item><description>{}</description></item>", "x".repeat(800_000)))),
            true,
        ),
        ("800,000 attributes", rss(&format!("<item {}/>", "a='1' ".repeat(800_000 / SHARE))), true),
        (
            "100,000 namespaces",
            rss(&(0..100_000 / SHARE).map(|it| format!("<n{it}:a xmlns:n{it}='u'/>")).collect::<String>()),
            true,
        ),
        (
            "100,000 elements deep in a text",
            rss(&format!("<item><description>{}</description></item>", nested("div"))),
            true,
        ),
        ("100,000 elements deep anywhere", rss(&nested("media:group")), true),
        (
            "100,000 elements of one article",
            rss(&format!(
                "<item>{}</item>",
                "<category>c</category><link>http://a.example/</link><enclosure url='http://a.example/x'/>"
                    .repeat(100_000 / SHARE)
            )),
            true,
        ),
        ("ampersands", rss(&format!("<item><title>{}</title></item>", nine_mib("&"))), true),
        ("references", rss(&format!("<item><description>{}</description></item>", nine_mib("&lt;"))), true),
        ("open marks", rss(&format!("<item><description>{}", nine_mib("<a b=\""))), true),
        ("open comments", rss(&format!("<item><title>{}", nine_mib("<!--"))), true),
        ("open sections", rss(&format!("<item><title>{}", nine_mib("<![CDATA["))), true),
        (
            "scripts that never end",
            rss(&format!("<item><description><![CDATA[{}]]></description></item>", "<script>".repeat(130_000 / SHARE))),
            true,
        ),
        ("ends of nothing", rss(&nine_mib("</x>")), true),
        ("bases upon bases", rss(&nine_mib("<item xml:base='a/'>")), true),
        (
            "entities within entities",
            format!("<!DOCTYPE rss [<!ENTITY e0 'ha'>{entities}]>{}", rss("<item><title>&e9;</title></item>")),
            true,
        ),
        (
            "arrays in arrays",
            format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": {}", "[".repeat(9_000_000 / SHARE)),
            false,
        ),
        (
            "objects in JSON",
            format!(
                "{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{}{{}}]}}",
                "{\"id\": 1, \"tags\": [1]},".repeat(300_000 / SHARE)
            ),
            true,
        ),
    ] {
        let file = home.path().join("giant");
        std::fs::write(&file, &document).unwrap();
        let (took, was_read) = inspect(&file, GIANT_MEMORY_MIB);
        say(&format!("{name}: {:.1} MB, {took:.0?}", document.len() as f64 / 1e6));
        assert_eq!(was_read, read, "{name}");
        within(took, GIANT_TIME, name);
    }
}
