//! What the widget's policy lets in from the network.

use crate::BundleError;

/// The origins of a widget's policy, as far as a page's own references go.
#[derive(Debug)]
pub(crate) struct Domains<'a> {
    pub(crate) resource: &'a [String],
    pub(crate) frame: &'a [String],
}

impl Domains<'_> {
    /// Whether scripts, styles, images and fonts may come from `origin`.
    pub(crate) fn check_resource(
        &self,
        file: &str,
        reference: &str,
        origin: String,
    ) -> Result<(), BundleError> {
        check(self.resource, "resource_domains", file, reference, origin)
    }

    /// Whether a frame may show `origin`.
    pub(crate) fn check_frame(
        &self,
        file: &str,
        reference: &str,
        origin: String,
    ) -> Result<(), BundleError> {
        check(self.frame, "frame_domains", file, reference, origin)
    }
}

fn check(
    allowed: &[String],
    list: &'static str,
    file: &str,
    reference: &str,
    origin: String,
) -> Result<(), BundleError> {
    if allowed.contains(&origin) {
        return Ok(());
    }
    Err(BundleError::Forbidden {
        file: file.to_owned(),
        reference: reference.to_owned(),
        origin,
        list,
    })
}
