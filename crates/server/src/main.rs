use std::io::Write;
use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Answers cost a quarter less processor time than with the system's allocator.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Few arenas, and what was freed goes back within a second: a password's hash takes 19 MiB for a moment.
#[expect(unsafe_code, reason = "the allocator finds its settings by this name")]
// SAFETY: the name is jemalloc's own, and what it names is a text that ends with a zero.
#[unsafe(export_name = "_rjem_malloc_conf")]
static ALLOCATOR_SETTINGS: Option<&'static std::ffi::c_char> = {
    let text = c"narenas:2,tcache_max:4096,dirty_decay_ms:1000,muzzy_decay_ms:0";
    // SAFETY: the text lives for ever.
    unsafe { text.as_ptr().as_ref() }
};

fn main() -> ExitCode {
    match openvisit::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may read it any more.
            let _ = writeln!(std::io::stderr(), "openvisit: {}", openvisit::cli::sentence(&error));
            ExitCode::FAILURE
        }
    }
}
