//! The refresh of one grant, again and again: each answer holds the token of the next request.

use std::net::SocketAddr;

use anyhow::Result;
use serde::Deserialize;

use crate::connection::Connection;
use crate::drive::Client;
use crate::fixed::post_form;

#[derive(Deserialize)]
struct Rotated<'a> {
    refresh_token: &'a str,
}

/// A client with a grant of its own.
#[derive(Clone)]
pub(crate) struct Refresh {
    pub(crate) host: SocketAddr,
    pub(crate) client_id: String,
    pub(crate) leaf: String,
}

impl Client for Refresh {
    async fn once(&mut self, connection: &mut Connection) -> Result<()> {
        let fields = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &self.leaf),
            ("client_id", &self.client_id),
        ];
        let request = post_form(self.host, "/token", "", &fields);
        let answer = connection.exchange(&request).await?;
        let rotated: Rotated<'_> = serde_json::from_slice(answer.success()?)?;
        rotated.refresh_token.clone_into(&mut self.leaf);
        Ok(())
    }
}
