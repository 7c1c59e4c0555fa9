//! What the project set out to reach, and whether it does.

use std::fmt::{self, Formatter};

use crate::plan::{CONNECTIONS, Thing};
use crate::report::{Report, share};
use crate::subject::{Algorithm, Endpoint};

/// Share of what one ES256 signature and one grouped commit allow.
const REFRESH: f64 = 0.5;
/// Share of a bare rmcp echo.
const TOOLS_CALL: f64 = 0.6;
/// Milliseconds to the first answer.
const START_MS: f64 = 100.0;
/// Megabytes, of a million bytes each.
const IDLE_MB: f64 = 30.0;

const BYTES_PER_MIB: f64 = 1.048_576;

/// Writes one line per aim.
pub(crate) fn table(report: &Report, to: &mut Formatter<'_>) -> fmt::Result {
    writeln!(to, "### Aims\n")?;
    writeln!(to, "| | aim | reached | |")?;
    writeln!(to, "| --- | ---: | ---: | --- |")?;
    for connections in CONNECTIONS {
        let refresh = Thing::Endpoint(Algorithm::Es256, Endpoint::Refresh);
        let reached =
            report.rate(refresh, connections) / report.ceiling(Algorithm::Es256, 1.0, connections);
        let what = format!("refresh with ES256, {connections} connections, of the ceiling");
        at_least(to, &what, REFRESH, reached)?;
    }
    for connections in CONNECTIONS {
        let call = Thing::Endpoint(Algorithm::Rs256, Endpoint::ToolsCall);
        let reached = report.rate(call, connections) / report.rate(Thing::Echo, connections);
        let what = format!("`tools/call`, {connections} connections, of a bare rmcp echo");
        at_least(to, &what, TOOLS_CALL, reached)?;
    }
    for footprint in &report.footprints {
        let algorithm = footprint.algorithm;
        let (starts, idle) = (footprint.starts, footprint.idle * BYTES_PER_MIB);
        below(
            to,
            &format!("first start with {algorithm}"),
            START_MS,
            starts.first,
            "ms",
        )?;
        below(
            to,
            &format!("next start with {algorithm}"),
            START_MS,
            starts.second,
            "ms",
        )?;
        below(
            to,
            &format!("idle memory with {algorithm}"),
            IDLE_MB,
            idle,
            "MB",
        )?;
    }
    Ok(())
}

fn at_least(to: &mut Formatter<'_>, what: &str, aim: f64, reached: f64) -> fmt::Result {
    let verdict = verdict(reached >= aim);
    writeln!(
        to,
        "| {what} | ≥ {} | {} | {verdict} |",
        share(aim),
        share(reached)
    )
}

fn below(to: &mut Formatter<'_>, what: &str, aim: f64, reached: f64, unit: &str) -> fmt::Result {
    let verdict = verdict(reached < aim);
    writeln!(
        to,
        "| {what} | < {aim:.0} {unit} | {reached:.1} {unit} | {verdict} |"
    )
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}
