use std::sync::Arc;

use super::{Code, Found};
use openvisit_app::outbox::broker::{Exchange, try_out};
use openvisit_app::settings::Settings;

/// Lets us in, and has our exchange or none of its name.
pub(super) async fn look(settings: Arc<Settings>) -> Found {
    if settings.amqp_url.is_none() {
        return Found::ok(Code::BrokerNone);
    }
    match try_out(&settings).await {
        Ok(Exchange::Ours) => Found::ok(Code::BrokerWorks).because(&settings.amqp_exchange),
        Ok(Exchange::Missing) => Found::ok(Code::BrokerEmpty).because(&settings.amqp_exchange),
        Err(error) => Found::fault(Code::BrokerFails).because(format_args!("{error:#}")),
    }
}
