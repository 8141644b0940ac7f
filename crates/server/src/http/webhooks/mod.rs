//! Addresses to which events are sent, and what became of each event. For administrators.

mod change;
mod create;
mod delete;
mod deliveries;
mod list;
mod redeliver;
mod view;

use openvisit_core::event::Event;
use url::Url;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::Problem;
use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::get, change::change, delete::delete))
        .routes(routes!(deliveries::list))
        .routes(routes!(redeliver::redeliver))
}

/// The address in its normal form, if events may be sent there.
///
/// # Errors
/// It is no web address, holds a password, or leads to where webhooks may not go.
async fn address(app: &App, url: &str) -> Result<String, Problem> {
    let wrong = |why: &str| Problem::invalid("url", why);
    let url: Url = url.parse().map_err(|_| wrong("is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user name or password"));
    }
    app.outbox
        .addresses
        .check(&url)
        .await
        .map_err(|_| wrong("leads to an address that is not public; see webhook_allowed_networks"))?;
    Ok(url.into())
}

fn known_events(events: &Option<Vec<String>>, _: &()) -> garde::Result {
    let unknown = events.iter().flatten().any(|name| !Event::NAMES.contains(&name.as_str()));
    if unknown {
        return Err(garde::Error::new(format!("must be among {}", Event::NAMES.join(", "))));
    }
    Ok(())
}
