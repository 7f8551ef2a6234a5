//! Walks the tree of a page once and sorts its text into what a visitor sees and what is hidden.
//!
//! The walk keeps its own stack instead of calling itself, so no nesting can overflow the program's.

use jiff::civil::Date;

use dom_query::{Document, Element, NodeData, NodeId, Tree, TreeNode};

use super::data::{self, PageData};
use super::mail;
use super::normal::{clean, one_line};
use super::style::{Colour, Ink, Look, Paper, Sheet, colour_attribute, is_drawn_invisibly};
use super::writer::Writer;
use super::{BlockKind, Link, MailLink, Marked, Picture, Region, Span, TimeMark};

/// Most links kept, and most pictures outside links.
const MOST_LINKS: usize = 2_000;
/// Most characters kept of a link's text.
const LONGEST_LINK_TEXT: usize = 300;
/// Most bytes of a link's target; longer ones are data or traps.
const LONGEST_HREF: usize = 2_048;

/// Elements that begin and end a block of text.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that make up the frame of a page rather than its content.
const FRAME: &[&str] = &["nav", "header", "footer", "aside", "menu"];

/// Elements whose content is no text of the page.
const NO_TEXT: &[&str] = &[
    "script", "style", "template", "noscript", "title", "svg", "math", "canvas", "audio", "video", "object", "iframe", "noembed",
    "noframes", "select", "datalist", "textarea", "head",
];

/// Of those, the ones that can hold prose nobody sees.
const HOLDS_HIDDEN_PROSE: &[&str] = &["template", "noscript"];

/// Classes that by wide custom hide text from everybody but screen readers, or from everybody.
const HIDING_CLASSES: &[&str] = &[
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screen-reader-only",
    "screenreader",
    "is-hidden",
    "u-hidden",
    "invisible",
    "offscreen",
    "off-screen",
];

/// Attributes that never hold words meant for anybody.
const WORDLESS_ATTRIBUTES: &[&str] =
    &["class", "style", "d", "points", "srcset", "sizes", "viewbox", "transform", "href", "src", "integrity", "rel", "id"];

/// Inline elements that designs put side by side without a space.
const SIDE_BY_SIDE: &[&str] = &["span", "a", "b", "strong", "small", "em", "time"];

/// Shorter pieces of text are letters or marks, not parts of a design.
const SHORTEST_PIECE: usize = 2;

/// Words of class names by which pages set apart what others say of them.
const QUOTING_WORDS: &[&str] = &["testimonial", "testimonials", "review", "reviews", "quote", "blockquote", "rating", "ratings"];

/// Most microdata items and values kept of one page.
const MOST_ITEMS: usize = 500;
const MOST_MARKED: usize = 1_000;
/// Longest name of a microdata property or type, in characters.
const LONGEST_PROPERTY: usize = 80;

/// What the walk brings home.
#[derive(Default)]
pub(super) struct Findings {
    pub(super) data: PageData,
    pub(super) writer: Writer,
    pub(super) links: Vec<Link>,
    /// Addresses behind visible `mailto:` links.
    pub(super) mail_links: Vec<MailLink>,
    /// What is said in somebody else's name.
    pub(super) quoted: Vec<Span>,
    /// Visible `<time datetime>` elements.
    pub(super) times: Vec<TimeMark>,
    /// Visible microdata.
    pub(super) marked: Vec<Marked>,
    /// The visible block elements.
    pub(super) regions: Vec<Region>,
    /// Visible pictures outside links.
    pub(super) pictures: Vec<Picture>,
    /// A visible link is open.
    is_in_link: bool,
    /// What the first picture in it shows.
    picture: Option<String>,
    /// The types of the microdata items begun so far.
    items: Vec<String>,
    /// All that no visitor sees, to be searched and forgotten.
    pub(super) hidden: String,
    /// Characters of hidden prose.
    pub(super) hidden_chars: usize,
}

/// What an element hands down to what is inside it.
#[derive(Clone, Copy)]
struct Setting {
    /// No visitor sees it, whatever is said further in.
    is_hidden: bool,
    is_invisible: bool,
    is_tiny: bool,
    ink: Option<Ink>,
    paper: Paper,
    kind: BlockKind,
    /// What is hidden here counts as prose.
    is_prose: bool,
    /// Already within somebody else's words.
    is_quoted: bool,
    /// The microdata item it belongs to; 0 is none.
    item: usize,
    /// The visible block element it lies in.
    region: Option<usize>,
}

