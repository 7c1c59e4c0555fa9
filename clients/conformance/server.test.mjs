import { world } from '@countersign-clients/contract/world.mjs';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

import { withToken } from './proxy.mjs';
import { assertPassed, requiredScenarios, runRevision, tally } from './suite.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const BINARY = process.env.COUNTERSIGN_CONFORMANCE ?? here('../../target/debug/countersign-conformance');
const WITHOUT_SESSIONS = here('without-sessions.yml');

describe('conformance: MCP server with the fixtures of the suite', { timeout: 240_000 }, () => {
  const there = world({ binary: BINARY });
  let proxy;

  before(async () => {
    const party = await there.party();
    const { access_token: token } = await party.connect();
    proxy = await withToken(there.server.url, token);
  });

  after(() => proxy?.close());

  it('lets nobody in without a token', async () => {
    for (const method of ['server/discover', 'initialize', 'tools/list', 'ping']) {
      const response = await fetch(there.server.mcpUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method }),
      });
      assert.equal(response.status, 401, method);
      assert.match(response.headers.get('www-authenticate'), /^Bearer .*resource_metadata="/);
    }
  });

  it('passes everything that the suite has for MCP 2026-07-28', (test) => passes(test, '2026-07-28'));

  it('passes everything that the suite has for MCP 2025-11-25, but for what needs a session', (test) =>
    passes(test, '2025-11-25', WITHOUT_SESSIONS));

  async function passes(test, revision, expectedFailures) {
    const required = await requiredScenarios(revision);
    const { scenarios, exitCode, output } = await runRevision(proxy.mcpUrl, revision, expectedFailures);
    const missed = expectedFailures ? await namesIn(expectedFailures) : [];
    // What is pending or an extension may be skipped, and has to pass if it is not.
    const made = [...scenarios.keys()].filter((name) => scenarios.get(name).some(isMade));
    const names = [...new Set([...required, ...made])].filter((name) => !missed.includes(name));
    for (const name of names) await test.test(name, () => assertPassed(scenarios.get(name)));
    // The suite also objects to an expected failure that passes.
    assert.equal(exitCode, 0, verdict(output));
    const checks = names.flatMap((name) => scenarios.get(name) ?? []);
    test.diagnostic(`${names.length} scenarios: ${tally(checks)}`);
  }
});

const isMade = ({ status }) => status !== 'SKIPPED' && status !== 'INFO';

const verdict = (output) => stripVTControlCharacters(output.slice(output.lastIndexOf('\nTotal:')));

async function namesIn(expectedFailures) {
  return (await readFile(expectedFailures, 'utf8')).match(/(?<=^ +- )\S+$/gm);
}
