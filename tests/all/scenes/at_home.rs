//! What a person may set, and that it shows: every setting that the core knows changes something; the settings view
//! changes them in place; themes, ASCII, and the plain lines of a screen reader.

use dateline::app::{Effect, Message, Pane};
use dateline::command::Command;
use dateline::config::{Rgb, Role};
use ratatui::style::{Color, Modifier};

use super::assert_frame;
use super::stage::Scene;
use super::world::{empty_world, morning, wide_world};

fn set(config: &str) -> Scene {
    Scene::set(morning(), 120, 40, config)
}

fn text_of_all(scene: &Scene) -> String {
    scene.lines().join("\n")
}

#[test]
fn the_settings_are_shown_with_what_they_do_and_where_they_come_from() {
    let config = "theme = \"dark\"\n\n[reader]\nmeasure = 60\n";
    assert_frame("settings_80x24", &Scene::set(morning(), 80, 24, config).keys("g,"));
    assert_frame("settings_120x40", &set(config).keys("g, G kk"));
    let small = Scene::set(morning(), 40, 8, config).keys("g, G");
    assert!(small.shows("keys.preset"), "{}", text_of_all(&small));
}

#[test]
fn a_setting_is_changed_in_place_and_put_back() {
    let mut scene = Scene::set(morning(), 80, 24, "# mine\ntheme = \"dark\" # at night\n").keys("g,");
    scene.press("<enter>");
    assert_eq!(scene.config, "# mine\ntheme = \"light\" # at night\n");
    scene.press("h h");
    assert_eq!(scene.config, "# mine\ntheme = \"auto\" # at night\n");
    scene.press("-");
    assert_eq!(scene.config, "# mine\n");
    scene.press("u u u u");
    assert!(scene.config.contains("theme = \"dark\"\n") && scene.config.contains("# mine\n"), "{}", scene.config);
    scene.press("u");
    assert!(scene.notice().starts_with("Nothing was changed here"), "{}", scene.notice());
    scene.press("q");
    assert!(scene.app.settings_view().is_none());
}

#[test]
fn a_value_is_typed_and_refused_where_it_cannot_be() {
    let mut scene = Scene::set(morning(), 80, 24, "").keys("g, 8G <enter> C-u 200 <enter>");
    assert!(scene.shows("reader.measure is a whole number from 40 to 120."), "{}", text_of_all(&scene));
    scene.press("C-u 90 <enter>");
    assert_eq!(scene.config, "[reader]\nmeasure = 90\n");
    scene.press("13G <enter> C-u 2min <enter>");
    assert!(scene.config.ends_with("[fetch]\ntimeout = \"2min\"\n"), "{}", scene.config);
    scene.press("l");
    assert!(scene.notice().contains("fetch.timeout is typed"), "{}", scene.notice());
}

#[test]
fn the_palette_leads_to_a_setting() {
    let scene = set("").keys("C-p read_on <enter>");
    assert!(scene.app.settings_view().is_some());
    assert!(scene.shows("What marks an article read"), "{}", text_of_all(&scene));
}

#[test]
fn mistakes_leave_everything_as_it_was_and_are_pointed_at() {
    let mut scene = set("[reader]\nmeasure = 50\n");
    let before = scene.lines();
    scene.save("[reader]\nmeasrue = 60\nread_on = \"always\"\n");
    let notice = scene.notice();
    let expected = "config.toml:2:1: `reader.measrue` is not a setting — did you mean `reader.measure`? And 1 more.";
    assert!(notice.starts_with(expected), "{notice}");
    assert_eq!(scene.lines()[1..30], before[1..30]);
    scene.save("[reader]\nmeasure = 40\n");
    assert_eq!(scene.notice(), "The settings are mended and in force.");
    assert_ne!(scene.lines()[1..30], before[1..30]);
}

#[test]
fn the_measure_and_the_rows_of_the_list_are_as_they_are_set() {
    let longest = |scene: &Scene| {
        let lines = &scene.app.reading().lines;
        let widths = lines.iter().map(|it| match it {
            dateline::app::TextLine::Body(line) => line.spans.iter().map(|it| it.text.as_str().chars().count()).sum(),
            _ => 0,
        });
        widths.max().unwrap_or(0)
    };
    let wide = |config: &str| Scene::set(morning(), 200, 50, config).keys("j");
    let (narrow, usual, long) = (wide("[reader]\nmeasure = 40\n"), wide(""), wide("[reader]\nmeasure = 120\n"));
    assert!(longest(&narrow) <= 40 && longest(&usual) > 40 && longest(&usual) <= 72);
    assert!(longest(&long) >= longest(&usual));
    let rows = |config: &str, width, height| Scene::set(morning(), width, height, config).app.geometry().lines_a_row();
    assert_eq!((rows("", 120, 40), rows("", 80, 24)), (2, 1));
    assert_eq!(rows("[list]\nrows = \"one\"\n", 120, 40), 1);
    assert_eq!(rows("[list]\nrows = \"two\"\n", 80, 24), 2);
}

