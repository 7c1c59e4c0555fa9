import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Party, discover } from '@countersign-clients/contract/party.mjs';
import { decodeJwt } from 'jose';

import { PlainBrowser, callTool, withCode, world } from './stage/index.mjs';

const REPORTS = { id: 'reports', secret: 'a-secret-of-the-reports-service' };

describe('privy: the hand-over', { timeout: 180_000 }, () => {
  const here = world({ privy: { privy_access_token: true } });

  async function begun(browser = new PlainBrowser(here.server)) {
    const party = await here.party();
    return browser.begin((await party.request()).url);
  }
  const agreed = async (browser) => (await begun(browser)).agree();
  const fresh = async (user = 'ada@example.com') => (await here.simulator.signIn(user)).access_token;

  /** Refused like that, and the interaction still waits for the right token. */
  async function refuses(interaction, answer, status, code) {
    assert.deepEqual([answer.status, answer.said.code], [status, code], answer.text);
    assert.ok(answer.said.error, 'in words');
    assert.equal(answer.said.location, undefined);
    assert.match((await interaction.page()).text, /data-hand-over/, 'the page still waits');
  }

  it('takes a fresh access token once, and leads to consent', async () => {
    const interaction = await agreed();
    const answer = await interaction.handOver(await fresh());
    assert.deepEqual([answer.status, answer.said], [200, { location: interaction.path }]);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match((await interaction.page()).text, /ada@example\.com/);
  });

  const TOKENS = {
    'an expired token': ({ simulator, now }) =>
      simulator.mint({ user: 'ada@example.com', claims: { iat: now - 3600, exp: now - 60 } }),
    'a token of another app': ({ simulator }) =>
      simulator.mint({ user: 'ada@example.com', claims: { aud: 'clsimulator0000000000bbbb' } }),
    'an identity token': async ({ simulator }) => (await simulator.signIn('ada@example.com')).identity_token,
    'a Privy access token': async ({ simulator }) => (await simulator.signIn('ada@example.com')).privy_access_token,
    'a tampered token': ({ simulator }) => simulator.mint({ user: 'ada@example.com', tamper: true }),
    'a token of another key': ({ simulator }) => simulator.mint({ user: 'ada@example.com', key: 'other' }),
    'a token without signature': ({ simulator }) => simulator.mint({ user: 'ada@example.com', key: 'none' }),
    'a token keyed with the public key': ({ simulator }) => simulator.mint({ user: 'ada@example.com', key: 'hs256_pem' }),
    garbage: () => 'not.a.token',
    nothing: () => '',
  };
  for (const [name, make] of Object.entries(TOKENS)) {
    it(`refuses ${name}`, async () => {
      await fresh();
      const interaction = await agreed();
      const token = await make({ simulator: here.simulator, now: Math.floor(Date.now() / 1000) });
      await refuses(interaction, await interaction.handOver(token), 401, 'token_refused');
      assert.equal((await interaction.handOver(await fresh())).status, 200);
    });
  }

  it('refuses a token that is older than the sign-in', async () => {
    await fresh();
    const interaction = await agreed();
    const now = Math.floor(Date.now() / 1000);
    const mint = (age) => here.simulator.mint({ user: 'ada@example.com', claims: { iat: now - age } });
    await refuses(interaction, await interaction.handOver(await mint(120)), 401, 'token_stale');
    assert.equal((await interaction.handOver(await mint(30))).status, 200, 'clocks may differ a little');
  });

  it('refuses a token of somebody who was deleted at Privy', async () => {
    const token = await fresh('gone@example.com');
    await here.simulator.deleteUser('gone@example.com');
    const interaction = await agreed();
    await refuses(interaction, await interaction.handOver(token), 403, 'user_gone');
  });

  it('refuses the token a second time: here, in another sign-in, in another browser', async () => {
    const [browser, token] = [new PlainBrowser(here.server), await fresh()];
    const [first, second] = [await agreed(browser), await agreed(browser)];
    assert.equal((await first.handOver(token)).status, 200);
    assert.equal((await first.handOver(token)).said.code, 'not_agreed');
    assert.equal((await second.handOver(token)).said.code, 'token_used');
    const elsewhere = await agreed();
    await refuses(elsewhere, await elsewhere.handOver(token), 409, 'token_used');
    assert.equal((await elsewhere.handOver(await fresh())).status, 200);
  });

  it('gives one token that is handed over twenty times at once to one sign-in', async () => {
    const interactions = await Promise.all(Array.from({ length: 20 }, () => agreed()));
    const token = await fresh();
    const answers = await Promise.all(interactions.map((interaction) => interaction.handOver(token)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array(19).fill(409)]);
  });

  it('takes nothing before the person has agreed to the client', async () => {
    const interaction = await begun();
    const token = await fresh();
    // Somebody who guesses what the page would send cannot have its token; one of another sign-in is none.
    const other = await agreed(interaction.browser);
    interaction.csrf = other.csrf;
    assert.equal((await interaction.handOver(token)).status, 403);
    assert.match((await interaction.page()).text, /value="continue"/, 'the person is still asked');
    await interaction.agree();
    assert.equal((await interaction.handOver(token)).status, 200, 'the token was not used up');
  });

  it('takes nothing from another browser, nor without the page’s own token', async () => {
    const [interaction, stranger] = [await agreed(), await agreed()];
    const token = await fresh();
    const stolen = Object.assign(Object.create(Object.getPrototypeOf(interaction)), interaction, { browser: stranger.browser });
    assert.equal((await stolen.handOver(token)).status, 403);
    for (const csrf of [undefined, 'guessed', stranger.csrf]) {
      const answer = await interaction.handOver(token, { 'x-csrf-token': csrf });
      await refuses(interaction, answer, 403, 'foreign_form');
    }
    assert.equal((await interaction.handOver(token)).status, 200);
  });

  it('takes nothing from another site', async () => {
    const interaction = await agreed();
    const token = await fresh();
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': undefined },
      { origin: 'null', 'sec-fetch-site': undefined },
    ]) {
      const answer = await interaction.handOver(token, headers);
      assert.equal(answer.status, 403, JSON.stringify(headers));
    }
    assert.equal((await interaction.handOver(token)).status, 200);
  });

  it('takes nothing that is no JSON, has another name, or is too large', async () => {
    const interaction = await agreed();
    for (const [body, status] of [
      ['token=x', 400],
      ['{"privyToken":"x"}', 400],
      ['{"token":1}', 400],
      [JSON.stringify({ token: 'x'.repeat(20_000) }), 413],
    ]) {
      const headers = { 'content-type': 'application/json', 'x-csrf-token': interaction.csrf };
      const answer = await interaction.browser.send(`${interaction.path}/privy`, { method: 'POST', headers, body });
      assert.equal(answer.status, status, body.slice(0, 30));
    }
  });

  it('says that Privy is out of reach with 503, and takes the same token later', async () => {
    const interaction = await agreed();
    const token = await fresh();
    await here.simulator.fault({ path: '/v1/users/*', status: 503 });
    const answer = await interaction.handOver(token);
    await refuses(interaction, answer, 503, 'login_unavailable');
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
    assert.equal((await interaction.handOver(token)).status, 200);
  });

  it('believes the next key of the app, and the known ones while Privy is down', async () => {
    await here.simulator.rotateKey();
    const rotated = await agreed();
    assert.equal((await rotated.handOver(await fresh())).status, 200);
    await here.simulator.fault({ path: '/v1/apps/*', status: 503, times: 0 });
    const outage = await agreed();
    assert.equal((await outage.handOver(await fresh())).status, 200);
    await here.simulator.recover();
  });
});

