//! What is so with one provider only.

use openvisit_core::session::PartyRole;
use openvisit_providers::{
    Chime, ChimeSettings, Jitsi, JitsiSettings, LiveKit, LiveKitSettings, Provider, ProviderError,
    RoomHandle, Secret, ToldRoom, Twilio, TwilioSettings,
};
use serde_json::json;

use crate::rows::{ROOM, at, grant, participant};
use openvisit_testkit::vendors::chime::FakeChime;
use openvisit_testkit::vendors::jitsi::{FakeJaas, TENANT};
use openvisit_testkit::vendors::livekit::FakeLiveKit;
use openvisit_testkit::vendors::twilio::{CALLBACK, FakeTwilio};
use openvisit_testkit::vendors::{Vendor, VendorEvent, VendorEventKind};

#[tokio::test]
async fn chime_s_meeting_is_handed_on_in_chime_s_own_words() {
    let fake = FakeChime::start().await;
    let provider = fake.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let id = "00000000-0000-0000-0000-000000000001";
    assert_eq!(meeting.id(), Some(id));
    let placement = json!({ "AudioHostUrl": format!("https://audio.chime.test/{id}"),
        "AudioFallbackUrl": format!("https://fallback.chime.test/{id}"),
        "SignalingUrl": format!("https://signal.chime.test/{id}"), "TurnControlUrl": format!("https://turn.chime.test/{id}"),
        "EventIngestionUrl": format!("https://events.chime.test/{id}") });
    let expected = json!({ "MeetingId": id, "ExternalMeetingId": ROOM.name(), "MediaRegion": "eu-west-1",
        "MediaPlacement": placement, "MeetingArn": format!("arn:aws:chime:eu-central-1:111122223333:meeting/{id}"),
        "TenantIds": [] });
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    assert_eq!((&given.details["Meeting"], given.url), (&expected, None), "there is no address for video");
    let attendee = json!({ "AttendeeId": given.details["Attendee"]["AttendeeId"], "JoinToken": given.token,
        "ExternalUserId": grant(PartyRole::Client).participant.to_string() });
    assert_eq!(given.details["Attendee"], attendee);
}

#[tokio::test]
async fn a_meeting_that_chime_is_making_already_is_waited_for() {
    let fake = FakeChime::start().await;
    fake.conflicts(1);
    assert!(fake.provider().open(&ROOM, None).await.is_ok());
    let fake = FakeChime::start().await;
    fake.conflicts(2);
    assert!(fake.provider().open(&ROOM, None).await.unwrap_err().may_pass());
}

#[tokio::test]
async fn who_was_put_out_of_chime_and_is_let_in_again_gets_another_token() {
    let fake = FakeChime::start().await;
    let provider = fake.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let first = provider.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
    provider.remove(&ROOM, &meeting, grant.participant, at(0)).await.unwrap();
    assert!(fake.enter(&first, at(0)).is_err());
    let second = provider.credentials(&ROOM, &meeting, &grant, at(1)).await.unwrap();
    assert_ne!(first.token, second.token);
    assert!(fake.enter(&second, at(1)).is_ok());
}

fn came(n: u128) -> VendorEvent {
    VendorEvent {
        id: n,
        event: VendorEventKind::Came,
        room: ROOM.name(),
        participant: participant(n),
        connection: 1,
        at: at(0),
    }
}

#[tokio::test]
async fn a_message_of_chime_s_queue_comes_again_until_it_is_deleted() {
    let fake = FakeChime::start().await;
    let provider = fake.provider();
    for n in 0..12 {
        fake.write(&fake.post(&came(n), true).body);
    }
    let first = fake.receive(&provider).await.unwrap();
    assert_eq!(first.len(), 10, "as many as come at once");
    let again = fake.receive(&provider).await.unwrap();
    assert_eq!(first[0].event, again[0].event);
    let Provider::Chime(chime) = &provider else { unreachable!() };
    for message in &first {
        chime.delete(message).await.unwrap();
    }
    let rest = fake.receive(&provider).await.unwrap();
    assert_eq!(rest.iter().filter(|it| it.event.is_some()).count(), 2);
}

#[tokio::test]
async fn what_is_not_chime_s_in_the_queue_is_nothing_and_can_be_deleted() {
    let fake = FakeChime::start().await;
    let provider = fake.provider();
    let elsewhere = fake.post(&came(1), true).body.replace("aws.chime", "aws.ec2");
    let of_nobody =
        fake.post(&came(1), true).body.replace(&participant(1).to_string(), "somebody else's user");
    for body in ["", "{}", "no JSON", "[1, 2]", &elsewhere, &of_nobody] {
        fake.write(body);
    }
    let messages = fake.receive(&provider).await.unwrap();
    assert_eq!(messages.len(), 6);
    assert!(messages.iter().all(|it| it.event.is_none()));
}

