//! What each family says.

use metrics::{describe_counter, describe_gauge, describe_histogram};

pub(super) fn describe() {
    describe_counter!("http_requests_total", "Requests answered, by route and status");
    describe_histogram!("http_request_duration_seconds", "How long answers took");
    describe_counter!("refusals_total", "Requests refused, by code");
    describe_gauge!("process_resident_memory_bytes", "Memory that the process holds");
    describe_calls();
    describe_media();
    describe_gauge!("outbox_pending", "Events that wait, by target: broker, or a webhook's id");
    describe_gauge!("outbox_oldest_seconds", "How long the first of them has waited");
    describe_counter!("broker_deliveries_total", "Events published, by outcome");
    describe_counter!("webhook_deliveries_total", "Events sent to webhooks, by outcome");
    describe_counter!("emails_total", "E-mails, by outcome: sent, failed (tried again), given_up, dropped");
    describe_gauge!("emails_pending", "E-mails that wait");
    describe_gauge!("emails_oldest_seconds", "How long the first of them has waited");
    describe_gauge!("broker_answers", "1 where the message broker takes events, 0 where it does not");
    describe_histogram!("database_wait_seconds", "How long a unit of work waited to begin, by kind");
    describe_histogram!("database_work_seconds", "How long it lasted then");
}

fn describe_calls() {
    describe_gauge!("calls", "Sessions in which somebody is present");
    describe_gauge!("participants", "Who are present in them");
    describe_counter!("joins_total", "Who came to a session's door, by outcome: in, waiting, or why not");
    describe_histogram!("join_duration_seconds", "How long that took");
    describe_gauge!("requests_pending", "Requests that wait for a practitioner");
    describe_gauge!("requests_oldest_seconds", "How long the first of them has waited");
}

fn describe_media() {
    describe_gauge!("media_peers", "Media connections now");
    describe_counter!("media_connections_total", "Media connections, by outcome: connected, or why not");
    describe_counter!("media_disconnections_total", "Media connections that ended, by why");
    describe_histogram!(
        "media_loss_ratio",
        "What clients report as lost on the way to them, 0 to 1, every few seconds"
    );
    describe_histogram!("media_round_trip_seconds", "The way to a client and back, every few seconds");
    describe_counter!("media_received_bytes_total", "Bytes received by the media server");
    describe_counter!("media_sent_bytes_total", "Bytes sent by the media server");
    describe_counter!("media_received_packets_total", "Datagrams received");
    describe_counter!("media_sent_packets_total", "Datagrams sent");
    describe_counter!("media_refused_packets_total", "Datagrams that belonged to nobody or were malformed");
    describe_counter!("media_forwarded_packets_total", "Media packets that went to another participant");
    describe_counter!("media_dropped_packets_total", "Datagrams that a full socket kept from being sent");
    describe_counter!(
        "media_overrun_packets_total",
        "Datagrams that the kernel threw away, since no thread took them in time"
    );
    describe_counter!(
        "media_busy_microseconds_total",
        "How long the media threads worked, or were kept from it"
    );
    describe_counter!(
        "media_shed_packets_total",
        "Packets of pictures left out, since there was more to carry than could be"
    );
    describe_gauge!("media_threads", "Media threads");
}
