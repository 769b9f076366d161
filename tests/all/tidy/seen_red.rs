//! Each tidy rule is shown mistakes that it must see, and the like of them that are none.

use std::collections::BTreeSet;

use super::{
    FILE_LINES_MAX, KEYS_BEGIN, KEYS_END, Source, a_file_opens_with_what_it_is_for, clocks_are_read_in_few_places,
    crates_keep_to_the_table, lines_and_files_stay_short, modules_keep_to_the_table, nobody_climbs_out_by_super,
    nothing_is_left_unfinished, only_the_command_line_prints, only_the_screen_sets_cells, only_the_store_speaks_sql,
    the_changelog_names_the_version, the_lock_file_is_sound, the_readme_shows_the_real_keys,
};

fn lines(complaints: &[String]) -> Vec<usize> {
    let line = |it: &String| it.split(':').nth(1).and_then(|it| it.parse().ok());
    complaints.iter().filter_map(line).collect()
}

fn some(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

#[test]
fn a_module_that_reaches_too_far() {
    let text = "//! x\nuse crate::store::Ask;\nuse crate::{news::Feed, fetch::{self, Trust},\n    store};\nfn a() { crate::store::b() }\n";
    assert_eq!(lines(&modules_keep_to_the_table(&Source::new("src/words/mod.rs", text))), [2, 3, 4, 5]);
    assert!(modules_keep_to_the_table(&Source::new("src/refresh/mod.rs", text)).is_empty());
    let quiet = "// crate::store\n/* crate::store /* nested */ crate::store */\nconst A: &str = \"crate::store\";\nconst B: &str = r#\"crate::store \" \"#;\n";
    assert!(modules_keep_to_the_table(&Source::new("src/words/mod.rs", quiet)).is_empty());
    let unknown = Source::new("src/helpers/mod.rs", "//! x\n");
    assert_eq!(modules_keep_to_the_table(&unknown), ["src/helpers/mod.rs:1: the table has no module helpers"]);
    let ui = Source::new("src/main.rs", "use dateline::ui;\nuse dateline::cli;\n");
    assert_eq!(lines(&modules_keep_to_the_table(&ui)), [1]);
}

#[test]
fn a_climb_by_super() {
    let rule = |path: &str, text: &str| lines(&nobody_climbs_out_by_super(&Source::new(path, text)));
    let text =
        "use super::super::store;\nmod tests {\n    use super::super::opml;\n    use super::super::super::store;\n}\n";
    assert_eq!(rule("src/feed/opml.rs", text), [1, 4]);
    assert!(rule("src/feed/tests/opml.rs", text).is_empty());
    let root = "use super::store;\nmod tests {\n    use super::parse;\n}\nfn a() { super::b() }\n";
    assert_eq!(rule("src/feed/mod.rs", root), [1, 5]);
    assert!(rule("src/feed/opml.rs", root).is_empty());
}

#[test]
fn a_crate_in_the_wrong_place() {
    let (dependencies, dev) = (some(&["rusqlite", "url", "serde"]), some(&["proptest"]));
    let rule = |path: &str, text: &str| lines(&crates_keep_to_the_table(&Source::new(path, text), &dependencies, &dev));
    let text = "use rusqlite::Connection;\nfn a() -> ::rusqlite::Row { b.rusqlite::<u8>() }\nuse serde::Serialize;\n";
    assert_eq!(rule("src/app/mod.rs", text), [1, 2]);
    assert!(rule("src/store/mod.rs", text).is_empty());
    assert_eq!(rule("src/ui/mod.rs", "use rusqlite;\n"), [1]);
    let own = "mod url;\npub use url::CleanUrl;\n";
    assert!(rule("src/query/mod.rs", own).is_empty());
    assert!(rule("src/query/mod.rs", "fn a(it: crate::news::url::Url) {}").is_empty());
    let tests = "use proptest::prelude;\n#[cfg(test)]\nmod tests {\n    use proptest::prelude;\n}\n";
    assert_eq!(rule("src/query/mod.rs", tests), [1]);
}

#[test]
fn a_file_without_a_purpose() {
    assert!(!a_file_opens_with_what_it_is_for(&Source::new("src/a.rs", "use std::fs;\n")).is_empty());
    assert!(!a_file_opens_with_what_it_is_for(&Source::new("src/a.rs", "//! .\n")).is_empty());
    assert!(a_file_opens_with_what_it_is_for(&Source::new("src/a.rs", "//! What it is for.\n")).is_empty());
}

#[test]
fn work_left_behind() {
    let text = format!("fn a() {{ {}!() }}\n// {}: later\nlet b = \"todo!\";\n", "todo", concat!("FIX", "ME"));
    assert_eq!(lines(&nothing_is_left_unfinished(&Source::new("src/a.rs", &text))), [1, 2]);
    let text = format!("{}!(1);\n{}!();\n/// {}\n", "dbg", "unimplemented", concat!("XX", "X"));
    assert_eq!(lines(&nothing_is_left_unfinished(&Source::new("src/a.rs", &text))), [1, 2, 3]);
}

#[test]
fn a_print_that_spoils_the_screen() {
    let text = "fn a() { println!(\"x\"); eprint!(\"y\") }\n#[cfg(test)]\nmod tests { fn b() { println!() } }\n";
    assert_eq!(lines(&only_the_command_line_prints(&Source::new("src/app/mod.rs", text))), [1, 1]);
    assert!(only_the_command_line_prints(&Source::new("src/cli/mod.rs", text)).is_empty());
}

#[test]
fn a_cell_set_by_hand() {
    let text = "cell.set_symbol(title);\n// set_symbol\n";
    assert_eq!(lines(&only_the_screen_sets_cells(&Source::new("src/shell/mod.rs", text))), [1]);
    assert!(only_the_screen_sets_cells(&Source::new("src/ui/list.rs", text)).is_empty());
}

#[test]
fn sql_outside_of_the_store() {
    let text = "const A: &str = \"SELECT * FROM a\";\nconst B: &str = \"\n  DELETE FROM b\";\n// SELECT 1\n";
    assert_eq!(lines(&only_the_store_speaks_sql(&Source::new("src/ui/mod.rs", text))), [1, 2]);
    assert!(only_the_store_speaks_sql(&Source::new("src/store/ask.rs", text)).is_empty());
}

#[test]
fn a_clock_in_the_core() {
    let text = "let a = std::time::Instant::now();\nlet b = Timestamp::now();\nlet c = clock.now();\n";
    assert_eq!(lines(&clocks_are_read_in_few_places(&Source::new("src/app/mod.rs", text))), [1, 2]);
    assert!(clocks_are_read_in_few_places(&Source::new("src/shell/mod.rs", text)).is_empty());
}

#[test]
fn a_line_or_a_file_too_long() {
    let long =
        format!("// {}\nlet a = \"{}\";\nlet b = \"\n{}\";\n", "x".repeat(140), "y".repeat(200), "z".repeat(200));
    assert_eq!(lines(&lines_and_files_stay_short(&Source::new("src/a.rs", &long))), [1]);
    let tall = "a\n".repeat(FILE_LINES_MAX + 1);
    assert_eq!(lines_and_files_stay_short(&Source::new("src/a.rs", &tall)).len(), 1);
}

#[test]
fn a_locked_version_with_a_hole() {
    let package = |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
    let sound = package("unicode-width", "0.2.3") + &package("quick-xml", "0.42.0") + &package("idna", "1.1.0");
    assert!(the_lock_file_is_sound(&sound).is_empty());
    for bad in [
        package("quick-xml", "0.40.9"),
        package("time", "0.3.46"),
        package("idna", "0.5.0"),
        package("aws-lc-rs", "1.0.0"),
        package("unicode-width", "0.1.14"),
    ] {
        assert_eq!(the_lock_file_is_sound(&(sound.clone() + &bad)).len(), 1, "{bad}");
    }
}

#[test]
fn a_changelog_or_a_readme_that_fell_behind() {
    assert!(the_changelog_names_the_version("# Changelog\n## 0.2.0\n", "0.2.0").is_empty());
    assert!(!the_changelog_names_the_version("# Changelog\n## 0.1.0\nsince 0.2.0\n", "0.2.0").is_empty());
    let readme = |table: &str| format!("# x\n{KEYS_BEGIN}\n{table}\n{KEYS_END}\n");
    assert!(the_readme_shows_the_real_keys(&readme("| j |"), "| j |\n").is_empty());
    assert!(!the_readme_shows_the_real_keys(&readme("| j |"), "| k |\n").is_empty());
    assert!(!the_readme_shows_the_real_keys(&readme("| j |\n| k |"), "| j |\n").is_empty());
    assert!(!the_readme_shows_the_real_keys("# x\n", "| j |\n").is_empty());
}
