//! The embedded pages and the headers that protect them.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use reqwest::Method;
use serde_json::json;

use crate::common::{Reply, Server, send};

async fn get(server: &Server, path: &str) -> Reply {
    send(server.anonymous().raw(Method::GET, path)).await
}

#[tokio::test]
async fn every_address_of_the_ui_is_its_shell() {
    let server = Server::start().await;
    for path in ["/", "/appointments", "/join/01890000-0000-7000-8000-000000000000"] {
        let page = get(&server, path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert!(page.body.contains("<!doctype html>"), "{path}: {}", page.body);
    }
    get(&server, "/_app/immutable/nothing.js").await.problem(404, "not_found");
    get(&server, "/api/nothing").await.problem(404, "not_found");
}

#[tokio::test]
async fn what_is_no_page_of_ours_is_not_found_and_says_so_on_a_page() {
    let server = Server::start().await;
    for path in ["/wp-login.php", "/.env", "/join", "/joinery", "/admin/nothing"] {
        let page = get(&server, path).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.body.contains("<!doctype html>"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn answers_keep_to_their_own_origin_unless_others_are_named() {
    let policies = async |server: &Server, path: &str| {
        let answer = get(server, path).await;
        let policy = |name: &str| answer.header(&format!("cross-origin-{name}-policy")).to_owned();
        (policy("opener"), policy("resource"))
    };
    let (server, framed) =
        (Server::start().await, Server::with("frame_ancestors = ['https://clinic.example.org']").await);
    for path in ["/", "/api/v1/config", "/metrics", "/nothing", "/icon.svg"] {
        assert_eq!(
            policies(&server, path).await,
            ("same-origin".to_owned(), "same-origin".to_owned()),
            "{path}"
        );
        assert_eq!(
            policies(&framed, path).await,
            ("same-origin".to_owned(), "cross-origin".to_owned()),
            "{path}"
        );
        assert!(get(&server, path).await.header("permissions-policy").starts_with("camera="), "{path}");
    }
    // A page that may read nothing is still to learn that the server is there.
    assert_eq!(policies(&server, "/health").await.1, "cross-origin");
}

#[tokio::test]
async fn a_page_that_is_known_is_not_sent_again() {
    let server = Server::start().await;
    let etag = get(&server, "/").await.header("etag").to_owned();
    let again = server.anonymous().raw(Method::GET, "/").header("if-none-match", &etag);
    let again = send(again).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[tokio::test]
async fn long_answers_are_compressed_for_who_asks() {
    let server = Server::start().await;
    let encoding = async |path: &str, accepted: &str| {
        let request = server.anonymous().raw(Method::GET, path).header("accept-encoding", accepted);
        send(request).await.header("content-encoding").to_owned()
    };
    assert_eq!(encoding("/openapi.json", "gzip").await, "gzip");
    assert_eq!(encoding("/openapi.json", "identity").await, "");
    assert_eq!(encoding("/api/v1/config", "gzip").await, "", "it is short");
}

/// Pages count by it.
#[tokio::test]
async fn an_answer_is_dated_by_the_servers_own_clock() {
    let server = Server::start().await;
    let dated = |at: &Timestamp| DateTimePrinter::new().timestamp_to_rfc9110_string(at).unwrap();
    for _ in 0..2 {
        let now = server.app.clock.now();
        for path in ["/", "/api/v1/config", "/api/v1/appointments"] {
            assert_eq!(get(&server, path).await.header("date"), dated(&now), "{path}");
        }
        server.advance(crate::story::MINUTE * 90);
    }
}

#[tokio::test]
async fn pages_have_a_strict_policy() {
    let server = Server::with("frame_ancestors = ['https://clinic.example.org']").await;
    let page = get(&server, "/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'self'; script-src 'self'"), "{policy}");
    assert!(policy.contains(&format!("ws://{0} wss://{0}", server.address)), "{policy}");
    assert!(policy.ends_with("frame-ancestors https://clinic.example.org"), "{policy}");
    assert!(page.header("permissions-policy").starts_with("camera=(self), microphone=(self)"));
    assert!(page.header("permissions-policy").contains("screen-wake-lock=(self)"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("strict-transport-security"), "");
    let answer = get(&server, "/api/v1/config").await;
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn call_pages_alone_may_compile_what_blurs_a_background() {
    let server = Server::start().await;
    let policy = async |path: &str| get(&server, path).await.header("content-security-policy").to_owned();
    let of_call = policy("/join/01890000-0000-7000-8000-000000000000").await;
    assert!(of_call.contains("script-src 'self' 'sha256-"), "{of_call}");
    assert!(of_call.contains(" 'wasm-unsafe-eval';"), "{of_call}");
    assert!(!of_call.contains(" 'unsafe-eval'"), "{of_call}");
    for path in ["/", "/today", "/joinery", "/invite/x", "/how-it-works"] {
        let policy = policy(path).await;
        assert!(!policy.contains("unsafe-eval"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn the_api_can_be_tried_out() {
    let server = Server::start().await;
    let docs = get(&server, "/docs/").await;
    assert_eq!(docs.status, 200);
    assert!(docs.body.contains("swagger-ui"), "{}", docs.body);
    assert!(
        docs.header("content-security-policy")
            .starts_with("default-src 'self'; style-src 'self' 'unsafe-inline'")
    );
    assert!(get(&server, "/docs/swagger-initializer.js").await.body.contains("/openapi.json"));
}

#[tokio::test]
async fn other_origins_call_when_they_are_named() {
    let server = Server::with("cors_origins = ['https://clinic.example.org']").await;
    let from = async |origin: &str| {
        let request = server.anonymous().raw(Method::OPTIONS, "/api/v1/me");
        send(request.header("origin", origin).header("access-control-request-method", "GET")).await
    };
    let named = from("https://clinic.example.org").await;
    assert_eq!(named.header("access-control-allow-origin"), "https://clinic.example.org");
    assert!(named.header("access-control-allow-headers").contains("authorization"));
    assert_eq!(from("https://evil.example.org").await.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn any_origin_calls_without_cookies_where_all_are_allowed() {
    let server = Server::with("cors_origins = ['*']").await;
    let doctor = server.practitioner("Dr. A").await;
    let socket = "/socket.io/?EIO=4&transport=polling";
    let from =
        |method: Method, path: &str| doctor.raw(method, path).header("origin", "https://any.example.org");
    for (method, path) in [("GET", "/api/v1/me"), ("POST", "/api/video-sessions"), ("POST", socket)] {
        let ask = from(Method::OPTIONS, path).header("access-control-request-method", method);
        let asked = send(ask.header("access-control-request-headers", "authorization,content-type")).await;
        assert_eq!((asked.status, asked.header("access-control-allow-origin")), (200, "*"), "{path}");
        assert!(asked.header("access-control-allow-headers").contains("authorization"), "{path}");
    }
    // Refusals, too: a page reads why.
    for (path, status) in [("/api/v1/me", 200), ("/api/video-sessions/none", 404), (socket, 200)] {
        let answer = send(from(Method::GET, path)).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, "*"), "{path}");
        assert_eq!(answer.header("access-control-allow-credentials"), "", "{path}");
    }
}

#[tokio::test]
async fn a_socket_that_a_proxy_has_made_a_request_of_is_refused_and_polling_is_not() {
    let server = Server::start().await;
    let anonymous = server.anonymous();
    let ask =
        |transport: &str| anonymous.raw(Method::GET, &format!("/socket.io/?EIO=4&transport={transport}"));
    for upgrade in [None, Some("h2c")] {
        let asked = ask("websocket");
        let refused = send(match upgrade {
            Some(other) => asked.header("upgrade", other),
            None => asked,
        });
        let refused = refused.await;
        assert_eq!((refused.status, refused.header("upgrade")), (426, "websocket"), "{}", refused.body);
        assert!(refused.body.contains("proxy"), "{}", refused.body);
    }
    assert_eq!(send(ask("polling")).await.status, 200);
}

#[tokio::test]
async fn the_pages_are_the_operators_own() {
    let plain = Server::start().await;
    let config = plain.anonymous().get("/config").await.expect(200);
    assert_eq!(config["name"], "OpenVisit");
    assert_eq!(config["wording"]["preset"], "doctor/patient");
    for field in ["accent", "logo", "support", "support_phone", "locale"] {
        assert!(config[field].is_null(), "{field}");
    }
    get(&plain, "/logo").await.problem(404, "not_found");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("logo.svg");
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    std::fs::write(&path, svg).unwrap();
    let server = Server::with(&format!(
        "name = 'Praxis am Markt'\naccent = '#8B1E3F'\nlogo = '{}'\nsupport = 'help@praxis.example'\n\
         support_phone = '+49 30 901820'\nlocale = 'de'\nwording = 'therapist/client'",
        path.display()
    ))
    .await;
    let config = server.anonymous().get("/config").await.expect(200);
    assert_eq!((&config["name"], &config["accent"]), (&json!("Praxis am Markt"), &json!("#8b1e3f")));
    assert_eq!((&config["support"], &config["locale"]), (&json!("help@praxis.example"), &json!("de")));
    assert_eq!(config["support_phone"], "+49 30 901820");
    assert_eq!(config["wording"]["preset"], "therapist/client");
    let logo = get(&server, config["logo"].as_str().unwrap()).await;
    assert_eq!((logo.status, logo.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(logo.body, svg);
    let policy = logo.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.ends_with("sandbox"), "{policy}");
}

#[tokio::test]
async fn below_a_dialects_prefix_programs_are_refused_and_get_no_page() {
    let server = Server::with("dialects.telehealth.prefixes = ['/portal']").await;
    for path in ["/portal/api/nothing", "/video/api/nothing"] {
        get(&server, path).await.problem(404, "not_found");
    }
    // In the dialect's own words.
    for path in ["/portal/telehealth/nothing", "/telehealth/nothing"] {
        let refused = get(&server, path).await;
        assert_eq!((refused.status, refused.header("content-type")), (404, "application/json"), "{path}");
    }
    let page = get(&server, "/portal/nothing").await;
    assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
}
