//! Events on their way to a real message broker, and what happens when it is away.

use std::sync::Arc;

use jiff::SignedDuration;
use lapin::options::ExchangeDeclareOptions;
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties, ExchangeKind};
use openvisit_store::{Deliveries, Delivery, DeliveryState, Target};
use openvisit_testkit::alarm::{self, Alarm};
use openvisit_testkit::broker::{self, Consumer, Message};
use openvisit_testkit::proxy::{Proxy, ProxyState};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Reply, send};
use crate::story::{Story, appointment_path};
use crate::webhooks::until;

const COMPLETED: &str = "appointment.consultation.completed";

/// A server that publishes to an exchange of its own.
struct Publishing {
    story: Story,
    exchange: String,
    /// Between it and the broker.
    network: Proxy,
}

impl Publishing {
    async fn new(settings: &str) -> Self {
        let publishing = Self::over(Proxy::before(broker::address()).await, settings).await;
        publishing.until_ready().await;
        publishing
    }

    async fn over(network: Proxy, settings: &str) -> Self {
        Self::of(network, &broker::url(), broker::exchange(), settings).await
    }

    async fn of(network: Proxy, broker: &str, exchange: String, settings: &str) -> Self {
        let url = broker.replace(&broker::address(), &network.address.to_string());
        let story =
            Story::with(&format!("amqp_url = '{url}'\namqp_exchange = '{exchange}'\n{settings}")).await;
        openvisit::run::deliver(&story.server.app).await.unwrap();
        Self { story, exchange, network }
    }

    /// Whether all is ready, the broker too.
    async fn ready(&self) -> Reply {
        send(self.story.server.anonymous().raw(Method::GET, "/ready?full=1")).await
    }

    /// Whether calls can be held.
    async fn carries_calls(&self) -> Reply {
        send(self.story.server.anonymous().raw(Method::GET, "/ready")).await
    }

    async fn until_ready(&self) {
        until("the broker answers", async || (self.ready().await.status == 200).then_some(())).await;
    }

    async fn until_away(&self) {
        until("the broker is missed", async || (self.ready().await.status == 503).then_some(())).await;
    }

    async fn deliveries(&self) -> Vec<Delivery> {
        let page = Deliveries { target: Target::Broker, before: None, state: None, limit: 100 };
        self.story.server.app.store.read().await.unwrap().deliveries(&page).await.unwrap()
    }

    /// Turns the clock on to where every event's next try is due.
    fn advance(&self, seconds: i64) {
        self.story.server.advance(SignedDuration::from_secs(seconds));
        self.story.server.app.outbox.wake();
    }

    /// A whole consultation of ten minutes; its session's id.
    async fn consultation(&self) -> String {
        let session = self.story.now().await;
        self.story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
        self.story.advance(10).await;
        let notes = json!({ "reason": "Private", "notes": "Private" });
        self.story.doctor.post(&format!("{session}/end"), notes).await.expect(200);
        session.rsplit('/').next().unwrap().to_owned()
    }

    async fn cancel(&self, appointment: &Value) {
        let path = format!("{}/cancel", appointment_path(appointment));
        self.story.doctor.post(&path, json!({})).await.expect(200);
    }
}

fn told(messages: &[Message]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    messages.iter().map(|message| (text(&message.event["subject"]), text(&message.event["type"]))).collect()
}

#[tokio::test]
async fn a_completed_consultation_reaches_a_consumer() {
    let publishing = Publishing::new("").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, COMPLETED).await;
    let session = publishing.consultation().await;
    let message = consumer.next().await;
    assert_eq!((&message.exchange, message.routing_key.as_str()), (&publishing.exchange, COMPLETED));
    let properties = &message.properties;
    let text = |value: &Option<lapin::types::ShortString>| value.as_ref().unwrap().to_string();
    assert_eq!(text(properties.content_type()), "application/cloudevents+json");
    assert_eq!(json!(text(properties.message_id())), message.event["id"]);
    assert_eq!(properties.delivery_mode(), &Some(2), "persistent");
    let event = &message.event;
    assert_eq!((&event["specversion"], &event["type"]), (&json!("1.0"), &json!(COMPLETED)));
    assert_eq!((&event["subject"], &event["data"]["session_id"]), (&json!(session), &json!(session)));
    assert_eq!(event["data"]["duration_minutes"], 10);
    assert!(!event.to_string().contains("Private") && !event.to_string().contains("Sam"));
    // Nothing but what amqp_events names, so that nothing waits for a queue that nobody wants.
    assert_eq!(publishing.deliveries().await.len(), 1);
}

