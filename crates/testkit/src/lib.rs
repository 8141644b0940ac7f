//! What tests of several crates share. Dev-only.

pub mod network;
pub mod peer;
