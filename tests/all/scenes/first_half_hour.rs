//! What somebody stumbles over who moves in: each scene is a task of the first half hour.

use dateline::app::{Effect, Message, Remembered, Work};
use dateline::command::Key;
use dateline::news::{ArticleId, CleanText, CleanUrl, FeedSettings, FeedSource};
use dateline::refresh::FullText;
use dateline::store::{Answer, Ask, Change};

use super::{Scene, morning};
use crate::scenes::world::{World, now};

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
fn pages_of_a_selection_are_counted_while_they_come_and_left_off_like_any_other() {
    let mut scene = reading().keys("v v v x <esc>");
    assert!(scene.shows("fetching 3 pages"), "{}", scene.frame());
    scene.press("<esc>");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::Cancel(Work::Pages))), "{}", scene.notice());
    assert!(!scene.shows("fetching 3 pages"), "{}", scene.frame());
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
        scene.press("<esc> <esc> gg t tide <enter> /");
        typed(&mut scene, "news group:tag");
        scene.press("<enter>");
        assert!(heading(&scene, "#tide") && heading(&scene, "Untagged"), "{}", scene.frame());
        scene.press("<esc> <esc> gg /");
        typed(&mut scene, "news group:tag sort:title");
        scene.press("<enter>");
        assert!(heading(&scene, "#tide"), "in another order too: {}", scene.frame());
    }
}

#[test]
fn what_was_entered_before_is_there_again_at_the_next_start_but_for_secrets() {
    let mut scene = reading();
    for line in ["sort title", "subscribe https://me:pw@shore.example/feed", "sort date", "sort title"] {
        scene.press(":");
        typed(&mut scene, line);
        scene.press("<enter>");
    }
    for query in ["quay", "tide"] {
        scene.press("/");
        typed(&mut scene, query);
        scene.press("<enter>");
    }
    let kept =
        scene.effects.iter().rev().find_map(|it| if let Effect::Remember(text) = it { Some(text) } else { None });
    let kept = kept.expect("something to remember");
    assert!(!kept.contains("pw@") && !kept.contains("shore.example"), "{kept}");
    let mut scene = Scene::remembering(morning(), 120, 40, Remembered::parse(kept)).keys(": <up>");
    let line = |scene: &Scene| scene.app.prompt().map(|it| it.line.text().to_owned()).unwrap_or_default();
    assert_eq!(line(&scene), "sort title");
    scene.press("<up>");
    assert_eq!(line(&scene), "sort date");
    scene.press("<down> <down>");
    assert_eq!(line(&scene), "");
    scene.press("<esc> / q <up>");
    assert_eq!(line(&scene), "quay", "only what begins like what is typed");
    assert!(scene.app.list().found.as_ref().is_some_and(|it| it.text.as_str() == "quay"), "its list shows at once");
    scene.press("<up> <down>");
    assert_eq!(line(&scene), "q");
}

#[test]
fn habits_of_newsboat_and_vim_are_understood_on_the_command_line() {
    let mut scene = reading().keys(":");
    typed(&mut scene, "set reader.measure=80");
    scene.press("<enter>");
    assert!(scene.config.contains("measure = 80"), "{}", scene.config);
    scene.press(":");
    typed(&mut scene, "set reader.mesure 80");
    scene.press("<enter>");
    assert!(scene.shows("Did you mean reader.measure?"), "{}", scene.frame());
    scene.press("<esc> :");
    typed(&mut scene, "q");
    scene.press("<enter>");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::Quit)));
}

#[test]
fn everything_everywhere_is_marked_read_by_name_and_undone_as_one_step() {
    let mut scene = reading();
    let unread = scene.app.tree().tree.counts.unread;
    scene.press(":");
    typed(&mut scene, "mark-everything-read");
    scene.press("<enter>");
    let Some(Change::SetRead { articles, read: true, .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes)
    };
    assert_eq!(articles.len() as i64, unread);
    scene.press("u");
    assert_eq!(scene.app.tree().tree.counts.unread, unread);
}

#[test]
fn help_begins_with_what_is_for_the_pane_in_focus_and_can_be_opened_over_the_settings() {
    let mut scene = Scene::of(morning(), 80, 24);
    for (keys, title) in
        [("gf ?", "Here, in the feeds"), ("q ga ?", "Here, in the articles"), ("q gt ?", "Here, in the text")]
    {
        scene.press(keys);
        assert!(scene.lines()[2].contains(title), "{}", scene.frame());
    }
    scene.press("q g, ?");
    assert!(scene.shows("Here, in the settings"), "{}", scene.frame());
    scene.press("q");
    assert!(scene.app.help().is_none() && scene.app.settings_view().is_some());
    scene.press("q gh ?");
    assert!(scene.shows("order the list by the next of its columns"), "{}", scene.frame());
}

#[test]
fn a_link_is_opened_by_its_number_too() {
    let mut scene = reading().keys("<enter> f 1");
    assert!(matches!(scene.effects.last(), Some(Effect::OpenInBrowser(_))), "{:?}", scene.effects.last());
    scene.press("f 9 <enter>");
    assert!(scene.notice().contains("no link of that number"), "{}", scene.notice());
}

#[test]
fn what_was_said_of_something_else_goes_when_the_list_shows_other_articles() {
    let mut scene = reading().keys("s");
    assert!(scene.notice().contains("starred"));
    scene.press("gu");
    assert_eq!(scene.notice(), "");
    scene = Scene::set(morning(), 80, 24, "linear = true\n").keys("gu gu");
    assert!(scene.shows("Unread articles only.") && scene.shows("All articles, read and unread."), "{}", scene.frame());
}

