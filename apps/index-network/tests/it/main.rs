//! The tools as a client meets them: through the endpoint, over a simulated Protocol API.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod breaker;
#[cfg(test)]
mod connection_action;
#[cfg(test)]
mod discover_connections;
#[cfg(test)]
mod extract_intent;
#[cfg(test)]
mod failures;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod search;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod tool_list;
