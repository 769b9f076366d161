//! The grammar: any (`or`) of all (a space) of one thing each. What is not of the language is a mistake with its column;
//! what could be read as words is never one, and no text at all makes it fail otherwise.

use regex::RegexBuilder;

use crate::news::{ArticleId, CleanText, Limit, TagName, Timestamp, Zone};

use super::lex::{Lexer, QUERY_CHARS_MAX, closing_of, ends_word};
use super::mistakes::{mistake, needs_value, not_a_field, not_a_state, not_among};
use super::vocabulary::{
    AMOUNTS, AMOUNTS_NOT_KNOWN, COMPARISONS, FIELDS, GROUPS, MEDIA, MOMENTS, SORTS, STATES, STATES_NOT_KNOWN, named,
    names,
};
use super::{
    Amount, Comparison, Condition, Field, Moment, Pattern, Point, Query, QueryError, Sort, Span, TagWanted, Unit,
    Value, Wanted, Word, keeps_together,
};

const DEPTH_MAX: usize = 20;
const CONDITIONS_MAX: usize = 200;
const VALUES_MAX: usize = 200;
const PATTERN_CHARS_MAX: usize = 1_000;
/// Of the compiled expression; the default of the crate is ten times that.
pub const PATTERN_BYTES_MAX: usize = 1_048_576;
const AGO_MAX: u32 = 100_000;
const LIMIT_MAX: usize = 10_000_000;

pub fn parse(text: &str, typing: bool) -> Result<Query, QueryError> {
    let mut parser =
        Parser { lexer: Lexer::new(text), wanted: Wanted::default(), view_last: None, conditions: 0, last_word: None };
    if parser.lexer.len() > QUERY_CHARS_MAX {
        let sentence = format!("a query has at most {QUERY_CHARS_MAX} characters");
        return Err(mistake(QUERY_CHARS_MAX + 1, 1, &sentence));
    }
    let ends_in_word = !text.ends_with(char::is_whitespace);
    let mut condition = parser.any(0)?;
    if let Some(')') = parser.lexer.peek() {
        return Err(mistake(parser.lexer.at() + 1, 1, "this ) closes nothing. Take it away, or put a ( before."));
    }
    if typing && ends_in_word && parser.last_word == Some(parser.lexer.len()) {
        condition.iter_mut().for_each(let_last_word_go_on);
    }
    if let Some((from, length)) = parser.view_last.filter(|_| !keeps_together(parser.wanted.sort, parser.wanted.group))
    {
        return Err(mistake(
            from + 1,
            length,
            "group:day goes with sort:date only: any other order mixes the days. Leave one of the two out.",
        ));
    }
    let wanted = Wanted { condition, ..parser.wanted };
    Ok(if wanted == Wanted::default() { Query::Everything } else { Query::Where(Box::new(wanted)) })
}

struct Parser {
    lexer: Lexer,
    /// Sort, group and limit, which hold for the whole query wherever they stand.
    wanted: Wanted,
    /// The last `sort:` or `group:`: where it begins, and its length.
    view_last: Option<(usize, usize)>,
    conditions: usize,
    /// Where the last bare word ended.
    last_word: Option<usize>,
}

/// What stands next.
enum Part {
    Condition(Condition),
    /// Says nothing about articles, or nothing at all: `sort:date`, `""`, `and`.
    Nothing,
    Or,
    End,
}

impl Parser {
    fn any(&mut self, depth: usize) -> Result<Option<Condition>, QueryError> {
        let mut alternatives = Vec::new();
        let mut all = Vec::new();
        loop {
            match self.part(depth)? {
                Part::Condition(condition) => all.push(condition),
                Part::Nothing => {}
                Part::Or if all.is_empty() => {}
                Part::Or => alternatives.push(Condition::all(std::mem::take(&mut all))),
                Part::End => break,
            }
        }
        if !all.is_empty() {
            alternatives.push(Condition::all(all));
        }
        Ok((!alternatives.is_empty()).then(|| Condition::any(alternatives)))
    }

