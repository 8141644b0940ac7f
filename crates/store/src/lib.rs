//! All SQL of OpenVisit, for SQLite and PostgreSQL.
//!
//! [`Store`] opens a database and brings its schema up to date. All work happens in a [`Tx`]:
//! [`Store::begin`] for writing, [`Store::read`] for reading; what is not committed did not happen.
//!
//! ```no_run
//! # async fn example(store: openvisit_store::Store, id: openvisit_core::ids::SessionId)
//! # -> Result<(), openvisit_store::StoreError> {
//! let mut tx = store.begin().await?;
//! if let Some(mut session) = tx.session(id).await? {
//!     // … a move of the life cycle …
//!     tx.save(&mut session, None).await?; // a lost race is StoreError::Conflict
//! }
//! tx.commit().await
//! # }
//! ```
//!
//! In SQL ids are TEXT, instants BIGINT microseconds, documents TEXT JSON. A statement is written once and
//! runs on both databases; where that is not possible, the difference is in `dialect`.

#[macro_use]
mod dialect;
#[macro_use]
mod tx;

mod account_links;
mod api_keys;
mod attendance;
mod backup;
mod calendar_feeds;
mod chat_files;
mod chat_messages;
mod deliveries;
mod error;
mod examine;
mod idempotency;
mod invitations;
mod lock;
mod meetings;
mod messages;
mod nodes;
mod notes;
mod organizations;
mod outbox;
mod passcodes;
mod persons;
mod redeliveries;
mod refresh_tokens;
mod requests;
mod rights;
mod sealing_keys;
mod search;
mod sessions;
mod setting;
mod sqlite_readers;
mod sqlite_writer;
mod statements;
mod store;
mod stranger_guesses;
mod took;
mod usage;
mod value;
mod webhooks;

pub use api_keys::ApiKey;
pub use attendance::OpenInterval;
pub use backup::{BackupContents, look_into, restore};
pub use calendar_feeds::CalendarEntry;
pub use chat_files::{ChatFile, ChatFileLimits, NewChatFile};
pub use chat_messages::{ChatContent, ChatMessage, ChatSoFar, NewChatMessage};
pub use deliveries::{Attempt, Backlog, Deliveries, Delivery, DeliveryState, Failure, Target};
pub use error::StoreError;
pub use examine::{Closing, Examined, Schema, examine, glance, is_understood, nodes_of};
pub use idempotency::{CallProgress, EarlierCall, KeptAnswer, KeyedCall, carrying_out};
pub use invitations::Invitation;
pub use lock::{ServerLock, sqlite_file};
pub use meetings::Meeting;
pub use messages::{DueReminder, EmailState, Emails, NewEmail, Recipient, StoredEmail};
pub use nodes::{
    Ear, Epoch, Home, Node, NodeId, NodeIntro, NodeSocket, Nodes, Reading, Standing, Woken, WrittenNotice,
};
pub use organizations::Organization;
pub use outbox::{EventLine, OutboxRow};
pub use passcodes::Guess;
pub use persons::{Among, Label, PersonFilter};
pub use redeliveries::Round;
pub use refresh_tokens::{Login, RefreshToken, Rotation};
pub use requests::{Requests, SealedRequest};
pub use rights::{Account, Obstacle, Wish, refusal};
pub use sealing_keys::{SealedSamples, SealingKey};
pub use sessions::by_party::{ByParty, PartyFilter};
pub use sessions::details::SessionDetails;
pub use sessions::figures::Figures;
pub use sessions::list::{Cursor, SessionFilter};
pub use sessions::offset_list::{OffsetList, Order};
pub use sessions::visible::Visible;
pub use setting::Contents;
pub use store::Store;
pub use stranger_guesses::StrangerGuesses;
pub use tx::Tx;
pub use usage::{KeptUse, MonthTotals, SessionUse};
pub use webhooks::{OldSecret, Webhook};
