//! Finding in place: a filter that gives the list back, mistakes that hide nothing, places to go to, words in the text.

use dateline::app::Effect;
use dateline::store::{Ask, Change, Origin};

use super::stage::Scene;
use super::world::{World, clean, morning, tag};

fn shore() -> World {
    let mut world = World::default().feed("Harbour Post", "World").feed("Kabar Pagi", "World");
    for (index, title) in ["Tide tables", "Bread and tides", "A quiet day", "The last ferry"].into_iter().enumerate() {
        let text = "<p>The tide is late today.</p><p>Nothing else.</p>".to_owned() + &"<p>Line.</p>".repeat(60);
        world = world.article("Harbour Post", 60 * (index as i64 + 1), title, &(text + "<p>High tide again.</p>"));
    }
    world.with("The last", |it| it.row.tags = vec![tag("sea/ferry")])
}

#[test]
fn a_filter_narrows_the_list_as_one_types_and_gives_it_back() {
    let mut scene = Scene::of(shore(), 120, 40).keys("j j \\ t");
    assert_eq!(scene.titles(), ["Tide tables", "Bread and tides", "A quiet day", "The last ferry"]);
    scene.press("i d e");
    assert_eq!(scene.titles(), ["Tide tables", "Bread and tides"]);
    assert!(scene.shows("With “tide…” · 2 found"), "{}", scene.frame());
    scene.press("<esc>");
    assert_eq!(scene.titles().len(), 4);
    assert_eq!(scene.selected(), "A quiet day");
}

#[test]
fn a_filter_that_was_entered_stays_until_one_goes_back() {
    let mut scene = Scene::of(shore(), 120, 40).keys("\\ b r e a d <enter>");
    assert_eq!(scene.titles(), ["Bread and tides"]);
    assert!(scene.shows("▸ “bread”"), "{}", scene.frame());
    scene.press("q");
    assert_eq!(scene.titles().len(), 4);
    // A filter over a search narrows the search, and gives the search back.
    scene.press("/ t i d e <enter> \\ b r");
    assert_eq!(scene.titles(), ["Bread and tides"]);
    scene.press("<esc>");
    assert_eq!(scene.titles().len(), 2);
    scene.press("q");
    assert_eq!(scene.titles().len(), 4);
}

#[test]
fn a_mistake_is_named_with_its_column_and_the_last_good_list_stays() {
    let mut scene = Scene::of(shore(), 80, 24).keys("/ b r e a d");
    assert_eq!(scene.titles(), ["Bread and tides"]);
    scene.press("<space> t i t e l :");
    assert_eq!(scene.titles(), Vec::<String>::new());
    scene.press("x");
    assert!(scene.shows("did you mean title: ? (column 7)"), "{}", scene.frame());
    scene.press("<enter>");
    assert!(scene.app.prompt().is_some(), "the line stays to be mended");
}

#[test]
fn a_tag_is_gone_to_by_some_of_its_letters() {
    let scene = Scene::of(shore(), 120, 40).keys("# f e r <enter>");
    assert_eq!(scene.titles(), ["The last ferry"]);
    let scene = Scene::of(shore(), 120, 40).keys("# x y z <enter>");
    assert!(scene.shows("No tag is like “xyz”."), "{}", scene.frame());
}

#[test]
fn a_search_is_saved_gone_to_edited_renamed_and_deleted() {
    let mut scene = Scene::of(shore(), 120, 40).keys("' / t i d e <enter> g/ S e a <enter>");
    assert!(scene.shows("Search saved as Sea · u undoes"), "{}", scene.frame());
    assert!(scene.shows("Searches") && scene.shows("  Sea"), "{}", scene.frame());
    scene.press("q ' s <enter>");
    assert_eq!(scene.titles(), ["Tide tables", "Bread and tides"]);
    assert!(scene.shows("Dateline   Sea"), "{}", scene.frame());
    scene.press("g' <space> - b r e a d <enter>");
    assert_eq!(scene.titles(), ["Tide tables"]);
    scene.press("gn C-u C-u T i d e s <enter>");
    assert!(scene.shows("Dateline   Tides"), "{}", scene.frame());
    scene.press("g-");
    assert!(!scene.shows("Searches"), "{}", scene.frame());
    assert_eq!(scene.titles().len(), 4);
}

#[test]
fn n_goes_from_one_found_word_of_the_text_to_the_next() {
    let mut scene = Scene::of(shore(), 80, 24).keys("/ t i d e <enter> <enter> n");
    assert!(scene.shows("Match 1 of 3"), "{}", scene.frame());
    scene.press("n n");
    assert!(scene.shows("Match 3 of 3") && scene.shows("High tide again."), "{}", scene.frame());
    scene.press("n");
    assert!(scene.shows("Match 1 of 3 · from the top again"), "{}", scene.frame());
    scene.press("N");
    assert!(scene.shows("from the end again"), "{}", scene.frame());
}

#[test]
fn a_question_mark_in_an_empty_line_explains_the_language() {
    let scene = Scene::of(morning(), 80, 24).keys("/ ?");
    assert!(scene.shows("Queries") && scene.shows("rust async"), "{}", scene.frame());
    assert!(Scene::of(morning(), 80, 24).keys("g?").shows("Queries"));
}

#[test]
fn what_nobody_keeps_count_of_is_counted_when_the_rows_and_the_text_are_there() {
    let mut world = morning();
    let (name, query) = (clean("Ferries"), clean("ferry"));
    world.change(&Change::SaveSearch { name, query, origin: Origin::Reader });
    let mut scene = Scene::before_answers(world, 120, 40);
    let counts = |scene: &Scene| scene.asked.iter().any(|it| matches!(it.1, Ask::SearchCounts { .. }));
    while scene.app.reading().article().is_none() {
        assert!(!counts(&scene), "{:?}", scene.asked);
        scene.answer_next();
    }
    assert!(counts(&scene), "{:?}", scene.asked);
}

#[test]
fn leaving_a_search_that_has_found_nothing_yet_ends_the_looking() {
    let ended = |scene: &Scene| scene.effects.iter().filter(|it| matches!(it, Effect::StopFinding)).count();
    for key in ["q", "<esc>"] {
        let mut scene = Scene::of(morning(), 80, 24);
        scene.answers = false;
        scene.press("/ u r l : n o w h e r e <enter>");
        assert!(scene.shows("Searching…"), "{}", scene.frame());
        scene.press(key);
        assert_eq!(ended(&scene), 1, "{key}");
        assert!(!scene.shows("nowhere"), "{}", scene.frame());
    }
    // What has been found already is left without a word.
    let mut scene = Scene::of(morning(), 80, 24);
    scene.press("/ g u l f <enter> q");
    assert_eq!(ended(&scene), 0);
}
