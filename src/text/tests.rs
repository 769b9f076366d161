//! From HTML to lines: what a reader sees of each kind of block, at several widths, and what holds for any HTML.

use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use super::{Block, Document, LINES_MAX, Role, TEXT_BYTES_MAX};
use crate::news::{CleanUrl, Html, clean_char};

fn read(html: &str) -> Document {
    let base = CleanUrl::parse("https://example.org/news/one").unwrap();
    Document::from_html(&Html(html.to_owned()), Some(&base))
}

fn shown(html: &str, width: usize) -> String {
    text_of(&read(html), width).join("\n")
}

fn text_of(document: &Document, width: usize) -> Vec<String> {
    document.lines(width).iter().map(|line| line.spans.iter().map(|it| it.text.as_str()).collect()).collect()
}

/// Cells as ratatui's buffer gives them, span by span.
fn cells(line: &super::Line) -> usize {
    line.spans.iter().flat_map(|it| it.text.as_str().graphemes(true)).map(|it| usize::from(it.cell_width())).sum()
}

const TIDE: &str = "<p>The tide went out <em>before dawn</em>, further than the harbour master, who has kept the log \
                    since 1987, had <strong>ever</strong> written down.</p><p>By noon it was back.</p>";

#[test]
fn paragraphs_are_wrapped_and_parted_by_a_blank_line() {
    assert_eq!(
        shown(TIDE, 20),
        "The tide went out\nbefore dawn, further\nthan the harbour\nmaster, who has kept\nthe log since 1987,\nhad ever \
         written\ndown.\n\nBy noon it was back."
    );
    assert_eq!(
        shown(TIDE, 40),
        "The tide went out before dawn, further\nthan the harbour master, who has kept\nthe log since 1987, had ever \
         written\ndown.\n\nBy noon it was back."
    );
    assert_eq!(
        shown(TIDE, 72),
        "The tide went out before dawn, further than the harbour master, who has\nkept the log since 1987, had ever \
         written down.\n\nBy noon it was back."
    );
}

#[test]
fn looks_become_roles() {
    let document = read("<p>a <b>b</b> <i>c</i> <code>d</code> <del>e</del> <a href=/f>f</a></p><h2>g <b>h</b></h2>");
    let roles: Vec<(String, Role)> = document
        .lines(40)
        .iter()
        .flat_map(|it| it.spans.clone())
        .filter(|it| it.text.as_str() != " ")
        .map(|it| (it.text.as_str().trim().to_owned(), it.role))
        .collect();
    let expected = [
        ("a", Role::Text),
        ("b", Role::Strong),
        ("c", Role::Emphasis),
        ("d", Role::Code),
        ("e", Role::Dim),
        ("f", Role::Link),
        ("[1]", Role::LinkNumber),
        ("g", Role::Heading),
        ("h", Role::Heading),
    ];
    assert_eq!(roles, expected.map(|(text, role)| (text.to_owned(), role)));
}

#[test]
fn white_space_collapses_across_elements() {
    let html = "<p>\n  a <b> b </b>\n c<i>d</i> &nbsp; e </p>";
    assert_eq!(shown(html, 40), "a b cd e");
    assert_eq!(shown("<p>see<a href=/x> this </a>now</p>", 40), "see this[1] now");
}

#[test]
fn empty_paragraphs_and_soup_leave_no_holes() {
    assert_eq!(shown("<div><div>a</div><p>&nbsp;</p><p></p>b<div>c<span> d</span></div></div>", 40), "a\n\nb\n\nc d");
}

#[test]
fn one_line_break_breaks_and_two_part_paragraphs() {
    assert_eq!(shown("a<br>b<br/>\n<br>c<br>", 40), "a\nb\n\nc");
}

#[test]
fn plain_text_keeps_its_paragraphs() {
    assert_eq!(
        shown("First line\nstill first.\n \nSecond <b>one</b>.\n\n\n<a href=/x>Third</a>", 40),
        "First line still first.\n\nSecond one.\n\nThird[1]"
    );
    assert_eq!(shown("<p>a\n\nb</p>", 40), "a b");
}

