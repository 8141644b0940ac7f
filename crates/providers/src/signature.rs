//! Signatures on callbacks, compared in constant time.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::Secret;

/// Whether `given` (base64) is the HMAC of `message` under `secret`.
pub fn is_hmac(algorithm: hmac::Algorithm, secret: &Secret, message: &[u8], given: &str) -> bool {
    let key = hmac::Key::new(algorithm, secret.expose().as_bytes());
    STANDARD.decode(given).is_ok_and(|tag| hmac::verify(&key, message, &tag).is_ok())
}
