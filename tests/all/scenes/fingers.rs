//! What fingers may rely on: selections, sequences, macros, the palette, the command line, presets.

use dateline::app::{Effect, Message};
use dateline::command::{COMMANDS, Command, Key, KeyMap, Preset};
use dateline::news::CleanText;
use dateline::store::Change;

use super::{Scene, morning};
use crate::scenes::world::World;

/// All unread, in one list, the cursor on the first.
fn reading() -> Scene {
    Scene::of(morning(), 120, 40).keys("gf gg gu l gg")
}

fn titles(scene: &Scene) -> Vec<String> {
    scene.app.list().ids.iter().map(|id| scene.app.list().rows[id].title.to_string()).collect()
}

fn typed(scene: &mut Scene, text: &str) {
    for it in text.chars() {
        scene.tell(Message::Key(Key::char(it)));
    }
}

fn many(count: i64) -> World {
    let mut world = World::default().feed("Harbour Post", "");
    for index in 0..count {
        world = world.article("Harbour Post", 60 * (index + 1), &format!("Article {index}"), "<p>x</p>");
    }
    world
}

#[test]
fn what_is_selected_is_marked_without_colour_and_counted_and_every_command_is_for_it() {
    let mut scene = reading().keys("v v j v");
    assert!(scene.shows("3 selected"), "{}", scene.frame());
    assert_eq!(scene.lines().iter().filter(|it| it.contains('✓')).count(), 3, "{}", scene.frame());
    scene.press("s");
    assert!(matches!(&scene.changes[..], [Change::SetStarred { articles, starred: true, .. }] if articles.len() == 3));
    scene.press("t later <enter>");
    assert!(matches!(scene.changes.last(), Some(Change::Tag { articles, .. }) if articles.len() == 3));
    scene.press("r r");
    assert!(matches!(scene.changes.last(), Some(Change::SetRead { articles, .. }) if articles.len() == 3));
    scene.press("<esc>");
    assert!(!scene.shows("selected"), "{}", scene.frame());
}

#[test]
fn a_range_follows_the_cursor_and_is_undone_as_one_step() {
    let mut scene = reading().keys("V 3j");
    assert!(scene.shows("4 selected"));
    scene.press("k");
    assert!(scene.shows("3 selected"));
    scene.press("d");
    assert!(scene.notice().starts_with("3 articles archived"), "{}", scene.notice());
    let left = titles(&scene);
    scene.press("u");
    assert_eq!(titles(&scene).len(), left.len() + 3);
    assert!(!scene.app.list().rows[&scene.app.list().ids[0]].state.archived);
}

#[test]
fn deleting_keeps_the_place_and_undoing_brings_all_back_where_it_stood() {
    let mut scene = reading().keys("2j");
    let before = titles(&scene);
    scene.press("D");
    let mut expected = before.clone();
    expected.remove(2);
    assert_eq!((titles(&scene), scene.app.list().cursor), (expected, 2));
    scene.press("D D u u u");
    assert_eq!((titles(&scene), scene.app.list().cursor), (before, 2));
}

#[test]
fn a_refused_deletion_puts_the_article_back() {
    let mut scene = reading();
    let before = titles(&scene);
    scene.makes_changes = false;
    scene.press("j D");
    let (ticket, _) = scene.wanted.remove(0);
    scene.tell(Message::Refused(ticket, CleanText::own("The disk is full. Make room and try again.")));
    assert_eq!(titles(&scene), before);
}

#[test]
fn a_selection_stays_through_a_refresh() {
    let mut scene = reading().keys("v v");
    scene.press("g.");
    assert!(scene.shows("2 selected"));
    let all = scene.app.list().ids.len();
    scene.press("*");
    assert!(scene.shows(&format!("{all} selected")), "{}", scene.frame());
}

