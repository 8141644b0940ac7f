//! The pure domain of OpenVisit. No clock, no randomness, no IO: time and random bytes are inputs.

pub mod ids;
