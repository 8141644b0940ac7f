//! How a server proves to its operator that it is itself, and no other that answers at its address: by keys that only
//! those can make who know its secret, and that are good for nothing else.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openvisit_media::ProbeKey;

use openvisit_app::settings::{Secret, key_of};

#[derive(Clone, Debug)]
pub struct Proof {
    key: hmac::Key,
    /// What the media ports are asked with.
    pub media: ProbeKey,
}

impl Proof {
    #[must_use]
    pub fn of(jwt_secret: &Secret) -> Self {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &key_of(jwt_secret));
        let made = |purpose: &[u8]| -> [u8; 32] {
            let mut key = [0; 32];
            key.copy_from_slice(hmac::sign(&secret, purpose).as_ref());
            key
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, &made(b"openvisit: this server answers HTTP"));
        Self { key, media: ProbeKey(made(b"openvisit: this server answers media")) }
    }

    /// The answer to somebody's challenge.
    #[must_use]
    pub fn answer(&self, challenge: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.key, challenge.as_bytes()))
    }
}
