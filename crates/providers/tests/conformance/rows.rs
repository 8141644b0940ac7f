//! What a user may rely on, whoever the provider is. A row says where a provider cannot keep it.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::attendance::Ledger;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::PartyRole;
use openvisit_providers::{
    ParticipantGrant, PresenceChange, PresenceEvent, Provider, ProviderError, Room, RoomHandle, ToldRoom,
    facts,
};

use openvisit_testkit::vendors::{PageEntry, Vendor, VendorBehaviour, VendorEvent, VendorEventKind};

pub const ROOM: Room<'static> = Room {
    session: SessionId(uuid::Uuid::from_u128(7)),
    shown_name: "therapy-7-42-1777881600000",
    capacity: 4,
};

/// As this provider calls it.
fn name_at(provider: &Provider) -> String {
    if provider.name() == "jitsi" { ROOM.shown_name.to_owned() } else { ROOM.name() }
}

pub fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_777_881_600).unwrap() + SignedDuration::from_mins(minute)
}

pub fn participant(n: u128) -> ParticipantId {
    ParticipantId(uuid::Uuid::from_u128(100 + n))
}

/// From 15 minutes before the slot of 30 minutes to 30 minutes after it.
pub fn grant(role: PartyRole) -> ParticipantGrant {
    let participant = participant(if role == PartyRole::Practitioner { 1 } else { 2 });
    ParticipantGrant {
        participant,
        role,
        name: "Zoë O’Neil".into(),
        email: None,
        from: at(-15),
        until: at(60),
    }
}

type Asked<T> = Result<T, ProviderError>;

/// Every question that there is, under its name.
async fn questions(provider: &Provider, meeting: &RoomHandle) -> Vec<(&'static str, Asked<()>)> {
    let grant = grant(PartyRole::Client);
    vec![
        ("open", provider.open(&ROOM, None).await.map(|_| ())),
        ("open", provider.open(&ROOM, Some(meeting)).await.map(|_| ())),
        ("credentials", provider.credentials(&ROOM, meeting, &grant, at(0)).await.map(|_| ())),
        ("remove", provider.remove(&ROOM, meeting, grant.participant, at(0)).await),
        ("close", provider.close(&ROOM, meeting).await),
        ("health", provider.health().await),
    ]
}

/// What comes of every question that is put to the vendor; the others are answered however the vendor behaves.
async fn troubles(
    vendor: &impl Vendor,
    provider: &Provider,
    mood: VendorBehaviour,
) -> Vec<(&'static str, Asked<()>)> {
    let meeting = vendor.provider().open(&ROOM, None).await.unwrap();
    vendor.fake().behave_as(mood);
    let (asked, unasked): (Vec<_>, Vec<_>) = questions(provider, &meeting)
        .await
        .into_iter()
        .partition(|(question, _)| vendor.asked().contains(question));
    for (question, answer) in unasked {
        assert_eq!(answer, Ok(()), "{question} needs nobody");
    }
    vendor.fake().behave_as(VendorBehaviour::Well);
    asked
}

fn is_one_at_most(rooms: Option<usize>) -> bool {
    rooms.is_none_or(|rooms| rooms == 1)
}

pub async fn opening_twice_gives_one_room(vendor: impl Vendor) {
    let provider = vendor.provider();
    let first = provider.open(&ROOM, None).await.unwrap();
    assert_eq!(provider.open(&ROOM, None).await, Ok(first.clone()));
    assert_eq!(provider.open(&ROOM, Some(&first)).await, Ok(first.clone()));
    assert_eq!(vendor.provider().open(&ROOM, Some(&first)).await, Ok(first), "after a restart, too");
    assert!(is_one_at_most(vendor.rooms_made()));
}

pub async fn opening_at_the_same_moment_gives_one_room(vendor: impl Vendor) {
    let provider = vendor.provider();
    let opened = join_all((0..16).map(|_| provider.open(&ROOM, None))).await;
    assert!(opened.iter().all(|it| it.is_ok() && *it == opened[0]), "{opened:?}");
    assert!(is_one_at_most(vendor.rooms_made()));
}

