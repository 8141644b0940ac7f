//! What tests of several crates need. Never part of a release.

pub mod databases;
