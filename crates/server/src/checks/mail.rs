use std::sync::Arc;

use super::{CheckResult, Code};
use openvisit_app::messages::Mailer;
use openvisit_app::settings::Settings;

/// Lets us in; whether it takes a message, `openvisit mail check` tries.
pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    match Mailer::of(&settings) {
        Ok(None) => CheckResult::ok(Code::MailNone),
        Ok(Some(mailer)) => match mailer.smtp.try_out().await {
            Ok(()) => CheckResult::ok(Code::MailWorks),
            Err(refused) => CheckResult::fault(Code::MailFails).because(refused),
        },
        Err(error) => CheckResult::fault(Code::MailFails).because(format_args!("{error:#}")),
    }
}
