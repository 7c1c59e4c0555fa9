//! `[brand]`

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::findings::Findings;
use crate::{Color, Environment};

/// How the pages look.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// The product's name on every page.
    pub name: String,
    /// The path of an SVG or PNG file of 64 KiB at most. Without it the name stands alone.
    pub logo: Option<PathBuf>,
    /// The colour of buttons and links as `#rrggbb`. Without it the built-in one.
    pub color: Option<Color>,
    /// What was read from `logo`.
    #[serde(skip)]
    pub logo_image: Option<Logo>,
}

/// The picture that [`Brand::logo`] names, checked and in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// `image/svg+xml` or `image/png`, by content and not by file name.
    pub media_type: &'static str,
    /// The file, byte for byte.
    pub bytes: Vec<u8>,
}

const LARGEST_LOGO: usize = 64 * 1024;

impl Default for Brand {
    fn default() -> Self {
        Self {
            name: "countersign".to_owned(),
            logo: None,
            color: None,
            logo_image: None,
        }
    }
}

impl Brand {
    pub(crate) fn check(&self, findings: &mut Findings) {
        findings.shown_text(["brand", "name"], &self.name, 60);
    }

    /// Reads the picture, so that a wrong path is known at the start and not on the first page.
    pub(crate) fn read_logo(&mut self, environment: &impl Environment, findings: &mut Findings) {
        let Some(path) = &self.logo else { return };
        let bytes = match environment.read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                return findings.refuse(
                    ["brand", "logo"],
                    format!(
                        "cannot read {}: {error}; correct the path or remove the key",
                        path.display()
                    ),
                );
            }
        };
        if bytes.len() > LARGEST_LOGO {
            return findings.refuse(
                ["brand", "logo"],
                "larger than 64 KiB, and every page loads it: make it smaller",
            );
        }
        match media_type(&bytes) {
            Some(media_type) => self.logo_image = Some(Logo { media_type, bytes }),
            None => findings.refuse(["brand", "logo"], "neither SVG nor PNG: convert it"),
        }
    }
}

fn media_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    let text = std::str::from_utf8(bytes)
        .ok()?
        .trim_start_matches('\u{feff}')
        .trim_start();
    let is_svg = text.starts_with("<svg")
        || ((text.starts_with("<?xml") || text.starts_with("<!")) && text.contains("<svg"));
    is_svg.then_some("image/svg+xml")
}
