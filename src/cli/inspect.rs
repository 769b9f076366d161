//! `dateline inspect`: what the parser sees in a feed, what extraction sees in a page. Stores nothing.

use std::path::Path;
use std::process::ExitCode;

use crate::app::counted;
use crate::enrich::{self, Hints};
use crate::feed::{self, dump};
use crate::fetch::{Expects, Options, Outcome, Request, Trust};
use crate::news::{CleanUrl, Complaint, Problem};
use crate::page::{self, Page};
use crate::store::Validators;
use crate::text::Document;

use super::arguments::{InspectFeedArguments, InspectPageArguments};
use super::print::{Out, say};
use super::{Failure, Surroundings, change};

pub fn feed(surroundings: &Surroundings, arguments: &InspectFeedArguments) -> Result<ExitCode, Failure> {
    let given = Given { base: arguments.base.as_deref(), content_type: arguments.content_type.as_deref() };
    let source = read(surroundings, &arguments.what, &given, Expects::Feed)?;
    let origin = feed::Origin { url: source.base, content_type: source.content_type };
    let parsed = feed::parse(&source.bytes, &origin);
    let mut out = Out::new();
    if arguments.json {
        out.json(&dump::dump(&parsed));
    }
    match &parsed {
        Ok((parsed, complaints)) if !arguments.json => print_feed(&mut out, parsed, complaints),
        Ok(_) => {}
        Err(problem) => {
            if !arguments.json {
                say(problem.sentence(&surroundings.zone).as_str());
            }
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn page(surroundings: &Surroundings, arguments: &InspectPageArguments) -> Result<ExitCode, Failure> {
    let given = Given { base: arguments.base.as_deref(), content_type: None };
    let source = read(surroundings, &arguments.what, &given, Expects::Page)?;
    let extracted = page::extract(&source.bytes, source.content_type.as_deref(), source.base.as_ref());
    let mut out = Out::new();
    let page = match extracted {
        Ok(page) => page,
        Err(problem) => {
            let sentence = problem.sentence(&surroundings.zone);
            if arguments.json {
                out.json(&serde_json::json!({"ok": false, "error": sentence}));
            } else {
                say(sentence.as_str());
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let document = Document::from_html(&page.html, page.url.as_ref().or(source.base.as_ref()));
    let text = document.plain();
    if arguments.json {
        let metadata = enrich::metadata(&document, &hints(&page));
        out.json(&page::dump(&page, &metadata, &text));
    } else if arguments.text {
        out.line(&text);
    } else {
        print_page(&mut out, &page, &text);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the person said of the document.
struct Given<'a> {
    base: Option<&'a str>,
    content_type: Option<&'a str>,
}

/// A document with what is known of it.
struct Source {
    bytes: Vec<u8>,
    base: Option<CleanUrl>,
    content_type: Option<String>,
}

fn read(surroundings: &Surroundings, what: &str, given: &Given<'_>, expects: Expects) -> Result<Source, Failure> {
    let base = given.base.map(change::address).transpose()?;
    let Some(url) = change::web_address(what) else {
        let bytes = change::read_bytes(Path::new(what))?;
        return Ok(Source { bytes, base, content_type: given.content_type.map(str::to_owned) });
    };
    let request = Request {
        trust: Trust::in_host_of(&url),
        url: url.clone(),
        validators: Validators::default(),
        expects,
        options: Options::default(),
    };
    let response = surroundings.fetcher()?.fetch_now(request);
    match response.outcome {
        Outcome::Fetched { body, content_type, .. } => Ok(Source {
            bytes: body,
            base: base.or(Some(response.url)),
            content_type: given.content_type.map(str::to_owned).or(content_type),
        }),
        Outcome::NotModified { .. } => {
            Err(surroundings.problem(&Problem::Status { host: url.host().to_owned(), status: 304, retry_at: None }))
        }
        Outcome::Failed { problem, .. } => Err(surroundings.problem(&problem)),
    }
}

/// What a page says of its article, for the rules that read it.
fn hints(page: &Page) -> Hints {
    Hints {
        title: page.title.to_string(),
        language: page.language.clone(),
        caption: page.caption.to_string(),
        credit: page.credit.to_string(),
    }
}

fn print_feed(out: &mut Out, parsed: &feed::ParsedFeed, complaints: &[Complaint]) {
    out.line(&format!(
        "{} ({:?}, {})",
        parsed.title,
        parsed.format,
        counted(parsed.articles.len(), "article", "articles")
    ));
    for article in &parsed.articles {
        let when = article.published.map(|it| it.rfc3339()).unwrap_or_else(|| "undated".to_owned());
        out.line(&format!("  {when}  {}", article.title));
    }
    for complaint in complaints {
        out.line(&format!("  ! {}", complaint.0));
    }
}

fn print_page(out: &mut Out, page: &Page, text: &str) {
    out.line(page.title.as_str());
    let facts =
        [page.site.as_str(), page.byline.as_str(), page.section.as_str(), page.language.as_deref().unwrap_or("")];
    let facts: Vec<&str> = facts.into_iter().filter(|it| !it.is_empty()).collect();
    out.line(&facts.join(" · "));
    if !page.caption.is_empty() {
        out.line(&format!("[image: {} {}]", page.caption, page.credit));
    }
    out.line("");
    out.line(text);
}
