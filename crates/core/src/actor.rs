//! Who did something.

use serde::{Deserialize, Serialize};

/// Who did something, as it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Practitioner,
    Client,
    Guest,
    Assistant,
    Admin,
    System,
}