impl Setting {
    fn shows_text(&self) -> bool {
        !(self.is_hidden || self.is_invisible || self.is_tiny || is_drawn_invisibly(self.ink, self.paper))
    }
}

enum Step {
    Enter(NodeId, Setting),
    EndBlock { region: usize },
    EndLink { href: String, start: usize, region: Option<usize> },
    EndQuoted { start: usize },
    EndTime { date: Date, start: usize },
    EndMarked { item: usize, property: String, start: usize },
}

/// Walks `document`.
pub(super) fn walk(document: &Document) -> Findings {
    let (sheet, has_unknown_paper) = sheets(&document.tree);
    let mut walk = Walk { tree: &document.tree, sheet, steps: Vec::new(), findings: Findings::default() };
    // An external sheet may paint the page in any colour, so white text is only suspicious without one.
    let paper = if has_unknown_paper { Paper::Unknown } else { Paper::Plain(Colour::WHITE) };
    let setting = Setting {
        is_hidden: false,
        is_invisible: false,
        is_tiny: false,
        ink: None,
        paper,
        kind: BlockKind::Other,
        is_prose: true,
        is_quoted: false,
        item: 0,
        region: None,
    };
    walk.run(setting);
    walk.findings
}

/// The page's own style sheets, and whether its paper may be painted by rules we do not follow.
fn sheets(tree: &Tree) -> (Sheet, bool) {
    let mut sheet = Sheet::default();
    let mut has_external = false;
    let root = tree.root();
    for node in root.descendants_it() {
        let (is_style, is_external) = node.query_or((false, false), |node| match node.as_element() {
            None => (false, false),
            Some(element) => (&*element.name.local == "style", is_sheet_link(element)),
        });
        has_external |= is_external;
        if is_style {
            sheet.add(&node.text());
        }
    }
    let has_unknown_paper = has_external || sheet.paints_unknown_paper;
    (sheet, has_unknown_paper)
}

fn is_sheet_link(element: &Element) -> bool {
    &*element.name.local == "link" && attribute(element, "rel").to_ascii_lowercase().contains("stylesheet")
}

fn attribute<'a>(element: &'a Element, name: &str) -> &'a str {
    element.attrs.iter().find(|attribute| &*attribute.name.local == name).map_or("", |attribute| &attribute.value)
}

fn has_attribute(element: &Element, name: &str) -> bool {
    element.attrs.iter().any(|attribute| &*attribute.name.local == name)
}

struct Walk<'a> {
    tree: &'a Tree,
    sheet: Sheet,
    steps: Vec<Step>,
    findings: Findings,
}

