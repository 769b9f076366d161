//! A theme: sixteen roles, each with a look, and the background they are made for. Colour is never the only sign of
//! anything.

use super::color::{Color, Depth, Rgb};

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
    /// In the order of [`Role::ALL`].
    pub(super) styles: [Style; 16],
    /// What every cell is painted with; none where the person's own background stays.
    pub(super) background: Option<Color>,
}

/// The least contrast at which text is read without strain (WCAG 2.2, level AA), and the one that is asked for where
/// eyes are weak (level AAA).
pub(super) const CONTRAST_LEAST: f64 = 4.5;
pub(super) const CONTRAST_HIGH: f64 = 7.0;
/// A rule between panes is seen, not read.
pub(super) const CONTRAST_RULE: f64 = 1.5;

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

    /// As a theme's file calls it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Text => "text",
            Role::Dim => "dim",
            Role::Accent => "accent",
            Role::Title => "title",
            Role::UnreadTitle => "unread-title",
            Role::ReadTitle => "read-title",
            Role::Selected => "selected",
            Role::SelectedElsewhere => "selected-elsewhere",
            Role::Rule => "rule",
            Role::Count => "count",
            Role::Tag => "tag",
            Role::Link => "link",
            Role::Code => "code",
            Role::Quote => "quote",
            Role::Notice => "notice",
            Role::Problem => "problem",
        }
    }

    /// Whether it is read, letter by letter; a rule only parts panes.
    pub fn is_text(self) -> bool {
        self != Role::Rule
    }
}

impl Theme {
    /// On the terminal's own sixteen colours.
    pub fn terminal() -> Theme {
        super::themes::shipped("terminal")
    }

    /// Without colour, for `NO_COLOR`: bold, dim, underline and reverse only.
    pub fn without_colour() -> Theme {
        super::themes::shipped("colourless")
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    pub fn background(&self) -> Option<Color> {
        self.background
    }

    /// The same with as many colours as a terminal has, each the nearest. Of sixteen colours each is the nearest that can
    /// be read on the theme's background; where the terminal decides what that is, only looks are left of a colour that
    /// is not one of its own.
    pub fn at(&self, depth: Depth) -> Theme {
        match depth {
            Depth::None => Theme::without_colour(),
            Depth::Sixteen => self.of_16(),
            Depth::TwoHundred | Depth::True => {
                let near = |color: Option<Color>| color.and_then(|it| it.at(depth));
                let styles = self.styles.map(|it| Style {
                    foreground: near(it.foreground),
                    background: near(it.background),
                    ..it
                });
                Theme { styles, background: near(self.background) }
            }
        }
    }

    fn of_16(&self) -> Theme {
        let ground = self.background.and_then(|it| it.at(Depth::Sixteen));
        let own = self.background.map_or(0.0, |it| self.contrast_least(it.rgb()));
        let least = if own >= CONTRAST_HIGH { CONTRAST_HIGH } else { CONTRAST_LEAST };
        let mut styles = self.styles;
        for role in Role::ALL {
            let style = &mut styles[role as usize];
            style.background = style.background.and_then(|it| it.at(Depth::Sixteen));
            let least = if role.is_text() { least } else { CONTRAST_RULE };
            style.foreground = match (style.foreground, style.background.or(ground)) {
                (Some(color), Some(ground)) => Some(color.of_16_on(ground, least)),
                (Some(Color::Exact(_) | Color::Indexed(_)), None) => None,
                (color, None) | (color @ None, Some(_)) => color,
            };
        }
        Theme { styles, background: ground }
    }

    /// The same on the terminal's own background.
    pub fn without_background(&self) -> Theme {
        Theme { background: None, ..self.clone() }
    }

    /// How well its worst text reads on `background`, as a contrast ratio from 1 to 21. What has no colour of its own
    /// has the terminal's, of which nothing is known, and counts as readable.
    pub fn contrast_least(&self, background: Rgb) -> f64 {
        let of = |role: &Role| {
            let style = self.style(*role);
            let ground = style.background.map_or(background, Color::rgb);
            style.foreground.map(|it| it.rgb().contrast(ground))
        };
        Role::ALL.iter().filter(|it| it.is_text()).filter_map(of).fold(21.0, f64::min)
    }
}
