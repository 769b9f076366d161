//! Where every pane stands, as arithmetic: the same size and focus give the same rectangles, so that page-down knows the
//! page before anything is drawn. Knows nothing of what the panes hold.

use super::Size;
use crate::config::Rows;

/// A part of the screen in cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// A part of the screen that can have the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pane {
    Feeds,
    Articles,
    Text,
    Info,
}

/// A thin line between panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    Across { x: u16, y: u16, width: u16 },
    Down { x: u16, y: u16, height: u16 },
}

/// How roomy the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrangement {
    /// Not even one pane can be read.
    TooSmall,
    /// One pane at a time, the one in focus.
    One,
    /// The list over the text; tree and metadata come in from the sides.
    Stacked,
    /// Tree, list and text side by side; metadata under the list on request.
    Three,
    /// All four side by side.
    Four,
}

/// The rectangles of one screen. A pane that is not shown has none.
#[derive(Clone, Debug, PartialEq)]
pub struct Geometry {
    pub arrangement: Arrangement,
    pub top: Area,
    pub bottom: Area,
    /// Between the top and the bottom line.
    pub middle: Area,
    pub feeds: Option<Area>,
    pub articles: Option<Area>,
    pub text: Option<Area>,
    pub info: Option<Area>,
    pub rules: Vec<Rule>,
    /// The longest line of text that is set.
    pub measure_max: u16,
    /// How many lines an article takes in the list, as it is set.
    pub rows: Rows,
}

/// What decides the geometry besides the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub focus: Pane,
    pub info: bool,
    pub zen: bool,
}

pub const WIDTH_MIN: u16 = 40;
pub const HEIGHT_MIN: u16 = 8;
/// A larger screen is used up to here; the rest stays blank.
const WIDTH_MAX: u16 = 1_000;
const HEIGHT_MAX: u16 = 500;
const STACKED_WIDTH_MIN: u16 = 60;
const STACKED_HEIGHT_MIN: u16 = 14;
const THREE_WIDTH_MIN: u16 = 110;
const FOUR_WIDTH_MIN: u16 = 160;
/// Lines of text no longer than this are read without losing the next one.
pub const MEASURE_MAX: u16 = 72;
/// Blank cells between a rule and the text, at each side.
pub const MARGIN: u16 = 2;
const LIST_WIDTH_MAX: u16 = 90;
const TEXT_WIDTH_WANTED: u16 = 80;

impl Area {
    pub fn right(&self) -> u16 {
        self.x + self.width
    }

    pub fn bottom(&self) -> u16 {
        self.y + self.height
    }
}

impl Geometry {
    /// How roomy a screen of this size is.
    pub fn arrangement(size: Size) -> Arrangement {
        arrangement_for(size.width.min(WIDTH_MAX), size.height.min(HEIGHT_MAX))
    }

    /// Settles the rectangles for a screen.
    pub fn of(size: Size, wanted: Wanted) -> Geometry {
        let width = size.width.min(WIDTH_MAX);
        let height = size.height.min(HEIGHT_MAX);
        let arrangement = arrangement_for(width, height);
        let middle = Area { x: 0, y: 1, width, height: height.saturating_sub(2) };
        let mut geometry = Geometry {
            arrangement,
            top: Area { x: 0, y: 0, width, height: height.min(1) },
            bottom: Area { x: 0, y: height.saturating_sub(1), width, height: height.min(1) },
            middle,
            feeds: None,
            articles: None,
            text: None,
            info: None,
            rules: Vec::new(),
            measure_max: MEASURE_MAX,
            rows: Rows::Auto,
        };
        match arrangement {
            Arrangement::TooSmall => {}
            _ if wanted.zen => geometry.text = Some(middle),
            Arrangement::One => *geometry.slot(wanted.focus) = Some(middle),
            Arrangement::Stacked => geometry.stack(wanted),
            Arrangement::Three => geometry.three(wanted),
            Arrangement::Four => geometry.four(wanted),
        }
        geometry
    }

