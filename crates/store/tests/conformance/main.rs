//! One suite for both databases: every function of the store, each test in a database of its own.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod given;
mod sessions;
