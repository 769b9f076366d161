//! What no compiler checks: which module may use which, where SQL, clocks and printing may stand, how files open and
//! how long they grow, and that lock file, changelog and README say what they must.
//!
//! Every rule is a plain function over a source, so that each is shown a planted mistake below. A rule reads sources;
//! it never runs the program. What a rule does not know, it refuses: a new module or crate gets its row here first.

mod seen_red;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::scan::{Scanned, Token, is_test_file, scan, tokens};

/// A module, the modules it may use, and the crates it may name.
struct Row {
    module: &'static str,
    uses: &'static [&'static str],
    crates: &'static [&'static str],
}

/// In the order in which data flows. `src/ARCHITECTURE.md` gives the reasons.
const TABLE: &[Row] = &[
    Row { module: "news", uses: &[], crates: &["jiff", "url", "unicode_segmentation", "unicode_normalization"] },
    Row {
        module: "words",
        uses: &["news"],
        crates: &["snowball_stemmers_rs", "foldhash", "hashbrown", "unicode_segmentation", "unicode_normalization"],
    },
    Row { module: "html", uses: &["news"], crates: &["dom_query", "html5ever", "encoding_rs", "chardetng"] },
    Row {
        module: "feed",
        uses: &["news", "html"],
        crates: &["encoding_rs", "chardetng", "memchr", "serde_json", "blake3", "foldhash", "jiff", "url", "dom_query"],
    },
    Row {
        module: "page",
        uses: &["news", "html"],
        crates: &["dom_smoothie", "dom_query", "toml", "serde_json", "jiff"],
    },
    Row {
        module: "text",
        uses: &["news", "html"],
        crates: &[
            "dom_query",
            "unicode_bidi",
            "unicode_width",
            "unicode_segmentation",
            "unicode_linebreak",
            "unicode_normalization",
        ],
    },
    Row { module: "enrich", uses: &["news", "html", "text", "words"], crates: &["whatlang", "toml", "foldhash"] },
    Row { module: "query", uses: &["news", "words"], crates: &["regex"] },
    Row {
        module: "store",
        uses: &["news", "html", "text", "query", "words", "feed", "page"],
        crates: &["rusqlite", "zstd", "blake3", "serde_json", "regex"],
    },
    Row {
        module: "fetch",
        uses: &["news", "store"],
        crates: &["http", "hyper_util", "reqwest", "rustls", "tokio", "url"],
    },
    Row {
        module: "refresh",
        uses: &["news", "words", "html", "feed", "page", "text", "enrich", "query", "store", "fetch"],
        crates: &["blake3", "rustix"],
    },
    Row { module: "command", uses: &["news", "query"], crates: &["toml"] },
    Row { module: "config", uses: &["news", "query", "command"], crates: &["toml", "toml_edit", "directories"] },
    // From store and refresh the core takes values only: what it asks for and what is answered.
    Row {
        module: "app",
        uses: &["news", "text", "words", "query", "command", "config", "store", "refresh"],
        crates: &[
            "unicode_width",
            "unicode_segmentation",
            "unicode_linebreak",
            "unicode_normalization",
            "nucleo_matcher",
        ],
    },
    Row {
        module: "ui",
        uses: &["app", "text", "news", "command", "config", "store"],
        crates: &["ratatui", "unicode_width", "unicode_segmentation"],
    },
    Row {
        module: "shell",
        uses: &[
            "news", "words", "html", "feed", "page", "text", "enrich", "query", "store", "fetch", "refresh", "command",
            "config", "app", "ui",
        ],
        crates: &["crossterm", "ratatui", "open", "signal_hook", "rustix", "notify"],
    },
    Row {
        module: "cli",
        uses: &[
            "news", "words", "html", "feed", "page", "text", "enrich", "query", "store", "fetch", "refresh", "command",
            "config", "app", "shell", "demo",
        ],
        crates: &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "indicatif",
            "serde_json",
            "tracing_subscriber",
            "rustix",
            "signal_hook",
        ],
    },
    // The edition is rendered as feeds and served by std::net, as if by strangers.
    Row { module: "demo", uses: &["news"], crates: &["serde_json", "blake3"] },
];

