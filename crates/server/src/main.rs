use std::process::ExitCode;

fn main() -> ExitCode {
    match openvisit::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("openvisit: {error:#}");
            ExitCode::FAILURE
        }
    }
}
