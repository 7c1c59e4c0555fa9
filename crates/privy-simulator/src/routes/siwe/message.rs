//! The message a wallet signs.

use url::Url;

/// What matters of an EIP-4361 message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Message<'a> {
    domain: &'a str,
    pub(super) address: &'a str,
    uri: &'a str,
    pub(super) chain_id: &'a str,
    pub(super) nonce: &'a str,
}

impl<'a> Message<'a> {
    /// Reads the lines that EIP-4361 demands, in its order. Optional ones behind them are not
    /// looked at.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let mut lines = text.split('\n');
        let domain = lines
            .next()?
            .strip_suffix(" wants you to sign in with your Ethereum account:")?;
        let address = lines.next()?;
        lines.next().filter(|line| line.is_empty())?;
        // A statement is one line between two empty ones; without it there is one empty line.
        let mut line = lines.next()?;
        if !line.is_empty() {
            line = lines.next()?;
        }
        if !line.is_empty() {
            return None;
        }
        let mut field = |name: &str| lines.next()?.strip_prefix(name);
        let uri = field("URI: ")?;
        field("Version: ").filter(|version| *version == "1")?;
        let chain_id = field("Chain ID: ")?;
        let nonce = field("Nonce: ")?;
        field("Issued At: ")?;
        Some(Self {
            domain,
            address,
            uri,
            chain_id,
            nonce,
        })
    }

    /// Whether the message was made by a page of this origin.
    pub(super) fn is_of(&self, origin: &str) -> bool {
        let host = origin.split_once("://").map(|(_, host)| host);
        let uri = Url::parse(self.uri).map(|uri| uri.origin().ascii_serialization());
        host == Some(self.domain) && uri.is_ok_and(|uri| uri == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "localhost:3002 wants you to sign in with your Ethereum account:\n0xA\n\n\
        By signing.\n\nURI: http://localhost:3002\nVersion: 1\nChain ID: 1\nNonce: abc\n\
        Issued At: 2026-11-26T00:00:00.000Z\nResources:\n- https://privy.io";

    #[test]
    fn reads_the_message_of_privy_s_sdk() {
        let message = Message::parse(TEXT).unwrap();
        assert_eq!(
            (message.address, message.nonce, message.chain_id),
            ("0xA", "abc", "1")
        );
        assert!(message.is_of("http://localhost:3002"));
        assert!(!message.is_of("http://localhost:3003"));
        assert!(!message.is_of("https://localhost:3002"));
    }

    #[test]
    fn reads_one_without_a_statement() {
        let text = TEXT.replace("By signing.\n\n", "\n");
        assert_eq!(Message::parse(&text).unwrap().nonce, "abc");
    }

    #[test]
    fn refuses_other_lines() {
        for (from, to) in [
            ("Ethereum account", "Solana account"),
            ("Version: 1", "Version: 2"),
            ("Nonce: abc\n", ""),
            ("Issued At", "Issued"),
            ("\n\nBy", "\nBy"),
        ] {
            assert_eq!(Message::parse(&TEXT.replace(from, to)), None, "{from}");
        }
    }
}