/// The thin binary: it puts the rest together.
const MAIN_USES: &[&str] = &["cli"];
const MAIN_CRATES: &[&str] = &["dateline"];
/// Allowed in every module.
const CRATES_EVERYWHERE: &[&str] = &["std", "core", "alloc", "serde", "thiserror", "tracing"];
/// In unit tests the dev-dependencies come on top, and these, each for its reason.
const CRATES_IN_TESTS: &[(&str, &str)] = &[
    ("text", "ratatui"),     // The width of a line is compared with what the screen will give it.
    ("page", "encoding_rs"), // Pages in other charsets are written with it.
    ("demo", "feed_rs"),     // The demo's feeds are read back by a parser that is not ours.
];

/// Where a clock may be read; everywhere else time is an argument.
const CLOCK_READERS: &[(&str, &str)] = &[
    ("src/shell/", "the loop tells the core what time it is"),
    ("src/cli/", "a command begins at a moment"),
    ("src/main.rs", "the real clock is passed on from here"),
    ("src/html/", "parsing ends at a deadline"),
    ("src/page/", "extraction ends at a deadline"),
    ("src/fetch/", "requests have deadlines and distances"),
    ("src/refresh/", "a refresh says how many seconds it took"),
];

/// rustfmt wraps code at 120; what it leaves alone (comments, macros, tables of words) may be a little longer.
const LINE_CHARS_MAX: usize = 140;
/// A line may be longer where its strings alone make it so: samples of foreign text are not broken.
const STRING_CHARS_UNBREAKABLE: usize = 60;
const FILE_LINES_GOOD: usize = 700;
const FILE_LINES_MAX: usize = 900;

/// The least versions without a known hole that a feed, a page or a server could reach: RUSTSEC-2026-0194 and -0195
/// (quick-xml), RUSTSEC-2026-0258 (h2), RUSTSEC-2026-0009 (time), RUSTSEC-2025-0055 (tracing-subscriber),
/// RUSTSEC-2024-0421 (idna), and the like.
const VERSIONS_LEAST: &[(&str, [u64; 3])] = &[
    ("quick-xml", [0, 41, 0]),
    ("h2", [0, 4, 16]),
    ("rustls-webpki", [0, 103, 13]),
    ("time", [0, 3, 47]),
    ("tracing-subscriber", [0, 3, 20]),
    ("idna", [1, 0, 0]),
    ("lru", [0, 18, 2]),
    ("ammonia", [4, 1, 4]),
    ("ratatui", [0, 30, 0]),
];

struct Source {
    /// From the package's root, with `/`.
    path: String,
    text: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    /// `store` for `src/store/ask.rs`, nothing for `src/lib.rs` and for what lies outside of `src/`.
    fn module(&self) -> Option<&str> {
        let (module, _) = self.path.strip_prefix("src/")?.split_once(['/', '.'])?;
        let is_root = self.path == "src/lib.rs" || self.path == "src/main.rs";
        if is_root { None } else { Some(module) }
    }

    /// How many modules this file lies under its top module: 0 for `src/store/mod.rs`, 1 for `src/store/ask.rs`.
    fn depth_in_module(&self) -> usize {
        let below = self.path.strip_prefix("src/").unwrap_or("");
        below.trim_end_matches("/mod.rs").matches('/').count()
    }

    fn complaint(&self, line: usize, sentence: &str) -> String {
        format!("{}:{line}: {sentence}", self.path)
    }
}

// The rules.

/// Modules use only what the table lets them.
fn modules_keep_to_the_table(source: &Source) -> Vec<String> {
    let scanned = scan(&source.text);
    let (uses, name): (&[&str], &str) = match source.module() {
        None if source.path == "src/main.rs" => (MAIN_USES, "main.rs"),
        None => return Vec::new(),
        Some(module) => match TABLE.iter().find(|row| row.module == module) {
            Some(row) => (row.uses, row.module),
            None => return vec![source.complaint(1, &format!("the table has no module {module}"))],
        },
    };
    let mut out = Vec::new();
    // Inside of the library `dateline` is a module of `enrich`; in the binary it is the library.
    let crate_name = if source.path == "src/main.rs" { "dateline" } else { "crate" };
    for (line, used) in crate_paths(&scanned, crate_name) {
        let is_own_item = !TABLE.iter().any(|row| row.module == used) || used == name;
        let is_macro_or_type = is_own_item && used.starts_with(char::is_uppercase);
        if used == name || uses.contains(&used.as_str()) || is_macro_or_type {
            continue;
        }
        out.push(source.complaint(line, &format!("{name} may not use {used}")));
    }
    out
}