#[tokio::test]
async fn a_queue_that_is_refused_is_the_operator_s_to_mend() {
    let fake = FakeChime::start().await;
    let refused = fake.receive(&fake.with_wrong_keys()).await.unwrap_err();
    assert!(matches!(refused, ProviderError::Unauthorized(_)), "{refused:?}");
    let elsewhere =
        ChimeSettings { queue_url: Some("https://sqs.test/other".parse().unwrap()), ..fake.settings() };
    let refused = Chime::new(elsewhere).receive().await.unwrap_err();
    assert!(!refused.may_pass(), "{refused:?}");
    let without = ChimeSettings { queue_url: None, ..fake.settings() };
    let without = Provider::Chime(Chime::new(without));
    assert!(fake.receive(&without).await.unwrap().is_empty());
    assert!(!without.proves_presence());
}

#[tokio::test]
async fn a_callback_that_twilio_signed_for_another_address_is_refused() {
    let fake = FakeTwilio::start().await;
    let post = fake.post(&came(1), true);
    assert!(post.to(&fake.reaching_us_at(CALLBACK)).unwrap().is_some());
    let elsewhere = fake.reaching_us_at(&CALLBACK.replace("/twilio/", "/livekit/"));
    assert_eq!(post.to(&elsewhere), Err(ProviderError::Forged));
}

#[tokio::test]
async fn of_several_signatures_of_jaas_only_its_present_scheme_counts() {
    let fake = FakeJaas::start().await;
    let mut post = fake.post(&came(1), true);
    let signed = post.headers["x-jaas-signature"].to_str().unwrap().to_owned();
    post.headers.insert("x-jaas-signature", signed.replace("v1=", "v2=").parse().unwrap());
    assert_eq!(post.to(&fake.provider()), Err(ProviderError::Forged));
    let twice = signed.replace(",v1=", ",v1=AAAA,v1=");
    post.headers.insert("x-jaas-signature", twice.parse().unwrap());
    assert!(post.to(&fake.provider()).unwrap().is_some(), "a secret that is being changed signs twice");
    for header in ["", "t=,v1=", "v1=AAAA", "t=1", "====,,,"] {
        post.headers.insert("x-jaas-signature", header.parse().unwrap());
        assert_eq!(post.to(&fake.provider()), Err(ProviderError::Forged), "{header}");
    }
}

