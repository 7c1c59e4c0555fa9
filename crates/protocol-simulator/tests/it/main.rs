//! Every rule of the simulator, over real sockets.

// `cfg(test)` tells clippy that the functions beside the tests are tests too.
#[cfg(test)]
mod callers;
#[cfg(test)]
mod client;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod control;
#[cfg(test)]
mod discover;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod intents;
#[cfg(test)]
mod newcomers;
#[cfg(test)]
mod vibecheck;
