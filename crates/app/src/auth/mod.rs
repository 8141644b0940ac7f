//! Who is there: tokens, passwords, other issuers.

pub mod api_keys;
pub mod basis;
pub mod budget;
pub mod caller;
pub mod common_passwords;
pub mod device;
mod header;
pub mod issuers;
pub mod jwks;
pub mod media_bases;
pub mod password;
pub mod person_cache;
pub mod refresh;
pub mod refused;
pub mod standing;
pub mod throttle;
pub mod tokens;
pub mod tries;
pub mod visible;
pub mod writes;
