//! The STUN and TURN servers that clients are told of. TURN credentials are short-lived: the user name
//! is the instant they end at, the password its HMAC with the secret that the TURN server shares
//! (coturn's `use-auth-secret`).

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use openvisit_core::ids::ParticipantId;
use openvisit_providers::Secret;
use serde::Deserialize;

/// One entry of the settings: `[[media.ice_servers]]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IceServerSetting {
    /// `stun:` and `turn:` addresses.
    pub urls: Vec<String>,
    /// The secret shared with the TURN server, from which each client gets credentials of its own; none for STUN.
    pub secret: Option<Secret>,
    /// Instead of a secret: what every client is told, for TURN servers that know users only.
    pub username: Option<String>,
    pub credential: Option<Secret>,
}

/// As a browser's `RTCIceServer` wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceServer {
    pub urls: Vec<String>,
    pub username: Option<String>,
    pub credential: Option<String>,
}

/// Makes the list for one participant.
#[derive(Clone, Debug, Default)]
pub struct IceServers(pub Vec<IceServerSetting>);

impl IceServers {
    #[must_use]
    pub fn servers(&self, participant: ParticipantId, expires_at: Timestamp) -> Vec<IceServer> {
        self.0.iter().map(|setting| server(setting, participant, expires_at)).collect()
    }

    /// Only those whose credentials end by themselves: what anybody may be told.
    #[must_use]
    pub fn short_lived(&self, participant: ParticipantId, expires_at: Timestamp) -> Vec<IceServer> {
        let ending = self.0.iter().filter(|setting| setting.credential.is_none());
        ending.map(|setting| server(setting, participant, expires_at)).collect()
    }
}

fn server(setting: &IceServerSetting, participant: ParticipantId, expires_at: Timestamp) -> IceServer {
    let urls = setting.urls.clone();
    let Some(secret) = &setting.secret else {
        let credential = setting.credential.as_ref().map(|word| word.expose().to_owned());
        return IceServer { urls, username: setting.username.clone(), credential };
    };
    let username = format!("{}:{participant}", expires_at.as_second());
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.expose().as_bytes());
    let credential = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
    IceServer { urls, username: Some(username), credential: Some(credential) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turn_credentials_end_and_stun_has_none() {
        let setting = |urls: &str, secret: Option<&str>| IceServerSetting {
            urls: vec![urls.to_owned()],
            secret: secret.map(|text| Secret::from(text.to_owned())),
            username: None,
            credential: None,
        };
        let ice = IceServers(vec![setting("stun:a", None), setting("turn:b", Some("north"))]);
        let who = ParticipantId(uuid::Uuid::nil());
        let servers = ice.servers(who, Timestamp::from_second(1_800_000_000).unwrap());
        assert_eq!(servers[0].credential, None);
        assert_eq!(servers[1].username.as_deref(), Some("1800000000:00000000-0000-0000-0000-000000000000"));
        // openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(servers[1].credential.as_deref(), Some("nx9S4t4Znx4HKOoWxCi7ETgPk6k="));
    }
    #[test]
    fn a_user_of_the_turn_server_is_told_to_everybody() {
        let setting = IceServerSetting {
            urls: vec!["turn:c".to_owned()],
            secret: None,
            username: Some("relay".to_owned()),
            credential: Some(Secret::from("word".to_owned())),
        };
        let who = ParticipantId(uuid::Uuid::nil());
        let ice = IceServers(vec![setting]);
        assert!(ice.short_lived(who, Timestamp::UNIX_EPOCH).is_empty(), "not to strangers");
        let servers = ice.servers(who, Timestamp::UNIX_EPOCH);
        assert_eq!(servers[0].username.as_deref(), Some("relay"));
        assert_eq!(servers[0].credential.as_deref(), Some("word"));
    }
}
