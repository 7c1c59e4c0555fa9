//! One context for each state of each page that looks different; the gallery shows the same.

use countersign_ui::{
    AccountPage, AskPage, Brand, Color, ConnectedApp, ConsentPage, ErrorPage, Form, HomePage,
    InvitationPage, OfferedTool, Origin, Page as _, PasskeyCeremony, PrivyCaptcha, PrivyMethods,
    PrivyReturnPage, PrivySignInPage, RedirectTarget, RegisteredPasskey, RequestedScope,
    RequestingClient, SignInPage, SignUpPage, When,
};

const NOW: i64 = 1_793_620_800_000; // 2026-11-02T12:00:00Z
const HOUR: i64 = 3_600_000;
const CSRF: &str = "csrf-token";
const PASSWORD_RULES: &str =
    "At least 10 characters. A few words in a row are easy to remember and hard to guess.";

fn form(action: &str) -> Form<'_> {
    Form { action, csrf: CSRF }
}

/// Address of the sample operator's logo.
pub(crate) const LOGO: Option<&str> = Some("/assets/acme.svg");

/// A brand that is not ours.
pub(crate) fn acme() -> Brand {
    Brand::new("Acme", LOGO, Color::rgb(0xff, 0xc4, 0x2e)).unwrap_or_default()
}

/// Every sample by name, rendered.
pub(crate) fn pages(brand: &Brand) -> Vec<(&'static str, String)> {
    vec![
        ("home", home(brand, "http://localhost:3002", true)),
        ("home-public", home(brand, "https://mcp.example.com", false)),
        ("sign-in", sign_in(brand, Some("ChatGPT"), "", None)),
        (
            "sign-in-error",
            sign_in(
                brand,
                Some("ChatGPT"),
                "ada",
                Some("That username and password don’t match. Check both and try again."),
            ),
        ),
        ("sign-in-account", sign_in(brand, None, "", None)),
        ("sign-up", sign_up(brand, "", None)),
        (
            "sign-up-error",
            sign_up(
                brand,
                "ada",
                Some("Someone already uses that name. Choose another."),
            ),
        ),
        ("invitation", invitation(brand)),
        (
            "consent",
            consent(
                brand,
                Origin::Document {
                    host: "chatgpt.com",
                    copied: None,
                },
                RedirectTarget::Web {
                    host: "chatgpt.com",
                },
            ),
        ),
        (
            "consent-copied",
            consent(
                brand,
                Origin::Document {
                    host: "chatgpt.com",
                    copied: Some(When::new(NOW - 960 * HOUR, NOW)),
                },
                RedirectTarget::Web {
                    host: "chatgpt.com",
                },
            ),
        ),
        (
            "consent-described-loopback",
            consent(
                brand,
                Origin::Document {
                    host: "claude.ai",
                    copied: None,
                },
                RedirectTarget::Loopback {
                    host: "localhost:49152",
                },
            ),
        ),
        (
            "consent-unverified",
            consent(
                brand,
                Origin::Registered,
                RedirectTarget::Loopback {
                    host: "localhost:49152",
                },
            ),
        ),
        (
            "consent-private-use",
            consent(
                brand,
                Origin::Configured,
                RedirectTarget::PrivateUse { scheme: "cursor" },
            ),
        ),
        (
            "ask",
            ask(
                brand,
                Origin::Document {
                    host: "chatgpt.com",
                    copied: None,
                },
                RedirectTarget::Web {
                    host: "chatgpt.com",
                },
            ),
        ),
        (
            "ask-unverified",
            ask(
                brand,
                Origin::Registered,
                RedirectTarget::Loopback {
                    host: "localhost:49152",
                },
            ),
        ),
        ("privy-sign-in", privy_sign_in(brand)),
        ("privy-sign-in-account", privy_sign_in_account(brand)),
        (
            "privy-sign-in-nothing",
            privy_page(brand, Some("ChatGPT"), PrivyMethods::default()).render(),
        ),
        ("privy-return", PrivyReturnPage { brand }.render()),
        ("account", account(brand)),
        ("account-empty", account_empty(brand)),
        (
            "error-authorization",
            ErrorPage::bad_authorization_request(
                brand,
                "The app asked to return to an address that it has not registered.",
            )
            .with_reference("7Q4K-2M9X")
            .render(),
        ),
        (
            "error-forbidden",
            ErrorPage::forbidden(brand)
                .with_reference("7Q4K-2M9X")
                .render(),
        ),
        ("error-not-found", ErrorPage::not_found(brand).render()),
        (
            "error-interaction-ended",
            ErrorPage::interaction_ended(brand).render(),
        ),
        (
            "error-other-browser",
            ErrorPage::other_browser(brand)
                .with_reference("7Q4K-2M9X")
                .render(),
        ),
        (
            "error-invitation-ended",
            ErrorPage::invitation_ended(brand).render(),
        ),
        (
            "error-too-many-requests",
            ErrorPage::too_many_requests(brand).render(),
        ),
        (
            "error-unavailable",
            ErrorPage::unavailable(brand)
                .with_reference("7Q4K-2M9X")
                .render(),
        ),
        (
            "error-login-unavailable",
            ErrorPage::login_unavailable(brand, "/authorize/int_1").render(),
        ),
        (
            "error-internal",
            ErrorPage::internal(brand)
                .with_reference("7Q4K-2M9X")
                .render(),
        ),
    ]
}

