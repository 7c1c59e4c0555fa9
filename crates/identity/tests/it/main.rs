//! Local accounts on a real store, and Privy at a host that answers by script or plays it.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod accounts;
#[cfg(test)]
mod authenticator;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod privy;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_up;
#[cfg(test)]
mod world;
