//! `countersign config check`.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Runs the check in an empty directory; answers what it said, and what it left behind.
fn check(toml: &str) -> (Output, Vec<String>) {
    let directory = TempDir::new().unwrap();
    std::fs::write(directory.path().join("countersign.toml"), toml).unwrap();
    let output = Command::new(Path::new(env!("CARGO_BIN_EXE_countersign")))
        .args(["config", "check"])
        .current_dir(directory.path())
        .env_clear()
        .output()
        .unwrap();
    let left = std::fs::read_dir(directory.path()).unwrap();
    let left = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    (output, left.collect())
}

#[test]
fn tests_the_server_and_leaves_nothing_behind() {
    let (output, left) = check(
        "public_url = 'https://mcp.example.com'\n\
         storage.url = 'postgres://nobody@127.0.0.1:1/nowhere'\n\
         tokens.signing_alg = 'ES256'",
    );
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("The configuration is good"), "{said}");
    assert!(said.contains("trusted_proxies does not name"), "{said}");
    let passed = "Self-test passed: every address, key and challenge that clients look for agrees \
                  with https://mcp.example.com.";
    assert!(said.contains(passed), "{said}");
    assert_eq!(left, ["countersign.toml"]);
}

/// A key pair is only tried where keys are opened, and that is what the self-test does.
#[test]
fn finds_what_the_file_alone_does_not_show() {
    let (output, left) = check("[tokens]\nimport_private_key = 'not a key'");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("private key"), "{said}");
    assert_eq!(left, ["countersign.toml"]);
}

fn widget(lines: &str) -> String {
    format!(
        "tokens.signing_alg = 'ES256'\n[[widgets]]\nname = 'notes'\ntitle = 'Notes'\n\
         description = 'Shows notes.'\npath = 'dist'\n{lines}"
    )
}

#[test]
fn reads_widgets_and_runs_no_build() {
    let (output, _) = check(&widget("tools = ['list_notes']"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("widgets[0].path"), "{said}");
    assert!(said.contains("dist cannot be read"), "{said}");

    let (output, left) = check(&widget("tools = ['list_notes']\nbuild = 'touch built'"));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("Note: widgets[0].path: dist cannot be read"),
        "{said}"
    );
    assert_eq!(left, ["countersign.toml"]);
}