fn home(brand: &Brand, public_url: &str, operator_guide: bool) -> String {
    let tool = |name, title, description, scope| OfferedTool {
        name,
        title,
        description,
        scope,
    };
    HomePage {
        brand,
        public_url,
        tools: vec![
            tool(
                "whoami",
                "Who am I",
                "Says which account is connected and what it may do.",
                None,
            ),
            tool(
                "add_note",
                "Add a note",
                "Keeps a short note for you.",
                Some("notes:write"),
            ),
            tool(
                "list_notes",
                "List notes",
                "Lists the notes you have kept, newest first.",
                Some("notes:read"),
            ),
        ],
        operator_guide,
        playground: operator_guide,
    }
    .render()
}

fn sign_in(brand: &Brand, client: Option<&str>, username: &str, error: Option<&str>) -> String {
    SignInPage {
        brand,
        client,
        sign_in: form("/authorize/int_1/sign-in"),
        username,
        error,
        sign_up: Some("/authorize/int_1/sign-up"),
        passkey: Some(PasskeyCeremony {
            options: "/authorize/int_1/passkey/options",
            finish: "/authorize/int_1/passkey/finish",
            csrf: CSRF,
        }),
    }
    .render()
}

fn sign_up(brand: &Brand, username: &str, error: Option<&str>) -> String {
    SignUpPage {
        brand,
        client: Some("Claude Code"),
        sign_up: form("/authorize/int_1/sign-up"),
        username,
        username_rules: "3 to 32 letters, digits, dots or hyphens.",
        password_rules: PASSWORD_RULES,
        error,
        sign_in: "/authorize/int_1",
    }
    .render()
}

fn invitation(brand: &Brand) -> String {
    InvitationPage {
        brand,
        username: "ada",
        accept: form("/invite/token"),
        password_rules: PASSWORD_RULES,
        error: None,
    }
    .render()
}

fn client<'a>(origin: Origin<'a>, redirect: RedirectTarget<'a>) -> RequestingClient<'a> {
    let name = match redirect {
        RedirectTarget::Web { .. } => "ChatGPT",
        RedirectTarget::Loopback { .. } => "Claude Code",
        RedirectTarget::PrivateUse { .. } => "Cursor",
    };
    RequestingClient {
        name,
        origin,
        redirect,
    }
}

fn scopes() -> Vec<RequestedScope<'static>> {
    let scope = |name, description, required| RequestedScope {
        name,
        description,
        required,
    };
    vec![
        scope("openid", "Know which account is yours", true),
        scope("notes:read", "Read your notes", true),
        scope("notes:write", "Add notes in your name", false),
        scope("offline_access", "Stay connected while you are away", false),
    ]
}

