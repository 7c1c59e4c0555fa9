//! `srcset` (HTML section 4.8.4.2.1): addresses, each with what it is good for.

/// Puts other addresses into a `srcset`. `replace` answers `None` for one that stays.
pub(crate) fn rewrite<E>(
    text: &str,
    mut replace: impl FnMut(&str) -> Result<Option<String>, E>,
) -> Result<String, E> {
    let mut candidates = Vec::new();
    let mut rest = text;
    loop {
        let skipped = |c: char| c.is_ascii_whitespace() || c == ',';
        rest = rest.trim_start_matches(skipped);
        if rest.is_empty() {
            return Ok(candidates.join(", "));
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace());
        let (address, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let bare = address.trim_end_matches(',');
        let descriptor;
        // A comma right behind the address ends the candidate; one inside belongs to the address.
        if bare.len() < address.len() {
            (descriptor, rest) = ("", behind);
        } else {
            (descriptor, rest) = behind.split_once(',').unwrap_or((behind, ""));
        }
        let replaced = replace(bare)?;
        let candidate = format!("{} {descriptor}", replaced.as_deref().unwrap_or(bare));
        candidates.push(
            candidate
                .split_ascii_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_replaced_and_descriptors_stay() {
        for (text, expected) in [
            ("a.png", "<a.png>"),
            ("a.png 1x, b.png 2x", "<a.png> 1x, <b.png> 2x"),
            (" a.png  100w,\n b.png 2x ,", "<a.png> 100w, <b.png> 2x"),
            ("a.png, b.png", "<a.png>, <b.png>"),
            ("a,b.png 2x", "<a,b.png> 2x"),
            ("", ""),
            (",,", ""),
        ] {
            let rewritten = rewrite(text, |address| Ok::<_, ()>(Some(format!("<{address}>"))));
            assert_eq!(rewritten.unwrap(), expected, "{text:?}");
        }
        let data = "data:image/png;base64,AA== 2x, b.png";
        assert_eq!(rewrite(data, |_| Ok::<_, ()>(None)).unwrap(), data);
    }
}
