use std::sync::Arc;

use openvisit_store::{Schema, examine};

use super::{CheckResult, Code};
use openvisit_app::settings::Settings;

/// Reachable, of a schema that this program knows, and takes what is written.
pub(super) async fn run(settings: Arc<Settings>) -> CheckResult {
    match examine(&settings.database_url()).await {
        Ok(examined) => match examined.schema {
            Schema::Current => CheckResult::ok(Code::DatabaseWorks).because(examined.kind),
            Schema::Missing => CheckResult::ok(Code::DatabaseEmpty).because(examined.kind),
            Schema::Old => CheckResult::warning(Code::DatabaseOld).because(examined.kind),
        },
        Err(error) => CheckResult::fault(Code::DatabaseFails).because(error),
    }
}
