//! The table: the situation, the algorithms that are pinned, what happens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::Step::{self, Answers, Bad, Fades, Good, Later};
use super::{Answer, Bend, Key, Keys, Row, Token, with};

pub const ES256: &str = "'ES256'";
const RS256: &str = "'RS256'";

fn keys(keys: impl Into<Vec<Value>>) -> Step<'static> {
    Answers(Answer::Keys(keys.into()))
}

fn text(status: u16, text: impl Into<String>) -> Step<'static> {
    Answers(Answer::Text(status, text.into()))
}

const HALF_A_MINUTE: Step<'_> = Later(SignedDuration::from_secs(30));
const SOME_MINUTES: Step<'_> = Later(SignedDuration::from_mins(5));
const AN_HOUR: Step<'_> = Later(SignedDuration::from_mins(60));

pub fn one_of_several_keys(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ec2, ed, rsa, p384, .. } = own;
    let enc = |key: &Key| key.with(json!({ "kid": "a", "use": "enc", "alg": "ECDH-ES" }));
    let sig = |key: &Key| key.with(json!({ "kid": "a", "use": "sig" }));
    let strange = json!({ "kty": "AKP", "kid": "a", "alg": "ML-DSA-44", "pub": "AA" });
    let many = (0..200).map(|n| ec2.with(json!({ "kid": format!("k{n}") })));
    let rsa_enc = rsa.with(json!({ "kid": "a", "use": "enc", "alg": "RSA-OAEP" }));
    let good = |what, published: Vec<Value>| (what, ES256, vec![keys(published), Good(ec.token())]);
    vec![
        good("one key", vec![ec.a()]),
        good("one name, for encryption first", vec![enc(ec2), sig(ec)]),
        good("one name, for encryption last", vec![sig(ec), enc(ec2)]),
        good(
            "one name, for encryption without alg",
            vec![ec2.with(json!({ "kid": "a", "use": "enc" })), ec.a()],
        ),
        good("one name, of one kind", vec![ec2.a(), ec.a()]),
        good("one name, of three kinds", vec![ed.a(), rsa.a(), ec.a()]),
        good("one name, on two curves", vec![p384.a(), ec.a()]),
        good("one name, a secret first", vec![json!({ "kty": "oct", "kid": "a", "k": "AAAA" }), ec.a()]),
        good("one name, a kind from the future", vec![strange, ec.a()]),
        good(
            "one name, a point that is on no curve",
            vec![ec.with(json!({ "kid": "a", "y": "AAAA" })), ec.a()],
        ),
        good(
            "what is no key",
            vec![json!(7), json!(null), json!({}), json!({ "kty": "EC", "kid": "a" }), ec.a()],
        ),
        good("two hundred others", many.chain([ec.a()]).collect()),
        ("an RSA key beside one for encryption", RS256, vec![keys([rsa_enc, sig(rsa)]), Good(rsa.token())]),
    ]
}

pub fn keys_that_say_little(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ec2, rsa, strange, .. } = own;
    let of_b = ec.with(json!({ "kid": "b" }));
    let more = json!({
        "kid": "a", "alg": null, "use": null, "key_ops": ["verify", "x"], "x5t": 7, "x5c": [], "ext": true, "exp": 1,
    });
    vec![
        ("no kid in the key", ES256, vec![keys([ec.public.clone()]), Good(ec.token()), Bad(strange.token())]),
        ("no kid in the token", ES256, vec![keys([of_b.clone()]), Good(ec.token().no_kid())]),
        ("no kid in the token, two keys", ES256, vec![keys([ec2.a(), of_b]), Good(ec.token().no_kid())]),
        (
            "no kid at all",
            ES256,
            vec![keys([ec.public.clone()]), Good(ec.token().no_kid()), Bad(strange.token().no_kid())],
        ),
        ("a kid that is no text", ES256, vec![keys([ec.with(json!({ "kid": 7 }))]), Good(ec.token())]),
        ("neither alg nor use", RS256, vec![keys([rsa.a()]), Good(rsa.token())]),
        (
            "its alg and no use",
            RS256,
            vec![keys([rsa.with(json!({ "kid": "a", "alg": "RS256" }))]), Good(rsa.token())],
        ),
        ("more words than we know", ES256, vec![keys([ec.with(more)]), Good(ec.token())]),
        (
            "another type of answer",
            ES256,
            vec![text(200, json!({ "keys": [ec.a()], "more": 1 }).to_string()), Good(ec.token())],
        ),
    ]
}

