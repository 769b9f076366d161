//! newsboat's query feeds, `query:NAME:EXPRESSION`, as queries of Dateline's language. What has no equal there is told
//! with the reason and never guessed at.

use super::opml::tag_of;
use crate::news::{CleanText, Limit};

/// A query feed in the words of Dateline's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedSearch {
    pub name: CleanText,
    pub query: CleanText,
}

/// Reads what stands behind `query:`. The error is why it can't be translated, half a sentence.
pub fn read(text: &str) -> Result<NamedSearch, String> {
    let (name, expression) = text.split_once(':').ok_or("it has no expression behind its name")?;
    let mut reading = Reading { tokens: tokens(expression)?, at: 0, depth: 0 };
    let query = reading.any()?;
    if reading.at < reading.tokens.len() {
        return Err("its expression goes on where it should end".to_owned());
    }
    if query.len() > QUERY_BYTES_MAX {
        return Err("it is longer than a query may be".to_owned());
    }
    Ok(NamedSearch { name: CleanText::line(name, Limit::TITLE), query: CleanText::line(&query, Limit::SENTENCE) })
}

/// Well below what a sentence may hold.
const QUERY_BYTES_MAX: usize = 1_500;
/// Parentheses that stand within one another.
const DEPTH_MAX: usize = 20;
/// The days that an age may name: a hundred years.
const DAYS_MAX: u32 = 36_500;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
    Quoted(String),
    Operator(&'static str),
}

/// Longer ones first: `=~` is not `=`.
const OPERATORS: [&str; 11] = ["==", "=~", "!=", "!~", "!#", "<=", ">=", "=", "<", ">", "#"];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(inside) = rest.strip_prefix('"') {
            let (word, after) = super::newsboat::quoted_word(inside);
            out.push(Token::Quoted(word));
            rest = after;
        } else if let Some(operator) = OPERATORS.into_iter().find(|it| rest.starts_with(it)) {
            out.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
        } else if first == '(' || first == ')' {
            out.push(if first == '(' { Token::Open } else { Token::Close });
            rest = &rest[1..];
        } else {
            let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | ':' | '-');
            let end = rest.find(|it| !is_word(it)).unwrap_or(rest.len());
            if end == 0 {
                return Err(format!("{first} means nothing in it"));
            }
            out.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(out)
}

struct Reading {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Reading {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn takes(&mut self, word: &str) -> bool {
        let is_it = matches!(self.tokens.get(self.at), Some(Token::Word(it)) if it.eq_ignore_ascii_case(word));
        self.at += usize::from(is_it);
        is_it
    }

    fn any(&mut self) -> Result<String, String> {
        let mut parts = vec![self.all()?];
        while self.takes("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(" or ")) })
    }

    fn all(&mut self) -> Result<String, String> {
        let mut parts = vec![self.one()?];
        while self.takes("and") {
            parts.push(self.one()?);
        }
        Ok(parts.join(" "))
    }

    fn one(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Open) => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return Err("its parentheses stand too deep".to_owned());
                }
                let inner = self.any()?;
                self.depth -= 1;
                match self.next() {
                    Some(Token::Close) => Ok(inner),
                    Some(_) | None => Err("a parenthesis is not closed".to_owned()),
                }
            }
            Some(Token::Word(attribute)) => self.comparison(&attribute),
            Some(Token::Close | Token::Quoted(_) | Token::Operator(_)) | None => {
                Err("its expression is not whole".to_owned())
            }
        }
    }

    fn comparison(&mut self, attribute: &str) -> Result<String, String> {
        let operator = match self.next() {
            Some(Token::Operator(it)) => it,
            Some(Token::Word(it)) if it.eq_ignore_ascii_case("between") => "between",
            Some(Token::Word(_) | Token::Quoted(_) | Token::Open | Token::Close) | None => {
                return Err("its expression is not whole".to_owned());
            }
        };
        let value = match self.next() {
            Some(Token::Quoted(it) | Token::Word(it)) => it,
            Some(Token::Operator(_) | Token::Open | Token::Close) | None => {
                return Err("its expression is not whole".to_owned());
            }
        };
        let (operator, negated) = match operator {
            "!=" => ("=", true),
            "!~" => ("=~", true),
            "!#" => ("#", true),
            "==" => ("=", false),
            other => (other, false),
        };
        let no_equal = || Err(format!("{attribute} {operator} has no equal in Dateline's queries"));
        let wanted = match (attribute, operator) {
            ("unread", "=") => return unread(&value, negated),
            ("age", _) => age(operator, &value)?,
            ("title", "=~") => pattern("title", &value),
            ("content" | "description", "=~") => pattern("text", &value),
            ("title", "=") => pattern("title", &format!("^{}$", escaped(&value))),
            ("author", "=~") if is_plain(&value) => quoted("author", &value),
            ("feedtitle", "=" | "=~") if is_plain(&value) => quoted("feed", &value),
            ("link", "=~") if is_plain(&value) => quoted("url", &value),
            ("author" | "feedtitle" | "link", "=~") => {
                return Err(format!("Dateline knows patterns of title and text, not of {attribute}"));
            }
            ("tags", "#") => match tag_of(&value) {
                Some(tag) => format!("#{tag}"),
                None => return Err(format!("{value} can't be a tag")),
            },
            ("enclosure_type", "=~") if ["audio", "video", "image"].iter().any(|it| value.starts_with(it)) => {
                format!("type:{}", &value[..5])
            }
            ("flags", _) => return Err("flags are tags here, and no list says which".to_owned()),
            _ => return no_equal(),
        };
        Ok(if negated { format!("not ({wanted})") } else { wanted })
    }
}

