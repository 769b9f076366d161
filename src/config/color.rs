//! Colours: the terminal's own sixteen, the 256 of xterm, and 24-bit ones; how near two are, how well one reads on
//! another, and what is nearest where a terminal has fewer.
//!
//! Plain arithmetic; asks no terminal.

/// A colour as a theme names it.
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
    /// Of xterm's 256: 16 to 231 are a cube of six steps a side, 232 to 255 are greys.
    Indexed(u8),
    Exact(Rgb),
}

/// Red, green, blue; 0 to 255 each, in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// How many colours a terminal is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    None,
    Sixteen,
    TwoHundred,
    True,
}

/// Names of the sixteen and what they customarily look like: in xterm, and in the palette of VGA, which the Linux console
/// and many others have. What they really look like is the person's choice.
const SIXTEEN: [(Color, &str, Rgb, Rgb); 16] = [
    (Color::Black, "black", Rgb(0, 0, 0), Rgb(0, 0, 0)),
    (Color::Red, "red", Rgb(205, 0, 0), Rgb(170, 0, 0)),
    (Color::Green, "green", Rgb(0, 205, 0), Rgb(0, 170, 0)),
    (Color::Yellow, "yellow", Rgb(205, 205, 0), Rgb(170, 85, 0)),
    (Color::Blue, "blue", Rgb(0, 0, 238), Rgb(0, 0, 170)),
    (Color::Magenta, "magenta", Rgb(205, 0, 205), Rgb(170, 0, 170)),
    (Color::Cyan, "cyan", Rgb(0, 205, 205), Rgb(0, 170, 170)),
    (Color::White, "white", Rgb(229, 229, 229), Rgb(170, 170, 170)),
    (Color::BrightBlack, "bright-black", Rgb(127, 127, 127), Rgb(85, 85, 85)),
    (Color::BrightRed, "bright-red", Rgb(255, 0, 0), Rgb(255, 85, 85)),
    (Color::BrightGreen, "bright-green", Rgb(0, 255, 0), Rgb(85, 255, 85)),
    (Color::BrightYellow, "bright-yellow", Rgb(255, 255, 0), Rgb(255, 255, 85)),
    (Color::BrightBlue, "bright-blue", Rgb(92, 92, 255), Rgb(85, 85, 255)),
    (Color::BrightMagenta, "bright-magenta", Rgb(255, 0, 255), Rgb(255, 85, 255)),
    (Color::BrightCyan, "bright-cyan", Rgb(0, 255, 255), Rgb(85, 255, 255)),
    (Color::BrightWhite, "bright-white", Rgb(255, 255, 255), Rgb(255, 255, 255)),
];

/// From this difference of its parts on a colour is one, and not a grey.
const CHROMA_MIN: i32 = 40;
/// Colours farther apart on their circle, in degrees, do not stand for each other.
const HUES_APART_MAX: i32 = 60;

/// Steps of xterm's cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];
const GREYS_FROM: u8 = 232;

impl Color {
    /// `cyan`, `bright-black`, `#5f87af`.
    pub fn named(name: &str) -> Option<Color> {
        if let Some(digits) = name.strip_prefix('#') {
            return Rgb::of_digits(digits).map(Color::Exact);
        }
        SIXTEEN.iter().find(|(_, known, ..)| *known == name).map(|(color, ..)| *color)
    }

    /// The nearest that a terminal of this depth has; none where it has none.
    pub fn at(self, depth: Depth) -> Option<Color> {
        match (self, depth) {
            (_, Depth::None) => None,
            (Color::Exact(rgb), Depth::TwoHundred) => Some(Color::Indexed(nearest_of_256(rgb))),
            (Color::Exact(rgb), Depth::Sixteen) => Some(nearest_of_16(rgb)),
            (Color::Indexed(index), Depth::Sixteen) => Some(nearest_of_16(rgb_of_index(index))),
            (color, Depth::Sixteen | Depth::TwoHundred | Depth::True) => Some(color),
        }
    }

