//! Queries on the command line, as scripts and people meet them, and the README's table of the language.

use dateline::query::{GUIDE, guide_markdown};

use super::world::World;

fn world() -> World {
    let world = World::new();
    for (name, text) in [("a.txt", "Gempa\n\nWarga di Lombok menahan diri."), ("b.txt", "Harga\n\nBeras naik.")] {
        let file = world.home().join(name);
        std::fs::write(&file, text).unwrap();
        world.done(&["save", &file.to_string_lossy()]);
    }
    world
}

fn titles(world: &World, query: &str) -> Vec<String> {
    let found = world.objects(&["list", "--json", query]);
    let mut titles: Vec<String> = found.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

#[test]
fn the_command_line_speaks_the_language() {
    let world = world();
    assert_eq!(titles(&world, "\"menahan diri\""), ["Gempa"]);
    assert_eq!(titles(&world, "gempa or harga"), ["Gempa", "Harga"]);
    assert_eq!(titles(&world, "not title:/^G/"), ["Harga"]);
    assert_eq!(titles(&world, "is:new feed:saved"), ["Gempa", "Harga"]);
    let tagged = world.run(&["tag", "+bumi/gempa", "lombok unread"]);
    assert!(String::from_utf8_lossy(&tagged.stderr).contains("1 tagged"));
    assert_eq!(titles(&world, "#bumi/*"), ["Gempa"]);
    assert_eq!(titles(&world, "untagged"), ["Harga"]);
    assert_eq!(titles(&world, "sort:title limit:1"), ["Gempa"]);
}

#[test]
fn a_mistake_has_carets_under_it_and_is_wrong_usage() {
    let world = world();
    for args in [vec!["list", "unread titel:x"], vec!["tag", "+a", "unread titel:x"]] {
        let output = world.run(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty());
        let said = String::from_utf8(output.stderr).unwrap();
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[..2], ["unread titel:x", "       ^^^^^^"], "{said}");
        assert!(lines[2].contains("did you mean title: ?") && lines[2].contains("column 8"), "{said}");
    }
    let wide = world.run(&["list", "京都 #"]);
    let said = String::from_utf8(wide.stderr).unwrap();
    // Each of the two letters before it takes two cells.
    assert!(said.lines().nth(1).unwrap().starts_with("     ^"), "{said}");
    assert_eq!(world.run(&["list", "search:none"]).status.code(), Some(2));
}

#[test]
fn whatever_is_typed_is_answered_or_pointed_at() {
    let world = world();
    for typed in [
        "\"",
        "*",
        "NEAR(",
        "%",
        "_",
        "🙂",
        "'; DROP TABLE article",
        "(((",
        ")",
        "/(a+)+$/",
        "#../x",
        "@",
        "a:b:c",
        "\u{1b}[2J",
    ] {
        let output = world.run(&["list", typed]);
        assert!(matches!(output.status.code(), Some(0 | 2)), "{typed}: {:?}", output.status);
        assert!(!output.stderr.contains(&0x1b), "{typed}");
    }
    let long = "x ".repeat(40_000);
    assert_eq!(world.run(&["list", &long]).status.code(), Some(2));
}

#[test]
fn the_readme_shows_the_language_as_it_is() {
    let readme = include_str!("../../README.md");
    let (_, behind) = readme.split_once("<!-- queries -->\n").unwrap();
    let (table, _) = behind.split_once("<!-- /queries -->").unwrap();
    assert_eq!(table, guide_markdown());
    for row in GUIDE {
        for example in row.examples {
            assert!(dateline::query::Query::parse(example).is_ok(), "{example}");
        }
    }
}