impl Walk<'_> {
    fn run(&mut self, setting: Setting) {
        let tree = self.tree;
        self.steps.push(Step::Enter(tree.root().id, setting));
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Enter(id, setting) => {
                    tree.query_node(&id, |node| self.enter(node, setting));
                }
                Step::EndBlock { region } => self.end_region(region),
                Step::EndLink { href, start, region } => self.end_link(href, start, region),
                Step::EndQuoted { start } => self.findings.quoted.extend(self.written(start)),
                Step::EndTime { date, start } => {
                    self.findings.times.extend(self.written(start).map(|Span { start, end }| TimeMark { start, end, date }));
                }
                Step::EndMarked { item, property, start } => self.end_marked(item, property, start),
            }
        }
        self.findings.writer.end_block();
    }

    fn enter(&mut self, node: &TreeNode, setting: Setting) {
        match &node.data {
            NodeData::Document | NodeData::Fragment => self.descend(node, setting),
            NodeData::Text { contents } => self.text(contents, setting),
            NodeData::Comment { contents } => self.overhear(contents),
            NodeData::Element(element) => self.element(node, element, setting),
            NodeData::Doctype { .. } | NodeData::ProcessingInstruction { .. } => {}
        }
    }

    /// Puts the children on the stack, the first on top.
    fn descend(&mut self, node: &TreeNode, setting: Setting) {
        let mut next = node.last_child;
        while let Some(id) = next {
            self.steps.push(Step::Enter(id, setting));
            next = self.tree.query_node(&id, |node| node.prev_sibling).flatten();
        }
    }

    fn text(&mut self, raw: &str, setting: Setting) {
        let cleaned = clean(raw);
        if !cleaned.smuggled.is_empty() {
            self.findings.hidden_chars += cleaned.smuggled.chars().count();
            self.overhear(&cleaned.smuggled);
        }
        if setting.shows_text() {
            self.findings.writer.write(&cleaned.text, setting.kind);
        } else {
            let words = cleaned.text.chars().filter(|c| !c.is_whitespace()).count();
            self.findings.hidden_chars += if setting.is_prose { words } else { 0 };
            self.overhear(&cleaned.text);
        }
    }

    /// Keeps what no visitor sees, to be searched.
    fn overhear(&mut self, text: &str) {
        if text.contains(char::is_whitespace) || text.len() > 8 {
            self.findings.hidden.push_str(text);
            self.findings.hidden.push('\n');
        }
    }

    fn element(&mut self, node: &TreeNode, element: &Element, outer: Setting) {
        let name = &*element.name.local;
        self.attributes(element);
        let mut setting = self.setting(element, name, outer);
        self.metadata(node, element, name, setting);
        if name == "br" || self.stands_beside_another(node, name) {
            self.findings.writer.end_block();
        }
        if setting.shows_text() {
            self.begin_visible(element, name, &mut setting);
            self.begin_marks(element, name, &mut setting);
        }
        if let Some(content) = element.template_contents {
            self.steps.push(Step::Enter(content, setting));
        }
        if !matches!(name, "script" | "style" | "title") {
            self.descend(node, setting);
        }
    }

    /// Marks where a visible block or link begins, and sees to its end.
    fn begin_visible(&mut self, element: &Element, name: &str, setting: &mut Setting) {
        if BLOCKS.contains(&name) {
            self.findings.writer.end_block();
            let region = self.begin_region(name, setting);
            self.steps.push(Step::EndBlock { region });
        }
        if name == "img" {
            self.picture(attribute(element, "alt"), setting);
        }
        let href = attribute(element, "href");
        if name == "a" && !href.is_empty() && href.len() <= LONGEST_HREF {
            self.findings.data.link(attribute(element, "rel"), href);
            (self.findings.is_in_link, self.findings.picture) = (true, None);
            self.steps.push(Step::EndLink { href: href.trim().to_owned(), start: self.findings.writer.len(), region: setting.region });
        }
    }

    fn begin_region(&mut self, name: &str, setting: &mut Setting) -> usize {
        let (regions, start) = (&mut self.findings.regions, self.findings.writer.len());
        let around = setting.region.map(|at| regions[at]);
        let is_frame = FRAME.contains(&name) || around.is_some_and(|around| around.is_frame);
        let shape = shape_of(around.map_or(FNV_OFFSET, |around| around.shape), name);
        regions.push(Region { start, end: start, parent: setting.region, shape, is_frame });
        setting.region = Some(regions.len() - 1);
        regions.len() - 1
    }

    fn end_region(&mut self, at: usize) {
        self.findings.writer.end_block();
        let (start, end) = self.findings.writer.trimmed(self.findings.regions[at].start);
        (self.findings.regions[at].start, self.findings.regions[at].end) = (start, end);
    }

    /// A picture belongs to the link it is in, else to what is around it.
    fn picture(&mut self, description: &str, setting: &Setting) {
        let words = one_line(&clean(description).text, LONGEST_LINK_TEXT);
        if words.is_empty() {
            return;
        }
        if self.findings.is_in_link {
            self.findings.picture.get_or_insert(words);
        } else if self.findings.pictures.len() < MOST_LINKS {
            self.findings.pictures.push(Picture { words, region: setting.region });
        }
    }

    /// Two inline elements side by side without a space between them are set apart by the page's design: a menu, a name above
    /// a role. Single letters that a design moves one by one are not.
    fn stands_beside_another(&self, node: &TreeNode, name: &str) -> bool {
        let reads_words = |id: NodeId| self.tree.query_node_or(&id, false, |child| child_words(self.tree, child) >= SHORTEST_PIECE);
        let before = node.prev_sibling.filter(|_| SIDE_BY_SIDE.contains(&name));
        let is_alike = |id: NodeId| {
            self.tree.query_node_or(&id, false, |other| other.as_element().is_some_and(|other| SIDE_BY_SIDE.contains(&&*other.name.local)))
        };
        before.is_some_and(|id| is_alike(id) && reads_words(id)) && child_words(self.tree, node) >= SHORTEST_PIECE
    }

    /// Marks where somebody else's words, a date or a microdata value begins, and sees to its end.
    fn begin_marks(&mut self, element: &Element, name: &str, setting: &mut Setting) {
        let start = self.findings.writer.len();
        if !setting.is_quoted && is_quotation(element, name) {
            setting.is_quoted = true;
            self.steps.push(Step::EndQuoted { start });
        }
        if let Some(date) = Some(attribute(element, "datetime")).filter(|_| name == "time").and_then(data::day) {
            self.steps.push(Step::EndTime { date, start });
        }
        self.begin_microdata(element, start, setting);
    }

    /// A value belongs to the item around it, and an item that is itself a value to the one further out.
    fn begin_microdata(&mut self, element: &Element, start: usize, setting: &mut Setting) {
        let property = attribute(element, "itemprop").split_ascii_whitespace().next().unwrap_or_default();
        let is_value = setting.item > 0 && !property.is_empty() && property.len() <= LONGEST_PROPERTY;
        if is_value && self.findings.marked.len() < MOST_MARKED {
            self.steps.push(Step::EndMarked { item: setting.item, property: property.to_owned(), start });
        }
        if has_attribute(element, "itemscope") && self.findings.items.len() < MOST_ITEMS {
            let kind = attribute(element, "itemtype").trim().rsplit('/').next().unwrap_or_default();
            self.findings.items.push(kind.chars().take(LONGEST_PROPERTY).collect());
            setting.item = self.findings.items.len();
        }
    }

    fn end_marked(&mut self, item: usize, property: String, start: usize) {
        let (Some(span), Some(kind)) = (self.written(start), self.findings.items.get(item - 1)) else { return };
        let marked = Marked { item, kind: kind.clone(), property, start: span.start, end: span.end };
        self.findings.marked.push(marked);
    }

    /// The place of what was written from `start` on, if anything was.
    fn written(&self, start: usize) -> Option<Span> {
        let (start, end) = self.findings.writer.trimmed(start);
        (start < end).then_some(Span { start, end })
    }

    fn end_link(&mut self, href: String, start: usize, region: Option<usize>) {
        self.findings.is_in_link = false;
        let picture = self.findings.picture.take();
        let (start, end) = self.findings.writer.trimmed(start);
        let words = self.findings.writer.text.get(start..end).unwrap_or_default();
        let text = one_line(words, LONGEST_LINK_TEXT);
        if let Some(address) = mail::of_href(&href).filter(|_| start < end) {
            self.findings.mail_links.push(MailLink { address, start, end });
        }
        if self.findings.links.len() < MOST_LINKS {
            self.findings.links.push(Link { text, href, start, end, picture, region });
        }
    }

    /// Attributes can hold words for a machine: `alt`, `title`, `aria-label`, `content`, `data-*`.
    fn attributes(&mut self, element: &Element) {
        for attribute in &element.attrs {
            let is_words = attribute.value.contains(' ') && !WORDLESS_ATTRIBUTES.contains(&&*attribute.name.local);
            if is_words {
                let cleaned = clean(&attribute.value);
                self.overhear(&cleaned.text);
                self.overhear(&cleaned.smuggled);
            }
        }
    }

    fn metadata(&mut self, node: &TreeNode, element: &Element, name: &str, setting: Setting) {
        let data = &mut self.findings.data;
        match name {
            "html" => data.language(attribute(element, "lang")),
            "meta" => {
                let names = ["property", "name", "itemprop"].map(|key| attribute(element, key));
                if let Some(key) = names.into_iter().find(|key| !key.is_empty()) {
                    data.meta(key, attribute(element, "content"));
                }
            }
            "link" => data.link(attribute(element, "rel"), attribute(element, "href")),
            "time" if setting.shows_text() => data.time_element(attribute(element, "datetime")),
            "title" if &*element.name.ns == "http://www.w3.org/1999/xhtml" => {
                let title = self.content(node);
                self.findings.data.title(&title);
                self.overhear(&clean(&title).text);
            }
            "script" if attribute(element, "type").trim().eq_ignore_ascii_case("application/ld+json") => {
                let json = self.content(node);
                self.findings.data.json_ld(&json);
                self.overhear(&clean(&json).text);
            }
            _ => {}
        }
    }

    /// The text directly inside an element.
    fn content(&self, node: &TreeNode) -> String {
        let mut content = String::new();
        let mut next = node.first_child;
        while let Some(id) = next {
            next = self
                .tree
                .query_node(&id, |child| {
                    if let NodeData::Text { contents } = &child.data {
                        content.push_str(contents);
                    }
                    child.next_sibling
                })
                .flatten();
        }
        content
    }

    fn setting(&self, element: &Element, name: &str, outer: Setting) -> Setting {
        let look = self.look(element, name);
        let is_hidden = look.hides_all() || is_hidden_by_markup(element, name) || NO_TEXT.contains(&name);
        Setting {
            is_hidden: outer.is_hidden || is_hidden,
            is_invisible: look.invisible.unwrap_or(outer.is_invisible),
            is_tiny: look.tiny.unwrap_or(outer.is_tiny),
            ink: look.ink.or(outer.ink),
            paper: look.paper.unwrap_or(outer.paper),
            kind: kind_of(name).unwrap_or(outer.kind),
            is_prose: outer.is_prose && (!NO_TEXT.contains(&name) || HOLDS_HIDDEN_PROSE.contains(&name)),
            ..outer
        }
    }

    fn look(&self, element: &Element, name: &str) -> Look {
        let inline = attribute(element, "style");
        let own = if inline.is_empty() { Look::default() } else { Look::of_declarations(inline) };
        let ink = colour_attribute(attribute(element, "color")).map(Ink::Plain);
        let paper = colour_attribute(attribute(element, "bgcolor")).map(Paper::Plain);
        let by_attribute = Look::of_colours(ink, paper);
        own.over(self.sheet.look(name, attribute(element, "id"), attribute(element, "class"))).over(by_attribute)
    }
}

