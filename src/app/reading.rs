//! The text pane: one article laid out for a width, and the place somebody had reached in each. A refresh, a late
//! answer or another width never makes the text jump to its top.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use crate::news::{Article, ArticleId, ArticleRow, CleanText, CleanUrl, Limit, Now, TextOrigin};
use crate::query::Word;
use crate::text::{Arranging, Block, Document, Line, Role, visual_line};
use crate::words::marked;

use super::Ticket;
use super::info::place_in_words;
use super::measure::{date, truncate, words, wrap};

/// The state of the pane.
#[derive(Debug, Default)]
pub struct Reading {
    /// The article that is to be shown: the selected one.
    pub wanted: Option<ArticleId>,
    pub state: ReadingPane,
    pub origin: Option<TextOrigin>,
    pub document: Document,
    pub lines: Vec<TextLine>,
    /// Where in the lines the words stand that are looked for, in order.
    pub hits: Vec<Hit>,
    /// The one of them that was gone to last.
    pub hit_at: Option<usize>,
    looked_for: Vec<Word>,
    /// Whether the lines have changed since the words were looked for.
    hits_stale: bool,
    /// The first line on screen.
    pub top: usize,
    pub ticket: Option<Ticket>,
    /// The article changed while an answer about it was under way.
    pub stale: bool,
    /// A page on was asked for before the text was there.
    pub page_on_after: bool,
    /// As they are bound now.
    pub keys: RemarkKeys,
    /// The answer of the typesetter that is waited for.
    pub setting: Option<Ticket>,
    /// A large text is to be set anew, for another width or because it has just come.
    unset: bool,
    /// What of right-to-left text is put in order here; the rest the terminal does.
    pub arranging: Arranging,
    width: usize,
    places: HashMap<ArticleId, Place>,
    places_order: VecDeque<ArticleId>,
}

#[derive(Debug, Default)]
pub enum ReadingPane {
    #[default]
    Nothing,
    Loading,
    Shown(Box<Article>),
    /// The article is no longer in the library.
    Gone,
    Failed(CleanText),
}

/// A line of the pane.
#[derive(Clone, Debug, PartialEq)]
pub enum TextLine {
    Headline(CleanText),
    /// Source, date, place, agency, length.
    Byline(CleanText),
    /// What the program has to say about the text.
    Remark(CleanText),
    Body(Line),
    /// A link of the list at the end.
    Link {
        number: CleanText,
        address: CleanText,
    },
    Heading(&'static str),
    Blank,
}

/// A place at which a word stands that is looked for; one that goes over the end of a line is two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub line: usize,
    /// Bytes of the line's text.
    pub bytes: Range<usize>,
}

/// Where somebody was in an article: the line, and how many there were, so that it is found again in another width.
#[derive(Clone, Copy, Debug)]
struct Place {
    top: usize,
    lines: usize,
    origin: Option<TextOrigin>,
}

/// A text to be read and laid out where nobody waits for it.
#[derive(Clone, Debug)]
pub struct Typesetting {
    article: Box<Article>,
    origin: TextOrigin,
    width: usize,
    arranging: Arranging,
    keys: RemarkKeys,
    now: Now,
}

/// The keys that remarks in the text name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemarkKeys {
    pub full_text: String,
    pub browser: String,
}

/// What became of it.
#[derive(Debug)]
pub struct Typeset {
    document: Document,
    lines: Vec<TextLine>,
    width: usize,
}

const PLACES_MAX: usize = 1_000;
/// Larger texts are laid out beside the main thread: this much takes it a few milliseconds, a frame's share.
const BYTES_AT_ONCE_MAX: usize = 64 * 1024;

/// Reads and lays out a text. Takes as long as it takes: a second for a megabyte on a slow machine.
pub fn typeset(job: &Typesetting) -> Typeset {
    let document = document_of(&job.article, job.origin);
    let lines = laid_out(&job.article, &document, job.width, job.arranging, &job.keys, &job.now);
    Typeset { document, lines, width: job.width }
}