pub async fn a_retry_after_a_lost_answer_makes_no_second_room(vendor: impl Vendor) {
    let provider = vendor.provider();
    vendor.fake().behave_as(VendorBehaviour::Torn);
    let lost = provider.open(&ROOM, None).await;
    if vendor.asked().contains(&"open") {
        assert!(lost.unwrap_err().may_pass());
        assert_eq!(vendor.rooms_made(), Some(1), "it was made, and nobody told us");
    }
    vendor.fake().behave_as(VendorBehaviour::Well);
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    assert!(vendor.enter(&given, at(0)).is_ok());
    assert!(is_one_at_most(vendor.rooms_made()));
}

pub async fn a_room_that_ended_by_itself_is_opened_anew(vendor: impl Vendor) {
    let provider = vendor.provider();
    let mut meeting = provider.open(&ROOM, None).await.unwrap();
    for _ in 0..3 {
        vendor.expire_rooms();
        meeting = provider.open(&ROOM, Some(&meeting)).await.unwrap();
        let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
        assert!(vendor.enter(&given, at(0)).is_ok());
    }
}

pub async fn credentials_let_one_participant_into_that_room_in_their_role(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    for role in [PartyRole::Practitioner, PartyRole::Client, PartyRole::Guest] {
        let grant = grant(role);
        let given = provider.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
        assert!(given.expires_at > at(0) && given.expires_at <= grant.until);
        let PageEntry { room, participant, name, moderator } = vendor.enter(&given, at(0)).unwrap();
        assert_eq!((room, participant), (name_at(&provider), grant.participant.to_string()));
        assert!(name.is_none_or(|it| it == grant.name));
        assert!(moderator.is_none_or(|it| it == (role == PartyRole::Practitioner)));
    }
}

pub async fn a_token_lets_nobody_in_before_or_after_the_slot(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    if provider.name() == "chime" {
        return; // It has no times: the meeting's end is its end.
    }
    for asked_at in [at(-60), at(-15), at(0), at(59)] {
        let given = provider.credentials(&ROOM, &meeting, &grant, asked_at).await.unwrap();
        assert!(vendor.enter(&given, grant.from - Duration::from_secs(1)).is_err());
        assert!(vendor.enter(&given, grant.until).is_err());
        assert!(vendor.enter(&given, given.expires_at).is_err(), "it says truly when it ends");
        if asked_at >= grant.from {
            assert!(vendor.enter(&given, asked_at).is_ok());
        }
    }
}

pub async fn credentials_are_made_anew_for_every_join(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let mut tokens = vec![];
    for minute in [0, 1, 2] {
        let given = provider.credentials(&ROOM, &meeting, &grant, at(minute)).await.unwrap();
        assert!(vendor.enter(&given, at(minute)).is_ok());
        tokens.push(given.token);
    }
    tokens.dedup();
    // Chime gives an attendee one token for good.
    assert_eq!(tokens.len(), if provider.name() == "chime" { 1 } else { 3 });
}

pub async fn nobody_is_given_credentials_after_the_slot(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let refused = provider.credentials(&ROOM, &meeting, &grant, grant.until).await;
    assert_eq!(refused, Err(ProviderError::Over));
}

pub async fn who_is_put_out_is_out_and_may_be_put_out_again(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    for role in [PartyRole::Practitioner, PartyRole::Client] {
        let given = provider.credentials(&ROOM, &meeting, &grant(role), at(0)).await.unwrap();
        vendor.enter(&given, at(0)).unwrap();
    }
    for _ in 0..2 {
        assert_eq!(
            provider.remove(&ROOM, &meeting, grant(PartyRole::Client).participant, at(0)).await,
            Ok(())
        );
    }
    assert_eq!(provider.remove(&ROOM, &meeting, participant(9), at(0)).await, Ok(()), "who never came");
    let practitioner = grant(PartyRole::Practitioner).participant.to_string();
    assert_eq!(vendor.inside() == [practitioner], provider.can_remove_participants());
    provider.close(&ROOM, &meeting).await.unwrap();
    assert_eq!(provider.remove(&ROOM, &meeting, participant(1), at(0)).await, Ok(()), "nobody is left");
}

