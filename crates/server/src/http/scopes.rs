//! Which scope of an API key opens which route of the canonical API: by the first part of its path, and whether it changes
//! anything. What is not named here is for people: calls, notes, own accounts, signing in, and keys themselves.

use axum::http::Method;
use openvisit_core::scope::Scope;

/// The scope that opens a route (as it is described, with `{id}`); `None` where no key does.
#[must_use]
pub fn of(method: &Method, route: &str) -> Option<Scope> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let parts: Vec<&str> = route.strip_prefix("/api/v1/")?.split('/').collect();
    let (read, write) = match parts.as_slice() {
        ["appointments", ..] => (Scope::AppointmentsRead, Some(Scope::AppointmentsWrite)),
        ["clients", ..] => (Scope::ClientsRead, Some(Scope::ClientsWrite)),
        ["practitioners", ..] => (Scope::PractitionersRead, None),
        // Who asks to be seen is a person, and so is who accepts.
        ["requests", ..] => (Scope::RequestsRead, None),
        ["sessions"] | ["sessions", "{id}"] | ["sessions", "{id}", "timeline" | "calendar"] => {
            (Scope::SessionsRead, None)
        }
        ["sessions", "{id}", "end" | "extend" | "passcode" | "word"] => {
            (Scope::SessionsRead, Some(Scope::SessionsWrite))
        }
        ["usage" | "reports" | "reports.csv", ..] => (Scope::UsageRead, None),
        ["users" | "organizations", ..] => (Scope::UsersRead, Some(Scope::UsersWrite)),
        ["webhooks", ..] => (Scope::WebhooksRead, Some(Scope::WebhooksWrite)),
        ["support" | "system", ..] => (Scope::SystemRead, None),
        _ => return None,
    };
    if reads { Some(read) } else { write }
}
