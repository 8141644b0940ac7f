//! Tokens of other systems.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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
        signed(&claims(json!({ "nbf": "yesterday" })), SECRET),
        signed(&claims(json!({ "nbf": [0] })), SECRET),
        signed(&claims(json!({ "nbf": null })), SECRET),
        signed(&claims(json!({ "exp": "2035-01-07T10:00:00Z" })), SECRET),
        signed(&claims(json!({ "exp": (MORNING.as_second() + 60).to_string() })), SECRET),
        signed(&claims(json!({ "exp": [MORNING.as_second() + 60] })), SECRET),
        signed(&claims(json!({ "exp": true })), SECRET),
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

/// Publishes whatever keys there are just now, and counts how often it is asked.
#[derive(Clone, Default)]
struct Publisher {
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
    is_stuck: Arc<AtomicBool>,
    /// How many wait for an answer that does not come.
    waiting: Arc<AtomicUsize>,
}

/// Somebody who waits, until they give up.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn one_more(all: &Arc<AtomicUsize>) -> Self {
        all.fetch_add(1, Ordering::SeqCst);
        Self(all.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Publisher {
    async fn start(keys: Vec<Value>) -> (Self, String) {
        let publisher = Self { keys: Arc::new(Mutex::new(keys)), ..Self::default() };
        let of = publisher.clone();
        let answer = move || async move {
            of.asked.fetch_add(1, Ordering::SeqCst);
            if of.is_stuck.load(Ordering::SeqCst) {
                let _waiting = Waiting::one_more(&of.waiting);
                std::future::pending::<()>().await;
            }
            axum::Json(json!({ "keys": *of.keys.lock().unwrap() }))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, Router::new().route("/keys", get(answer))).into_future());
        (publisher, url)
    }

    fn now_has(&self, keys: Vec<Value>) {
        *self.keys.lock().unwrap() = keys;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    async fn until_asked(&self, times: usize) {
        while self.asked() < times {
            tokio::task::yield_now().await;
        }
    }
}

fn ec() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

/// The key as its issuer publishes it, with what else it says of it.
fn jwk(key: &KeyPair, more: Value) -> Value {
    use base64::Engine;
    let bytes = key.der_bytes();
    let part = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
    let mut jwk = if bytes.len() == 32 {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": part(bytes) })
    } else {
        json!({ "kty": "EC", "crv": "P-256", "x": part(&bytes[1..33]), "y": part(&bytes[33..65]) })
    };
    jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    jwk
}

/// A token of the issuer `idp`.
fn of_idp(key: &KeyPair, algorithm: Algorithm, kid: Option<&str>) -> String {
    let claims = json!({ "iss": "idp", "sub": "1", "exp": MORNING.as_second() + 86_400 });
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(algorithm) };
    let pem = key.serialize_pem();
    let key = match algorithm {
        Algorithm::EdDSA => EncodingKey::from_ed_pem(pem.as_bytes()),
        _ => EncodingKey::from_ec_pem(pem.as_bytes()),
    };
    jsonwebtoken::encode(&header, &claims, &key.unwrap()).unwrap()
}

fn idp(algorithms: &str, url: &str) -> String {
    format!("[[issuers]]\nissuer = 'idp'\n{algorithms}\njwks_url = '{url}'\ncreate_people = true\n")
}

const ES256: &str = "algorithm = 'ES256'";

