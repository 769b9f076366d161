//! Themes as data: the files that ship, a person's own beside them, and which one is in force.
//!
//! A theme's file gives a look to each of the sixteen roles: `title = "bold #eceef2"`. Nothing here opens one.

use toml::de::{DeTable, DeValue};

use super::color::{Color, Depth, Rgb};
use super::mistake::{Mistake, Place};
use super::theme::{CONTRAST_LEAST, Role, Style, Theme};
use crate::news::nearest_of;

/// All themes that there are, those that ship first.
#[derive(Clone, Debug, PartialEq)]
pub struct Themes {
    named: Vec<(String, Theme)>,
}

/// The name that stands for following the terminal's background.
pub const AUTO: &str = "auto";

const SHIPPED: &[(&str, &str)] = &[
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("high-contrast", include_str!("../../assets/themes/high-contrast.toml")),
    ("terminal", include_str!("../../assets/themes/terminal.toml")),
    ("colourless", include_str!("../../assets/themes/colourless.toml")),
];

/// A person's own beyond this many are left out.
pub const THEMES_MAX: usize = 100;

impl Themes {
    pub fn shipped() -> Themes {
        Themes { named: SHIPPED.iter().map(|(name, _)| ((*name).to_owned(), shipped(name))).collect() }
    }

    /// Adds a person's own, which takes the place of a shipped one of its name.
    pub fn add(&mut self, name: &str, theme: Theme) {
        if let Some((_, known)) = self.named.iter_mut().find(|(known, _)| known == name) {
            *known = theme;
        } else if self.named.len() < THEMES_MAX + SHIPPED.len() {
            self.named.push((name.to_owned(), theme));
        }
    }

    /// All names, `auto` first.
    pub fn names(&self) -> Vec<&str> {
        std::iter::once(AUTO).chain(self.named.iter().map(|(name, _)| name.as_str())).collect()
    }

    pub fn get(&self, name: &str) -> Option<&Theme> {
        self.named.iter().find(|(known, _)| known == name).map(|(_, theme)| theme)
    }

    /// The theme of this name on a terminal of this depth. `auto` takes whichever of dark and light reads well on the
    /// terminal's own background; where that is not known, or neither does, the terminal's own colours.
    pub fn in_force(&self, name: &str, depth: Depth, background: Option<Rgb>) -> Theme {
        let chosen = match (self.get(name), background) {
            (Some(theme), _) => Some(theme.clone()),
            // Sixteen colours look as the person wants them: to pick the nearest of them would be to guess.
            (None, Some(ground)) if depth >= Depth::TwoHundred => ["dark", "light"]
                .into_iter()
                .filter_map(|it| self.get(it))
                .find(|it| it.contrast_least(ground) >= CONTRAST_LEAST)
                .map(Theme::without_background),
            (None, _) => None,
        };
        chosen.or_else(|| self.get("terminal").cloned()).unwrap_or_else(Theme::terminal).at(depth)
    }
}

/// Reads a theme's file. All mistakes at once.
///
/// # Errors
/// No such role, a role missing, no such colour.
pub fn read(file: &str, text: &str) -> Result<Theme, Vec<Mistake>> {
    let place = Place::new(file, text);
    let (table, errors) = DeTable::parse_recoverable(place.text());
    let mut mistakes: Vec<Mistake> = errors.iter().map(|it| place.syntax(it)).collect();
    let mut theme = Theme { styles: [Style::default(); 16], background: None };
    let mut missing: Vec<Role> = Role::ALL.to_vec();
    for (name, value) in table.get_ref().iter() {
        let key: &str = name.get_ref();
        let role = Role::ALL.into_iter().find(|it| it.name() == key);
        if role.is_none() && key != "background" {
            let roles = Role::ALL.map(Role::name);
            let near = nearest_of(key, roles.into_iter().chain(["background"]));
            let meant = near.map_or(String::new(), |it| format!(" — did you mean `{it}`?"));
            mistakes.push(place.mistake(name.span(), &format!("`{key}` is not a role of a theme{meant}")));
            continue;
        }
        let DeValue::String(words) = value.get_ref() else {
            mistakes.push(place.mistake(value.span(), &format!("`{key}` takes words, such as \"bold cyan\".")));
            continue;
        };
        match (role, look(words)) {
            (_, Err(why)) => mistakes.push(place.mistake(value.span(), &why)),
            (Some(role), Ok(style)) => {
                theme.styles[role as usize] = style;
                missing.retain(|it| *it != role);
            }
            (None, Ok(style)) => theme.background = style.foreground,
        }
    }
    if mistakes.is_empty() && !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|it| it.name()).collect();
        let all = "A theme gives all sixteen roles a look; an empty one, \"\", is the terminal's own";
        mistakes.push(place.mistake(0..0, &format!("{all}. Missing: {}.", names.join(", "))));
    }
    mistakes.sort_by_key(|it| (it.line, it.column));
    if mistakes.is_empty() { Ok(theme) } else { Err(mistakes) }
}