/// Offset basis and prime of FNV-1a (64 bits): a shape only has to be the same for the same elements, on every computer.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// The shape of an element of this name within one of the shape `around`.
fn shape_of(around: u64, name: &str) -> u64 {
    name.bytes().chain([b'>']).fold(around, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME))
}

/// Letters of the texts directly inside a node, as far as they matter.
fn child_words(tree: &Tree, node: &TreeNode) -> usize {
    let mut letters = 0;
    let mut next = node.first_child;
    while let Some(id) = next.filter(|_| letters < SHORTEST_PIECE) {
        let (own, following) = tree.query_node_or(&id, (0, None), |child| match &child.data {
            NodeData::Text { contents } => (contents.trim().chars().take(SHORTEST_PIECE).count(), child.next_sibling),
            _ => (0, child.next_sibling),
        });
        letters += own;
        next = following;
    }
    letters
}

/// Words of another person: a quotation, a review, a testimonial.
fn is_quotation(element: &Element, name: &str) -> bool {
    let classes = attribute(element, "class").to_ascii_lowercase();
    let is_named = |class: &str| class.split(['-', '_']).any(|word| QUOTING_WORDS.contains(&word));
    matches!(name, "blockquote" | "q") || (name != "body" && classes.split_ascii_whitespace().any(is_named))
}