#[tokio::test]
async fn of_published_keys_the_right_one_is_found() {
    let (right, other, ed) = (ec(), ec(), KeyPair::generate_for(&PKCS_ED25519).unwrap());
    let enc = |kid: &str| jwk(&other, json!({ "kid": kid, "use": "enc", "alg": "ECDH-ES" }));
    let strange = json!({ "kty": "AKP", "kid": "a", "alg": "ML-DSA-44", "pub": "AA" });
    let good: Vec<(&str, Vec<Value>, Option<&str>)> = vec![
        (
            "one key of two uses, enc first",
            vec![enc("a"), jwk(&right, json!({ "kid": "a", "use": "sig" }))],
            Some("a"),
        ),
        (
            "one key of two uses, enc last",
            vec![jwk(&right, json!({ "kid": "a", "use": "sig" })), enc("a")],
            Some("a"),
        ),
        (
            "a key for encryption without its alg",
            vec![jwk(&other, json!({ "kid": "a", "use": "enc" })), jwk(&right, json!({ "kid": "a" }))],
            Some("a"),
        ),
        ("no kid in the token", vec![enc("a"), jwk(&right, json!({ "kid": "b", "use": "sig" }))], None),
        (
            "no kid in the token, two keys",
            vec![jwk(&other, json!({ "kid": "a" })), jwk(&right, json!({ "kid": "b" }))],
            None,
        ),
        ("no kid in the key", vec![jwk(&right, json!({}))], Some("a")),
        (
            "doubled kid of one kind",
            vec![jwk(&other, json!({ "kid": "a" })), jwk(&right, json!({ "kid": "a" }))],
            Some("a"),
        ),
        (
            "doubled kid of two kinds",
            vec![jwk(&ed, json!({ "kid": "a" })), jwk(&right, json!({ "kid": "a" }))],
            Some("a"),
        ),
        (
            "doubled kid of two algorithms",
            vec![
                jwk(&other, json!({ "kid": "a", "alg": "ES384" })),
                jwk(&right, json!({ "kid": "a", "alg": "ES256" })),
            ],
            Some("a"),
        ),
        ("a kind from the future", vec![strange.clone(), jwk(&right, json!({ "kid": "a" }))], Some("a")),
        (
            "what is no key",
            vec![json!(7), json!({}), json!({ "kty": "EC", "kid": "a" }), jwk(&right, json!({ "kid": "a" }))],
            Some("a"),
        ),
        (
            "more words than we know",
            vec![jwk(
                &right,
                json!({ "kid": "a", "key_ops": ["verify", "x"], "x5t": 7, "ext": true, "use": null }),
            )],
            Some("a"),
        ),
    ];
    for (what, keys, kid) in good {
        let (_publisher, url) = Publisher::start(keys).await;
        let server = Server::with(&idp(ES256, &url)).await;
        let answer = server.bearer(of_idp(&right, Algorithm::ES256, kid)).get("/me").await;
        assert_eq!(answer.status, 200, "{what}");
    }
    let bad: Vec<(&str, Vec<Value>)> = vec![
        ("no keys", vec![]),
        ("for encryption", vec![jwk(&right, json!({ "kid": "a", "use": "enc" }))]),
        ("for something else", vec![jwk(&right, json!({ "kid": "a", "use": "tls" }))]),
        ("that signs and does not verify", vec![jwk(&right, json!({ "kid": "a", "key_ops": ["sign"] }))]),
        ("of another algorithm", vec![jwk(&right, json!({ "kid": "a", "alg": "ECDH-ES" }))]),
        ("of another id", vec![jwk(&right, json!({ "kid": "b" }))]),
        ("of somebody else", vec![jwk(&other, json!({ "kid": "a" }))]),
    ];
    for (what, keys) in bad {
        let (_publisher, url) = Publisher::start(keys).await;
        let server = Server::with(&idp(ES256, &url)).await;
        let answer = server.bearer(of_idp(&right, Algorithm::ES256, Some("a"))).get("/me").await;
        assert_eq!(answer.status, 401, "a key {what}");
    }
}

