//! What the reader promises, each as a scene.

use dateline::app::{Effect, Message, Ticket, Work};
use dateline::news::{CleanText, CleanUrl, FeedId, TextOrigin};
use dateline::refresh::{Added, FullText, Progress, Summary};
use dateline::store::{Ask, Change, Touched};

use super::stage::Scene;
use super::world::{World, clean, empty_world, morning, tag};

fn many(count: usize) -> World {
    let mut world = World::default().feed("Harbour Post", "World").feed("Kabar Pagi", "World");
    for index in 0..count {
        let feed = if index % 2 == 0 { "Harbour Post" } else { "Kabar Pagi" };
        world = world.article(feed, 60 * (index as i64 + 1), &format!("Article {index}"), "<p>Short.</p>");
    }
    world
}

pub fn arrive(scene: &mut Scene, title: &str) {
    let world = std::mem::take(&mut scene.world);
    scene.world = world.article("Harbour Post", 1, title, "<p>Fresh.</p>");
    let id = scene.world.get(title).row.id;
    let touched = Touched { articles: vec![id], many: false, feeds: true, tags: false };
    scene.tell(Message::LibraryChanged(touched));
}

#[test]
fn reading_in_an_unread_view_removes_nothing_under_the_cursor() {
    let mut scene = Scene::of(morning(), 80, 24).keys("j <enter>");
    assert_eq!(scene.selected(), "What the tide left behind");
    assert!(!scene.world.get("What the tide").row.state.unread);
    assert_eq!(scene.titles().len(), 4);
    scene.press("q j k");
    assert_eq!(scene.selected(), "What the tide left behind");
}

#[test]
fn looking_is_not_reading() {
    let scene = Scene::of(morning(), 120, 40).keys("j j j k G gg gf j j j gi gt");
    assert!(scene.changes.is_empty());
}

#[test]
fn opening_marks_read_without_a_word() {
    for keys in ["<enter>", "<space>", "n", "J"] {
        let scene = Scene::of(morning(), 80, 24).keys(keys);
        assert!(matches!(scene.changes[..], [Change::SetRead { read: true, .. }]), "{keys}");
        assert_eq!(scene.notice(), "", "{keys}");
    }
}

#[test]
fn arrivals_are_announced_and_come_only_when_asked_for() {
    let mut scene = Scene::of(morning(), 80, 24).keys("j");
    arrive(&mut scene, "Ferry strike begins");
    assert_eq!(scene.titles().len(), 4);
    assert!(scene.shows("1 new · g."), "{}", scene.frame());
    scene.press("g.");
    assert_eq!(scene.titles()[0], "Ferry strike begins");
    assert_eq!(scene.selected(), "What the tide left behind");
    assert!(!scene.shows("1 new"));
}

#[test]
fn the_selected_article_stays_selected_through_every_reload() {
    let mut scene = Scene::of(many(600), 80, 24).keys("450j");
    let before = scene.selected();
    assert_eq!(before, "Article 450");
    arrive(&mut scene, "News");
    scene.press("g.");
    assert_eq!(scene.selected(), before);
    scene.press("gu");
    assert_eq!(scene.selected(), before);
}

#[test]
fn where_the_selected_article_has_left_the_view_the_next_one_takes_its_place() {
    let scene = Scene::of(many(6), 80, 24).keys("j <enter> j q g.");
    assert_eq!(scene.selected(), "Article 2");
}

#[test]
fn a_stale_answer_is_dropped() {
    let mut scene = Scene::of(morning(), 120, 40);
    scene.answers = false;
    scene.press("j j");
    let about: Vec<(Ticket, Ask)> = std::mem::take(&mut scene.asked);
    assert_eq!(about.len(), 2);
    let (late, newest) = (&about[0], &about[1]);
    scene.answer(newest.0, &newest.1);
    scene.answer(late.0, &late.1);
    assert_eq!(scene.app.reading().article().unwrap().row.title.as_str(), "北京：新线路今日开通，早高峰班次加密");
}

