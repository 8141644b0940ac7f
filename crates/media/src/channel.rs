//! Sending on the data channel.

use crate::message::{ToClient, Track};
use crate::peer::{Peer, guard};
use crate::streams::TrackSource;

impl Peer {
    /// Tells the client whose streams it receives where, if its data channel is open.
    pub fn send_tracks(&mut self) {
        let tracks = self.tracks();
        self.send_message(&ToClient::Tracks { tracks: &tracks });
    }

    pub(crate) fn tracks(&self) -> Vec<Track> {
        let mut tracks = Vec::new();
        for slot in &self.slots {
            let Some(participant_id) = slot.participant else { continue };
            for source in TrackSource::ALL {
                if let Some(outlet) = &slot.outlets[source.index()] {
                    tracks.push(Track { mid: outlet.mid.to_string(), participant_id, source });
                }
            }
        }
        tracks
    }

    pub(crate) fn channel_is_open(&self) -> bool {
        self.channel.is_some()
    }

    pub(crate) fn send_message(&mut self, message: &ToClient<'_>) {
        let Some(id) = self.channel else { return };
        let Ok(text) = serde_json::to_vec(message) else { return };
        let written = guard(|| match self.rtc.channel(id) {
            Some(mut channel) => channel.write(false, &text),
            None => Ok(false),
        });
        if !matches!(written, Ok(true)) {
            tracing::debug!(connection = %self.connection.id, "could not send a message on the data channel");
        }
        self.message_written = true;
    }
}