impl Reading {
    /// Nothing to read yet. `arranging` says what of right-to-left text is put in order here.
    pub fn ordered_by(arranging: Arranging) -> Reading {
        Reading { arranging, ..Reading::default() }
    }

    /// Turns to another article; its text is asked for by whoever calls. The place in the former one is kept.
    pub fn turn_to(&mut self, id: Option<ArticleId>) {
        self.keep_place();
        self.wanted = id;
        self.state = if id.is_some() { ReadingPane::Loading } else { ReadingPane::Nothing };
        self.origin = None;
        self.document = Document::default();
        self.lines.clear();
        self.hits.clear();
        self.hit_at = None;
        self.hits_stale = true;
        self.top = 0;
        self.ticket = None;
        self.stale = false;
        self.page_on_after = false;
        self.setting = None;
        self.unset = false;
    }

    /// What the typesetter is to do next; the caller says under which ticket by putting it into `setting`.
    pub fn to_be_set(&mut self, now: &Now) -> Option<Box<Typesetting>> {
        if self.setting.is_some() || self.width == 0 || !std::mem::take(&mut self.unset) {
            return None;
        }
        let origin = self.origin?;
        let article = Box::new(self.article()?.clone());
        let (width, arranging, keys) = (self.width, self.arranging, self.keys.clone());
        Some(Box::new(Typesetting { article, origin, width, arranging, keys, now: now.clone() }))
    }

    /// Takes a text that was laid out elsewhere; the place in it is kept, or found again.
    pub fn take_set(&mut self, set: Typeset) {
        self.setting = None;
        if set.width != self.width {
            self.unset = true;
        }
        let before = Place { top: self.top, lines: self.lines.len(), origin: self.origin };
        let first = self.document.blocks.is_empty();
        self.document = set.document;
        self.lines = set.lines;
        if first {
            self.find_place();
        } else {
            self.top = scaled(before, self.lines.len());
        }
    }

    /// Whether more of the text is still to come.
    pub fn is_being_set(&self) -> bool {
        self.setting.is_some() || self.unset
    }

    pub fn article(&self) -> Option<&Article> {
        match &self.state {
            ReadingPane::Shown(article) => Some(article),
            ReadingPane::Nothing | ReadingPane::Loading | ReadingPane::Gone | ReadingPane::Failed(_) => None,
        }
    }

    pub fn article_mut(&mut self) -> Option<&mut Article> {
        match &mut self.state {
            ReadingPane::Shown(article) => Some(article),
            ReadingPane::Nothing | ReadingPane::Loading | ReadingPane::Gone | ReadingPane::Failed(_) => None,
        }
    }

    /// Shows what the library holds of the wanted article. `turned` asks for the page's text where there is one.
    pub fn show(&mut self, article: Box<Article>, now: &Now) {
        let fresh = self.article().is_none();
        if fresh && let Some(place) = self.places.get(&article.row.id) {
            self.origin = place.origin;
        }
        let had_page = self.article().is_some_and(|it| it.body.page.is_some());
        let origin = match self.origin {
            // The page has just arrived for somebody who was reading the feed's text because there was no other.
            _ if !fresh && !had_page && article.body.page.is_some() => TextOrigin::Page,
            Some(TextOrigin::Page) if article.body.page.is_none() => TextOrigin::Feed,
            Some(origin) => origin,
            None => article.body.best_origin(),
        };
        self.origin = Some(origin);
        self.state = ReadingPane::Shown(article);
        if fresh && self.is_large() {
            self.unset = true;
            return;
        }
        self.read_document();
        self.lay_out(now);
        if fresh {
            self.find_place();
        }
    }

    /// Shows the other of the two stored texts.
    pub fn switch_origin(&mut self, now: &Now) -> Option<TextOrigin> {
        let origin = match self.origin? {
            TextOrigin::Feed => TextOrigin::Page,
            TextOrigin::Page => TextOrigin::Feed,
        };
        self.origin = Some(origin);
        self.read_document();
        self.lay_out(now);
        Some(origin)
    }