#[tokio::test]
async fn the_exchange_is_a_durable_topic() {
    let publishing = Publishing::new("").await;
    let connection = Connection::connect(&broker::url(), ConnectionProperties::default()).await.unwrap();
    let declare = async |kind, options| {
        let channel = connection.create_channel().await.unwrap();
        let exchange = publishing.exchange.as_str();
        channel.exchange_declare(exchange.into(), kind, options, FieldTable::default()).await
    };
    let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
    declare(ExchangeKind::Topic, durable).await.unwrap();
    declare(ExchangeKind::Fanout, durable).await.unwrap_err();
    declare(ExchangeKind::Topic, ExchangeDeclareOptions::default()).await.unwrap_err();
}

#[tokio::test]
async fn an_event_without_a_queue_waits_until_one_is_bound() {
    let publishing = Publishing::new("").await;
    let session = publishing.consultation().await;
    let delivery = until("the broker returns it", async || {
        publishing.deliveries().await.pop().filter(|delivery| delivery.failure.is_some())
    })
    .await;
    assert_eq!((delivery.state, delivery.failure.as_deref()), (DeliveryState::Pending, Some("unroutable")));
    publishing.ready().await.expect(200);
    for attempts in 2..4 {
        publishing.advance(60);
        until("it is tried again", async || {
            let delivery = publishing.deliveries().await.pop()?;
            (delivery.attempts == attempts && delivery.due_at > publishing.story.server.now()).then_some(())
        })
        .await;
    }
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "appointment.#").await;
    publishing.advance(60);
    let message = consumer.next().await;
    assert_eq!(
        (&message.event["subject"], &message.event["id"]),
        (&json!(session), &json!(delivery.event_id))
    );
    until("it is delivered", async || {
        (publishing.deliveries().await.pop()?.state == DeliveryState::Delivered).then_some(())
    })
    .await;
    assert!(consumer.waiting().is_empty());
    assert_eq!(publishing.story.server.log().matches("the broker does not take an event").count(), 1);
}

#[tokio::test]
async fn an_event_without_a_queue_holds_up_its_own_session_only() {
    let publishing = Publishing::new("amqp_events = ['*']").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "appointment.booked").await;
    consumer.bind(&publishing.exchange, "appointment.changed").await;
    let first = publishing.story.book(60, 30).await;
    publishing.cancel(&first).await;
    consumer.next().await;
    until("the broker returns it", async || {
        publishing.deliveries().await.iter().any(|one| one.failure.is_some()).then_some(())
    })
    .await;
    let second = publishing.story.book(120, 30).await;
    let title = json!({ "title": "Other" });
    publishing.story.doctor.patch(&appointment_path(&second), title).await.expect(200);
    let messages = [consumer.next().await, consumer.next().await];
    assert!(messages.iter().all(|message| message.event["subject"] == second["session_id"]));
    assert_eq!(messages.map(|message| message.routing_key), ["appointment.booked", "appointment.changed"]);
}

