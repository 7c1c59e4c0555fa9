import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { openBrowser } from './browser.mjs';
import { newcomer } from './person.mjs';
import { listenForRedirect } from './redirect.mjs';
import { startServer } from './server.mjs';

const CUT_OFF_LIMIT_MS = 1_000;
const HOOK_LIMIT = { timeout: 60_000 };

/**
 * The whole way of one client and one person, from the server's address to the disconnection.
 *
 * `connect({ mcpUrl, clientName, redirectUri, authorize })` resolves, once the person has let the
 * client in, with
 * - `protocolVersion`, as negotiated;
 * - `tools()`, their names; `call(name, arguments)`, the tool's result;
 * - `tokens()`, `{ access_token, refresh_token }` as the client holds them now;
 * - `expireAccessToken()`, after which the client has to refresh;
 * - `close()`.
 *
 * @param {string} name of the SDK, for the report
 * @param {{ connect: Function, protocolVersion: string, account?: 'sign-in' | 'sign-up', javaScript?: boolean }} how
 */
export function journey(name, { connect, protocolVersion, account = 'sign-in', javaScript = true }) {
  describe(name, { timeout: 180_000 }, () => {
    const clientName = `Journey (${name})`;
    let server, browser, redirect, person, client;
    let visits = 0;
    let isPersonThere = true;

    before(async () => {
      server = await startServer();
      browser = await openBrowser();
      redirect = await listenForRedirect();
      person = await newcomer(browser, { javaScript });
      server.secrets.add(person.password);
      if (account === 'sign-in') await server.addUser(person.username, person.password);
    }, HOOK_LIMIT);

    after(async () => {
      await client?.close().catch(() => {});
      await redirect?.close();
      await browser?.close();
      await server?.remove();
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

    it('finds its way from the address alone, and a person lets it in', async () => {
      client = await connect({ mcpUrl: server.mcpUrl, clientName, redirectUri: redirect.uri, authorize });
      await rememberTokens();
      assert.equal(visits, 1, 'the person was asked exactly once');
      assert.equal(client.protocolVersion, protocolVersion);
    });

    it('is offered the tools', async () => {
      const names = await client.tools();
      for (const tool of ['whoami', 'add_note', 'list_notes']) assert.ok(names.includes(tool), `${tool} in ${names}`);
    });

    it('acts as that person', async () => {
      const result = await client.call('whoami', {});
      assert.ok(!result.isError, JSON.stringify(result));
      assert.match(JSON.stringify(result), new RegExp(person.username));
    });

    it('writes a note and reads it back', async () => {
      const text = `Remember the milk, says ${name}`;
      const written = await client.call('add_note', { text });
      assert.ok(!written.isError, JSON.stringify(written));
      const listed = await client.call('list_notes', {});
      assert.ok(!listed.isError, JSON.stringify(listed));
      assert.ok(JSON.stringify(listed).includes(text), JSON.stringify(listed));
    });

    it('refreshes without asking the person again', async () => {
      const held = await rememberTokens();
      await client.expireAccessToken();
      const result = await client.call('whoami', {});
      assert.ok(!result.isError, JSON.stringify(result));
      const renewed = await rememberTokens();
      assert.notEqual(renewed.access_token, held.access_token);
      assert.notEqual(renewed.refresh_token, held.refresh_token, 'the refresh token rotates');
      assert.equal(visits, 1, 'the person was left alone');
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

    it('leaves every page without a complaint of the browser', () => person.leave());
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
