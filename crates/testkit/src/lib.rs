//! What tests of several crates need. Never part of a release.

#![expect(
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    reason = "only tests call these, and whatever goes wrong here has failed the test"
)]

pub mod alarm;
pub mod broker;
pub mod databases;
pub mod mail;
pub mod network;
pub mod peer;
pub mod proxy;
pub mod vendors;