#[test]
fn an_answer_about_a_view_that_was_left_is_dropped() {
    let mut scene = Scene::of(morning(), 120, 40);
    scene.answers = false;
    scene.press("gf gg");
    let asked = scene.asked.clone();
    scene.press("j j");
    for (ticket, ask) in asked {
        scene.answer(ticket, &ask);
    }
    assert!(scene.titles().is_empty(), "the rows of All must not show under Starred");
    scene.answers = true;
    scene.answer_all();
    assert_eq!(scene.titles(), ["Ein Abend im Lesesaal"]);
}

#[test]
fn a_refusal_puts_back_what_was_shown_and_says_why() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.makes_changes = false;
    scene.press("s t later <enter>");
    let row = scene.app.list().selected().unwrap().clone();
    assert!(row.state.starred && row.tags == [tag("later")], "shown at once");
    assert_eq!(scene.notice(), "", "claimed only once it is on disk");
    // What is put back does not wait for the library to be asked again.
    scene.answers = false;
    for (ticket, _) in std::mem::take(&mut scene.wanted) {
        scene.tell(Message::Refused(ticket, CleanText::own("The disk is full. Make room and try again.")));
    }
    let row = scene.app.list().selected().unwrap();
    assert!(!row.state.starred && row.tags.is_empty());
    assert_eq!(scene.notice(), "The disk is full. Make room and try again.");
}

#[test]
fn refusals_in_any_order_lead_back_to_the_beginning() {
    for last_first in [false, true] {
        let mut scene = Scene::of(morning(), 80, 24);
        let before = scene.app.list().selected().unwrap().clone();
        scene.makes_changes = false;
        scene.press("s r s r t later <enter> s");
        scene.answers = false;
        let mut refused = std::mem::take(&mut scene.wanted);
        if last_first {
            refused.reverse();
        }
        for (ticket, _) in refused {
            scene.tell(Message::Refused(ticket, CleanText::own("No.")));
        }
        assert_eq!(*scene.app.list().selected().unwrap(), before);
    }
}

#[test]
fn rows_from_before_a_change_do_not_take_it_back() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.makes_changes = false;
    scene.press("s");
    let id = scene.app.list().selected_id().unwrap();
    scene.tell(Message::LibraryChanged(Touched { articles: vec![id], ..Touched::default() }));
    assert!(scene.app.list().selected().unwrap().state.starred);
}

#[test]
fn a_change_is_claimed_with_its_way_back_and_undo_names_what_it_undid() {
    let mut scene = Scene::of(morning(), 80, 24).keys("t dunia/timur-tengah <enter>");
    assert_eq!(scene.notice(), "1 tagged +dunia/timur-tengah · u undoes");
    assert!(scene.app.tree().tag_names().contains(&tag("dunia/timur-tengah")));
    scene.press("u");
    assert_eq!(scene.notice(), "Undone: 1 tagged");
    assert!(scene.app.list().selected().unwrap().tags.is_empty());
    scene.press("u");
    assert_eq!(scene.notice(), "Nothing to undo.");
}

#[test]
fn marking_all_read_can_be_taken_back() {
    let mut scene = Scene::of(many(450), 80, 24).keys("A");
    assert_eq!(scene.notice(), "450 articles marked read · u undoes");
    assert_eq!(scene.titles().len(), 450, "the list is a promise");
    scene.press("u G");
    assert!(scene.app.list().selected().unwrap().state.unread);
}

#[test]
fn marking_all_read_waits_until_the_list_knows_all() {
    let mut scene = Scene::of(many(450), 80, 24);
    scene.answers = false;
    scene.press("gf gg ga A");
    assert!(scene.changes.is_empty());
    scene.answers = true;
    scene.answer_all();
    assert!(matches!(&scene.changes[..], [Change::SetRead { articles, .. }] if articles.len() == 450));
}

#[test]
fn above_and_below_leave_the_cursor_out() {
    let mut scene = Scene::of(many(10), 80, 24).keys("3j <");
    assert!(matches!(&scene.changes[0], Change::SetRead { articles, .. } if articles.len() == 3));
    scene.press(">");
    assert!(matches!(&scene.changes[1], Change::SetRead { articles, .. } if articles.len() == 6));
}

