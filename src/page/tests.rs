//! Pages of the kinds that extraction meets, written for these tests, and what must come of them.

use super::Page;
use super::{HTML_BYTES_MAX, contained, extract};
use crate::news::{CleanUrl, Problem};

const HARBOUR: &str = r##"<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8">
<title>Veerpont naar het eiland vaart weer | De Waddenbode</title>
<meta property="og:title" content="Veerpont naar het eiland vaart weer">
<meta property="og:site_name" content="De Waddenbode">
<meta property="article:published_time" content="2024-02-11T08:30:00+01:00">
<meta property="article:section" content="Regio">
<meta name="author" content="Door Anneke de Boer">
<meta property="og:image" content="/foto/veerpont-1200.jpg">
<link rel="canonical" href="/regio/veerpont">
<script>document.write("<p>niet dit</p>")</script><style>p { color: red }</style></head>
<body><header><nav><a href="/">Voorpagina</a> <a href="/regio">Regio</a></nav></header>
<main><article><h1>Veerpont naar het eiland vaart weer</h1><p class="byline">Door Anneke de Boer</p>
<figure><img src="/foto/veerpont-1200.jpg" alt="De pont" width="1200" height="800"><figcaption>De pont vertrekt uit de haven. <small>Foto: Jan Visser/ANP</small></figcaption></figure>
<div class="share-buttons"><span>Delen:</span> <a href="#f">Facebook</a> <a href="#m">E-mail</a></div>
<div class="tekst"><p>HARLINGEN - De veerpont naar het eiland vaart sinds zondagochtend weer, nadat hij drie dagen stil had gelegen door de storm en het hoge water.</p>
<p>“We zijn blij dat we weer <a href="/kaart?a=1&amp;b=2">kunnen varen</a>,” zei schipper Piet Dijkstra tegen persbureau ANP. Volgens hem wachtten er ruim honderd reizigers op de kade, sommigen al sinds vrijdag.</p>
<p><strong>Lees ook:</strong> <a href="/regio/dijk">Dijk hield stand tijdens de storm, maar net aan</a></p>
<h2>Extra afvaarten</h2>
<p>De rederij zet maandag en dinsdag extra boten in om iedereen naar huis te brengen, en vraagt reizigers met een auto om vooraf een plaats te reserveren.</p>
<p>Schrijf je in voor onze nieuwsbrief en mis niets van het nieuws uit de regio, elke dag om zeven uur in je mailbox.</p>
<ul><li>Maandag: acht afvaarten</li><li>Dinsdag: <a href="javascript:alert(1)">tien afvaarten</a></li></ul>
<p onclick="steal()">De kade blijft volgens de gemeente tot woensdag gesloten voor wandelaars, omdat stenen uit de glooiing zijn losgeslagen.<img src="https://teller.example/pixel.gif" width="1" height="1"></p></div>
<div class="related"><h3>Meer over</h3><ul><li><a href="/a">Storm</a></li><li><a href="/b">Haven</a></li></ul></div></article>
<aside><h2>Meest gelezen</h2><ol><li><a href="/c">Markt verhuist naar het plein</a></li></ol></aside></main>
<footer><p>Over ons · Privacybeleid</p></footer></body></html>"##;

fn page(html: &str) -> Page {
    let base = CleanUrl::parse("https://waddenbode.example/regio/veerpont?van=feed").unwrap();
    extract(html.as_bytes(), Some("text/html; charset=utf-8"), Some(&base)).unwrap()
}