pub async fn who_was_put_out_and_is_let_in_again_gets_in(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let given = provider.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
    vendor.enter(&given, at(0)).unwrap();
    provider.remove(&ROOM, &meeting, grant.participant, at(1)).await.unwrap();
    let again = provider.credentials(&ROOM, &meeting, &grant, at(1)).await.unwrap();
    assert_eq!(vendor.enter(&again, at(1)).unwrap().participant, grant.participant.to_string());
}

pub async fn closing_puts_everybody_out_and_may_be_repeated(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    vendor.enter(&given, at(0)).unwrap();
    for _ in 0..3 {
        assert_eq!(provider.close(&ROOM, &meeting).await, Ok(()));
    }
    assert_eq!(vendor.inside().is_empty(), provider.can_remove_participants());
}

pub async fn no_token_opens_a_closed_room_again(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let grant = grant(PartyRole::Client);
    let before = provider.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
    provider.close(&ROOM, &meeting).await.unwrap();
    let after = provider.credentials(&ROOM, &meeting, &grant, at(0)).await;
    if !provider.can_remove_participants() {
        return; // Only the token's end closes it.
    }
    assert!(vendor.enter(&before, at(0)).is_err());
    assert!(after.is_err() || vendor.enter(&after.unwrap(), at(0)).is_err());
    assert!(is_one_at_most(vendor.rooms_made()));
}

pub async fn being_asked_too_often_passes(vendor: impl Vendor) {
    let provider = vendor.provider();
    for (question, answer) in troubles(&vendor, &provider, VendorBehaviour::Throttling).await {
        let Err(ProviderError::Throttled { retry_after }) = answer else { panic!("{question}: {answer:?}") };
        // The others' own clients keep it to themselves.
        let tells = matches!(provider.name(), "twilio" | "jitsi");
        assert_eq!(retry_after, tells.then_some(Duration::from_secs(7)), "{question}");
    }
}

pub async fn trouble_at_the_vendor_passes(vendor: impl Vendor) {
    let provider = vendor.provider();
    for (question, answer) in troubles(&vendor, &provider, VendorBehaviour::Broken).await {
        assert!(matches!(answer, Err(ProviderError::Broken(_))), "{question}: {answer:?}");
    }
    for mood in [VendorBehaviour::BadGateway, VendorBehaviour::Torn] {
        for (question, answer) in troubles(&vendor, &provider, mood).await {
            assert!(
                answer.is_ok() || answer.clone().unwrap_err().may_pass(),
                "{mood:?} {question}: {answer:?}"
            );
        }
    }
    assert_eq!(provider.health().await, Ok(()), "and when it is over, it is over");
}

pub async fn nonsense_is_called_nonsense(vendor: impl Vendor) {
    let provider = vendor.provider();
    for (question, answer) in troubles(&vendor, &provider, VendorBehaviour::Garbage).await {
        if (provider.name(), question) == ("chime", "close") {
            continue; // That Chime has done it, is all that its answer says.
        }
        assert!(matches!(answer, Err(ProviderError::Garbled(_))), "{question}: {answer:?}");
        assert!(answer.unwrap_err().may_pass());
    }
}

pub async fn a_silent_vendor_is_given_up_on(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    vendor.fake().behave_as(VendorBehaviour::Silent);
    // Time jumps to the next thing that is waited for, and is no machine's from here on.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    for (question, answer) in questions(&provider, &meeting).await {
        let asked = vendor.asked().contains(&question);
        assert_eq!(answer, if asked { Err(ProviderError::TimedOut) } else { Ok(()) }, "{question}");
    }
    assert!(began.elapsed() <= Duration::from_secs(6 * 8 + 1), "8 seconds each");
}

pub async fn a_vendor_that_is_not_there_is_said_to_be_unreachable(vendor: impl Vendor) {
    let meeting = vendor.provider().open(&ROOM, None).await.unwrap();
    vendor.fake().stop().await;
    for (question, answer) in questions(&vendor.provider(), &meeting).await {
        match answer {
            Err(ProviderError::Unreachable(_)) if vendor.asked().contains(&question) => {}
            Ok(()) if !vendor.asked().contains(&question) => {}
            other => panic!("{question}: {other:?}"),
        }
    }
}