#[test]
fn space_pages_and_then_goes_to_the_next_unread() {
    let long = "<p>word</p>".repeat(30);
    let world = World::default()
        .feed("Harbour Post", "")
        .article("Harbour Post", 60, "One", &long)
        .article("Harbour Post", 120, "Two", "<p>b</p>")
        .article("Harbour Post", 180, "Three", "<p>c</p>")
        .with("Two", |it| it.row.state.unread = false);
    let mut scene = Scene::of(world, 80, 24).keys("gf gg l gu <space>");
    assert_eq!(scene.selected(), "One");
    assert!(scene.app.reading().top > 0);
    for _ in 0..10 {
        if scene.selected() == "One" {
            scene.press("<space>");
        }
    }
    assert_eq!(scene.selected(), "Three", "Two is read already");
    assert_eq!(scene.app.reading().top, 0);
    assert!(!scene.world.get("Three").row.state.unread);
}

#[test]
fn space_goes_on_to_the_next_feed_and_says_so() {
    let scene = Scene::of(morning(), 80, 24).select_feed("Harbour Post").keys("l <space> <space> <space>");
    assert!(scene.notice().starts_with("Next feed: Tinker's Notes · 1 unread"), "{}", scene.notice());
    assert_eq!(scene.selected(), "A clock that runs on rainwater");
}

#[test]
fn space_before_the_text_is_there_is_not_lost() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.answers = false;
    scene.press("j <space>");
    assert_eq!(scene.selected(), "What the tide left behind");
    scene.answers = true;
    scene.answer_all();
    assert!(scene.app.reading().top > 0);
}

#[test]
fn n_finds_what_is_unread_beyond_what_is_loaded() {
    let mut world = many(900);
    for article in &mut world.articles {
        let far = article.row.title.as_str() == "Article 777";
        article.row.state.unread = far;
    }
    let mut scene = Scene::of(world, 80, 24).keys("gf gg l gu gg n");
    assert_eq!(scene.selected(), "Article 777");
    assert!(!scene.world.get("Article 777").row.state.unread, "and opens it");
    scene.press("n");
    assert!(scene.notice().starts_with("Nothing unread below"), "{}", scene.notice());
}

#[test]
fn p_goes_back_to_what_is_unread_above() {
    let scene = Scene::of(many(5), 80, 24).keys("G p");
    assert_eq!(scene.selected(), "Article 3");
}

#[test]
fn pasted_text_never_runs_commands() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Paste("AsQ\nA".to_owned()));
    assert!(scene.changes.is_empty());
    assert!(!scene.effects.iter().any(|it| matches!(it, Effect::Quit)));
    assert!(scene.notice().starts_with("Pasted text runs no commands"));
}

#[test]
fn text_pasted_into_a_prompt_stays_there_line_ends_and_all() {
    let mut scene = Scene::of(morning(), 80, 24).keys("t");
    scene.tell(Message::Paste("later\nQ\u{1b}A\n".to_owned()));
    assert_eq!(scene.app.prompt().unwrap().line.text(), "later QA ");
    assert!(scene.changes.is_empty());
}

#[test]
fn a_pasted_address_opens_the_prompt_that_adds_it() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Paste(" https://post.example/feed.xml\n".to_owned()));
    scene.press("<enter>");
    assert!(
        scene
            .effects
            .iter()
            .any(|it| matches!(it, Effect::Add { address } if address.as_str() == "https://post.example/feed.xml"))
    );
    assert!(scene.shows("looking at post.example…"));
}

#[test]
fn keys_typed_ahead_go_to_the_prompt_they_open() {
    let scene = Scene::of(morning(), 80, 24).keys("/AsQ");
    assert!(scene.changes.is_empty());
    assert_eq!(scene.app.prompt().unwrap().line.text(), "AsQ");
}

#[test]
fn a_count_repeats_and_esc_forgets_it() {
    assert_eq!(Scene::of(many(50), 80, 24).keys("12j").selected(), "Article 12");
    assert_eq!(Scene::of(many(50), 80, 24).keys("12 <esc> j").selected(), "Article 1");
    assert_eq!(Scene::of(many(50), 80, 24).keys("20gg").selected(), "Article 19");
    assert!(Scene::of(many(50), 80, 24).keys("12g").shows("12g"));
}