#[tokio::test]
async fn a_breakout_room_of_jaas_is_not_the_session_s() {
    let fake = FakeJaas::start().await;
    let genuine = fake.post(&came(1), true).body;
    for is_breakout in ["true", r#""true""#] {
        let body = genuine.replace(r#""isBreakout":false"#, &format!(r#""isBreakout":{is_breakout}"#));
        assert_ne!(body, genuine);
        assert_eq!(fake.signed(body).to(&fake.provider()), Ok(None));
    }
    assert_eq!(
        fake.signed("{}".into()).to(&fake.provider()),
        Err(ProviderError::Garbled("a webhook".into()))
    );
}

#[tokio::test]
async fn livekit_s_token_ends_with_the_slot_at_the_latest() {
    let fake = FakeLiveKit::start().await;
    let provider = fake.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let given = provider.credentials(&ROOM, &meeting, &grant, at(59)).await.unwrap();
    assert_eq!(given.expires_at, grant.until);
}

#[test]
fn settings_that_do_not_fit_together_say_which() {
    let settings = |text: &str| serde_json::from_str::<JitsiSettings>(text).unwrap();
    let url = r#""url": "https://meet.example.org""#;
    for wrong in [
        format!(r#"{{ {url}, "app_id": "openvisit" }}"#),
        format!(r#"{{ {url}, "app_secret": "s" }}"#),
        format!(r#"{{ {url}, "xmpp_domain": "meet.jitsi" }}"#),
        format!(r#"{{ {url}, "webhook_secret": "s" }}"#),
        format!(r#"{{ "tenant": "{TENANT}", "key_id": "k" }}"#),
        format!(r#"{{ "tenant": "{TENANT}", "key_id": "k", "private_key": "no PEM" }}"#),
        format!(
            r#"{{ "tenant": "{TENANT}", "key_id": "k", "private_key": "p", "app_id": "a", "app_secret": "s" }}"#
        ),
    ] {
        let Err(ProviderError::Setting(said)) = Jitsi::new(settings(&wrong)) else { panic!("{wrong}") };
        assert!(said.starts_with("jitsi."), "{said}");
    }
    assert!(serde_json::from_str::<JitsiSettings>(r#"{ "urls": "https://meet.example.org" }"#).is_err());
}

/// What of this stood in a page's content security policy would say more than where to connect.
const NO_ADDRESSES: [&str; 8] = [
    "ftp://meet.example.org",
    "mailto:meet@example.org",
    "https://meet.example.org;script-src",
    "https://meet.example.org,other.example.org",
    "https://*",
    "https://'self'",
    "https://user:password@meet.example.org",
    "https://meet.example.org/?a=b",
];

#[test]
fn an_address_is_a_plain_one() {
    let livekit = |url: &str, api_url: Option<&str>| {
        LiveKit::new(LiveKitSettings {
            url: url.parse().unwrap(),
            api_url: api_url.map(|url| url.parse().unwrap()),
            api_key: "k".into(),
            api_secret: "s".into(),
        })
    };
    let jitsi = |url: &str| Jitsi::new(serde_json::from_value(json!({ "url": url })).unwrap());
    let wants = |result: Option<ProviderError>, what: &str| {
        assert_eq!(result, Some(ProviderError::Setting(what.into())));
    };
    let good = "wss://livekit.example.org";
    for wrong in NO_ADDRESSES {
        wants(livekit(wrong, None).err(), "livekit.url must look like wss://livekit.example.org");
        let what = "livekit.api_url must look like https://livekit.example.org";
        wants(livekit(good, Some(wrong)).err(), what);
        wants(jitsi(wrong).err(), "jitsi.url must look like https://meet.example.org");
    }
    wants(jitsi(good).err(), "jitsi.url must look like https://meet.example.org");
    for address in ["https://meet.example.org:8443/calls", "http://[2001:db8::7]:7880", "http://10.0.0.5"] {
        assert!(livekit(good, Some(address)).is_ok() && livekit(address, None).is_ok(), "{address}");
        assert!(jitsi(address).is_ok(), "{address}");
    }
}

#[test]
fn settings_show_no_key() {
    let key = || Secret::from("hush-hush");
    let twilio = TwilioSettings {
        account_sid: "AC1".into(),
        auth_token: key(),
        api_key: "SK1".into(),
        api_secret: key(),
        api_url: None,
    };
    let livekit = LiveKitSettings {
        url: "wss://livekit.test".parse().unwrap(),
        api_url: None,
        api_key: "k".into(),
        api_secret: key(),
    };
    let chime = r#"{ "access_key_id": "AKIA1", "secret_access_key": "hush-hush", "region": "eu-central-1" }"#;
    let chime: ChimeSettings = serde_json::from_str(chime).unwrap();
    let jitsi = r#"{ "private_key": "hush-hush", "app_secret": "hush-hush", "webhook_secret": "hush-hush" }"#;
    let jitsi: JitsiSettings = serde_json::from_str(jitsi).unwrap();
    let shown = format!("{twilio:?} {livekit:?} {chime:?} {jitsi:?}");
    assert!(!shown.contains("hush"), "{shown}");
    let silent = Provider::Twilio(Twilio::new(twilio, None).unwrap());
    assert!(!silent.proves_presence(), "nobody calls back where no address is");
}

fn jitsi(settings: &str) -> Provider {
    Provider::Jitsi(Jitsi::new(serde_json::from_str(settings).unwrap()).unwrap())
}

#[tokio::test]
async fn a_jitsi_of_no_domain_is_the_public_one_and_a_tenant_without_its_key_signs_nothing() {
    let tenant = format!(r#"{{ "tenant": "{TENANT}" }}"#);
    let own = format!(r#"{{ "tenant": "{TENANT}", "url": "meet.example.org:8443" }}"#);
    let public = "https://meet.jit.si";
    for (settings, at_domain) in
        [("{}", public), (tenant.as_str(), public), (own.as_str(), "https://meet.example.org:8443")]
    {
        let provider = jitsi(settings);
        let meeting = provider.open(&ROOM, None).await.unwrap();
        let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
        assert_eq!((given.token.as_str(), given.url), ("", Some(format!("{at_domain}/{}", ROOM.shown_name))));
        assert!(provider.takes_anybody() && !provider.proves_presence());
    }
}

#[tokio::test]
async fn a_room_of_jitsi_that_was_opened_by_another_name_keeps_it() {
    let fake = FakeJaas::start().await;
    let provider = fake.provider();
    let before = RoomHandle(json!({ "domain": "8x8.vc", "room": format!("{TENANT}/{}", ROOM.session),
        "url": format!("https://8x8.vc/{TENANT}/{}", ROOM.session) }));
    let meeting = provider.open(&ROOM, Some(&before)).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    assert_eq!(fake.enter(&given, at(0)).unwrap().room, ROOM.session.to_string());
}

#[tokio::test]
async fn jaas_s_rooms_are_heard_by_the_names_that_we_gave_them() {
    let fake = FakeJaas::start().await;
    let heard = |room: &str| {
        let event = VendorEvent { room: room.into(), ..came(1) };
        fake.post(&event, true).to(&fake.provider()).unwrap().map(|event| event.room)
    };
    assert_eq!(heard(ROOM.shown_name), Some(ToldRoom::Called(ROOM.shown_name.into())));
    assert_eq!(
        heard("Therapy-7-AB-1"),
        Some(ToldRoom::Called("therapy-7-ab-1".into())),
        "whatever it writes large"
    );
    assert_eq!(heard(&ROOM.name()), Some(ToldRoom::Of(ROOM.session)), "as they were called before");
    assert_eq!(heard("x/therapy-7-42-1"), None);
}