/// `bold underline #7fb2e0 on black`.
fn look(words: &str) -> Result<Style, String> {
    let mut style = Style::default();
    let mut on = false;
    for word in words.split_whitespace() {
        match word {
            "bold" => style.bold = true,
            "dim" => style.dim = true,
            "italic" => style.italic = true,
            "underline" => style.underline = true,
            "reverse" => style.reverse = true,
            "on" => on = true,
            _ => {
                let Some(color) = Color::named(word) else {
                    return Err(format!(
                        "“{word}” is no colour and no look. Colours are #rrggbb, or black, red, green, yellow, blue, \
                         magenta, cyan, white and each of them with bright-; looks are bold, dim, italic, underline, \
                         reverse; “on” comes before a background."
                    ));
                };
                if on { style.background = Some(color) } else { style.foreground = Some(color) }
            }
        }
    }
    Ok(style)
}

/// A theme that ships.
pub(super) fn shipped(name: &str) -> Theme {
    let (_, text) = SHIPPED.iter().find(|(known, _)| *known == name).expect("only names of shipped themes are asked");
    read(name, text).expect("a test holds that the shipped themes are sound")
}

#[cfg(test)]
mod tests {
    use super::super::theme::{CONTRAST_HIGH, CONTRAST_RULE};
    use super::*;

    fn background(name: &str) -> Rgb {
        Themes::shipped().get(name).unwrap().background().unwrap().rgb()
    }

