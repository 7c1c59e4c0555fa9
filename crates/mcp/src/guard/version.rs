//! What a version of MCP allows, as far as the guard has to know.
//!
//! Versions are dates and compare as text. Whether a version is known at all is rmcp's to say.

use http::HeaderMap;

const HEADER: &str = "mcp-protocol-version";
/// The only version with batches, and the one that a request without the header speaks (MCP
/// 2025-06-18 "Protocol Version Header").
const WITH_BATCHES: &str = "2025-03-26";
/// The first version in which a result says that it is complete.
const FIRST_WITH_RESULT_TYPE: &str = "2026-07-28";

/// Whether a request may carry several messages. Two headers are a contradiction and allow nothing.
pub(crate) fn allows_batches(headers: &HeaderMap) -> bool {
    headers
        .get_all(HEADER)
        .iter()
        .all(|version| version == WITH_BATCHES)
}

/// Whether a result carries `resultType`.
pub(crate) fn has_result_type(headers: &HeaderMap) -> bool {
    headers
        .get(HEADER)
        .is_some_and(|version| version.as_bytes() >= FIRST_WITH_RESULT_TYPE.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speaking(versions: &[&str]) -> HeaderMap {
        let name = http::HeaderName::from_static(HEADER);
        versions
            .iter()
            .map(|version| (name.clone(), version.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_2025_03_26_has_batches_and_is_assumed() {
        for versions in [&[][..], &["2025-03-26"]] {
            assert!(allows_batches(&speaking(versions)), "{versions:?}");
        }
        for versions in [
            &["2025-06-18"][..],
            &["2024-11-05"],
            &[""],
            &["2025-03-26", "2026-07-28"],
        ] {
            assert!(!allows_batches(&speaking(versions)), "{versions:?}");
        }
    }

    #[test]
    fn results_have_a_type_from_2026_07_28_on() {
        assert!(has_result_type(&speaking(&["2026-07-28"])));
        assert!(!has_result_type(&speaking(&["2025-11-25"])));
        assert!(!has_result_type(&speaking(&[])));
    }
}
