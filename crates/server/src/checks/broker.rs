use std::sync::Arc;

use super::{CheckResult, Code};
use openvisit_app::outbox::broker::{Exchange, try_out};
use openvisit_app::settings::Settings;

/// Lets us in, and has our exchange or none of its name.
pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    if settings.amqp_url.is_none() {
        return CheckResult::ok(Code::BrokerNone);
    }
    match try_out(&settings).await {
        Ok(Exchange::Ours) => CheckResult::ok(Code::BrokerWorks).because(&settings.amqp_exchange),
        Ok(Exchange::Missing) => CheckResult::ok(Code::BrokerEmpty).because(&settings.amqp_exchange),
        Err(error) => CheckResult::fault(Code::BrokerFails).because(format_args!("{error:#}")),
    }
}
