//! Events go to a broker that is reached by TLS.

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
    let login = json!({ "email": "doctor@demo.test", "password": "openvisit-demo" });
    let (status, login) = post(&server.url, "/auth/login", "", login).await;
    assert_eq!(status, 200, "{login}");
    let token = login["access_token"].as_str().unwrap();
    let session = next_session(&server.url, token).await;
    let (status, started) = post(&server.url, &format!("/sessions/{session}/start"), token, json!({})).await;
    assert_eq!(status, 200, "{started}");
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

async fn next_session(url: &str, token: &str) -> String {
    let client = Client::builder().no_proxy().build().unwrap();
    let asked = client.get(format!("{url}/api/v1/sessions?status=scheduled&limit=1")).bearer_auth(token);
    let list: Value = asked.send().await.unwrap().json().await.unwrap();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}