#[test]
fn an_article_is_found_among_its_page() {
    let page = page(HARBOUR);
    assert_eq!(page.title.as_str(), "Veerpont naar het eiland vaart weer");
    assert_eq!(page.byline.as_str(), "Anneke de Boer");
    assert_eq!(page.site.as_str(), "De Waddenbode");
    assert_eq!(page.section.as_str(), "Regio");
    assert_eq!(page.language.as_deref(), Some("nl"));
    assert_eq!(page.published.map(|it| it.rfc3339()).as_deref(), Some("2024-02-11T07:30:00Z"));
    assert_eq!(page.url.as_ref().map(CleanUrl::as_str), Some("https://waddenbode.example/regio/veerpont"));
    assert_eq!(page.images[0].as_str(), "https://waddenbode.example/foto/veerpont-1200.jpg");
    for gone in [
        "Facebook",
        "Delen",
        "Lees ook",
        "Dijk hield stand",
        "Meest gelezen",
        "Privacybeleid",
        "Voorpagina",
        "niet dit",
        "Anneke",
        "Meer over",
        "<h1>",
    ] {
        assert!(!page.html.0.contains(gone), "{gone} in {}", page.html.0);
    }
    for kept in [
        "<p>HARLINGEN - De veerpont",
        "Piet Dijkstra",
        "<h2>Extra afvaarten</h2>",
        "<li>Maandag: acht afvaarten</li>",
        "losgeslagen.",
    ] {
        assert!(page.html.0.contains(kept), "{kept} in {}", page.html.0);
    }
}

#[test]
fn the_lead_caption_and_its_credit_stand_apart_from_the_text() {
    let page = page(HARBOUR);
    assert_eq!(page.caption.as_str(), "De pont vertrekt uit de haven.");
    assert_eq!(page.credit.as_str(), "Jan Visser/ANP");
    assert!(!page.html.0.contains("vertrekt uit de haven") && !page.html.0.contains("Jan Visser"));
    assert_eq!(page.html.0.matches("veerpont-1200.jpg\" alt=\"De pont\"").count(), 1, "{}", page.html.0);
}

#[test]
fn nothing_that_acts_survives() {
    let page = page(HARBOUR);
    for gone in ["onclick", "javascript:", "steal", "pixel.gif", "<script", "style", "class="] {
        assert!(!page.html.0.contains(gone), "{gone} in {}", page.html.0);
    }
    assert!(page.html.0.contains("<a href=\"https://waddenbode.example/kaart?a=1&amp;b=2\">kunnen varen</a>"));
    assert!(page.html.0.contains("tien afvaarten"));
}

#[test]
fn a_base_that_is_no_web_address_is_ignored() {
    let html = HARBOUR.replace("<title>", "<base href=\"javascript:alert(1)//\"><title>");
    assert!(page(&html).html.0.contains("https://waddenbode.example/kaart"));
    let html = HARBOUR.replace("<title>", "<base href=\"https://cdn.example/x/\"><title>");
    assert!(page(&html).html.0.contains("https://cdn.example/kaart"));
}

#[test]
fn a_class_name_on_the_whole_article_does_not_empty_it() {
    let html = HARBOUR.replace("<div class=\"tekst\">", "<div class=\"tekst share-target related newsletter\">");
    assert!(page(&html).html.0.contains("<p>HARLINGEN - De veerpont"));
}

#[test]
fn what_is_not_a_page_is_refused_by_its_name() {
    for (bytes, content_type, named) in [
        (&b"%PDF-1.7 x"[..], Some("application/pdf"), "application/pdf"),
        (b"%PDF-1.7 x", None, "application/pdf"),
        (b"\x00\x01\x02binary", None, "application/octet-stream"),
        (b"<p>x</p>", Some("video/mp4"), "video/mp4"),
    ] {
        let problem = extract(bytes, content_type, None).unwrap_err();
        assert_eq!(problem, Problem::NotAPage { content_type: named.to_owned() });
    }
}

#[test]
fn a_page_without_an_article_says_so() {
    let shell = "<html><head><title>App</title></head><body><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript></body></html>";
    let wall = "<html><body><div><p>Please enable JavaScript and accept cookies to go on reading this page. It takes a moment only, and you can change your mind at any time later.</p></div></body></html>";
    for html in [shell, wall, "<html></html>", ""] {
        assert_eq!(extract(html.as_bytes(), Some("text/html"), None).unwrap_err(), Problem::NoArticle, "{html}");
    }
}