/// Nobody climbs out of a module by `super`.
fn nobody_climbs_out_by_super(source: &Source) -> Vec<String> {
    let scanned = scan(&source.text);
    let tokens = tokens(&scanned.code);
    let mut out = Vec::new();
    // Braces open now, and those of them that opened an inline module.
    let mut depth = 0_usize;
    let mut inline_modules: Vec<usize> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let word = |ahead: usize| tokens.get(index + ahead).map_or("", |it: &Token<'_>| it.text);
        match token.text {
            "{" => {
                depth += 1;
                let opens_module = index >= 2 && tokens[index - 2].text == "mod";
                if opens_module {
                    inline_modules.push(depth);
                }
            }
            "}" => {
                if inline_modules.last() == Some(&depth) {
                    inline_modules.pop();
                }
                depth = depth.saturating_sub(1);
            }
            "super" if word(1) == "::" && !(index >= 2 && tokens[index - 2].text == "super") => {
                let climbs = (0..).step_by(2).take_while(|ahead| word(*ahead) == "super").count();
                if climbs > source.depth_in_module() + inline_modules.len() {
                    out.push(source.complaint(token.line, "super climbs out of the module: write the path from crate"));
                }
            }
            _ => {}
        }
    }
    out
}

/// Modules name only the crates that the table gives them. `dependencies` are those of Cargo.toml, `dev` of its tests.
fn crates_keep_to_the_table(source: &Source, dependencies: &BTreeSet<String>, dev: &BTreeSet<String>) -> Vec<String> {
    let (allowed, name): (&[&str], &str) = match source.module() {
        None if source.path == "src/main.rs" => (MAIN_CRATES, "main.rs"),
        None => (&[], "lib.rs"),
        Some(module) => match TABLE.iter().find(|row| row.module == module) {
            Some(row) => (row.crates, row.module),
            None => return Vec::new(),
        },
    };
    let scanned = scan(&source.text);
    let tests_from = if is_test_file(&source.path) { 1 } else { scanned.tests_from };
    let mut out = Vec::new();
    for (line, used) in external_paths(&scanned, dependencies, dev) {
        let in_tests = line >= tests_from;
        let test_only = dev.contains(&used) || CRATES_IN_TESTS.contains(&(name, used.as_str()));
        let allowed =
            allowed.contains(&used.as_str()) || CRATES_EVERYWHERE.contains(&used.as_str()) || in_tests && test_only;
        if !allowed {
            out.push(source.complaint(line, &format!("{name} may not use the crate {used}")));
        }
    }
    out
}

/// A file says first what it is for.
fn a_file_opens_with_what_it_is_for(source: &Source) -> Vec<String> {
    let says = source.text.starts_with("//! ") && source.text.lines().next().is_some_and(|it| it.len() > 8);
    if says { Vec::new() } else { vec![source.complaint(1, "open with //! and what this file is for")] }
}

/// Nothing is left unfinished.
fn nothing_is_left_unfinished(source: &Source) -> Vec<String> {
    let scanned = scan(&source.text);
    let mut out = macros(&scanned, &["todo", "unimplemented", "dbg"])
        .into_iter()
        .map(|(line, name)| source.complaint(line, &format!("{name}! is left behind")))
        .collect::<Vec<_>>();
    for (line, comment) in &scanned.comments {
        for mark in [concat!("FIX", "ME"), concat!("XX", "X"), concat!("TO", "DO")] {
            if comment.split(|it: char| !it.is_alphanumeric()).any(|word| word == mark) {
                out.push(source.complaint(*line, &format!("{mark}: do it, or say why it stays")));
            }
        }
    }
    out
}

/// stdout and stderr belong to the screen while the reader runs; only the command line prints.
fn only_the_command_line_prints(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/cli/") || source.path == "src/main.rs" {
        return Vec::new();
    }
    let scanned = scan(&source.text);
    macros(&scanned, &["print", "println", "eprint", "eprintln"])
        .into_iter()
        .filter(|(line, _)| !is_in_tests(source, &scanned, *line))
        .map(|(line, name)| source.complaint(line, &format!("{name}! outside of cli")))
        .collect()
}

