//! Panes moved and folded, by key and by mouse, and what of it is there again at the next start.

use dateline::app::{Arrangement, Effect, Grouping, MouseKind, Pane, Remembered};

use super::stage::Scene;
use super::world::{World, morning, wide_world};

/// What the shell was last told to keep.
fn kept(scene: &Scene) -> Remembered {
    let mut texts =
        scene.effects.iter().filter_map(|it| if let Effect::Remember(text) = it { Some(text) } else { None });
    Remembered::parse(texts.next_back().expect("something to remember"))
}

fn feeds_width(scene: &Scene) -> u16 {
    scene.app.geometry().feeds.expect("the tree").width
}

#[test]
fn the_layout_key_goes_through_what_there_is_room_for_and_back_to_what_fits() {
    let mut scene = Scene::of(morning(), 200, 50);
    let mut seen = vec![scene.app.geometry().arrangement];
    for _ in 0..5 {
        scene.press("=");
        seen.push(scene.app.geometry().arrangement);
    }
    use Arrangement::{Four, One, Stacked, Three};
    assert_eq!(seen, [Four, One, Stacked, Three, Four, Four]);
    let mut narrow = Scene::of(morning(), 79, 24).keys("= =");
    assert_eq!(narrow.app.geometry().arrangement, Stacked);
    narrow.press("=");
    assert_eq!(narrow.notice(), "Layout: the list over the text, as fits this size.");
}

#[test]
fn a_pane_grows_and_shrinks_by_key_and_its_size_is_there_at_the_next_start() {
    let mut scene = Scene::of(morning(), 120, 40).keys("gf");
    let before = feeds_width(&scene);
    scene.press("3 C-w >");
    assert_eq!(feeds_width(&scene), before + 6);
    scene.press("A-<left>");
    assert_eq!(feeds_width(&scene), before + 4);
    let again = Scene::remembering(morning(), 120, 40, kept(&scene));
    assert_eq!(feeds_width(&again), before + 4);
    scene.press("C-w =");
    assert_eq!(feeds_width(&scene), before);
}

#[test]
fn a_pane_that_can_not_grow_says_so() {
    let scene = Scene::of(morning(), 120, 40).keys("gf 500 C-w >");
    assert!(scene.app.geometry().text.expect("text").width >= 24);
    let scene = scene.keys("C-w >");
    assert_eq!(scene.notice(), "The panes can't give more room on that side.");
    let scene = Scene::of(morning(), 120, 40).keys("gt C-w +");
    assert_eq!(scene.notice(), "This pane has no border on that side.");
}

#[test]
fn a_border_follows_the_pointer_and_is_remembered_once_let_go() {
    let mut scene = Scene::of(morning(), 120, 40);
    let before = feeds_width(&scene);
    scene.mouse(MouseKind::Press, before, 10);
    for column in [before + 1, before + 4, before + 9] {
        scene.mouse(MouseKind::Drag, column, 12);
        assert_eq!(feeds_width(&scene), column);
    }
    assert!(!scene.effects.iter().any(|it| matches!(it, Effect::Remember(_))), "not while it moves");
    scene.mouse(MouseKind::Release, before + 9, 12);
    assert_eq!(feeds_width(&Scene::remembering(morning(), 120, 40, kept(&scene))), before + 9);
    // Let go, the pointer moves nothing more.
    scene.mouse(MouseKind::Drag, 50, 12);
    assert_eq!(feeds_width(&scene), before + 9);
    scene.assert_rules_are_straight();
}

#[test]
fn zen_info_grouping_and_folds_are_there_again() {
    let scene = Scene::of(morning(), 120, 40).keys("i gd gf gg G h h z");
    let left = kept(&scene);
    assert!(left.zen && left.info_under && left.folded);
    assert_eq!(left.grouping, Grouping::Feed);
    let again = Scene::remembering(morning(), 120, 40, left);
    assert!(again.app.zen());
    assert_eq!(again.app.focus(), Pane::Text);
    assert_eq!(again.app.tree().rows.len(), scene.app.tree().rows.len());
}

#[test]
fn a_click_selects_and_one_more_opens() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.press("gu");
    scene.click("Council votes");
    assert_eq!(scene.selected(), "Council votes to keep the night ferry");
    assert_eq!(scene.app.focus(), Pane::Articles);
    scene.click("Council votes");
    assert_eq!(scene.app.focus(), Pane::Text);
}

#[test]
fn a_click_in_the_tree_shows_a_feed_and_folds_a_folder() {
    let mut scene = Scene::of(morning(), 120, 40);
    scene.click("Feuilleton");
    assert_eq!(scene.titles(), ["Das Haus am Deich"]);
    let rows = scene.app.tree().rows.len();
    let (column, line) = scene.find("Long reads");
    scene.mouse(MouseKind::Press, column - 2, line);
    assert_eq!(scene.app.tree().rows.len(), rows - 1);
    scene.mouse(MouseKind::Press, column, line);
    assert_eq!(scene.app.tree().rows.len(), rows);
}

