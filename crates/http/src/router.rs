//! The whole origin.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{self, map_request_with_state};
use axum::routing::{get, post};
use countersign_ui::ErrorPage;
use ipnet::IpNet;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::endpoint::{
    account, agree, asset, authorize, consent, health, home, interaction, introspect, invitation,
    mcp2, not_found, passkey, playground, privy, register, revoke, sign_in, sign_out, sign_up,
    token, userinfo, well_known,
};
use crate::site::Site;
use crate::{cors, page, peer};

/// Every address of the origin; `mcp` brings its own.
pub fn router(site: Site, mcp: Router) -> Router {
    let trusted_proxies: Arc<[IpNet]> = site.trusted_proxies.as_slice().into();
    let site = Arc::new(site);
    Router::new()
        .merge(wire(&site))
        .merge(pages(&site))
        .merge(asset::routes(&site))
        .merge(playground::routes(&site))
        .route("/", get(home::get))
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .fallback(not_found::fallback)
        .with_state(Arc::clone(&site))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            site.request_timeout,
        ))
        .merge(mcp)
        .layer(CatchPanicLayer::custom(move |_| {
            page::refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                ErrorPage::internal(&site.brand),
                "a handler panicked",
            )
        }))
        .layer(map_request_with_state(trusted_proxies, peer::identify))
}

/// What programs call, from any origin and without cookies.
fn wire(site: &Site) -> Router<Arc<Site>> {
    Router::new()
        .route("/token", post(token::post))
        .route("/token/introspect", post(introspect::post))
        .route("/token/revoke", post(revoke::post))
        .route("/token/privy/access-token", post(mcp2::exchange))
        .route("/register", post(register::post))
        .route("/userinfo", get(userinfo::get).post(userinfo::get))
        .merge(well_known::routes(site))
        .layer(middleware::from_fn(cors::allow_any_origin))
}

/// What people see. Forms are refused when another site sends them, before their token is even
/// looked at; only `/authorize` itself takes requests from anywhere, because that is its job.
/// Our own origin is named, as a browser without `Sec-Fetch-Site` is otherwise judged by a `Host`
/// that the proxy may have rewritten.
fn pages(site: &Arc<Site>) -> Router<Arc<Site>> {
    let brand = site.brand.clone();
    let own = CsrfLayer::new().add_trusted_origin(&site.server.settings().issuer);
    let same_origin = own.unwrap_or_default().with_rejection_response(move |_| {
        page::refuse(
            StatusCode::FORBIDDEN,
            ErrorPage::forbidden(&brand),
            "a form was sent by another site",
        )
    });
    let sign_in = if site.server.privy().is_some() {
        with_privy()
    } else {
        with_local_accounts()
    };
    Router::new()
        .merge(sign_in)
        .route("/authorize/{interaction}/sign-out", post(sign_out::post))
        .route("/authorize/{interaction}/consent", post(consent::post))
        .route("/account/sign-out", post(sign_out::post_account))
        .route("/account/disconnect", post(account::disconnect))
        .layer(same_origin)
        .route("/authorize", get(authorize::get).post(authorize::post))
        .route("/authorize/{interaction}", get(interaction::get))
        .route("/authorize/complete", post(mcp2::complete))
        .route("/account", get(account::get))
}

/// Signing in with an account of this server.
fn with_local_accounts() -> Router<Arc<Site>> {
    Router::new()
        .route("/authorize/{interaction}/sign-in", post(sign_in::post))
        .route(
            "/authorize/{interaction}/sign-up",
            get(sign_up::get).post(sign_up::post),
        )
        .route(
            "/authorize/{interaction}/passkey/options",
            post(passkey::options),
        )
        .route(
            "/authorize/{interaction}/passkey/finish",
            post(passkey::finish),
        )
        .route("/account/sign-in", post(sign_in::post_account))
        .route(
            "/account/sign-up",
            get(sign_up::get_account).post(sign_up::post_account),
        )
        .route("/account/passkey/options", post(passkey::account_options))
        .route("/account/passkey/finish", post(passkey::account_finish))
        .route("/account/passkey/add/options", post(passkey::add_options))
        .route("/account/passkey/add/finish", post(passkey::add_finish))
        .route("/account/passkey/remove", post(passkey::remove))
        .route(
            "/invite/{token}",
            get(invitation::get).post(invitation::post),
        )
}

/// Signing in with the product's login at Privy.
fn with_privy() -> Router<Arc<Site>> {
    Router::new()
        .route("/authorize/{interaction}/agree", post(agree::post))
        .route("/authorize/{interaction}/privy", post(privy::post))
        .route("/authorize/{interaction}/privy/device", post(privy::device))
        .route("/account/privy", post(privy::post_account))
        .route(privy::RETURN_PATH, get(privy::returned))
}