    fn part(&mut self, depth: usize) -> Result<Part, QueryError> {
        self.lexer.skip_spaces();
        let start = self.lexer.at();
        let Some(first) = self.lexer.peek() else { return Ok(Part::End) };
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            let sentence = format!("a query asks for at most {CONDITIONS_MAX} things");
            return Err(mistake(start + 1, 1, &sentence));
        }
        if depth > DEPTH_MAX {
            return Err(mistake(start + 1, 1, "parentheses can't stand as deep as this"));
        }
        let second = self.lexer.peek_at(1);
        let goes_on = second.is_some_and(|it| !it.is_whitespace());
        match first {
            ')' if depth == 0 => return Ok(Part::End),
            ')' => return Ok(Part::End),
            '(' => {
                self.lexer.next();
                let inner = self.any(depth + 1)?;
                // One that is still open closes with the text, so that a query being typed is whole all the time.
                if self.lexer.peek() == Some(')') {
                    self.lexer.next();
                }
                return Ok(inner.map_or(Part::Nothing, Part::Condition));
            }
            '|' => {
                self.lexer.take_while(|it| it == '|');
                return Ok(Part::Or);
            }
            '-' if goes_on => {
                self.lexer.next();
                return self.negated(depth);
            }
            '-' => {
                self.lexer.next();
                return Ok(Part::Nothing);
            }
            '/' => {
                self.lexer.next();
                return Ok(Part::Condition(Condition::Pattern(self.pattern(start)?)));
            }
            '#' => {
                self.lexer.next();
                return Ok(Part::Condition(Condition::Tag(self.tag(start)?)));
            }
            '+' if second.is_some_and(char::is_alphanumeric) => {
                self.lexer.next();
                return Ok(Part::Condition(Condition::Tag(self.tag(start)?)));
            }
            '@' => {
                self.lexer.next();
                return Ok(Part::Condition(Condition::Time(Moment::Sort, self.span(start)?)));
            }
            _ => {}
        }
        if let Some(closing) = closing_of(first) {
            self.lexer.next();
            let text = self.lexer.take_quoted(closing);
            return Ok(if text.is_empty() { Part::Nothing } else { Part::Condition(Condition::Phrase(text)) });
        }
        self.word(start, depth)
    }

    fn negated(&mut self, depth: usize) -> Result<Part, QueryError> {
        match self.part(depth + 1)? {
            Part::Condition(inner) => Ok(Part::Condition(Condition::Not(Box::new(inner)))),
            Part::Nothing => Ok(Part::Nothing),
            // `not` at the end: there is nothing yet to be taken back.
            Part::Or | Part::End => Ok(Part::Nothing),
        }
    }

    /// A bare word, or what begins like one: a field, a state, an amount, a moment.
    fn word(&mut self, start: usize, depth: usize) -> Result<Part, QueryError> {
        let name = self.lexer.take_while(|it| it.is_ascii_alphabetic()).as_str().to_ascii_lowercase();
        let next = self.lexer.peek();
        let behind_is_address = self.lexer.peek_at(1) == Some('/') && self.lexer.peek_at(2) == Some('/');
        match next {
            Some(':') if !name.is_empty() && !behind_is_address => {
                self.lexer.next();
                return self.field(start, &name);
            }
            Some('@') if !name.is_empty() => {
                if let Some((_, moment)) = MOMENTS.iter().find(|it| it.0 == name) {
                    self.lexer.next();
                    let span = self.span(start)?;
                    return Ok(Part::Condition(Condition::Time(*moment, span)));
                }
                if name == "read" {
                    return Err(mistake(
                        start + 1,
                        5,
                        "when an article was read is not kept. Ask for read and a date.",
                    ));
                }
            }
            Some('<' | '>' | '=') if !name.is_empty() => {
                if AMOUNTS_NOT_KNOWN.contains(&name.as_str()) {
                    let sentence = format!("{name} is not known. words, minutes and links are counted.");
                    return Err(mistake(start + 1, name.len(), &sentence));
                }
                if let Some((_, amount)) = AMOUNTS.iter().find(|it| it.0 == name) {
                    return self.number(*amount, start).map(Part::Condition);
                }
            }
            None => {
                if let Some(part) = self.keyword(start, &name, depth)? {
                    return Ok(part);
                }
            }
            Some(it) if ends_word(it) => {
                if let Some(part) = self.keyword(start, &name, depth)? {
                    return Ok(part);
                }
            }
            Some(_) => {}
        }
        self.lexer.go_to(start);
        let word = self.bare_word(ends_word);
        self.last_word = Some(self.lexer.at());
        Ok(word.map_or(Part::Nothing, |it| Part::Condition(Condition::Word(it))))
    }

    fn keyword(&mut self, start: usize, name: &str, depth: usize) -> Result<Option<Part>, QueryError> {
        if let Some((_, state)) = STATES.iter().find(|it| it.0 == name) {
            return Ok(Some(Part::Condition(Condition::State(*state))));
        }
        if STATES_NOT_KNOWN.contains(&name) {
            return Err(not_a_state(start, name));
        }
        Ok(match name {
            "or" => Some(Part::Or),
            "and" => Some(Part::Nothing),
            "not" => Some(self.negated(depth)?),
            "untagged" => Some(Part::Condition(Condition::Untagged)),
            "today" => Some(Part::Condition(Condition::Time(Moment::Sort, Span::One(Point::Today)))),
            _ => None,
        })
    }

    /// A word without the `*` at its end. `None` where nothing is left.
    fn bare_word(&mut self, ends: impl Fn(char) -> bool) -> Option<Word> {
        let read = self.lexer.take_while(|it| !ends(it));
        let text = read.as_str().trim_end_matches('*');
        let prefix = text.len() < read.as_str().len();
        let text = read.part(0..text.len());
        (!text.is_empty()).then_some(Word { text, prefix })
    }

    fn field(&mut self, start: usize, name: &str) -> Result<Part, QueryError> {
        if let Some((_, field)) = FIELDS.iter().find(|it| it.0 == name) {
            let values = self.values(start, name, matches!(field, Field::Title | Field::Text))?;
            return Ok(Part::Condition(Condition::Field(*field, values)));
        }
        if let Some((_, amount)) = AMOUNTS.iter().find(|it| it.0 == name) {
            return self.number(*amount, start).map(Part::Condition);
        }
        let condition = match name {
            "id" => Condition::Id(self.choices(start, name, "id:20431", |it| it.parse().ok().map(ArticleId))?),
            "type" => Condition::Type(self.choices(start, name, "type:audio", |it| named(&MEDIA, it))?),
            "tag" => return self.tags(start).map(Part::Condition),
            "is" => return self.state(start).map(Part::Condition),
            "search" => Condition::Saved(self.one_value(start, name)?),
            "sort" => {
                let from = self.lexer.at();
                let value = self.one_value(start, name)?;
                let (reversed, key) = match value.as_str().strip_prefix('-') {
                    Some(key) => (true, key),
                    None => (false, value.as_str()),
                };
                let by = named(&SORTS, key).ok_or_else(|| not_among(from, &value, "sort:", &names(&SORTS)))?;
                self.wanted.sort = Some(Sort { by, reversed });
                self.view_last = Some((start, self.lexer.at() - start));
                return Ok(Part::Nothing);
            }
            "group" => {
                let from = self.lexer.at();
                let value = self.one_value(start, name)?;
                let group = named(&GROUPS, value.as_str());
                self.wanted.group = Some(group.ok_or_else(|| not_among(from, &value, "group:", &names(&GROUPS)))?);
                self.view_last = Some((start, self.lexer.at() - start));
                return Ok(Part::Nothing);
            }
            "limit" => {
                let from = self.lexer.at();
                let value = self.one_value(start, name)?;
                let limit = value.as_str().parse().ok().filter(|it| (1..=LIMIT_MAX).contains(it));
                let length = value.as_str().chars().count();
                self.wanted.limit =
                    Some(limit.ok_or_else(|| {
                        mistake(from + 1, length, "limit: needs a number of articles, as in limit:50")
                    })?);
                return Ok(Part::Nothing);
            }
            _ => return Err(not_a_field(start, name)),
        };
        Ok(Part::Condition(condition))
    }

    /// `a,b,"c d",/e/`.
    fn values(&mut self, start: usize, name: &str, patterns: bool) -> Result<Vec<Value>, QueryError> {
        let mut values = Vec::new();
        loop {
            let from = self.lexer.at();
            let value = match self.lexer.peek() {
                Some('/') if patterns => {
                    self.lexer.next();
                    Some(Value::Pattern(self.pattern(from)?))
                }
                Some(it) if closing_of(it).is_some() => {
                    self.lexer.next();
                    let text = self.lexer.take_quoted(closing_of(it).unwrap_or_default());
                    (!text.is_empty()).then_some(Value::Phrase(text))
                }
                _ => self.bare_word(|it| ends_word(it) || it == ',').map(Value::Word),
            };
            values.extend(value);
            if values.len() > VALUES_MAX {
                return Err(mistake(from + 1, 1, &format!("{name}: takes at most {VALUES_MAX} values")));
            }
            if self.lexer.peek() != Some(',') {
                break;
            }
            self.lexer.next();
        }
        if values.is_empty() {
            return Err(needs_value(start, self.lexer.at(), name));
        }
        Ok(values)
    }

    /// Values of which each must be one of a kind.
    fn choices<T>(
        &mut self,
        start: usize,
        name: &str,
        example: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<T>, QueryError> {
        let from = self.lexer.at();
        let mut chosen = Vec::new();
        for value in self.values(start, name, false)? {
            let text = match &value {
                Value::Word(word) => word.text.as_str(),
                Value::Phrase(text) => text.as_str(),
                Value::Pattern(pattern) => pattern.source.as_str(),
            };
            let read = read(&text.to_lowercase());
            chosen.push(read.ok_or_else(|| {
                let length = self.lexer.at().saturating_sub(from);
                mistake(from + 1, length, &format!("{name}: does not take “{text}”. Write it as in {example}."))
            })?);
        }
        Ok(chosen)
    }

    fn one_value(&mut self, start: usize, name: &str) -> Result<CleanText, QueryError> {
        let value = match self.lexer.peek().and_then(closing_of) {
            Some(closing) => {
                self.lexer.next();
                self.lexer.take_quoted(closing)
            }
            None => self.lexer.take_while(|it| !ends_word(it)),
        };
        if value.is_empty() { Err(needs_value(start, self.lexer.at(), name)) } else { Ok(value) }
    }

    fn pattern(&mut self, start: usize) -> Result<Pattern, QueryError> {
        let Some((source, ignore_case)) = self.lexer.take_pattern() else {
            return Err(mistake(start + 1, 1, "this / opens a pattern that nothing closes. End it with another /."));
        };
        let length = self.lexer.at() - start;
        if source.as_str().chars().count() > PATTERN_CHARS_MAX {
            let sentence = format!("a pattern has at most {PATTERN_CHARS_MAX} characters");
            return Err(mistake(start + 1, length, &sentence));
        }
        let pattern = Pattern { source, ignore_case };
        match pattern.compiled() {
            Ok(_) => Ok(pattern),
            Err(why) => Err(mistake(start + 1, length, &format!("that pattern can't be used: {why}"))),
        }
    }

    /// Behind the `#`.
    fn tag(&mut self, start: usize) -> Result<TagWanted, QueryError> {
        let typed = self.lexer.take_while(|it| !ends_word(it));
        let length = self.lexer.at() - start;
        tag_wanted(typed.as_str()).map_err(|why| mistake(start + 1, length, &why))
    }

    fn tags(&mut self, start: usize) -> Result<Condition, QueryError> {
        let mut tags = Vec::new();
        loop {
            let from = self.lexer.at();
            let typed = match self.lexer.peek().and_then(closing_of) {
                Some(closing) => {
                    self.lexer.next();
                    self.lexer.take_quoted(closing)
                }
                None => self.lexer.take_while(|it| !ends_word(it) && it != ','),
            };
            if !typed.is_empty() {
                let length = self.lexer.at() - from;
                let tag = tag_wanted(typed.as_str()).map_err(|why| mistake(from + 1, length, &why))?;
                tags.push(Condition::Tag(tag));
            }
            if tags.len() > VALUES_MAX {
                return Err(mistake(from + 1, 1, &format!("tag: takes at most {VALUES_MAX} values")));
            }
            if self.lexer.peek() != Some(',') {
                break;
            }
            self.lexer.next();
        }
        if tags.is_empty() { Err(needs_value(start, self.lexer.at(), "tag")) } else { Ok(Condition::any(tags)) }
    }

    fn state(&mut self, start: usize) -> Result<Condition, QueryError> {
        let from = self.lexer.at();
        let value = self.one_value(start, "is")?;
        let name = value.as_str().to_lowercase();
        if let Some((_, state)) = STATES.iter().find(|it| it.0 == name) {
            return Ok(Condition::State(*state));
        }
        Ok(match name.as_str() {
            "untagged" => Condition::Untagged,
            "today" => Condition::Time(Moment::Sort, Span::One(Point::Today)),
            "new" => Condition::Time(Moment::Fetched, Span::One(Point::Today)),
            _ => return Err(not_a_state(from, value.as_str())),
        })
    }

    fn number(&mut self, amount: Amount, start: usize) -> Result<Condition, QueryError> {
        let typed = self.lexer.take_while(|it| !ends_word(it));
        let length = self.lexer.at() - start;
        let (comparison, digits) = COMPARISONS
            .iter()
            .find_map(|(sign, comparison)| typed.as_str().strip_prefix(sign).map(|it| (*comparison, it)))
            .unwrap_or((Comparison::Equal, typed.as_str()));
        let number = digits.parse::<u32>().ok();
        let wrong = || mistake(start + 1, length, "a number must follow, as in words>1500 or minutes<5");
        Ok(Condition::Number(amount, comparison, i64::from(number.ok_or_else(wrong)?)))
    }

    /// Behind the `@`.
    fn span(&mut self, start: usize) -> Result<Span, QueryError> {
        let from = self.lexer.at();
        let typed = self.lexer.take_while(|it| !ends_word(it));
        let length = (self.lexer.at() - start).max(1);
        let wrong = |text: &str| {
            let sentence = if text.is_empty() {
                "@ needs a day, as in @today, @3d, @2026-08 or @2026-08-01..2026-08-15".to_owned()
            } else {
                format!("“{text}” is no day. Write @today, @3d, @2w, @2026-08 or @2026-08-01..2026-08-15.")
            };
            mistake(start + 1, length, &sentence)
        };
        let _ = from;
        let read = |text: &str| point(text).ok_or_else(|| wrong(text));
        let open = |text: &str| if text.is_empty() { Ok(None) } else { read(text).map(Some) };
        match typed.as_str().split_once("..") {
            Some(("", "")) => Err(wrong("..")),
            Some((from, to)) => Ok(Span::Between(open(from)?, open(to)?)),
            None => Ok(Span::One(read(typed.as_str())?)),
        }
    }
}

