//! Anything may happen in any order: nothing of it ends the reader or spoils the screen.

use dateline::app::{Message, Size};
use dateline::command::{Key, KeyCode};
use dateline::news::FeedId;
use dateline::refresh::{FullText, Progress, Summary};
use dateline::store::Touched;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::promises::arrive;
use super::stage::Scene;
use super::world::{clean, morning, wide_world};

/// Anything that can happen, by number.
fn happen(scene: &mut Scene, what: u16, value: u16) {
    let codes = [
        KeyCode::Enter,
        KeyCode::Escape,
        KeyCode::Tab,
        KeyCode::Backspace,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
    ];
    match what {
        0..60 => {
            let it = char::from(b' ' + (value % 95) as u8);
            // Quitting ends the scene and nothing else.
            scene.tell(Message::Key(Key { control: value.is_multiple_of(11), ..Key::char(it) }));
        }
        60..80 => {
            let code = codes[usize::from(value) % codes.len()];
            scene.tell(Message::Key(Key { code, shift: value.is_multiple_of(3), ..Key::char(' ') }));
        }
        80..86 => scene.resize(value % 230, (value / 7) % 70),
        86 => scene.tell(Message::Paste("https://a.example/\u{1b}[2J 北京".to_owned())),
        87 => scene.answers = !scene.answers,
        88 => scene.makes_changes = !scene.makes_changes,
        89 => {
            scene.answers = true;
            scene.answer_all();
        }
        90 => arrive(scene, &format!("Arrival {value}")),
        91 => scene.tell(Message::LibraryChanged(Touched { many: true, ..Touched::default() })),
        92 => {
            if let Some((ticket, _)) = scene.wanted.pop() {
                scene.tell(Message::Refused(ticket, clean("No.")));
            }
        }
        93 => {
            if !scene.asked.is_empty() {
                let (ticket, _) = scene.asked.remove(usize::from(value) % scene.asked.len());
                scene.tell(Message::Answered(ticket, Err(clean("The library is busy."))));
            }
        }
        94 => {
            let gone = usize::from(value) % scene.world.articles.len().max(1);
            if gone < scene.world.articles.len() && scene.world.journal.is_empty() {
                scene.world.articles.remove(gone);
            }
        }
        95 => scene.tell(Message::Refresh(Progress::Started { feeds: usize::from(value) })),
        96 => scene.tell(Message::Refresh(Progress::Finished(Summary::default()))),
        97 => scene.fail(&"a long sentence of many words ".repeat(usize::from(value % 20))),
        98 if value.is_multiple_of(2) => scene.tell(Message::Paused),
        98 => scene.pass_seconds(i64::from(value)),
        _ => {
            if let Some(id) = scene.app.list().selected_id() {
                scene.tell(Message::FullText(id, Ok(FullText::NotBetter { words: 1, feed_words: 2 })));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_the_screen_is_drawn_whole(happenings in prop::collection::vec((0u16..100, any::<u16>()), 0..120)) {
        let mut world = wide_world();
        world.feeds.extend(morning().feeds.into_iter().map(|it| dateline::news::FeedRow { id: FeedId(it.id.0 + 10), ..it }));
        world = world.feed("Harbour Post", "World");
        let mut scene = Scene::of(world, 80, 24);
        for (what, value) in happenings {
            happen(&mut scene, what, value);
            let buffer = scene.buffer();
            prop_assert_eq!(buffer.area.area() as usize, buffer.content().len());
            let app = &scene.app;
            let covered = app.health().is_some() || app.offer().is_some() || app.settings_view().is_some();
            if !covered && scene.app.help().is_none() && scene.app.prompt().is_none() && scene.app.notice().is_none() {
                let clear = scene.app.bottom().pending.is_none() && scene.app.palette().is_none();
                if clear && scene.app.geometry().arrangement != dateline::app::Arrangement::TooSmall {
                    scene.assert_rules_are_straight();
                }
            }
            let list = scene.app.list();
            prop_assert!(list.cursor < list.ids.len().max(1));
        }
    }
}

#[test]
fn no_size_is_too_odd() {
    for (width, height) in [(0, 0), (1, 1), (2, 500), (500, 2), (39, 7), (40, 8), (59, 8), (60, 13), (109, 9), (160, 9)]
    {
        for keys in ["", "h", "i", "z", "<enter>", "?", "t x", "gz", "g", "gi", "gh", "gh E G", "gh E <enter> x"] {
            let mut scene = Scene::of(morning(), 80, 24).keys(keys);
            scene.resize(width, height);
            scene.buffer();
        }
    }
    // Too large to hold in a test, but its geometry is settled all the same.
    let scene = {
        let mut scene = Scene::of(morning(), 80, 24);
        scene.tell(Message::Resized(Size { width: 10_000, height: 10_000 }));
        scene
    };
    assert!(scene.app.geometry().middle.width <= 1_000);
}
