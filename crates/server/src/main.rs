use std::process::ExitCode;

fn main() -> ExitCode {
    give_memory_back();
    match openvisit::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openvisit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A password's hash takes 19 MiB for a moment. By default the system's allocator learns from the first
/// that such sizes are common, and keeps those that follow for good; told a fixed threshold, it maps each
/// by itself and gives it back.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "sets a number in the allocator, before any other thread is there")]
    // SAFETY: mallopt takes two integers and reads no memory of ours.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
    }
}
