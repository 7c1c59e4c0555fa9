//! Wiring: a configuration becomes a running server. The binary and the tests share it, so that
//! what is tested is what runs.

pub mod assemble;
pub mod command;
pub mod data_dir;
pub mod jobs;
pub mod listen;
pub mod login;
mod playground;
pub mod self_test;
pub mod settings;
pub mod store;
pub mod widgets;