    /// Lays the text out for another width; the place is kept in proportion.
    pub fn set_width(&mut self, width: usize, now: &Now) {
        if width == self.width {
            return;
        }
        self.width = width;
        if self.is_large() {
            // What is laid out for the old width is shown, cut, until the new lines are there.
            self.unset = true;
            return;
        }
        let before = Place { top: self.top, lines: self.lines.len(), origin: self.origin };
        self.lay_out(now);
        self.top = scaled(before, self.lines.len());
    }

    /// Keeps the place within the text for a page of `height` lines.
    pub fn keep_visible(&mut self, height: usize) {
        self.top = self.top.min(self.top_max(height));
    }

    pub fn at_end(&self, height: usize) -> bool {
        self.top >= self.top_max(height)
    }

    pub fn scroll(&mut self, lines: isize, height: usize) {
        self.top = self.top.saturating_add_signed(lines).min(self.top_max(height));
    }

    /// How much has been seen, in per cent, for a page of `height` lines.
    pub fn percent(&self, height: usize) -> usize {
        let seen = (self.top + height).min(self.lines.len());
        (seen * 100).checked_div(self.lines.len()).unwrap_or(100)
    }

    /// The line of the next heading below the first line on screen, or the one above it.
    pub fn heading(&self, below: bool) -> Option<usize> {
        let is_heading = |at: &usize| match &self.lines[*at] {
            TextLine::Body(line) => {
                let first = line.spans.first().is_some_and(|it| it.role == Role::Heading);
                // A heading may go over several lines; its first is meant.
                let goes_on = *at > 0
                    && matches!(&self.lines[at - 1], TextLine::Body(it) if it.spans.first().is_some_and(|it| it.role == Role::Heading));
                first && !goes_on
            }
            TextLine::Headline(_) => *at == 0,
            TextLine::Heading(_) => true,
            TextLine::Byline(_) | TextLine::Remark(_) | TextLine::Link { .. } | TextLine::Blank => false,
        };
        if below {
            (self.top + 1..self.lines.len()).find(is_heading)
        } else {
            (0..self.top.min(self.lines.len())).rev().find(is_heading)
        }
    }

    /// Looks for words in the text, where they or the text are new.
    pub fn look_for(&mut self, wanted: Vec<Word>) {
        if !self.hits_stale && wanted == self.looked_for {
            return;
        }
        self.hits_stale = false;
        self.looked_for = wanted;
        self.hit_at = None;
        let wanted: Vec<(&str, bool)> = self.looked_for.iter().map(|it| (it.text.as_str(), it.prefix)).collect();
        let language = self.article().and_then(|it| it.metadata.language.clone());
        self.hits = if wanted.is_empty() { Vec::new() } else { hits(&self.lines, &wanted, language.as_deref()) };
    }

    /// Goes to the next place of a word that is looked for, or the one before. Gives which it is, and whether it was
    /// reached over the end.
    pub fn step_hit(&mut self, forwards: bool, height: usize) -> (usize, bool) {
        let last = self.hits.len().saturating_sub(1);
        let below = |hit: &Hit| hit.line >= self.top;
        let (at, wrapped) = match (self.hit_at, forwards) {
            (Some(at), true) if at < last => (at + 1, false),
            (Some(at), false) if at > 0 => (at - 1, false),
            (Some(_), true) => (0, true),
            (Some(_), false) => (last, true),
            (None, true) => self.hits.iter().position(below).map_or((0, true), |it| (it, false)),
            (None, false) => {
                let above = self.hits.iter().rposition(|it| it.line < self.top);
                above.map_or((last, true), |it| (it, false))
            }
        };
        self.hit_at = Some(at);
        let line = self.hits.get(at).map_or(0, |it| it.line);
        if line < self.top || line >= self.top + height {
            // A third of the page above it, so that one sees what it follows from.
            self.top = line.saturating_sub(height / 3).min(self.top_max(height));
        }
        (at, wrapped)
    }

    /// The target of a link by its number, from 1. `Ok(None)` where it leads nowhere that may be opened.
    pub fn link(&self, number: usize) -> Option<Option<&CleanUrl>> {
        Some(self.document.links.get(number.checked_sub(1)?)?.url.as_ref())
    }

