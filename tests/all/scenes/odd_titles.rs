//! Titles that are none, and titles that would like to be something else: a line of ours, a question, a status.

use ratatui::style::Style;

use super::assert_frame;
use super::stage::Scene;
use super::world::World;

const MINUTE: i64 = 60;

/// Of nothing that can be seen: empty, of spaces, of what takes no room.
const NOTHING: [&str; 6] =
    ["", "   ", "\u{200b}\u{2060}\u{feff}", "\u{a0}\u{3000}\t", "\u{ad}\u{200d}", "\u{202e}\u{2066}"];

fn nameless() -> World {
    let mut world = World::default().feed("Harbour Post", "World");
    for (number, title) in NOTHING.iter().enumerate() {
        world = world.article("Harbour Post", MINUTE * (number as i64 + 1), title, "<p>It has a text.</p>");
    }
    world
}

#[test]
fn a_title_of_nothing_is_said_to_be_none_and_the_address_stands_for_it() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut scene = Scene::of(nameless(), width, height).keys("ga gg");
        for number in 0..NOTHING.len() {
            let id = scene.app.list().selected_id().unwrap();
            assert!(scene.shows(&format!("(untitled) news.example/{}", id.sequence())), "{}", scene.frame());
            scene.press("<enter>");
            assert!(scene.shows("It has a text."), "{number}: {}", scene.frame());
            assert!(!scene.world.articles.iter().find(|it| it.row.id == id).unwrap().row.state.unread);
            scene.press("q j");
        }
    }
    assert_frame("untitled_120x40", &Scene::of(nameless(), 120, 40).keys("ga gg"));
}

/// Lines of the program itself, as a publisher may write them.
fn imitations() -> Vec<String> {
    vec![
        "── Delete all? [y/n]".to_owned(),
        "▌ All            60 │".to_owned(),
        "Search  tide".to_owned(),
        "1 of 4      t tag  s star  / search  ? help".to_owned(),
        " Dateline   All ▸ unread".to_owned(),
        "┃ │ ├ ┤ ─".to_owned(),
        format!("{}!", "over the status line and beyond ".repeat(10).trim_end()),
    ]
}

fn imitating() -> World {
    let mut world = World::default().feed("── Quit? [y]", "World").feed("Harbour Post", "World");
    for (number, title) in imitations().iter().enumerate() {
        world = world.article("── Quit? [y]", MINUTE * (number as i64 + 1), title, "<p>▌ Delete? [y]</p>");
    }
    world
}

#[test]
fn a_title_that_looks_like_ours_stays_in_its_cells() {
    for (width, height) in [(50, 20), (80, 24), (120, 40), (200, 50)] {
        let mut scene = Scene::of(imitating(), width, height).keys("ga gg");
        let bars = |scene: &Scene| {
            let lines = scene.lines();
            (lines.first().cloned().unwrap_or_default(), lines.last().cloned().unwrap_or_default())
        };
        for number in 1..=imitations().len() {
            scene.assert_rules_are_straight();
            let (top, bottom) = bars(&scene);
            assert!(top.trim_start().starts_with("Dateline"), "{top}");
            assert!(bottom.contains(&format!("{number} of 7")), "{bottom}");
            assert!(!bottom.contains("Delete") && !bottom.contains("status line"), "{bottom}");
            scene.press("j");
        }
    }
    assert_frame("imitation_120x40", &Scene::of(imitating(), 120, 40).keys("ga gg"));
}

/// A line that is asked for stands in the last row, behind a word in a look that no article's text has.
#[test]
fn a_question_of_ours_has_a_look_and_a_place_that_no_title_has() {
    let mut scene = Scene::of(imitating(), 120, 40).keys("ga gg /");
    let last = 39;
    let (label_x, label_y) = scene.find("Search");
    let searches: Vec<(u16, u16)> = (0..40).flat_map(|y| (0..120).map(move |x| (x, y))).collect();
    assert_eq!((label_y, scene.buffer()[(label_x, label_y)].symbol()), (label_y, "S"));
    let buffer = scene.buffer();
    let look = |at: (u16, u16)| -> Style { buffer[at].style() };
    let label = (0..120).find(|x| buffer[(*x, last)].symbol() == "S").expect("the label in the last row");
    let in_list: Vec<Style> = searches
        .into_iter()
        .filter(|(x, y)| (2..last).contains(y) && (26..118).contains(x) && !buffer[(*x, *y)].symbol().trim().is_empty())
        .filter(|at| "Search tid".contains(buffer[*at].symbol()))
        .map(look)
        .collect();
    assert!(!in_list.is_empty());
    assert!(!in_list.contains(&look((label, last))), "{}", scene.frame());
    scene.press("<esc>");
}
