use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;

use super::*;

fn master() -> MasterKey {
    MasterKey::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn decode(base64: &str) -> Vec<u8> {
    STANDARD.decode(base64).unwrap()
}

#[test]
fn opens_what_it_sealed() {
    let sealed = master().seal("signing key", b"key-1", b"secret").unwrap();
    assert_eq!(sealed.len(), 1 + NONCE_LEN + 6 + 16);
    let opened = master().open("signing key", b"key-1", &sealed).unwrap();
    assert_eq!(*opened, *b"secret");
}

/// What is on disk must stay readable. These were sealed by another implementation of HKDF and
/// AES-GCM (Python's `cryptography`), with the nonce 00 01 … 0b.
#[test]
fn opens_values_sealed_by_an_earlier_release() {
    let sealed = decode("AQABAgMEBQYHCAkKC2ObBFEG11m/FOKt7i4kpETX5nbx5Gc=");
    let opened = master().open("signing key", b"key-1", &sealed).unwrap();
    assert_eq!(*opened, *b"secret");
    let sealed = decode("AQABAgMEBQYHCAkKC7YMcTr1fsSMJ+TTB6nTX4ZpF5em8O1RQsU2n3I=");
    let opened = open_under_token("rt_parent", b"grt_1", &sealed).unwrap();
    assert_eq!(*opened, *b"rt_successor");
}

#[test]
fn does_not_open_for_another_purpose_context_or_key() {
    let sealed = master().seal("signing key", b"key-1", b"secret").unwrap();
    let refused = Err(SealError::DoesNotOpen);
    assert_eq!(
        master().open("upstream session", b"key-1", &sealed),
        refused
    );
    assert_eq!(master().open("signing key", b"key-2", &sealed), refused);
    let other = MasterKey::generate().unwrap();
    assert_eq!(other.open("signing key", b"key-1", &sealed), refused);
}

#[test]
fn sealing_twice_differs() {
    let seal = || master().seal("signing key", b"key-1", b"secret").unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn only_the_same_token_opens_its_successor() {
    let sealed = seal_under_token("rt_parent", b"grt_1", b"rt_successor").unwrap();
    let opened = open_under_token("rt_parent", b"grt_1", &sealed).unwrap();
    assert_eq!(*opened, *b"rt_successor");
    for (token, context) in [("rt_other", b"grt_1"), ("rt_parent", b"grt_2")] {
        assert_eq!(
            open_under_token(token, context, &sealed),
            Err(SealError::DoesNotOpen)
        );
    }
}

#[test]
fn a_token_equal_to_the_master_key_derives_another_key() {
    let text = "x".repeat(32);
    let master = MasterKey::from_base64("eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=").unwrap();
    let sealed = seal_under_token(&text, b"", b"secret").unwrap();
    assert_eq!(master.open("", b"", &sealed), Err(SealError::DoesNotOpen));
}

#[test]
fn refuses_unknown_formats() {
    let mut sealed = master().seal("p", b"", b"secret").unwrap();
    sealed[0] = 2;
    for bytes in [&sealed[..], &[], &[1], &[1; 12]] {
        assert_eq!(
            master().open("p", b"", bytes),
            Err(SealError::UnknownFormat)
        );
    }
    assert_eq!(
        master().open("p", b"", &[1; 13]),
        Err(SealError::DoesNotOpen)
    );
}

#[test]
fn master_key_survives_base64_with_or_without_padding() {
    let text = MasterKey::generate().unwrap().to_base64();
    for spelling in [
        text.as_str(),
        text.trim_end_matches('='),
        &format!(" {}\n", *text),
    ] {
        assert_eq!(
            *MasterKey::from_base64(spelling).unwrap().to_base64(),
            *text
        );
    }
}

#[test]
fn master_key_says_what_is_wrong_without_quoting_it() {
    let error = |text| MasterKey::from_base64(text).unwrap_err().to_string();
    insta::assert_snapshot!(error("not base64!"), @"the master key is not base64; make one with `openssl rand -base64 32`");
    insta::assert_snapshot!(error("c2hvcnQ="), @"the master key has 5 bytes instead of 32; make one with `openssl rand -base64 32`");
    insta::assert_snapshot!(format!("{:?}", master()), @"MasterKey(redacted)");
}

proptest! {
    #[test]
    fn no_altered_value_opens(
        plaintext in proptest::collection::vec(any::<u8>(), 0..64),
        position: proptest::sample::Index,
        flip in 1u8..,
    ) {
        let mut sealed = master().seal("p", b"c", &plaintext).unwrap();
        prop_assert_eq!(&*master().open("p", b"c", &sealed).unwrap(), &plaintext);
        let position = position.index(sealed.len());
        sealed[position] ^= flip;
        prop_assert!(master().open("p", b"c", &sealed).is_err());
    }

    #[test]
    fn opening_anything_never_panics(sealed in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(master().open("p", b"", &sealed).is_err());
        prop_assert!(open_under_token("t", b"", &sealed).is_err());
    }
}
