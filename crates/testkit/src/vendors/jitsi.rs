//! JaaS: it serves its page code, reads tokens and calls back. Rooms make themselves.

use std::sync::{LazyLock, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use axum::Router;
use axum::http::{HeaderMap, header};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use openvisit_providers::{Credentials, Jitsi, JitsiSettings, Provider};
use serde_json::{Value, json};

use super::{Fake, PageEntry, Post, Vendor, VendorEvent, VendorEventKind, in_time, parts};

pub const TENANT: &str = "vpaas-magic-cookie-0123456789abcdef";
pub const KEY_ID: &str = "vpaas-magic-cookie-0123456789abcdef/4f4910";
pub const WEBHOOK_SECRET: &str = "whsec_the_endpoint_s_secret";

pub struct FakeJaas {
    fake: Fake,
    inside: Mutex<Vec<String>>,
}

/// Two people's keys. Making them takes its time.
static KEYS: LazyLock<[(String, Vec<u8>); 2]> = LazyLock::new(|| [key(), key()]);

/// A new key, as PEM and as its public half.
fn key() -> (String, Vec<u8>) {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let body = STANDARD.encode(der.as_ref());
    let lines: Vec<_> = body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    (pem, pair.public_key().as_ref().to_vec())
}

impl FakeJaas {
    pub async fn start() -> Self {
        let script = || async {
            ([(header::CONTENT_TYPE, "application/javascript")], "class JitsiMeetExternalAPI {}")
        };
        let router = Router::new().route(&format!("/{TENANT}/external_api.js"), get(script));
        Self { fake: Fake::start(router).await, inside: Mutex::default() }
    }

    pub fn signed(&self, body: String) -> Post {
        signed(body, WEBHOOK_SECRET)
    }

    fn configured(&self, private_key: &str, webhook_secret: &str) -> Provider {
        let settings = JitsiSettings {
            url: Some(self.fake.url()),
            tenant: Some(TENANT.into()),
            key_id: Some(KEY_ID.into()),
            private_key: Some(private_key.into()),
            webhook_secret: Some(webhook_secret.into()),
            ..JitsiSettings::default()
        };
        Provider::Jitsi(Jitsi::new(settings).unwrap())
    }
}

/// As "Check the webhook signatures" shows it.
fn signed(body: String, secret: &str) -> Post {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let time = Timestamp::now().as_second();
    let signature = STANDARD.encode(hmac::sign(&key, format!("{time}.{body}").as_bytes()));
    let mut headers = HeaderMap::new();
    headers.insert("x-jaas-signature", format!("t={time},v0=AAAA,v1={signature}").parse().unwrap());
    Post { headers, body }
}

impl Vendor for FakeJaas {
    fn provider(&self) -> Provider {
        self.configured(&KEYS[0].0, WEBHOOK_SECRET)
    }

    fn with_wrong_keys(&self) -> Provider {
        self.configured(&KEYS[1].0, "whsec_another")
    }

    fn fake(&self) -> &Fake {
        &self.fake
    }

    fn toml(&self) -> String {
        let (url, key) = (self.fake.url(), &KEYS[0].0);
        format!(
            "[jitsi]\nurl = '{url}'\ntenant = '{TENANT}'\nkey_id = '{KEY_ID}'\nprivate_key = '''{key}'''\n\
             webhook_secret = '{WEBHOOK_SECRET}'\n"
        )
    }

    fn asked(&self) -> &'static [&'static str] {
        &["health"]
    }

    fn rooms_made(&self) -> Option<usize> {
        None
    }

    fn enter(&self, credentials: &Credentials, now: Timestamp) -> Result<PageEntry, String> {
        let (signed, signature) = credentials.token.rsplit_once('.').ok_or("no token")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| error.to_string())?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &KEYS[0].1)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_| "not our signature")?;
        let (header, claims) = parts(&credentials.token)?;
        in_time(&claims, now)?;
        if header["kid"] != KEY_ID || header["alg"] != "RS256" || header["typ"] != "JWT" {
            return Err("not our key".into());
        }
        if claims["aud"] != "jitsi" || claims["iss"] != "chat" || claims["sub"] != TENANT {
            return Err("not our token".into());
        }
        let (user, features) = (&claims["context"]["user"], &claims["context"]["features"]);
        let strings = |it: &Value| it.as_object().is_some_and(|it| it.values().all(Value::is_string));
        if !strings(user) || !strings(features) {
            return Err("something other than strings".into());
        }
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a name is missing");
        let room = text(&claims["room"])?;
        if credentials.details["room"] != format!("{TENANT}/{room}")
            || credentials.url != Some(format!("{}{TENANT}/{room}", self.fake.url()))
            || credentials.details["domain"] != self.fake.address.to_string()
        {
            return Err("not for this room".into());
        }
        let participant = text(&user["id"])?;
        self.inside.lock().unwrap().push(participant.clone());
        let moderator = Some(user["moderator"] == "true");
        Ok(PageEntry { room, participant, name: Some(text(&user["name"])?), moderator })
    }

    fn inside(&self) -> Vec<String> {
        self.inside.lock().unwrap().clone()
    }

    fn expire_rooms(&self) {
        self.inside.lock().unwrap().clear();
    }

    /// As "Payload structure" shows it.
    fn post(&self, news: &VendorEvent, genuine: bool) -> Post {
        let event = match news.event {
            VendorEventKind::Came => "PARTICIPANT_JOINED",
            VendorEventKind::Left => "PARTICIPANT_LEFT",
            VendorEventKind::Ended => "ROOM_DESTROYED",
            VendorEventKind::Other => "RECORDING_STARTED",
        };
        let mut data =
            json!({ "conference": format!("{}@conference.{TENANT}.8x8.vc", news.room), "isBreakout": false });
        if matches!(news.event, VendorEventKind::Came | VendorEventKind::Left) {
            data["id"] = json!(news.participant.to_string());
            data["name"] = json!("somebody");
            data["moderator"] = json!("false");
            data["participantJid"] = json!("participant@8x8.vc");
            data["participantFullJid"] = json!(format!("participant@8x8.vc/{}", news.connection));
        }
        let body = json!({ "idempotencyKey": format!("{}", news.id), "customerId": "0123456789abcdef",
            "appId": TENANT, "eventType": event, "sessionId": "c3348153-1027-4382-afad-5ae91b433c26",
            "timestamp": news.at.as_millisecond(), "fqn": format!("{TENANT}/{}", news.room), "data": data })
        .to_string();
        if genuine { self.signed(body) } else { signed(body, "whsec_made_up") }
    }

    fn secrets(&self) -> Vec<String> {
        let key = KEYS[0].0.lines().nth(1).unwrap().to_owned();
        vec![key, WEBHOOK_SECRET.into()]
    }
}
