//! What is looked up when somebody asks, since nothing counts it.

use jiff::Timestamp;
use metrics::{counter, gauge};
use openvisit_app::App;
use openvisit_store::StoreError;

use crate::http::system::targets;
use crate::sfu_io::Sfu;
use crate::state::Server;

/// Brings the numbers up to date. Those of the database are left out while it does not answer.
pub(super) async fn gather(server: &Server) {
    let app = &server.app;
    set("calls", app.open_intervals.sessions().len());
    set("participants", app.open_intervals.participants());
    media(&server.sfu);
    if app.outbox.has_broker() {
        gauge!("broker_answers").set(f64::from(u8::from(!app.outbox.broker_is_away())));
    }
    if let Err(error) = waiting(app).await {
        tracing::debug!(%error, "what waits could not be counted");
    }
}

fn media(sfu: &Sfu) {
    let stats = sfu.stats();
    gauge!("media_peers").set(number(stats.peers));
    counter!("media_received_bytes_total").absolute(stats.bytes_in);
    counter!("media_sent_bytes_total").absolute(stats.bytes_out);
    counter!("media_received_packets_total").absolute(stats.packets_in);
    counter!("media_sent_packets_total").absolute(stats.packets_out);
    counter!("media_refused_packets_total").absolute(stats.refused);
    counter!("media_forwarded_packets_total").absolute(stats.forwarded);
    counter!("media_dropped_packets_total").absolute(stats.dropped);
    counter!("media_overrun_packets_total").absolute(stats.overrun);
    counter!("media_busy_microseconds_total").absolute(stats.busy_micros);
    counter!("media_shed_packets_total").absolute(stats.shed);
    gauge!("media_threads").set(number(sfu.ports().udp.len()));
}

async fn waiting(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    for target in targets(app, &mut tx).await? {
        let name = target.target;
        gauge!("outbox_pending", "target" => name.clone()).set(number(target.pending));
        gauge!("outbox_oldest_seconds", "target" => name).set(age(target.oldest_at, now));
    }
    if app.messages.are_on() {
        let (pending, oldest_at, _) = tx.waiting_emails().await?;
        gauge!("emails_pending").set(number(pending));
        gauge!("emails_oldest_seconds").set(age(oldest_at, now));
    }
    let (pending, oldest_at) = tx.waiting_requests().await?;
    gauge!("requests_pending").set(number(pending));
    gauge!("requests_oldest_seconds").set(age(oldest_at, now));
    Ok(())
}

/// In seconds; 0 where nothing waits.
fn age(since: Option<Timestamp>, now: Timestamp) -> f64 {
    since.map_or(0.0, |since| since.duration_until(now).as_secs_f64().max(0.0))
}

#[expect(clippy::cast_precision_loss, reason = "no number here has more than 52 bits")]
fn number(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or_default() as f64
}

fn set(name: &'static str, count: usize) {
    gauge!(name).set(number(count));
}
