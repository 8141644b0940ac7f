//! A call of two in good and bad networks.

mod common;

use std::time::Duration;

use common::{Stage, connection};
use openvisit_media::MediaEvent;
use openvisit_testkit::network::Weather;
use openvisit_testkit::peer::{CAMERA, MICROPHONE, SCREEN};

fn call(weather: Weather) -> Stage {
    let mut stage = Stage::new(1, weather);
    stage.join(connection(1, 1, 1));
    stage.join(connection(1, 2, 2));
    stage.run_until("both connected", |stage| stage.clients.iter().all(|client| client.peer.connected));
    stage
}

#[test]
fn both_directions_flow() {
    let mut stage = call(Weather::FAIR);
    stage.run(Duration::from_secs(2));
    for client in [0, 1] {
        assert!(
            stage.received(client, CAMERA) > 280,
            "camera of the other: {}",
            stage.received(client, CAMERA)
        );
        assert!(stage.received(client, MICROPHONE) > 90);
        assert_eq!(stage.received(client, SCREEN), 0);
        assert_eq!(stage.clients[client].peer.lines[CAMERA].received.missing(), 0);
    }
    let connected = stage.events.iter().filter(|event| matches!(event, MediaEvent::Connected { .. })).count();
    assert_eq!(connected, 2);
}
