use countersign_oauth::scope::ScopeSet;
use proptest::prelude::*;

fn set() -> impl Strategy<Value = ScopeSet> {
    "([a-e]{1,2} ?){0,12}".prop_map(|list| ScopeSet::parse(&list).unwrap())
}

proptest! {
    #[test]
    fn never_panics(list in any::<String>()) {
        let _ = ScopeSet::parse(&list);
    }

    #[test]
    fn display_parses_back_to_the_same_order(list in "[!#-\\[\\]-~ ]{0,200}") {
        let set = ScopeSet::parse(&list).unwrap();
        let again = ScopeSet::parse(&set.to_string()).unwrap();
        prop_assert_eq!(again.to_string(), set.to_string());
    }

    #[test]
    fn intersection_never_widens(a in set(), b in set()) {
        let both = a.intersection(&b);
        prop_assert!(both.is_subset(&a) && both.is_subset(&b));
        prop_assert_eq!(&both, &b.intersection(&a));
        prop_assert_eq!(both.union(&a.difference(&b)), a);
    }

    #[test]
    fn union_has_both(a in set(), b in set()) {
        let union = a.union(&b);
        prop_assert!(a.is_subset(&union) && b.is_subset(&union));
        prop_assert_eq!(union.len(), a.len() + b.difference(&a).len());
    }
}
