//! Scenes: a world, keys, a frame. The world answers the core from memory; nothing here waits, fetches or reads a clock.

#![allow(clippy::unwrap_used)] // A scene that can't be set has failed.

mod anything;
mod at_home;
mod faces;
mod finding;
mod fingers;
mod first_half_hour;
mod hands_on;
mod health;
mod long_work;
mod odd_titles;
mod pictures;
mod promises;
mod stage;
mod world;

use stage::Scene;
use world::{empty_world, morning, wide_world};

fn assert_frame(name: &str, scene: &Scene) {
    assert_text(name, &scene.frame());
}

fn assert_text(name: &str, text: &str) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn a_small_screen_shows_the_list_over_the_text() {
    assert_frame("morning_80x24", &Scene::of(morning(), 80, 24).keys("j"));
}

#[test]
fn the_tree_slides_in_from_the_left() {
    assert_frame("tree_80x24", &Scene::of(morning(), 80, 24).keys("h"));
}

#[test]
fn the_metadata_slides_in_from_the_right() {
    assert_frame("info_80x24", &Scene::of(morning(), 80, 24).keys("i"));
}

#[test]
fn a_wider_screen_shows_tree_list_and_text() {
    assert_frame("morning_120x40", &Scene::of(morning(), 120, 40).keys("gf gg l gu j"));
}

#[test]
fn the_metadata_stands_under_the_list_on_request() {
    assert_frame("info_120x40", &Scene::of(morning(), 120, 40).keys("i"));
}

#[test]
fn a_wide_screen_shows_all_four() {
    assert_frame("morning_200x50", &Scene::of(morning(), 200, 50).keys("gf gg l gu j"));
}

#[test]
fn a_narrow_screen_shows_one_pane_at_a_time() {
    assert_frame("list_50x20", &Scene::of(morning(), 50, 20));
    assert_frame("text_50x20", &Scene::of(morning(), 50, 20).keys("<enter>"));
}

#[test]
fn zen_leaves_the_text_alone() {
    assert_frame("zen_120x40", &Scene::of(morning(), 120, 40).keys("z"));
}

#[test]
fn an_empty_library_says_what_to_do_next() {
    assert_frame("empty_80x24", &Scene::of(empty_world(), 80, 24));
}

#[test]
fn loading_says_so() {
    let mut scene = Scene::before_answers(morning(), 80, 24);
    assert_frame("loading_80x24", &scene);
    scene.answer_next();
    assert_frame("loading_list_80x24", &scene);
}

#[test]
fn a_failing_feed_says_why() {
    assert_frame("failing_80x24", &Scene::of(morning(), 80, 24).select_feed("Gulf Wire").keys("l"));
    assert_frame("failing_120x40", &Scene::of(morning(), 120, 40).select_feed("Gulf Wire"));
}

#[test]
fn too_little_room_is_said_in_a_sentence() {
    assert_frame("small_30x5", &Scene::of(morning(), 30, 5));
}

#[test]
fn help_lists_every_key() {
    assert_frame("help_80x24", &Scene::of(morning(), 80, 24).keys("?"));
    assert_frame("help_end_80x24", &Scene::of(morning(), 80, 24).keys("? G"));
}

#[test]
fn the_tag_prompt_shows_what_a_word_may_become() {
    assert_frame("tags_80x24", &Scene::of(morning(), 80, 24).keys("t +later <space> +co <tab>"));
    assert_frame("tags_wrong_80x24", &Scene::of(morning(), 80, 24).keys("t a//b <enter>"));
}

#[test]
fn a_search_without_hits_names_the_words_and_the_way_back() {
    assert_frame("no_hits_80x24", &Scene::of(morning(), 80, 24).keys("/ obsidian <enter>"));
}

#[test]
fn a_search_shows_its_hits_and_its_words() {
    assert_frame("search_120x40", &Scene::of(morning(), 120, 40).keys("/ tide"));
}

#[test]
fn keys_that_may_follow_are_shown() {
    let mut scene = Scene::of(morning(), 80, 24).keys("3g");
    scene.tell(dateline::app::Message::Paused);
    assert_frame("pending_80x24", &scene);
}

#[test]
fn a_long_notice_can_be_read_whole() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.fail(
        "gulf.example answered 503 (the server is busy or down). It may be asked again at 14:05 on 22 Nov. \
         What was stored is kept, and R tries now if you can't wait that long.",
    );
    assert_frame("long_notice_80x24", &scene);
}

#[test]
fn a_long_notice_leaves_the_cursor_in_sight() {
    for keys in ["G", "h G", "h gg j j j j j j j"] {
        for (width, height) in [(40, 14), (120, 40)] {
            let mut scene = Scene::of(morning(), width, height).keys(keys);
            scene.fail(
                "gulf.example answered 503 (the server is busy or down). It may be asked again at 14:05 on 22 Nov. \
                 What was stored is kept, and R tries now if you can't wait that long.",
            );
            assert!(scene.frame().contains('▌'), "{keys}\n{}", scene.frame());
        }
    }
}

#[test]
fn the_end_of_a_text_lists_its_links() {
    assert_frame("links_80x24", &Scene::of(morning(), 80, 24).keys("<enter> G"));
}

#[test]
fn without_colour_everything_can_still_be_told_apart() {
    assert_frame("no_colour_80x24", &Scene::without_colour(morning(), 80, 24).keys("j"));
    assert_frame("no_colour_120x40", &Scene::without_colour(morning(), 120, 40).keys("s"));
}

#[test]
fn wide_letters_never_push_a_rule_aside() {
    for (width, height) in [(80, 24), (111, 17), (120, 40), (163, 20), (200, 50)] {
        for keys in ["", "j", "h", "i", "G", "<enter> C-f"] {
            Scene::of(wide_world(), width, height).keys(keys).assert_rules_are_straight();
        }
    }
    assert_frame("wide_120x40", &Scene::of(wide_world(), 120, 40));
}