#[test]
fn links_are_numbered_by_first_appearance_and_once_per_target() {
    let document = read(
        "<p><a href='/a'>A</a>, <a href='b'>B</a>, <a href='https://example.org/a'>A again</a> <a href=/e></a>\
         <a href='javascript:alert(1)'>js</a> <a href='mailto:x@example.org'>mail</a> <a href='#note'>note</a></p>",
    );
    assert_eq!(text_of(&document, 80), ["A[1], B[2], A again[1] js mail note"]);
    let links: Vec<&str> = document.links.iter().filter_map(|it| it.url.as_ref()).map(CleanUrl::as_str).collect();
    assert_eq!(links, ["https://example.org/a", "https://example.org/news/b"]);
    assert_eq!(document.links[0].text.as_str(), "A");
}

#[test]
fn a_links_number_never_leaves_its_text() {
    assert_eq!(shown("<p>Twelve cells <a href=/x>wide</a>.</p>", 17), "Twelve cells\nwide[1].");
    assert_eq!(shown("<p>潮水退得<a href=/x>很远</a>了</p>", 12), "潮水退得很\n远[1]了");
}

#[test]
fn headings_stand_alone_and_are_found() {
    let document = read("<p>a</p><h2>The <i>long</i> harbour wall</h2><p>b</p><h3>End</h3>");
    assert_eq!(text_of(&document, 20), ["a", "", "The long harbour", "wall", "", "b", "", "End"]);
    assert_eq!(document.headings(20), [2, 7]);
}

const LISTS: &str = "<ul><li>Rope and <b>tar</b> from the old chandlery</li><li>Nets<ol start=9><li>cod</li><li>herring, \
                     the small kind</li></ol></li></ul>";

#[test]
fn lists_hang_below_their_markers() {
    assert_eq!(
        shown(LISTS, 20),
        "• Rope and tar from\n  the old chandlery\n• Nets\n   9. cod\n  10. herring, the\n      small kind"
    );
    assert_eq!(
        shown(LISTS, 40),
        "• Rope and tar from the old chandlery\n• Nets\n   9. cod\n  10. herring, the small kind"
    );
    assert_eq!(shown("<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", 40), "• a\n\n  b\n\n• c");
}

#[test]
fn lists_out_of_order_are_still_lists() {
    assert_eq!(shown("<ol start=-2147483648><li>a</ol></ol><li>b", 40), "-999999999. a\n\nb");
    assert_eq!(shown("<ol start=99999999999999999999><li>a</ol>", 40), "1. a");
    assert_eq!(shown("<ul>loose<li></li><li>a</li></ul>", 40), "• loose\n• a");
}

#[test]
fn where_there_is_no_room_markers_go_into_the_text() {
    let deep = format!("{}x y z{}", "<ul><li>a".repeat(11), "</ul>".repeat(11));
    for width in 1..40 {
        assert!(read(&deep).lines(width).iter().all(|it| cells(it) <= width));
    }
    assert_eq!(shown("<ol><li>harbour</li></ol>", 9), "1.\nharbour");
}

#[test]
fn definitions_stand_below_their_terms() {
    assert_eq!(
        shown("<dl><dt>Neap<dd>A weak tide<dt>Spring<dd>A strong one, twice a month</dl>", 20),
        "• Neap\n  A weak tide\n• Spring\n  A strong one,\n  twice a month"
    );
}

#[test]
fn quotations_have_a_bar() {
    assert_eq!(
        shown("<blockquote><p>The sea keeps no appointments.</p><p>It comes.</p></blockquote>", 20),
        "│ The sea keeps no\n│ appointments.\n│\n│ It comes."
    );
}

#[test]
fn code_keeps_its_lines() {
    let html = "<pre><code>fn tide() {\r\n\tlow();\n\n}\u{8}\u{c}\r</code></pre>";
    assert_eq!(shown(html, 40), "  fn tide() {\n      low();\n\n  }");
    assert_eq!(shown("<pre>        deep</pre>", 4), "deep");
    assert_eq!(shown("<pre>0123456789abcdefghij</pre>", 12), "  0123456789\n↳ abcdefghij");
}

