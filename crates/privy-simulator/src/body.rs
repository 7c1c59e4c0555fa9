//! JSON bodies, whose refusals are JSON as well.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::core::Core;
use crate::failure::Failure;

/// A JSON body; none at all counts as `{}`.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<Core>> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, core: &Arc<Core>) -> Result<Self, Failure> {
        let bytes = Bytes::from_request(request, core)
            .await
            .map_err(|error| Failure::invalid_data(error.to_string()))?;
        let bytes = if bytes.is_empty() { b"{}" } else { &bytes[..] };
        serde_json::from_slice(bytes)
            .map(Self)
            .map_err(|error| Failure::invalid_data(format!("Invalid body: {error}")))
    }
}
