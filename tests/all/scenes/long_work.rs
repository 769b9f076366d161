//! Long work shows itself: it is counted, it goes on while somebody reads, and one key leaves it off.

use dateline::app::{Effect, ListOfFeeds, Message, Work};
use dateline::news::{CleanUrl, FolderPath};
use dateline::refresh::{Progress, Summary};
use dateline::store::{Change, NewFeed};

use super::assert_frame;
use super::stage::Scene;
use super::world::{clean, empty_world, morning};

fn started(scene: &mut Scene, feeds: usize) {
    scene.tell(Message::Refresh(Progress::Started { feeds }));
}

fn cancels(scene: &Scene) -> Vec<Work> {
    let work = |it: &Effect| if let Effect::Cancel(work) = it { Some(*work) } else { None };
    scene.effects.iter().filter_map(work).collect()
}

fn done(scene: &mut Scene, done: usize, feeds: usize) {
    let (feed, title) = (dateline::news::FeedId(2), clean("Gulf Wire"));
    scene.tell(Message::Refresh(Progress::FeedDone { feed, title, new: 1, changed: 0, problem: None, done, feeds }));
}

fn feed(number: usize, folder: &str) -> NewFeed {
    NewFeed {
        url: CleanUrl::parse(&format!("https://feed{number}.example/rss")).unwrap(),
        title: clean(&format!("Feed {number}")),
        folder: FolderPath::parse(folder),
        tags: Vec::new(),
    }
}

fn list(count: usize) -> ListOfFeeds {
    ListOfFeeds {
        file: clean("feeds.opml"),
        feeds: (0..count).map(|it| feed(it, "World")).collect(),
        searches: Vec::new(),
        skipped: vec![clean("|touch P: it is neither http nor https.")],
        private: vec![clean("http://192.168.0.7/feed")],
    }
}

#[test]
fn esc_leaves_a_refresh_off_once_nothing_else_is_to_be_taken_back() {
    let mut scene = Scene::of(morning(), 80, 24);
    started(&mut scene, 100);
    assert!(scene.shows("<esc> stops"), "{}", scene.frame());
    done(&mut scene, 12, 100);
    // A selection and zen come first; reading on is not disturbed.
    scene.press("v <esc> z <esc>");
    assert_eq!(cancels(&scene), []);
    scene.press("<esc>");
    assert_eq!(cancels(&scene), [Work::Refresh]);
    assert_eq!(scene.notice(), "The refresh stops; what has arrived is kept, and R goes on with the rest.");
    scene.press("<esc>");
    assert_eq!(cancels(&scene), [Work::Refresh], "asked once");
    scene.tell(Message::Refresh(Progress::Finished(Summary { articles_new: 12, failed: 1, ..Summary::default() })));
    assert_eq!(
        scene.notice(),
        "Stopped after 12 of 100 feeds. 12 new articles. 1 feed failed. R goes on with the rest."
    );
}

#[test]
fn esc_lets_indexing_wait_and_a_command_lets_it_go_on() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.tell(Message::Refresh(Progress::Indexing { left: 12_000 }));
    assert!(scene.shows("indexing 12,000"));
    scene.press("<esc>");
    assert!(scene.shows("not indexed 12,000"), "{}", scene.frame());
    assert_eq!(
        scene.notice(),
        "Indexing waits: 12,000 articles can be read, but not found by their words yet. :pause-indexing goes on, and so does \
         the next start."
    );
    let asked = |scene: &Scene, wanted: bool| {
        scene.effects.iter().filter(|it| matches!(it, Effect::Index { on } if *on == wanted)).count()
    };
    assert_eq!((asked(&scene, false), asked(&scene, true)), (1, 0));
    scene.press("<esc>");
    assert_eq!(asked(&scene, true), 0, "a second Esc changes nothing");
    scene.press(": pause-indexing <enter>");
    assert_eq!((asked(&scene, false), asked(&scene, true)), (1, 1));
    scene.tell(Message::Refresh(Progress::Indexing { left: 0 }));
    assert!(!scene.shows("index"));
}

#[test]
fn a_search_that_finds_nothing_says_what_is_not_indexed_yet() {
    let mut scene = Scene::of(morning(), 120, 40);
    scene.tell(Message::Refresh(Progress::Indexing { left: 340 }));
    scene.press("/ zzzzz <enter>");
    assert!(scene.shows("340 articles are not indexed yet"), "{}", scene.frame());
}

#[test]
fn pages_and_addresses_are_left_off_by_the_same_key() {
    let mut scene = Scene::of(morning(), 80, 24).keys("x");
    assert!(scene.shows("fetching the page…"), "{}", scene.frame());
    scene.press("x");
    assert_eq!(scene.notice(), "Its page is being fetched already.");
    scene.press("a https://slow.example/ <enter>");
    assert!(scene.shows("looking at slow.example…"));
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.press("<esc>");
    assert_eq!(cancels(&scene), [Work::Pages, Work::Adding]);
    assert!(!scene.shows("fetching") && !scene.shows("looking"), "{}", scene.frame());
    assert!(scene.notice().contains("slow.example is left alone and nothing was added; a tries again."));
}

#[test]
fn full_texts_that_come_with_a_refresh_are_counted() {
    let mut scene = Scene::of(morning(), 80, 24);
    started(&mut scene, 3);
    scene.tell(Message::Refresh(Progress::Pages { done: 3, pages: 20 }));
    assert!(scene.shows("⟳ pages 3/20"), "{}", scene.frame());
}

