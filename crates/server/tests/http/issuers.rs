//! Tokens of other systems.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PublicKeyData};
use serde_json::{Value, json};

use crate::common::{MORNING, Server};

pub const SECRET: &str = "a secret that two systems share";

pub const CLINIC: &str = "[[issuers]]\nissuer = 'clinic'\nsecret = 'a secret that two systems share'\n\
                      audience = 'visits'\nid_claim = 'userId'\ncreate_people = true\n";

pub fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": "clinic", "aud": "visits", "userId": 4711, "role": "DOCTOR", "name": "Dr. House",
        "email": "house@example.org", "exp": MORNING.as_second() + 60,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

pub fn signed(claims: &Value, key: &str) -> String {
    let key = EncodingKey::from_secret(key.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

#[tokio::test]
async fn people_are_made_on_first_sight() {
    let server = Server::with(CLINIC).await;
    let house = server.bearer(signed(&claims(json!({})), SECRET));
    let me = house.get("/me").await.expect(200);
    assert_eq!((&me["issuer"], &me["subject"]), (&json!("clinic"), &json!("4711")));
    assert_eq!(me["roles"], json!(["practitioner"]));
    assert_eq!((&me["name"], &me["email"]), (&json!("Dr. House"), &json!("house@example.org")));
    assert_eq!(house.get("/me").await.expect(200)["id"], me["id"]);

    let renamed = claims(json!({ "name": "Gregory House", "role": ["PATIENT", "unheard of"] }));
    let me_later = server.bearer(signed(&renamed, SECRET)).get("/me").await.expect(200);
    assert_eq!(me_later["id"], me["id"]);
    assert_eq!(me_later["name"], "Gregory House");
    assert_eq!(me_later["roles"], json!(["client"]));
}

#[tokio::test]
async fn one_person_seen_for_the_first_time_twice_at_once_is_one() {
    let server = Server::with(CLINIC).await;
    let house = server.bearer(signed(&claims(json!({})), SECRET));
    let (one, other) = tokio::join!(house.get("/me"), house.get("/me"));
    assert_eq!(one.expect(200)["id"], other.expect(200)["id"]);
}

#[tokio::test]
async fn tokens_that_are_not_for_us_are_refused() {
    let server = Server::with(CLINIC).await;
    let bad = [
        signed(&claims(json!({})), "another secret, of somebody else"),
        signed(&claims(json!({ "aud": "elsewhere" })), SECRET),
        signed(&claims(json!({ "aud": null })), SECRET),
        signed(&claims(json!({ "iss": "elsewhere" })), SECRET),
        signed(&claims(json!({ "iss": null })), SECRET),
        signed(&claims(json!({ "iss": "local" })), SECRET),
        signed(&claims(json!({ "iss": "openvisit", "aud": "openvisit" })), SECRET),
        signed(&claims(json!({ "exp": MORNING.as_second() - 31 })), SECRET),
        signed(&claims(json!({ "exp": null })), SECRET),
        signed(&claims(json!({ "nbf": MORNING.as_second() + 60 })), SECRET),
        signed(&claims(json!({ "userId": null })), SECRET),
        signed(&claims(json!({ "userId": "" })), SECRET),
        "x".repeat(10_000),
    ];
    for token in bad {
        server.bearer(&token).get("/me").await.problem(401, "unauthorized");
    }
    let good = signed(&claims(json!({})), SECRET);
    let [_, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("no token") };
    // {"alg":"none"}, {"alg":"HS512"}
    for header in ["eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzUxMiJ9"] {
        for signature in ["", signature] {
            let token = format!("{header}.{payload}.{signature}");
            server.bearer(token).get("/me").await.problem(401, "unauthorized");
        }
    }
    server.bearer(good).get("/me").await.expect(200);
}

#[tokio::test]
async fn strangers_stay_out_where_nobody_is_made() {
    let server = Server::with(&CLINIC.replace("create_people = true", "")).await;
    let token = signed(&claims(json!({})), SECRET);
    server.bearer(&token).get("/me").await.problem(401, "unauthorized");
    let known = json!({ "issuer": "clinic", "subject": "4711", "name": "Dr. H.", "roles": ["practitioner"] });
    let id = server.admin().await.post("/users", known).await.expect(201)["id"].clone();
    assert_eq!(server.bearer(&token).get("/me").await.expect(200)["id"], id);
}

#[tokio::test]
async fn public_keys_verify_with_their_own_algorithm_only() {
    let (ec, ed) = (
        KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
        KeyPair::generate_for(&PKCS_ED25519).unwrap(),
    );
    let issuer = |name: &str, algorithm: &str, pem: &str| {
        format!(
            "[[issuers]]\nissuer = '{name}'\nalgorithm = '{algorithm}'\npublic_key = '''{pem}'''\ncreate_people = true\n"
        )
    };
    let settings = issuer("ec", "ES256", &ec.public_key_pem()) + &issuer("ed", "EdDSA", &ed.public_key_pem());
    let server = Server::with(&settings).await;
    let sign = |name: &str, algorithm, key: EncodingKey| {
        let claims = json!({ "iss": name, "sub": "1", "exp": MORNING.as_second() + 60 });
        jsonwebtoken::encode(&Header::new(algorithm), &claims, &key).unwrap()
    };
    let ec_key = || EncodingKey::from_ec_pem(ec.serialize_pem().as_bytes()).unwrap();
    let ed_key = || EncodingKey::from_ed_pem(ed.serialize_pem().as_bytes()).unwrap();
    server.bearer(sign("ec", Algorithm::ES256, ec_key())).get("/me").await.expect(200);
    server.bearer(sign("ed", Algorithm::EdDSA, ed_key())).get("/me").await.expect(200);
    server.bearer(sign("ec", Algorithm::EdDSA, ed_key())).get("/me").await.problem(401, "unauthorized");
    // The public key is no secret: it must not do as one.
    let confused = EncodingKey::from_secret(ec.public_key_pem().as_bytes());
    server.bearer(sign("ec", Algorithm::HS256, confused)).get("/me").await.problem(401, "unauthorized");
}

/// An issuer that publishes one key, and counts how often it is asked.
async fn publish(key: &KeyPair, kid: &str) -> (String, Arc<AtomicUsize>) {
    use base64::Engine;
    let point = key.der_bytes();
    let part = |range| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&point[range]);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": part(1..33), "y": part(33..65) });
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let keys = move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        axum::Json(json!({ "keys": [jwk] }))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().route("/keys", get(keys))).into_future());
    (url, asked)
}

#[tokio::test]
async fn published_keys_are_fetched_once_and_asked_for_seldom() {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let (url, asked) = publish(&key, "k1").await;
    let server = Server::with(&format!(
        "[[issuers]]\nissuer = 'idp'\nalgorithm = 'ES256'\njwks_url = '{url}'\ncreate_people = true\n"
    ))
    .await;
    let signed = |kid: &str| {
        let claims = json!({ "iss": "idp", "sub": "1", "exp": MORNING.as_second() + 3_600 });
        let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::ES256) };
        let key = EncodingKey::from_ec_pem(key.serialize_pem().as_bytes()).unwrap();
        server.bearer(jsonwebtoken::encode(&header, &claims, &key).unwrap())
    };
    let (known, unknown) = (signed("k1"), signed("k2"));
    known.get("/me").await.expect(200);
    known.get("/me").await.expect(200);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for _ in 0..3 {
        unknown.get("/me").await.problem(401, "unauthorized");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1, "asked again within 30 seconds");
    server.advance(SignedDuration::from_secs(30));
    unknown.get("/me").await.problem(401, "unauthorized");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