#[test]
fn pictures_have_stand_ins() {
    let figure = "<figure><img src=/a.jpg alt='Boats'><figcaption>Boats at low tide. <b>Photo: R. Wijk</b></figcaption></figure>";
    assert_eq!(shown(figure, 72), "[image: Boats at low tide. Photo: R. Wijk]");
    let other = "<figure><figcaption>The harbour</figcaption><img src=/a.jpg alt='Boats'></figure>";
    assert_eq!(shown(other, 72), "[image: Boats]\nThe harbour");
    assert_eq!(shown("<p>a <img src=/a.jpg> b</p>", 72), "a\n\n[image]\n\nb");
    assert_eq!(
        shown(
            "<p>a<img src=/t.gif width=1 alt=count><img src=/t.gif width=1 height=1><img src='data:image/gif;base64,x'></p>",
            72
        ),
        "a"
    );
    assert_eq!(shown("<p>a <img class=emoji alt=🙂 src=/e.png></p>", 72), "a 🙂");
}

#[test]
fn films_and_frames_become_links() {
    let document = read(
        "<video controls><source src=/v.mp4>old browser</video><iframe src=https://films.example/e/1 title='The tide'>\
         </iframe><audio src=/a.mp3></audio><iframe src=https://t.example width=0 height=0></iframe>",
    );
    assert_eq!(
        text_of(&document, 72),
        ["[video: example.org][1]", "", "[frame: The tide][2]", "", "[audio: example.org][3]"]
    );
    assert_eq!(document.links[1].url.as_ref().map(CleanUrl::as_str), Some("https://films.example/e/1"));
}

const TABLE: &str = "<table><caption>Catches</caption><thead><tr><th>Harbour<th>Tonnes</tr></thead><tr><td>North Quay<td>12.5\
                     <tr><td>South<td>103<tr><td colspan=1000000000>closed</table>";

#[test]
fn tables_are_columns_where_they_fit() {
    assert_eq!(
        shown(TABLE, 40),
        "Catches\n\nHarbour     Tonnes\n──────────  ──────\nNorth Quay    12.5\nSouth          103\nclosed"
    );
    let wide = "<table><tr><th>What<th>Why<tr><td>Ropes<td>They hold the boats when the wind turns at night</table>";
    assert_eq!(
        shown(wide, 30),
        "What   Why\n─────  ───────────────────────\nRopes  They hold the boats\n       when the wind turns at\n       night"
    );
}

#[test]
fn tables_that_do_not_fit_are_read_row_by_row() {
    assert_eq!(
        shown(TABLE, 14),
        "Catches\n\nHarbour: North\nQuay\nTonnes: 12.5\n\nHarbour: South\nTonnes: 103\n\nHarbour:\nclosed"
    );
    assert_eq!(shown("<table><tr><td>abcdefgh<td>ijklmnop<tr><td>q<td>r</table>", 14), "abcdefgh ·\nijklmnop\nq · r");
}

#[test]
fn a_table_that_lays_out_a_page_is_taken_apart() {
    assert_eq!(
        shown("<table><tr><td><img src=/a.png alt=Logo><td><p>One</p><p>Two</p></table>", 40),
        "[image: Logo]\n\nOne\n\nTwo"
    );
}

#[test]
fn rules_are_short() {
    assert_eq!(shown("a<hr>b", 8), "a\n\n────────\n\nb");
}

#[test]
fn what_scripts_hides_or_asks_is_dropped() {
    let html = "<head><title>t</title><base href='javascript:x'></head><script>alert(1)</script><style>p{}</style><nav>menu</nav>\
                <form><input value=x>Subscribe!<button>go</button></form><p hidden>h</p><p style='display: none'>n</p>\
                <div aria-hidden=true>x</div><object data=x>o</object><template>u</template><svg><text>v</text></svg>\
                <noscript>w</noscript><meta http-equiv=refresh content='0;url=http://evil.example'><p>kept</p>";
    assert_eq!(shown(html, 40), "kept");
}

