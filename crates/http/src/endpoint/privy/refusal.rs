//! How a hand-over that is refused reads: a status, a code for the script and words for the person.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_server::hand_over::{DeviceCodesError, HandOverError};
use countersign_server::interaction::InteractionError;
use serde_json::json;

use crate::answer::{self, RETRY_SECONDS};
use crate::page::retry_after;

pub(super) fn hand_over(error: &HandOverError) -> Response {
    tracing::info!("hand-over refused: {error}");
    let (status, code, words) = match error {
        HandOverError::Interaction(error) => return interaction(error),
        HandOverError::NoSuchLogin => (
            StatusCode::NOT_FOUND,
            "no_such_login",
            "This server does not sign people in with Privy.",
        ),
        HandOverError::NotAgreed => (
            StatusCode::BAD_REQUEST,
            "not_agreed",
            "This step was taken already, or another one is due. Reload the page.",
        ),
        HandOverError::Token(_) => (
            StatusCode::UNAUTHORIZED,
            "token_refused",
            "Privy’s confirmation was not accepted. Sign in again.",
        ),
        HandOverError::Stale => (
            StatusCode::UNAUTHORIZED,
            "token_stale",
            "That sign-in began before this page. Sign in again.",
        ),
        HandOverError::Used => (
            StatusCode::CONFLICT,
            "token_used",
            "That sign-in was used already. Sign in again.",
        ),
        HandOverError::UserGone => (
            StatusCode::FORBIDDEN,
            "user_gone",
            "This account no longer exists. Reload the page to sign in with another.",
        ),
        HandOverError::UserDisabled => (
            StatusCode::FORBIDDEN,
            "user_disabled",
            "This account is disabled. Ask the people who run this server.",
        ),
        HandOverError::Device(DeviceCodesError::NotEnabled) => (
            StatusCode::BAD_GATEWAY,
            "device_not_enabled",
            "This server is not set up completely: its operator has to turn on “CLI and agent access” in Privy.",
        ),
        HandOverError::Device(_) => (
            StatusCode::CONFLICT,
            "device_refused",
            "The connection to your account could not be confirmed. Sign in again.",
        ),
        HandOverError::Misconfigured(_) => (
            StatusCode::BAD_GATEWAY,
            "misconfigured",
            "This server is not set up correctly: Privy refuses it. Tell the people who run it.",
        ),
        HandOverError::Unreachable(_) => {
            return passing(
                "login_unavailable",
                "Privy does not answer right now. Try again in a moment.",
            );
        }
        HandOverError::Unavailable(_) => return unavailable(),
    };
    refuse(status, code, words)
}

pub(super) fn interaction(error: &InteractionError) -> Response {
    let (status, code, words) = match error {
        InteractionError::Over => (
            StatusCode::BAD_REQUEST,
            "interaction_over",
            "This sign-in is over. Go back to the app and connect again.",
        ),
        InteractionError::AnotherBrowser => (
            StatusCode::FORBIDDEN,
            "another_browser",
            "This sign-in was begun in another browser. Go back to the app and connect again.",
        ),
        InteractionError::ForeignForm => (
            StatusCode::FORBIDDEN,
            "foreign_form",
            "This page is out of date, or cookies are blocked for it. Reload it.",
        ),
        InteractionError::Unavailable(_) => return unavailable(),
    };
    refuse(status, code, words)
}

pub(super) fn too_large() -> Response {
    refuse(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "That is no sign-in. Reload the page and sign in again.",
    )
}

pub(super) fn malformed() -> Response {
    refuse(
        StatusCode::BAD_REQUEST,
        "malformed",
        "That is no sign-in. Reload the page and sign in again.",
    )
}

fn unavailable() -> Response {
    passing(
        "unavailable",
        "This server cannot answer right now. Try again in a moment.",
    )
}

fn passing(code: &str, words: &str) -> Response {
    let response = refuse(StatusCode::SERVICE_UNAVAILABLE, code, words);
    retry_after(response, RETRY_SECONDS)
}

fn refuse(status: StatusCode, code: &str, words: &str) -> Response {
    answer::json(status, &json!({ "error": words, "code": code }))
}