#[test]
fn an_import_is_seen_before_it_is_made_and_leaving_it_changes_nothing() {
    let mut scene = Scene::of(empty_world(), 80, 24);
    scene.press("I ~/feeds.opml <enter>");
    assert!(scene.shows("reading feeds.opml…"));
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::ReadList { file } if file == "~/feeds.opml")));
    scene.tell(Message::ListRead(Ok(list(40))));
    assert_frame("import_80x24", &scene);
    assert_eq!(scene.notice(), "Would add 40, already have 0, skip 1. <enter> does it, q leaves everything as it is.");
    scene.press("j k q");
    assert_eq!(scene.notice(), "Nothing was imported; everything is as it was.");
    assert_eq!(scene.changes.len(), 0);
    // Entered, it is one change.
    scene.press(":import <space> feeds.opml <enter>");
    scene.tell(Message::ListRead(Ok(list(40))));
    scene.press("<enter>");
    assert!(matches!(&scene.changes[..], [Change::Import { feeds, .. }] if feeds.len() == 40));
    assert!(scene.notice().starts_with("40 feeds added · u undoes"), "{}", scene.notice());
    // They are fetched at once; that there is no network comes behind it, not instead.
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.tell(Message::Refresh(Progress::Offline));
    assert!(scene.notice().starts_with("40 feeds added · u undoes. No network."), "{}", scene.notice());
    assert!(scene.app.help().is_none());
}

#[test]
fn a_list_that_is_left_while_it_is_read_shows_nothing_later() {
    let mut scene = Scene::of(empty_world(), 80, 24);
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.press("I feeds.opml <enter> <esc>");
    assert_eq!(scene.notice(), "Nothing was imported from feeds.opml; I tries again.");
    scene.tell(Message::ListRead(Ok(list(2))));
    assert!(scene.app.help().is_none());
}

#[test]
fn a_file_where_an_address_is_asked_for_is_imported() {
    let mut scene = Scene::of(empty_world(), 80, 24);
    scene.press("a ~/Downloads/feeds.opml <enter>");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::ReadList { .. })));
    let mut scene = Scene::of(empty_world(), 80, 24);
    scene.tell(Message::Paste("/home/ada/feeds.opml".to_owned()));
    scene.press("<enter>");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::ReadList { .. })));
}

#[test]
fn a_list_that_brings_nothing_new_says_so() {
    let mut scene = Scene::of(morning(), 80, 24);
    let url = scene.app.tree().tree.feeds.iter().find_map(|it| it.url.clone()).unwrap();
    let known = NewFeed { url, ..feed(1, "") };
    scene.press("I feeds.opml <enter>");
    let known = ListOfFeeds {
        feeds: vec![known],
        searches: Vec::new(),
        skipped: Vec::new(),
        private: Vec::new(),
        file: clean("feeds.opml"),
    };
    scene.tell(Message::ListRead(Ok(known)));
    assert_eq!(scene.notice(), "feeds.opml has nothing new: its 1 feed is there already.");
}

#[test]
fn what_is_written_out_is_counted_and_can_be_left() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    scene.press("* S <enter>");
    let articles = scene.app.list().ids.len();
    scene.tell(Message::Written { done: 2, articles });
    assert!(scene.shows(&format!("saving 2/{articles}")), "{}", scene.frame());
    scene.press("<esc> <esc>");
    assert_eq!(cancels(&scene), [Work::Writing]);
    assert_eq!(scene.notice(), "Nothing was written; S saves after all.");
}

#[test]
fn in_plain_lines_a_refresh_says_at_each_quarter_how_far_it_is() {
    let said = |config: &str, feeds: usize| {
        let mut scene = Scene::set(morning(), 80, 24, config);
        started(&mut scene, feeds);
        let mut said: Vec<String> = Vec::new();
        for number in 1..=feeds {
            done(&mut scene, number, feeds);
            let line = scene.app.announced().last().map(ToString::to_string).unwrap_or_default();
            if line.starts_with("Refreshing") && said.last() != Some(&line) {
                said.push(line);
            }
        }
        said
    };
    let quarters = [
        "Refreshing: 25 of 100 feeds, 25 new articles.",
        "Refreshing: 50 of 100 feeds, 50 new articles.",
        "Refreshing: 75 of 100 feeds, 75 new articles.",
    ];
    assert_eq!(said("linear = true\n", 100), quarters);
    assert!(said("linear = true\n", 8).is_empty(), "a short one is over as soon as it is told");
    assert!(said("", 100).is_empty(), "elsewhere the top line counts");
}

#[test]
fn an_empty_list_says_what_is_so_while_the_first_articles_come_and_once_all_is_read() {
    let mut scene = Scene::of(empty_world().feed("Harbour Post", "World"), 80, 24);
    started(&mut scene, 1);
    assert!(scene.shows("The first articles are being fetched.") && !scene.shows("R refreshes,"), "{}", scene.frame());
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    assert!(scene.shows("R refreshes,"), "{}", scene.frame());
    let scene = Scene::of(morning(), 80, 24).keys(":mark-everything-read <enter> g2");
    assert!(scene.shows("Nothing is unread.") && !scene.shows("next feed"), "{}", scene.frame());
}
