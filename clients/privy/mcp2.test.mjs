import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { decodeProtectedHeader } from 'jose';

import { bearer, callTool, connectClient, mcp2Environment, withCode, withGoogle, world } from './stage/index.mjs';

/** Tokens of Privy are not lent in their last minute. */
const EARLY_SECONDS = 60;

/** mcp2's tools, and those that came later. */
const TOOLS = ['connection_action', 'discover_connections', 'extract_intent', 'fetch', 'search'];

/** What mcp2 answered at each of its addresses: to a request that says nothing, and how. */
const ADDRESSES = [
  ['GET', '/.well-known/oauth-authorization-server', 200],
  ['GET', '/.well-known/oauth-protected-resource', 200],
  ['GET', '/.well-known/jwks.json', 200],
  ['POST', '/register', 400],
  ['GET', '/authorize', 400],
  ['POST', '/token', 400],
  ['POST', '/token/introspect', 400],
  ['POST', '/mcp', 401],
];

/** What has another way now, which the answer names. */
const MOVED = [
  ['POST', '/authorize/complete', /GET \/authorize/],
  ['POST', '/token/privy/access-token', /token-exchange/],
];

describe('privy: mcp2’s .env alone', { timeout: 180_000 }, () => {
  const here = world({
    product: 'protocol',
    token: 'browser',
    configure: ({ port, simulator, api }) => mcp2Environment({ port, simulator, api }),
  });

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
    assert.match(report, /app +"index-network" +PROTOCOL_API_URL/);
    assert.ok(!report.includes(here.simulator.appSecret), report);
  });

  it('answers at the same addresses', async () => {
    const ask = async (method, path) => {
      const answer = await fetch(`${here.server.url}${path}`, { method, redirect: 'manual' });
      return { status: answer.status, text: await answer.text() };
    };
    for (const [method, path, status] of ADDRESSES) {
      assert.equal((await ask(method, path)).status, status, `${method} ${path}`);
    }
    for (const [method, path, words] of MOVED) {
      const { text } = await ask(method, path);
      assert.match(text, words, `${method} ${path}`);
    }
    const metadata = JSON.parse((await ask('GET', '/.well-known/oauth-authorization-server')).text);
    const address = (path) => `${here.server.url}${path}`;
    assert.equal(metadata.issuer, here.server.url);
    assert.equal(metadata.authorization_endpoint, address('/authorize'));
    assert.equal(metadata.token_endpoint, address('/token'));
    assert.equal(metadata.introspection_endpoint, address('/token/introspect'));
    assert.equal(metadata.registration_endpoint, address('/register'));
    assert.equal(metadata.jwks_uri, address('/.well-known/jwks.json'));
  });

  it('has the same tools, each of which reaches the API with the token that it knew under mcp2', async () => {
    const visitor = await here.visitor(withGoogle('mover@example.com'));
    const mcp = await connectClient(here, visitor);
    assert.equal(decodeProtectedHeader(mcp.memory.tokens().access_token).alg, 'RS256', 'signed with mcp2’s key');
    const { tools } = await mcp.client.listTools();
    assert.deepEqual(tools.map(({ name }) => name).sort(), TOOLS);
    const widgets = tools.map(({ _meta }) => _meta?.['openai/outputTemplate']).filter(Boolean);
    assert.equal(widgets.length, 2, 'mcp2’s two widgets');

    const call = async (name, args) => {
      const { isError, structuredContent, content } = await mcp.call(name, args);
      assert.ok(!isError, JSON.stringify(content));
      return structuredContent;
    };
    const said = { fullInputText: 'I want to meet founders of climate startups.' };
    const made = await call('extract_intent', { ...said, conversationHistory: 'We talked about satellites.' });
    assert.equal(made.intentsGenerated, made.intents.length);
    const found = await call('discover_connections', { ...said, maxConnections: 1 });
    assert.equal(found.connectionsFound, 1);
    const [{ user }] = found.connections;
    await call('connection_action', { action: 'REQUEST', userId: user.id });
    const { results } = await call('search', { query: user.name });
    assert.ok(results.length > 0, 'whoever was asked to connect can be found again');
    const read = await call('fetch', { id: results[0].id });
    assert.ok(read.text.includes(user.name), JSON.stringify(read));

    const requests = await here.api.requests();
    const paths = new Set(requests.map(({ method, path }) => `${method} ${path}`));
    for (const path of [
      'POST /discover/new',
      'POST /discover/filter',
      'POST /synthesis/vibecheck',
      'POST /connections/actions',
      'POST /connections/by-user',
      'GET /intents',
    ]) {
      assert.ok(paths.has(path), `${path} in ${[...paths]}`);
    }
    for (const request of requests) {
      assert.deepEqual(request.outcome, { answered: 200 }, request.path);
      assert.equal(bearer(request), visitor.handedOver[0], request.path);
    }
    await mcp.close();
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
    await here.api.forgetRequests();
    const search = (accessToken) => callTool(here.server.mcpUrl, accessToken, 'search', { args: { query: 'climate' } });
    let answer;
    while ((answer = await search(tokens.access_token)).status === 200) {
      const now = Date.now() / 1000;
      const [request] = (await here.api.requests()).slice(-1);
      const { exp } = JSON.parse(Buffer.from(bearer(request).split('.')[1], 'base64url'));
      assert.ok(exp - now > EARLY_SECONDS - 1, `${exp - now} s left`);
      assert.ok(Date.now() - began < 30_000, 'still lent');
      await delay(100);
    }
    assert.equal(answer.status, 401, answer.body);
    assert.ok((await here.api.requests()).length > 0, 'it was lent while it was good');
    await assert.rejects(party.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    const again = await party.connect({ person: visitor });
    assert.equal((await search(again.access_token)).status, 200);
    await visitor.leave(here.server);
  });
});
