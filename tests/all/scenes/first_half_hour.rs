//! What somebody stumbles over who moves in: each scene is a task of the first half hour.

use dateline::app::{Effect, Message};
use dateline::command::Key;
use dateline::news::{ArticleId, CleanText};
use dateline::refresh::FullText;
use dateline::store::Change;

use super::{Scene, morning};
use crate::scenes::world::World;

/// All unread, in one list, the cursor on the first.
fn reading() -> Scene {
    Scene::of(morning(), 120, 40).keys("gf gg gu l gg")
}

fn six() -> Scene {
    let mut world = World::default().feed("Harbour Post", "");
    for index in 0..6 {
        world = world.article("Harbour Post", 60 * (index + 1), &format!("Article {index}"), "<p>x</p>");
    }
    Scene::of(world, 120, 40).keys("ga gg")
}

fn marked_read(scene: &Scene) -> Vec<String> {
    let Some(Change::SetRead { articles, read: true, .. }) = scene.changes.last() else { return Vec::new() };
    articles.iter().map(|id| scene.app.list().rows[id].title.to_string()).collect()
}

#[test]
fn marking_all_above_and_below_is_for_the_selection_where_there_is_one() {
    let mut scene = six().keys("v j v A");
    assert_eq!(marked_read(&scene), ["Article 0", "Article 2"]);
    assert_eq!(scene.app.list().selected_count(), 2, "it stays selected for what comes next");
    scene = six().keys("v v 2j v gg 2j <");
    assert_eq!(marked_read(&scene), ["Article 0", "Article 1"]);
    scene = six().keys("v v 2j v gg 2j >");
    assert_eq!(marked_read(&scene), ["Article 4"]);
    scene.changes.clear();
    scene.press(">");
    assert!(scene.changes.is_empty());
    assert_eq!(scene.notice(), "Everything selected below is read already.");
    scene = six().keys("V 2j A");
    assert_eq!(marked_read(&scene), ["Article 0", "Article 1", "Article 2"]);
    scene = six().keys("* A");
    assert_eq!(marked_read(&scene).len(), 6);
}

#[test]
fn the_pages_of_all_selected_articles_are_fetched_and_told_of_in_one_sentence() {
    let mut scene = reading().keys("v v v x");
    let asked: Vec<ArticleId> =
        scene.effects.iter().filter_map(|it| if let Effect::FullText(id) = it { Some(*id) } else { None }).collect();
    assert_eq!(asked.len(), 3, "{:?}", scene.effects);
    assert_eq!(scene.notice(), "Fetching the pages of 3 articles.");
    scene.tell(Message::FullText(asked[0], Ok(FullText::NotBetter { words: 3, feed_words: 9 })));
    scene.tell(Message::FullText(asked[2], Err(CleanText::own("The page has no article."))));
    assert_eq!(scene.notice(), "Fetching the pages of 3 articles.");
    scene.tell(Message::FullText(asked[1], Ok(FullText::NotBetter { words: 3, feed_words: 9 })));
    assert_eq!(
        scene.notice(),
        "Pages fetched: 0 texts stored, 2 no longer than the feed's, 1 failed: The page has no article."
    );
    // What is told of is over: a page alone is told of alone again.
    scene.tell(Message::FullText(asked[0], Err(CleanText::own("No network."))));
    assert_eq!(scene.notice(), "No network.");
}

#[test]
fn what_came_with_all_selected_articles_is_played_together() {
    let mut scene = reading().keys("v v e");
    let Some(Effect::PlayAll { articles }) = scene.effects.last() else { panic!("{:?}", scene.effects) };
    assert_eq!(articles.len(), 2);
    scene.tell(Message::PlayedAll { played: 1, without: 1 });
    assert_eq!(scene.notice(), "Playing or opening what came with 1 article. Nothing came with 1 other.");
}

#[test]
fn refreshing_a_feed_refreshes_those_of_all_selected_articles() {
    let scene = Scene::set(morning(), 120, 40, "[fetch]\non_start = false\n").keys("ga * gr");
    let Some(Effect::Refresh(request)) = scene.effects.last() else { panic!("{:?}", scene.effects) };
    assert!(request.only.as_ref().is_some_and(|it| it.len() > 2), "{request:?}");
}

fn typed(scene: &mut Scene, text: &str) {
    for it in text.chars() {
        scene.tell(Message::Key(Key::char(it)));
    }
}

#[test]
fn a_query_that_groups_puts_headings_over_its_list_whatever_is_set_and_on_a_small_screen() {
    for (width, height) in [(120, 40), (80, 24)] {
        let mut world = World::default().feed("Harbour Post", "").feed("Shore", "");
        for index in 0..3 {
            let at = 60 * (2 * index + 1);
            world = world.article("Harbour Post", at, &format!("Quay news {index}"), "<p>x</p>");
            world = world.article("Shore", at + 60 + 1440, &format!("Beach news {index}"), "<p>x</p>");
        }
        let mut scene = Scene::of(world, width, height).keys("/");
        typed(&mut scene, "news group:feed");
        scene.press("<enter>");
        let heading = |scene: &Scene, text: &str| {
            let area = scene.app.geometry().articles.unwrap();
            let lines = scene.app.list_lines(area);
            lines.iter().any(|(_, it)| matches!(it, dateline::app::ListLine::Heading(it) if it.as_str() == text))
        };
        assert!(heading(&scene, "Harbour Post"), "{}", scene.frame());
        scene.press("G");
        assert!(heading(&scene, "Shore"), "{}", scene.frame());
        scene.press("gd");
        assert!(scene.notice().starts_with("The query says group:"), "{}", scene.notice());
        scene.press("<esc> <esc> /");
        typed(&mut scene, "news group:day");
        scene.press("<enter>");
        assert!(heading(&scene, "Today"), "{}", scene.frame());
    }
}