#[tokio::test]
async fn a_broker_that_is_away_slows_nothing_and_gets_everything_when_it_is_back() {
    let publishing = Publishing::new("amqp_events = ['*']").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    publishing.network.set(ProxyState::Cut).await;
    publishing.until_away().await;
    publishing.ready().await.problem(503, "broker_unavailable");
    let mut expected = vec![];
    for place in 0..20 {
        let appointment = publishing.story.book(60 + place * 30, 30).await;
        publishing.cancel(&appointment).await;
        for name in ["appointment.booked", "appointment.cancelled"] {
            expected.push((appointment["session_id"].as_str().unwrap().to_owned(), name.to_owned()));
        }
    }
    // All was answered, and nobody waited for it: it is still away.
    publishing.ready().await.problem(503, "broker_unavailable");
    publishing.carries_calls().await.expect(200);
    assert!(consumer.waiting().is_empty());
    publishing.network.set(ProxyState::Open).await;
    let mut heard = vec![];
    while heard.len() < expected.len() {
        heard.push(consumer.next().await);
    }
    let mut heard = told(&heard);
    // Sessions in any order, each session's events in theirs.
    heard.sort_by(|one, other| one.0.cmp(&other.0));
    expected.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(heard, expected);
    publishing.until_ready().await;
    let log = publishing.story.server.log();
    assert_eq!(log.matches("events wait: ").count(), 1, "{log}");
    assert!(!log.contains("guest"), "{log}");
}

#[tokio::test]
async fn a_broker_that_is_silent_slows_nothing() {
    let publishing = Publishing::new("").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    publishing.network.set(ProxyState::StalledUp).await;
    let session = publishing.consultation().await;
    publishing.consultation().await;
    assert!(consumer.waiting().is_empty(), "all was answered, and the broker knows of nothing yet");
    publishing.network.set(ProxyState::Cut).await;
    publishing.until_away().await;
    publishing.network.set(ProxyState::Open).await;
    let messages = [consumer.next().await, consumer.next().await];
    assert!(told(&messages).contains(&(session, COMPLETED.to_owned())));
}

#[tokio::test]
async fn a_server_starts_without_its_broker() {
    let network = Proxy::before(broker::address()).await;
    network.set(ProxyState::Cut).await;
    let publishing = Publishing::over(network, "").await;
    publishing.ready().await.problem(503, "broker_unavailable");
    publishing.consultation().await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    publishing.network.set(ProxyState::Open).await;
    assert_eq!(consumer.next().await.routing_key, COMPLETED);
    publishing.until_ready().await;
}

#[tokio::test]
async fn a_request_is_published_from_its_beginning() {
    let publishing = Publishing::new("amqp_events = ['*']").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    let story = &publishing.story;
    let accepts = json!({ "practitioner": { "accepts_requests": true } });
    let doctor = format!("/users/{}", story.doctor.id());
    story.server.admin().await.patch(&doctor, accepts).await.expect(200);
    let wish = json!({ "kind": "video", "concern": "Private", "metadata": { "car": "Private" } });
    let asked = story.patient.post("/requests", wish).await.expect(201);
    let id = asked["id"].as_str().unwrap();
    story.doctor.post(&format!("/requests/{id}/accept"), json!({})).await.expect(200);
    let messages = [consumer.next().await, consumer.next().await, consumer.next().await];
    let expected = ["request.created", "request.accepted", "appointment.booked"];
    assert_eq!(told(&messages), expected.map(|name| (id.to_owned(), name.to_owned())));
    for (message, place) in messages.iter().zip(1..) {
        assert_eq!(message.routing_key.as_str(), message.event["type"]);
        assert_eq!(message.event["sequence"], format!("{place:010}"));
        assert_eq!(message.event["data"]["request_id"], asked["id"]);
        assert!(!message.event.to_string().contains("Private"));
    }
}

#[tokio::test]
async fn types_that_are_not_wanted_any_more_are_let_go_at_the_next_start() {
    let publishing = Publishing::new("").await;
    let session = publishing.story.book(60, 30).await["session_id"].as_str().unwrap().parse().unwrap();
    // As if amqp_events had named it before.
    let app = &publishing.story.server.app;
    let mut tx = app.store.begin().await.unwrap();
    let booked = tx.events(session).await.unwrap().remove(0);
    tx.address(booked.id, Target::Broker, booked.at).await.unwrap();
    tx.commit().await.unwrap();
    openvisit::run::deliver(app).await.unwrap();
    assert_eq!(publishing.deliveries().await[0].state, DeliveryState::GivenUp);
    assert!(publishing.story.server.log().contains("amqp_events does not name any more"));
}

