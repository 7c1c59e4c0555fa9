//! The tools as a client meets them: through the endpoint, over a real store.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod about;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod tool_list;
#[cfg(test)]
mod whoami;
