//! Themes as data: sixteen roles, each with a look. Colour is never the only sign of anything.

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

impl Theme {
    /// On the terminal's own sixteen colours.
    pub fn terminal() -> Theme {
        todo!()
    }

    /// Without colour, for `NO_COLOR`: bold, dim, underline and reverse only.
    pub fn without_colour() -> Theme {
        todo!()
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}