    /// The nearest of the sixteen that reads on `ground` with a contrast of `least` wherever the sixteen look as they
    /// customarily do. One of the sixteen stays what it is: whoever named it wanted it.
    pub fn of_16_on(self, ground: Color, least: f64) -> Color {
        let rgb = match self {
            Color::Exact(rgb) => rgb,
            Color::Indexed(index) => rgb_of_index(index),
            own => return own,
        };
        let readable = SIXTEEN.iter().filter(|(color, ..)| color.contrast_customary(ground) >= least);
        // A pale blue is nearer to grey than to any blue of the sixteen, and yet is meant to be blue.
        let turn = |other: Rgb| match (rgb.hue(), other.hue()) {
            (Some(own), Some(hue)) => {
                let apart = (own - hue).rem_euclid(360);
                Some(apart.min(360 - apart)).filter(|it| *it <= HUES_APART_MAX)
            }
            (None, None) => Some(0),
            (Some(_), None) => Some(HUES_APART_MAX + 1),
            (None, Some(_)) => None,
        };
        let near = readable.filter_map(|(color, _, other, _)| Some(((turn(*other)?, rgb.distance(*other)), *color)));
        let strongest = |one: &Color, two: &Color| {
            let contrast = |it: &Color| it.contrast_customary(ground);
            contrast(one).total_cmp(&contrast(two))
        };
        let nearest = near.min_by_key(|(distance, _)| *distance).map(|(_, color)| color);
        nearest.or_else(|| [Color::Black, Color::BrightWhite].into_iter().max_by(strongest)).unwrap_or(self)
    }

    /// How well one of the sixteen reads on another, in whichever customary palette it reads worst.
    pub fn contrast_customary(self, ground: Color) -> f64 {
        let in_vga = |it: Color| SIXTEEN.iter().find(|(color, ..)| *color == it).map_or(it.rgb(), |(.., rgb)| *rgb);
        self.rgb().contrast(ground.rgb()).min(in_vga(self).contrast(in_vga(ground)))
    }

    /// As what it is shown, for the sixteen as what they are customarily shown.
    pub fn rgb(self) -> Rgb {
        match self {
            Color::Exact(rgb) => rgb,
            Color::Indexed(index) => rgb_of_index(index),
            Color::Black
            | Color::Red
            | Color::Green
            | Color::Yellow
            | Color::Blue
            | Color::Magenta
            | Color::Cyan
            | Color::White
            | Color::BrightBlack
            | Color::BrightRed
            | Color::BrightGreen
            | Color::BrightYellow
            | Color::BrightBlue
            | Color::BrightMagenta
            | Color::BrightCyan
            | Color::BrightWhite => {
                SIXTEEN.iter().find(|(color, ..)| *color == self).map_or(Rgb(0, 0, 0), |(_, _, rgb, _)| *rgb)
            }
        }
    }
}

impl Rgb {
    /// Six digits, or three of which each stands twice (as CSS has it).
    fn of_digits(digits: &str) -> Option<Rgb> {
        let value = |text: &str| u8::from_str_radix(text, 16).ok();
        if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return None;
        }
        match digits.len() {
            6 => Some(Rgb(value(&digits[0..2])?, value(&digits[2..4])?, value(&digits[4..6])?)),
            3 => Some(Rgb(value(&digits[0..1])? * 17, value(&digits[1..2])? * 17, value(&digits[2..3])? * 17)),
            _ => None,
        }
    }

    /// What a terminal answers when asked for its background: `rgb:1e1e/1e1e/2e2e`, with one to four digits each
    /// (xterm's control sequences, OSC 11; XParseColor(3)).
    pub fn of_answer(text: &str) -> Option<Rgb> {
        let rest = text.strip_prefix("rgb:").or_else(|| text.strip_prefix("rgba:"))?;
        let mut parts = rest.split('/').map(|part| {
            let digits = part.len();
            if !(1..=4).contains(&digits) || !part.bytes().all(|it| it.is_ascii_hexdigit()) {
                return None;
            }
            let value = u32::from_str_radix(part, 16).ok()?;
            let most = 16_u32.pow(u32::try_from(digits).ok()?) - 1;
            u8::try_from((value * 255 + most / 2) / most).ok()
        });
        let rgb = Rgb(parts.next()??, parts.next()??, parts.next()??);
        // The fourth part of rgba: is how opaque the window is; it says nothing of the colour.
        if parts.count() <= 1 { Some(rgb) } else { None }
    }

    /// How light it is, 0 to 1: the relative luminance of WCAG 2.2.
    pub fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// How well one reads on the other, 1 to 21: the contrast ratio of WCAG 2.2.
    pub fn contrast(self, other: Rgb) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Its place on the circle of colours, in degrees from red; a grey, or what is nearly one, has none.
    fn hue(self) -> Option<i32> {
        let (red, green, blue) = (i32::from(self.0), i32::from(self.1), i32::from(self.2));
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let chroma = most - least;
        if chroma < CHROMA_MIN {
            return None;
        }
        let degrees = match most {
            it if it == red => 60 * (green - blue) / chroma,
            it if it == green => 120 + 60 * (blue - red) / chroma,
            _ => 240 + 60 * (red - green) / chroma,
        };
        Some(degrees.rem_euclid(360))
    }

    /// How far apart two look: "redmean", a weighting of the plain distance that follows the eye well enough.
    fn distance(self, other: Rgb) -> i64 {
        let (red, green, blue) = (
            i64::from(self.0) - i64::from(other.0),
            i64::from(self.1) - i64::from(other.1),
            i64::from(self.2) - i64::from(other.2),
        );
        let mean = i64::midpoint(i64::from(self.0), i64::from(other.0));
        (((512 + mean) * red * red) >> 8) + 4 * green * green + (((767 - mean) * blue * blue) >> 8)
    }
}

