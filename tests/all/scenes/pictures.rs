//! The README's pictures: frames of the reader as SVG, made from the very cells that a terminal would get, so that they
//! can't grow stale. `DATELINE_WRITE_PICTURES=1 cargo test pictures` draws them anew; without it they are compared.

use std::fmt::Write;
use std::path::Path;

use dateline::config::Themes;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::stage::Scene;
use super::world::morning;

/// A cell's size in the picture's units, and the room around the screen.
const CELL_WIDTH: f32 = 8.4;
const CELL_HEIGHT: f32 = 16.5;
const MARGIN: f32 = 14.0;
const PAPER: &str = "#16181d";
const INK: &str = "#d4d7dd";

#[test]
fn the_pictures_in_the_readme_are_the_frames() {
    let readme = include_str!("../../../README.md");
    // The paper has the theme's colour already.
    let dark = Themes::shipped().get("dark").unwrap().without_background();
    let scene = |width, height| Scene::themed(morning(), width, height, dark.clone());
    let pictures = [
        ("reading", scene(120, 32).keys("gf gg l gu j")),
        ("wide", scene(200, 40).keys("gf gg l gu j")),
        ("small", scene(80, 24).keys("j")),
        ("tagging", scene(80, 24).keys("t +later <space> +co <tab>")),
    ];
    for (name, scene) in pictures {
        assert!(readme.contains(&format!("assets/pictures/{name}.svg")), "the README shows no {name}");
        let svg = picture(&scene.buffer());
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}.svg"));
        if std::env::var_os("DATELINE_WRITE_PICTURES").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &svg).unwrap();
        }
        let stored = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == svg,
            "{name}.svg shows another frame. DATELINE_WRITE_PICTURES=1 cargo test pictures draws it"
        );
    }
}

/// The screen as an SVG: a rectangle for each run of background, a text for each run of letters of one look.
fn picture(buffer: &Buffer) -> String {
    let area = buffer.area;
    let width = f32::from(area.width) * CELL_WIDTH + 2.0 * MARGIN;
    let height = f32::from(area.height) * CELL_HEIGHT + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" font-size=\"14\" \
         font-family=\"ui-monospace, 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace\">\n\
         <rect width=\"{width:.0}\" height=\"{height:.0}\" rx=\"8\" fill=\"{PAPER}\"/>\n"
    );
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let cell = &buffer[(x, y)];
            let (start, mut text) = (x, String::new());
            while x < area.width && look(&buffer[(x, y)]) == look(cell) {
                let symbol = buffer[(x, y)].symbol();
                text.push_str(symbol);
                x += dateline::text::width(symbol).max(1) as u16;
            }
            run(&mut svg, (start, y), x - start, &text, cell);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn run(svg: &mut String, (x, y): (u16, u16), cells: u16, text: &str, cell: &Cell) {
    let (left, top) = (MARGIN + f32::from(x) * CELL_WIDTH, MARGIN + f32::from(y) * CELL_HEIGHT);
    let width = f32::from(cells) * CELL_WIDTH;
    let modifiers = cell.modifier;
    let (mut ink, mut paper) = (hex(cell.fg), hex(cell.bg));
    if modifiers.contains(Modifier::REVERSED) {
        (ink, paper) = (Some(paper.unwrap_or(PAPER.to_owned())), Some(ink.unwrap_or(INK.to_owned())));
    }
    if let Some(paper) = paper {
        writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{CELL_HEIGHT}\" fill=\"{paper}\"/>"
        )
        .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let mut attributes = String::new();
    for (modifier, attribute) in [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::DIM, " opacity=\"0.6\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ] {
        if modifiers.contains(modifier) {
            attributes.push_str(attribute);
        }
    }
    let ink = ink.unwrap_or(INK.to_owned());
    let baseline = top + CELL_HEIGHT * 0.77;
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        svg,
        "<text x=\"{left:.1}\" y=\"{baseline:.1}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\" fill=\"{ink}\"{attributes}>{escaped}</text>"
    )
    .unwrap();
}

fn look(cell: &Cell) -> (Color, Color, Modifier) {
    (cell.fg, cell.bg, cell.modifier)
}

/// Only a theme's exact colours stand in a picture: what the terminal's own look like nobody knows.
fn hex(color: Color) -> Option<String> {
    match color {
        Color::Reset => None,
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        other => panic!("{other} is the terminal's own"),
    }
}
