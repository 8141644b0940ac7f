//! Ctrl-C: the run stops early and prints what it has.

use tokio::sync::watch;

/// Whether the user has asked to stop.
#[derive(Clone)]
pub struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Takes Ctrl-C over from the system. The second one ends the program at once.
    #[must_use]
    pub fn listen() -> Self {
        let (tell, told) = watch::channel(false);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                if tell.send_replace(true) {
                    std::process::exit(130);
                }
            }
        });
        Self(told)
    }

    #[must_use]
    pub fn happened(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when the user asks to stop, and not before.
    pub async fn wait(&self) {
        let mut told = self.0.clone();
        if told.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
