//! What inline styles and simple `<style>` rules say about whether text can be seen.
//!
//! Simple means one class, one id or one element name (`.x`, `#x`, `p`, `p.x`). Deliberately absent: the rest of
//! CSS. A page that wants to deceive with a style sheet can; the checks after this one do not rest on it alone.

use std::collections::HashMap;

/// Most bytes of a page's own style sheets that are looked at.
const MOST_STYLE_BYTES: usize = 256 * 1024;

/// How far off a text must be moved to count as off the screen, in pixels.
const OFF_SCREEN: f64 = -900.0;

/// Text at most this tall is not meant to be read, in pixels.
const TINY: f64 = 1.0;

/// Colours closer than this in every channel cannot be told apart.
const SAME_COLOUR: u8 = 12;

/// What stands behind text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// A picture, a gradient, a variable, or whatever an external sheet says.
    Unknown,
    /// A plain colour.
    Plain(Colour),
}

/// What text is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Not drawn at all, unless the paper shines through its letters.
    Transparent,
    /// A plain colour.
    Plain(Colour),
}

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub(super) [u8; 3]);

impl Colour {
    pub(super) const WHITE: Self = Self([255; 3]);

    fn looks_like(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(&one, other)| one.abs_diff(other) <= SAME_COLOUR)
    }
}

/// What the rules say so far; `None` is silence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// `display: none` and the like.
    gone: Option<bool>,
    /// `opacity: 0`.
    faint: Option<bool>,
    /// Moved or clipped out of sight.
    away: Option<bool>,
    /// A pixel or less wide or high.
    narrow: Option<bool>,
    /// What does not fit is cut off.
    cuts: Option<bool>,
    /// `visibility: hidden`; inherited.
    pub(super) invisible: Option<bool>,
    /// `font-size: 0`; inherited.
    pub(super) tiny: Option<bool>,
    /// Inherited.
    pub(super) ink: Option<Ink>,
    /// Shines through to what is inside.
    pub(super) paper: Option<Paper>,
}

impl Look {
    /// What an element's own `style` says.
    pub(super) fn of_declarations(text: &str) -> Self {
        let declarations = text.split(';').filter_map(|declaration| declaration.split_once(':'));
        declarations.fold(Self::default(), |look, (name, value)| look.with(name, value))
    }

    /// A look that speaks of colours only.
    pub(super) fn of_colours(ink: Option<Ink>, paper: Option<Paper>) -> Self {
        Self { ink, paper, ..Self::default() }
    }

    /// This look where it speaks, `other` where it is silent.
    pub(super) fn over(self, other: Self) -> Self {
        Self {
            gone: self.gone.or(other.gone),
            faint: self.faint.or(other.faint),
            away: self.away.or(other.away),
            narrow: self.narrow.or(other.narrow),
            cuts: self.cuts.or(other.cuts),
            invisible: self.invisible.or(other.invisible),
            tiny: self.tiny.or(other.tiny),
            ink: self.ink.or(other.ink),
            paper: self.paper.or(other.paper),
        }
    }

    /// Whether the element and all inside it are out of sight, whatever is said further in.
    pub(super) fn hides_all(self) -> bool {
        let is_cut_to_nothing = self.narrow == Some(true) && self.cuts == Some(true);
        [self.gone, self.faint, self.away].contains(&Some(true)) || is_cut_to_nothing
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let value = value.trim().to_ascii_lowercase();
        let value = value.trim_end_matches("!important").trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "display" => self.gone = Some(value == "none"),
            "content-visibility" => self.gone = Some(value == "hidden"),
            "visibility" => self.invisible = Some(matches!(value, "hidden" | "collapse")),
            "opacity" => self.faint = Some(number(value).is_some_and(|(opacity, _)| opacity < 0.05)),
            "font-size" => self.tiny = Some(pixels(value).is_some_and(|size| size <= TINY)),
            "font" => self.tiny = Some(value.split([' ', '/']).any(|part| pixels(part) == Some(0.0))),
            "text-indent" | "left" | "top" | "right" | "bottom" | "margin-left" | "margin-top" | "margin-right" => {
                self.away = self.away.filter(|&away| away).or(Some(pixels(value).is_some_and(|by| by < OFF_SCREEN)));
            }
            "clip" | "clip-path" if is_empty_shape(value) => self.away = Some(true),
            "transform" if moves_away(value) => self.away = Some(true),
            "width" | "height" | "max-width" | "max-height" => {
                self.narrow = self.narrow.filter(|&narrow| narrow).or(Some(pixels(value).is_some_and(|size| size <= TINY)));
            }
            "overflow" | "overflow-x" | "overflow-y" => self.cuts = Some(value.contains("hidden") || value.contains("clip")),
            "color" | "-webkit-text-fill-color" => self.ink = ink(value).or(self.ink),
            "background" | "background-color" | "background-image" => self.paper = paper(value).or(self.paper),
            _ => {}
        }
        self
    }
}