#[test]
fn a_text_that_only_scripts_would_show_is_taken_from_the_page_s_own_data() {
    let body = "Die Brücke über den alten Kanal ist seit Montag wieder offen, teilte die Stadt mit. Drei Jahre lang war sie gesperrt. Nun fahren auch Busse wieder über sie, und die Schule am anderen Ufer ist zu Fuß erreichbar.";
    let html = format!(
        "<html><head><title>Brücke offen</title><script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@graph\":[{{\"@type\":\"WebPage\"}},{{\"@type\":\"NewsArticle\",\"headline\":\"Brücke offen\",\"author\":[{{\"name\":\"Lena Ott\"}}],\"datePublished\":\"2024-05-06\",\"articleBody\":\"{body}\"}}]}}</script></head><body><div id=app></div></body></html>"
    );
    let page = extract(html.as_bytes(), Some("text/html; charset=utf-8"), None).unwrap();
    assert!(page.html.0.contains("Drei Jahre lang"));
    assert_eq!((page.byline.as_str(), page.title.as_str()), ("Lena Ott", "Brücke offen"));
}

#[test]
fn charsets_of_headers_and_of_pages_are_obeyed() {
    let text = "<html><head><meta charset=\"windows-1251\"><title>Мост открыт</title></head><body><article><h1>Мост открыт</h1><p>КАЗАНЬ — Мост через реку открыли в понедельник, спустя три года после начала ремонта, сообщила мэрия города журналистам утром.</p><p>Жители ждали этого дня давно: дорога на рынок стала короче на двадцать минут, а школьники снова ходят пешком.</p></article></body></html>";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(text);
    for content_type in [Some("text/html"), Some("text/html; charset=windows-1251"), None] {
        let page = extract(&bytes, content_type, None).unwrap();
        assert_eq!(page.title.as_str(), "Мост открыт");
        assert!(page.html.0.contains("через реку открыли"), "{content_type:?}: {}", page.html.0);
    }
}

#[test]
fn a_plain_text_is_read_as_one() {
    let page = extract(
        b"Bridge opens\n\nThe bridge opened on Monday after three years, and buses cross it again.\n",
        Some("text/plain"),
        None,
    )
    .unwrap();
    assert_eq!((page.title.as_str(), page.words), ("Bridge opens", 13));
}

#[test]
fn hostile_pages_cost_little_and_give_little() {
    let deep = "<div>".repeat(64_000);
    let lists = "<ul><li>".repeat(32_000);
    let empty = "<p></p>".repeat(400_000);
    let line = format!("<p>{}</p>", "word ".repeat(900_000));
    for (name, html) in [("deep", deep), ("lists", lists), ("empty", empty), ("line", line)] {
        match extract(html.as_bytes(), Some("text/html"), None) {
            Ok(page) => assert!(page.html.0.len() <= HTML_BYTES_MAX + 64, "{name}"),
            Err(problem) => assert!(matches!(problem, Problem::TooComplex | Problem::NoArticle), "{name}: {problem:?}"),
        }
    }
}

#[test]
fn a_panic_inside_extraction_is_a_problem_like_others() {
    let problem = contained(|| panic!("the tree broke")).unwrap_err();
    assert_eq!(problem, Problem::Contained { detail: "the tree broke".to_owned() });
}

#[test]
fn captions_told_apart_by_class_alone_leave_the_text() {
    let html = HARBOUR.replace(
        "<figure><img src=\"/foto/veerpont-1200.jpg\" alt=\"De pont\" width=\"1200\" height=\"800\"><figcaption>De pont vertrekt uit de haven. <small>Foto: Jan Visser/ANP</small></figcaption></figure>",
        "<div class=\"beeld\"><img src=\"/foto/veerpont-1200.jpg\" alt=\"\"><p class=\"image-caption\">De pont vertrekt uit de haven. (Jan Visser/ANP)</p></div>",
    );
    let page = page(&html);
    assert_eq!((page.caption.as_str(), page.credit.as_str()), ("De pont vertrekt uit de haven.", "Jan Visser/ANP"));
    assert!(!page.html.0.contains("vertrekt uit de haven"), "{}", page.html.0);
}
