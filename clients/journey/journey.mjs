import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { openBrowser } from './browser.mjs';
import { clientMetadata } from './client_metadata.mjs';
import { hostDocument } from './document_host.mjs';
import { rotateKeys, signedBy } from './keys.mjs';
import { newcomer } from './person.mjs';
import { listenForRedirect } from './redirect.mjs';
import { startServer } from './server.mjs';

const CUT_OFF_LIMIT_MS = 1_000;
const HOOK_LIMIT = { timeout: 60_000 };
const WINDOWS = 8;

/**
 * The whole way of one client and one person, from the server's address to the disconnection.
 *
 * `connect({ mcpUrl, clientName, redirectUri, clientMetadataUrl, authorize, person })` resolves, once
 * the person has let the client in, with
 * - `protocolVersion`, as negotiated;
 * - `tools()`, their names; `call(name, arguments)`, the tool's result;
 * - `tokens()`, `{ access_token, refresh_token }` as the client holds them now;
 * - `expireAccessToken()`, after which the client has to refresh;
 * - `refreshTogether(count)`, the `{ result, tokens }` of that many windows of the client, each of
 *   which starts with the expired tokens and calls `whoami` while the others do the same;
 * - `close()`.
 *
 * @param {string} name of the SDK, for the report
 * @param {object} how
 * @param {Function} how.connect
 * @param {string} how.protocolVersion that is negotiated
 * @param {'registration' | 'document'} [how.by] how the server comes to know the client
 * @param {string} [how.clientName] if the client insists on its own
 * @param {'sign-in' | 'sign-up'} [how.account]
 * @param {boolean} [how.javaScript] in the person's browser
 * @param {typeof listenForRedirect} [how.listen] where the browser comes back
 */
export function journey(name, how) {
  const { connect, protocolVersion, by = 'registration', account = 'sign-in' } = how;
  const { clientName = `Journey (${name})`, javaScript = true, listen = listenForRedirect } = how;

  describe(`${name}, by ${by}`, { timeout: 180_000 }, () => {
    let host, server, browser, redirect, person, client;
    let visits = 0;
    let isPersonThere = true;

    before(async () => {
      if (by === 'document') host = await hostDocument();
      // The next key may sign as soon as it is published, because nobody here caches the key set.
      const env = { COUNTERSIGN_TOKENS__JWKS_MAX_AGE: '0s', ...host?.settings };
      server = await startServer({ env });
      browser = await openBrowser();
      person = await newcomer(browser, { javaScript });
      redirect = await listen(person);
      host?.describe(clientMetadata(clientName, redirect.uri));
      server.secrets.add(person.password);
      if (account === 'sign-in') await server.addUser(person.username, person.password);
    }, HOOK_LIMIT);

    after(async () => {
      await client?.close().catch(() => {});
      await redirect?.close();
      await browser?.close();
      await server?.remove();
      await host?.close();
    }, HOOK_LIMIT);

    async function authorize(url) {
      if (!isPersonThere) throw new Error('nobody is there to sign in');
      visits += 1;
      const back = await person.authorize(url, redirect, { account });
      server.secrets.add(new URL(back).searchParams.get('code'));
      return back;
    }

    async function rememberTokens() {
      const tokens = await client.tokens();
      server.secrets.add(tokens.access_token).add(tokens.refresh_token);
      return tokens;
    }

    async function callAsThatPerson() {
      const result = await client.call('whoami', {});
      assertIsPerson(result);
      assert.equal(visits, 1, 'the person was asked exactly once');
    }

    function assertIsPerson(result) {
      assert.ok(!result.isError, JSON.stringify(result));
      assert.match(JSON.stringify(result), new RegExp(person.username));
    }

    async function refresh() {
      const held = await rememberTokens();
      await client.expireAccessToken();
      await callAsThatPerson();
      const renewed = await rememberTokens();
      assert.notEqual(renewed.access_token, held.access_token);
      assert.notEqual(renewed.refresh_token, held.refresh_token, 'the refresh token rotates');
      return { held, renewed };
    }

    it('finds its way from the address alone, and a person lets it in', async () => {
      const clientMetadataUrl = host?.url;
      const redirectUri = redirect.uri;
      const { mcpUrl } = server;
      client = await connect({ mcpUrl, clientName, redirectUri, clientMetadataUrl, authorize, person });
      await rememberTokens();
      assert.equal(visits, 1, 'the person was asked exactly once');
      assert.equal(client.protocolVersion, protocolVersion);
    });

    it(`is known by its ${by}`, async () => {
      const clients = JSON.parse(await server.command('clients', 'list', '--json'));
      const known = clients.map(({ kind, name }) => ({ kind, name }));
      assert.deepEqual(known, [{ kind: by === 'document' ? 'document' : 'registered', name: clientName }]);
      if (host) assert.equal(clients[0].client_id, host.url);
    });

    it('is offered the tools', async () => {
      const names = await client.tools();
      for (const tool of ['whoami', 'add_note', 'list_notes']) assert.ok(names.includes(tool), `${tool} in ${names}`);
    });

    it('acts as that person', () => callAsThatPerson());

    it('writes a note and reads it back', async () => {
      const text = `Remember the milk, says ${name}`;
      const written = await client.call('add_note', { text });
      assert.ok(!written.isError, JSON.stringify(written));
      const listed = await client.call('list_notes', {});
      assert.ok(!listed.isError, JSON.stringify(listed));
      assert.ok(JSON.stringify(listed).includes(text), JSON.stringify(listed));
    });

    it('refreshes without asking the person again', () => refresh());

    it('goes on when the server restarts', async () => {
      await server.restart();
      await callAsThatPerson();
    });

    it('goes on when the signing key is rotated', async () => {
      await rotateKeys(server);
      await callAsThatPerson();
      const { held, renewed } = await refresh();
      assert.notEqual(signedBy(renewed.access_token), signedBy(held.access_token));
    });

    it(`refreshes in ${WINDOWS} windows at once, and the grant lives on`, async () => {
      await rememberTokens();
      await client.expireAccessToken();
      const windows = await client.refreshTogether(WINDOWS);
      assert.equal(windows.length, WINDOWS);
      for (const { result, tokens } of windows) {
        server.secrets.add(tokens.access_token).add(tokens.refresh_token);
        assertIsPerson(result);
      }
      // The client itself comes last, with what the windows replaced, and then with their successor.
      await refresh();
      await refresh();
    });

    it('is cut off within one second when the person disconnects it', async () => {
      const { access_token: token } = await client.tokens();
      assert.notEqual(await statusAtMcp(server, token), 401, 'the token works until then');
      isPersonThere = false;
      const disconnected = await person.disconnect(server, clientName);
      while ((await statusAtMcp(server, token)) !== 401) {
        assert.ok(performance.now() - disconnected < CUT_OFF_LIMIT_MS, 'still let in one second later');
        await delay(20);
      }
      await assert.rejects(client.call('whoami', {}), 'the client can neither call nor refresh');
    });

    it('leaves every page without a complaint of the browser', () => person.leave(`${server.url}/`));

    // Once at first, once more after the restart: what was fetched is cached as its host allows.
    if (by === 'document') {
      it('has its document fetched at most once by each server process', () => {
        assert.ok(host.requests() >= 1 && host.requests() <= 2, `${host.requests()} requests`);
      });
    }
  });
}

/** The status of a bare request with this token, which no SDK can repair behind our back. */
async function statusAtMcp(server, token) {
  const { status } = await fetch(server.mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
  });
  return status;
}