    /// The headline of an article whose text has not come yet.
    pub fn show_headline(&mut self, row: &ArticleRow, now: &Now) {
        if matches!(self.state, ReadingPane::Loading) && self.lines.is_empty() {
            self.lines = headline(row, self.width);
            let byline = [row.feed_title.to_string(), date(now, row.published.unwrap_or(row.sort))];
            self.lines.extend(joined(&byline, self.width));
        }
    }

    fn top_max(&self, height: usize) -> usize {
        self.lines.len().saturating_sub(height.max(1))
    }

    fn keep_place(&mut self) {
        let Some(id) = self.article().map(|it| it.row.id) else { return };
        let place = Place { top: self.top, lines: self.lines.len(), origin: self.origin };
        if self.places.insert(id, place).is_none() {
            self.places_order.push_back(id);
        }
        if self.places_order.len() > PLACES_MAX
            && let Some(oldest) = self.places_order.pop_front()
        {
            self.places.remove(&oldest);
        }
    }

    fn find_place(&mut self) {
        let place = self.wanted.and_then(|id| self.places.get(&id)).copied();
        self.top = place.map_or(0, |it| scaled(it, self.lines.len()));
    }

    fn read_document(&mut self) {
        if self.is_large() {
            self.unset = true;
            return;
        }
        let Some(article) = self.article() else { return };
        self.document = document_of(article, self.origin.unwrap_or(article.body.best_origin()));
    }

    fn is_large(&self) -> bool {
        self.article().is_some_and(|article| {
            let origin = self.origin.unwrap_or(article.body.best_origin());
            article.body.html(origin).0.len() > BYTES_AT_ONCE_MAX
        })
    }

    fn lay_out(&mut self, now: &Now) {
        let Some(article) = self.article() else {
            // A headline without its text is laid out again when it is next asked for.
            self.lines.clear();
            return;
        };
        if self.width == 0 {
            // The pane has not been on screen yet.
            return;
        }
        if self.is_large() {
            self.unset = true;
            return;
        }
        self.lines = laid_out(article, &self.document, self.width, self.arranging, &self.keys, now);
        self.hits_stale = true;
    }
}

fn document_of(article: &Article, origin: TextOrigin) -> Document {
    let base = match (origin, &article.body.page) {
        (TextOrigin::Page, Some(page)) => Some(&page.url),
        (TextOrigin::Page, None) | (TextOrigin::Feed, _) => article.row.url.as_ref().or(article.feed_site.as_ref()),
    };
    let mut document = Document::from_html(article.body.html(origin), base);
    let known = &article.metadata;
    document.give_lead(known.caption.as_deref().unwrap_or_default(), known.credit.as_deref().unwrap_or_default());
    document
}

/// The words are looked for in the lines as one text, so that a phrase is found over the end of a line.
fn hits(lines: &[TextLine], wanted: &[(&str, bool)], language: Option<&str>) -> Vec<Hit> {
    let mut text = String::new();
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        starts.push(text.len());
        match line {
            TextLine::Headline(line) => text.push_str(line.as_str()),
            TextLine::Body(line) => line.spans.iter().for_each(|it| text.push_str(it.text.as_str())),
            // A blank line parts; nothing goes on over it.
            TextLine::Byline(_)
            | TextLine::Remark(_)
            | TextLine::Link { .. }
            | TextLine::Heading(_)
            | TextLine::Blank => text.push('.'),
        }
        text.push(' ');
    }
    let mut hits = Vec::new();
    for range in marked(&text, wanted, language) {
        let first = starts.partition_point(|it| *it <= range.start).saturating_sub(1);
        for line in first..starts.len() {
            let end = starts.get(line + 1).map_or(text.len(), |it| it - 1);
            let (from, to) = (range.start.max(starts[line]), range.end.min(end));
            if from < to {
                hits.push(Hit { line, bytes: from - starts[line]..to - starts[line] });
            }
            if range.end <= end {
                break;
            }
        }
    }
    hits
}

fn scaled(place: Place, lines: usize) -> usize {
    if place.lines == 0 || place.lines == lines {
        return place.top;
    }
    place.top * lines / place.lines
}

