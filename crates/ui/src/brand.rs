//! Whose server this is: the operator's name, logo and colour.

use crate::{asset::Asset, color::Color};

/// Of the backgrounds in `static/app.css`, the one that leaves coloured text the least contrast
/// in each scheme (a test compares them).
const GROUND_LIGHT: Color = Color::rgb(0xf6, 0xf5, 0xf2);
const GROUND_DARK: Color = Color::rgb(0x1b, 0x1c, 0x1a);

/// WCAG 2.2, 1.4.3 asks for 4.5 to 1 in text; links are thin and stand among ink, so more.
const TEXT: f64 = 5.5;
/// WCAG 2.2, 1.4.11: what shows where a control is.
const CONTROL: f64 = 3.0;

/// The operator's identity, on every page. Made once at start-up.
#[derive(Clone, Debug)]
pub struct Brand {
    name: String,
    logo: Option<String>,
    color: Color,
    stylesheet: Asset,
}

/// Why a brand cannot be shown.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BrandError {
    /// The name is blank, or longer than a page's heading can carry.
    #[error("the name must have 1 to {MAX_NAME} characters")]
    Name,
    /// The logo would be loaded from somewhere else, which the pages' policy forbids.
    #[error("the logo must be a path on this server (`/…`) or a `data:image/…` address")]
    Logo,
}

/// Longest name, in characters.
const MAX_NAME: usize = 60;

impl Default for Brand {
    /// countersign's own.
    fn default() -> Self {
        Self::build("countersign".to_owned(), None, Color::rgb(0x0b, 0x6b, 0x4c))
    }
}

impl Brand {
    /// A brand of the operator's own. `logo` is an address for `<img src>`: a path on this
    /// origin or a `data:image/…` address; it is drawn 32 pixels high.
    pub fn new(name: &str, logo: Option<&str>, color: Color) -> Result<Self, BrandError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME {
            return Err(BrandError::Name);
        }
        // `//host/…` is an address elsewhere, whatever it looks like.
        let ours = |logo: &str| {
            logo.starts_with("data:image/") || (logo.starts_with('/') && !logo.starts_with("//"))
        };
        if logo.is_some_and(|logo| !ours(logo)) {
            return Err(BrandError::Logo);
        }
        Ok(Self::build(name.to_owned(), logo.map(str::to_owned), color))
    }

    fn build(name: String, logo: Option<String>, color: Color) -> Self {
        let stylesheet = Asset::hashed("brand", "css", "text/css; charset=utf-8", css(color));
        Self {
            name,
            logo,
            color,
            stylesheet,
        }
    }

    /// The name, as on the pages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The colour, as configured.
    pub fn color(&self) -> Color {
        self.color
    }

    /// What the pages load besides [`assets`](crate::assets): the stylesheet with this brand's
    /// colours, and `/favicon.svg`.
    pub fn assets(&self) -> [Asset; 2] {
        [
            self.stylesheet.clone(),
            Asset::plain("/favicon.svg", "image/svg+xml", favicon(self.color)),
        ]
    }

    pub(crate) fn logo(&self) -> Option<&str> {
        self.logo.as_deref()
    }

    pub(crate) fn stylesheet(&self) -> &str {
        &self.stylesheet.path
    }

    /// Whether the operator has not made it theirs: then the pages need not name what runs them.
    pub(crate) fn is_ours(&self) -> bool {
        self.name == "countersign"
    }

    /// The name as the `<name>` of `claude mcp add`: lower-case ASCII, digits and hyphens.
    pub(crate) fn slug(&self) -> String {
        let mut slug = String::new();
        for c in self.name.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        if slug.is_empty() {
            "countersign".to_owned()
        } else {
            slug.to_owned()
        }
    }
}

/// The colours derived from one brand colour for one scheme.
struct Accent {
    fill: Color,
    on_fill: Color,
    hover: Color,
    edge: Color,
    text: Color,
}

impl Accent {
    fn light(color: Color) -> Self {
        // A bright brand keeps its fill and gets a darker edge instead.
        Self::new(color, GROUND_LIGHT, Color::BLACK)
    }

    fn dark(color: Color) -> Self {
        Self::new(
            color.reaching(CONTROL, GROUND_DARK, Color::WHITE),
            GROUND_DARK,
            Color::WHITE,
        )
    }

    fn new(fill: Color, ground: Color, goal: Color) -> Self {
        let on_fill = fill.ink();
        // Away from the label's colour, so that hovering never costs contrast.
        let away = if on_fill == Color::WHITE {
            Color::BLACK
        } else {
            Color::WHITE
        };
        Self {
            fill,
            on_fill,
            hover: fill.towards(away, 8),
            edge: fill.reaching(CONTROL, ground, goal),
            text: fill.reaching(TEXT, ground, goal),
        }
    }

    fn declarations(&self) -> String {
        let Self {
            fill,
            on_fill,
            hover,
            edge,
            text,
        } = self;
        format!(
            ":root{{--accent:{fill};--on-accent:{on_fill};--accent-hover:{hover};\
             --accent-edge:{edge};--accent-text:{text}}}"
        )
    }
}

fn css(color: Color) -> Vec<u8> {
    let (light, dark) = (Accent::light(color), Accent::dark(color));
    format!(
        "{}\n@media (prefers-color-scheme:dark){{{}}}\n",
        light.declarations(),
        dark.declarations()
    )
    .into_bytes()
}

/// The mark of `templates/icons/mark.svg` on a tile of the brand's colour.
fn favicon(color: Color) -> Vec<u8> {
    let ink = color.ink();
    let strokes = include_str!("../templates/icons/mark.svg")
        .replace("currentColor", &ink.to_string())
        .replace("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ");
    strokes
        .replacen(
            '>',
            &format!("><rect width=\"32\" height=\"32\" rx=\"8\" fill=\"{color}\"/>"),
            1,
        )
        .into_bytes()
}

#[cfg(test)]
mod tests;
