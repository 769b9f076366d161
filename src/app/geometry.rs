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

/// A rule that can be moved: which pane's size it settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Border {
    /// Between the tree and what is right of it.
    FeedsWidth,
    ListWidth,
    ListHeight,
    InfoWidth,
    /// Between the list and the metadata below it.
    InfoHeight,
}

/// The sizes that a person gave to panes, in thousandths of the screen's middle; `None` is the size that fits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    pub feeds_width: Option<u16>,
    pub list_width: Option<u16>,
    pub list_height: Option<u16>,
    pub info_width: Option<u16>,
    pub info_height: Option<u16>,
}

/// How roomy the screen is, or how a person wants it used.
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
    /// Which border each of the rules is, in the same order.
    pub borders: Vec<Border>,
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
    /// The arrangement that a person chose; where it has no room, the size decides.
    pub layout: Option<Arrangement>,
    pub shares: Shares,
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
const BESIDE_HEIGHT_MIN: u16 = 10;
/// A person who asks for more panes than the size suggests gets them from these widths on.
const THREE_CHOSEN_WIDTH_MIN: u16 = 80;
const FOUR_CHOSEN_WIDTH_MIN: u16 = 110;
/// However a border is moved, so much is left of the panes at its sides.
const FEEDS_WIDTH_MIN: u16 = 12;
const LIST_WIDTH_MIN: u16 = 20;
const TEXT_WIDTH_MIN: u16 = 24;
const INFO_WIDTH_MIN: u16 = 16;
const PANE_HEIGHT_MIN: u16 = 3;
const SHARE_WHOLE: u32 = 1_000;
/// Lines of text no longer than this are read without losing the next one.
pub const MEASURE_MAX: u16 = 72;
/// Blank cells between a rule and the text, at each side.
pub const MARGIN: u16 = 2;
const LIST_WIDTH_MAX: u16 = 90;
const TEXT_WIDTH_WANTED: u16 = 80;
/// A list as high as this has room for articles of two lines.
const TWO_LINES_HEIGHT_MIN: u16 = 14;
/// A list as wide as this shows all of an article on one line.
const ONE_LINE_WIDTH_MIN: u16 = 100;

impl Area {
    pub fn right(&self) -> u16 {
        self.x + self.width
    }

    pub fn bottom(&self) -> u16 {
        self.y + self.height
    }
}

impl Geometry {
    /// How a screen of this size is used, where a person wants it used so.
    pub fn arrangement(size: Size, layout: Option<Arrangement>) -> Arrangement {
        let (width, height) = (size.width.min(WIDTH_MAX), size.height.min(HEIGHT_MAX));
        let by_size = arrangement_for(width, height);
        let beside = height >= BESIDE_HEIGHT_MIN;
        let fits = match layout {
            _ if by_size == Arrangement::TooSmall => false,
            None | Some(Arrangement::TooSmall) => false,
            Some(Arrangement::One) => true,
            Some(Arrangement::Stacked) => width >= STACKED_WIDTH_MIN && height >= STACKED_HEIGHT_MIN,
            Some(Arrangement::Three) => width >= THREE_CHOSEN_WIDTH_MIN && beside,
            Some(Arrangement::Four) => width >= FOUR_CHOSEN_WIDTH_MIN && beside,
        };
        layout.filter(|_| fits).unwrap_or(by_size)
    }