#[test]
fn a_key_without_a_meaning_names_the_nearest() {
    let scene = Scene::of(morning(), 80, 24).keys("gz");
    assert!(scene.notice().starts_with("gz is not bound."), "{}", scene.notice());
    assert!(scene.notice().ends_with("? shows all keys."), "{}", scene.notice());
}

#[test]
fn the_first_view_is_where_there_is_most_to_read() {
    let place = |scene: &Scene| scene.app.top().place.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(place(&Scene::of(morning(), 80, 24)), ["Today", "unread"]);
    let old = World::default().feed("Post", "").article("Post", 10 * 86_400, "Old", "<p>x</p>");
    let scene = Scene::of(old.clone(), 80, 24);
    assert_eq!(place(&scene), ["All", "unread"]);
    assert!(scene.notice().starts_with("Nothing unread from today"));
    let scene = Scene::of(old.with("Old", |it| it.row.state.unread = false), 80, 24);
    assert_eq!(place(&scene), ["All"]);
    assert_eq!(scene.titles(), ["Old"]);
}

#[test]
fn what_arrives_in_an_empty_list_is_shown_at_once() {
    let mut scene = Scene::of(empty_world(), 80, 24);
    scene.world = morning();
    scene.tell(Message::LibraryChanged(Touched { many: true, feeds: true, ..Touched::default() }));
    assert_eq!(scene.titles().len(), 4);
}

#[test]
fn text_does_not_jump_when_its_article_changes() {
    let long = "<p>word</p>".repeat(60);
    let world = World::default().feed("Post", "").article("Post", 60, "Long", &long);
    let mut scene = Scene::of(world, 80, 24).keys("<enter> 9j");
    let id = scene.app.list().selected_id().unwrap();
    let before = scene.app.reading().top;
    assert_eq!(before, 9);
    scene.tell(Message::LibraryChanged(Touched { articles: vec![id], ..Touched::default() }));
    assert_eq!(scene.app.reading().top, before);
}

#[test]
fn the_place_in_every_article_is_kept() {
    let long = "<p>word</p>".repeat(60);
    let world = World::default().feed("Post", "").article("Post", 60, "One", &long).article("Post", 120, "Two", &long);
    let scene = Scene::of(world, 80, 24).keys("<enter> 9j J 4j K");
    assert_eq!((scene.selected().as_str(), scene.app.reading().top), ("One", 9));
    let scene = scene.keys("J");
    assert_eq!((scene.selected().as_str(), scene.app.reading().top), ("Two", 4));
}

#[test]
fn x_fetches_the_page_and_shows_it_when_it_has_come() {
    let mut scene = Scene::of(morning(), 80, 24).keys("x");
    let id = scene.app.list().selected_id().unwrap();
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::FullText(article) if *article == id)));
    assert!(scene.shows("fetching the page…"));
    let page = morning().get("Ein Abend").body.page.clone();
    let world = std::mem::take(&mut scene.world);
    scene.world = world.with("Pasar", |it| it.body.page.clone_from(&page));
    scene.tell(Message::FullText(id, Ok(FullText::Stored { words: 12, feed_words: 96 })));
    assert_eq!(scene.app.reading().origin, Some(TextOrigin::Page));
    assert!(scene.shows("niemand geht vor zehn"));
    scene.press("x");
    assert!(scene.shows("SEMARANG"));
}

#[test]
fn a_page_that_came_for_another_article_changes_nothing_here() {
    let mut scene = Scene::of(morning(), 80, 24).keys("x");
    let id = scene.app.list().selected_id().unwrap();
    scene.press("j");
    let before = scene.lines()[10..20].to_vec();
    scene.tell(Message::FullText(id, Ok(FullText::Stored { words: 12, feed_words: 96 })));
    assert_eq!(scene.lines()[10..20].to_vec(), before);
}

