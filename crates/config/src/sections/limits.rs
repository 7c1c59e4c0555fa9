//! `[limits]`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::Duration;
use crate::findings::Findings;

/// What one request, one address and one account may cost.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The largest request body in bytes, everywhere but at `/mcp`.
    pub body_bytes: usize,
    /// The largest request body in bytes at `/mcp`.
    pub mcp_body_bytes: usize,
    /// How long a request may take before it is given up.
    pub request_timeout: Duration,
    /// How many wrong passwords one account may be tried with in an hour.
    pub sign_in_attempts_per_account_per_hour: u32,
    /// How many wrong passwords one network address may try in an hour, over all accounts.
    pub sign_in_attempts_per_address_per_hour: u32,
    /// How many passwords are hashed at a time, each with about 19 MiB of memory and one core. More wait.
    pub argon2_parallel: usize,
}

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * KIB,
            mcp_body_bytes: 4 * MIB,
            request_timeout: Duration::from_secs(30),
            sign_in_attempts_per_account_per_hour: 20,
            sign_in_attempts_per_address_per_hour: 200,
            argon2_parallel: 2,
        }
    }
}

impl Limits {
    pub(crate) fn check(&self, findings: &mut Findings) {
        findings.within(["limits", "body_bytes"], self.body_bytes, 8 * KIB, 16 * MIB);
        findings.within(
            ["limits", "mcp_body_bytes"],
            self.mcp_body_bytes,
            8 * KIB,
            64 * MIB,
        );
        findings.within(
            ["limits", "request_timeout"],
            self.request_timeout,
            Duration::from_secs(1),
            Duration::from_mins(10),
        );
        for (key, attempts) in [
            (
                "sign_in_attempts_per_account_per_hour",
                self.sign_in_attempts_per_account_per_hour,
            ),
            (
                "sign_in_attempts_per_address_per_hour",
                self.sign_in_attempts_per_address_per_hour,
            ),
        ] {
            findings.within(["limits", key], attempts, 1, 1_000_000);
        }
        findings.within(["limits", "argon2_parallel"], self.argon2_parallel, 1, 64);
    }
}
