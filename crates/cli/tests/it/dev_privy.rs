//! `countersign dev privy`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// The command, running in a directory of its own until the test ends.
struct Running {
    child: Child,
    directory: TempDir,
    said: String,
}

impl Running {
    /// Starts it with this configuration file and waits until it has said `sign`.
    fn start(toml: &str, arguments: &[&str], variables: &[(&str, &str)], sign: &str) -> Self {
        let directory = TempDir::new().unwrap();
        std::fs::write(directory.path().join("countersign.toml"), toml).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["dev", "privy", "--listen", "127.0.0.1:0"])
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

    /// The address of the simulator, as it was said.
    fn privy(&self) -> String {
        let (_, rest) = self.said.split_once("http://127.0.0.1:").unwrap();
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

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn serves_with_the_simulator_as_the_login_and_keeps_nothing() {
    let port = free_port();
    let toml = format!("public_url = 'http://localhost:{port}'");
    let running = Running::start(&toml, &[], &[], "/sim/inbox");
    let (server, privy) = (format!("localhost:{port}"), running.privy());

    let page = get(&server, "/account");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains(&format!("http://{privy}")), "{page}");
    let settings = get(&privy, "/sim/config");
    assert!(
        settings.contains(&format!(r#""origins":["http://{server}"]"#)),
        "{settings}"
    );
    assert!(get(&privy, "/sim/inbox").contains("No code was sent yet."));

    let left = std::fs::read_dir(running.directory.path()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["countersign.toml"]);
}

/// The simulator shows everything that it is asked, so it must not be asked with anything real.
#[test]
fn the_real_app_of_the_configuration_stays_out_of_it() {
    let port = free_port();
    let toml = format!(
        "public_url = 'http://localhost:{port}'\n\
         [login]\n\
         provider = 'privy'\n\
         [login.privy]\n\
         app_id = 'clreal0000000000000000000'\n\
         app_secret_file = '/nowhere/the-secret'\n\
         client_id = 'client-real'\n\
         verification_key = \"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\"\n"
    );
    let variables = [("COUNTERSIGN_LOGIN__PRIVY__APP_SECRET_FILE", "/nowhere/else")];
    let running = Running::start(&toml, &[], &variables, "/sim/inbox");
    let asked = get(&running.privy(), "/sim/log");
    assert!(
        asked.contains("/api/v1/apps/clsimulator"),
        "the check at start: {asked}"
    );
    assert!(!asked.contains("real"), "{asked}");
}

#[test]
fn plays_privy_alone_and_says_how_to_reach_it() {
    let origin = "http://localhost:4181";
    let arguments = ["--simulator-only", "--origin", origin];
    let running = Running::start("", &arguments, &[], "app_id");
    let line: serde_json::Value = serde_json::from_str(&running.said).unwrap();
    assert_eq!(line["url"], format!("http://{}", running.privy()));
    let path = format!("/v1/apps/{}/jwks.json", line["app_id"].as_str().unwrap());
    assert!(get(&running.privy(), &path).contains("P-256"));
    assert!(get(&running.privy(), "/sim/config").contains(origin));
}

#[test]
fn does_not_play_privy_for_the_network() {
    let output = Command::new(env!("CARGO_BIN_EXE_countersign"))
        .args(["dev", "privy", "--listen", "0.0.0.0:0"])
        .env_clear()
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("listen on a loopback address"), "{said}");
}