fn nearest_of_16(rgb: Rgb) -> Color {
    SIXTEEN.iter().min_by_key(|(_, _, other, _)| rgb.distance(*other)).map_or(Color::White, |(color, ..)| *color)
}

/// Never one of the first sixteen: those look as the person wants them.
fn nearest_of_256(rgb: Rgb) -> u8 {
    (16..=u8::MAX).min_by_key(|index| rgb.distance(rgb_of_index(*index))).unwrap_or(u8::MAX)
}

fn rgb_of_index(index: u8) -> Rgb {
    match index {
        0..16 => SIXTEEN[usize::from(index)].2,
        16..GREYS_FROM => {
            let step = |it: u8| CUBE[usize::from(it % 6)];
            let at = index - 16;
            Rgb(step(at / 36), step(at / 6), step(at))
        }
        GREYS_FROM..=u8::MAX => {
            let grey = 8 + 10 * (index - GREYS_FROM);
            Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_by_name_and_by_number() {
        assert_eq!(Color::named("bright-black"), Some(Color::BrightBlack));
        assert_eq!(Color::named("#5f87af"), Some(Color::Exact(Rgb(95, 135, 175))));
        assert_eq!(Color::named("#fa0"), Some(Color::Exact(Rgb(255, 170, 0))));
        for wrong in ["", "#", "#12345", "#ggg", "grey", "Cyan", "#é12"] {
            assert_eq!(Color::named(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn fewer_colours_take_the_nearest() {
        let exact = |it: &str| Color::named(it).unwrap();
        assert_eq!(exact("#5f87af").at(Depth::TwoHundred), Some(Color::Indexed(67)));
        assert_eq!(exact("#080808").at(Depth::TwoHundred), Some(Color::Indexed(232)));
        assert_eq!(exact("#ffffff").at(Depth::Sixteen), Some(Color::BrightWhite));
        assert_eq!(exact("#00c8d0").at(Depth::Sixteen), Some(Color::Cyan));
        assert_eq!(exact("#00c8d0").at(Depth::None), None);
        assert_eq!(exact("#00c8d0").at(Depth::True), Some(Color::Exact(Rgb(0, 200, 208))));
        assert_eq!(Color::Red.at(Depth::TwoHundred), Some(Color::Red), "the terminal's own stay its own");
    }

    #[test]
    fn what_a_terminal_answers_is_read_in_every_length() {
        assert_eq!(Rgb::of_answer("rgb:1e1e/1e1e/2e2e"), Some(Rgb(30, 30, 46)));
        assert_eq!(Rgb::of_answer("rgb:ff/00/80"), Some(Rgb(255, 0, 128)));
        assert_eq!(Rgb::of_answer("rgb:f/0/8"), Some(Rgb(255, 0, 136)));
        assert_eq!(Rgb::of_answer("rgba:ffff/0000/0000/8000"), Some(Rgb(255, 0, 0)));
        for wrong in ["", "rgb:", "rgb:1/2", "rgb:12345/0/0", "rgb:1/2/3/4/5", "rgb:+1/2/3", "#ffffff", "rgb:g/0/0"] {
            assert_eq!(Rgb::of_answer(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        let black = Rgb(0, 0, 0);
        assert!((Rgb(255, 255, 255).contrast(black) - 21.0).abs() < 1e-9);
        assert!((Rgb(119, 119, 119).contrast(Rgb(255, 255, 255)) - 4.478).abs() < 0.01, "#777 on white");
    }
}
