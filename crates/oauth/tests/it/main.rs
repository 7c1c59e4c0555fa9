//! Properties of the parsers under arbitrary input, and the published documents as a whole.

#![expect(
    clippy::unwrap_used,
    reason = "a property that cannot be stated has failed"
)]

mod metadata;
mod params;
mod redirect_uri;
mod scope;
mod www_authenticate;
