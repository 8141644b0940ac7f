//! `/api/v1/sessions`: what happens at an appointment.

mod admit;
mod calendar;
mod doorway;
mod end;
mod extend;
mod files;
mod get;
mod join;
mod leave;
pub mod list;
mod media;
mod notes;
mod passcode;
mod phone;
mod rating;
pub mod show;
mod start;
mod timeline;
pub mod view;

pub use files::FILE_NAME;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub(super) use join::MediaGrantView;
pub(super) use media::{MediaCaller, Sdp, check_offer, sdp};

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(get::get))
        .routes(routes!(join::post))
        .routes(routes!(admit::admit))
        .routes(routes!(admit::deny))
        .routes(routes!(admit::remove))
        .routes(routes!(doorway::tell, doorway::take_back))
        .routes(routes!(doorway::open_chat, doorway::say))
        .routes(routes!(start::start))
        .routes(routes!(leave::leave))
        .routes(routes!(extend::extend))
        .routes(routes!(files::send))
        .routes(routes!(files::get))
        .routes(routes!(phone::go_on, phone::back))
        .routes(routes!(end::post))
        .routes(routes!(passcode::renew))
        .routes(routes!(passcode::verify))
        .routes(routes!(notes::put))
        .routes(routes!(rating::put))
        .routes(routes!(timeline::get))
        .routes(routes!(calendar::get))
        .routes(routes!(media::connect))
        .routes(routes!(media::restart, media::hang_up))
}