#[test]
fn small_print_reads_right() {
    assert_eq!(
        shown("<p>10<sup>12</sup> H<sub>2</sub>O 1<sup>st</sup> <q>so</q> 5<sup> <a href=/n>3</a></sup></p>", 40),
        "10¹² H₂O 1st “so” 5 ³[1]"
    );
    assert_eq!(shown("<p><ruby>潮<rp>(</rp><rt>しお</rt><rp>)</rp></ruby></p>", 40), "潮(しお)");
    assert_eq!(shown("<b style='font-weight:normal'><p>not bold</p></b>", 40), "not bold");
}

#[test]
fn every_script_wraps() {
    assert_eq!(shown("<p>港の朝は早い。「おはよう」と声がする。</p>", 20), "港の朝は早い。「おは\nよう」と声がする。");
    assert_eq!(
        shown("<p>كانت السفينة تنتظر المد في الميناء القديم</p>", 20),
        "كانت السفينة تنتظر\nالمد في الميناء\nالقديم"
    );
    assert_eq!(shown("<p>הספינה חיכתה לגאות בנמל</p>", 12), "הספינה חיכתה\nלגאות בנמל");
    assert_eq!(shown("<p>नाव ज्वार की प्रतीक्षा में थी</p>", 12), "नाव ज्वार की\nप्रतीक्षा में थी");
    assert_eq!(shown("<p>👩‍👩‍👧 👩‍👩‍👧 🇮🇩</p>", 5), "👩‍👩‍👧 👩‍👩‍👧\n🇮🇩");
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let document = read(&"x ".repeat(TEXT_BYTES_MAX));
    assert!(document.plain().len() <= TEXT_BYTES_MAX + 200);
    assert!(document.plain().ends_with("in the browser."));
    let document = read(&"<hr>".repeat(22_000));
    assert!(document.blocks.len() < 25_000 && document.lines(5).len() <= LINES_MAX);
    assert_eq!(read(&"<p></p>".repeat(5_000)).blocks.len(), 0);
    let unbroken = read(&"潮".repeat(TEXT_BYTES_MAX));
    assert!(unbroken.plain().len() <= TEXT_BYTES_MAX + 200);
}

#[test]
fn a_wall_of_tables_is_bounded() {
    let row = format!("<tr>{}</tr>", "<td colspan=1000000000>1".repeat(200));
    let document = read(&format!("<table>{}</table>", row.repeat(200)));
    for width in [1, 20, 200] {
        assert!(document.lines(width).iter().all(|it| cells(it) <= width));
    }
    let nested = read(&format!("{}x{}", "<table><tr><td>".repeat(100), "</table>".repeat(100)));
    assert_eq!(nested.plain(), "x");
}

#[test]
fn marks_do_not_pile_up_across_elements() {
    let document = read(&format!("<p>e{}</p>", format!("<b>{0}</b><i>{0}</i>", "\u{301}".repeat(8)).repeat(50)));
    assert!(document.plain().chars().count() <= 1 + 8, "{:?}", document.plain());
}

#[test]
fn work_grows_with_the_text_alone() {
    let time = |count: usize| {
        let html = format!("<div>{}</div>", "<p>a <b>b</b> <a href=/x>c</a><ul><li>d</ul><br>e".repeat(count));
        let started = std::time::Instant::now();
        for _ in 0..3 {
            let document = read(&html);
            assert!(!document.lines(40).is_empty() && !document.plain().is_empty() && !document.markdown().is_empty());
        }
        started.elapsed().as_secs_f64()
    };
    let best = |count| (0..5).map(|_| time(count)).fold(f64::INFINITY, f64::min);
    let (once, twice) = (best(1_000), best(2_000));
    assert!(twice / once < 3.0, "{once} s, then {twice} s for twice the text");
}

