//! Lists of subscriptions in and out of the program, as a person meets them.

use std::os::unix::fs::PermissionsExt;

use super::world::World;

const LIST: &str = r#"<opml version="2.0"><head><title>Mine</title></head><body>
  <outline text="World"><outline text="Asia &amp; more">
    <outline text="A &lt;b&gt;" xmlUrl="https://me:pass-word@a.example/feed?x=1&amp;y=2" category="dunia,c++"/>
  </outline></outline>
  <outline text="World"><outline text="B" xmlUrl="https://b.example/"/></outline>
  <outline text="C" xmlUrl="http://127.0.0.1:9/feed"/>
  <outline text="Again"><outline text="B" xmlUrl="https://b.example/"/></outline>
  <outline text="Runs" xmlUrl="|touch MARKER"/><outline xmlUrl="exec:touch MARKER"/><outline xmlUrl="filter:touch MARKER:https://d.example/"/>
  <outline text="Local" xmlUrl="file:///etc/passwd"/><outline text="Filtered" xmlUrl="https://e.example/" filtercmd="touch MARKER"/>
</body></opml>"#;

fn world_with_list() -> (World, String) {
    let world = World::new();
    let marker = world.home().join("marker");
    let file = world.home().join("list.opml");
    std::fs::write(&file, LIST.replace("MARKER", &marker.to_string_lossy())).unwrap();
    (world, file.to_string_lossy().into_owned())
}

fn said(world: &World, args: &[&str]) -> String {
    let output = world.run(args);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words}");
    words
}

#[test]
fn a_list_is_counted_before_and_after_and_nothing_in_it_runs() {
    let (world, file) = world_with_list();
    let before = said(&world, &["import", "--dry-run", &file]);
    assert!(before.contains("Would add 3, already have 0, skip 6."), "{before}");
    assert!(before.contains("1 address leads into this machine or its network"), "{before}");
    assert!(before.contains("http://127.0.0.1:9/feed"), "{before}");
    assert!(world.objects(&["feeds", "--json"]).iter().all(|it| it["url"].is_null()), "a preview changes nothing");
    let after = said(&world, &["import", &file]);
    assert!(after.contains("3 feeds added, 0 there already, 6 skipped."), "{after}");
    for told in ["exec:touch", "filter program", "file:///etc/passwd", "“World” already, so “Again” was left out"]
    {
        assert!(after.contains(told), "{told}: {after}");
    }
    let again = said(&world, &["import", "--dry-run", &file]);
    assert!(again.contains("Would add 0, already have 3, skip 6."), "{again}");
    assert!(!world.home().join("marker").exists());
    said(&world, &["undo"]);
    let undone = said(&world, &["import", "--dry-run", &file]);
    assert!(undone.contains("Would add 3"), "one import is one change: {undone}");
}

#[test]
fn what_is_exported_comes_back_the_same_and_keeps_its_secrets() {
    let (world, file) = world_with_list();
    said(&world, &["import", &file]);
    let to = world.home().join("out.opml");
    std::fs::write(&to, "what stood there").unwrap();
    // Of a process whose number is beyond all that are given, and of one that is alive.
    std::fs::write(world.home().join(".out.opml.99999999.part"), "half of it").unwrap();
    let alive = world.home().join(format!(".out.opml.{}.part", std::process::id()));
    std::fs::write(&alive, "half of it").unwrap();
    let path = to.to_string_lossy().into_owned();
    let words = said(&world, &["export", "--format", "opml", "--to", &path]);
    assert!(words.contains("3 feeds written") && words.contains("--with-secrets"), "{words}");
    let written = std::fs::read_to_string(&to).unwrap();
    assert!(!written.contains("pass-word") && written.ends_with("</opml>\n"), "{written}");
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(world.done(&["export", "--format", "opml", "--with-secrets"]).contains("me:pass-word@"));

    assert!(alive.exists(), "somebody is writing that");
    std::fs::remove_file(alive).unwrap();
    let other = World::new();
    let whole = other.home().join("whole.opml");
    said(&world, &["export", "--format", "opml", "--with-secrets", "--to", &whole.to_string_lossy()]);
    said(&other, &["import", &whole.to_string_lossy()]);
    let tree = |world: &World| world.done(&["export", "--format", "opml", "--with-secrets"]);
    assert_eq!(tree(&world), tree(&other));
    let left: Vec<_> = std::fs::read_dir(world.home()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(left.iter().all(|it| !it.to_string_lossy().ends_with(".part")), "{left:?}");
}

#[test]
fn an_export_that_cannot_be_written_says_so_and_leaves_nothing() {
    let world = World::new();
    let output = world.run(&["export", "--format", "opml", "--to", "/nowhere/at/all.opml"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("Nothing was changed there"));
}