fn is_hidden_by_markup(element: &Element, name: &str) -> bool {
    has_attribute(element, "hidden")
        || attribute(element, "aria-hidden").trim().eq_ignore_ascii_case("true")
        || (name == "dialog" && !has_attribute(element, "open"))
        || is_hidden_by_class(attribute(element, "class"))
}

/// `hidden` and `d-none` often mean "on small screens" and come with a class that shows the element on larger ones.
fn is_hidden_by_class(classes: &str) -> bool {
    let shows_elsewhere = |class: &str| {
        let shows = ["block", "flex", "grid", "inline", "table", "contents"].iter().any(|way| class.contains(way));
        shows && (class.contains(':') || class.starts_with("d-"))
    };
    let mut words = classes.split_ascii_whitespace();
    words.any(|class| match class {
        "hidden" | "d-none" => !classes.split_ascii_whitespace().any(shows_elsewhere),
        _ => HIDING_CLASSES.contains(&class),
    })
}

/// What kind of block an element makes; `None` leaves the kind of what is around it.
fn kind_of(name: &str) -> Option<BlockKind> {
    match name {
        "h1" => Some(BlockKind::Heading { level: 1 }),
        "h2" => Some(BlockKind::Heading { level: 2 }),
        "h3" => Some(BlockKind::Heading { level: 3 }),
        "h4" => Some(BlockKind::Heading { level: 4 }),
        "h5" => Some(BlockKind::Heading { level: 5 }),
        "h6" => Some(BlockKind::Heading { level: 6 }),
        "p" => Some(BlockKind::Paragraph),
        "li" | "dt" | "dd" => Some(BlockKind::ListItem),
        "td" | "th" | "caption" => Some(BlockKind::TableCell),
        "table" | "ul" | "ol" | "dl" | "section" | "article" | "body" => Some(BlockKind::Other),
        _ => None,
    }
}