    #[test]
    fn the_shipped_themes_are_sound_and_give_every_role_its_look() {
        for (name, text) in SHIPPED {
            let read = read(&format!("{name}.toml"), text);
            assert!(read.is_ok(), "{:?}", read.err());
        }
        let theme = Theme::terminal();
        assert_eq!(theme.style(Role::Problem).foreground, Some(Color::BrightRed));
        assert_eq!(theme.style(Role::Text), Style::default());
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
        }
    }

    #[test]
    fn text_can_be_read_in_every_theme_at_every_depth() {
        for (name, least) in [("dark", CONTRAST_LEAST), ("light", CONTRAST_LEAST), ("high-contrast", CONTRAST_HIGH)] {
            let theme = Themes::shipped().get(name).unwrap().clone();
            for depth in [Depth::True, Depth::TwoHundred] {
                let theme = theme.at(depth);
                let ground = theme.background().unwrap().rgb();
                for role in Role::ALL.into_iter().filter(|it| it.is_text()) {
                    let colour = theme.style(role).foreground.unwrap_or_else(|| panic!("{name}: {role:?} has none"));
                    let contrast = colour.rgb().contrast(ground);
                    assert!(contrast >= least, "{name} at {depth:?}: {role:?} has {contrast:.2}");
                }
            }
        }
    }

    #[test]
    fn of_sixteen_colours_each_can_be_read_whatever_palette_is_customary() {
        for (name, least) in [("dark", CONTRAST_LEAST), ("light", CONTRAST_LEAST), ("high-contrast", CONTRAST_HIGH)] {
            let theme = Themes::shipped().get(name).unwrap().at(Depth::Sixteen);
            let ground = theme.background().unwrap();
            for role in Role::ALL {
                let colour = theme.style(role).foreground.unwrap_or_else(|| panic!("{name}: {role:?} has none"));
                let contrast = colour.contrast_customary(ground);
                let least = if role.is_text() { least } else { CONTRAST_RULE };
                assert!(contrast >= least, "{name}: {role:?}, {colour:?} on {ground:?}, has {contrast:.2}");
            }
            let apart = |one, two| assert_ne!(theme.style(one), theme.style(two), "{name}");
            apart(Role::UnreadTitle, Role::ReadTitle);
            apart(Role::Selected, Role::ReadTitle);
            apart(Role::Problem, Role::Notice);
            apart(Role::Link, Role::Text);
            apart(Role::Tag, Role::Selected);
        }
        // On the terminal's own background, light or dark, a colour marks what needs not be read to be understood, and
        // still has the contrast that marks and large letters need (WCAG 2.2, 1.4.11 and 1.4.3).
        for role in Role::ALL {
            let Some(colour) = Theme::terminal().style(role).foreground else { continue };
            for ground in [Color::Black, Color::BrightWhite] {
                let contrast = colour.contrast_customary(ground);
                assert!(contrast >= 3.0, "{role:?}, {colour:?} on {ground:?}, has {contrast:.2}");
            }
        }
        let mine = read("mine.toml", &text_of_all_roles("bold #dddddd")).unwrap().at(Depth::Sixteen);
        assert_eq!(mine.style(Role::Text), Style { bold: true, ..Style::default() }, "nobody knows on what it stands");
    }

    fn text_of_all_roles(look: &str) -> String {
        Role::ALL.iter().map(|it| format!("{} = \"{look}\"\n", it.name())).collect()
    }

    #[test]
    fn auto_follows_the_background_and_never_to_where_text_is_hard_to_read() {
        let themes = Themes::shipped();
        let on = |ground: Rgb| themes.in_force(AUTO, Depth::True, Some(ground));
        let dark = themes.get("dark").unwrap().without_background();
        let light = themes.get("light").unwrap().without_background();
        // The dark and light grounds of palettes that many people have.
        for ground in [Rgb(0, 0, 0), Rgb(30, 30, 46), Rgb(46, 52, 64), Rgb(0, 43, 54), background("dark")] {
            assert_eq!(on(ground), dark, "{ground:?}");
        }
        for ground in [Rgb(255, 255, 255), Rgb(253, 246, 227), background("light")] {
            assert_eq!(on(ground), light, "{ground:?}");
        }
        for grey in 0..=u8::MAX {
            let ground = Rgb(grey, grey, grey);
            let theme = on(ground);
            let reads = theme.contrast_least(ground) >= CONTRAST_LEAST;
            assert!(reads || theme == Theme::terminal(), "{grey}");
        }
        assert_eq!(on(Rgb(128, 128, 128)), Theme::terminal(), "neither reads on middle grey");
        assert_eq!(themes.in_force(AUTO, Depth::True, None), Theme::terminal());
        assert_eq!(themes.in_force(AUTO, Depth::Sixteen, Some(Rgb(0, 0, 0))), Theme::terminal());
    }

    #[test]
    fn without_colours_every_theme_is_the_colourless_one() {
        let themes = Themes::shipped();
        for name in themes.names() {
            assert_eq!(themes.in_force(name, Depth::None, Some(Rgb(0, 0, 0))), Theme::without_colour());
        }
        let theme = Theme::without_colour();
        assert!(Role::ALL.into_iter().all(|role| theme.style(role).foreground.is_none()));
        let read = theme.style(Role::ReadTitle);
        for role in [Role::UnreadTitle, Role::Selected, Role::SelectedElsewhere, Role::Dim, Role::Link, Role::Problem] {
            assert_ne!(theme.style(role), read, "{role:?}");
        }
        assert_ne!(theme.style(Role::Selected), theme.style(Role::SelectedElsewhere));
    }

    #[test]
    fn the_terminals_theme_has_one_accent_beside_tags_and_problems_and_leaves_the_background_alone() {
        let theme = Theme::terminal();
        let mut colours: Vec<String> =
            Role::ALL.into_iter().filter_map(|role| theme.style(role).foreground).map(|it| format!("{it:?}")).collect();
        colours.sort();
        colours.dedup();
        assert_eq!(colours, ["BrightBlue", "BrightRed", "Magenta"]);
        assert_ne!(theme.style(Role::Tag), theme.style(Role::Selected));
        assert_eq!(theme.background(), None);
        assert!(Role::ALL.into_iter().all(|role| theme.style(role).background.is_none()));
    }

    #[test]
    fn a_theme_with_mistakes_names_them_all() {
        let text = "text = \"#12\"\ntitel = \"bold\"\ndim = 3\n";
        let said: Vec<String> = read("mine.toml", text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(said.len(), 3, "{said:#?}");
        assert!(said[0].starts_with("mine.toml:1:8: “#12” is no colour"), "{said:#?}");
        assert!(said[1].starts_with("mine.toml:2:1: `titel` is not a role of a theme — did you mean `title`?"));
        let missing = read("mine.toml", "text = \"\"").unwrap_err();
        assert!(missing[0].to_string().contains("Missing: dim, accent"), "{missing:?}");
    }
}
