//! How each feed does: the list, what may be done from its rows, the form of what may be set, and the feeds to pick from.

use dateline::app::{Effect, Message};
use dateline::news::{Because, CleanUrl, FeedEdit, FeedId, FeedSettings, FeedWorth, Pause, WEEKS};
use dateline::refresh::{Added, Found, Progress, Summary};
use dateline::store::Change;

use super::assert_frame;
use super::stage::Scene;
use super::world::{World, clean, morning, now, tag};

const DAY: i64 = 86_400;

/// The morning, with a feed in each condition.
pub fn ward() -> World {
    let mut world = morning();
    for (at, feed) in world.feeds.iter_mut().enumerate() {
        let mut weeks = [0; WEEKS];
        for (week, count) in weeks.iter_mut().enumerate() {
            *count = ((week * (at + 3)) % 11 + at) as u32;
        }
        let mut worth = FeedWorth {
            feed: feed.id,
            weeks,
            newest: Some(now().plus(-7_200)),
            articles: 240,
            unread: 12 * (at as i64 + 1),
            starred: 3,
            settings: FeedSettings::default(),
            last_attempt: Some(now().plus(-3_600)),
            moved_to: None,
        };
        feed.because = Because::Rhythm;
        match feed.title.as_str() {
            "Gulf Wire" => {
                feed.failing_since = Some(now().plus(-3 * DAY));
                feed.last_success = Some(now().plus(-4 * DAY));
                feed.because = Because::Failures;
                feed.complaints = vec![clean("two articles had no date")];
            }
            "Feuilleton" => {
                worth.weeks = [0; WEEKS];
                worth.newest = Some(now().plus(-40 * DAY));
            }
            "Tinker's Notes" => feed.pause = Pause::ByPerson,
            "晨报" => {
                feed.pause = Pause::Gone;
                feed.because = Because::Gone;
                feed.next_due = Some(now().plus(29 * DAY));
            }
            "Kabar Pagi" => {
                worth.moved_to = CleanUrl::parse("https://kabar.example/new.xml").ok();
                worth.settings = FeedSettings {
                    interval_minutes: Some(30),
                    full_text: true,
                    cookie: Some("secret=1".to_owned()),
                    ..FeedSettings::default()
                };
                feed.tags = vec![tag("asia")];
            }
            _ => {}
        }
        world.worth.insert(feed.id, worth);
    }
    world
}

fn list() -> Scene {
    Scene::of(ward(), 120, 40).keys("gh")
}

fn title(scene: &Scene) -> String {
    scene.app.health().and_then(|it| it.selected()).map_or_else(String::new, |it| it.feed.title.to_string())
}

fn on(title_wanted: &str) -> Scene {
    let mut scene = list().keys("gg");
    while title(&scene) != title_wanted {
        scene.press("j");
    }
    scene
}

#[test]
fn the_list_shows_how_each_feed_does() {
    assert_frame("health_80x24", &Scene::of(ward(), 80, 24).keys("gh gg"));
    assert_frame("health_120x40", &on("Kabar Pagi"));
    assert_frame("health_200x50", &Scene::of(ward(), 200, 50).keys("gh gg"));
}

#[test]
fn the_form_shows_what_is_set_and_no_secret() {
    let scene = on("Kabar Pagi").keys("E");
    assert_frame("edit_feed_120x40", &scene);
    assert!(!scene.shows("secret"));
    assert_frame(
        "edit_feed_80x24",
        &Scene::of(ward(), 80, 24).select_feed("Kabar Pagi").keys("E 5j <enter> C-u 5 <enter>"),
    );
}

#[test]
fn the_worst_come_first_and_a_key_changes_the_order() {
    let mut scene = list().keys("gg");
    assert_eq!(title(&scene), "Gulf Wire");
    scene.press("s");
    assert_eq!(title(&scene), "Feuilleton");
}

#[test]
fn pausing_moving_and_removing_are_changes_that_can_be_undone() {
    let mut scene = on("Harbour Post").keys("p");
    assert!(matches!(scene.changes.last(), Some(Change::EditFeed { edit: FeedEdit::Paused(true), .. })));
    assert!(scene.notice().contains("u undoes"));
    scene.press("p");
    assert!(matches!(scene.changes.last(), Some(Change::EditFeed { edit: FeedEdit::Paused(false), .. })));
    let mut scene = on("Kabar Pagi").keys("m");
    assert!(matches!(scene.changes.last(), Some(Change::EditFeed { edit: FeedEdit::Address(_), .. })));
    scene.press("D");
    assert!(matches!(scene.changes.last(), Some(Change::Unsubscribe { .. })));
    assert!(scene.notice().contains("Kabar Pagi removed · u undoes"), "{}", scene.notice());
    assert_eq!(scene.app.health().unwrap().rows.len(), 5);
}