impl Pattern {
    /// The expression, ready to be used; refused where it would be too large. It never backtracks.
    pub fn compiled(&self) -> Result<regex::Regex, CleanText> {
        // `\/` is how a slash is written between slashes.
        let source = self.source.as_str().replace("\\/", "/");
        RegexBuilder::new(&source)
            .case_insensitive(self.ignore_case)
            .size_limit(PATTERN_BYTES_MAX)
            .dfa_size_limit(PATTERN_BYTES_MAX)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => CleanText::own("it is too large"),
                other => {
                    let text = other.to_string();
                    // The last line is the reason; the lines before draw it with a fixed font.
                    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                    CleanText::line(&reason, Limit::TITLE)
                }
            })
    }
}

/// The last word of the last condition may be the beginning of one.
fn let_last_word_go_on(condition: &mut Condition) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => inner.last_mut().into_iter().for_each(let_last_word_go_on),
        Condition::Word(word) => word.prefix = true,
        // To leave out what begins so would hide too much while the word is not whole.
        Condition::Not(_)
        | Condition::Phrase(_)
        | Condition::Pattern(_)
        | Condition::Field(..)
        | Condition::Type(_)
        | Condition::Id(_)
        | Condition::State(_)
        | Condition::Tag(_)
        | Condition::Untagged
        | Condition::Time(..)
        | Condition::Number(..)
        | Condition::Saved(_) => {}
    }
}

