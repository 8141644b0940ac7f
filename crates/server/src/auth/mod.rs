//! Who is there: tokens, passwords, other issuers.

pub mod address;
pub mod caller;
pub mod issuers;
mod jwks;
pub mod password;
pub mod recent;
pub mod refresh;
pub mod throttle;
pub mod tokens;
