//! The pure domain of OpenVisit. No clock, no randomness, no IO: time and random bytes are inputs.
//!
//! [`session::Session`] is the aggregate: an appointment, what happens at it, who takes part, and the
//! attendance ledger that proves it. [`lifecycle`] holds every move that a session can make.

pub mod access;
pub mod actor;
pub mod appointment;
pub mod attendance;
pub mod delivery;
pub mod doorway;
pub mod event;
pub mod ids;
pub mod lifecycle;
pub mod message;
pub mod person;
pub mod policy;
pub mod request;
pub mod room_name;
pub mod scope;
pub mod session;
pub mod timeline;
pub mod usage;

/// An instant. The server's clock and the databases keep microseconds.
pub use jiff::{SignedDuration, Timestamp};
