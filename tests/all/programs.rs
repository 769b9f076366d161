//! Feeds that no server sends, as a person adds them on the command line: programs, filters, files.

use std::fs;

use super::hostd::{Hostd, Reply};
use super::world::World;

fn rss(titles: &[&str]) -> String {
    let articles: String = titles
        .iter()
        .map(|it| format!("<item><guid>{it}</guid><title>{it}</title><link>/{it}</link></item>"))
        .collect();
    format!("<rss version='2.0'><channel><title>Harbour Post</title>{articles}</channel></rss>")
}

fn titles(world: &World) -> Vec<String> {
    let mut titles: Vec<String> = world
        .objects(&["list", "--json"])
        .iter()
        .map(|it| it["title"].as_str().unwrap_or_default().to_owned())
        .collect();
    titles.sort();
    titles
}

#[track_caller]
fn said(world: &World, args: &[&str]) -> String {
    let output = world.run(args);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {words}");
    words
}

#[test]
fn what_a_program_prints_is_a_feed() {
    let world = World::new();
    let file = world.home().join("what it prints");
    fs::write(&file, rss(&["one"])).unwrap();
    let typed = format!("exec:cat '{}'", file.display());
    let words = said(&world, &["add", &typed, "--tag", "sea"]);
    assert!(words.contains("Added Harbour Post (exec:cat ") && words.contains("1 article."), "{words}");
    assert!(said(&world, &["add", &typed]).contains("subscribed to already"));
    fs::write(&file, rss(&["one", "two"])).unwrap();
    said(&world, &["refresh", "--all"]);
    assert_eq!(titles(&world), ["one", "two"]);
    assert!(world.objects(&["list", "--json"]).iter().all(|it| it["tags"] == serde_json::json!(["sea"])));
    // An hour, as for any feed: there is no server to spare, so it is not once a day.
    let feed = world.objects(&["feeds", "--json"]).into_iter().find(|it| it["title"] == "Harbour Post").unwrap();
    assert!(feed["problem"].is_null(), "{feed}");
    // Its failure is its own, in its own words, with no control byte of them.
    fs::remove_file(&file).unwrap();
    let words = String::from_utf8_lossy(&world.run(&["refresh", "--all"]).stderr).into_owned();
    assert!(words.contains("The program cat gave no feed: it ended with 1: cat: ") && words.contains("No such file"));
    assert_eq!(titles(&world), ["one", "two"]);
    // One step takes it back, another brings it back with its program.
    said(&world, &["undo"]);
    assert!(world.objects(&["feeds", "--json"]).iter().all(|it| it["title"] != "Harbour Post"));
}

#[test]
fn no_list_names_a_program_not_even_one_that_was_there() {
    let world = World::new();
    let marker = world.home().join("marker");
    let script = world.home().join("news");
    let file = world.home().join("feed.xml");
    fs::write(&file, rss(&["one"])).unwrap();
    fs::write(&script, format!("touch '{}'; cat '{}'", marker.display(), file.display())).unwrap();
    said(&world, &["add", &format!("exec:sh {}", script.display())]);
    let address =
        world.objects(&["feeds", "--json"]).iter().find_map(|it| it["url"].as_str().map(str::to_owned)).unwrap();
    let list = world.home().join("out.opml");
    said(&world, &["export", "", "--format", "opml", "--to", list.to_str().unwrap()]);
    assert!(!fs::read_to_string(&list).unwrap().contains("Harbour"), "what has no address is not passed on");
    said(&world, &["undo"]);
    fs::remove_file(&marker).unwrap();
    let stranger = format!("<opml version='2.0'><body><outline text='x' xmlUrl='{address}'/></body></opml>");
    fs::write(&list, stranger).unwrap();
    said(&world, &["import", list.to_str().unwrap()]);
    let _ = world.run(&["refresh", "--all"]);
    assert!(world.objects(&["feeds", "--json"]).iter().all(|it| it["title"] != "Harbour Post"));
    assert!(!marker.exists(), "nothing ran");
    let typed = world.run(&["add", &address]);
    assert!(!typed.status.success() && !marker.exists(), "its address is nobody's way to it");
}

#[test]
fn a_filter_makes_a_feed_of_what_was_fetched() {
    let server = Hostd::start();
    server.on("/feed", [Reply::feed(rss(&["one"])).header("ETag", "\"1\""), Reply::feed(rss(&["one", "twone"]))]);
    let world = World::new();
    let typed = format!("filter:sed s/one/ONE/g:{}", server.url("127.0.0.1", "/feed"));
    assert!(said(&world, &["add", &typed]).contains("1 article."));
    assert_eq!(titles(&world), ["ONE"]);
    said(&world, &["refresh", "--all"]);
    assert_eq!(titles(&world), ["ONE", "twONE"]);
    assert_eq!(server.hits()[1].header("if-none-match"), Some(&b"\"1\""[..]), "asked as politely as any");
    let broken =
        format!("filter:sh -c 'echo \"no such \u{1b}[2Jpart\" >&2; exit 9':{}", server.url("127.0.0.1", "/other"));
    server.on("/other", [Reply::feed(rss(&["one"]))]);
    let output = world.run(&["add", &broken]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && words.contains("it ended with 9: no such"), "{words}");
    assert!(!words.contains('\u{1b}'), "{words:?}");
}

#[test]
fn a_file_is_a_feed() {
    let world = World::new();
    fs::write(world.home().join("feed.xml"), rss(&["one"])).unwrap();
    let words = said(&world, &["add", "file:feed.xml"]);
    assert!(words.contains("(file:/") && words.contains("1 article."), "{words}");
    fs::write(world.home().join("feed.xml"), rss(&["one", "two"])).unwrap();
    said(&world, &["refresh", "--all"]);
    assert_eq!(titles(&world), ["one", "two"]);
    for wrong in ["file:nowhere.xml", "file:///dev/zero", "/dev/zero", "exec:", "filter:sed"] {
        assert!(!world.run(&["add", wrong]).status.success(), "{wrong}");
    }
    let path = world.home().join("other.xml");
    fs::write(&path, rss(&["three"])).unwrap();
    let words = said(&world, &["add", &path.to_string_lossy()]);
    assert!(words.contains("(file:/") && words.contains("1 article."), "a path is a file: {words}");
    let words = String::from_utf8_lossy(&world.run(&["add", "/nowhere/feed.xml"]).stderr).into_owned();
    assert!(words.contains("there is no such file"), "no host: {words}");
}
