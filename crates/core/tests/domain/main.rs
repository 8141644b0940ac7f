//! The domain's rules as stories, and what must be true in every story.

#![expect(clippy::unwrap_used, reason = "a test that cannot make its world must fail")]

mod lifecycle;
mod model;
mod phone;
mod providers;
mod requests;
mod waiting;
mod world;
