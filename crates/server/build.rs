//! The pages are embedded from `web/build`. A checkout that has not built them yet compiles all the same;
//! the server then shows how to build them.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let pages = Path::new("../../web/build");
    std::fs::create_dir_all(pages)?;
    println!("cargo::rerun-if-changed={}", pages.display());
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
