//! "Did you mean".

/// The known name that is most like what was written, if any is: one slip in three characters.
pub(crate) fn nearest<'a>(written: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let most = (written.chars().count() / 3).max(1);
    known
        .map(|name| (strsim::osa_distance(&written, &name.to_lowercase()), name))
        .filter(|(slips, _)| *slips <= most)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_name_behind_a_slip_and_nothing_behind_noise() {
        let known = ["access_ttl", "refresh_ttl", "refresh_grace", "log"];
        let near = |written| nearest(written, known.into_iter());
        assert_eq!(near("acces_ttl"), Some("access_ttl"));
        assert_eq!(near("REFRESH_TTL"), Some("refresh_ttl"));
        assert_eq!(near("lgo"), Some("log"));
        assert_eq!(near("access_token_ttl"), None);
        assert_eq!(near("banana"), None);
        assert_eq!(near(""), None);
    }
}