#[tokio::test]
async fn many_events_at_once_all_arrive_once() {
    let publishing = Publishing::new("amqp_events = ['appointment.booked']").await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    let publishing = Arc::new(publishing);
    let bookings = (0..100).map(|place| {
        let publishing = publishing.clone();
        tokio::spawn(async move { publishing.story.book(60 + place * 30, 30).await["session_id"].clone() })
    });
    let mut booked = vec![];
    for booking in bookings.collect::<Vec<_>>() {
        booked.push(booking.await.unwrap().as_str().unwrap().to_owned());
    }
    let mut heard = vec![];
    while heard.len() < booked.len() {
        heard.push(consumer.next().await.event["subject"].as_str().unwrap().to_owned());
    }
    heard.sort();
    booked.sort();
    assert_eq!(heard, booked);
    assert!(consumer.waiting().is_empty());
}

/// An exchange that somebody else made, so that the server need not.
async fn made() -> (Consumer, String) {
    let (consumer, exchange) = (Consumer::new().await, broker::exchange());
    consumer.bind(&exchange, "#").await;
    (consumer, exchange)
}

#[tokio::test]
async fn a_broker_that_is_out_of_memory_is_waited_for() {
    let alarm = Alarm::before(broker::address()).await;
    let publishing =
        Publishing::over(Proxy::before(alarm.address.to_string()).await, "amqp_events = ['*']").await;
    publishing.until_ready().await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    let connections = alarm.connections();
    alarm.raise();
    publishing.until_away().await;
    let session = publishing.story.book(60, 30).await["session_id"].clone();
    let app = &publishing.story.server.app;
    let is_held = async || {
        let delivery = publishing.deliveries().await.pop()?;
        let is_due = app.store.read().await.unwrap().has_due(Target::Broker, app.clock.now()).await.unwrap();
        (delivery.attempts > 0 && !is_due).then_some(())
    };
    until("it is on its way", is_held).await;
    // For so long that another node could have taken it.
    publishing.advance(600);
    until("it is held on", is_held).await;
    publishing.ready().await.problem(503, "broker_unavailable");
    publishing.carries_calls().await.problem(503, "broker_unavailable");
    assert_eq!(app.outbox.why_broker_is_away().as_deref(), Some(alarm::REASON));
    alarm.end();
    let message = consumer.next().await;
    assert_eq!(message.event["subject"], session);
    publishing.until_ready().await;
    assert_eq!(app.outbox.why_broker_is_away(), None);
    until("it is delivered", async || {
        (publishing.deliveries().await.pop()?.state == DeliveryState::Delivered).then_some(())
    })
    .await;
    assert_eq!(publishing.deliveries().await[0].attempts, 1);
    assert!(consumer.waiting().is_empty());
    assert_eq!(alarm.connections(), connections, "the same connection");
    assert!(publishing.story.server.log().contains(alarm::REASON));
}

#[tokio::test]
async fn a_server_that_stops_does_not_wait_for_an_alarm_to_end() {
    let alarm = Alarm::before(broker::address()).await;
    let network = Proxy::before(alarm.address.to_string()).await;
    let publishing = Publishing::over(network, "amqp_events = ['*']").await;
    publishing.until_ready().await;
    alarm.raise();
    publishing.until_away().await;
    publishing.story.book(60, 30).await;
    until("it is on its way", async || (publishing.deliveries().await.pop()?.attempts > 0).then_some(()))
        .await;
    publishing.story.server.app.stopping.cancel();
    until("it waits for the next start", async || {
        publishing.deliveries().await.pop()?.failure.filter(|reason| reason == "connection")
    })
    .await;
}

#[tokio::test]
async fn whoever_publishes_needs_no_other_right() {
    let (mut consumer, exchange) = made().await;
    let network = Proxy::before(broker::address()).await;
    let publishing = Publishing::of(network, &broker::url_of("writer"), exchange, "").await;
    publishing.until_ready().await;
    let session = publishing.consultation().await;
    assert_eq!(consumer.next().await.event["subject"], session);
}