/// Whether text in `ink` cannot be told from the `paper` it stands on.
pub(super) fn is_drawn_invisibly(ink: Option<Ink>, paper: Paper) -> bool {
    match (ink, paper) {
        (Some(Ink::Plain(ink)), Paper::Plain(paper)) => ink.looks_like(paper),
        (Some(Ink::Transparent), Paper::Plain(_)) => true,
        (None, _) | (Some(_), Paper::Unknown) => false,
    }
}

/// The colour a `color` or `bgcolor` attribute of old names.
pub(super) fn colour_attribute(value: &str) -> Option<Colour> {
    match ink(&value.trim().to_ascii_lowercase())? {
        Ink::Plain(colour) => Some(colour),
        Ink::Transparent => None,
    }
}

fn ink(value: &str) -> Option<Ink> {
    if value == "transparent" {
        return Some(Ink::Transparent);
    }
    let (colour, alpha) = colour(value)?;
    Some(if alpha < 0.05 { Ink::Transparent } else { Ink::Plain(colour) })
}

/// `None` where nothing is painted and whatever lies behind shines through.
fn paper(value: &str) -> Option<Paper> {
    if matches!(value, "transparent" | "none" | "initial" | "inherit" | "unset") {
        return None;
    }
    let is_plain = !["url(", "gradient(", "var(", "image("].iter().any(|picture| value.contains(picture));
    let colour = colour(value).or_else(|| value.split_ascii_whitespace().find_map(colour)).filter(|_| is_plain);
    match colour {
        Some((_, alpha)) if alpha < 0.05 => None,
        Some((colour, alpha)) if alpha > 0.9 => Some(Paper::Plain(colour)),
        _ => Some(Paper::Unknown),
    }
}

/// A plain colour and how much it covers, 0 to 1.
fn colour(value: &str) -> Option<(Colour, f64)> {
    if let Some(hex) = value.strip_prefix('#') {
        return hex_colour(hex);
    }
    if let Some(inside) = value.strip_prefix("rgb").and_then(|rest| rest.trim_start_matches('a').strip_prefix('(')) {
        return rgb_colour(inside.strip_suffix(')')?);
    }
    if let Some(inside) = value.strip_prefix("hsl").and_then(|rest| rest.trim_start_matches('a').strip_prefix('(')) {
        return hsl_extreme(inside);
    }
    let rgb = match value {
        "white" => [255; 3],
        "snow" => [255, 250, 250],
        "ivory" => [255, 255, 240],
        "whitesmoke" => [245; 3],
        "ghostwhite" => [248, 248, 255],
        "black" => [0; 3],
        "red" => [255, 0, 0],
        "green" => [0, 128, 0],
        "blue" => [0, 0, 255],
        "yellow" => [255, 255, 0],
        "gray" | "grey" => [128; 3],
        "silver" => [192; 3],
        _ => return None,
    };
    Some((Colour(rgb), 1.0))
}

fn hex_colour(hex: &str) -> Option<(Colour, f64)> {
    let digits: Vec<u8> = hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    let (rgb, alpha) = match digits[..] {
        [r, g, b] => ([r * 17, g * 17, b * 17], 255),
        [r, g, b, a] => ([r * 17, g * 17, b * 17], a * 17),
        [r, r2, g, g2, b, b2] => ([r * 16 + r2, g * 16 + g2, b * 16 + b2], 255),
        [r, r2, g, g2, b, b2, a, a2] => ([r * 16 + r2, g * 16 + g2, b * 16 + b2], a * 16 + a2),
        _ => return None,
    };
    Some((Colour(rgb), f64::from(alpha) / 255.0))
}

fn rgb_colour(inside: &str) -> Option<(Colour, f64)> {
    let parts: Vec<(f64, &str)> = inside.split([',', ' ', '/']).filter(|part| !part.is_empty()).map(number).collect::<Option<_>>()?;
    let channel = |(value, unit): (f64, &str)| (if unit == "%" { value * 2.55 } else { value }).clamp(0.0, 255.0).round() as u8;
    let alpha = |(value, unit): (f64, &str)| if unit == "%" { value / 100.0 } else { value };
    match parts[..] {
        [r, g, b] => Some((Colour([channel(r), channel(g), channel(b)]), 1.0)),
        [r, g, b, a] => Some((Colour([channel(r), channel(g), channel(b)]), alpha(a))),
        _ => None,
    }
}