#[test]
fn a_click_on_a_link_asks_the_browser_for_it() {
    let mut scene = Scene::of(morning(), 120, 40);
    let link = scene.app.reading().document.links.first().expect("a link").clone();
    scene.click(link.text.as_str());
    let asked =
        scene.effects.iter().any(|it| matches!(it, Effect::OpenInBrowser(url) if Some(url) == link.url.as_ref()));
    assert!(asked, "{}", scene.frame());
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer_and_marks_nothing() {
    let mut world = World::default().feed("Harbour Post", "World");
    for index in 0..90 {
        let text = "<p>A paragraph.</p>".repeat(60);
        world = world.article("Harbour Post", 60 * (index + 1), &format!("Article {index}"), &text);
    }
    let mut scene = Scene::of(world, 120, 40);
    let text = scene.app.geometry().text.expect("text");
    scene.mouse(MouseKind::WheelDown, text.x + 5, 10);
    assert_eq!(scene.app.reading().top, 3);
    assert_eq!(scene.app.list().cursor, 0);
    let list = scene.app.geometry().articles.expect("list");
    for _ in 0..5 {
        scene.mouse(MouseKind::WheelDown, list.x + 5, 10);
    }
    assert_eq!(scene.app.list().top, 15);
    assert_eq!(scene.app.list().cursor, 15, "the cursor stays in sight");
    scene.mouse(MouseKind::WheelUp, list.x + 5, 10);
    assert_eq!((scene.app.list().top, scene.app.list().cursor), (12, 15));
    assert!(scene.changes.is_empty());
    assert_eq!(scene.app.focus(), Pane::Articles);
}

#[test]
fn the_mouse_reaches_through_nothing_that_lies_over_the_panes() {
    let mut scene = Scene::of(morning(), 80, 24).keys(":");
    let before = scene.selected();
    for line in 0..24 {
        scene.mouse(MouseKind::Press, 10, line);
        scene.mouse(MouseKind::WheelDown, 10, line);
    }
    assert_eq!(scene.selected(), before);
    assert!(scene.app.prompt().is_some());
}

#[test]
fn days_head_the_list_and_the_day_on_top_stays() {
    let mut scene = Scene::of(morning(), 120, 40).keys("gf gg l gu");
    for heading in ["Today", "Yesterday", "Friday 20 November", "October", "October 2025"] {
        assert!(scene.find(heading).1 > 0);
    }
    scene.resize(120, 17);
    scene.press("G");
    let articles = scene.app.geometry().articles.expect("the list");
    let first = scene.lines()[usize::from(articles.y)].clone();
    assert!(["Yesterday", "November", "October"].iter().any(|it| first.contains(it)), "{first}");
}

#[test]
fn the_selected_article_is_whole_on_the_screen_wherever_one_goes() {
    for (width, height) in [(50, 20), (80, 24), (80, 50), (120, 17), (120, 40), (200, 50)] {
        for start in ["gf gg l gu", "gf gg l gu gd"] {
            let mut scene = Scene::of(wide_world(), width, height).keys(start);
            for keys in ["j", "j", "j", "G", "k", "k", "gg", "C-d", "C-d", "C-u", "G", "C-b"] {
                scene.press(keys);
                if scene.app.list().ids.is_empty() || scene.app.geometry().articles.is_none() {
                    continue;
                }
                let list = scene.app.geometry().articles.expect("the list");
                let buffer = scene.buffer();
                let bar = (list.y..list.bottom()).filter(|y| buffer[(list.x, *y)].symbol() == "▌").count();
                assert_eq!(bar, scene.app.geometry().lines_a_row(), "{width}×{height} {keys}\n{}", scene.frame());
            }
        }
    }
}

/// A book in one article: some 300 kB.
fn book() -> World {
    let text: String = (0..2_000)
        .map(|it| format!("<p>Paragraph {it} of a long book, with a line or two to be read at leisure.</p>"))
        .collect();
    World::default().feed("Harbour Post", "World").article("Harbour Post", 60, "A book", &text).article(
        "Harbour Post",
        90,
        "A note",
        "<p>Short.</p>",
    )
}

#[test]
fn a_large_text_is_laid_out_beside_and_keys_go_on() {
    let mut scene = Scene::of(book(), 120, 40).keys("j");
    scene.answers = false;
    scene.press("k");
    let asked = std::mem::take(&mut scene.asked);
    for (ticket, ask) in asked {
        scene.answer(ticket, &ask);
    }
    assert_eq!(scene.texts.len(), 1);
    assert!(scene.shows("A book") && !scene.shows("Paragraph 0"));
    // Going on before it is there shows the next article at once, and the late text is dropped.
    let late = scene.texts.pop().expect("a text");
    scene.answers = true;
    scene.press("j");
    scene.tell(dateline::app::Message::Typeset(late.0, Box::new(dateline::app::typeset(&late.1))));
    assert!(scene.shows("Short.") && !scene.shows("Paragraph 0"));
}

#[test]
fn the_place_in_a_large_text_is_kept_through_widths_and_other_articles() {
    let mut scene = Scene::of(book(), 120, 40).keys("gt 500 j");
    let top = scene.app.reading().top;
    assert!(top >= 499, "{top}");
    scene.resize(200, 40);
    let lines = scene.app.reading().lines.len();
    scene.resize(120, 40);
    assert!(scene.app.reading().lines.len() > lines);
    assert!(scene.app.reading().top.abs_diff(top) < 4, "{}", scene.app.reading().top);
    scene.press("J K");
    assert!(scene.app.reading().top.abs_diff(top) < 4);
}

#[test]
fn space_before_a_large_text_has_come_pages_once_it_is_there() {
    let mut scene = Scene::of(book(), 120, 40).keys("j");
    scene.answers = false;
    scene.press("k");
    for (ticket, ask) in std::mem::take(&mut scene.asked) {
        scene.answer(ticket, &ask);
    }
    scene.press("<space>");
    assert_eq!(scene.selected(), "A book");
    let (ticket, text) = scene.texts.pop().expect("a text");
    scene.tell(dateline::app::Message::Typeset(ticket, Box::new(dateline::app::typeset(&text))));
    assert!(scene.app.reading().top > 10);
}
