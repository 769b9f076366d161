//! The faces: every main state at four widths in the dark theme, in the light one and without colour, a file a state.
//!
//! A line of a file is a line of the screen and, behind the bar, its looks: `a2-9` says that the cells 2 to 9 look like
//! `a`. What `a` is in each theme stands once at the end, so that a colour that changes is one line, and what changes
//! its place shows once for all themes.

use dateline::app::Message;
use dateline::config::{Rgb, Role, Theme, Themes};
use dateline::news::FeedId;
use dateline::refresh::Progress;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

use super::assert_text;
use super::health::ward;
use super::stage::{Scene, text_of};
use super::world::{World, clean, empty_world, morning, wide_world};

/// As wide as telephones, old terminals, laptops and large screens are.
const SIZES: [(u16, u16); 4] = [(40, 14), (80, 20), (120, 22), (200, 24)];

/// A name, a world, keys, and what else happens.
type State = (&'static str, fn() -> World, &'static str, fn(&mut Scene));

const STATES: [State; 16] = [
    ("list", morning, "gf gg l gu j", nothing),
    ("by_feed", morning, "gf gg l gu gd j", nothing),
    ("reader", morning, "<enter>", nothing),
    ("info", morning, "gi", nothing),
    ("tree", morning, "gf", nothing),
    ("letters", wide_world, "gf gg l gu", nothing),
    ("empty", empty_world, "", nothing),
    ("search", morning, "/ tide", nothing),
    ("tags", morning, "t +la <tab>", nothing),
    ("palette", morning, "C-p the", nothing),
    ("help", morning, "?", nothing),
    ("settings", morning, "g,", nothing),
    ("health", ward, "gh gg", nothing),
    ("selection", morning, "gf gg l gu v j v", nothing),
    ("refreshing", morning, "", refreshing),
    ("failing", morning, "", failing),
];

fn nothing(_: &mut Scene) {}

/// A refresh of a thousand feeds, well under way.
fn refreshing(scene: &mut Scene) {
    scene.tell(Message::Refresh(Progress::Started { feeds: 1_000 }));
    for done in 1..=212 {
        let (new, problem) = (usize::from(done % 6 == 0), (done % 106 == 0).then(|| clean("It failed.")));
        let title = clean("Harbour Post");
        let (feed, changed, feeds) = (FeedId(1), 0, 1_000);
        scene.tell(Message::Refresh(Progress::FeedDone { feed, title, new, changed, problem, done, feeds }));
    }
    scene.tell(Message::Refresh(Progress::Indexing { left: 1_204 }));
}

/// A feed that fails, and something that was asked for and could not be done.
fn failing(scene: &mut Scene) {
    while !scene.app.tree().rows[scene.app.tree().cursor].name.as_str().starts_with("Gulf Wire") {
        scene.press("gf j");
    }
    scene.fail("gulf.example answered 503 (the server is busy or down). It may be asked again at 14:05 on 22 Nov.");
}

#[test]
fn every_state_has_its_face_at_every_width_in_every_theme() {
    let shipped = Themes::shipped();
    let themes: Vec<(&str, Theme)> =
        ["dark", "light", "colourless"].map(|it| (it, shipped.get(it).unwrap().clone())).to_vec();
    let plain: Vec<Option<Rgb>> =
        themes.iter().map(|(_, theme)| theme.style(Role::Text).foreground.map(dateline::config::Color::rgb)).collect();
    for (state, world, keys, happens) in STATES {
        let mut looks = Looks::default();
        let mut face = String::new();
        for (width, height) in SIZES {
            let buffers: Vec<Buffer> = themes
                .iter()
                .map(|(_, theme)| {
                    let mut scene = Scene::themed(world(), width, height, theme.clone()).keys(keys);
                    happens(&mut scene);
                    // What lies over the panes lies over their rules.
                    if !["search", "palette", "help", "settings", "health", "failing"].contains(&state) {
                        scene.assert_rules_are_straight();
                    }
                    scene.buffer()
                })
                .collect();
            let text = text_of(&buffers[0]);
            for (buffer, (name, _)) in buffers.iter().zip(&themes) {
                assert_eq!(text_of(buffer), text, "{state} says something else in {name}");
            }
            face.push_str(&format!("{width}×{height}\n"));
            for (y, line) in text.iter().enumerate() {
                let runs = looks.of_line(&buffers, &plain, y as u16);
                face.push_str(format!("{line}|{runs}").trim_end());
                face.push('\n');
            }
        }
        face.push_str(&looks.legend(&themes));
        assert_text(&format!("face_{state}"), &face);
    }
}

/// Every look seen so far: what a cell is in each theme.
#[derive(Default)]
struct Looks {
    seen: Vec<Vec<String>>,
}

impl Looks {
    /// ` a2-9 b11`: cells in a look other than that of plain text.
    fn of_line(&mut self, buffers: &[Buffer], plain: &[Option<Rgb>], y: u16) -> String {
        let mut names: Vec<Option<char>> = Vec::new();
        while names.len() < usize::from(buffers[0].area.width) {
            let x = names.len() as u16;
            let looks = buffers.iter().zip(plain).map(|(buffer, plain)| look(&buffer[(x, y)], *plain)).collect();
            // The cells behind a wide letter are covered by it.
            let cells = dateline::text::width(buffers[0][(x, y)].symbol()).max(1);
            names.extend(std::iter::repeat_n(self.name(looks), cells));
        }
        let mut out = String::new();
        let mut at = 0;
        for run in names.chunk_by(|one, next| one == next) {
            let (first, last) = (at, at + run.len() - 1);
            at += run.len();
            match run[0] {
                Some(name) if first == last => out.push_str(&format!(" {name}{first}")),
                Some(name) => out.push_str(&format!(" {name}{first}-{last}")),
                None => {}
            }
        }
        out
    }

    fn name(&mut self, look: Vec<String>) -> Option<char> {
        if look.iter().all(|it| it == "plain") {
            return None;
        }
        let index = self.seen.iter().position(|it| *it == look).unwrap_or_else(|| {
            self.seen.push(look);
            self.seen.len() - 1
        });
        Some(char::from(b'a' + index as u8))
    }

    fn legend(&self, themes: &[(&str, Theme)]) -> String {
        let names: Vec<&str> = themes.iter().map(|(name, _)| *name).collect();
        let mut out = format!("looks in {}\n", names.join(", "));
        for (index, looks) in self.seen.iter().enumerate() {
            out.push_str(&format!("{} {}\n", char::from(b'a' + index as u8), looks.join(", ")));
        }
        out
    }
}

/// `#8ecbe6 bold`. The colour of a theme's text stands on every cell, and is what plain is.
fn look(cell: &Cell, plain: Option<Rgb>) -> String {
    let mut words: Vec<String> = Vec::new();
    match cell.fg {
        Color::Reset => {}
        Color::Rgb(red, green, blue) if plain == Some(Rgb(red, green, blue)) => {}
        Color::Rgb(red, green, blue) => words.push(format!("#{red:02x}{green:02x}{blue:02x}")),
        other => words.push(format!("{other}")),
    }
    if !cell.modifier.is_empty() {
        words.push(format!("{:?}", cell.modifier).to_lowercase());
    }
    if words.is_empty() { "plain".to_owned() } else { words.join(" ") }
}