#[test]
fn what_marks_read_is_as_it_is_set() {
    let reads = |config: &str, keys: &str| {
        let scene = set(config).keys(keys);
        scene.changes.iter().filter(|it| format!("{it:?}").starts_with("SetRead")).count()
    };
    assert_eq!(reads("", "j k"), 0, "looking is not reading");
    assert_eq!(reads("", "<enter>"), 1);
    assert_eq!(reads("[reader]\nread_on = \"never\"\n", "<enter> <space> q n"), 0);
    assert_eq!(reads("[reader]\nread_on = \"never\"\n", "r"), 1, "but by the key that says so");
    assert!(reads("[reader]\nread_on = \"cursor\"\n", "j") >= 1);
    assert_eq!(reads("[reader]\nread_on = \"cursor\"\n", ""), 0, "nothing was moved onto yet");
}

#[test]
fn starting_fetches_unless_that_is_set_otherwise() {
    let fetches = |config: &str| set(config).effects.iter().any(|it| matches!(it, Effect::Refresh(_)));
    assert!(fetches(""));
    assert!(!fetches("[fetch]\non_start = false\n"));
}

#[test]
fn the_metadata_stands_beside_the_text_where_it_is_set() {
    let beside = |config: &str| Scene::set(morning(), 200, 50, config).app.geometry().info.is_some();
    assert!(beside(""));
    assert!(!beside("[layout]\ninfo = false\n"));
}

#[test]
fn keys_of_ones_own_and_presets_are_taken_up_when_saved() {
    let mut scene = set("[keys]\nsearch = [\"Z\"]\n").keys("Z");
    assert!(scene.app.prompt().is_some());
    scene.press("<esc>");
    scene.save("[keys]\npreset = \"newsboat\"\n");
    scene.press("Z");
    assert!(scene.app.prompt().is_none(), "the default keys are gone with the line");
    scene.press("/");
    assert!(scene.app.prompt().is_some());
}

#[test]
fn a_theme_with_a_background_paints_all_of_it_and_auto_follows_the_terminal() {
    for config in ["theme = \"dark\"\n", "theme = \"light\"\n", "theme = \"high-contrast\"\n"] {
        let config = format!("color = \"true\"\n{config}");
        for keys in ["", "h", "?", "g,", "C-p", "t", "3g"] {
            let buffer = set(&config).keys(keys).buffer();
            let mut first = None;
            for y in 0..buffer.area.height {
                let mut x = 0;
                while x < buffer.area.width {
                    let cell = &buffer[(x, y)];
                    assert!(cell.bg != Color::Reset && cell.fg != Color::Reset, "{config}{keys:?} at {x},{y}");
                    assert_eq!(*first.get_or_insert(cell.bg), cell.bg, "one background: {config}{keys:?}");
                    // The cell behind a wide letter is never drawn.
                    x += dateline::text::width(cell.symbol()).max(1) as u16;
                }
            }
        }
    }
    let mut scene = set("color = \"true\"\n");
    let colours = |scene: &Scene| {
        let buffer = scene.buffer();
        assert!(buffer.content().iter().all(|it| it.bg == Color::Reset), "the person's own background stays");
        buffer.content().iter().filter(|it| matches!(it.fg, Color::Rgb(..))).count()
    };
    assert_eq!(colours(&scene), 0, "nothing is known of the background yet");
    scene.tell(Message::Background(Rgb(20, 20, 30)));
    assert!(colours(&scene) > 100);
    let dark = scene.app.theme().clone();
    scene.tell(Message::Background(Rgb(250, 250, 250)));
    assert_ne!(*scene.app.theme(), dark);
}