#[test]
fn opening_five_hundred_opens_ten_and_says_how_to_open_the_rest() {
    let mut scene = Scene::of(many(500), 120, 40).keys("gf gg l * o");
    let opened = |scene: &Scene| scene.effects.iter().filter(|it| matches!(it, Effect::OpenInBrowser(_))).count();
    assert_eq!(opened(&scene), 10);
    assert_eq!(scene.notice(), "Opened the first 10 of 500; 490 are still selected, and o opens the next.");
    scene.press("o");
    assert_eq!(opened(&scene), 20);
    assert!(scene.shows("480 selected"));
}

#[test]
fn the_keys_that_may_follow_are_shown_after_a_pause_and_not_before() {
    let mut scene = reading().keys("3g");
    assert!(scene.app.waits_for_key() && scene.app.menu().is_none());
    scene.tell(Message::Paused);
    assert!(!scene.app.waits_for_key());
    assert!(scene.shows("g top") && scene.shows("s sort"), "{}", scene.frame());
    scene.press("g");
    assert_eq!((scene.app.list().cursor, scene.app.menu()), (2, None));
}

#[test]
fn the_orders_are_a_menu_and_hold_for_the_next_list_too() {
    let mut scene = reading().keys("gs");
    assert!(scene.shows("t by title"), "{}", scene.frame());
    scene.press("t");
    let mut sorted = titles(&scene);
    sorted.sort_by_key(|it| it.to_lowercase());
    assert_eq!(titles(&scene), sorted);
    assert!(scene.lines()[0].contains("by title"));
    scene.press("gS");
    sorted.reverse();
    assert_eq!(titles(&scene), sorted);
    scene.press("gf j l");
    assert!(scene.lines()[0].contains("by title, reversed"));
    assert!(!scene.app.list().ids.is_empty());
}

#[test]
fn a_macro_plays_what_was_recorded_so_often_as_asked() {
    let mut scene = reading().keys(", , a r j ,");
    assert!(scene.notice().contains("Recorded 2 keys as a"), "{}", scene.notice());
    scene.changes.clear();
    scene.press("3 , a");
    assert_eq!(scene.changes.len(), 3);
    assert_eq!(scene.app.list().cursor, 4);
    scene.press(", .");
    assert_eq!(scene.changes.len(), 4);
    scene.press(", z");
    assert!(scene.notice().starts_with("Nothing is recorded as z."), "{}", scene.notice());
}

#[test]
fn a_macro_may_type_into_a_line() {
    let mut scene = reading().keys(", , b t later <enter> , j , b");
    assert_eq!(scene.changes.len(), 2);
    assert!(matches!(scene.changes.last(), Some(Change::Tag { .. })));
    // One that plays itself ends.
    scene.press(", , c , c , , c");
}

#[test]
fn the_last_change_is_made_again_elsewhere() {
    let mut scene = reading().keys("t later <enter> j .");
    assert_eq!(scene.changes.len(), 2);
    assert!(matches!(&scene.changes[1], Change::Tag { articles, .. } if articles[0] == scene.app.list().ids[1]));
    scene.press("s 2j .");
    assert!(matches!(scene.changes.last(), Some(Change::SetStarred { starred: true, .. })));
}

#[test]
fn the_palette_finds_by_some_letters_and_runs_what_is_chosen() {
    let mut scene = reading().keys("C-p");
    typed(&mut scene, "tglzn");
    scene.press("<esc> C-p");
    typed(&mut scene, "nextun");
    assert!(scene.shows("next-unread"), "{}", scene.frame());
    scene.press("<esc>");
    scene.press("C-p");
    typed(&mut scene, "kabar");
    scene.press("<enter>");
    assert!(scene.lines()[0].contains("Kabar Pagi"), "{}", scene.frame());
    scene.press("C-p");
    typed(&mut scene, "#coast");
    scene.press("<enter>");
    assert!(scene.lines()[0].contains("coast"), "{}", scene.frame());
    scene.press("C-p");
    typed(&mut scene, "preset");
    scene.press("<enter>");
    typed(&mut scene, "newsboat");
    scene.press("<enter>");
    assert!(scene.notice().contains("newsboat"), "{}", scene.notice());
}