for (const offered of [false, true]) {
  describe(`privy: mcp2’s ways in, with its exchange ${offered ? 'on' : 'off'}`, { timeout: 120_000 }, () => {
    const here = world({
      // mcp2's own callers know Privy's tokens.
      token: offered ? 'browser' : 'countersign',
      env: () => ({
        COUNTERSIGN_CLIENTS: JSON.stringify([
          { ...REPORTS, name: 'Reports', redirect_uris: ['http://127.0.0.1/callback'], token_exchange: true },
          { id: 'plain', secret: 'another-secret-that-is-long', name: 'Plain', redirect_uris: ['http://127.0.0.1/callback'] },
        ]),
        ...(offered && { COUNTERSIGN_TOKEN_EXCHANGE__MCP2_ENDPOINT: 'true' }),
      }),
    });

    const basic = ({ id, secret }) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

    async function connected() {
      const party = await here.party();
      const visitor = await here.visitor(withCode('ada@example.com'));
      const tokens = await party.connect({ person: visitor });
      await visitor.close();
      return tokens;
    }

    async function exchange(subjectToken, client, changes = {}) {
      const answer = await fetch(`${here.server.url}/token`, {
        method: 'POST',
        headers: { ...(client && { authorization: basic(client) }) },
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          subject_token: subjectToken,
          ...changes,
        }),
      });
      return { status: answer.status, said: await answer.json() };
    }

    it('takes a bare token of Privy nowhere, and says what to do instead', async () => {
      const { access_token: token } = await here.simulator.signIn('ada@example.com');
      for (const path of ['/authorize', '/authorize/complete']) {
        const answer = await fetch(`${here.server.url}${path}`, {
          method: 'POST',
          redirect: 'manual',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ privyToken: token, client_id: 'x', redirect_uri: here.redirect.uri, code_challenge: 'y' }),
        });
        const said = await answer.json();
        assert.equal(answer.status, 410, path);
        assert.match(said.error_description, /GET \/authorize/);
        assert.equal(answer.headers.get('location'), null);
      }
    });

    it('exchanges a token for a client that the operator named, and for no other', async () => {
      const { access_token: token } = await connected();
      const { status, said } = await exchange(token, REPORTS);
      assert.equal(status, 200, JSON.stringify(said));
      assert.equal(said.issued_token_type, 'urn:ietf:params:oauth:token-type:access_token');
      assert.equal(said.token_type, 'Bearer');
      const left = decodeJwt(said.access_token).exp - Date.now() / 1000;
      assert.ok(Math.abs(said.expires_in - left) < 3, `${said.expires_in} of ${left} s`);
      const answer = await fetch(`${here.api.url}/me`, { headers: { authorization: `Bearer ${said.access_token}` } });
      assert.equal(answer.status, 200, 'the product’s API takes it');
      assert.equal((await callTool(here.server.mcpUrl, said.access_token, 'whoami')).status, 401, 'this server does not');

      const plain = await exchange(token, { id: 'plain', secret: 'another-secret-that-is-long' });
      assert.deepEqual([plain.status, plain.said.error], [400, 'unauthorized_client']);
      const wrong = await exchange(token, { ...REPORTS, secret: 'not-the-secret-of-the-reports' });
      assert.deepEqual([wrong.status, wrong.said.error], [401, 'invalid_client']);
      assert.equal((await exchange(token)).status, 401);
      const foreign = await exchange(said.access_token, REPORTS);
      assert.deepEqual([foreign.status, foreign.said.error], [400, 'invalid_request']);
      const elsewhere = await exchange(token, REPORTS, { audience: 'https://elsewhere.example' });
      assert.deepEqual([elsewhere.status, elsewhere.said.error], [400, 'invalid_target']);
    });

    it('records who exchanged what, without the token', async () => {
      assert.match(here.server.log, /exchange/i);
    });

    it(`answers POST /token/privy/access-token ${offered ? 'in mcp2’s shape' : 'with where to go'}`, async () => {
      const { access_token: token } = await connected();
      const answer = await fetch(`${here.server.url}/token/privy/access-token`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      const said = await answer.json();
      if (!offered) {
        assert.equal(answer.status, 410);
        assert.match(said.error_description, /token-exchange/);
        return;
      }
      // The token of a client that proved nothing buys nothing.
      assert.equal(answer.status, 403, JSON.stringify(said));
      assert.match(here.server.log, /token_exchange\.mcp2_endpoint/, 'warned at start');
    });

    if (offered) {
      it('hands Privy’s token to the named client in mcp2’s shape, with its true expiry', async () => {
        const client = { client_id: REPORTS.id, client_secret: REPORTS.secret, token_endpoint_auth_method: 'client_secret_basic' };
        const party = new Party(here, await discover(here.server), client);
        const visitor = await here.visitor(withCode('exchanged@example.com'));
        const { access_token: token } = await party.connect({ person: visitor });
        const answer = await fetch(`${here.server.url}/token/privy/access-token`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}` },
        });
        assert.equal(answer.status, 200);
        const said = await answer.json();
        assert.equal(said.privyAccessToken, visitor.handedOver[0]);
        const { sub, exp } = decodeJwt(said.privyAccessToken);
        assert.deepEqual([said.userId, said.expiresAt], [sub, exp * 1000]);
        await visitor.leave(here.server);
      });
    }
  });
}
