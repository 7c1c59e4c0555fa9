//! The files below a directory that somebody wrote.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsStr;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// More than a widget has: a guard against a path that names the whole disk.
const MOST: usize = 20_000;

/// Says by its name that something is left alone, with everything below it.
pub(crate) type Skip = fn(&OsStr) -> bool;

/// What nobody writes: hidden, or brought by a package manager.
pub(crate) fn is_foreign(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || name == "node_modules"
}

/// The same and what a build makes.
pub(crate) fn is_no_source(name: &OsStr) -> bool {
    is_foreign(name) || name == "dist"
}

/// The directories from `root` down, itself first. Symbolic links are not followed.
pub(crate) fn directories(root: &Path, skip: Skip) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    let mut next = 0;
    while let Some(directory) = found.get(next).filter(|_| found.len() < MOST) {
        let inner = entries(directory, skip).filter(|(_, kind)| kind.is_dir());
        let inner: Vec<_> = inner.map(|(path, _)| path).collect();
        found.extend(inner);
        next += 1;
    }
    found
}

/// The files below `root`, by name.
pub(crate) fn files(root: &Path, skip: Skip) -> Vec<PathBuf> {
    let directories = directories(root, skip);
    let inner = directories
        .iter()
        .flat_map(|directory| entries(directory, skip));
    let files = inner.filter(|(_, kind)| kind.is_file());
    let mut files: Vec<_> = files.map(|(path, _)| path).take(MOST).collect();
    files.sort();
    files
}

/// A number that changes with what the files say, and not with when they were written: a build that
/// writes the same beside its sources changes nothing. What is below `except` is left out.
pub(crate) fn fingerprint(root: &Path, except: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let own = |path: &PathBuf| !except.iter().any(|except| path.starts_with(except));
    for path in files(root, is_no_source).into_iter().filter(own) {
        path.hash(&mut hasher);
        // A file that went away in this moment is no part of the sources.
        _ = hash_content(&path, &mut hasher);
    }
    hasher.finish()
}

fn hash_content(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    /// What nobody edits by hand is told by its size and time.
    const WRITTEN: u64 = 4 * 1024 * 1024;
    let metadata = fs::metadata(path)?;
    metadata.len().hash(hasher);
    if metadata.len() > WRITTEN {
        metadata.modified()?.hash(hasher);
    } else {
        fs::read(path)?.hash(hasher);
    }
    Ok(())
}

fn entries(directory: &Path, skip: Skip) -> impl Iterator<Item = (PathBuf, fs::FileType)> + use<> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .filter(move |entry| !skip(&entry.file_name()))
        .filter_map(|entry| {
            let kind = entry.file_type().ok()?;
            Some((entry.path(), kind))
        })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_fingerprint_changes_with_what_sources_say_and_with_nothing_else() {
        let root = TempDir::new().unwrap();
        let write = |name: &str, content: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        let made = [root.path().join("out")];
        let fingerprint = || super::fingerprint(root.path(), &made);
        write("src/a.ts", "a");
        let before = fingerprint();
        for (name, content) in [
            ("src/a.ts", "a"),
            ("out/a.js", "a"),
            ("dist/a.js", "a"),
            ("node_modules/b/b.js", "b"),
            (".git/HEAD", "c"),
            ("src/.a.ts.swp", "a"),
        ] {
            write(name, content);
            assert_eq!(fingerprint(), before, "{name}");
        }
        write("src/a.ts", "b");
        let edited = fingerprint();
        assert_ne!(edited, before);
        write("src/b.ts", "");
        assert_ne!(fingerprint(), edited);
        fs::remove_file(root.path().join("src/b.ts")).unwrap();
        assert_eq!(fingerprint(), edited);
    }
}
