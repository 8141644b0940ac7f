//! Whatever an issuer publishes, and whatever its tokens look like: every good token is taken, every bad one refused.
//! A table; each row is an issuer of its own.

mod rows;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData};
use serde_json::{Value, json};

use crate::common::Server;

/// One that the issuer signs with.
struct Key {
    signing: EncodingKey,
    algorithm: Algorithm,
    /// What an issuer publishes of it, and nothing more.
    public: Value,
}

/// An issuer's own keys, and one that it never had.
struct Keys {
    ec: Key,
    ec2: Key,
    ed: Key,
    rsa: Key,
    p384: Key,
    strange: Key,
    /// Its public half used as a secret.
    confused: Key,
}

impl Keys {
    fn new() -> Self {
        let ec = || Key::curve(&PKCS_ECDSA_P256_SHA256, Algorithm::ES256);
        let first = ec();
        let signing = EncodingKey::from_secret(first.public.to_string().as_bytes());
        let confused = Key { signing, algorithm: Algorithm::HS256, public: first.public.clone() };
        Self {
            ec: first,
            confused,
            ec2: ec(),
            ed: Key::curve(&PKCS_ED25519, Algorithm::EdDSA),
            rsa: Key::rsa(),
            p384: Key::curve(&PKCS_ECDSA_P384_SHA384, Algorithm::ES384),
            strange: ec(),
        }
    }
}

impl Key {
    fn curve(kind: &'static rcgen::SignatureAlgorithm, algorithm: Algorithm) -> Self {
        let pair = KeyPair::generate_for(kind).unwrap();
        let (pem, bytes) = (pair.serialize_pem(), pair.der_bytes());
        if algorithm == Algorithm::EdDSA {
            let public = json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64.encode(bytes) });
            return Self { signing: EncodingKey::from_ed_pem(pem.as_bytes()).unwrap(), algorithm, public };
        }
        // A byte that says that both coordinates follow, and they.
        let (x, y) = bytes[1..].split_at(bytes.len() / 2);
        let curve = if algorithm == Algorithm::ES256 { "P-256" } else { "P-384" };
        let public = json!({ "kty": "EC", "crv": curve, "x": BASE64.encode(x), "y": BASE64.encode(y) });
        Self { signing: EncodingKey::from_ec_pem(pem.as_bytes()).unwrap(), algorithm, public }
    }

    fn rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            BASE64_STANDARD.encode(der.as_ref())
        );
        let public = pair.public_key();
        let part = |number: &[u8]| BASE64.encode(number);
        let public = json!({
            "kty": "RSA",
            "n": part(public.modulus().big_endian_without_leading_zero()),
            "e": part(public.exponent().big_endian_without_leading_zero()),
        });
        let signing = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        Self { signing, algorithm: Algorithm::RS256, public }
    }

    /// The key with what else its issuer says of it.
    fn with(&self, more: Value) -> Value {
        with(self.public.clone(), more)
    }

    /// By the name `a`.
    fn a(&self) -> Value {
        self.with(json!({ "kid": "a" }))
    }

    /// A token that it signs, by the name `a`.
    fn token(&self) -> Token<'_> {
        let alg = format!("{:?}", self.algorithm);
        Token { key: self, header: json!({ "alg": alg, "kid": "a" }), claims: json!({}), bend: None }
    }
}

fn with(mut value: Value, more: Value) -> Value {
    for (name, more) in more.as_object().unwrap() {
        value[name] = more.clone();
    }
    value
}

/// A token that is made when its issuer's name and the time are known.
#[derive(Clone)]
struct Token<'a> {
    key: &'a Key,
    header: Value,
    claims: Value,
    /// What is done to it once it is signed.
    bend: Option<Bend>,
}

type Bend = fn(String) -> String;

impl Token<'_> {
    fn header(mut self, more: Value) -> Self {
        self.header = with(self.header, more);
        self
    }

    fn no_kid(mut self) -> Self {
        self.header.as_object_mut().unwrap().remove("kid");
        self
    }

    fn claims(mut self, more: Value) -> Self {
        self.claims = with(self.claims, more);
        self
    }

    fn bent(self, bend: Bend) -> Self {
        Self { bend: Some(bend), ..self }
    }

    /// Times are given in seconds from `now` on. What is null is left out.
    fn made(&self, issuer: &str, now: jiff::Timestamp) -> String {
        let now = now.as_second();
        let usual = json!({ "iss": issuer, "aud": "visits", "sub": "1", "exp": 60 });
        let mut claims = with(usual, self.claims.clone());
        for name in ["exp", "nbf"] {
            if let Some(seconds) = claims[name].as_i64() {
                claims[name] = json!(now + seconds);
            } else if let Some(seconds) = claims[name].as_f64() {
                #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
                let at = now as f64 + seconds;
                claims[name] = json!(at);
            }
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let part = |value: &Value| BASE64.encode(value.to_string());
        let text = format!("{}.{}", part(&self.header), part(&claims));
        let signature = jsonwebtoken::crypto::sign(text.as_bytes(), &self.key.signing, self.key.algorithm);
        let token = format!("{text}.{}", signature.unwrap());
        match self.bend {
            Some(bend) => bend(token),
            None => token,
        }
    }
}