#[test]
fn a_count_opens_that_link_of_the_text() {
    let scene = Scene::of(morning(), 80, 24).keys("1o o 9o");
    let opened: Vec<&CleanUrl> = scene
        .effects
        .iter()
        .filter_map(|it| if let Effect::OpenInBrowser(url) = it { Some(url) } else { None })
        .collect();
    assert_eq!(
        opened.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
        ["https://arsip.example/1987", "https://news.example/0"]
    );
    assert!(scene.notice().starts_with("The text has no link of that number"));
}

#[test]
fn the_last_change_of_tags_is_repeated() {
    let scene = Scene::of(morning(), 80, 24).keys("t +sea <space> -later <enter> j T");
    assert_eq!(scene.app.list().selected().unwrap().tags, [tag("coast/erosion"), tag("sea")]);
}

#[test]
fn leaving_a_search_goes_back_to_where_one_was() {
    for leaving in ["<esc>", "<enter> q", "<enter> <esc>"] {
        let scene = Scene::of(morning(), 80, 24).keys("2j / tide").keys(leaving);
        assert_eq!(scene.selected(), "北京：新线路今日开通，早高峰班次加密", "{leaving}");
        assert_eq!(scene.titles().len(), 4);
    }
}

#[test]
fn what_is_read_while_searching_is_read_in_the_list_behind() {
    let scene = Scene::of(morning(), 80, 24).keys("/ tide <enter> <enter> q q j");
    assert_eq!(scene.selected(), "What the tide left behind");
    assert!(!scene.app.list().selected().unwrap().state.unread);
}

#[test]
fn a_refresh_is_counted_and_its_failures_are_named() {
    let mut scene = Scene::of(morning(), 80, 24);
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::Refresh(request) if !request.everything)));
    scene.tell(Message::Refresh(Progress::Started { feeds: 1_000 }));
    scene.tell(Message::Refresh(Progress::FeedDone {
        feed: FeedId(2),
        title: clean("Gulf Wire"),
        new: 0,
        changed: 0,
        problem: Some(clean("gulf.example did not answer within 30 s.")),
        done: 212,
        feeds: 1_000,
    }));
    assert!(scene.shows("⟳ 212/1,000"));
    let summary = Summary { feeds: 1_000, fetched: 998, failed: 2, ..Summary::default() };
    scene.tell(Message::Refresh(Progress::Finished(summary)));
    assert!(!scene.shows("⟳"));
    assert_eq!(scene.notice(), "✗ 2 feeds failed. Gulf Wire: gulf.example did not answer within 30 s.");
}

#[test]
fn a_refresh_that_runs_is_stopped_by_asking_twice() {
    let mut scene = Scene::of(morning(), 80, 24).keys("R");
    assert_eq!(scene.notice(), "Refreshing already; R again stops it.");
    scene.pass_seconds(2);
    scene.press("R");
    assert!(scene.effects.iter().any(|it| matches!(it, Effect::Cancel(Work::Refresh))));
}

#[test]
fn a_refresh_key_that_is_held_down_asks_once() {
    let asked = |scene: &Scene| scene.effects.iter().filter(|it| matches!(it, Effect::Refresh(_))).count();
    let stopped = |scene: &Scene| scene.effects.iter().any(|it| matches!(it, Effect::Cancel(Work::Refresh)));
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
    let before = asked(&scene);
    // Half a minute at thirty times a second, while each refresh is over as soon as it began.
    for _second in 0..30 {
        for _repeat in 0..30 {
            scene.press("R");
            scene.tell(Message::Refresh(Progress::Finished(Summary::default())));
        }
        scene.pass_seconds(1);
    }
    assert_eq!((asked(&scene) - before, stopped(&scene)), (1, false));
    // Let go and pressed once more it asks once more.
    scene.pass_seconds(3);
    scene.press("R");
    assert_eq!(asked(&scene) - before, 2);
}

#[test]
fn offline_is_said_once() {
    let mut scene = Scene::of(morning(), 80, 24);
    scene.tell(Message::Refresh(Progress::Offline));
    assert!(scene.notice().starts_with("No network."));
    scene.pass_seconds(60);
    scene.tell(Message::Refresh(Progress::Offline));
    scene.tell(Message::Refresh(Progress::Finished(Summary { feeds: 5, failed: 5, ..Summary::default() })));
    assert_eq!(scene.notice(), "");
    assert!(scene.shows("offline"));
}