    /// Settles the rectangles for a screen.
    pub fn of(size: Size, wanted: Wanted) -> Geometry {
        let width = size.width.min(WIDTH_MAX);
        let height = size.height.min(HEIGHT_MAX);
        let arrangement = Geometry::arrangement(size, wanted.layout);
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
            borders: Vec::new(),
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

    /// The border that a cell belongs to.
    pub fn border_at(&self, column: u16, line: u16) -> Option<Border> {
        let hit = |rule: &Rule| match *rule {
            Rule::Across { x, y, width } => line == y && (x..x + width).contains(&column),
            Rule::Down { x, y, height } => column == x && (y..y + height).contains(&line),
        };
        self.rules.iter().zip(&self.borders).find(|(rule, _)| hit(rule)).map(|(_, border)| *border)
    }

    /// How large the pane is that a border settles, in cells; `None` where the border is not on screen.
    pub fn size_of(&self, border: Border) -> Option<u16> {
        if !self.borders.contains(&border) {
            return None;
        }
        match border {
            Border::FeedsWidth => self.feeds.map(|it| it.width),
            Border::ListWidth => self.articles.map(|it| it.width),
            Border::ListHeight => self.articles.map(|it| it.height),
            Border::InfoWidth => self.info.map(|it| it.width),
            Border::InfoHeight => self.info.map(|it| it.height),
        }
    }

    /// How large that pane would be with its border at this cell.
    pub fn size_with_border_at(&self, border: Border, column: u16, line: u16) -> u16 {
        let left = |pane: Option<Area>| column.saturating_sub(pane.map_or(0, |it| it.x));
        match border {
            Border::FeedsWidth => left(self.feeds),
            Border::ListWidth => left(self.articles),
            Border::ListHeight => line.saturating_sub(self.articles.map_or(0, |it| it.y)),
            Border::InfoWidth => self.middle.right().saturating_sub(column + 1),
            Border::InfoHeight => self.middle.bottom().saturating_sub(line + 1),
        }
    }

    /// The share that gives a pane this size on this screen.
    pub fn share(&self, border: Border, cells: u16) -> u16 {
        let whole = u32::from(self.whole(border)).max(1);
        // Rounded up, so that the way back, which rounds down, ends at the same cell.
        (u32::from(cells) * SHARE_WHOLE).div_ceil(whole).min(SHARE_WHOLE) as u16
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
                self.articles.is_some_and(|it| it.height >= TWO_LINES_HEIGHT_MIN && it.width < ONE_LINE_WIDTH_MIN)
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
            let most = rest.width - 1 - LIST_WIDTH_MIN.max(TEXT_WIDTH_MIN);
            let width = self.sized(Border::FeedsWidth, wanted, self.middle.width * 3 / 10, FEEDS_WIDTH_MIN, most);
            self.feeds = Some(self.cut_left(&mut rest, width, Border::FeedsWidth));
        }
        // There is no room for both sides at once; the one in focus wins.
        if wanted.focus != Pane::Feeds && (wanted.info || wanted.focus == Pane::Info) {
            let most = rest.width - 1 - LIST_WIDTH_MIN.max(TEXT_WIDTH_MIN);
            let usual = (self.middle.width * 2 / 5).min(34);
            let width = self.sized(Border::InfoWidth, wanted, usual, INFO_WIDTH_MIN, most);
            self.info = Some(self.cut_right(&mut rest, width));
        }
        let most = rest.height - 1 - PANE_HEIGHT_MIN;
        let usual = (rest.height * 2 / 5).min(16);
        let list_height = self.sized(Border::ListHeight, wanted, usual, PANE_HEIGHT_MIN, most);
        self.articles = Some(self.cut_top(&mut rest, list_height, Border::ListHeight));
        self.text = Some(rest);
    }

    fn three(&mut self, wanted: Wanted) {
        let mut rest = self.middle;
        let most = rest.width - 2 - LIST_WIDTH_MIN - TEXT_WIDTH_MIN;
        let usual = (self.middle.width * 19 / 100).clamp(20, 28);
        let feeds_width = self.sized(Border::FeedsWidth, wanted, usual, FEEDS_WIDTH_MIN, most);
        self.feeds = Some(self.cut_left(&mut rest, feeds_width, Border::FeedsWidth));
        let most = rest.width - 1 - TEXT_WIDTH_MIN;
        let list_width = self.sized(Border::ListWidth, wanted, rest.width * 2 / 5, LIST_WIDTH_MIN, most);
        let mut list = self.cut_left(&mut rest, list_width, Border::ListWidth);
        self.text = Some(rest);
        if wanted.info || wanted.focus == Pane::Info {
            let most = list.height - 1 - PANE_HEIGHT_MIN;
            let usual = (list.height * 9 / 20).min(16);
            let info_height = self.sized(Border::InfoHeight, wanted, usual, PANE_HEIGHT_MIN, most);
            let list_height = list.height - info_height - 1;
            self.articles = Some(self.cut_top(&mut list, list_height, Border::InfoHeight));
            self.info = Some(list);
        } else {
            self.articles = Some(list);
        }
    }

