//! The answer to a registration.

use serde::Serialize;

use super::ClientMetadata;

/// The client information response (RFC 7591 §3.2.1): what was registered, whatever was asked for.
///
/// Complete, because clients take a member that is missing for a default of their own.
#[derive(Clone, Copy, Serialize)]
pub struct ClientInformationResponse<'a> {
    /// The new identifier.
    pub client_id: &'a str,
    /// When it was issued, in seconds since 1970.
    pub client_id_issued_at: u64,
    /// The secret, if the client's method uses one. This is the only time it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<&'a str>,
    /// Required beside a secret: when it expires, in seconds since 1970, 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_expires_at: Option<u64>,
    /// The registered metadata.
    #[serde(flatten)]
    pub metadata: &'a ClientMetadata,
}