pub fn keys_for_something_else(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ed, rsa, strange, .. } = own;
    let bad = |what, more| (what, ES256, vec![keys([ec.with(more)]), Bad(ec.token())]);
    vec![
        ("no keys", ES256, vec![keys([]), Bad(ec.token())]),
        bad("for encryption", json!({ "kid": "a", "use": "enc" })),
        bad("for TLS", json!({ "kid": "a", "use": "tls" })),
        bad("that signs and does not verify", json!({ "kid": "a", "key_ops": ["sign"] })),
        bad("of another algorithm", json!({ "kid": "a", "alg": "ECDH-ES" })),
        bad("of a larger one", json!({ "kid": "a", "alg": "ES384" })),
        bad("of another name", json!({ "kid": "b" })),
        bad("of the wrong kty", json!({ "kid": "a", "kty": "RSA" })),
        bad("of the wrong curve", json!({ "kid": "a", "crv": "secp256k1" })),
        (
            "of another kind",
            ES256,
            vec![keys([ed.a(), rsa.a()]), Bad(ec.token()), Bad(ed.token()), Bad(rsa.token())],
        ),
        ("of somebody else", ES256, vec![keys([strange.a()]), Bad(ec.token())]),
    ]
}

pub fn tokens_that_pretend<'a>(own: &'a Keys) -> Vec<Row<'a>> {
    let Keys { ec, strange, p384, .. } = own;
    let own_key = json!({ "jwk": strange.public });
    let bad = |what, token: Token<'a>| -> Row<'a> {
        (what, ES256, vec![keys([ec.a()]), Bad(token), Good(ec.token())])
    };
    let elsewhere = json!({ "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/", "x5c": ["AAAA"] });
    let rows = ["none", "None", "NONE", "", "es256", "HS256", "ES384", "PS256"];
    let named =
        rows.map(|alg| bad("an algorithm of its own choice", ec.token().header(json!({ "alg": alg }))));
    [
        bad("a stranger's", strange.token()),
        bad("with the key in it that verifies it", strange.token().header(own_key)),
        bad("that says where its key is", strange.token().header(elsewhere)),
        bad("on another curve", p384.token()),
        bad("with an extension that must be known", ec.token().header(json!({ "crit": ["exp"], "exp": 1 }))),
        bad("with an empty list of such", ec.token().header(json!({ "crit": [] }))),
        bad("without an algorithm", ec.token().header(json!({ "alg": null }))),
        bad("with a name of a key that is no text", ec.token().header(json!({ "kid": ["a"] }))),
        bad("of another issuer's name", ec.token().claims(json!({ "iss": "another" }))),
        bad("signed with the public key as if that were a secret", own.confused.token()),
        bad("of our own name", ec.token().claims(json!({ "iss": "openvisit", "aud": "openvisit" }))),
    ]
    .into_iter()
    .chain(named)
    .collect()
}

pub fn tokens_that_are_no_longer_whole(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, .. } = own;
    let bends: [(&str, Bend); 6] = [
        ("without a signature", |token| format!("{}.", unsigned(&token))),
        ("without its end", |token| unsigned(&token).to_owned()),
        ("with a signature of zeros", |token| format!("{}.{}", unsigned(&token), BASE64.encode([0; 64]))),
        ("cut short", |token| token[..token.len() - 4].to_owned()),
        ("with five parts", |token| format!("{token}.e30.e30")),
        ("with other claims", |token| with_other_claims(&token)),
    ];
    let row =
        |(what, bend)| (what, ES256, vec![keys([ec.a()]), Bad(ec.token().bent(bend)), Good(ec.token())]);
    bends.map(row).into()
}