#[tokio::test]
async fn what_the_broker_forbids_is_told_in_its_words_until_it_is_allowed() {
    let exchange = broker::exchange();
    let network = Proxy::before(broker::address()).await;
    let publishing = Publishing::of(network, &broker::url_of("writer"), exchange.clone(), "").await;
    let log = || publishing.story.server.log();
    until("the reason is told", async || log().contains("ACCESS_REFUSED").then_some(())).await;
    publishing.ready().await.problem(503, "broker_unavailable");
    assert!(log().contains(&format!("the exchange {exchange}")), "{}", log());
    let session = publishing.consultation().await;
    let mut consumer = Consumer::new().await;
    consumer.bind(&exchange, "#").await;
    assert_eq!(consumer.next().await.event["subject"], session);
    publishing.until_ready().await;
    assert_eq!(log().matches("events wait: ").count(), 1, "{}", log());
}

#[tokio::test]
async fn an_event_that_the_broker_forbids_holds_up_its_own_session_only() {
    let mut consumer = Consumer::new().await;
    consumer.bind("amq.topic", "appointment.#").await;
    let network = Proxy::before(broker::address()).await;
    let (booker, exchange) = (broker::url_of("booker"), "amq.topic".to_owned());
    let publishing = Publishing::of(network, &booker, exchange, "amqp_events = ['*']").await;
    publishing.until_ready().await;
    let first = publishing.story.book(60, 30).await;
    publishing.cancel(&first).await;
    let others = [publishing.story.book(120, 30).await, publishing.story.book(180, 30).await];
    let mut missing = vec![&first["session_id"], &others[0]["session_id"], &others[1]["session_id"]];
    while !missing.is_empty() {
        // What was on its way as the broker closed the channel comes twice.
        let told = consumer.next().await.event["subject"].clone();
        missing.retain(|it| **it != told);
    }
    let refused = until("the broker refuses it", async || {
        let all = publishing.deliveries().await;
        all.into_iter().find(|one| one.failure.as_deref() == Some("access_refused"))
    })
    .await;
    assert_eq!(
        (refused.event_type.as_str(), refused.state),
        ("appointment.cancelled", DeliveryState::Pending)
    );
    let log = publishing.story.server.log();
    assert_eq!(log.matches("ACCESS_REFUSED").count(), 1, "{log}");
}

#[tokio::test]
async fn metadata_of_bookings_go_to_the_broker_where_the_settings_say_so() {
    for (setting, comes) in [("amqp_metadata = true", true), ("", false)] {
        let publishing = Publishing::new(&format!("amqp_events = ['*']\n{setting}")).await;
        let mut consumer = Consumer::new().await;
        consumer.bind(&publishing.exchange, "#").await;
        let mut booking = publishing.story.booking(60, 30);
        booking["metadata"] = json!({ "order": "A-17" });
        publishing.story.doctor.post("/appointments", booking).await.expect(201);
        assert_eq!(consumer.next().await.event.to_string().contains("A-17"), comes);
    }
}

#[tokio::test]
async fn types_that_are_wanted_from_now_on_are_told_of_the_days_before() {
    let publishing = Publishing::new("amqp_events = ['*']").await;
    let app = &publishing.story.server.app;
    let appointment = publishing.story.book(60, 30).await;
    until("it is on its way", async || (publishing.deliveries().await.pop()?.attempts > 0).then_some(()))
        .await;
    // As if amqp_events had not named it until this start.
    let mut tx = app.store.begin().await.unwrap();
    tx.keep_only(Target::Broker, &[], app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut consumer = Consumer::new().await;
    consumer.bind(&publishing.exchange, "#").await;
    openvisit::run::deliver(app).await.unwrap();
    assert_eq!(consumer.next().await.event["subject"], appointment["session_id"]);
    assert!(publishing.story.server.log().contains("did not name before"));
}