/// Whatever a colour says is said by a mark, a word or a look too.
#[test]
fn without_colour_every_state_is_still_told_apart() {
    let scene = Scene::set(morning(), 120, 40, "color = \"none\"\n").keys("gf gg l gu");
    let buffer = scene.buffer();
    assert!(buffer.content().iter().all(|it| it.fg == Color::Reset && it.bg == Color::Reset));
    let look = |scene: &Scene, text: &str| {
        let buffer = scene.buffer();
        let lines = scene.lines();
        // The pane's own row, not the headline of the text beside it.
        let y = lines
            .iter()
            .position(|it| (it.contains("▌●") || it.contains("▌○")) && it.contains(text))
            .unwrap_or_else(|| panic!("no {text} on screen"));
        let x = lines[y].find(text).map(|at| dateline::text::width(&lines[y][..at])).unwrap();
        buffer[(x as u16, y as u16)].modifier
    };
    // The selected article, in the focused pane and in another.
    let selected = scene.selected();
    let start: String = selected.chars().take(12).collect();
    let focused = look(&scene, &start);
    assert!(focused.contains(Modifier::REVERSED), "{start:?} {focused:?}\n{}", scene.frame());
    // Feeds that fail carry a mark, unread articles another.
    let text = text_of_all(&scene);
    assert!(text.contains('✗') && text.contains('●') && text.contains('○'), "{text}");
    let starred = Scene::set(morning(), 120, 40, "color = \"none\"\n").keys("s");
    assert!(text_of_all(&starred).contains('★'));
    // Which pane has the focus shows in the looks of the bars.
    let modifiers = |scene: &Scene| scene.buffer().content().iter().map(|it| it.modifier).collect::<Vec<_>>();
    let elsewhere = Scene::set(morning(), 120, 40, "color = \"none\"\n").keys("gf");
    assert_ne!(modifiers(&scene), modifiers(&elsewhere));
    // Links are underlined, problems bold.
    let theme = scene.app.theme();
    assert!(theme.style(Role::Link).underline && theme.style(Role::Problem).bold);
    // What is set by the person says so in a word.
    assert!(Scene::set(morning(), 80, 24, "color = \"none\"\n").keys("g,").shows("(yours)"));
}

#[test]
fn in_ascii_no_mark_and_no_line_is_anything_else() {
    let config = "symbols = \"ascii\"\n";
    for world in [morning(), wide_world(), empty_world()] {
        for (width, height) in [(80, 24), (120, 40), (200, 50)] {
            for keys in ["", "j", "h", "i", "<enter> G", "?", "g,", "C-p", "t x", "3g", "/ tide", "z"] {
                let scene = Scene::set(world.clone(), width, height, config).keys(keys);
                let text = text_of_all(&scene);
                let foreign: Vec<char> = text
                    .chars()
                    .filter(
                        |it| matches!(it, '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{27bf}' | '·' | '×' | '«' | '»'),
                    )
                    .collect();
                assert!(foreign.is_empty(), "{foreign:?} after {keys:?} at {width}×{height}\n{text}");
            }
        }
    }
    assert_frame("ascii_80x24", &Scene::set(morning(), 80, 24, config).keys("s j"));
    assert_frame("ascii_120x40", &set(config).keys("s j"));
}

#[test]
fn a_screen_reader_gets_plain_lines_and_the_cursor_on_the_focused_one() {
    let config = "linear = true\n";
    assert_frame("linear_80x24", &Scene::set(morning(), 80, 24, config).keys("s j"));
    assert_frame("linear_tree_80x24", &Scene::set(morning(), 80, 24, config).keys("h"));
    assert_frame("linear_text_120x40", &set(config).keys("<enter>"));
    assert_frame("linear_info_80x24", &Scene::set(morning(), 80, 24, config).keys("gi"));
    for keys in ["", "j j", "h", "h j", "<enter>", "<enter> j", "gi", "?", "g, j", "t", "C-p", "x y"] {
        let scene = Scene::set(morning(), 80, 24, config).keys(keys);
        let text = text_of_all(&scene);
        let drawn = text.contains(['─', '│', '▌', '●', '○', '★']) || text.contains("---") || text.contains(" | ");
        assert!(!drawn, "{keys:?}\n{text}");
        let (x, y) = scene.cursor().unwrap_or_else(|| panic!("no cursor after {keys:?}\n{text}"));
        let line = &scene.lines()[usize::from(y)];
        if keys == "j j" {
            let title: String = scene.selected().chars().take(20).collect();
            assert!(x == 0 && line.contains(&title), "{line}");
        }
    }
}

#[test]
fn in_plain_lines_what_changes_is_said_and_stays() {
    let mut scene = Scene::set(morning(), 80, 24, "linear = true\n").keys("s");
    let said = scene.notice().replace('·', "-");
    assert!(said.contains("starred"));
    scene.pass_seconds(120);
    assert_eq!(scene.notice(), "");
    assert!(scene.shows(&said), "{}", text_of_all(&scene));
    scene.fail("gulf.example answered 503.");
    assert!(scene.shows("gulf.example answered 503.") && scene.shows(&said), "the one before stays above it");
    assert_eq!(scene.app.focus(), Pane::Articles);
    let toggle = Scene::set(morning(), 80, 24, "linear = true\n").keys("g, 4G <enter> q");
    assert!(!toggle.app.linear(), "the way back works from within");
    assert_eq!(Command::Settings.name(), "settings");
}