/// A cell takes any byte it is given, so cells are set in one place (ratatui strips controls from text, not here).
fn only_the_screen_sets_cells(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/ui/") {
        return Vec::new();
    }
    tokens(&scan(&source.text).code)
        .iter()
        .filter(|token| token.text == "set_symbol")
        .map(|token| source.complaint(token.line, "set_symbol outside of ui"))
        .collect()
}

/// SQL stands in the store alone.
fn only_the_store_speaks_sql(source: &Source) -> Vec<String> {
    if source.path.starts_with("src/store/") {
        return Vec::new();
    }
    let scanned = scan(&source.text);
    let speaks = |text: &str| ["SELECT ", "INSERT ", "UPDATE ", "DELETE FROM"].iter().any(|it| text.contains(it));
    let strings = scanned.strings.iter().filter(|(line, text)| speaks(text) && !is_in_tests(source, &scanned, *line));
    strings.map(|(line, _)| source.complaint(*line, "SQL outside of store")).collect()
}

/// Time is an argument, except where [`CLOCK_READERS`] says why not.
fn clocks_are_read_in_few_places(source: &Source) -> Vec<String> {
    if CLOCK_READERS.iter().any(|(path, _)| source.path.starts_with(path)) {
        return Vec::new();
    }
    let scanned = scan(&source.text);
    let tokens = tokens(&scanned.code);
    let clocks = ["Instant", "SystemTime", "Timestamp", "Zoned"];
    tokens
        .windows(3)
        .filter(|it| clocks.contains(&it[0].text) && it[1].text == "::" && it[2].text == "now")
        .filter(|it| !is_in_tests(source, &scanned, it[0].line))
        .map(|it| source.complaint(it[0].line, &format!("{}::now: take the time as an argument", it[0].text)))
        .collect()
}

/// Lines fit beside another window, files into a head.
fn lines_and_files_stay_short(source: &Source) -> Vec<String> {
    let mut out = Vec::new();
    let scanned = scan(&source.text);
    // What strings hold on each line; one string may go over several.
    let pieces: Vec<(usize, &str)> = scanned
        .strings
        .iter()
        .flat_map(|(line, text)| text.lines().enumerate().map(move |(below, piece)| (line + below, piece)))
        .collect();
    for (index, text) in source.text.lines().enumerate() {
        let chars = text.chars().count();
        let in_strings: usize =
            pieces.iter().filter(|(line, _)| *line == index + 1).map(|(_, piece)| piece.chars().count()).sum();
        if chars > LINE_CHARS_MAX && in_strings < STRING_CHARS_UNBREAKABLE {
            out.push(source.complaint(index + 1, &format!("{chars} characters; {LINE_CHARS_MAX} fit")));
        }
    }
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        out.push(source.complaint(lines, &format!("more than {FILE_LINES_MAX} lines: this is two things")));
    }
    out
}

/// The lock file holds no version with a known hole, no second TLS and no second table of widths.
fn the_lock_file_is_sound(lock: &str) -> Vec<String> {
    let parsed: toml::Table = toml::from_str(lock).expect("cargo wrote it");
    let packages = parsed.get("package").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let field = |package: &toml::Value, name: &str| {
        package.get(name).and_then(toml::Value::as_str).unwrap_or_default().to_owned()
    };
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in &packages {
        versions.entry(field(package, "name")).or_default().push(field(package, "version"));
    }
    let mut out = Vec::new();
    for (name, least) in VERSIONS_LEAST {
        for version in versions.get(*name).into_iter().flatten() {
            if numbers(version) < *least {
                out.push(format!("Cargo.lock: {name} {version} is older than {least:?}; cargo update -p {name}"));
            }
        }
    }
    // A second cryptography library would double what must be trusted, and needs a C tool chain of its own.
    for unwanted in ["aws-lc-rs", "aws-lc-sys", "openssl-sys", "native-tls"] {
        if versions.contains_key(unwanted) {
            out.push(format!("Cargo.lock: {unwanted} came in; TLS is rustls with ring"));
        }
    }
    // Two tables of widths disagree about a character some day, and then a row does not line up.
    let widths = versions.get("unicode-width").map_or(0, Vec::len);
    if widths != 1 {
        out.push(format!("Cargo.lock: {widths} versions of unicode-width; the screen and the text must share one"));
    }
    out
}