#[test]
fn a_new_feed_does_not_take_somebody_away_from_what_they_read() {
    let mut scene = Scene::of(morning(), 80, 24).keys("j");
    scene.tell(Message::Added(Ok(Added {
        feed: FeedId(1),
        title: clean("Harbour Post"),
        url: CleanUrl::parse("https://post.example/feed").unwrap(),
        already: false,
        articles: 20,
        others: Vec::new(),
    })));
    assert_eq!(scene.selected(), "What the tide left behind");
    assert_eq!(scene.notice(), "Added Harbour Post: 20 articles · u undoes");
}

#[test]
fn a_notice_goes_when_its_time_is_over_and_nothing_else_wakes_a_quiet_screen() {
    let mut scene = Scene::of(empty_world(), 80, 24);
    assert_eq!(scene.app.next_wake(), None, "nothing on screen changes by itself");
    scene.press("u");
    let wake = scene.app.next_wake().unwrap();
    scene.pass_seconds(wake.since(scene.at()));
    assert_eq!(scene.notice(), "");
    assert_eq!(scene.app.next_wake(), None);
    let clock = Scene::of(empty_world(), 120, 40);
    assert_eq!(clock.app.next_wake().map(|it| it.since(clock.at())), Some(30), "the clock's next minute");
}

#[test]
fn q_steps_out_and_quits_at_the_start() {
    let quits = |scene: &Scene| scene.effects.iter().any(|it| matches!(it, Effect::Quit));
    let mut scene = Scene::of(morning(), 80, 24).select_feed("Harbour Post").keys("l <enter> z q");
    assert!(!scene.app.zen() && !quits(&scene));
    scene.press("q");
    assert_eq!(scene.app.tree().scope_name(&scene.app.list().view.scope).as_str(), "Today");
    assert!(!quits(&scene));
    scene.press("q");
    assert!(quits(&scene));
}

#[test]
fn the_list_of_a_million_holds_few_rows() {
    let mut scene = Scene::of(many(5_000), 80, 24);
    for _ in 0..24 {
        scene.press("200j");
    }
    assert!(scene.app.list().rows.len() <= 2_400, "{}", scene.app.list().rows.len());
    assert!(scene.app.list().selected().is_some());
}

#[test]
fn a_library_that_fills_for_the_first_time_shows_what_arrives_until_a_key_is_pressed() {
    let world = World::default().feed("Harbour Post", "World");
    let mut scene = Scene::of(world, 80, 24);
    arrive(&mut scene, "Ferry strike begins");
    arrive(&mut scene, "Ferry strike ends");
    assert_eq!(scene.titles().len(), 2);
    assert_eq!(scene.selected(), scene.titles()[0]);
    scene.press("j");
    arrive(&mut scene, "Ferry sails");
    assert_eq!(scene.titles().len(), 2);
    assert!(scene.shows("1 new · g."), "{}", scene.frame());
}

#[test]
fn a_library_that_fills_once_feeds_were_imported_shows_all_that_arrives_until_a_key_is_pressed() {
    let mut scene = Scene::of(World::default(), 120, 40).keys("j gf k <enter>");
    scene.world = scene.world.clone().feed("Harbour Post", "World");
    for title in ["Ferry strike begins", "Ferry strike ends", "Ferry sails"] {
        arrive(&mut scene, title);
    }
    assert_eq!(scene.titles().len(), 3, "{}", scene.frame());
    scene.press("j");
    arrive(&mut scene, "Ferry sinks");
    assert_eq!(scene.titles().len(), 3);
}

#[test]
fn tags_typed_before_the_list_is_there_go_on_what_is_selected_then() {
    let mut scene = Scene::before_answers(morning(), 80, 24);
    scene.press("t d u s k");
    assert!(scene.changes.is_empty());
    scene.answer_all();
    scene.press("<enter>");
    assert!(matches!(&scene.changes[..], [Change::Tag { articles, .. }] if articles.len() == 1), "{:?}", scene.changes);
}