#[test]
fn a_row_leads_to_its_articles_its_site_and_a_refresh() {
    let mut scene = on("Harbour Post");
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.press("gr o");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::Refresh(request) if request.only.is_some())));
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::OpenInBrowser(_))));
    scene.press("<enter>");
    assert!(scene.app.health().is_none());
    assert!(scene.titles().contains(&"What the tide left behind".to_owned()));
    assert!(list().keys("q").app.health().is_none());
    assert!(list().keys("<esc>").app.health().is_none());
}

#[test]
fn a_wrong_value_is_not_taken_and_a_right_one_is_one_change() {
    let mut scene = on("Harbour Post").keys("E 5j <enter> 5 <enter>");
    let error = scene.app.prompt().unwrap().error.clone().unwrap();
    assert!(error.as_str().contains("15 minutes to 7 days"), "{error}");
    assert!(scene.changes.is_empty());
    scene.press("C-u 45 <enter>");
    let Some(Change::EditFeed { edit: FeedEdit::Settings(settings), .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert_eq!(settings.interval_minutes, Some(45));
    scene.press("j <enter>");
    let Some(Change::EditFeed { edit: FeedEdit::Settings(settings), .. }) = scene.changes.last() else {
        panic!("{:?}", scene.changes);
    };
    assert!(settings.full_text && settings.interval_minutes == Some(45));
    scene.press("q");
    assert!(scene.app.health().unwrap().form.is_none());
}

#[test]
fn a_feed_is_renamed_moved_and_removed_by_name() {
    let mut scene = Scene::of(ward(), 120, 40).select_feed("Harbour Post");
    scene.press(":rename <space> Port <enter>");
    let Some(Change::EditFeed { edit: FeedEdit::Title(title), .. }) = scene.changes.last() else { panic!() };
    assert_eq!(title.as_str(), "Port");
    scene.press(":move <space> Sea/North <enter>");
    let Some(Change::EditFeed { edit: FeedEdit::Folder(folder), .. }) = scene.changes.last() else { panic!() };
    assert_eq!(folder.as_str(), "Sea/North");
    scene.press(":pause <enter>");
    assert!(matches!(scene.changes.last(), Some(Change::EditFeed { edit: FeedEdit::Paused(true), .. })));
    scene.press(":unsubscribe <enter>");
    assert!(matches!(scene.changes.last(), Some(Change::Unsubscribe { .. })));
}

pub fn offered() -> Scene {
    let mut scene = Scene::of(morning(), 80, 24);
    let found = |path: &str, title: &str| Found {
        url: CleanUrl::parse(&format!("https://paper.example/{path}")).unwrap(),
        title: clean(title),
    };
    scene.tell(Message::Added(Ok(Added {
        feed: FeedId(1),
        title: clean("Paper"),
        url: CleanUrl::parse("https://paper.example/feed").unwrap(),
        already: false,
        articles: 12,
        others: vec![found("sport.xml", "Sport"), found("comments.xml", "Comments"), found("art.xml", "")],
    })));
    scene
}

#[test]
fn the_other_feeds_of_a_page_are_offered_to_pick_from() {
    let mut scene = offered();
    assert!(scene.notice().ends_with("· 3 more feeds there: g+ picks"), "{}", scene.notice());
    assert_frame("offer_80x24", &offered().keys("g+ j <space>"));
    scene.press("g+ <space> j <space> <enter>");
    let Some(Change::Subscribe { feeds, .. }) = scene.changes.last() else { panic!() };
    let urls: Vec<&str> = feeds.iter().map(|it| it.url.as_str()).collect();
    assert_eq!(urls, ["https://paper.example/sport.xml", "https://paper.example/art.xml"]);
    // The refresh of the start is under way: what was picked is fetched after it.
    let picked = |it: &Effect| matches!(it, Effect::Refresh(request) if request.only.is_some());
    assert!(!scene.effects.iter().any(picked));
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    assert!(scene.effects.iter().any(picked));
    scene.press("g+ <esc>");
    assert_eq!(scene.changes.len(), 1);
}
