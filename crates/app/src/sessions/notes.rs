//! The practitioner's own notes and rating of a session, encrypted at rest.

use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use super::change::{Decision, change};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::seal::Of;

/// The longest notes, in characters (Unicode scalar values).
pub const MAX_NOTES: usize = 500;

/// What is written; what is not given stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// At most [`MAX_NOTES`] characters.
    pub text: Option<String>,
    /// 1 to 5.
    pub quality_rating: Option<u8>,
}

impl Notes {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_none() && self.quality_rating.is_none()
    }

    /// Writes the rating, and gives the text as it is kept.
    pub(super) fn write_to(&self, app: &App, session: &mut Session) -> Result<Option<Vec<u8>>, Error> {
        session.quality_rating = self.quality_rating.or(session.quality_rating);
        let sealed = self.text.as_ref().map(|text| app.sealer.seal(Of::Notes(session.id), text));
        sealed.transpose().map_err(Error::internal)
    }
}

/// Stores checked notes and rating.
///
/// # Errors
/// `conflict` where the notes that are kept cannot be read, `not_found` or `forbidden`, and those of the store.
pub async fn write(app: &App, caller: &Caller, id: SessionId, notes: Notes) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Notes, |mut session: Session, _| {
        let sealed_notes = notes.write_to(app, &mut session)?;
        Ok(Decision { sealed_notes, ..Change { session, events: vec![] }.into() })
    })
    .await
}