fn unread(value: &str, negated: bool) -> Result<String, String> {
    match (value.to_ascii_lowercase().as_str(), negated) {
        ("yes", false) | ("no", true) => Ok("unread".to_owned()),
        ("no", false) | ("yes", true) => Ok("read".to_owned()),
        _ => Err(format!("unread is yes or no, not {value}")),
    }
}

/// newsboat counts whole days since an article was published: less than one day is 0.
fn age(operator: &str, value: &str) -> Result<String, String> {
    let days = |text: &str| -> Result<u32, String> {
        text.trim().parse().ok().filter(|it| *it <= DAYS_MAX).ok_or(format!("{text} is no number of days"))
    };
    let within = |days: u32| format!("@{}h", days * 24);
    match operator {
        "between" => {
            let (from, to) = value.split_once(':').ok_or("between wants two numbers")?;
            let (from, to) = (days(from)?, days(to)?);
            let older = if from == 0 { String::new() } else { format!(" not ({})", within(from)) };
            Ok(format!("{}{older}", within(to.saturating_add(1))))
        }
        "<" if days(value)? > 0 => Ok(within(days(value)?)),
        "<=" => Ok(within(days(value)? + 1)),
        ">" => Ok(format!("not ({})", within(days(value)? + 1))),
        ">=" if days(value)? > 0 => Ok(format!("not ({})", within(days(value)?))),
        "=" if days(value)? == 0 => Ok(within(1)),
        "=" => Ok(format!("{} not ({})", within(days(value)? + 1), within(days(value)?))),
        _ => Err(format!("age {operator} {value} has no equal in Dateline's queries")),
    }
}

/// newsboat's patterns heed no case.
fn pattern(field: &str, value: &str) -> String {
    format!("{field}:/{}/i", value.replace('/', "\\/"))
}

fn quoted(field: &str, value: &str) -> String {
    format!("{field}:\"{value}\"")
}

fn is_plain(value: &str) -> bool {
    !value.is_empty() && value.chars().all(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
}

fn escaped(value: &str) -> String {
    let mut out = String::new();
    for it in value.chars() {
        if "\\.+*?()|[]{}^$".contains(it) {
            out.push('\\');
        }
        out.push(it);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(expression: &str) -> Result<String, String> {
        read(&format!("Name:{expression}")).map(|it| it.query.to_string())
    }

    #[test]
    fn what_has_an_equal_is_translated() {
        let cases = [
            ("unread = \"yes\"", "unread"),
            ("unread != \"yes\"", "read"),
            ("title =~ \"rust|zig\"", "title:/rust|zig/i"),
            ("title =~ \"a/b\"", "title:/a\\/b/i"),
            ("content !~ \"sport\"", "not (text:/sport/i)"),
            ("age < 7", "@168h"),
            ("age <= 1", "@48h"),
            ("age between 1:3", "@96h not (@24h)"),
            ("unread = \"yes\" and age < 3", "unread @72h"),
            ("unread = \"yes\" and (tags # \"world news\" or tags # \"tech\")", "unread (#world-news or #tech)"),
            ("feedtitle =~ \"Kabar\"", "feed:\"Kabar\""),
            ("enclosure_type =~ \"audio/\"", "type:audio"),
        ];
        for (expression, wanted) in cases {
            assert_eq!(query(expression).as_deref(), Ok(wanted), "{expression}");
        }
    }

    #[test]
    fn what_has_none_is_told_with_the_reason() {
        assert!(query("flags # \"s\"").unwrap_err().contains("flags are tags"));
        assert!(query("unread_count > \"0\"").unwrap_err().contains("unread_count"));
        assert!(query("link =~ \"a.*b\"").unwrap_err().contains("not of link"));
        assert!(query("unread = \"yes\" and").unwrap_err().contains("not whole"));
        assert!(query("(unread = \"yes\"").unwrap_err().contains("not closed"));
        assert!(query(&"(".repeat(1_000)).unwrap_err().contains("too deep"));
        assert!(read("Only a name").is_err());
    }
}