pub async fn wrong_keys_are_not_tried_again(vendor: impl Vendor) {
    let stranger = vendor.with_wrong_keys();
    if stranger.name() == "jitsi" {
        let (meeting, grant) = (stranger.open(&ROOM, None).await.unwrap(), grant(PartyRole::Client));
        let given = stranger.credentials(&ROOM, &meeting, &grant, at(0)).await.unwrap();
        assert!(vendor.enter(&given, at(0)).is_err(), "who comes is turned away, and only then");
        return;
    }
    for (question, answer) in troubles(&vendor, &stranger, VendorBehaviour::Well).await {
        assert!(matches!(answer, Err(ProviderError::Unauthorized(_))), "{question}: {answer:?}");
        assert!(!answer.unwrap_err().may_pass());
    }
}

pub async fn health_is_good_when_it_is(vendor: impl Vendor) {
    let provider = vendor.provider();
    assert_eq!(provider.health().await, Ok(()));
    assert!(is_one_at_most(vendor.rooms_made().map(|it| it + 1)), "and makes no room");
    assert!(provider.proves_presence());
}

pub async fn no_error_and_no_log_line_shows_a_key(vendor: impl Vendor) {
    let provider = vendor.provider();
    let meeting = provider.open(&ROOM, None).await.unwrap();
    let given = provider.credentials(&ROOM, &meeting, &grant(PartyRole::Client), at(0)).await.unwrap();
    let mut shown = vec![format!("{given:?}"), format!("{meeting:?}")];
    let moods = [
        VendorBehaviour::Throttling,
        VendorBehaviour::Broken,
        VendorBehaviour::BadGateway,
        VendorBehaviour::Garbage,
        VendorBehaviour::Torn,
    ];
    for mood in moods {
        let answers = troubles(&vendor, &provider, mood).await;
        shown.extend(answers.into_iter().filter_map(|(_, it)| it.err()).map(|it| format!("{it} {it:?}")));
    }
    for (_, answer) in troubles(&vendor, &vendor.with_wrong_keys(), VendorBehaviour::Well).await {
        shown.extend(answer.err().map(|it| format!("{it} {it:?}")));
    }
    vendor.fake().stop().await;
    for (_, answer) in questions(&provider, &meeting).await {
        shown.extend(answer.err().map(|it| format!("{it} {it:?}")));
    }
    let secrets =
        [vendor.secrets(), vec![given.token, name_at(&provider), grant(PartyRole::Client).name]].concat();
    for text in &shown {
        let of_the_room =
            text.starts_with("RoomHandle") && !vendor.secrets().iter().any(|it| text.contains(it));
        assert!(of_the_room || !secrets.iter().any(|it| text.contains(it)), "{text}");
    }
}

fn news(event: VendorEventKind, connection: u8, minute: i64) -> VendorEvent {
    let id = u128::from(connection) * 1000 + u128::from(minute.unsigned_abs()) * 10 + event as u128;
    VendorEvent { id, event, room: ROOM.name(), participant: participant(2), connection, at: at(minute) }
}

/// Somebody who comes, goes, comes again and goes: 10 and 5 minutes.
fn story() -> [VendorEvent; 4] {
    [
        news(VendorEventKind::Came, 1, 0),
        news(VendorEventKind::Left, 1, 10),
        news(VendorEventKind::Came, 2, 20),
        news(VendorEventKind::Left, 2, 25),
    ]
}

