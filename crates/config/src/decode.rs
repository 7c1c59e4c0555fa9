//! From the checked table to the structs.

use serde_path_to_error::Segment;
use toml::Value;

use crate::Config;
use crate::findings::Findings;
use crate::key_path::KeyPath;
use crate::layer::Layer;

/// Reads the structs. A value that cannot be read is reported and taken out, and its default stands in,
/// so that one run finds every such value.
pub(crate) fn decode(settings: &mut Layer, findings: &mut Findings) -> Config {
    loop {
        let error = match serde_path_to_error::deserialize(Value::Table(settings.table.clone())) {
            Ok(config) => return config,
            Err(error) => error,
        };
        let path = key_path(error.path());
        findings.refuse(path.clone(), error.inner().message());
        // Each round takes something out, so there is a last one.
        if !settings.discard(&path) {
            return Config::default();
        }
    }
}

fn key_path(path: &serde_path_to_error::Path) -> KeyPath {
    path.iter()
        .fold(KeyPath::default(), |path, segment| match segment {
            Segment::Map { key } => path.key(key),
            Segment::Seq { index } => path.index(*index),
            Segment::Enum { .. } | Segment::Unknown => path,
        })
}
