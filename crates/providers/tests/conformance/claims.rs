//! Tokens, claim by claim: what is not listed here is not in them. Signatures are verified by another library than
//! the one that made them.

use openvisit_core::session::PartyRole;
use openvisit_providers::{Jitsi, JitsiSettings, ParticipantGrant, Provider};
use serde_json::{Value, json};

use crate::rows::{ROOM, at, grant};
use openvisit_testkit::vendors::jitsi::{FakeJaas, KEY_ID, TENANT};
use openvisit_testkit::vendors::livekit::{FakeLiveKit, KEY, SECRET};
use openvisit_testkit::vendors::twilio::{self, FakeTwilio};
use openvisit_testkit::vendors::{Vendor, parts, verified, verified_in_part};

async fn token(provider: &Provider, role: PartyRole) -> String {
    let meeting = provider.open(&ROOM, None).await.unwrap();
    provider.credentials(&ROOM, &meeting, &grant(role), at(0)).await.unwrap().token
}

/// Seconds, `minute` minutes after the slot's start.
fn second(minute: i64) -> i64 {
    at(minute).as_second()
}

fn settings(url: &str) -> JitsiSettings {
    JitsiSettings { url: Some(url.parse().unwrap()), ..JitsiSettings::default() }
}

#[tokio::test]
async fn livekit_s_token_is_for_one_room_and_ten_minutes() {
    for (role, admin) in [(PartyRole::Practitioner, true), (PartyRole::Client, false)] {
        let fake = FakeLiveKit::start().await;
        let (header, claims) = verified(&token(&fake.provider(), role).await, SECRET).unwrap();
        assert_eq!(header, json!({ "typ": "JWT", "alg": "HS256" }));
        let mut video = json!({ "roomJoin": true, "room": ROOM.name(), "canPublish": true, "canSubscribe": true,
            "canPublishData": true });
        if admin {
            video["roomAdmin"] = json!(true);
        }
        let sub = grant(role).participant.to_string();
        let expected = json!({ "iss": KEY, "sub": sub, "name": grant(role).name, "nbf": second(0), "exp": second(10),
            "video": video });
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn jaas_s_token_is_for_one_room_and_the_slot_and_its_moderator_is_the_practitioner() {
    let fake = FakeJaas::start().await;
    for (role, moderator) in [(PartyRole::Practitioner, "true"), (PartyRole::Client, "false")] {
        let (header, claims) = parts(&token(&fake.provider(), role).await).unwrap();
        assert_eq!(header, json!({ "typ": "JWT", "alg": "RS256", "kid": KEY_ID }));
        let user = json!({ "id": grant(role).participant.to_string(), "name": grant(role).name, "moderator": moderator });
        let features = json!({ "livestreaming": "false", "recording": "false", "transcription": "false",
            "outbound-call": "false", "sip-outbound-call": "false" });
        let expected = json!({ "aud": "jitsi", "iss": "chat", "sub": TENANT, "room": ROOM.shown_name, "iat": second(0),
            "nbf": second(-15), "exp": second(60), "context": { "user": user, "features": features } });
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn an_own_jitsi_s_token_is_as_its_token_module_reads_it() {
    let settings = JitsiSettings {
        app_id: Some("openvisit".into()),
        app_secret: Some("the token module's secret".into()),
        ..settings("https://meet.example.org")
    };
    let in_containers = JitsiSettings { xmpp_domain: Some("meet.jitsi".into()), ..settings.clone() };
    for (settings, domain) in [(settings, "meet.example.org"), (in_containers, "meet.jitsi")] {
        let provider = Provider::Jitsi(Jitsi::new(settings).unwrap());
        for (role, moderator, affiliation) in
            [(PartyRole::Practitioner, true, "owner"), (PartyRole::Guest, false, "member")]
        {
            let token = token(&provider, role).await;
            let (header, claims) = verified(&token, "the token module's secret").unwrap();
            assert_eq!(header, json!({ "typ": "JWT", "alg": "HS256" }));
            let id = grant(role).participant.to_string();
            let user = json!({ "id": id, "name": grant(role).name, "affiliation": affiliation });
            let expected = json!({ "aud": "openvisit", "iss": "openvisit", "sub": domain, "room": ROOM.shown_name,
                "iat": second(0), "nbf": second(-15), "exp": second(60), "moderator": moderator,
                "context": { "user": user } });
            assert_eq!(claims, expected);
        }
    }
}

#[tokio::test]
async fn twilio_s_token_is_for_one_room_by_its_own_id_and_the_slot() {
    let fake = FakeTwilio::start().await;
    let provider = fake.provider();
    let (_, mut claims) =
        verified_in_part(&token(&provider, PartyRole::Client).await, twilio::SECRET).unwrap();
    let jti = claims["jti"].take();
    assert!(jti.as_str().unwrap().starts_with(twilio::KEY));
    let sub = grant(PartyRole::Client).participant.to_string();
    let expected = json!({ "jti": null, "iss": twilio::KEY, "sub": twilio::ACCOUNT, "iat": second(0),
        "nbf": second(-15), "exp": second(60),
        "grants": { "identity": sub, "video": { "room": "RM00000000000000000000000000000001" } } });
    assert_eq!(claims, expected);
    // A day is the longest that Twilio takes.
    let mut long = grant(PartyRole::Client);
    long.until = at(48 * 60);
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &long, at(0)).await.unwrap();
    let claims = verified_in_part(&given.token, twilio::SECRET).unwrap().1;
    assert_eq!((given.expires_at, &claims["exp"]), (at(24 * 60), &Value::from(second(24 * 60))));
}

#[tokio::test]
async fn a_public_jitsi_needs_no_token_and_proves_no_presence() {
    let provider = Provider::Jitsi(Jitsi::new(settings("https://meet.jit.si")).unwrap());
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    assert_eq!(
        (given.token.as_str(), given.url),
        ("", Some(format!("https://meet.jit.si/{}", ROOM.shown_name)))
    );
    let details = json!({ "domain": "meet.jit.si", "room": ROOM.shown_name, "moderator": false,
        "script": "https://meet.jit.si/external_api.js" });
    assert_eq!(given.details, details);
    assert!(!provider.proves_presence() && !provider.can_remove_participants());
}

#[tokio::test]
async fn jitsi_s_tokens_say_the_address_of_who_has_one() {
    let module = JitsiSettings {
        app_id: Some("openvisit".into()),
        app_secret: Some("the token module's secret".into()),
        ..settings("https://meet.example.org")
    };
    let fake = FakeJaas::start().await;
    for provider in [fake.provider(), Provider::Jitsi(Jitsi::new(module).unwrap())] {
        let meeting = provider.open(&ROOM, None).await.unwrap();
        let grant = ParticipantGrant { email: Some("zoe@example.org".into()), ..grant(PartyRole::Client) };
        let given = provider.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
        assert_eq!(parts(&given.token).unwrap().1["context"]["user"]["email"], "zoe@example.org");
    }
}