/// Of the colours by hue only those that are white or black whatever the hue.
fn hsl_extreme(inside: &str) -> Option<(Colour, f64)> {
    let (lightness, _) = number(inside.split([',', ' ']).filter(|part| !part.is_empty()).nth(2)?)?;
    match lightness {
        97.0.. => Some((Colour::WHITE, 1.0)),
        ..=3.0 => Some((Colour([0; 3]), 1.0)),
        _ => None,
    }
}

/// A number and the unit after it.
fn number(value: &str) -> Option<(f64, &str)> {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+')).unwrap_or(value.len());
    let (digits, unit) = value.split_at(end);
    Some((digits.parse().ok()?, unit.trim()))
}

/// A length in pixels, for the units whose size is roughly known.
fn pixels(value: &str) -> Option<f64> {
    let (length, unit) = number(value)?;
    let factor = match unit {
        "" | "px" => 1.0,
        "pt" => 1.33,
        "em" | "rem" | "ex" | "ch" => 16.0,
        "vw" | "vh" | "%" => 10.0,
        "cm" => 37.8,
        "in" => 96.0,
        _ => return None,
    };
    Some(length * factor)
}

fn is_empty_shape(value: &str) -> bool {
    let shape: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    ["rect(0", "rect(1px", "inset(50%", "inset(100%", "circle(0", "polygon(00"].iter().any(|empty| shape.starts_with(empty))
}

/// Shrunk to nothing or pushed far off. Percentages are left alone: sliders move their slides by them.
fn moves_away(value: &str) -> bool {
    let Some((function, arguments)) = value.split_once('(') else { return false };
    let is_far = |argument: &str| !argument.contains('%') && pixels(argument).is_some_and(|by| by < OFF_SCREEN);
    let mut arguments = arguments.trim_end_matches(')').split(',').map(str::trim);
    match function.trim() {
        "scale" | "scalex" | "scaley" => arguments.any(|argument| number(argument).is_some_and(|(by, _)| by == 0.0)),
        "translate" | "translatex" | "translatey" | "translate3d" => arguments.any(is_far),
        _ => false,
    }
}

/// The simple rules of a page's own style sheets.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    looks: HashMap<String, Look>,
    bytes: usize,
    /// Some background is painted by a rule too intricate to follow.
    pub(super) paints_unknown_paper: bool,
}

impl Sheet {
    /// Adds the content of one `<style>`. What goes beyond the cap is passed over.
    pub(super) fn add(&mut self, css: &str) {
        self.bytes += css.len();
        if self.bytes <= MOST_STYLE_BYTES {
            self.add_rules(&without_comments(css));
        }
    }

    fn add_rules(&mut self, css: &str) {
        let mut rest = css;
        while let Some((selectors, after)) = rest.split_once('{') {
            // A statement such as an import ends at its semicolon and is no part of the selector after it.
            let selectors = selectors.rsplit(';').next().unwrap_or_default().trim();
            let end = end_of_block(after);
            if selectors.starts_with('@') {
                if applies_to_screens(selectors) {
                    self.add_flat_rules(&after[..end]);
                }
            } else {
                self.add_rule(selectors, &after[..end]);
            }
            rest = after.get(end + 1..).unwrap_or_default();
        }
    }

    /// The rules inside an `@media`; blocks inside those are not looked into.
    fn add_flat_rules(&mut self, css: &str) {
        for rule in css.split('}') {
            if let Some((selectors, declarations)) = rule.split_once('{') {
                self.add_rule(selectors.trim(), declarations);
            }
        }
    }

    fn add_rule(&mut self, selectors: &str, declarations: &str) {
        let look = Look::of_declarations(declarations);
        if look == Look::default() {
            return;
        }
        for selector in selectors.split(',').map(str::trim) {
            if !is_simple(selector) {
                self.paints_unknown_paper |= look.paper.is_some();
                continue;
            }
            let known = self.looks.entry(selector.to_owned()).or_default();
            *known = look.over(*known);
        }
    }

    /// What the rules say about an element, the most specific first.
    pub(super) fn look(&self, element: &str, id: &str, classes: &str) -> Look {
        if self.looks.is_empty() {
            return Look::default();
        }
        let of = |selector: String| self.looks.get(&selector).copied().unwrap_or_default();
        let by_id = if id.is_empty() { Look::default() } else { of(format!("#{id}")) };
        let by_class = classes
            .split_ascii_whitespace()
            .take(32)
            .fold(Look::default(), |look, class| of(format!("{element}.{class}")).over(of(format!(".{class}"))).over(look));
        by_id.over(by_class).over(of(element.to_owned()))
    }
}

