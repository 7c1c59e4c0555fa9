//! mcp2's variables, so that its `.env` works as it is.

use std::ffi::OsString;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::layer::Layer;
use crate::problem::{Origin, Problem};

/// `PORT` has no key of its own: it is a default for part of others (see [`crate::derived`]).
#[derive(Debug, Default)]
pub(crate) struct Mcp2 {
    pub(crate) layer: Layer,
    pub(crate) port: Option<u16>,
    pub(crate) problems: Vec<Problem>,
}

/// Reads `SERVER_BASE_URL`, `PORT`, `JWT_PRIVATE_KEY` and `JWT_PUBLIC_KEY`. Empty ones are not set.
pub(crate) fn read(variables: &[(String, OsString)]) -> Mcp2 {
    let mut mcp2 = Mcp2::default();
    for (name, value) in variables {
        let value = value.to_str().map_or("", str::trim);
        if value.is_empty() {
            continue;
        }
        match name.as_str() {
            "SERVER_BASE_URL" => {
                let origin = Origin::Variable(name.clone());
                mcp2.layer.set(&["public_url"], value, origin);
            }
            "PORT" => match value.parse() {
                Ok(port) if port > 0 => mcp2.port = Some(port),
                _ => mcp2.refuse(name, "must be a port from 1 to 65535"),
            },
            "JWT_PRIVATE_KEY" => mcp2.key(name, "import_private_key", value),
            "JWT_PUBLIC_KEY" => mcp2.key(name, "import_public_key", value),
            _ => {}
        }
    }
    mcp2
}

impl Mcp2 {
    fn key(&mut self, name: &str, key: &str, value: &str) {
        let pem = STANDARD
            .decode(value)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        match pem {
            Some(pem) => self
                .layer
                .set(&["tokens", key], pem, Origin::Variable(name.to_owned())),
            None => self.refuse(
                name,
                "not base64 of a PEM file: make it with `base64 -w0 key.pem`, or unset it",
            ),
        }
    }

    fn refuse(&mut self, name: &str, message: &str) {
        self.problems.push(Problem {
            origin: Origin::Variable(name.to_owned()),
            key: String::new(),
            message: message.to_owned(),
        });
    }
}
