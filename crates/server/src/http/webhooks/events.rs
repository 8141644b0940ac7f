//! The types of events that a webhook may want.

use openvisit_app::error::FieldCode;
use openvisit_app::people::rules::Mistake;
use openvisit_core::event;

use crate::http::extract::broken;

pub(super) fn known_events(events: &Option<Vec<String>>, _: &()) -> garde::Result {
    let unknown = events.iter().flatten().any(|name| !event::NAMES.contains(&name.as_str()));
    if unknown {
        let text = format!("must be among {}", event::NAMES.join(", "));
        return Err(broken(&Mistake::new(FieldCode::Unknown, text)));
    }
    Ok(())
}
