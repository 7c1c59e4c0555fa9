//! The page of the provider: no secret, no password, one click.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use serde::Deserialize;
use url::Url;

use super::super::passwordless::email_address;
use super::{Person, Transaction};
use crate::control::html::{escape, page};
use crate::core::Core;
use crate::random;
use crate::settings::IdentityProvider;

/// What `privy_oauth_code` says when the person said no: Privy's own page puts a missing code into
/// the address as JavaScript writes it, and react-auth compares with exactly this word.
const DENIED: &str = "undefined";

/// `tx` alone shows the page; with `as` or `decision=deny` the answer is immediate, which is also
/// what the page's buttons ask for.
#[derive(Deserialize)]
pub(super) struct Question {
    tx: String,
    #[serde(rename = "as")]
    email: Option<String>,
    name: Option<String>,
    decision: Option<String>,
}

pub(super) async fn idp(
    State(core): State<Arc<Core>>,
    Query(question): Query<Question>,
) -> Response {
    let mut world = core.world();
    let found = world
        .oauth
        .begun
        .get(&question.tx)
        .filter(|transaction| core.clock.now() < transaction.expires_at)
        .cloned();
    let Some(transaction) = found else {
        let text = "<p>This sign-in is over. Go back to the app and begin again.</p>";
        return (StatusCode::BAD_REQUEST, Html(page("Sign-in is over", text))).into_response();
    };
    let (denied, email) = match (&question.decision, &question.email) {
        (Some(decision), _) if decision == "deny" => (true, None),
        (_, Some(email)) => (false, Some(email.clone())),
        (_, None) => match &world.settings.identity_provider {
            IdentityProvider::Page => (false, None),
            IdentityProvider::Approve(email) => (false, Some(email.clone())),
            IdentityProvider::Deny => (true, None),
        },
    };
    if denied {
        world.oauth.begun.remove(&question.tx);
        return back(&transaction, DENIED);
    }
    let Some(email) = email else {
        return Html(question_page(&question.tx, &transaction, None)).into_response();
    };
    let Ok(email) = email_address(&email) else {
        let wrong = Some("This is not an e-mail address.");
        let text = question_page(&question.tx, &transaction, wrong);
        return (StatusCode::BAD_REQUEST, Html(text)).into_response();
    };
    world.oauth.begun.remove(&question.tx);
    let code = random::token(&*core.entropy, 32);
    let name = question
        .name
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| name_from(&email));
    let answer = back(&transaction, &code);
    world
        .oauth
        .answered
        .insert(code, (transaction, Person { email, name }));
    answer
}

/// Sends the browser back, keeping whatever query the address has.
fn back(transaction: &Transaction, code: &str) -> Response {
    let mut location: Url = transaction.redirect_to.clone();
    location
        .query_pairs_mut()
        .append_pair("privy_oauth_state", &transaction.state_code)
        .append_pair("privy_oauth_provider", &transaction.provider)
        .append_pair("privy_oauth_code", code);
    (
        StatusCode::FOUND,
        [
            (header::LOCATION, location.to_string()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
    )
        .into_response()
}

/// `ada.lovelace@…` is Ada Lovelace.
fn name_from(email: &str) -> String {
    let local = email.split('@').next().unwrap_or_default();
    let words = local
        .split(['.', '_', '-', '+'])
        .filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
    };
    words.filter_map(capital).collect::<Vec<_>>().join(" ")
}

fn question_page(tx: &str, transaction: &Transaction, wrong: Option<&str>) -> String {
    let provider = escape(&transaction.provider);
    let host = escape(&transaction.redirect_to.origin().ascii_serialization());
    let tx = escape(tx);
    let wrong = wrong
        .map(|text| format!(r#"<p role="alert">{text}</p>"#))
        .unwrap_or_default();
    page(
        &format!("Simulated {provider}"),
        &format!(
            r#"<p>This page stands for <b>{provider}</b>. <b>{host}</b> asks who you are.</p>{wrong}
<form action="/sim/idp">
<input type="hidden" name="tx" value="{tx}">
<button name="as" value="ada@example.com">Continue as ada@example.com</button>
</form>
<form action="/sim/idp">
<input type="hidden" name="tx" value="{tx}">
<label>Somebody else <input name="as" type="email" required autocomplete="off" placeholder="name@example.com"></label>
<button>Continue as this person</button>
</form>
<form action="/sim/idp">
<input type="hidden" name="tx" value="{tx}">
<button name="decision" value="deny">Deny</button>
</form>"#
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::name_from;

    #[test]
    fn names_follow_from_addresses() {
        assert_eq!(name_from("ada@example.com"), "Ada");
        assert_eq!(name_from("ada.lovelace@example.com"), "Ada Lovelace");
    }
}
