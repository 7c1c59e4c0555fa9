use countersign_oauth::scope::ScopeSet;
use countersign_oauth::www_authenticate::{BearerChallenge, BearerError, basic};
use proptest::prelude::*;

/// The parameters of one `k="v", k="v"` challenge, read as strictly as RFC 9110 §11.6.1 allows.
fn parameters(challenge: &str, scheme: &str) -> Vec<(String, String)> {
    let mut rest = challenge
        .strip_prefix(scheme)
        .unwrap()
        .strip_prefix(' ')
        .unwrap();
    let mut parameters = Vec::new();
    loop {
        let (name, after) = rest.split_once("=\"").unwrap();
        let (value, after) = after.split_once('"').unwrap();
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{name:?}"
        );
        parameters.push((name.to_owned(), value.to_owned()));
        if after.is_empty() {
            return parameters;
        }
        rest = after.strip_prefix(", ").unwrap();
    }
}

proptest! {
    #[test]
    fn whatever_it_holds_a_challenge_is_one_printable_header(
        description in any::<String>(),
        resource_metadata in any::<String>(),
        scope in "([a-c:]{1,3} ?){0,4}",
    ) {
        let scope = ScopeSet::parse(&scope).unwrap();
        let challenge = BearerChallenge {
            error: Some(BearerError::InvalidToken),
            error_description: Some(description),
            scope: Some(scope.clone()),
            resource_metadata,
        }
        .to_string();
        prop_assert!(challenge.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let parameters = parameters(&challenge, "Bearer");
        let names: Vec<_> = parameters.iter().map(|(name, _)| name.as_str()).collect();
        let expected = ["error", "error_description", "resource_metadata", "scope"];
        prop_assert_eq!(&names[..], &expected[..if scope.is_empty() { 3 } else { 4 }]);
        prop_assert_eq!(&parameters[0].1, "invalid_token");
    }

    #[test]
    fn a_basic_challenge_is_one_printable_header(realm in any::<String>()) {
        let names: Vec<_> = parameters(&basic(&realm), "Basic").into_iter().map(|(name, _)| name).collect();
        prop_assert_eq!(names, ["realm", "charset"]);
    }
}
