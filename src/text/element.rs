//! What an HTML element means for the text: by its name, and whether its attributes hide it.

use dom_query::Element;

/// What an element means for the text, by its name alone.
pub(super) enum Shape {
    Inline,
    /// Parts paragraphs and means nothing more.
    Block,
    /// Left out with all that is in it.
    Dropped,
    LineBreak,
    Rule,
    Heading(u8),
    Look(Mark),
    /// Text of ours before and after.
    Between(&'static str, &'static str),
    Link,
    Image,
    Media(&'static str),
    Preformatted,
    Quote,
    List,
    NumberedList,
    Item,
    Definitions,
    Term,
    Definition,
    Figure,
    Caption,
    Table,
    Row,
    Cell,
    HeaderCell,
}

#[derive(Clone, Copy)]
pub(super) enum Mark {
    Strong,
    Emphasis,
    Code,
    Struck,
    Raised,
    Lowered,
}

/// The meaning of an element of this name.
pub(super) fn shape(name: &str) -> Shape {
    match name {
        "address" | "article" | "aside" | "body" | "center" | "details" | "dir" | "div" | "fieldset" | "footer"
        | "header" | "hgroup" | "html" | "legend" | "main" | "p" | "section" | "summary" | "tbody" | "tfoot"
        | "thead" | "caption" | "colgroup" | "listing" | "search" => Shape::Block,
        "script" | "style" | "template" | "noscript" | "head" | "title" | "meta" | "link" | "base" | "form" | "nav"
        | "button" | "input" | "select" | "textarea" | "datalist" | "option" | "svg" | "canvas" | "map" | "object"
        | "embed" | "applet" | "dialog" | "frame" | "frameset" | "noembed" | "noframes" | "rp" | "annotation"
        | "annotation-xml" | "progress" | "meter" | "track" => Shape::Dropped,
        "br" => Shape::LineBreak,
        "hr" => Shape::Rule,
        "h1" => Shape::Heading(1),
        "h2" => Shape::Heading(2),
        "h3" => Shape::Heading(3),
        "h4" => Shape::Heading(4),
        "h5" => Shape::Heading(5),
        "h6" => Shape::Heading(6),
        "b" | "strong" => Shape::Look(Mark::Strong),
        "i" | "em" | "cite" | "dfn" | "var" => Shape::Look(Mark::Emphasis),
        "code" | "kbd" | "samp" | "tt" => Shape::Look(Mark::Code),
        "del" | "s" | "strike" => Shape::Look(Mark::Struck),
        "sup" => Shape::Look(Mark::Raised),
        "sub" => Shape::Look(Mark::Lowered),
        "q" => Shape::Between("“", "”"),
        "rt" => Shape::Between("(", ")"),
        "a" => Shape::Link,
        "img" => Shape::Image,
        "video" => Shape::Media("video"),
        "audio" => Shape::Media("audio"),
        "iframe" => Shape::Media("frame"),
        "pre" | "xmp" | "plaintext" => Shape::Preformatted,
        "blockquote" => Shape::Quote,
        "ul" | "menu" => Shape::List,
        "ol" => Shape::NumberedList,
        "li" => Shape::Item,
        "dl" => Shape::Definitions,
        "dt" => Shape::Term,
        "dd" => Shape::Definition,
        "figure" => Shape::Figure,
        "figcaption" => Shape::Caption,
        "table" => Shape::Table,
        "tr" => Shape::Row,
        "td" => Shape::Cell,
        "th" => Shape::HeaderCell,
        _ => Shape::Inline,
    }
}

/// The value of an attribute.
pub(super) fn attribute<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    element.attrs.iter().find(|it| *it.name.local == *name).map(|it| &*it.value)
}

/// Whether an element is not meant for reading: hidden, or a tool of the page.
pub(super) fn is_hidden(element: &Element) -> bool {
    element.attrs.iter().any(|it| match &*it.name.local {
        "hidden" => true,
        "aria-hidden" => it.value.trim().eq_ignore_ascii_case("true"),
        "role" => {
            matches!(
                it.value.trim(),
                "navigation" | "search" | "menu" | "menubar" | "toolbar" | "dialog" | "alertdialog"
            )
        }
        _ => false,
    }) || style_has(element, &["display:none", "visibility:hidden"])
}

/// Whether its own style says one of `wanted`, each written without spaces.
pub(super) fn style_has(element: &Element, wanted: &[&str]) -> bool {
    attribute(element, "style").is_some_and(|style| {
        let style: String = style.chars().filter(|it| !it.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.split(';').any(|rule| wanted.contains(&rule.trim_end_matches("!important")))
    })
}
