//! Writes every page, with the files it loads, into a folder: `cargo run -p countersign-ui
//! --example gallery -- FOLDER`, then serve the folder and look.

#[path = "../tests/it/samples.rs"]
mod samples;

use std::{fs, path::Path};

use countersign_ui::{Brand, assets};

const ACME: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 27 16 4l12 23h-7l-5-11-5 11z" fill="#ffc42e" stroke="#8a6400"/></svg>"##;

fn main() -> std::io::Result<()> {
    let Some(folder) = std::env::args().nth(1) else {
        return Err(std::io::Error::other("usage: gallery FOLDER"));
    };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets"))?;
    fs::write(folder.join("assets/acme.svg"), ACME)?;
    let brands = [("", Brand::default()), ("acme-", samples::acme())];
    for (prefix, brand) in &brands {
        for asset in assets().iter().cloned().chain(brand.assets()) {
            fs::write(
                folder.join(asset.path.trim_start_matches('/')),
                &asset.bytes,
            )?;
        }
        for (name, page) in samples::pages(brand) {
            fs::write(folder.join(format!("{prefix}{name}.html")), page)?;
        }
    }
    Ok(())
}
