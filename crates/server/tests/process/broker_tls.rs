//! Events go by TLS, to a broker and to webhooks whose certificates only this machine trusts.

use std::net::TcpListener;

use axum::Router;
use axum::http::StatusCode;
use axum_server::tls_rustls::RustlsConfig;
use openvisit_testkit::broker::{Consumer, exchange, tls_url};
use reqwest::Client;
use serde_json::{Value, json};

use crate::running::{Running, broker_certificate, post};

#[tokio::test]
async fn events_arrive_by_tls() {
    let folder = tempfile::tempdir().unwrap();
    let (url, exchange, certificate) = (tls_url(), exchange(), broker_certificate());
    let mut consumer = Consumer::new().await;
    consumer.bind(&exchange, "#").await;
    let settings = [
        ("OPENVISIT_AMQP_URL", url.as_str()),
        ("OPENVISIT_AMQP_EXCHANGE", exchange.as_str()),
        ("OPENVISIT_AMQP_EVENTS", r#"["*"]"#),
        ("SSL_CERT_FILE", certificate.to_str().unwrap()),
    ];
    let server = Running::demo(folder.path(), &settings);
    let session = start_a_session(&server.url).await;
    let of_session = async {
        loop {
            let message = consumer.next().await;
            if message.event["subject"] == session && message.routing_key.ends_with(".started") {
                return;
            }
        }
    };
    of_session.await;
    assert!(server.stop());
}

/// The private CA of a clinic, as docs/operate.md has it: here the certificate itself is the one that is trusted.
#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_sent_to_whom_this_machine_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = folder.path().join("certificate.pem");
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    openvisit_app::crypto::choose_provider();
    let key = made.signing_key.serialize_pem();
    let config = RustlsConfig::from_pem(made.cert.pem().into_bytes(), key.into_bytes()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (received, mut events) = tokio::sync::mpsc::unbounded_channel();
    let take = move |body: String| {
        let _ = received.send(body);
        async { StatusCode::NO_CONTENT }
    };
    let receiver = Router::new().fallback(take);
    tokio::spawn(axum_server::from_tcp_rustls(listener, config).unwrap().serve(receiver.into_make_service()));

    let settings = [
        ("OPENVISIT_WEBHOOK_ALLOWED_NETWORKS", "127.0.0.1/32"),
        ("SSL_CERT_FILE", certificate.to_str().unwrap()),
    ];
    let server = Running::demo(folder.path(), &settings);
    let admin = login(&server.url, "admin@demo.test").await;
    let webhook = json!({ "url": format!("https://localhost:{port}/events") });
    let (status, created) = post(&server.url, "/webhooks", &admin, webhook).await;
    assert_eq!(status, 201, "{created}");
    let session = start_a_session(&server.url).await;
    loop {
        let event: Value = serde_json::from_str(&events.recv().await.unwrap()).unwrap();
        if event["subject"] == session {
            break;
        }
    }
    assert!(server.stop());
}

async fn login(url: &str, email: &str) -> String {
    let login = json!({ "email": email, "password": "openvisit-demo" });
    let (status, login) = post(url, "/auth/login", "", login).await;
    assert_eq!(status, 200, "{login}");
    login["access_token"].as_str().unwrap().to_owned()
}

/// Its id.
async fn start_a_session(url: &str) -> String {
    let token = login(url, "doctor@demo.test").await;
    let session = next_session(url, &token).await;
    let (status, started) = post(url, &format!("/sessions/{session}/start"), &token, json!({})).await;
    assert_eq!(status, 200, "{started}");
    session
}

async fn next_session(url: &str, token: &str) -> String {
    let client = Client::builder().no_proxy().build().unwrap();
    let asked = client.get(format!("{url}/api/v1/sessions?status=scheduled&limit=1")).bearer_auth(token);
    let list: Value = asked.send().await.unwrap().json().await.unwrap();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}
