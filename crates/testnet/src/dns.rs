//! A name server.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, Metadata, Query, ResponseCode};
use hickory_proto::rr::{Record, RecordType};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

use crate::lock;

/// Answers over UDP on loopback. Names that were not scripted do not exist.
pub struct DnsServer {
    address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Zone {
    scripts: HashMap<String, Script>,
    queries: Vec<(String, RecordType)>,
}

enum Script {
    /// One entry for each time the name is looked up; the last one stays.
    Addresses(Vec<Vec<IpAddr>>),
    Failure,
    Silence,
}

impl DnsServer {
    /// Starts serving.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let socket = socket.expect("loopback has a free port");
        let address = socket.local_addr().expect("the socket is bound");
        let zone = Arc::new(Mutex::new(Zone::default()));
        let serving = tokio::spawn(serve(socket, Arc::clone(&zone)));
        Self {
            address,
            zone,
            serving,
        }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The name has these addresses.
    pub fn answer(&self, name: &str, addresses: &[IpAddr]) {
        self.answer_in_turn(name, &[addresses]);
    }

    /// The name has other addresses each time it is looked up, as in DNS rebinding.
    pub fn answer_in_turn(&self, name: &str, turns: &[&[IpAddr]]) {
        let turns = turns.iter().map(|turn| turn.to_vec()).collect();
        self.script(name, Script::Addresses(turns));
    }

    /// Questions about the name are answered with `SERVFAIL`.
    pub fn fail(&self, name: &str) {
        self.script(name, Script::Failure);
    }

    /// Questions about the name are not answered.
    pub fn keep_silent(&self, name: &str) {
        self.script(name, Script::Silence);
    }

    /// How many questions came, about whatever name.
    pub fn queries(&self) -> usize {
        lock(&self.zone).queries.len()
    }

    /// How many questions came about the name: two for each time it is looked up, A and AAAA.
    pub fn queries_for(&self, name: &str) -> usize {
        let zone = lock(&self.zone);
        zone.queries
            .iter()
            .filter(|(asked, _)| asked == name)
            .count()
    }

    fn script(&self, name: &str, script: Script) {
        lock(&self.zone).scripts.insert(name.to_owned(), script);
    }
}

impl Drop for DnsServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(socket: UdpSocket, zone: Arc<Mutex<Zone>>) {
    let mut buffer = [0; 4096];
    loop {
        // An error here is about an earlier answer that nobody wanted any more.
        let Ok((length, peer)) = socket.recv_from(&mut buffer).await else {
            continue;
        };
        let question = buffer.get(..length).unwrap_or_default();
        let Ok(question) = Message::from_vec(question) else {
            continue;
        };
        let reply = lock(&zone).reply(&question);
        if let Some(Ok(reply)) = reply.map(|reply| reply.to_vec()) {
            drop(socket.send_to(&reply, peer).await);
        }
    }
}

impl Zone {
    fn reply(&mut self, question: &Message) -> Option<Message> {
        let query = question.queries.first()?;
        let mut reply = question.clone().into_response();
        reply.metadata = Metadata::response_from_request(&question.metadata);
        reply.metadata.recursion_available = true;
        match self.addresses(query) {
            Found::Addresses(addresses) => {
                let records = addresses
                    .into_iter()
                    .map(|address| Record::from_rdata(query.name().clone(), 0, address.into()));
                reply.add_answers(records);
            }
            Found::Code(code) => reply.metadata.response_code = code,
            Found::Silence => return None,
        }
        Some(reply)
    }

    fn addresses(&mut self, query: &Query) -> Found {
        let mut name = query.name().to_lowercase();
        name.set_fqdn(false);
        let asked = (name.to_ascii(), query.query_type());
        let earlier = self.queries.iter().filter(|other| **other == asked).count();
        let found = match self.scripts.get(&asked.0) {
            Some(Script::Addresses(turns)) => {
                let turn = turns.get(earlier).or_else(|| turns.last());
                let of_type = |address: &&IpAddr| match asked.1 {
                    RecordType::A => address.is_ipv4(),
                    RecordType::AAAA => address.is_ipv6(),
                    _ => false,
                };
                Found::Addresses(
                    turn.into_iter()
                        .flatten()
                        .filter(of_type)
                        .copied()
                        .collect(),
                )
            }
            Some(Script::Failure) => Found::Code(ResponseCode::ServFail),
            Some(Script::Silence) => Found::Silence,
            None => Found::Code(ResponseCode::NXDomain),
        };
        self.queries.push(asked);
        found
    }
}

enum Found {
    Addresses(Vec<IpAddr>),
    Code(ResponseCode),
    Silence,
}