/// What an issuer's address answers.
#[derive(Clone)]
enum Answer {
    Keys(Vec<Value>),
    Text(u16, String),
    Redirect(String),
    /// Nothing, ever.
    Hang,
}

impl Answer {
    async fn given(self) -> Response {
        match self {
            Self::Keys(keys) => axum::Json(json!({ "keys": keys })).into_response(),
            Self::Text(status, text) => (StatusCode::from_u16(status).unwrap(), text).into_response(),
            Self::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
            Self::Hang => std::future::pending().await,
        }
    }
}

/// All issuers' addresses, below one.
#[derive(Clone, Default)]
struct Publisher(Arc<Mutex<HashMap<String, Answer>>>);

impl Publisher {
    async fn start() -> (Self, String) {
        let publisher = Self::default();
        let of = publisher.clone();
        let answer = move |Path(issuer): Path<String>| async move {
            let answer = of.0.lock().unwrap().get(&issuer).cloned();
            answer.unwrap_or_else(|| Answer::Text(404, String::new())).given().await
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, Router::new().route("/{issuer}", get(answer))).into_future());
        (publisher, url)
    }

    fn answers(&self, issuer: &str, answer: Answer) {
        self.0.lock().unwrap().insert(issuer.to_owned(), answer);
    }
}

/// What happens, in this order.
enum Step<'a> {
    Answers(Answer),
    Later(SignedDuration),
    Good(Token<'a>),
    Bad(Token<'a>),
    /// Taken until what was asked for in the background is known, and refused then.
    Fades(Token<'a>),
}

use Step::{Answers, Bad, Fades, Good, Later};

/// What is the situation, which algorithms are pinned, what happens.
type Row<'a> = (&'static str, &'static str, Vec<Step<'a>>);

#[tokio::test]
async fn every_good_token_is_taken_and_every_bad_one_is_refused() {
    let own = Keys::new();
    let (publisher, url) = Publisher::start().await;
    // An address that somebody is sent to, with keys that verify.
    publisher.answers("elsewhere", Answer::Keys(vec![own.ec.a(), own.strange.a()]));
    let rows: Vec<Row<'_>> = [
        rows::one_of_several_keys(&own),
        rows::keys_that_say_little(&own),
        rows::keys_for_something_else(&own),
        rows::tokens_that_pretend(&own),
        rows::tokens_that_are_no_longer_whole(&own),
        rows::claims(&own),
        rows::several_algorithms(&own),
        rows::addresses_that_answer_otherwise(&own, &format!("{url}/elsewhere")),
        rows::keys_that_come(&own),
        rows::keys_that_go(&own),
    ]
    .into_iter()
    .flatten()
    .collect();
    publisher.answers("another", Answer::Keys(vec![own.ec2.a()]));
    let named = |(at, (_, algorithms, _)): (usize, &Row<'_>)| issuer(&format!("row-{at}"), algorithms, &url);
    let settings =
        rows.iter().enumerate().map(named).collect::<String>() + &issuer("another", rows::ES256, &url);
    let server = Server::with(&settings).await;
    let (all, mut good, mut bad, mut wrong) = (rows.len(), 0, 0, vec![]);
    for (at, (what, _, steps)) in rows.into_iter().enumerate() {
        let name = format!("row-{at}");
        let status =
            async |token: &Token<'_>| server.bearer(token.made(&name, server.now())).get("/me").await.status;
        for (place, step) in steps.into_iter().enumerate() {
            let (status, expected) = match &step {
                Answers(answer) => {
                    publisher.answers(&name, answer.clone());
                    continue;
                }
                Later(time) => {
                    server.advance(*time);
                    continue;
                }
                Good(token) => (status(token).await, 200),
                Bad(token) => (status(token).await, 401),
                Fades(token) => {
                    let first = status(token).await;
                    while status(token).await == 200 {}
                    (first, 200)
                }
            };
            *(if expected == 200 { &mut good } else { &mut bad }) += 1;
            if status != expected {
                wrong.push(format!("{what}, step {place}: {status} instead of {expected}"));
            }
        }
    }
    println!("{all} situations: {good} good tokens, {bad} bad ones");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn issuer(name: &str, algorithms: &str, url: &str) -> String {
    format!(
        "[[issuers]]\nissuer = '{name}'\nalgorithms = [{algorithms}]\naudience = 'visits'\n\
         jwks_url = '{url}/{name}'\ncreate_people = true\n"
    )
}
