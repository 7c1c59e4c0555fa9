//! What a stranger may put into a name, and what becomes of it.

use countersign_ui::{
    AccountPage, AskPage, Brand, ConnectedApp, ConsentPage, ErrorPage, Form, InvitationPage,
    Origin, Page as _, PrivyCaptcha, PrivyMethods, PrivySignInPage, RedirectTarget, RequestedScope,
    RequestingClient, SignInPage, SignUpPage, When,
};

const HOSTILE: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}&lt;b&gt;</title><h1>",
    "Chat\u{202e}TPG\u{2067}\u{200b}",
    "a\0b\r\nSet-Cookie: c",
    "\u{2028}\u{e0041}\u{feff}",
];

const FORM: Form<'static> = Form {
    action: "/a",
    csrf: "t",
};

/// Every page with `text` wherever a client, a person or an address bar can put text.
fn pages(brand: &Brand, text: &str) -> Vec<String> {
    let when = When::new(0, 0);
    let client = |origin, redirect| RequestingClient {
        name: text,
        origin,
        redirect,
    };
    let scopes = || {
        vec![
            RequestedScope {
                name: text,
                description: text,
                required: false,
            },
            RequestedScope {
                name: text,
                description: "",
                required: true,
            },
        ]
    };
    let consent = |origin, redirect| {
        ConsentPage {
            brand,
            client: client(origin, redirect),
            scopes: scopes(),
            username: text,
            consent: FORM,
            switch_account: FORM,
        }
        .render()
    };
    vec![
        SignInPage {
            brand,
            client: Some(text),
            sign_in: FORM,
            username: text,
            error: Some(text),
            sign_up: None,
            passkey: None,
        }
        .render(),
        SignUpPage {
            brand,
            client: Some(text),
            sign_up: FORM,
            username: text,
            username_rules: "",
            password_rules: "",
            error: Some(text),
            sign_in: "/",
        }
        .render(),
        InvitationPage {
            brand,
            username: text,
            accept: FORM,
            password_rules: "",
            error: Some(text),
        }
        .render(),
        consent(Origin::Registered, RedirectTarget::Web { host: text }),
        consent(
            Origin::Document {
                host: text,
                copied: None,
            },
            RedirectTarget::Loopback { host: text },
        ),
        consent(
            Origin::Configured,
            RedirectTarget::PrivateUse { scheme: text },
        ),
        AskPage {
            brand,
            client: client(Origin::Registered, RedirectTarget::Web { host: text }),
            scopes: scopes(),
            agree: FORM,
        }
        .render(),
        PrivySignInPage {
            brand,
            client: Some(text),
            app_id: text,
            client_id: Some(text),
            auth_url: text,
            methods: PrivyMethods {
                email: true,
                sms: true,
                wallet: true,
                passkey: true,
                oauth: &[text.to_owned()],
            },
            captcha: Some(PrivyCaptcha {
                provider: text,
                site_key: text,
            }),
            hand_over: FORM,
            device: Some(text),
            return_path: text,
        }
        .render(),
        AccountPage {
            brand,
            username: text,
            notice: Some(text),
            apps: vec![ConnectedApp {
                grant: text,
                name: text,
                host: text,
                scopes: vec![text],
                connected: when,
                last_used: None,
            }],
            disconnect: FORM,
            passkeys: Vec::new(),
            add_passkey: None,
            remove_passkey: FORM,
            sign_out: FORM,
        }
        .render(),
        ErrorPage::bad_authorization_request(brand, text)
            .with_reference(text)
            .render(),
    ]
}

/// The structure of a document: how often each character that makes markup occurs.
fn structure(page: &str) -> [usize; 4] {
    ['<', '>', '"', '\''].map(|c| page.matches(c).count())
}

#[test]
fn hostile_text_never_becomes_markup() {
    let brand = Brand::default();
    let harmless = pages(&brand, "harmless");
    for text in HOSTILE {
        for (page, reference) in pages(&brand, text).iter().zip(&harmless) {
            assert_eq!(
                structure(page),
                structure(reference),
                "{text:?} changed\n{page}"
            );
        }
    }
}

#[test]
fn names_cannot_reorder_or_hide_the_text_around_them() {
    let brand = Brand::default();
    for page in pages(&brand, "Chat\u{202e}TPG\u{2067}\u{200b}")
        .iter()
        .take(9)
    {
        assert!(
            page.contains("<bdi>Chat\u{fffd}TPG\u{fffd}\u{fffd}</bdi>"),
            "{page}"
        );
        // What remains is in attributes, and in the plain texts that the server itself wrote.
        for isolated in page.split("<bdi>").skip(1) {
            let isolated = isolated.split("</bdi>").next().unwrap();
            assert!(
                !isolated.contains(['\u{202e}', '\u{2067}', '\u{200b}']),
                "{isolated:?}"
            );
        }
        let title = page
            .split("<title>")
            .nth(1)
            .unwrap()
            .split("</title>")
            .next()
            .unwrap();
        assert!(!title.contains('\u{202e}'), "{title:?}");
    }
}

#[test]
fn a_long_host_is_shown_to_its_end() {
    let host = format!("chatgpt.com.{}.evil.example", "a".repeat(200));
    for page in &pages(&Brand::default(), &host)[3..7] {
        assert!(page.contains(&format!("<bdi>{host}</bdi>")), "{page}");
    }
}

#[test]
fn a_name_without_letters_still_makes_a_page() {
    for text in ["", " ", "\u{202e}"] {
        for page in pages(&Brand::default(), text) {
            assert!(page.trim_end().ends_with("</html>"));
        }
    }
}