fn laid_out(
    article: &Article,
    document: &Document,
    width: usize,
    arranging: Arranging,
    keys: &RemarkKeys,
    now: &Now,
) -> Vec<TextLine> {
    let mut lines = headline(&article.row, width);
    lines.extend(joined(&byline(article, now), width));
    lines.push(TextLine::Blank);
    if document.blocks.iter().all(|it| matches!(it, Block::Image { .. })) {
        let RemarkKeys { full_text, browser } = keys;
        let remark = match (&article.row.url, &article.body.page) {
            (Some(_), None) => {
                format!("The feed carries no text. {full_text} fetches the page, {browser} opens it in the browser.")
            }
            (Some(_), Some(_)) => {
                format!("No text here. {full_text} shows the page's, {browser} opens it in the browser.")
            }
            (None, _) => "The feed carries no text for this article, and no address.".to_owned(),
        };
        lines.extend(wrap(&remark, width).into_iter().map(TextLine::Remark));
    }
    lines.extend(document.lines(width).into_iter().map(|line| {
        let line = visual_line(line, width, arranging);
        if line.spans.iter().all(|it| it.text.is_empty()) { TextLine::Blank } else { TextLine::Body(line) }
    }));
    if !document.links.is_empty() {
        lines.push(TextLine::Blank);
        lines.push(TextLine::Heading("Links"));
        let digits = document.links.len().to_string().len();
        for (index, link) in document.links.iter().enumerate() {
            let address = match &link.url {
                Some(url) => shown_address(url),
                None => "not a web address, and not opened".to_owned(),
            };
            lines.push(TextLine::Link {
                number: CleanText::preformatted(&format!("{:>digits$}", index + 1), Limit::TITLE),
                address: truncate(&address, width.saturating_sub(digits + 2)),
            });
        }
    }
    lines
}

/// An address as a person reads it: where it really leads, without scheme and secrets.
pub fn shown_address(url: &CleanUrl) -> String {
    if url.is_stand_in() {
        return url.in_words();
    }
    let whole = url.without_secrets().to_string();
    let bare = whole.strip_prefix("https://").or_else(|| whole.strip_prefix("http://")).unwrap_or(&whole);
    bare.strip_suffix('/').unwrap_or(bare).to_owned()
}

fn headline(row: &ArticleRow, width: usize) -> Vec<TextLine> {
    wrap(title_of(row).as_str(), width).into_iter().map(TextLine::Headline).collect()
}

/// The title, or what stands for one.
pub fn title_of(row: &ArticleRow) -> CleanText {
    if !row.title.is_empty() {
        return row.title.clone();
    }
    match &row.url {
        Some(url) => words(&format!("(untitled) {}", shown_address(url))),
        None => CleanText::own("(untitled)"),
    }
}

/// Parts in a row with a dot between, broken between parts so that no line begins with a dot.
fn joined(parts: &[String], width: usize) -> Vec<TextLine> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if crate::text::width(line) + 3 + crate::text::width(part) <= width => {
                line.push_str(" · ");
                line.push_str(part);
            }
            Some(_) | None => lines.push(part.clone()),
        }
    }
    lines.iter().flat_map(|line| wrap(line, width)).map(TextLine::Byline).collect()
}

fn byline(article: &Article, now: &Now) -> Vec<String> {
    let mut parts = vec![article.row.feed_title.to_string()];
    match (article.row.published, article.updated) {
        (Some(published), _) => parts.push(date(now, published)),
        (None, Some(updated)) => parts.push(format!("updated {}", date(now, updated))),
        (None, None) => parts.push(format!("fetched {}", date(now, article.fetched))),
    }
    if let Some(place) = &article.metadata.dateline {
        parts.push(place_in_words(place));
    }
    if !article.metadata.attribution.is_empty() {
        parts.push(format!("via {}", article.metadata.attribution.join(", ")));
    }
    if article.metadata.minutes > 0 {
        parts.push(format!("{} min", article.metadata.minutes));
    }
    parts.retain(|it| !it.is_empty());
    parts
}