fn tag_wanted(typed: &str) -> Result<TagWanted, String> {
    let (name, within) = match typed.strip_suffix("/*") {
        Some(name) => (name, true),
        None => (typed, false),
    };
    let name = TagName::parse(name).map_err(|why| why.to_string())?;
    Ok(if within { TagWanted::Within(name) } else { TagWanted::Exactly(name) })
}

fn point(text: &str) -> Option<Point> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "today" => return Some(Point::Today),
        "yesterday" => return Some(Point::Yesterday),
        _ => {}
    }
    if let Some(unit) = lower.chars().last().and_then(unit)
        && let Ok(count) = lower[..lower.len() - 1].parse::<u32>()
    {
        return (1..=AGO_MAX).contains(&count).then_some(Point::Ago(count, unit));
    }
    if text.contains(['T', 't']) {
        return Timestamp::parse_rfc3339(text).map(Point::At);
    }
    let mut parts = lower.split('-');
    let mut number = |digits: usize| -> Option<Option<i16>> {
        match parts.next() {
            None => Some(None),
            Some(part) if part.len() == digits && part.bytes().all(|it| it.is_ascii_digit()) => {
                part.parse().ok().map(Some)
            }
            Some(_) => None,
        }
    };
    let year = number(4)??;
    let month = number(2)?.map(i8::try_from).transpose().ok()?;
    let day = number(2)?.map(i8::try_from).transpose().ok()?;
    if parts.next().is_some() {
        return None;
    }
    Zone::utc().start_of(year, month.unwrap_or(1), day.unwrap_or(1))?;
    Some(match (month, day) {
        (Some(month), Some(day)) => Point::Day { year, month, day },
        (Some(month), None) => Point::Month { year, month },
        (None, _) => Point::Year(year),
    })
}

fn unit(letter: char) -> Option<Unit> {
    match letter {
        'h' => Some(Unit::Hours),
        'd' => Some(Unit::Days),
        'w' => Some(Unit::Weeks),
        'm' => Some(Unit::Months),
        'y' => Some(Unit::Years),
        _ => None,
    }
}
