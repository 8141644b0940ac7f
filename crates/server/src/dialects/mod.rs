//! The five applications' own ways of asking: paths, names, status words and error shapes. No rule lives
//! here; every dialect calls the application, and knows neither another dialect nor the canonical API.

pub mod clinic;
pub mod counselling;
pub mod ids;
pub mod lenient;
pub mod marketplace;
pub mod practice;
pub mod refused;
pub mod telehealth;

use axum::Router;
use openvisit_app::settings::{Dialect, Dialects};
use utoipa_axum::router::OpenApiRouter;

use crate::state::Server;

type Routes = fn() -> OpenApiRouter<Server>;

/// What they are called, in the settings and elsewhere.
pub const NAMES: [&str; 5] = ["telehealth", "marketplace", "counselling", "clinic", "practice"];

fn all(settings: &Dialects) -> [(&Dialect, Routes); 5] {
    [
        (&settings.telehealth, telehealth::http::routes),
        (&settings.marketplace, marketplace::http::routes),
        (&settings.counselling, counselling::http::routes),
        (&settings.clinic, clinic::routes),
        (&settings.practice, practice::routes),
    ]
}

/// The dialects that are on: name, settings, and the routes at their own paths.
pub fn routes(settings: &Dialects) -> impl Iterator<Item = (&'static str, &Dialect, OpenApiRouter<Server>)> {
    let on = NAMES.into_iter().zip(all(settings)).filter(|(_, (dialect, _))| dialect.enabled);
    on.map(|(name, (dialect, routes))| (name, dialect, routes()))
}

/// The same once more under each prefix that was set.
pub fn prefixed(settings: &Dialects) -> Router<Server> {
    let on = all(settings).into_iter().filter(|(dialect, _)| dialect.enabled);
    let mounts = on.flat_map(|(dialect, routes)| dialect.prefixes.iter().map(move |prefix| (prefix, routes)));
    mounts.fold(Router::new(), |router, (prefix, routes)| {
        let (mounted, _) = OpenApiRouter::new().nest(prefix, routes()).split_for_parts();
        router.merge(mounted)
    })
}
