//! Web pages: the full text of an article, and pages to keep. A page is stored only where it has more to read than
//! what is there already.

use super::arrive::contained;
use super::index::index_now;
use super::{FullText, Pipeline, PipelineError, hosts};
use crate::fetch::{Expects, Options, Outcome, Request, Trust};
use crate::news::{Article, ArticleId, CleanText, CleanUrl, FeedKind, Limit, Problem};
use crate::page::{self, Page};
use crate::store::{Answer, Ask, Change, Done, Origin, PageArrival, SavedArticle, StoreError, Validators};
use crate::text::Document;

pub(super) fn full_text(pipeline: &Pipeline, id: ArticleId) -> Result<FullText, PipelineError> {
    let article = article(pipeline, id)?;
    let url = article.row.url.clone().ok_or(PipelineError::Problem(Problem::NoAddress))?;
    let trust = trust(pipeline, &article, &url)?;
    let (page, url) = fetch_page(pipeline, url, trust)?;
    let words = page.words;
    let feed_words = Document::from_html(&article.body.feed, article.row.url.as_ref()).words();
    let stored_words = article.body.page.as_ref().map_or(0, |it| it.words);
    if words <= feed_words || words < stored_words {
        return Ok(FullText::NotBetter { words, feed_words });
    }
    let arrival = PageArrival { article: id, page, url, at: (pipeline.clock)() };
    pipeline.library.change(Change::StorePage(Box::new(arrival)))?;
    index_now(&pipeline.library, id)?;
    Ok(FullText::Stored { words, feed_words })
}

pub(super) fn save(pipeline: &Pipeline, url: &CleanUrl, origin: Origin) -> Result<ArticleId, PipelineError> {
    let (page, url) = fetch_page(pipeline, url.clone(), Trust::in_host_of(url))?;
    let article = Box::new(SavedArticle { url: Some(url), page, at: (pipeline.clock)() });
    let Done::Saved { article, .. } = pipeline.library.change(Change::Save { article, origin })?.done else {
        return Err(words("The library did not take the page. Run `dateline doctor`.").into());
    };
    index_now(&pipeline.library, article)?;
    Ok(article)
}

fn article(pipeline: &Pipeline, id: ArticleId) -> Result<Article, StoreError> {
    let Answer::Article(Some(article)) = pipeline.library.ask(Ask::Article(id))? else {
        return Err(words("That article is no longer in the library. Refresh the list."));
    };
    Ok(*article)
}

/// What a person trusted when this article came: the host and port of its feed, or of the page they saved.
fn trust(pipeline: &Pipeline, article: &Article, url: &CleanUrl) -> Result<Trust, StoreError> {
    let today = (pipeline.clock)();
    let Answer::Tree(tree) = pipeline.library.ask(Ask::Tree { today })? else { return Ok(Trust::default()) };
    let feed = tree.feeds.iter().find(|it| it.id == article.row.feed);
    Ok(match feed.map(|it| (it.kind, &it.url)) {
        Some((FeedKind::Fetched, Some(feed))) => Trust::in_host_of(feed),
        Some((FeedKind::Saved, _)) => Trust::in_host_of(url),
        Some((FeedKind::Fetched, None)) | None => Trust::default(),
    })
}

/// Fetches a page and reads its article; also where it came from in the end.
fn fetch_page(pipeline: &Pipeline, url: CleanUrl, trust: Trust) -> Result<(Page, CleanUrl), PipelineError> {
    hosts::recall(pipeline)?;
    let (validators, options) = (Validators::default(), Options::default());
    let request = Request { url, validators, expects: Expects::Page, trust, options };
    let response = pipeline.fetcher.fetch_now(request);
    hosts::note(pipeline, &response)?;
    let (body, content_type) = match response.outcome {
        Outcome::Fetched { body, content_type, .. } => (body, content_type),
        Outcome::Failed { problem, .. } => return Err(PipelineError::Problem(problem)),
        Outcome::NotModified { .. } => return Err(PipelineError::Problem(Problem::NoArticle)),
    };
    if body.trim_ascii().is_empty() {
        return Err(PipelineError::Problem(Problem::Empty { host: response.url.host().to_owned() }));
    }
    let page = contained("reading the page", || page::extract(&body, content_type.as_deref(), Some(&response.url)));
    Ok((page.and_then(|it| it).map_err(PipelineError::Problem)?, response.url))
}

fn words(text: &str) -> StoreError {
    StoreError::Words(CleanText::line(text, Limit::SENTENCE))
}
