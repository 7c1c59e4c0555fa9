//! A JSON-RPC message means to the guard what it means to whoever runs it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| countersign_mcp::fuzzing::the_guard_reads_what_is_dispatched(body));
