//! Who asks: the client of an authorization request, as a person should judge it.

use crate::{When, shown::Shown};

/// The client of an authorization request, as a person should judge it.
#[derive(Clone, Copy, Debug)]
pub struct RequestingClient<'a> {
    /// `client_name` (RFC 7591, section 2): chosen by the client, so trusted for nothing.
    pub name: &'a str,
    /// What is known about where the client comes from.
    pub origin: Origin<'a>,
    /// Where approving leads.
    pub redirect: RedirectTarget<'a>,
}

/// How far a client's name can be believed.
#[derive(Clone, Copy, Debug)]
pub enum Origin<'a> {
    /// The operator named the client in the configuration.
    Configured,
    /// The client is described by a client id metadata document at this host.
    Document {
        /// Host of the client id.
        host: &'a str,
        /// When the copy was taken that stands in for the document; `None` for the document itself.
        copied: Option<When>,
    },
    /// The client registered itself (RFC 7591): unverified.
    Registered,
}

/// The kinds of redirect URI (RFC 8252, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectTarget<'a> {
    /// An `https` site.
    Web {
        /// Its host, with a port if it has one.
        host: &'a str,
    },
    /// A program listening on this computer (section 7.3).
    Loopback {
        /// The host as registered (`localhost`, `127.0.0.1`, `[::1]`), with the port asked for.
        host: &'a str,
    },
    /// A program that claims a private-use scheme (section 7.1).
    PrivateUse {
        /// The scheme, without the colon.
        scheme: &'a str,
    },
}

impl RequestingClient<'_> {
    pub(crate) fn shown_name(&self) -> Shown<'_> {
        Shown::name(self.name)
    }

    pub(crate) fn monogram(&self) -> String {
        Shown::monogram(self.name)
    }

    /// Whether answers go to whoever is described. On the person's own device any program can take
    /// the place of the app, so that a description vouches for nothing there.
    pub(crate) fn is_web(&self) -> bool {
        matches!(self.redirect, RedirectTarget::Web { .. })
    }
}
