//! What a file is, by its name.

use std::path::Path;

/// The media type for a `data:` address. What is not known here is for the browser to recognize.
pub(crate) fn of(path: &str) -> &'static str {
    let extension = Path::new(path).extension().and_then(|text| text.to_str());
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("avif") => "image/avif",
        Some("bmp") => "image/bmp",
        Some("gif") => "image/gif",
        Some("ico") => "image/x-icon",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png" | "apng") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("webp") => "image/webp",
        Some("otf") => "font/otf",
        Some("ttf") => "font/ttf",
        Some("woff") => "font/woff",
        Some("woff2") => "font/woff2",
        Some("m4a") => "audio/mp4",
        Some("mp3") => "audio/mpeg",
        Some("ogg" | "oga" | "opus") => "audio/ogg",
        Some("wav") => "audio/wav",
        Some("mp4" | "m4v") => "video/mp4",
        Some("ogv") => "video/ogg",
        Some("webm") => "video/webm",
        Some("vtt") => "text/vtt",
        _ => "application/octet-stream",
    }
}
