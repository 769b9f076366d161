//! The edition's web pages, dressed as newspapers dress theirs: navigation, share buttons, related articles. Taking the
//! article out of them is what fetching the full text is for.

use std::fmt::Write as _;

use super::edition::{Article, Feed};
use super::render::{article_html, escaped, feed_path};

/// The page of one article.
pub(super) fn article(feed: &Feed, article: &Article, base: &str) -> String {
    let related: String = feed
        .articles
        .iter()
        .filter(|it| it.name != article.name)
        .take(3)
        .map(|it| format!("<li><a href=\"{base}/{}/{}\">{}</a></li>\n", feed.name, it.name, escaped(&it.title)))
        .collect();
    let mut out = head(feed, &article.title, &article.language, base);
    let published = article.at.rfc3339();
    let _ = write!(
        out,
        "<main>\n<article>\n<header>\n<h1>{title}</h1>\n<p class=\"byline\"><span class=\"author\">{author}</span> · \
         <time datetime=\"{published}\">{day}</time></p>\n<ul class=\"share social-share\">\n\
         <li><button type=\"button\">Share</button></li>\n<li><button type=\"button\">Copy link</button></li>\n\
         <li><button type=\"button\">Print</button></li>\n</ul>\n</header>\n<div class=\"article-body\">\n{body}\n</div>\n\
         </article>\n<aside class=\"related\">\n<h2>More from {feed}</h2>\n<ul>\n{related}</ul>\n</aside>\n\
         <aside class=\"newsletter\">\n<form action=\"{base}/{name}/letter\"><label>The edition by letter \
         <input type=\"email\" placeholder=\"you@example.org\"></label> <button>Subscribe</button></form>\n</aside>\n\
         </main>\n",
        title = escaped(&article.title),
        author = escaped(&article.author),
        day = published.split('T').next().unwrap_or_default(),
        body = article_html(feed, article, base),
        feed = escaped(&feed.title),
        name = feed.name,
    );
    // What a page says about its article stands in its head.
    let meta = format!(
        "<meta name=\"author\" content=\"{}\">\n<meta property=\"og:title\" content=\"{}\">\n\
         <meta property=\"og:type\" content=\"article\">\n<meta property=\"og:site_name\" content=\"{}\">\n\
         <meta property=\"article:published_time\" content=\"{published}\">\n</head>",
        escaped(&article.author),
        escaped(&article.title),
        escaped(&feed.title)
    );
    out = out.replacen("</head>", &meta, 1);
    out.push_str(&foot(feed));
    out
}

/// The front page of a feed's site.
pub(super) fn front(feed: &Feed, base: &str) -> String {
    let mut out = head(feed, &feed.about, &feed.language, base);
    let _ = write!(out, "<main>\n<h1>{}</h1>\n<p>{}</p>\n<ul>\n", escaped(&feed.title), escaped(&feed.about));
    for it in &feed.articles {
        let _ = writeln!(out, "<li><a href=\"{base}/{}/{}\">{}</a></li>", feed.name, it.name, escaped(&it.title));
    }
    out.push_str("</ul>\n</main>\n");
    out.push_str(&foot(feed));
    out
}

/// A picture of the sea under a sky whose colour comes from the article's name.
pub(super) fn picture(article: &Article) -> String {
    let hue = article.name.bytes().fold(0_u32, |sum, it| (sum * 31 + u32::from(it)) % 360);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 360\"><rect width=\"640\" height=\"360\" \
         fill=\"hsl({hue} 60% 80%)\"/><circle cx=\"{}\" cy=\"190\" r=\"46\" fill=\"hsl({hue} 90% 94%)\"/>\
         <rect y=\"210\" width=\"640\" height=\"150\" fill=\"hsl(205 45% 38%)\"/>\
         <path d=\"M250 210l30-70 6 70z\" fill=\"#fff\"/></svg>\n",
        120 + hue
    )
}

fn head(feed: &Feed, title: &str, language: &str, base: &str) -> String {
    let direction = if matches!(language, "ar" | "he") { "rtl" } else { "ltr" };
    let feed_type = match feed_path(feed).rsplit('.').next() {
        Some("json") => "application/feed+json",
        Some("rdf") => "application/rdf+xml",
        Some(_) | None if feed_path(feed).ends_with("atom.xml") => "application/atom+xml",
        Some(_) | None => "application/rss+xml",
    };
    format!(
        "<!doctype html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} – {site}</title>\n\
         <link rel=\"alternate\" type=\"{feed_type}\" title=\"{site}\" href=\"{base}{path}\">\n\
         <style>body{{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.1rem/1.6 serif}}nav li,.share li{{display:inline;\
         margin-inline-end:1em}}ul.share,nav ul{{padding:0}}img{{max-width:100%;height:auto}}figcaption,.byline{{color:#666}}\
         </style>\n</head>\n<body>\n<header class=\"site-header\">\n<a class=\"logo\" href=\"{base}/{name}/\">{site}</a>\n\
         <nav><ul><li><a href=\"{base}/{name}/\">Home</a></li><li><a href=\"{base}/{name}/#latest\">Latest</a></li>\
         <li><a href=\"{base}{path}\">Feed</a></li></ul></nav>\n</header>\n",
        title = escaped(title),
        site = escaped(&feed.title),
        path = feed_path(feed),
        name = feed.name,
    )
}

fn foot(feed: &Feed) -> String {
    format!(
        "<footer class=\"site-footer\"><p>{} is part of the demo edition of Dateline. Its news is invented.</p>\
         <p><a href=\"#top\">Back to top</a></p></footer>\n</body>\n</html>\n",
        escaped(&feed.title)
    )
}