    pub fn area(&self, pane: Pane) -> Option<Area> {
        match pane {
            Pane::Feeds => self.feeds,
            Pane::Articles => self.articles,
            Pane::Text => self.text,
            Pane::Info => self.info,
        }
    }

    /// Whether rows of the list take two lines each.
    pub fn two_lines_a_row(&self) -> bool {
        match self.rows {
            Rows::One => false,
            Rows::Two => true,
            Rows::Auto => {
                matches!(self.arrangement, Arrangement::Three | Arrangement::Four)
                    && self.articles.is_some_and(|it| it.height >= 8)
            }
        }
    }

    /// Lines that an article takes in the list.
    pub fn lines_a_row(&self) -> usize {
        if self.two_lines_a_row() { 2 } else { 1 }
    }

    /// How wide a line of the article's text may be, and how far it stands in from the pane's left edge.
    pub fn measure(&self, zen: bool) -> (usize, u16) {
        let Some(text) = self.text else { return (1, 0) };
        let measure = text.width.saturating_sub(2 * MARGIN).clamp(1, self.measure_max.max(1));
        let margin = if zen { (text.width - measure.min(text.width)) / 2 } else { MARGIN.min(text.width - 1) };
        (usize::from(measure), margin)
    }

    fn slot(&mut self, pane: Pane) -> &mut Option<Area> {
        match pane {
            Pane::Feeds => &mut self.feeds,
            Pane::Articles => &mut self.articles,
            Pane::Text => &mut self.text,
            Pane::Info => &mut self.info,
        }
    }

    fn stack(&mut self, wanted: Wanted) {
        let mut rest = self.middle;
        if wanted.focus == Pane::Feeds {
            self.feeds = Some(self.cut_left(&mut rest, self.middle.width * 3 / 10));
        }
        // There is no room for both sides at once; the one in focus wins.
        if wanted.focus != Pane::Feeds && (wanted.info || wanted.focus == Pane::Info) {
            self.info = Some(self.cut_right(&mut rest, (self.middle.width * 2 / 5).min(34)));
        }
        let list_height = (rest.height * 2 / 5).clamp(3, 16);
        self.articles = Some(self.cut_top(&mut rest, list_height));
        self.text = Some(rest);
    }

    fn three(&mut self, wanted: Wanted) {
        let mut rest = self.middle;
        self.feeds = Some(self.cut_left(&mut rest, (self.middle.width * 19 / 100).clamp(20, 28)));
        let list_width = rest.width * 2 / 5;
        let mut list = self.cut_left(&mut rest, list_width);
        self.text = Some(rest);
        if wanted.info || wanted.focus == Pane::Info {
            let list_height = list.height - (list.height * 9 / 20).clamp(3, 16) - 1;
            self.articles = Some(self.cut_top(&mut list, list_height));
            self.info = Some(list);
        } else {
            self.articles = Some(list);
        }
    }

    fn four(&mut self, wanted: Wanted) {
        let mut rest = self.middle;
        self.feeds = Some(self.cut_left(&mut rest, (self.middle.width / 8 + 1).clamp(22, 34)));
        if wanted.info || wanted.focus == Pane::Info {
            self.info = Some(self.cut_right(&mut rest, (self.middle.width * 17 / 100).clamp(28, 44)));
        }
        let text_width = (rest.width * 29 / 50).min(TEXT_WIDTH_WANTED);
        let list_width = (rest.width - text_width - 1).min(LIST_WIDTH_MAX);
        self.articles = Some(self.cut_left(&mut rest, list_width));
        self.text = Some(rest);
    }

    /// Takes `width` cells off the left of `rest`, and a rule beside them.
    fn cut_left(&mut self, rest: &mut Area, width: u16) -> Area {
        let cut = Area { width, ..*rest };
        self.rules.push(Rule::Down { x: rest.x + width, y: rest.y, height: rest.height });
        rest.x += width + 1;
        rest.width -= width + 1;
        cut
    }

