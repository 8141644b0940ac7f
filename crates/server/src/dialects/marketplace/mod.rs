//! The marketplace dialect: mechanic and customer, remote car diagnostics. A request and the session that it
//! becomes have one id; whoever asks by it finds whichever is there.

mod debug;
pub mod http;
mod intake;
mod view;
mod words;
