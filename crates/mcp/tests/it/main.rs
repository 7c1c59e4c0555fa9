//! The endpoint as a client meets it: one request in, one answer out, every rule by name.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod batch;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod eras;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod live;
#[cfg(test)]
mod message;
#[cfg(test)]
mod method;
#[cfg(test)]
mod mixed;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod progress;
#[cfg(test)]
mod step_up;
#[cfg(test)]
mod tool_calls;
#[cfg(test)]
mod tool_list;
#[cfg(test)]
mod upstream;
#[cfg(test)]
mod widgets;
