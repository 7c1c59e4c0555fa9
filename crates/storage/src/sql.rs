//! SQL text, written once for both databases.

/// One statement, in the numbering of each database.
#[derive(Debug)]
pub struct Sql {
    /// The name of its static, for diagnostics.
    pub(crate) name: &'static str,
    /// With `$1`, as PostgreSQL reads it.
    pub(crate) postgres: &'static str,
    /// With `?1`, as SQLite must read it.
    pub(crate) sqlite: &'static str,
}

/// `text` with every `$N` turned into `?N`.
///
/// SQLite also accepts `$1`, but as a *named* parameter, numbered by first appearance: `SET a = $2
/// WHERE b = $1` would bind both values swapped, without an error. The rewriting is bytewise, so a
/// `$` of any other kind (dollar quoting, a JSON path) does not compile.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time, where an index out of bounds is a compile error"
)]
pub(crate) const fn numbered<const N: usize>(text: &str) -> [u8; N] {
    let source = text.as_bytes();
    assert!(source.len() == N, "the array has the length of the text");
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = source[at];
        if source[at] == b'$' {
            assert!(
                at + 1 < N && source[at + 1].is_ascii_digit(),
                "`$` stands only before a parameter's number"
            );
            bytes[at] = b'?';
        }
        at += 1;
    }
    bytes
}

/// The text of rewritten bytes; ASCII was replaced by ASCII, so it is still UTF-8.
pub(crate) const fn text(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Declares the statements of a module, and `STATEMENTS`, the list of all of them, which a test
/// prepares on both databases.
macro_rules! sql {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $(
            $(#[$doc])*
            static $name: $crate::sql::Sql = {
                const TEXT: &str = $text;
                const BYTES: [u8; TEXT.len()] = $crate::sql::numbered(TEXT);
                $crate::sql::Sql {
                    name: stringify!($name),
                    postgres: TEXT,
                    sqlite: $crate::sql::text(&BYTES),
                }
            };
        )+

        #[cfg(test)]
        pub(super) static STATEMENTS: &[&$crate::sql::Sql] = &[$(&$name),+];
    };
}
pub(crate) use sql;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_parameters_for_sqlite() {
        const TEXT: &str = "UPDATE t SET a = $2 WHERE b = $1 AND c = 'é'";
        const BYTES: [u8; TEXT.len()] = numbered(TEXT);
        assert_eq!(text(&BYTES), "UPDATE t SET a = ?2 WHERE b = ?1 AND c = 'é'");
    }

    #[test]
    #[should_panic(expected = "only before a parameter's number")]
    fn refuses_a_dollar_that_no_digit_follows() {
        numbered::<9>("SELECT $$");
    }
}
