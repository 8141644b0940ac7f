//! What HTTP handlers work with: the application, and what only a server has.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRef;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::settings::branding::Logo;

use crate::checks::{Proof, ReportCache};
use crate::offers::Offers;
use crate::readiness::Readiness;
use crate::realtime::Realtime;
use crate::sfu_io::Sfu;
use crate::test_calls::TestCalls;

/// The running server's parts. Cloning shares them.
#[derive(Clone)]
pub struct Server(Arc<Parts>);

pub struct Parts {
    pub app: App,
    pub sfu: Sfu,
    pub realtime: Realtime,
    pub test_calls: TestCalls,
    pub proof: Proof,
    pub checks: ReportCache,
    pub logo: Option<Logo>,
    pub readiness: Readiness,
    pub offers: Offers,
    pub started_at: Timestamp,
}

impl Server {
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for Server {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl FromRef<Server> for App {
    fn from_ref(server: &Server) -> Self {
        server.app.clone()
    }
}

impl FromRef<Server> for Sfu {
    fn from_ref(server: &Server) -> Self {
        server.sfu.clone()
    }
}