fn without_comments(css: &str) -> String {
    let mut kept = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// Where the block that was just opened ends: its closing brace, or the end of the sheet.
fn end_of_block(css: &str) -> usize {
    let mut depth = 0_u32;
    for (at, byte) in css.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    css.len()
}

fn applies_to_screens(rule: &str) -> bool {
    let rule = rule.to_ascii_lowercase();
    matches!(rule.split_whitespace().collect::<Vec<_>>()[..], ["@media", "all" | "screen"])
        || rule.starts_with("@supports")
        || rule.starts_with("@layer")
}

/// One element name, class or id, or an element name with one class.
fn is_simple(selector: &str) -> bool {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    match selector.split_once(['.', '#']) {
        Some(("", name)) => is_name(name),
        Some((element, name)) => is_name(element) && is_name(name),
        None => is_name(selector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(style: &str, hides: bool) {
        assert_eq!(Look::of_declarations(style).hides_all(), hides, "{style}");
    }

    #[test]
    fn styles_that_take_text_out_of_sight_are_known() {
        for style in [
            "display:none",
            "DISPLAY : None !important",
            "opacity:0",
            "opacity: .01",
            "position:absolute;left:-9999px",
            "text-indent:-100em",
            "margin-left:-5000px",
            "clip:rect(0 0 0 0)",
            "clip: rect(0, 0, 0, 0)",
            "clip-path: inset(50%)",
            "transform:scale(0)",
            "transform: translateX(-9999px)",
            "height:0;overflow:hidden",
            "width:1px;height:1px;overflow:hidden",
            "content-visibility:hidden",
        ] {
            check(style, true);
        }
    }

    #[test]
    fn styles_of_ordinary_layout_are_no_hiding() {
        for style in [
            "display:block",
            "opacity:1",
            "left:-20px",
            "transform:translateX(-100%)",
            "height:0",
            "overflow:hidden",
            "width:100%",
            "clip:auto",
            "",
        ] {
            check(style, false);
        }
    }

    #[test]
    fn ink_like_its_paper_cannot_be_read() {
        let white = Paper::Plain(Colour::WHITE);
        let ink_of = |style: &str| Look::of_declarations(style).ink;
        for style in [
            "color:white",
            "color:#fff",
            "color:#FFFFFE",
            "color: rgb(255, 255, 255)",
            "color:rgba(0,0,0,0)",
            "color:hsl(0, 0%, 100%)",
            "color:transparent",
        ] {
            assert!(is_drawn_invisibly(ink_of(style), white), "{style}");
            assert!(!is_drawn_invisibly(ink_of(style), Paper::Unknown), "{style} on a picture");
        }
        assert!(!is_drawn_invisibly(ink_of("color:#333"), white));
        assert!(!is_drawn_invisibly(None, white));
    }

    #[test]
    fn the_colour_of_paper_is_found_among_other_words() {
        let paper_of = |style: &str| Look::of_declarations(style).paper;
        assert_eq!(paper_of("background: #fff none no-repeat"), Some(Paper::Plain(Colour::WHITE)));
        assert_eq!(paper_of("background: #fff url(x.png)"), Some(Paper::Unknown));
        assert_eq!(paper_of("background: rgba(0,0,0,0)"), None);
    }

    #[test]
    fn simple_rules_are_found_and_others_left() {
        let mut sheet = Sheet::default();
        sheet.add("@import url(x.css); /* .c{display:none} */ .a, p.b{display:none} #d{opacity:0} .e .f{display:none} @media print{.g{display:none}} @media screen{.h{display:none}} .i{color:red}");
        for (element, id, classes, hides) in [
            ("div", "", "x a", true),
            ("p", "", "b", true),
            ("div", "", "b", false),
            ("div", "", "c", false),
            ("div", "d", "", true),
            ("div", "", "f", false),
            ("div", "", "g", false),
            ("div", "", "h", true),
            ("div", "", "i", false),
        ] {
            assert_eq!(sheet.look(element, id, classes).hides_all(), hides, "{element}#{id}.{classes}");
        }
    }

    #[test]
    fn a_later_rule_and_the_inline_style_win() {
        let mut sheet = Sheet::default();
        sheet.add(".a{display:none}.a{display:block}");
        assert!(!sheet.look("p", "", "a").hides_all());
        assert!(!Look::of_declarations("display:flex").over(Look::of_declarations("display:none")).hides_all());
    }
}