/// A token without its signature.
fn unsigned(token: &str) -> &str {
    token.rsplit_once('.').unwrap().0
}

fn with_other_claims(token: &str) -> String {
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("no token") };
    let claims: Value = serde_json::from_slice(&BASE64.decode(claims).unwrap()).unwrap();
    let claims = with(claims, json!({ "sub": "somebody else" })).to_string();
    format!("{header}.{}.{signature}", BASE64.encode(claims))
}

pub fn claims(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, .. } = own;
    let said = |claims: Value| ec.token().claims(claims);
    let good = |what, claims| (what, ES256, vec![keys([ec.a()]), Good(said(claims))]);
    let bad = |what, claims: Vec<Value>| {
        let tokens = claims.into_iter().map(|claims| Bad(said(claims)));
        (what, ES256, [keys([ec.a()])].into_iter().chain(tokens).collect())
    };
    vec![
        good("a time with parts of seconds", json!({ "exp": 60.5, "nbf": -0.5 })),
        good("a clock that is a little behind", json!({ "exp": -20 })),
        good("a clock that is a little ahead", json!({ "nbf": 20 })),
        good("several audiences", json!({ "aud": ["elsewhere", "visits"] })),
        good("more claims than we know", json!({ "nonce": {}, "azp": [], "iat": "now", "jti": 1 })),
        good("a number as the subject", json!({ "sub": 4711 })),
        bad("expired", vec![json!({ "exp": -31 })]),
        bad("not yet", vec![json!({ "nbf": 60 })]),
        bad("exp is no number", ["1", "soon", ""].map(|exp| json!({ "exp": exp })).into()),
        bad(
            "exp is something else",
            vec![json!({ "exp": null }), json!({ "exp": [60] }), json!({ "exp": true })],
        ),
        bad("nbf is no number", vec![json!({ "nbf": "0" }), json!({ "nbf": [0] }), json!({ "nbf": false })]),
        bad(
            "for somebody else",
            vec![json!({ "aud": "elsewhere" }), json!({ "aud": [] }), json!({ "aud": null })],
        ),
        bad("of nobody", vec![json!({ "sub": null }), json!({ "sub": "" }), json!({ "sub": {} })]),
        bad("of no issuer", vec![json!({ "iss": null }), json!({ "iss": ["row-0"] }), json!({ "iss": "" })]),
    ]
}

pub fn several_algorithms(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ed, rsa, .. } = own;
    let published = || keys([ec.a(), ed.a(), rsa.a()]);
    vec![
        (
            "two algorithms",
            "'ES256', 'RS256'",
            vec![published(), Good(ec.token()), Good(rsa.token()), Bad(ed.token())],
        ),
        (
            "three of them",
            "'EdDSA', 'ES256', 'RS256'",
            vec![published(), Good(ec.token()), Good(rsa.token()), Good(ed.token())],
        ),
        ("one of them", "'EdDSA'", vec![published(), Good(ed.token()), Bad(ec.token()), Bad(rsa.token())]),
        (
            "a newer name of one",
            "'EdDSA'",
            vec![keys([ed.with(json!({ "kid": "a", "alg": "Ed25519" }))]), Good(ed.token())],
        ),
    ]
}

