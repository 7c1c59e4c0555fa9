//! The use cases on a real store, without HTTP.

mod keys;
