import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { decodeProtectedHeader } from 'jose';

import { callTool, mcp2Environment, withCode, withGoogle, world } from './stage/index.mjs';

/** Tokens of Privy are not lent in their last minute. */
const EARLY_SECONDS = 60;

describe('privy: mcp2’s .env alone', { timeout: 120_000 }, () => {
  const here = world({ token: 'browser', configure: ({ port, simulator, api }) => mcp2Environment({ port, simulator, api }) });

  it('says at start which mode that is, and what another one would add', () => {
    assert.match(here.server.log, /api\.token = "browser"/);
    assert.match(here.server.log, /api\.token = "device"/);
    assert.match(here.server.log, /CLI and agent access/);
    assert.doesNotMatch(here.server.log, /mcp2_endpoint/, 'what is off is no news');
  });

  it('shows where each variable landed', async () => {
    const report = await here.server.command('config', 'check');
    for (const variable of ['SERVER_BASE_URL', 'PRIVY_APP_ID', 'PRIVY_APP_SECRET', 'PROTOCOL_API_URL', 'JWT_PRIVATE_KEY']) {
      assert.ok(report.includes(variable), `${variable} in ${report}`);
    }
    assert.ok(!report.includes(here.simulator.appSecret), report);
  });

  it('leads from sign-in to the API with the token that the API knew under mcp2', async () => {
    const party = await here.party();
    const visitor = await here.visitor(withGoogle('mover@example.com'));
    const tokens = await party.connect({ person: visitor });
    assert.equal(decodeProtectedHeader(tokens.access_token).alg, 'RS256', 'signed with mcp2’s key');
    const profile = await callTool(here.server.mcpUrl, tokens.access_token, 'my_profile');
    assert.equal(profile.status, 200, profile.body);
    const call = here.api.calls.at(-1);
    assert.equal(call.status, 200, call.error);
    assert.equal(call.token, visitor.handedOver[0]);
    await visitor.leave(here.server);
  });

  it('never hands a token out in its last minute, and then asks for sign-in', async () => {
    const lent = 4;
    await here.simulator.configure({ access_token_ttl: EARLY_SECONDS + lent });
    const party = await here.party();
    const visitor = await here.visitor(withCode('short@example.com'));
    const began = Date.now();
    const tokens = await party.connect({ person: visitor });
    await here.simulator.configure({ access_token_ttl: 3600 });
    assert.ok(tokens.expires_in <= lent, `our token outlives Privy's: ${tokens.expires_in}`);
    const before = here.api.calls.length;
    let answer;
    while ((answer = await callTool(here.server.mcpUrl, tokens.access_token, 'my_profile')).status === 200) {
      const [call, now] = [here.api.calls.at(-1), Date.now() / 1000];
      assert.ok(call.expiresAt - now > EARLY_SECONDS - 1, `${call.expiresAt - now} s left`);
      assert.ok(Date.now() - began < 30_000, 'still lent');
      await delay(100);
    }
    assert.equal(answer.status, 401, answer.body);
    assert.ok(here.api.calls.length > before, 'it was lent while it was good');
    await assert.rejects(party.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    const again = await party.connect({ person: visitor });
    assert.equal((await callTool(here.server.mcpUrl, again.access_token, 'my_profile')).status, 200);
    await visitor.leave(here.server);
  });
});
