use countersign_oauth::params::{MAX_PARAMETERS, Params};
use proptest::prelude::*;
use url::form_urlencoded;

proptest! {
    #[test]
    fn never_panics(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = Params::parse(&bytes);
    }

    #[test]
    fn reads_back_what_a_form_encoder_wrote(
        pairs in prop::collection::vec(("[a-z_é&=+%]{1,8}", "[^\0]{1,20}"), 0..MAX_PARAMETERS),
    ) {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let params = Params::parse(encoded.as_bytes()).unwrap();
        for (name, _) in &pairs {
            let sent: Vec<_> = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| value).collect();
            prop_assert_eq!(params.all(name), sent.clone());
            prop_assert_eq!(params.get(name).is_err(), sent.len() > 1);
        }
    }

    #[test]
    fn agrees_with_a_lenient_parser_on_what_it_accepts(encoded in "[a-c=&+%0-9A-F]{0,64}") {
        if let Ok(params) = Params::parse(encoded.as_bytes()) {
            for (name, _) in form_urlencoded::parse(encoded.as_bytes()) {
                let lenient: Vec<_> = form_urlencoded::parse(encoded.as_bytes())
                    .filter(|(other, value)| *other == name && !value.is_empty())
                    .map(|(_, value)| value.into_owned())
                    .collect();
                prop_assert_eq!(params.all(&name), lenient);
            }
        }
    }

    #[test]
    fn debug_never_shows_a_value(value in "[A-Z]{12,20}") {
        let params = Params::parse(format!("code={value}").as_bytes()).unwrap();
        let shown = format!("{params:?}");
        prop_assert!(!shown.contains(&value));
    }
}