/// HTML of every kind, closed and unclosed.
fn any_html() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z ,.]{0,12}",
        1 => "[潮水はひ한ไทเ้א֑בשلا🇮🇩👩\u{200d}ﾞﾊ\u{301}\u{200b}\u{202e}\n\t\u{1b}\u{7}]{0,8}",
        4 => prop::sample::select(vec![
            "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<a href='/x'>", "<a href='https://e.org/y'>",
            "</a>", "<ul>", "</ul>", "<ol start='998'>", "</ol>", "<li>", "<blockquote>", "</blockquote>", "<pre>", "</pre>",
            "<table>", "<tr>", "<td>", "<th>", "</table>", "<br>", "<hr>", "<h2>", "</h2>", "<code>", "</code>", "<dl>",
            "<dt>", "<dd>", "</dl>", "<figure>", "<figcaption>", "</figcaption>", "</figure>", "<img src='/i.png' alt='潮 sea'>",
            "<sup>", "</sup>", "<q>", "</q>", "<video src='/v'>", "<script>", "</script>", "&nbsp;", "&#27;[2J",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_line_is_too_wide_and_none_has_a_control_byte(html in any_html(), width in 1_usize..100) {
        let document = read(&html);
        let lines = document.lines(width);
        for line in &lines {
            prop_assert!(cells(line) <= width, "{line:?}");
            let whole: String = line.spans.iter().map(|it| it.text.as_str()).collect();
            prop_assert!(whole.chars().all(clean_char));
            prop_assert!(!whole.ends_with(' '), "{whole:?}");
        }
        prop_assert!(lines.first().is_none_or(|it| !it.spans.is_empty()));
        prop_assert!(lines.last().is_none_or(|it| !it.spans.is_empty()));
        let blank = |at: usize| lines[at].spans.is_empty();
        let code_free = !document.blocks.iter().any(|it| format!("{it:?}").contains("Code("));
        prop_assert!(!code_free || (1..lines.len()).all(|at| !(blank(at - 1) && blank(at))));
        for index in document.headings(width) {
            prop_assert!(index < lines.len());
        }
        for text in [document.plain(), document.markdown()] {
            prop_assert!(text.chars().all(|it| it == '\n' || clean_char(it)));
        }
    }

    #[test]
    fn no_word_of_a_paragraph_is_lost(
        words in prop::collection::vec("[a-z潮水ไทאبل]{1,30}|<b>[a-z]{1,9}</b>", 1..40),
        width in 2_usize..100,
    ) {
        let document = read(&format!("<p>{}</p>", words.join(" ")));
        let solid = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(solid(&text_of(&document, width).concat()), solid(&document.plain()));
    }

    #[test]
    fn every_links_number_has_a_target(html in any_html()) {
        let document = read(&html);
        let numbers = document.lines(60).into_iter().flat_map(|it| it.spans).filter_map(|it| it.link);
        for number in numbers {
            prop_assert!(document.links.get(number - 1).is_some_and(|it| it.url.is_some()));
        }
        prop_assert!(document.blocks.iter().all(|it| !matches!(it, Block::Paragraph(inlines) if inlines.is_empty())));
    }
}

#[test]
fn a_lead_picture_is_given_the_caption_that_was_set_apart_from_the_text() {
    let shown = |html: &str| {
        let mut document = read(html);
        document.give_lead("The ferry at noon.", "T. Okell");
        document
            .lines(60)
            .iter()
            .map(|line| line.spans.iter().map(|it| it.text.as_str()).collect())
            .collect::<Vec<String>>()
    };
    assert_eq!(
        shown("<img src='https://a.test/f.png' alt='ferry'><p>Text.</p>")[0],
        "[image: The ferry at noon. T. Okell]"
    );
    assert_eq!(shown("<p>Text.</p>")[0], "[image: The ferry at noon. T. Okell]");
    let own = "<figure><img src='https://a.test/f.png'><figcaption>Another.</figcaption></figure><p>Text.</p>";
    assert!(!shown(own).concat().contains("noon"));
}

#[test]
fn what_a_line_of_code_goes_on_with_is_told_apart_from_a_line_of_its_own() {
    let html = "<ul><li>So:<pre>let high = tide(now);\n  low();</pre></li></ul>";
    assert_eq!(shown(html, 18), "• So:\n\n    let high = tid\n  ↳ e(now);\n      low();");
    assert_eq!(shown("<pre>let high = tide(now);</pre>", 9), "let high\n= tide(no\nw);", "no room for a mark");
}

#[test]
fn indented_code_in_no_room_has_no_empty_line_before_it() {
    let first = read("<pre> a").lines(1);
    assert!(first[0].spans.iter().any(|it| !it.text.is_empty()), "{first:?}");
}
