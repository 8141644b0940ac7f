//! Media providers beside the embedded one: who carries which session, and what becomes of their rooms.

pub mod cleanup;
pub mod room;

use anyhow::Context;
use openvisit_core::appointment::MediaProvider;
use openvisit_providers::{Chime, Jitsi, LiveKit, Provider, Sources, Twilio};
use tokio::sync::Notify;
use url::Url;

use crate::error::{Error, FieldCode};
use crate::settings::{Fallback, Settings};

/// Who carries an appointment's call.
#[derive(Clone, Copy, Debug)]
pub struct SelectedProvider {
    pub name: MediaProvider,
    /// Whether it tells who was there.
    pub proves_presence: bool,
}

/// The configured ones.
pub struct Providers {
    configured: Vec<(MediaProvider, Provider)>,
    /// Who carries what no booking gives to another.
    default: MediaProvider,
    pub(crate) falls_back: bool,
    /// Rooms wait for being closed.
    to_close: Notify,
}

impl Providers {
    /// # Errors
    /// A provider's settings do not fit.
    pub fn new(settings: &Settings) -> anyhow::Result<Self> {
        let mut configured = Vec::new();
        let mut add = |name: MediaProvider, provider: Provider| configured.push((name, provider));
        if let Some(own) = settings.livekit.clone() {
            add(MediaProvider::LiveKit, Provider::LiveKit(LiveKit::new(own).context("livekit")?));
        }
        if let Some(own) = settings.jitsi.clone() {
            add(MediaProvider::Jitsi, Provider::Jitsi(Jitsi::new(own).context("jitsi")?));
        }
        if let Some(own) = settings.chime.clone() {
            add(MediaProvider::Chime, Provider::Chime(Chime::new(own)));
        }
        if let Some(own) = settings.twilio.clone() {
            let twilio = Twilio::new(own, callback_url(settings, MediaProvider::Twilio)).context("twilio")?;
            add(MediaProvider::Twilio, Provider::Twilio(twilio));
        }
        let falls_back = settings.media.fallback == Fallback::Embedded;
        Ok(Self { configured, default: settings.media_provider(), falls_back, to_close: Notify::new() })
    }

    /// `None` for the embedded one, and for one that is not configured.
    #[must_use]
    pub fn get(&self, name: MediaProvider) -> Option<&Provider> {
        self.configured.iter().find(|(known, _)| *known == name).map(|(_, provider)| provider)
    }

    /// Who carries an appointment that asks for `name`.
    ///
    /// # Errors
    /// `invalid` when it is not configured.
    pub fn chosen(&self, name: Option<MediaProvider>) -> Result<SelectedProvider, Error> {
        match name {
            Some(name) if name != MediaProvider::Embedded && self.get(name).is_none() => {
                Err(Error::invalid("media_provider", FieldCode::NotConfigured, "is not configured here"))
            }
            name => Ok(self.selection(name.unwrap_or(self.default))),
        }
    }

    /// Whom an appointment may ask for.
    #[must_use]
    pub fn offered(&self) -> Vec<MediaProvider> {
        let configured = self.configured.iter().map(|(name, _)| *name);
        std::iter::once(MediaProvider::Embedded).chain(configured).collect()
    }

    /// Who carries what asks for nobody in particular.
    #[must_use]
    pub fn usual(&self) -> SelectedProvider {
        self.selection(self.default)
    }

    fn selection(&self, name: MediaProvider) -> SelectedProvider {
        SelectedProvider { name, proves_presence: self.get(name).is_none_or(Provider::proves_presence) }
    }

    /// Each by itself, for whoever tries them out.
    #[must_use]
    pub fn into_configured(self) -> Vec<(MediaProvider, Provider)> {
        self.configured
    }

    /// Whether there is any besides the embedded one.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.configured.is_empty()
    }

    /// Those that tell of presence by a queue that must be asked.
    #[must_use]
    pub fn with_queue(&self) -> Vec<MediaProvider> {
        let has_queue = |it: &Provider| matches!(it, Provider::Chime(_)) && it.proves_presence();
        self.configured.iter().filter(|(_, it)| has_queue(it)).map(|(name, _)| *name).collect()
    }

    /// By the name that its callbacks come to.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<(MediaProvider, &Provider)> {
        self.configured.iter().find(|(known, _)| known.name() == name).map(|(known, it)| (*known, it))
    }

    /// What call pages load from elsewhere, and connect to, whoever of them carries the call.
    #[must_use]
    pub fn sources(&self) -> Sources {
        let each: Vec<Sources> = self.configured.iter().map(|(_, provider)| provider.sources()).collect();
        Sources {
            scripts: each.iter().flat_map(|it| it.scripts.clone()).collect(),
            frames: each.iter().flat_map(|it| it.frames.clone()).collect(),
            workers: each.iter().flat_map(|it| it.workers.clone()).collect(),
            connections: each.into_iter().flat_map(|it| it.connections).collect(),
        }
    }

    /// Rooms were given up: close them now.
    pub fn wake(&self) {
        self.to_close.notify_one();
    }
}

/// Where a provider's callbacks come in; none where nobody elsewhere can reach us.
fn callback_url(settings: &Settings, name: MediaProvider) -> Option<Url> {
    settings.given_public_url()?;
    Url::parse(&format!("{}/api/v1/providers/{}/events", settings.public_url(), name.name())).ok()
}