fn ask(brand: &Brand, origin: Origin<'_>, redirect: RedirectTarget<'_>) -> String {
    AskPage {
        brand,
        client: client(origin, redirect),
        scopes: scopes(),
        agree: form("/authorize/int_1/agree"),
    }
    .render()
}

fn privy_page<'a>(
    brand: &'a Brand,
    client: Option<&'a str>,
    methods: PrivyMethods<'a>,
) -> PrivySignInPage<'a> {
    PrivySignInPage {
        brand,
        client,
        app_id: "clsimulator0000000000aaaa",
        client_id: None,
        auth_url: "https://auth.privy.io",
        methods,
        captcha: None,
        hand_over: form("/authorize/int_1/privy"),
        device: None,
        return_path: "/sign-in/privy",
    }
}

/// Everything that an app can turn on.
fn privy_sign_in(brand: &Brand) -> String {
    let oauth = ["google", "apple", "github", "twitter", "custom:acme-sso"].map(str::to_owned);
    let methods = PrivyMethods {
        email: true,
        sms: true,
        wallet: true,
        passkey: true,
        oauth: &oauth,
    };
    PrivySignInPage {
        client_id: Some("client-1"),
        captcha: Some(PrivyCaptcha {
            provider: "turnstile",
            site_key: "0x4AAA",
        }),
        device: Some("/authorize/int_1/privy/device"),
        ..privy_page(brand, Some("ChatGPT"), methods)
    }
    .render()
}

/// The most common app: a code by e-mail, and Google.
fn privy_sign_in_account(brand: &Brand) -> String {
    let oauth = ["google".to_owned()];
    let methods = PrivyMethods {
        email: true,
        oauth: &oauth,
        ..PrivyMethods::default()
    };
    PrivySignInPage {
        hand_over: form("/account/privy"),
        ..privy_page(brand, None, methods)
    }
    .render()
}

fn consent(brand: &Brand, origin: Origin<'_>, redirect: RedirectTarget<'_>) -> String {
    ConsentPage {
        brand,
        client: client(origin, redirect),
        scopes: scopes(),
        username: "ada",
        consent: form("/authorize/int_1/consent"),
        switch_account: form("/authorize/int_1/sign-out"),
    }
    .render()
}

fn account(brand: &Brand) -> String {
    let when = |hours: i64| When::new(NOW - hours * HOUR, NOW);
    AccountPage {
        brand,
        username: "ada",
        notice: Some("Cursor was disconnected."),
        apps: vec![
            ConnectedApp {
                grant: "grt_2",
                name: "ChatGPT",
                host: "chatgpt.com",
                scopes: vec![
                    "Read your notes",
                    "Add notes in your name",
                    "Stay connected while you are away",
                ],
                connected: when(2),
                last_used: Some(When::new(NOW - 20 * 60_000, NOW)),
            },
            ConnectedApp {
                grant: "grt_1",
                name: "Claude Code",
                host: "localhost",
                scopes: vec!["Read your notes"],
                connected: when(24 * 40),
                last_used: None,
            },
        ],
        disconnect: form("/account/disconnect"),
        passkeys: vec![
            RegisteredPasskey {
                id: "pk_1",
                name: "Ada’s phone",
                added: when(24 * 90),
                last_used: Some(when(30)),
            },
            RegisteredPasskey {
                id: "pk_2",
                name: "Security key",
                added: when(5),
                last_used: None,
            },
        ],
        add_passkey: Some(PasskeyCeremony {
            options: "/account/passkey/options",
            finish: "/account/passkey/finish",
            csrf: CSRF,
        }),
        remove_passkey: form("/account/passkey/remove"),
        sign_out: form("/account/sign-out"),
    }
    .render()
}

fn account_empty(brand: &Brand) -> String {
    AccountPage {
        brand,
        username: "ada",
        notice: None,
        apps: Vec::new(),
        disconnect: form("/account/disconnect"),
        passkeys: Vec::new(),
        add_passkey: None,
        remove_passkey: form("/account/passkey/remove"),
        sign_out: form("/account/sign-out"),
    }
    .render()
}
