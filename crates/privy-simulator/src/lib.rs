//! Privy as far as countersign meets it, on loopback: the API that Privy's SDKs call from the
//! sign-in page, the one a server calls, the device authorization grant, and the page of an OAuth
//! provider. Privy's real SDKs cannot tell it from Privy.
//!
//! It is a test tool: it keeps every secret readable (`/sim/log`, `/sim/inbox`), forgets
//! everything when it stops, and must be reachable from nowhere but this machine.
//!
//! `/sim/*` is its control plane; [`Control`] is the same for tests in the same process. Where
//! Privy's behaviour is not documented, the choice is this simulator's and says so.

mod app_configuration;
mod body;
mod caller;
mod captcha;
mod clock;
mod control;
mod core;
mod device_grant;
mod ethereum;
mod failure;
mod fault;
mod keys;
mod log;
mod mint;
mod observe;
mod one_time_code;
mod random;
mod routes;
mod serve;
mod session;
mod settings;
mod token;
mod user;
mod vectors;

pub use self::clock::{Now, SimClock};
pub use self::control::{Control, Tokens, UnknownUser};
pub use self::core::App;
pub use self::fault::Fault;
pub use self::log::LoggedRequest;
pub use self::mint::{Mint, MintKey};
pub use self::serve::{Simulator, SimulatorConfig, StartError};
pub use self::settings::{Captcha, CustomJwt, Device, IdentityProvider, RateLimit, Settings};
pub use self::vectors::{Vector, Verdict};
