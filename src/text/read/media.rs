//! Pictures, films, recordings and frames → their stand-ins. Nothing is fetched here or anywhere because of them.

use dom_query::{Element, NodeRef};

use super::{ICON_PIXELS_MAX, OpenLink, Reader, resolve};
use crate::news::{CleanText, Limit};
use crate::text::Block;
use crate::text::element::attribute;

impl Reader<'_> {
    pub fn image(&mut self, element: &Element) {
        let pixels =
            |name| attribute(element, name).and_then(|it| it.trim_end_matches("px").trim().parse::<f32>().ok());
        let (wide, high) = (pixels("width"), pixels("height"));
        // A picture of one pixel is there to count readers.
        if wide.is_some_and(|it| it <= 1.0) || high.is_some_and(|it| it <= 1.0) {
            return;
        }
        let alt = attribute(element, "alt").unwrap_or_default();
        let class = attribute(element, "class").unwrap_or_default();
        let icon = wide.is_some_and(|it| it <= ICON_PIXELS_MAX) && high.is_some_and(|it| it <= ICON_PIXELS_MAX)
            || class.contains("emoji")
            || class.contains("smiley");
        if icon || self.preformatted.is_some() {
            self.text(alt);
            return;
        }
        let source = ["src", "data-src", "data-original", "data-lazy-src"]
            .iter()
            .filter_map(|name| attribute(element, name))
            .find_map(|it| resolve(self.base, it));
        let alt = CleanText::line(alt, Limit::SENTENCE);
        if alt.is_empty() && source.is_none() {
            return;
        }
        self.flush();
        self.emit(Block::Image { alt, caption: Vec::new(), url: source });
    }

    /// A film, a recording or a frame becomes a link to it.
    pub fn media(&mut self, kind: &str, node: &NodeRef<'_>, element: &Element) {
        let nested = || {
            node.children_it(false).find_map(|child| {
                child
                    .element_ref()
                    .filter(|it| *it.name.local == *"source")
                    .and_then(|it| attribute(&it, "src").and_then(|source| resolve(self.base, source)))
            })
        };
        let own = attribute(element, "src").or(attribute(element, "data-src")).and_then(|it| resolve(self.base, it));
        let invisible = ["width", "height"]
            .iter()
            .any(|name| attribute(element, name).is_some_and(|it| matches!(it.trim(), "0" | "1" | "0px" | "1px")));
        let Some(url) = own.or_else(nested).filter(|_| !invisible) else { return };
        if self.preformatted.is_some() {
            return;
        }
        let title = attribute(element, "title").or(attribute(element, "aria-label")).unwrap_or_default().trim();
        let name = if title.is_empty() { url.host() } else { title };
        let words = format!("[{kind}: {name}]");
        self.flush();
        let outer = self.link.replace(OpenLink { url, number: None, text: None });
        self.flowing_text(&words);
        self.close_link();
        self.link = outer;
        self.flush();
    }
}
