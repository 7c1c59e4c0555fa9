//! Scope tokens and sets of them (RFC 6749 §3.3).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// OpenID Connect's marker scope.
pub const OPENID: &str = "openid";
/// OpenID Connect's scope for the default profile claims.
pub const PROFILE: &str = "profile";
/// OpenID Connect's scope for refresh tokens; clients add it when the metadata lists it.
pub const OFFLINE_ACCESS: &str = "offline_access";

/// A value is not a `scope` of RFC 6749 §3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScope {
    /// A token is empty or has a character outside `%x21 / %x23-5B / %x5D-7E`.
    #[error("a scope token has a character that RFC 6749 section 3.3 does not allow")]
    IllegalCharacter,
    /// More than [`ScopeSet::MAX`] different tokens.
    #[error("more than {} scope tokens", ScopeSet::MAX)]
    TooMany,
}

/// One scope token.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(String);

impl Scope {
    /// Checks the grammar of one token.
    pub fn parse(token: &str) -> Result<Self, InvalidScope> {
        let legal = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        if !token.is_empty() && token.bytes().all(legal) {
            Ok(Self(token.to_owned()))
        } else {
            Err(InvalidScope::IllegalCharacter)
        }
    }

    /// The token as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(token: &str) -> Result<Self, Self::Err> {
        Self::parse(token)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Scopes without duplicates, in the order in which they were first named.
///
/// The order is kept for the reader (a consent page lists scopes as the request did) and means
/// nothing: two sets with the same members are equal.
#[derive(Clone, Debug, Default)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// The most tokens a parsed set may have. A product has a handful of scopes; the bound keeps
    /// the quadratic removal of duplicates cheap for whatever is sent.
    pub const MAX: usize = 128;

    /// The set without members.
    pub const fn empty() -> Self {
        Self(Vec::new())
    }

    /// Reads a space-delimited list; the empty string is the empty set. Runs of spaces count as
    /// one, because clients that join lists send them and they cannot change the meaning.
    pub fn parse(list: &str) -> Result<Self, InvalidScope> {
        let mut set = Self::empty();
        for token in list.split(' ').filter(|token| !token.is_empty()) {
            set.insert(Scope::parse(token)?);
            if set.len() > Self::MAX {
                return Err(InvalidScope::TooMany);
            }
        }
        Ok(set)
    }

    fn insert(&mut self, scope: Scope) {
        if !self.contains(&scope) {
            self.0.push(scope);
        }
    }

    /// The members, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the scope is a member. Scopes are case-sensitive.
    pub fn contains(&self, scope: impl AsRef<str>) -> bool {
        self.iter().any(|member| member.as_str() == scope.as_ref())
    }

    /// Whether every member is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.contains(scope))
    }

    /// The members that are in `other`, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.iter()
            .filter(|scope| other.contains(scope))
            .cloned()
            .collect()
    }

    /// The members that are not in `other`, in this set's order.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.iter()
            .filter(|scope| !other.contains(scope))
            .cloned()
            .collect()
    }

    /// The members of both: this set's first, then what `other` adds.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other).cloned().collect()
    }
}

impl PartialEq for ScopeSet {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.is_subset(other)
    }
}

impl Eq for ScopeSet {}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::empty();
        scopes.into_iter().for_each(|scope| set.insert(scope));
        set
    }
}

impl IntoIterator for ScopeSet {
    type Item = Scope;
    type IntoIter = std::vec::IntoIter<Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Scope;
    type IntoIter = std::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl FromStr for ScopeSet {
    type Err = InvalidScope;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        Self::parse(list)
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidScope, Scope, ScopeSet};

    fn set(list: &str) -> ScopeSet {
        ScopeSet::parse(list).unwrap()
    }

    #[test]
    fn keeps_order_and_drops_duplicates() {
        assert_eq!(set("b a  b c a").to_string(), "b a c");
    }

    #[test]
    fn equality_ignores_order() {
        assert_eq!(set("a b"), set("b a"));
        assert_ne!(set("a b"), set("a"));
        assert_ne!(set("a b"), set("a c"));
    }

    #[test]
    fn rejects_characters_outside_the_grammar() {
        for illegal in ["a\"b", "a\\b", "a\tb", "a\nb", "é", "a\u{7f}", "\0"] {
            assert_eq!(
                ScopeSet::parse(illegal),
                Err(InvalidScope::IllegalCharacter),
                "{illegal:?}"
            );
        }
        assert_eq!(Scope::parse(""), Err(InvalidScope::IllegalCharacter));
        assert_eq!(Scope::parse("a b"), Err(InvalidScope::IllegalCharacter));
    }

    #[test]
    fn accepts_every_character_of_the_grammar() {
        assert!(Scope::parse("!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~").is_ok());
    }

    #[test]
    fn bounds_the_number_of_tokens() {
        let list = |n: usize| (0..n).map(|i| i.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(set(&list(ScopeSet::MAX)).len(), ScopeSet::MAX);
        assert_eq!(
            ScopeSet::parse(&list(ScopeSet::MAX + 1)),
            Err(InvalidScope::TooMany)
        );
    }

    #[test]
    fn set_operations_keep_the_left_order() {
        assert_eq!(set("c b a").intersection(&set("a c")).to_string(), "c a");
        assert_eq!(set("c b a").difference(&set("b")).to_string(), "c a");
        assert_eq!(set("b a").union(&set("a c")).to_string(), "b a c");
        assert!(set("a").is_subset(&set("b a")));
        assert!(!set("A").is_subset(&set("b a")));
        assert!(ScopeSet::empty().is_subset(&set("")));
    }

    #[test]
    fn serializes_as_one_string() {
        let json = serde_json::to_string(&set("a b")).unwrap();
        assert_eq!(json, r#""a b""#);
        assert_eq!(serde_json::from_str::<ScopeSet>(&json).unwrap(), set("a b"));
        assert!(serde_json::from_str::<ScopeSet>(r#""é""#).is_err());
    }
}
