//! `countersign dev …` as a process.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The command, running in a directory of its own until the test ends.
pub(crate) struct Running {
    child: Child,
    pub(crate) directory: TempDir,
    pub(crate) said: String,
}

impl Running {
    /// Starts `countersign dev …` with this configuration file and waits until it has said `sign`.
    pub(crate) fn start(
        toml: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
        sign: &str,
    ) -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("countersign.toml"), toml).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("dev")
            .args(arguments)
            .current_dir(directory.path())
            .env_clear()
            // In a debug build an RSA key takes seconds to find.
            .env("COUNTERSIGN_TOKENS__SIGNING_ALG", "ES256")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = String::new();
        while !said.contains(sign) {
            let line = lines.next().unwrap_or_else(|| {
                let mut complaint = String::new();
                let mut errors = child.stderr.take().unwrap();
                errors.read_to_string(&mut complaint).unwrap();
                Ok(format!("it ended instead of saying {sign}: {complaint}"))
            });
            let line = line.unwrap();
            assert!(!line.starts_with("it ended"), "{said}{line}");
            said.push_str(&line);
            said.push('\n');
        }
        Self {
            child,
            directory,
            said,
        }
    }

    /// The names of what is left in its directory.
    pub(crate) fn left(&self) -> Vec<OsString> {
        let left = std::fs::read_dir(self.directory.path()).unwrap();
        left.map(|entry| entry.unwrap().file_name()).collect()
    }

    /// Where something listens that the process said, in words after which its address comes.
    pub(crate) fn address_after(&self, words: &str) -> String {
        let (_, rest) = self.said.split_once(words).unwrap();
        let (_, rest) = rest.split_once("http://127.0.0.1:").unwrap();
        let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
        format!("127.0.0.1:{port}")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which the test has noticed then.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

pub(crate) fn get(address: &str, path: &str) -> String {
    exchange(address, "GET", path, &[], "")
}

/// Sends a request over a connection of its own; the whole answer.
pub(crate) fn exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {length}\r\n"
    );
    for (name, value) in headers {
        write!(request, "{name}: {value}\r\n").unwrap();
    }
    write!(stream, "{request}\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}