pub fn addresses_that_answer_otherwise<'a>(own: &'a Keys, elsewhere: &str) -> Vec<Row<'a>> {
    let Keys { ec, strange, .. } = own;
    let good = || Good(ec.token());
    let then_well = |what, first| {
        // It is asked again half a minute later, and not before.
        let steps = vec![first, Bad(ec.token()), HALF_A_MINUTE, keys([ec.a()]), good()];
        (what, ES256, steps)
    };
    let had = |what, later| {
        let steps = vec![
            keys([ec.a()]),
            good(),
            later,
            SOME_MINUTES,
            good(),
            good(),
            AN_HOUR,
            good(),
            Bad(strange.token()),
        ];
        (what, ES256, steps)
    };
    let jwks = json!({ "keys": [ec.a()] }).to_string();
    let huge = json!({ "keys": [ec.a()], "more": "x".repeat(300_000) }).to_string();
    let redirect = || Answers(Answer::Redirect(elsewhere.to_owned()));
    vec![
        then_well("500 at first", text(500, jwks.clone())),
        then_well("404 at first", text(404, "")),
        then_well("a page of a proxy", text(200, "<html>sign in</html>")),
        then_well("nothing", text(200, "")),
        then_well("half of it", text(200, &jwks[..jwks.len() - 3])),
        then_well("a key and no list", text(200, ec.a().to_string())),
        then_well("keys that are no list", text(200, r#"{"keys":{}}"#)),
        then_well("more than anybody has keys", text(200, huge.clone())),
        then_well("another address", redirect()),
        then_well("no answer", Answers(Answer::Hang)),
        had("500 later", text(500, "")),
        had("a page of a proxy later", text(200, "<html>sign in</html>")),
        had("more than anybody has keys later", text(200, huge)),
        had("another address later", redirect()),
    ]
}

pub fn keys_that_come(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ec2, ed, .. } = own;
    let next = || ec2.token().header(json!({ "kid": "b" }));
    let b = || ec2.with(json!({ "kid": "b" }));
    vec![
        (
            "a key is added",
            ES256,
            vec![
                keys([ec.a()]),
                Good(ec.token()),
                keys([ec.a(), b()]),
                HALF_A_MINUTE,
                Good(next()),
                Good(ec.token()),
            ],
        ),
        (
            "a key is another by its name",
            ES256,
            vec![
                keys([ec.a()]),
                Good(ec.token()),
                keys([ec2.a()]),
                HALF_A_MINUTE,
                Good(ec2.token()),
                Bad(ec.token()),
            ],
        ),
        (
            "another algorithm, both for a while",
            "'ES256', 'EdDSA'",
            vec![
                keys([ec.a()]),
                Good(ec.token()),
                Bad(ed.token()),
                keys([ec.a(), ed.a()]),
                HALF_A_MINUTE,
                Good(ed.token()),
                Good(ec.token()),
                keys([ed.a()]),
                AN_HOUR,
                Bad(ec.token()),
                Good(ed.token()),
            ],
        ),
    ]
}

pub fn keys_that_go(own: &Keys) -> Vec<Row<'_>> {
    let Keys { ec, ec2, .. } = own;
    let next = || ec2.token().header(json!({ "kid": "b" }));
    let b = || ec2.with(json!({ "kid": "b" }));
    vec![
        (
            "a key is removed",
            ES256,
            vec![
                keys([ec.a(), b()]),
                Good(ec.token()),
                Good(next()),
                keys([b()]),
                SOME_MINUTES,
                Fades(ec.token()),
                Good(next()),
            ],
        ),
        (
            "a key is removed while nobody comes",
            ES256,
            vec![keys([ec.a(), b()]), Good(ec.token()), keys([b()]), AN_HOUR, Bad(ec.token()), Good(next())],
        ),
        (
            "all keys are removed",
            ES256,
            vec![keys([ec.a()]), Good(ec.token()), keys([]), AN_HOUR, Bad(ec.token())],
        ),
        (
            "a key is for encryption from now on",
            ES256,
            vec![
                keys([ec.a()]),
                Good(ec.token()),
                keys([ec.with(json!({ "kid": "a", "use": "enc" })), b()]),
                AN_HOUR,
                Bad(ec.token()),
                Good(next()),
            ],
        ),
    ]
}
