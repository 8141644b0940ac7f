//! The one cryptographic library of this process.

/// Chooses it, for everything that opens or takes TLS connections.
pub fn choose_provider() {
    // Somebody chose already: a test, or an embedding program.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}