    fn cut_right(&mut self, rest: &mut Area, width: u16) -> Area {
        rest.width -= width + 1;
        self.rules.push(Rule::Down { x: rest.right(), y: rest.y, height: rest.height });
        Area { x: rest.right() + 1, width, ..*rest }
    }

    fn cut_top(&mut self, rest: &mut Area, height: u16) -> Area {
        let cut = Area { height, ..*rest };
        self.rules.push(Rule::Across { x: rest.x, y: rest.y + height, width: rest.width });
        rest.y += height + 1;
        rest.height -= height + 1;
        cut
    }
}

fn arrangement_for(width: u16, height: u16) -> Arrangement {
    if width < WIDTH_MIN || height < HEIGHT_MIN {
        Arrangement::TooSmall
    } else if width < STACKED_WIDTH_MIN {
        Arrangement::One
    } else if width >= FOUR_WIDTH_MIN && height >= 10 {
        Arrangement::Four
    } else if width >= THREE_WIDTH_MIN && height >= 10 {
        Arrangement::Three
    } else if height < STACKED_HEIGHT_MIN {
        Arrangement::One
    } else {
        Arrangement::Stacked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_wish() -> Vec<Wanted> {
        let mut wishes = Vec::new();
        for focus in [Pane::Feeds, Pane::Articles, Pane::Text, Pane::Info] {
            for info in [false, true] {
                for zen in [false, true] {
                    wishes.push(Wanted { focus, info, zen });
                }
            }
        }
        wishes
    }

    #[test]
    fn panes_stay_within_the_screen_and_never_overlap() {
        for width in (0..=220).chain([500, 999, 1_000, 10_000, u16::MAX]) {
            for height in [0, 1, 2, 7, 8, 9, 10, 11, 13, 14, 15, 24, 30, 50, 10_000, u16::MAX] {
                for wanted in every_wish() {
                    let geometry = Geometry::of(Size { width, height }, wanted);
                    let panes: Vec<Area> = [geometry.feeds, geometry.articles, geometry.text, geometry.info]
                        .into_iter()
                        .flatten()
                        .collect();
                    for (index, pane) in panes.iter().enumerate() {
                        assert!(pane.right() <= width && pane.bottom() < height, "{width}×{height} {wanted:?}");
                        assert!(pane.width >= 10 && pane.height >= 3, "{width}×{height} {wanted:?} {pane:?}");
                        for other in &panes[index + 1..] {
                            let apart = pane.right() <= other.x
                                || other.right() <= pane.x
                                || pane.bottom() <= other.y
                                || other.bottom() <= pane.y;
                            assert!(apart, "{width}×{height} {wanted:?}: {pane:?} over {other:?}");
                        }
                    }
                    let focused = geometry.area(wanted.focus);
                    assert!(focused.is_some() || wanted.zen || geometry.arrangement == Arrangement::TooSmall);
                }
            }
        }
    }

    #[test]
    fn the_list_has_more_than_four_rows_on_a_small_screen() {
        let wanted = Wanted { focus: Pane::Articles, info: false, zen: false };
        let geometry = Geometry::of(Size { width: 80, height: 24 }, wanted);
        assert_eq!(geometry.arrangement, Arrangement::Stacked);
        assert_eq!(geometry.articles.map(|it| it.height), Some(8));
        assert_eq!(geometry.measure(false), (72, 2));
    }

    #[test]
    fn text_keeps_its_measure_on_a_wide_screen() {
        let wanted = Wanted { focus: Pane::Articles, info: true, zen: false };
        for width in [160, 200, 300, 1_000] {
            let geometry = Geometry::of(Size { width, height: 50 }, wanted);
            assert!(geometry.measure(false).0 <= 72);
            assert!(geometry.info.is_some() && geometry.feeds.is_some());
        }
        assert_eq!(
            Geometry::of(Size { width: 200, height: 50 }, wanted).text.map(|it| it.width),
            Some(80),
            "two margins and the whole measure"
        );
    }
}