    fn four(&mut self, wanted: Wanted) {
        let mut rest = self.middle;
        let with_info = wanted.info || wanted.focus == Pane::Info;
        let info_least = if with_info { INFO_WIDTH_MIN + 1 } else { 0 };
        let most = rest.width - 2 - LIST_WIDTH_MIN - TEXT_WIDTH_MIN - info_least;
        let usual = (self.middle.width / 8 + 1).clamp(18, 34);
        let feeds_width = self.sized(Border::FeedsWidth, wanted, usual, FEEDS_WIDTH_MIN, most);
        self.feeds = Some(self.cut_left(&mut rest, feeds_width, Border::FeedsWidth));
        if with_info {
            let most = rest.width - 2 - LIST_WIDTH_MIN - TEXT_WIDTH_MIN;
            let usual = (self.middle.width * 17 / 100).clamp(22, 44);
            let info_width = self.sized(Border::InfoWidth, wanted, usual, INFO_WIDTH_MIN, most);
            self.info = Some(self.cut_right(&mut rest, info_width));
        }
        let text_width = (rest.width * 29 / 50).min(TEXT_WIDTH_WANTED);
        let usual = (rest.width - text_width - 1).min(LIST_WIDTH_MAX);
        let most = rest.width - 1 - TEXT_WIDTH_MIN;
        let list_width = self.sized(Border::ListWidth, wanted, usual, LIST_WIDTH_MIN, most);
        self.articles = Some(self.cut_left(&mut rest, list_width, Border::ListWidth));
        self.text = Some(rest);
    }

    /// The cells that a pane gets: what a person gave it, or what is usual, within what the others need.
    fn sized(&self, border: Border, wanted: Wanted, usual: u16, least: u16, most: u16) -> u16 {
        let share = wanted.shares.of(border);
        let whole = u32::from(self.whole(border));
        let cells = share.map_or(usual, |share| (u32::from(share) * whole / SHARE_WHOLE) as u16);
        cells.min(most).max(least.min(most))
    }

    fn whole(&self, border: Border) -> u16 {
        match border {
            Border::FeedsWidth | Border::ListWidth | Border::InfoWidth => self.middle.width,
            Border::ListHeight | Border::InfoHeight => self.middle.height,
        }
    }

    /// Takes `width` cells off the left of `rest`, and a rule beside them.
    fn cut_left(&mut self, rest: &mut Area, width: u16, border: Border) -> Area {
        let cut = Area { width, ..*rest };
        self.rule(Rule::Down { x: rest.x + width, y: rest.y, height: rest.height }, border);
        rest.x += width + 1;
        rest.width -= width + 1;
        cut
    }

    fn cut_right(&mut self, rest: &mut Area, width: u16) -> Area {
        rest.width -= width + 1;
        self.rule(Rule::Down { x: rest.right(), y: rest.y, height: rest.height }, Border::InfoWidth);
        Area { x: rest.right() + 1, width, ..*rest }
    }

    fn cut_top(&mut self, rest: &mut Area, height: u16, border: Border) -> Area {
        let cut = Area { height, ..*rest };
        self.rule(Rule::Across { x: rest.x, y: rest.y + height, width: rest.width }, border);
        rest.y += height + 1;
        rest.height -= height + 1;
        cut
    }

    fn rule(&mut self, rule: Rule, border: Border) {
        self.rules.push(rule);
        self.borders.push(border);
    }
}

impl Shares {
    pub fn of(&self, border: Border) -> Option<u16> {
        match border {
            Border::FeedsWidth => self.feeds_width,
            Border::ListWidth => self.list_width,
            Border::ListHeight => self.list_height,
            Border::InfoWidth => self.info_width,
            Border::InfoHeight => self.info_height,
        }
    }

    pub fn set(&mut self, border: Border, share: u16) {
        let slot = match border {
            Border::FeedsWidth => &mut self.feeds_width,
            Border::ListWidth => &mut self.list_width,
            Border::ListHeight => &mut self.list_height,
            Border::InfoWidth => &mut self.info_width,
            Border::InfoHeight => &mut self.info_height,
        };
        *slot = Some(share.min(SHARE_WHOLE as u16));
    }
}

