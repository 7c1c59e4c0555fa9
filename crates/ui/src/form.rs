//! Where a form is sent, and what proves that the page asked for it.

/// The target of one form: sent by POST as `application/x-www-form-urlencoded`, with the hidden
/// field `csrf` among its fields.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// Address on this origin, absolute path (`/authorize/int_…/consent`).
    pub action: &'a str,
    /// The CSRF token bound to this browser.
    pub csrf: &'a str,
}

/// The two addresses of a WebAuthn ceremony, for the script.
///
/// The script posts `{}` to `options` and expects creation or request options in their JSON form
/// (WebAuthn Level 3, section 5.1.8), bare or under `publicKey`; it posts the credential's JSON
/// to `finish` and expects `{"location": "…"}` or `{"error": "…"}`. Both requests are JSON and
/// carry the token in the header `x-csrf-token`.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyCeremony<'a> {
    /// Address that answers with the options.
    pub options: &'a str,
    /// Address that receives the credential.
    pub finish: &'a str,
    /// The CSRF token bound to this browser.
    pub csrf: &'a str,
}
