//! A query for this moment: days become the moments at which they begin in the person's zone, and saved searches what
//! they ask for. The store takes settled queries only, since it knows neither zone nor present.

use crate::news::{CleanText, Limit, Now, Timestamp};

use super::{Condition, NamedQuery, Point, Query, QueryError, Span, Unit};

/// A search that names another that names a third… deeper ones are a circle.
const SAVED_DEPTH_MAX: usize = 8;

impl Query {
    /// The same with every day as moments and every saved search as what it asks for.
    ///
    /// # Errors
    /// A search is named that is not saved, is broken, or names itself.
    pub fn settled(&self, now: &Now, saved: &[NamedQuery<'_>]) -> Result<Query, QueryError> {
        self.settled_within(now, saved, 0)
    }

    /// Whether it means the same at every moment: it names no day and no saved search.
    pub fn is_settled(&self) -> bool {
        self.condition().is_none_or(is_settled)
    }

    fn settled_within(&self, now: &Now, saved: &[NamedQuery<'_>], depth: usize) -> Result<Query, QueryError> {
        let Query::Where(wanted) = self else { return Ok(Query::Everything) };
        let mut wanted = wanted.clone();
        wanted.condition = match &wanted.condition {
            Some(condition) => settle(condition, now, saved, depth)?,
            None => None,
        };
        Ok(Query::Where(wanted))
    }
}

/// `None` where a saved search asks for everything.
fn settle(
    condition: &Condition,
    now: &Now,
    saved: &[NamedQuery<'_>],
    depth: usize,
) -> Result<Option<Condition>, QueryError> {
    let each = |inner: &[Condition]| -> Result<Vec<Option<Condition>>, QueryError> {
        inner.iter().map(|it| settle(it, now, saved, depth)).collect()
    };
    Ok(match condition {
        Condition::All(inner) => {
            let settled: Vec<Condition> = each(inner)?.into_iter().flatten().collect();
            (!settled.is_empty()).then(|| Condition::all(settled))
        }
        Condition::Any(inner) => {
            // One alternative that holds for everything makes all of them hold.
            each(inner)?.into_iter().collect::<Option<Vec<_>>>().map(Condition::any)
        }
        Condition::Not(inner) => {
            let nothing = || Condition::Id(Vec::new());
            Some(settle(inner, now, saved, depth)?.map_or_else(nothing, |it| Condition::Not(Box::new(it))))
        }
        Condition::Time(moment, span) => Some(Condition::Time(*moment, settled_span(*span, now))),
        Condition::Saved(name) => named(name, now, saved, depth)?,
        Condition::Word(_)
        | Condition::Phrase(_)
        | Condition::Pattern(_)
        | Condition::Field(..)
        | Condition::Type(_)
        | Condition::Id(_)
        | Condition::State(_)
        | Condition::Tag(_)
        | Condition::Untagged
        | Condition::Number(..) => Some(condition.clone()),
    })
}

fn named(name: &CleanText, now: &Now, saved: &[NamedQuery<'_>], depth: usize) -> Result<Option<Condition>, QueryError> {
    let wrong =
        |sentence: String| QueryError { column: 1, length: 1, sentence: CleanText::line(&sentence, Limit::SENTENCE) };
    if depth >= SAVED_DEPTH_MAX {
        return Err(wrong(format!("the saved search “{name}” leads back to itself")));
    }
    let wanted = name.as_str().to_lowercase();
    let Some(found) = saved.iter().find(|it| it.name.to_lowercase() == wanted) else {
        return Err(wrong(format!("there is no saved search called “{name}”")));
    };
    let query = Query::parse(found.text).map_err(|why| wrong(format!("the saved search “{name}” is broken: {why}")))?;
    Ok(query.settled_within(now, saved, depth + 1)?.condition().cloned())
}

fn is_settled(condition: &Condition) -> bool {
    let is_moment = |it: &Option<Point>| it.is_none_or(|it| matches!(it, Point::At(_)));
    condition.leaves().iter().all(|leaf| match leaf.condition {
        Condition::Time(_, Span::Between(from, to)) => is_moment(from) && is_moment(to),
        other => !matches!(other, Condition::Time(..) | Condition::Saved(_)),
    })
}

fn settled_span(span: Span, now: &Now) -> Span {
    let (from, to) = match span {
        Span::One(point) => stretch(point, now),
        Span::Between(from, to) => {
            let from = from.and_then(|it| stretch(it, now).0);
            let to = to.and_then(|it| match it {
                // `@2w..1w` is what the last two weeks hold without the last one.
                Point::Ago(..) => stretch(it, now).0,
                Point::At(moment) => Some(moment),
                Point::Today | Point::Yesterday | Point::Day { .. } | Point::Month { .. } | Point::Year(_) => {
                    stretch(it, now).1
                }
            });
            (from, to)
        }
    };
    Span::Between(from.map(Point::At), to.map(Point::At))
}

/// From when on, and until before when. `None` where no day of the calendar bounds it.
fn stretch(point: Point, now: &Now) -> (Option<Timestamp>, Option<Timestamp>) {
    let zone = &now.zone;
    let back = |months: i64, days: i64| Some(zone.start_of_day_before(now.utc, months, days));
    let of = |year, month, day| zone.start_of(year, month, day);
    match point {
        Point::Today => (back(0, 0), back(0, -1)),
        Point::Yesterday => (back(0, 1), back(0, 0)),
        Point::Ago(count, unit) => {
            let count = i64::from(count);
            let from = match unit {
                Unit::Hours => Some(now.utc.plus(-count * 3_600)),
                Unit::Days => back(0, count - 1),
                Unit::Weeks => back(0, count * 7 - 1),
                // The day after: a month back from 30 March is 28 February, and March is whole.
                Unit::Months => back(count, -1),
                Unit::Years => back(count * 12, -1),
            };
            (from, None)
        }
        Point::Day { year, month, day } => {
            let from = of(year, month, day);
            (from, from.map(|it| zone.start_of_day_before(it, 0, -1)))
        }
        Point::Month { year, month } => {
            let next = if month == 12 { of(year + 1, 1, 1) } else { of(year, month + 1, 1) };
            (of(year, month, 1), next)
        }
        Point::Year(year) => (of(year, 1, 1), of(year + 1, 1, 1)),
        Point::At(moment) => (Some(moment), None),
    }
}