fn the_changelog_names_the_version(changelog: &str, version: &str) -> Vec<String> {
    let named = changelog.lines().any(|line| line.starts_with("## ") && line.contains(version));
    if named { Vec::new() } else { vec![format!("CHANGELOG.md: no heading for {version}")] }
}

const KEYS_BEGIN: &str = "<!-- keys -->";
const KEYS_END: &str = "<!-- /keys -->";

/// README's key table is the one made from the command table.
fn the_readme_shows_the_real_keys(readme: &str, table: &str) -> Vec<String> {
    the_readme_shows(readme, (KEYS_BEGIN, KEYS_END), "key", table)
}

/// README's table of settings is the one made from the shipped file.
fn the_readme_shows_the_real_settings(readme: &str, table: &str) -> Vec<String> {
    the_readme_shows(readme, ("<!-- settings -->", "<!-- /settings -->"), "settings", table)
}

fn the_readme_shows(readme: &str, (begin, end): (&str, &str), name: &str, table: &str) -> Vec<String> {
    let between = readme.split_once(begin).and_then(|(_, rest)| rest.split_once(end));
    match between {
        None => vec![format!("README.md: no {name} table between {begin} and {end}")],
        Some((found, _)) if found.trim() == table.trim() => Vec::new(),
        Some((found, _)) => {
            let wrong = found.trim().lines().zip(table.trim().lines()).find(|(found, made)| found != made);
            let (found, made) = wrong.unwrap_or(("(its end)", "(more or fewer rows)"));
            vec![format!(
                "README.md: its {name} table is old. It has\n  {found}\nand what it is made from says\n  {made}"
            )]
        }
    }
}

// What the rules look at.

/// Paths from the crate: `crate::news`, each name of `crate::{news, store}`, and `dateline::cli` in the binary.
fn crate_paths(scanned: &Scanned, crate_name: &str) -> Vec<(usize, String)> {
    let tokens = tokens(&scanned.code);
    let text = |index: usize| tokens.get(index).map_or("", |it| it.text);
    let mut out = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let opens = token.text == crate_name && text(index + 1) == "::";
        if !opens {
            continue;
        }
        if text(index + 2) != "{" {
            out.push((token.line, text(index + 2).to_owned()));
            continue;
        }
        let mut depth = 1;
        let mut at = index + 3;
        let mut first = true;
        while depth > 0 && at < tokens.len() {
            match text(at) {
                "{" => depth += 1,
                "}" => depth -= 1,
                "," if depth == 1 => first = true,
                name if first => {
                    out.push((tokens[at].line, name.to_owned()));
                    first = false;
                }
                _ => {}
            }
            at += 1;
        }
    }
    out
}

/// Names of dependencies that begin a path: `rusqlite::Connection`, `::url::Url`, `use jiff;`.
fn external_paths(scanned: &Scanned, dependencies: &BTreeSet<String>, dev: &BTreeSet<String>) -> Vec<(usize, String)> {
    let tokens = tokens(&scanned.code);
    let text = |index: usize| tokens.get(index).map_or("", |it| it.text);
    let mut out = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if !dependencies.contains(token.text) && !dev.contains(token.text) {
            continue;
        }
        let after_path = index > 0 && text(index - 1) == "::";
        let begins = !after_path || index < 2 || !is_path_part(text(index - 2));
        let leads = text(index + 1) == "::" || index > 0 && text(index - 1) == "use";
        // `mod url;` beside it means the file's own module, `as url` is a name given here.
        let own = tokens.windows(2).any(|it| it[0].text == "mod" && it[1].text == token.text);
        if begins && leads && !own {
            out.push((token.line, token.text.to_owned()));
        }
    }
    out
}

fn is_path_part(text: &str) -> bool {
    text == ">" || text.starts_with(|it: char| it.is_alphanumeric() || it == '_') && text != "use"
}

