//! When it did not work.

use askama::Template;

use crate::Brand;

/// What happened and what to do next. Never carries the source of an error.
#[derive(Clone, Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand,
    /// A heading of a few words.
    pub title: &'a str,
    /// What happened, as sentences.
    pub happened: &'a str,
    /// What to do next, as sentences.
    pub next: &'a str,
    /// The code that finds this refusal in the operator's log.
    pub reference: Option<&'a str>,
    /// Somewhere to go from here.
    pub link: Option<Link<'a>>,
}

/// A way out of an error.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Address on this origin.
    pub href: &'a str,
    /// Its words.
    pub label: &'a str,
}

impl<'a> ErrorPage<'a> {
    fn new(brand: &'a Brand, title: &'a str, happened: &'a str, next: &'a str) -> Self {
        Self {
            brand,
            title,
            happened,
            next,
            reference: None,
            link: None,
        }
    }

    /// An authorization request that must not be answered by a redirect (RFC 6749, section
    /// 4.1.2.1): `happened` says what is wrong with it.
    pub fn bad_authorization_request(brand: &'a Brand, happened: &'a str) -> Self {
        Self::new(
            brand,
            "This app can’t connect",
            happened,
            "Go back to the app and try again. If it happens again, tell the people who make \
             the app, with the reference below.",
        )
    }

    /// A form whose proof of origin is missing or stale.
    pub fn forbidden(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "We couldn’t accept that form",
            "It did not come from a page that this browser opened here, so nothing was changed.",
            "Open the page again and repeat what you were doing. Cookies must be allowed for \
             this site.",
        )
    }

    /// No such address.
    pub fn not_found(brand: &'a Brand) -> Self {
        Self {
            link: Some(Link {
                href: "/",
                label: "Go to the start page",
            }),
            ..Self::new(
                brand,
                "There is nothing here",
                "The address is mistyped, or what it pointed to is gone.",
                "Check the address, or begin at the start page.",
            )
        }
    }

    /// An interaction that ended, expired or never was.
    pub fn interaction_ended(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "This sign-in has ended",
            "It was already finished, or it was left open for too long. Nothing was shared.",
            "Go back to the app and choose Connect again.",
        )
    }

    /// An interaction that another browser began.
    pub fn other_browser(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "This sign-in began in another browser",
            "For your safety it can only be finished in the browser that started it. If someone \
             sent you this link, do not use it.",
            "Go back to the app, in this browser, and choose Connect again.",
        )
    }

    /// An invitation that was used, replaced or is too old.
    pub fn invitation_ended(brand: &'a Brand) -> Self {
        Self {
            link: Some(Link {
                href: "/account",
                label: "Sign in",
            }),
            ..Self::new(
                brand,
                "This invitation no longer works",
                "It was already used, or it has expired.",
                "If you have set your password, sign in. Otherwise ask for a new invitation.",
            )
        }
    }

    /// More than the server takes from one side at a time.
    pub fn too_many_requests(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "Too many attempts",
            "There were more attempts than we accept in a short time.",
            "Wait a minute, then try again.",
        )
    }

    /// A fault that passes.
    pub fn unavailable(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "Back in a moment",
            "The server is busy or restarting. Nothing was lost.",
            "Wait a few seconds, then reload this page.",
        )
    }

    /// The login that this server relies on does not answer. `again` is the address of the page
    /// that was asked for.
    pub fn login_unavailable(brand: &'a Brand, again: &'a str) -> Self {
        Self {
            link: Some(Link {
                href: again,
                label: "Try again",
            }),
            ..Self::new(
                brand,
                "Signing in has to wait",
                "The service that signs people in cannot be reached right now. Nothing was lost.",
                "Wait a minute, then try again.",
            )
        }
    }

    /// A fault of ours.
    pub fn internal(brand: &'a Brand) -> Self {
        Self::new(
            brand,
            "Something went wrong on our side",
            "The server could not finish what you asked for. The people who run it can see why.",
            "Try again. If it happens again, tell them the reference below.",
        )
    }

    /// The same page with the code that finds it in the log.
    #[must_use]
    pub fn with_reference(mut self, reference: &'a str) -> Self {
        self.reference = Some(reference);
        self
    }
}