fn arrangement_for(width: u16, height: u16) -> Arrangement {
    if width < WIDTH_MIN || height < HEIGHT_MIN {
        Arrangement::TooSmall
    } else if width < STACKED_WIDTH_MIN {
        Arrangement::One
    } else if width >= FOUR_WIDTH_MIN && height >= BESIDE_HEIGHT_MIN {
        Arrangement::Four
    } else if width >= THREE_WIDTH_MIN && height >= BESIDE_HEIGHT_MIN {
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

    const LAYOUTS: [Option<Arrangement>; 5] =
        [None, Some(Arrangement::One), Some(Arrangement::Stacked), Some(Arrangement::Three), Some(Arrangement::Four)];

    fn usual(focus: Pane, info: bool) -> Wanted {
        Wanted { focus, info, zen: false, layout: None, shares: Shares::default() }
    }

    fn every_wish() -> Vec<Wanted> {
        let mut wishes = Vec::new();
        for focus in [Pane::Feeds, Pane::Articles, Pane::Text, Pane::Info] {
            for info in [false, true] {
                for zen in [false, true] {
                    for layout in LAYOUTS {
                        wishes.push(Wanted { focus, info, zen, layout, shares: Shares::default() });
                    }
                }
            }
        }
        wishes
    }

    fn assert_panes_part(width: u16, height: u16, wanted: Wanted) {
        let geometry = Geometry::of(Size { width, height }, wanted);
        assert_eq!(geometry.rules.len(), geometry.borders.len());
        let panes: Vec<Area> =
            [geometry.feeds, geometry.articles, geometry.text, geometry.info].into_iter().flatten().collect();
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

    const HEIGHTS: [u16; 16] = [0, 1, 2, 7, 8, 9, 10, 11, 13, 14, 15, 24, 30, 50, 10_000, u16::MAX];

    #[test]
    fn panes_stay_within_the_screen_and_never_overlap() {
        for width in (0..=220).chain([500, 999, 1_000, 10_000, u16::MAX]) {
            for height in HEIGHTS {
                for wanted in every_wish() {
                    assert_panes_part(width, height, wanted);
                }
            }
        }
    }

    #[test]
    fn however_borders_are_moved_every_pane_keeps_its_least() {
        for share in [0, 1, 40, 500, 999, 1_000] {
            let all = Some(share);
            let shares =
                Shares { feeds_width: all, list_width: all, list_height: all, info_width: all, info_height: all };
            for width in [40, 59, 60, 80, 109, 110, 159, 160, 200, 300, 1_000] {
                for height in HEIGHTS {
                    for wanted in every_wish() {
                        assert_panes_part(width, height, Wanted { shares, ..wanted });
                    }
                }
            }
        }
    }

    #[test]
    fn a_border_stays_at_the_cell_it_was_moved_to() {
        for width in [80, 120, 200, 300] {
            let size = Size { width, height: 40 };
            for border in [Border::FeedsWidth, Border::ListWidth, Border::ListHeight, Border::InfoWidth] {
                let mut wanted = usual(Pane::Info, true);
                if border == Border::FeedsWidth {
                    wanted.focus = Pane::Feeds;
                }
                let geometry = Geometry::of(size, wanted);
                let Some(before) = geometry.size_of(border) else { continue };
                for cells in [before - 2, before - 1, before + 1, before + 2] {
                    wanted.shares.set(border, geometry.share(border, cells));
                    assert_eq!(Geometry::of(size, wanted).size_of(border), Some(cells), "{width} {border:?}");
                }
            }
        }
    }

    #[test]
    fn a_layout_without_room_gives_way_to_what_fits() {
        let wide = |layout| Geometry::arrangement(Size { width: 200, height: 50 }, Some(layout));
        let small = |layout| Geometry::arrangement(Size { width: 78, height: 24 }, Some(layout));
        assert_eq!(wide(Arrangement::Stacked), Arrangement::Stacked);
        assert_eq!(wide(Arrangement::One), Arrangement::One);
        assert_eq!(small(Arrangement::Four), Arrangement::Stacked);
        assert_eq!(small(Arrangement::Three), Arrangement::Stacked);
    }

    #[test]
    fn the_list_has_more_than_four_rows_on_a_small_screen() {
        let wanted = usual(Pane::Articles, false);
        let geometry = Geometry::of(Size { width: 80, height: 24 }, wanted);
        assert_eq!(geometry.arrangement, Arrangement::Stacked);
        assert_eq!(geometry.articles.map(|it| it.height), Some(8));
        assert_eq!(geometry.measure(false), (72, 2));
    }

    #[test]
    fn text_keeps_its_measure_on_a_wide_screen() {
        let wanted = usual(Pane::Articles, true);
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
