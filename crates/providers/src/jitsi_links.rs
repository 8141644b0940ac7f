//! A room of Jitsi for pages that are not ours: as a link, in a frame, and for its External API.

use std::fmt;

use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::byte_serialize;

use crate::Credentials;

/// Each opens the room that [`Credentials`] are for, as the person they were made for. As secret as the token.
#[derive(Clone, PartialEq, Eq)]
pub struct JitsiLinks {
    /// Opens the call in a page of its own.
    pub meeting_url: String,
    /// The same in a frame: who it is, and no page of Jitsi's before the call.
    pub iframe_url: String,
    /// What the External API is told: the host, with the port where it is another than usual.
    pub domain: String,
    /// None where the domain asks for no token.
    pub jwt: Option<String>,
}

impl fmt::Debug for JitsiLinks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JitsiLinks").field("domain", &self.domain).finish_non_exhaustive()
    }
}

impl JitsiLinks {
    /// `None` where the credentials are not Jitsi's.
    #[must_use]
    pub fn of(credentials: &Credentials, name: &str, email: Option<&str>) -> Option<Self> {
        let domain = credentials.details["domain"].as_str()?.to_owned();
        let jwt = (!credentials.token.is_empty()).then(|| credentials.token.clone());
        let mut meeting = Url::parse(credentials.url.as_deref()?).ok()?;
        if let Some(jwt) = &jwt {
            meeting.query_pairs_mut().append_pair("jwt", jwt);
        }
        let mut frame = meeting.clone();
        frame.set_fragment(Some(&settings(name, email)));
        Some(Self { meeting_url: meeting.into(), iframe_url: frame.into(), domain, jwt })
    }
}

/// As Jitsi's page reads them from behind the `#`: each a name and a value in JSON.
fn settings(name: &str, email: Option<&str>) -> String {
    let email = email.map(|email| ("userInfo.email", json!(email)));
    let always = [
        ("config.prejoinConfig.enabled", json!(false)),
        ("config.disableDeepLinking", json!(true)),
        ("config.disableInviteFunctions", json!(true)),
        ("config.doNotStoreRoom", json!(true)),
        ("config.disableThirdPartyRequests", json!(true)),
    ];
    let all = [("userInfo.displayName", json!(name))].into_iter().chain(email).chain(always);
    all.map(|(key, value)| format!("{key}={}", encoded(&value))).collect::<Vec<_>>().join("&")
}

/// It decodes `%20`, and not `+`.
fn encoded(value: &Value) -> String {
    byte_serialize(value.to_string().as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn links(token: &str) -> JitsiLinks {
        let credentials = Credentials {
            url: Some("https://meet.test/therapy-7-42-1".into()),
            token: token.into(),
            expires_at: Timestamp::UNIX_EPOCH,
            details: json!({ "domain": "meet.test" }),
        };
        JitsiLinks::of(&credentials, "Zoë & \"O’Neil\" +#", Some("zoe@example.org")).unwrap()
    }

    #[test]
    fn a_frame_is_told_who_it_is_and_nothing_breaks_out_of_a_name() {
        let links = links("");
        assert_eq!((links.meeting_url.as_str(), links.jwt), ("https://meet.test/therapy-7-42-1", None));
        let (address, settings) = links.iframe_url.split_once('#').unwrap();
        assert_eq!(address, links.meeting_url);
        let name = "userInfo.displayName=%22Zo%C3%AB%20%26%20%5C%22O%E2%80%99Neil%5C%22%20%2B%23%22";
        let email = "userInfo.email=%22zoe%40example.org%22";
        assert!(
            settings.starts_with(&format!("{name}&{email}&config.prejoinConfig.enabled=false&")),
            "{settings}"
        );
        assert_eq!(settings.matches('&').count(), 6);
    }

    #[test]
    fn a_token_goes_with_both_links_and_is_never_shown() {
        let links = links("a.b.c");
        assert_eq!(links.meeting_url, "https://meet.test/therapy-7-42-1?jwt=a.b.c");
        assert!(links.iframe_url.starts_with("https://meet.test/therapy-7-42-1?jwt=a.b.c#userInfo."));
        assert_eq!(links.jwt.as_deref(), Some("a.b.c"));
        assert!(!format!("{links:?}").contains("a.b.c"));
    }
}