/// Where macros of these names are called.
fn macros(scanned: &Scanned, names: &[&str]) -> Vec<(usize, String)> {
    let tokens = tokens(&scanned.code);
    tokens
        .windows(2)
        .filter(|it| names.contains(&it[0].text) && it[1].text == "!")
        .map(|it| (it[0].line, it[0].text.to_owned()))
        .collect()
}

fn is_in_tests(source: &Source, scanned: &Scanned, line: usize) -> bool {
    line >= scanned.tests_from || is_test_file(&source.path) || source.path.starts_with("tests/")
}

fn numbers(version: &str) -> [u64; 3] {
    let mut parts = version.split(['.', '-', '+']).map(|it| it.parse().unwrap_or(0));
    [parts.next().unwrap_or(0), parts.next().unwrap_or(0), parts.next().unwrap_or(0)]
}

// The package.

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// All Rust files under a folder of the package.
fn sources(folder: &str) -> Vec<Source> {
    let mut out = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(&folder).expect("the package's own folder") {
            let path = file.expect("a file of the package").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let shown = shown(&path);
                out.push(Source { text: read(&shown), path: shown });
            }
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!out.is_empty(), "{folder} has sources");
    out
}

fn shown(path: &Path) -> String {
    let below = path.strip_prefix(root()).expect("under the root");
    below.to_string_lossy().replace('\\', "/")
}

/// The names of dependencies as they stand in paths.
fn dependencies(section: &str) -> BTreeSet<String> {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).expect("cargo reads it");
    let names = manifest.get(section).and_then(toml::Value::as_table).expect("the section");
    names.keys().map(|it| it.replace('-', "_")).collect()
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn check(sources: &[Source], rule: impl Fn(&Source) -> Vec<String>) {
    assert_none(&sources.iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn every_module_uses_what_the_table_lets_it_use() {
    check(&sources("src"), modules_keep_to_the_table);
    check(&sources("src"), nobody_climbs_out_by_super);
}

#[test]
fn every_module_names_the_crates_that_the_table_gives_it() {
    let (dependencies, dev) = (dependencies("dependencies"), dependencies("dev-dependencies"));
    check(&sources("src"), |source| crates_keep_to_the_table(source, &dependencies, &dev));
}

#[test]
fn every_module_of_the_library_has_its_row() {
    let library = read("src/lib.rs");
    let declared: Vec<&str> = library.lines().filter_map(|it| it.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(declared.is_sorted(), "rustfmt sorts them");
    for module in declared {
        assert!(TABLE.iter().any(|row| row.module == module), "{module} has no row in the table");
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    check(&sources("src"), a_file_opens_with_what_it_is_for);
    check(&sources("tests"), a_file_opens_with_what_it_is_for);
}

#[test]
fn no_source_is_left_unfinished() {
    check(&sources("src"), nothing_is_left_unfinished);
    check(&sources("tests"), nothing_is_left_unfinished);
}

#[test]
fn printing_cells_sql_and_clocks_stay_where_they_belong() {
    for rule in [
        only_the_command_line_prints,
        only_the_screen_sets_cells,
        only_the_store_speaks_sql,
        clocks_are_read_in_few_places,
    ] {
        check(&sources("src"), rule);
    }
}

#[test]
fn sources_stay_short() {
    for source in [sources("src"), sources("tests")].iter().flatten() {
        let lines = source.text.lines().count();
        if lines > FILE_LINES_GOOD {
            println!("{}: {lines} lines; it may be two things", source.path);
        }
    }
    check(&sources("src"), lines_and_files_stay_short);
    check(&sources("tests"), lines_and_files_stay_short);
}

#[test]
fn no_locked_version_has_a_known_hole() {
    assert_none(&the_lock_file_is_sound(&read("Cargo.lock")));
}

#[test]
fn the_changelog_speaks_of_this_version() {
    assert_none(&the_changelog_names_the_version(&read("CHANGELOG.md"), env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_key_table_of_the_readme_is_made_from_the_commands() {
    assert_none(&the_readme_shows_the_real_keys(&read("README.md"), &dateline::command::key_table_markdown()));
}

#[test]
fn the_settings_table_of_the_readme_is_made_from_the_shipped_file() {
    let table = dateline::config::settings_table_markdown();
    assert_none(&the_readme_shows_the_real_settings(&read("README.md"), &table));
}