#[tokio::test]
async fn an_issuer_that_changes_its_algorithm_is_understood_meanwhile() {
    let (ec, ed) = (ec(), KeyPair::generate_for(&PKCS_ED25519).unwrap());
    let (_publisher, url) =
        Publisher::start(vec![jwk(&ec, json!({ "kid": "a" })), jwk(&ed, json!({ "kid": "a" }))]).await;
    let both = "algorithms = ['ES256', 'EdDSA']";
    let secret =
        "[[issuers]]\nissuer = 'idp'\nsecret = 'a secret that two systems share'\ncreate_people = true\n";
    let server = Server::with(&(idp(both, &url) + secret)).await;
    let me = server.bearer(of_idp(&ec, Algorithm::ES256, Some("a"))).get("/me").await.expect(200);
    let claims = json!({ "iss": "idp", "sub": "1", "exp": MORNING.as_second() + 60 });
    for token in [of_idp(&ed, Algorithm::EdDSA, Some("a")), signed(&claims, SECRET)] {
        assert_eq!(server.bearer(token).get("/me").await.expect(200)["id"], me["id"]);
    }
    // A public key is no secret.
    let confused = signed(&claims, &ec.public_key_pem());
    server.bearer(confused).get("/me").await.problem(401, "unauthorized");

    let server = Server::with(&idp(ES256, &url)).await;
    server.bearer(of_idp(&ec, Algorithm::ES256, Some("a"))).get("/me").await.expect(200);
    let other = server.bearer(of_idp(&ed, Algorithm::EdDSA, Some("a")));
    other.get("/me").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn nobody_waits_for_an_issuer_while_its_keys_are_at_hand() {
    let key = ec();
    let (publisher, url) = Publisher::start(vec![jwk(&key, json!({ "kid": "a" }))]).await;
    let server = Server::with(&idp(ES256, &url)).await;
    let good = server.bearer(of_idp(&key, Algorithm::ES256, Some("a")));
    good.get("/me").await.expect(200);
    publisher.is_stuck.store(true, Ordering::SeqCst);
    for minutes in [4, 2, 10] {
        server.advance(SignedDuration::from_mins(minutes));
        good.get("/me").await.expect(200);
        if minutes > 2 {
            continue;
        }
        // The answer never comes; nobody who has a token waits until it is given up on.
        publisher.until_asked(2).await;
        good.get("/me").await.expect(200);
        assert_eq!(publisher.waiting.load(Ordering::SeqCst), 1, "the issuer is still waited for");
        assert_eq!(publisher.asked(), 2, "one asks at a time");
    }
}

#[tokio::test]
async fn what_an_issuer_withdraws_or_replaces_is_noticed() {
    let (old, new) = (ec(), ec());
    let (publisher, url) = Publisher::start(vec![jwk(&old, json!({ "kid": "a" }))]).await;
    let server = Server::with(&idp(ES256, &url)).await;
    let [by_old, by_new, by_next] = [(&old, "a"), (&new, "a"), (&new, "b")]
        .map(|(key, kid)| server.bearer(of_idp(key, Algorithm::ES256, Some(kid))));
    by_old.get("/me").await.expect(200);
    // Another key by the same name, half a minute later.
    publisher.now_has(vec![jwk(&new, json!({ "kid": "a" }))]);
    server.advance(SignedDuration::from_secs(30));
    by_new.get("/me").await.expect(200);
    by_old.get("/me").await.problem(401, "unauthorized");
    // One more key.
    publisher.now_has(vec![jwk(&new, json!({ "kid": "b" }))]);
    server.advance(SignedDuration::from_secs(30));
    by_next.get("/me").await.expect(200);
    by_new.get("/me").await.problem(401, "unauthorized");
    // None any more: known behind the back of the first who comes after five minutes, and of no second one.
    let asked = publisher.asked();
    publisher.now_has(vec![]);
    server.advance(SignedDuration::from_mins(5));
    by_next.get("/me").await.expect(200);
    publisher.until_asked(asked + 1).await;
    while by_next.get("/me").await.status == 200 {}
    // Nobody came for an hour: asked first.
    publisher.now_has(vec![jwk(&new, json!({ "kid": "b" }))]);
    server.advance(SignedDuration::from_mins(60));
    by_next.get("/me").await.expect(200);
    publisher.now_has(vec![]);
    server.advance(SignedDuration::from_mins(60));
    by_next.get("/me").await.problem(401, "unauthorized");
}

#[tokio::test]
async fn the_log_says_why_a_token_was_refused_and_the_answer_does_not() {
    let key = ec();
    let (_publisher, url) = Publisher::start(vec![jwk(&key, json!({ "kid": "a" }))]).await;
    let server = Server::with(&(CLINIC.to_owned() + &idp(ES256, &url))).await;
    let clinic = |changes: Value| signed(&claims(changes), SECRET);
    let with_crit = {
        let mut header = Header::new(Algorithm::HS256);
        header.crit = Some(vec!["b64".to_owned()]);
        jsonwebtoken::encode(&header, &claims(json!({})), &EncodingKey::from_secret(SECRET.as_bytes()))
            .unwrap()
    };
    let at = MORNING.as_second();
    let refused = [
        (clinic(json!({ "iss": "elsewhere" })), "unknown_issuer", "detail=elsewhere issuer=\"-\""),
        (clinic(json!({ "aud": "elsewhere" })), "audience", "issuer=\"clinic\""),
        (clinic(json!({ "exp": at - 60 })), "expired", "detail=since 20"),
        (clinic(json!({ "nbf": at + 60 })), "not_yet_valid", "issuer=\"clinic\""),
        (clinic(json!({ "nbf": "soon" })), "claim", "detail=nbf"),
        (clinic(json!({ "userId": "" })), "claim", "detail=subject"),
        (signed(&claims(json!({})), "another secret, of somebody else"), "signature", "issuer=\"clinic\""),
        (signed(&json!({ "iss": "idp", "sub": "1", "exp": at + 60 }), SECRET), "algorithm", "detail=HS256"),
        (of_idp(&key, Algorithm::ES256, Some("z")), "unknown_key", "detail=z issuer=\"idp\""),
        (of_idp(&ec(), Algorithm::ES256, Some("a")), "signature", "issuer=\"idp\""),
        (with_crit, "crit", "issuer=\"-\""),
        ("no token".to_owned(), "malformed", "issuer=\"-\""),
    ];
    let mut answers = Vec::new();
    for (token, why, more) in &refused {
        let before = server.log().len();
        let answer = server.bearer(token).get("/me").await.problem(401, "unauthorized");
        answers.push(answer);
        let log = server.log()[before..].to_owned();
        let line =
            log.lines().find(|line| line.contains("a token was refused")).unwrap_or_default().to_owned();
        assert!(line.contains(&format!("why=\"{why}\"")) && line.contains(more), "{why}, {more}: {log}");
    }
    assert!(answers.windows(2).all(|two| two[0]["detail"] == two[1]["detail"]), "{answers:?}");
    let doctor = server.practitioner("Dr. A").await;
    let short = server.app.tokens.access(doctor.id(), server.now(), SignedDuration::from_secs(60));
    let own = server.bearer(short.unwrap().token);
    own.get("/me").await.expect(200);
    server.advance(SignedDuration::from_hours(24));
    own.get("/me").await.problem(401, "unauthorized");
    let log = server.log();
    assert!(log.contains("why=\"expired\"") && log.contains("issuer=\"openvisit\""), "{log}");
    for (token, ..) in refused.iter().filter(|(token, ..)| token.len() > 20) {
        let [_, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("no token") };
        assert!(!log.contains(claims) && !log.contains(signature), "a token is in the log");
    }
    assert!(!log.contains("house@example.org") && !server.logged_word("4711"));
}

#[tokio::test]
async fn an_issuer_gives_no_higher_role_than_its_block_allows() {
    let words = json!({ "role": ["ADMIN", "DOCTOR", "assistant", "PATIENT"] });
    let roles = async |setting: &str| {
        let server = Server::with(&format!("{CLINIC}{setting}")).await;
        server.bearer(signed(&claims(words.clone()), SECRET)).get("/me").await.expect(200)["roles"].clone()
    };
    assert_eq!(roles("").await, json!(["practitioner", "client", "assistant"]));
    assert_eq!(roles("max_role = 'admin'").await, json!(["practitioner", "client", "assistant", "admin"]));
    assert_eq!(roles("max_role = 'assistant'").await, json!(["client", "assistant"]));
    assert_eq!(roles("max_role = 'client'").await, json!(["client"]));
    let server = Server::with(CLINIC).await;
    let admin = server.bearer(signed(&claims(json!({ "role": "admin" })), SECRET));
    admin.get("/users").await.expect(403);
}

#[tokio::test]
async fn published_keys_are_fetched_once_and_asked_for_seldom() {
    let key = ec();
    let (publisher, url) = Publisher::start(vec![jwk(&key, json!({ "kid": "k1" }))]).await;
    let server = Server::with(&idp(ES256, &url)).await;
    let signed = |kid: &str| server.bearer(of_idp(&key, Algorithm::ES256, Some(kid)));
    let (known, unknown) = (signed("k1"), signed("k2"));
    known.get("/me").await.expect(200);
    known.get("/me").await.expect(200);
    assert_eq!(publisher.asked(), 1);
    for _ in 0..3 {
        unknown.get("/me").await.problem(401, "unauthorized");
    }
    assert_eq!(publisher.asked(), 1, "asked again within 30 seconds");
    server.advance(SignedDuration::from_secs(30));
    unknown.get("/me").await.problem(401, "unauthorized");
    assert_eq!(publisher.asked(), 2);
}
