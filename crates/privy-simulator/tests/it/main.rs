//! Every rule of the simulator, over real sockets.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod apps;
#[cfg(test)]
mod authenticator;
#[cfg(test)]
mod callers;
#[cfg(test)]
mod client;
#[cfg(test)]
mod control;
#[cfg(test)]
mod custom_jwt;
#[cfg(test)]
mod device;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod oauth;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod passwordless;
#[cfg(test)]
mod people;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod siwe;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod wallet;
#[cfg(test)]
mod world;
