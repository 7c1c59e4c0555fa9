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

/// Where the variables land whose text is the value.
const KEYS: [(&str, &[&str]); 6] = [
    ("SERVER_BASE_URL", &["public_url"]),
    (PRIVY_APP_ID, &["login", "privy", "app_id"]),
    ("PRIVY_APP_SECRET", &["login", "privy", "app_secret"]),
    ("PRIVY_API_URL", &["login", "privy", "api_url"]),
    ("PRIVY_AUTH_URL", &["login", "privy", "auth_url"]),
    (PROTOCOL_API_URL, &["api", "url"]),
];

/// The variable that makes Privy the login where nothing else names one.
pub(crate) const PRIVY_APP_ID: &str = "PRIVY_APP_ID";

/// The variable that makes mcp2's tools the product where nothing else names one: mcp2 knew no others.
const PROTOCOL_API_URL: &str = "PROTOCOL_API_URL";

/// Reads the variables of mcp2's `.env` that mean something here. Empty ones are not set.
pub(crate) fn read(variables: &[(String, OsString)]) -> Mcp2 {
    let mut mcp2 = Mcp2::default();
    for (name, value) in variables {
        let value = value.to_str().map_or("", str::trim);
        if value.is_empty() {
            continue;
        }
        let origin = || Origin::Variable(name.clone());
        if let Some((_, key)) = KEYS.iter().find(|(known, _)| known == name) {
            mcp2.layer.set(key, value, origin());
        }
        match name.as_str() {
            PRIVY_APP_ID => mcp2.layer.set(&["login", "provider"], "privy", origin()),
            PROTOCOL_API_URL => mcp2.layer.set(&["app"], "index-network", origin()),
            "VITE_PRIVY_APP_ID" if differs(variables, PRIVY_APP_ID, value) => mcp2.refuse(
                name,
                "differs from PRIVY_APP_ID, and both name the app at Privy: correct one, or unset this one, which is not needed here",
            ),
            "PROTOCOL_API_TIMEOUT_MS" => match value.parse::<u64>() {
                Ok(milliseconds) => mcp2.layer.set(
                    &["api", "timeout"],
                    format!("{}s", milliseconds.div_ceil(1000)),
                    origin(),
                ),
                Err(_) => mcp2.refuse(name, "must be a whole number of milliseconds"),
            },
            "EXTRACT_INTENT_INSTRUCTION_CHAR_LIMIT" => mcp2.count(name, "instruction_chars", value),
            "EXTRACT_INTENT_SECTION_CHAR_LIMIT" => mcp2.count(name, "section_chars", value),
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

    fn count(&mut self, name: &str, key: &str, value: &str) {
        match value.parse::<i64>() {
            Ok(count) => {
                let origin = Origin::Variable(name.to_owned());
                self.layer.set(&["index_network", key], count, origin);
            }
            Err(_) => self.refuse(name, "must be a whole number of characters"),
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

/// Whether another variable is set, and to something else.
fn differs(variables: &[(String, OsString)], name: &str, value: &str) -> bool {
    let other = variables.iter().find(|(known, _)| known == name);
    let other = other.map_or("", |(_, other)| other.to_str().map_or("", str::trim));
    !other.is_empty() && other != value
}