#[test]
fn every_command_is_in_the_palette_in_help_and_on_the_command_line() {
    let mut scene = reading().keys("C-p");
    let shown: Vec<String> = scene.app.palette().unwrap().shown.iter().map(|it| it.name.to_string()).collect();
    for entry in COMMANDS {
        assert!(shown.contains(&entry.name.to_owned()), "{}", entry.name);
        assert_eq!(Command::named(entry.name), Some(entry.command));
    }
    scene.press("<esc>");
    for entry in COMMANDS.iter().filter(|it| !matches!(it.command, Command::Quit | Command::Back)) {
        let mut scene = reading();
        scene.press(":");
        typed(&mut scene, entry.name);
        scene.press("<enter>");
        let refused = scene.app.prompt().and_then(|it| it.error.clone());
        let asks = entry.command == Command::Preset;
        assert_eq!(refused.is_some(), asks, "{}: {refused:?}", entry.name);
    }
}

#[test]
fn the_command_line_takes_arguments_names_mistakes_and_remembers() {
    let mut scene = reading();
    scene.press(":");
    typed(&mut scene, "tag +a -b");
    scene.press("<enter>");
    assert!(
        matches!(scene.changes.last(), Some(Change::Tag { add, remove, .. }) if add.len() == 1 && remove.len() == 1)
    );
    scene.press(":");
    typed(&mut scene, "togle-star");
    scene.press("<enter>");
    assert!(scene.shows("Did you mean toggle-star?"), "{}", scene.frame());
    scene.press("<esc> : <up> <up>");
    assert_eq!(scene.app.prompt().unwrap().line.text(), "tag +a -b");
    scene.press("<down> <esc>");
    scene.press(":");
    typed(&mut scene, "sort titel");
    scene.press("<enter>");
    assert!(scene.shows("Did you mean title?"), "{}", scene.frame());
    scene.press("C-u");
    typed(&mut scene, "3");
    scene.press("<enter>");
    assert_eq!(scene.app.list().cursor, 2);
    scene.press(":");
    typed(&mut scene, "zen now");
    scene.press("<enter>");
    assert!(scene.shows("zen takes nothing but a number"), "{}", scene.frame());
}

#[test]
fn keys_typed_ahead_wait_for_the_line_they_open() {
    // As a terminal without bracketed paste sends it: all in one go, before anything was answered.
    let mut scene = Scene::before_answers(morning(), 120, 40);
    for it in ":subscribe obsidian".chars() {
        scene.tell(Message::Key(Key::char(it)));
    }
    assert_eq!(scene.app.prompt().unwrap().line.text(), "subscribe obsidian");
    assert!(scene.changes.is_empty() && scene.wanted.is_empty());
    let mut scene = reading();
    scene.tell(Message::Paste("ddDDQ\nq\n:quit\n".to_owned()));
    assert!(scene.changes.is_empty() && !scene.effects.iter().any(|it| matches!(it, Effect::Quit)));
    assert!(scene.notice().starts_with("Pasted text runs no commands."), "{}", scene.notice());
}

#[test]
fn escape_and_a_key_typed_at_once_are_both_although_the_terminal_says_alt() {
    let mut scene = reading().keys("t late A-:");
    assert_eq!(scene.app.prompt().map(|it| it.label()), Some(":"));
    scene.press("A-r");
    assert!(scene.app.prompt().is_none());
    assert!(matches!(scene.changes.last(), Some(Change::SetRead { .. })));
    scene.press("v A-j");
    assert!(!scene.shows("selected"));
}

#[test]
fn letters_over_links_open_the_link_they_stand_on() {
    let mut scene = reading().keys("<enter> f");
    assert!(scene.app.link_hints().is_some(), "{}", scene.frame());
    let hint = scene.app.link_hints().unwrap().hints[0].clone();
    scene.press(&hint.letters);
    let opened = scene.effects.iter().find_map(|it| match it {
        Effect::OpenInBrowser(url) => Some(url.host().to_owned()),
        _ => None,
    });
    assert_eq!(opened.as_deref(), Some("arsip.example"));
    scene.press("f <esc> j");
    assert!(scene.app.link_hints().is_none());
}