#[test]
fn in_plain_lines_the_health_of_feeds_and_the_settings_are_lines_too() {
    let config = "linear = true\n[reader]\nmeasure = 80\n";
    let mut scene = Scene::set(morning(), 80, 24, config).keys("gh");
    assert!(scene.lines()[0].starts_with("Feed health. 3 of 6."), "{}", scene.frame());
    assert!(!scene.shows("12 weeks") && scene.shows("articles a week,"), "{}", scene.frame());
    scene.press("j");
    let (x, y) = scene.cursor().unwrap();
    let name = scene.app.health().unwrap().selected().unwrap().feed.title.to_string();
    assert!(x == 0 && scene.lines()[usize::from(y)].contains(&name), "{}", scene.frame());
    scene.press("E");
    assert!(scene.shows("Title: ") && scene.shows("Cookie: not set. "), "{}", scene.frame());
    scene.press("q q g, 7j");
    assert!(scene.lines()[0].starts_with("Settings. 8 of "), "{}", scene.frame());
    let (_, y) = scene.cursor().unwrap();
    assert!(scene.lines()[usize::from(y)].starts_with("reader.measure: 80, yours."), "{}", scene.frame());
    scene.press("?");
    assert!(scene.lines()[0].starts_with("Keys."), "{}", scene.frame());
}

#[test]
fn a_feed_that_a_program_prints_is_shown_as_a_person_wrote_it() {
    let mut world = morning();
    let source = FeedSource::Program(["news", "--from", "the harbour"].map(str::to_owned).to_vec());
    let feed = world.feeds[0].id;
    world.feeds[0].url = Some(CleanUrl::standing_for_program("news", "news --from the harbour"));
    let settings = FeedSettings { source: Some(source), ..FeedSettings::default() };
    let worth = world.answer(&Ask::Worth { now: now() });
    let Answer::Worth(all) = worth else { panic!("{worth:?}") };
    let mut own = all.into_iter().find(|it| it.feed == feed).unwrap();
    own.settings = settings;
    world.worth.insert(feed, own);
    let title = world.feeds[0].title.to_string();
    let mut scene = Scene::of(world, 120, 40).select_feed(&title).keys("gh");
    assert!(scene.shows("exec:news --from 'the harbour'"), "{}", scene.frame());
    assert!(!scene.shows("program.invalid"), "{}", scene.frame());
    scene.press("E");
    assert!(scene.shows("exec:news --from 'the harbour'"), "{}", scene.frame());
    scene.press("3j <enter>");
    assert!(scene.app.prompt().is_none() && scene.notice().contains("no address to change"), "{}", scene.notice());
}

fn nnw() -> Scene {
    Scene::set(morning(), 120, 40, "[keys]\npreset = \"nnw\"\n")
}

#[test]
fn netnewswires_keys_that_do_two_things_do_both() {
    let mut scene = nnw().keys("A-2 <home> <enter>");
    let first = scene.selected();
    scene.press("m");
    assert_ne!(scene.selected(), first);
    let id = scene.app.list().ids[0];
    assert!(scene.app.list().rows[&id].state.unread, "it is unread again");
    let feeds: Vec<String> = scene.app.tree().tree.feeds.iter().map(|it| it.title.to_string()).collect();
    let mut scene = nnw().select_feed(&feeds[0]).keys("<right>");
    let before = scene.app.list().view.scope.clone();
    scene.press("l");
    assert!(matches!(scene.changes.first(), Some(Change::SetRead { read: true, .. })), "{:?}", scene.changes);
    assert_ne!(scene.app.list().view.scope, before, "{}", scene.frame());
    let told = scene.notice();
    assert!(told.contains(" marked read · U undoes · Next feed: "), "{told}");
    // Where all of everything was read there is no next feed, whatever was counted before.
    let mut scene = nnw().keys("A-2 l");
    assert!(scene.notice().ends_with("U undoes · No other feed has unread articles."), "{}", scene.notice());
    scene.press("A-3");
    assert_eq!(scene.app.list().view.scope, dateline::store::Scope::Starred);
}

#[test]
fn stars_and_tags_of_what_was_read_are_shown_where_only_unread_is_listed() {
    let mut scene = Scene::of(morning(), 120, 40).keys("g2 gg");
    let title = scene.selected();
    scene.press("s t mine <enter> r g3");
    assert_eq!(
        scene.titles(),
        [title.as_str(), "Ein Abend im Lesesaal"],
        "a star is put on what was read: {}",
        scene.frame()
    );
    scene.press("g2");
    assert!(scene.app.list().view.unread_only, "elsewhere it is as it was");
    scene.press("# mine <enter>");
    assert_eq!(scene.titles(), [title.as_str()], "{}", scene.frame());
    scene.press("gu");
    assert!(
        scene.app.list().view.unread_only && scene.titles().is_empty(),
        "a key still narrows it: {}",
        scene.frame()
    );
    scene.press("# mine <enter> g2");
    assert!(scene.app.list().view.unread_only, "going to a tag leaves other places as they were");
}

#[test]
fn deleting_in_the_feeds_removes_the_feed_and_never_an_article_of_the_list_beside_it() {
    for (mut scene, key) in [(reading(), "D"), (nnw(), "<delete>")] {
        scene = scene.select_feed("Feuilleton");
        scene.press(key);
        assert!(matches!(scene.changes.last(), Some(Change::Unsubscribe { .. })), "{:?}", scene.changes);
        assert!(scene.notice().starts_with("Feuilleton removed"), "{}", scene.notice());
        scene.changes.clear();
        scene.press("gg");
        scene.press(key);
        assert!(scene.changes.is_empty() && scene.notice().starts_with("Nothing to delete here"), "{}", scene.notice());
        scene.press("<right>");
        scene.press(key);
        assert!(matches!(scene.changes.last(), Some(Change::SetDeleted { deleted: true, .. })), "{:?}", scene.changes);
    }
}
