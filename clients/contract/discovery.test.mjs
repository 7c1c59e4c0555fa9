import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';

import { discover, loopback } from './party.mjs';
import { world } from './world.mjs';

// The MCP Inspector, a page on another port of the developer's own machine.
const INSPECTOR = 'http://localhost:6274';
const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'];

describe('contract: discovery', { timeout: 120_000 }, () => {
  const here = world();
  const at = (path, init) => fetch(`${here.server.url}${path}`, { redirect: 'manual', ...init });
  const listTools = (headers) =>
    at('/mcp', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });

  it('describes the authorization server in both forms, with one content (RFC 8414)', async () => {
    const metadata = await discover(here.server, 'oauth2');
    assert.equal(metadata.issuer, here.server.url, 'the issuer is the public URL, byte for byte');
    assert.deepEqual(metadata.response_types_supported, ['code']);
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256']);
    assert.equal(metadata.authorization_response_iss_parameter_supported, true);
    assert.deepEqual(await discover(here.server, 'oidc'), metadata);
  });

  it('advertises no endpoint that is not there', async () => {
    const metadata = await discover(here.server);
    const endpoints = Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name));
    assert.ok(endpoints.length >= 5, endpoints.join());
    for (const [name, url] of endpoints) {
      assert.ok(url.startsWith(`${here.server.url}/`), `${name} is on the issuer's origin`);
      assert.notEqual((await fetch(url, { redirect: 'manual' })).status, 404, `${name} ${url}`);
    }
  });

  it('describes the protected resource (RFC 9728)', async () => {
    const resource = new URL(here.server.mcpUrl);
    const response = await oauth.resourceDiscoveryRequest(resource, loopback);
    const metadata = await oauth.processResourceDiscoveryResponse(resource, response);
    assert.equal(metadata.resource, here.server.mcpUrl);
    assert.deepEqual(metadata.authorization_servers, [here.server.url]);
    assert.deepEqual(metadata.bearer_methods_supported, ['header']);
    assert.ok(!metadata.scopes_supported.includes('offline_access'));
    for (const scope of ['notes:read', 'notes:write']) assert.ok(metadata.scopes_supported.includes(scope));
    const root = await (await at('/.well-known/oauth-protected-resource')).json();
    assert.deepEqual(root, metadata, 'the root form names no other resource');
  });

  it('knows nothing about resources and issuers that are not its own', async () => {
    for (const path of [
      '/.well-known/oauth-authorization-server/evil',
      '/.well-known/openid-configuration/evil',
      '/.well-known/oauth-protected-resource/unknown',
    ]) {
      assert.equal((await at(path)).status, 404, path);
    }
  });

  it('publishes public keys and nothing else', async () => {
    const { jwks_uri: address } = await discover(here.server);
    const response = await fetch(address);
    assert.match(response.headers.get('cache-control'), /public.*max-age=\d+/);
    const { keys } = await response.json();
    assert.ok(keys.length > 0);
    assert.equal(new Set(keys.map((key) => key.kid)).size, keys.length, 'key ids are unique');
    for (const key of keys) {
      assert.equal(key.use, 'sig');
      assert.ok(key.alg);
      for (const member of PRIVATE_JWK_MEMBERS) assert.ok(!(member in key), `${member} in ${key.kid}`);
    }
  });

  it('is not led astray by headers that a stranger can send', async () => {
    const expected = await discover(here.server);
    const response = await at('/.well-known/oauth-authorization-server', {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' },
    });
    assert.deepEqual(await response.json(), expected);
  });

  it('answers a document asked for with the wrong method', async () => {
    const response = await at('/.well-known/oauth-authorization-server', { method: 'POST' });
    assert.equal(response.status, 405);
    assert.match(response.headers.get('allow'), /GET/);
  });

  it('lets a page of any origin read documents and tokens, and none drive the sign-in', async () => {
    const preflight = (path, method) =>
      at(path, {
        method: 'OPTIONS',
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization, content-type, mcp-protocol-version',
        },
      });
    for (const [path, method] of [
      ['/.well-known/oauth-authorization-server', 'GET'],
      ['/.well-known/oauth-protected-resource/mcp', 'GET'],
      ['/register', 'POST'],
      ['/token', 'POST'],
      ['/token/revoke', 'POST'],
      ['/mcp', 'POST'],
    ]) {
      const response = await preflight(path, method);
      assert.ok(response.ok, `OPTIONS ${path}: ${response.status}`);
      assert.equal(response.headers.get('access-control-allow-origin'), '*', path);
    }
    for (const path of ['/authorize', '/account']) {
      const response = await preflight(path, 'GET');
      assert.equal(response.headers.get('access-control-allow-origin'), null, path);
    }
  });

  it('challenges a request without a token so that a client finds its way', async () => {
    const response = await listTools({ origin: INSPECTOR });
    assert.equal(response.status, 401);
    assert.match(response.headers.get('access-control-expose-headers'), /www-authenticate/i);
    const challenge = response.headers.get('www-authenticate');
    assert.match(challenge, /^Bearer /);
    assert.ok(!challenge.includes('error='), 'no error code when no token was sent (RFC 6750 section 3.1)');
    assert.ok(challenge.includes(`resource_metadata="${here.server.url}/.well-known/oauth-protected-resource/mcp"`));
    assert.match(challenge, /scope="[^"]*notes:read[^"]*"/);
  });

  it('lets no page of a foreign origin call a server on a developer machine', async () => {
    assert.equal((await listTools({ origin: 'https://app.example' })).status, 403);
  });

  it('promises nothing of OpenID Connect before it is switched on', async () => {
    const metadata = await discover(here.server);
    assert.ok(!('userinfo_endpoint' in metadata));
    assert.ok(!metadata.scopes_supported.includes('openid'));
  });
});