#[test]
fn what_came_along_is_played_and_the_text_can_be_saved_and_given_away() {
    let mut scene = reading().keys("e");
    assert!(matches!(scene.effects.last(), Some(Effect::Play(url)) if url.host() == "media.example"));
    scene.press("2 e");
    assert!(scene.notice().contains("Only 1 file came"), "{}", scene.notice());
    scene.press("S <enter>");
    assert!(matches!(scene.effects.last(), Some(Effect::Save { file, .. }) if file.starts_with("pasar-ikan-")));
    scene.press("|");
    typed(&mut scene, "mail -s 'two words; $(id)'");
    scene.press("<enter>");
    let Some(Effect::Pipe { program, .. }) = scene.effects.last() else { panic!("{:?}", scene.effects) };
    assert_eq!(program[..], ["mail", "-s", "two words; $(id)"]);
    let lines = (0..3).map(|_| CleanText::own("a line")).collect();
    scene.tell(Message::Piped(CleanText::own("fmt"), Ok(lines)));
    assert_eq!(scene.lines().iter().filter(|it| it.contains("a line")).count(), 3, "{}", scene.frame());
}

#[test]
fn another_preset_takes_the_place_of_the_keys_at_once_in_help_too() {
    let mut scene = reading();
    scene.press(":");
    typed(&mut scene, "preset newsboat");
    scene.press("<enter> N");
    assert!(matches!(scene.changes.last(), Some(Change::SetRead { read: true, .. })));
    scene.press("?");
    assert!(scene.shows("Keys (newsboat)"), "{}", scene.frame());
    scene.press("<esc> :");
    typed(&mut scene, "preset newsbaot");
    scene.press("<enter>");
    assert!(scene.shows("Did you mean newsboat?"), "{}", scene.frame());
}

#[test]
fn no_key_does_two_things_whatever_the_preset() {
    for preset in Preset::ALL {
        let map = KeyMap::preset(preset);
        let mut all: Vec<Vec<Key>> = Vec::new();
        for entry in COMMANDS {
            for sequence in map.keys_of(entry.command) {
                let keys = Key::parse_sequence(&sequence).unwrap();
                let quarrels = all.iter().any(|it| it.starts_with(&keys) || keys.starts_with(it));
                assert!(!quarrels, "{sequence} in {}", preset.name());
                all.push(keys);
            }
        }
    }
}

#[test]
fn help_is_searched_by_typing() {
    let mut scene = reading().keys("? /");
    typed(&mut scene, "copy");
    assert!(scene.shows("copy a Markdown link") && !scene.shows("go one line down"), "{}", scene.frame());
    scene.press("<enter> <esc>");
    assert!(scene.shows("go one line down"), "{}", scene.frame());
    scene.press("q");
    assert!(scene.app.help().is_none());
}

#[test]
fn help_and_palette_fit_every_screen() {
    for (width, height) in [(40, 12), (80, 24), (120, 40), (200, 50)] {
        let mut scene = Scene::of(morning(), width, height);
        for keys in ["?", "<esc> C-p", "<esc> g", "<esc> , ,", "<esc> gs", "<esc> f", "<esc> :"] {
            scene.press(keys);
            scene.tell(Message::Paused);
            for line in scene.lines() {
                assert_eq!(dateline::text::width(&line), usize::from(width), "{line:?} after {keys}");
            }
        }
    }
}

#[test]
fn counts_are_for_every_movement() {
    let mut scene = reading().keys("5j");
    assert_eq!(scene.app.list().cursor, 5);
    scene.press("3k 2gg");
    assert_eq!(scene.app.list().cursor, 1);
    scene.press("2J");
    assert_eq!(scene.app.list().cursor, 3);
    scene.press("2K");
    assert_eq!(scene.app.list().cursor, 1);
    scene.press("3v");
    assert!(scene.shows("3 selected"));
}
