use std::sync::Arc;

use openvisit_store::{Schema, examine};

use super::{Code, Found};
use openvisit_app::settings::Settings;

/// Reachable, of a schema that this program knows, and takes what is written.
pub(super) async fn look(settings: Arc<Settings>) -> Found {
    match examine(&settings.database_url()).await {
        Ok(examined) => match examined.schema {
            Schema::Current => Found::ok(Code::DatabaseWorks).because(examined.kind),
            Schema::Missing => Found::ok(Code::DatabaseEmpty).because(examined.kind),
            Schema::Old => Found::warning(Code::DatabaseOld).because(examined.kind),
        },
        Err(error) => Found::fault(Code::DatabaseFails).because(error),
    }
}
