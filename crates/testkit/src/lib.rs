//! What tests of several crates need. Never part of a release.

pub mod broker;
pub mod databases;
pub mod network;
pub mod peer;
pub mod proxy;
pub mod vendors;