pub async fn what_the_vendor_tells_is_heard(vendor: impl Vendor) {
    let provider = vendor.provider();
    for news in story() {
        let event = vendor.deliver(&provider, &news).await.unwrap().unwrap();
        assert_eq!((event.room, event.at), (ToldRoom::Of(ROOM.session), news.at));
        let connection = match (news.event, event.change) {
            (VendorEventKind::Came, PresenceChange::Connected(it))
            | (VendorEventKind::Left, PresenceChange::Disconnected(it)) => it,
            (event, other) => panic!("{event:?} was heard as {other:?}"),
        };
        assert_eq!(connection.participant, news.participant);
        assert_eq!(connection.name.is_none(), provider.name() == "chime");
    }
    let ended = vendor.deliver(&provider, &news(VendorEventKind::Ended, 1, 30)).await.unwrap().unwrap();
    assert_eq!((ended.at, ended.change), (at(30), PresenceChange::RoomEnded));
    assert_eq!(vendor.deliver(&provider, &news(VendorEventKind::Other, 1, 30)).await, Ok(None));
}

pub async fn what_somebody_else_signed_is_refused(vendor: impl Vendor) {
    let (provider, news) = (vendor.provider(), news(VendorEventKind::Came, 1, 0));
    let forged = vendor.post(&news, false);
    assert_eq!(forged.to(&provider), Err(ProviderError::Forged));
    let mut unsigned = vendor.post(&news, true);
    assert_eq!(unsigned.to(&vendor.with_wrong_keys()), Err(ProviderError::Forged), "another's secret");
    unsigned.headers.clear();
    assert_eq!(unsigned.to(&provider), Err(ProviderError::Forged));
    let anything = openvisit_testkit::vendors::Post { body: "not even that".into(), ..unsigned };
    assert_eq!(anything.to(&provider), Err(ProviderError::Forged));
}

pub async fn what_was_altered_on_the_way_is_refused(vendor: impl Vendor) {
    let provider = vendor.provider();
    let mut post = vendor.post(&news(VendorEventKind::Came, 1, 0), true);
    post.body = post.body.replace(&participant(2).to_string(), &participant(1).to_string());
    assert_eq!(post.to(&provider), Err(ProviderError::Forged));
    let mut post = vendor.post(&news(VendorEventKind::Came, 1, 0), true);
    post.body.push(' ');
    assert_eq!(post.to(&provider), Err(ProviderError::Forged));
}

fn ledger(events: &[PresenceEvent]) -> Ledger {
    let mut ledger = Ledger::default();
    for event in events {
        facts(ROOM.session, event, &ledger).iter().for_each(|fact| ledger.apply(fact));
    }
    ledger
}

pub async fn what_is_told_twice_counts_once(vendor: impl Vendor) {
    let provider = vendor.provider();
    let (mut once, mut again) = (vec![], vec![]);
    for news in story() {
        let first = vendor.deliver(&provider, &news).await.unwrap().unwrap();
        let second = vendor.deliver(&provider, &news).await.unwrap().unwrap();
        assert_eq!(first, second);
        once.push(first.clone());
        again.extend([first, second]);
    }
    assert_eq!(ledger(&once), ledger(&again));
    let mut ids: Vec<_> = once.iter().map(|it| it.id.as_str()).collect();
    ids.dedup();
    assert_eq!(ids.len(), 4, "and what is told anew has another id: {ids:?}");
}

pub async fn what_is_told_in_the_wrong_order_makes_the_same_ledger(vendor: impl Vendor) {
    let provider = vendor.provider();
    let mut told = vec![];
    for news in story() {
        told.push(vendor.deliver(&provider, &news).await.unwrap().unwrap());
    }
    let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [3, 0, 1, 2], [1, 0, 3, 2], [2, 3, 0, 1], [3, 1, 2, 0]];
    for order in orders {
        let ledger = ledger(&order.map(|n: usize| told[n].clone()));
        assert!(!ledger.anyone_present(), "{order:?}");
        let connected = ledger.connected(participant(2), at(-60), at(60));
        assert_eq!(connected, SignedDuration::from_mins(15), "{order:?}");
        assert_eq!(ledger.left_at(participant(2)), Some(at(25)));
    }
}

pub async fn rooms_that_are_not_ours_are_passed_over(vendor: impl Vendor) {
    let provider = vendor.provider();
    for event in [VendorEventKind::Came, VendorEventKind::Left, VendorEventKind::Ended] {
        let news = VendorEvent { room: "daily-standup".into(), ..news(event, 1, 0) };
        assert_eq!(vendor.deliver(&provider, &news).await, Ok(None));
    }
}
