//! The counselling dialect: psychologist and client, `/api/video-calls`, and a realtime channel of its own.

mod follow;
pub mod http;
mod payload;
mod register;
mod rooms;
pub mod socket;
mod view;
mod words;
