//! The captcha that a page must pass before a sign-in begins.

use http::StatusCode;

use crate::core::World;
use crate::failure::Failure;

/// What Turnstile's widget gives with its passing site key.
const TURNSTILE_TEST_TOKEN: &str = "XXXX.DUMMY.TOKEN.XXXX";
/// What hCaptcha's gives.
const HCAPTCHA_TEST_TOKEN: &str = "10000000-aaaa-bbbb-cccc-000000000001";
/// What a test writes that renders no widget.
const TEST_PREFIX: &str = "captcha-ok";

/// Checks the captcha's token, where the app has a captcha.
pub(crate) fn require(world: &World, token: Option<&str>) -> Result<(), Failure> {
    if world.settings.captcha.is_none() {
        return Ok(());
    }
    match token {
        Some(TURNSTILE_TEST_TOKEN | HCAPTCHA_TEST_TOKEN) => Ok(()),
        Some(token) if token.starts_with(TEST_PREFIX) => Ok(()),
        _ => Err(Failure::new(
            StatusCode::FORBIDDEN,
            "Invalid CAPTCHA token",
            "invalid_captcha",
        )),
    }
}
