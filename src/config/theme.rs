//! Themes as data: sixteen roles, each with a look. Colour is never the only sign of anything.
//!
//! No background is ever set: what looks calm on a dark screen glares on a light one, and the person chose theirs.

/// What something on screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    Dim,
    Accent,
    Title,
    UnreadTitle,
    ReadTitle,
    Selected,
    SelectedElsewhere,
    Rule,
    Count,
    Tag,
    Link,
    Code,
    Quote,
    Notice,
    Problem,
}

/// One of the terminal's own sixteen colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    Black,
    Red,
    Green,
    Yellow,
    Blue,
    Magenta,
    Cyan,
    White,
    BrightBlack,
    BrightRed,
    BrightGreen,
    BrightYellow,
    BrightBlue,
    BrightMagenta,
    BrightCyan,
    BrightWhite,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    pub foreground: Option<Color>,
    pub background: Option<Color>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub reverse: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    styles: [Style; 16],
}

impl Role {
    /// All roles, in the order of a theme's styles.
    pub const ALL: [Role; 16] = [
        Role::Text,
        Role::Dim,
        Role::Accent,
        Role::Title,
        Role::UnreadTitle,
        Role::ReadTitle,
        Role::Selected,
        Role::SelectedElsewhere,
        Role::Rule,
        Role::Count,
        Role::Tag,
        Role::Link,
        Role::Code,
        Role::Quote,
        Role::Notice,
        Role::Problem,
    ];
}

impl Theme {
    /// On the terminal's own sixteen colours.
    pub fn terminal() -> Theme {
        Theme::of(terminal_look)
    }

    /// Without colour, for `NO_COLOR`: bold, dim, underline and reverse only.
    pub fn without_colour() -> Theme {
        Theme::of(colourless_look)
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    fn of(look: fn(Role) -> Style) -> Theme {
        Theme { styles: Role::ALL.map(look) }
    }
}

/// Cyan is the one accent: of the six hues it is the one that stays readable on black and on white in the palettes
/// that terminals ship with. What is less important is dim rather than bright black, which some of them draw as the
/// background itself.
fn terminal_look(role: Role) -> Style {
    let plain = Style::default();
    let accent = Style { foreground: Some(Color::Cyan), ..plain };
    match role {
        Role::Text | Role::ReadTitle | Role::Quote | Role::Notice => plain,
        Role::Dim | Role::Rule | Role::Count => Style { dim: true, ..plain },
        Role::Accent | Role::Selected | Role::Tag => accent,
        Role::SelectedElsewhere => Style { dim: true, ..accent },
        Role::Title | Role::UnreadTitle => Style { bold: true, ..plain },
        Role::Link => Style { underline: true, ..accent },
        Role::Code => Style { italic: true, ..plain },
        Role::Problem => Style { foreground: Some(Color::Red), ..plain },
    }
}

fn colourless_look(role: Role) -> Style {
    let plain = Style::default();
    match role {
        Role::Text | Role::ReadTitle | Role::Quote | Role::Notice | Role::Code | Role::Tag => plain,
        Role::Dim | Role::Rule | Role::Count => Style { dim: true, ..plain },
        Role::Accent | Role::Title | Role::UnreadTitle | Role::Problem => Style { bold: true, ..plain },
        Role::Selected => Style { reverse: true, ..plain },
        Role::SelectedElsewhere => Style { reverse: true, dim: true, ..plain },
        Role::Link => Style { underline: true, ..plain },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_role_finds_its_own_style() {
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
            assert_eq!(Theme::terminal().style(role), terminal_look(role));
        }
    }

    #[test]
    fn there_is_one_accent_and_one_colour_for_problems() {
        let colours: BTreeSet<String> = Role::ALL
            .into_iter()
            .filter_map(|role| Theme::terminal().style(role).foreground)
            .map(|it| format!("{it:?}"))
            .collect();
        assert_eq!(colours, BTreeSet::from(["Cyan".to_owned(), "Red".to_owned()]));
    }

    #[test]
    fn the_background_is_the_persons_own() {
        for theme in [Theme::terminal(), Theme::without_colour()] {
            assert!(Role::ALL.into_iter().all(|role| theme.style(role).background.is_none()));
        }
    }

    #[test]
    fn without_colour_there_is_none_and_what_matters_still_shows() {
        let theme = Theme::without_colour();
        assert!(Role::ALL.into_iter().all(|role| theme.style(role).foreground.is_none()));
        let read = theme.style(Role::ReadTitle);
        for role in [Role::UnreadTitle, Role::Selected, Role::SelectedElsewhere, Role::Dim, Role::Link, Role::Problem] {
            assert_ne!(theme.style(role), read, "{role:?}");
        }
        assert_ne!(theme.style(Role::Selected), theme.style(Role::SelectedElsewhere));
    }
}
