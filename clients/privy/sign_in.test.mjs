import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { decodeProtectedHeader } from 'jose';

import {
  callTool,
  carryPasskey,
  carryWallet,
  withCode,
  withGoogle,
  withPasskey,
  withWallet,
  world,
} from './stage/index.mjs';

/** What each way needs beforehand, how it goes, and what the account is then known by. */
const WAYS = {
  'a code by e-mail': { way: withCode('ada@example.com'), shown: () => 'ada@example.com' },
  'a code by SMS': { way: withCode('+442079460958'), shown: () => '+442079460958' },
  Google: { way: withGoogle('grace.hopper@example.com'), shown: () => 'grace.hopper@example.com' },
  'a wallet': { way: withWallet(), prepare: (visitor) => carryWallet(visitor), shown: ({ address }) => address },
  'a passkey': { way: withPasskey(), prepare: (visitor, here) => carryPasskey(visitor, here.server.url) },
};

/** As a person reads it: without regard to line breaks and case. */
const plain = (text) => text.replaceAll(/\s+/g, ' ').toLowerCase();

for (const token of ['countersign', 'device', 'browser']) {
  describe(`privy: sign-in, and the API gets the token "${token}"`, { timeout: 180_000 }, () => {
    const here = world({ token, privy: { app: { passkeys_for_signup_enabled: true } } });

    for (const [name, { way, prepare, shown }] of Object.entries(WAYS)) {
      it(`goes with ${name} from the client's request to the product's API`, async () => {
        const party = await here.party({ client_name: 'Reader' });
        const visitor = await here.visitor(way);
        const prepared = await prepare?.(visitor, here);
        const tokens = await party.connect({ person: visitor });

        const { sub } = await party.claims(tokens.access_token);
        const whoami = await callTool(here.server.mcpUrl, tokens.access_token, 'whoami');
        assert.equal(whoami.status, 200, whoami.body);
        const [, did] = whoami.body.match(/(did:privy:[a-z0-9]+)/) ?? assert.fail(whoami.body);
        assert.notEqual(sub, undefined);
        if (shown) {
          const label = shown(prepared).toLowerCase();
          assert.ok(plain(visitor.consent).includes(`signed in as ${label}`), visitor.consent);
          assert.ok(plain(whoami.body).includes(label), whoami.body);
        }

        const profile = await callTool(here.server.mcpUrl, tokens.access_token, 'my_profile');
        assert.equal(profile.status, 200, profile.body);
        assert.match(profile.body, /gold/, 'what the API answered');
        const call = here.api.calls.at(-1);
        assert.deepEqual([call.status, call.did], [200, did], call.error);
        assert.notEqual(call.token, tokens.access_token, 'the client’s own token is not for the API');
        assert.equal(decodeProtectedHeader(call.token).typ, token === 'countersign' ? 'at+jwt' : 'JWT');
        if (token === 'browser') assert.equal(call.token, visitor.handedOver[0]);
        if (token === 'device') assert.notEqual(call.token, visitor.handedOver[0]);

        const renewed = await party.rotate(tokens.refresh_token);
        const again = await callTool(here.server.mcpUrl, renewed.access_token, 'my_profile');
        assert.equal(again.status, 200, again.body);
        await visitor.leave(here.server);
      });
    }

    it(token === 'countersign' ? 'asks a browser once' : 'asks for each connection', async () => {
      const visitor = await here.visitor(withCode('once@example.com'));
      const [first, second] = [await here.party(), await here.party()];
      await first.connect({ person: visitor });
      if (token === 'countersign') visitor.way = null;
      await second.connect({ person: visitor });
      assert.match(visitor.consent, /once@example\.com/);
      await visitor.leave(here.server);
    });

    it('lets the person see and end the connection without the client', async () => {
      const visitor = await here.visitor(withCode('owner@example.com'));
      const party = await here.party({ client_name: 'Ending' });
      const { access_token: accessToken } = await party.connect({ person: visitor });
      // Another browser of the same person, who has to sign in there first.
      const elsewhere = await here.visitor(null);
      await elsewhere.page.goto(`${here.server.url}/account`);
      await withCode('owner@example.com')(elsewhere);
      const item = elsewhere.page.getByRole('listitem').filter({ hasText: 'Ending' });
      await item.getByRole('button', { name: /disconnect/i }).click();
      await item.waitFor({ state: 'detached' });
      assert.equal((await callTool(here.server.mcpUrl, accessToken, 'whoami')).status, 401);
      await Promise.all([visitor.leave(here.server), elsewhere.leave(here.server)]);
    });
  });
}

describe('privy: sign-in in particular', { timeout: 120_000 }, () => {
  const here = world({
    env: async ({ simulator }) => {
      const url = `${simulator.url}/api/v1/apps/${simulator.appId}`;
      const app = await fetch(url, { headers: { 'privy-app-id': simulator.appId } });
      return { COUNTERSIGN_LOGIN__PRIVY__VERIFICATION_KEY: (await app.json()).verification_key };
    },
  });

  it('needs no published keys where the verification key is configured', async () => {
    await here.simulator.forgetRequests();
    await here.simulator.fault({ path: '/v1/apps/*', status: 503, times: 0 });
    const party = await here.party();
    const visitor = await here.visitor(withCode('pinned@example.com'));
    await party.connect({ person: visitor });
    assert.deepEqual(await here.simulator.requestsTo(`/v1/apps/${here.simulator.appId}/jwks.json`), []);
    await here.simulator.recover();
    await visitor.leave(here.server);
  });

  it('says who asks and for what before anybody signs in, and takes no for an answer', async () => {
    const party = await here.party({ client_name: 'Curious' });
    const visitor = await here.visitor(null);
    await here.simulator.forgetRequests();
    const { url, state } = await party.request();
    await visitor.page.goto(String(url));
    const text = await visitor.page.locator('main').innerText();
    for (const fact of ['Curious', '127.0.0.1']) assert.ok(text.includes(fact), fact);
    assert.ok(!text.includes('Signed in as'), text);
    const back = here.redirect.next();
    await visitor.press('Cancel');
    const { searchParams } = new URL(await back);
    assert.deepEqual([searchParams.get('error'), searchParams.get('state')], ['access_denied', state]);
    assert.deepEqual(await here.simulator.requestsTo('/api/v1/passwordless/init'), [], 'Privy was not asked');
    await visitor.leave(here.server);
  });

  it('lets a person change the account before consent', async () => {
    const party = await here.party();
    const visitor = await here.visitor(withCode('first@example.com'));
    const { url } = await party.request();
    await visitor.open(url);
    await visitor.way(visitor);
    await visitor.isAskedToConsent();
    assert.match(visitor.consent, /first@example\.com/);
    await visitor.press('Switch account');
    await visitor.agree();
    await withCode('second@example.com')(visitor);
    await visitor.isAskedToConsent();
    assert.match(visitor.consent, /Signed in as\s+second@example\.com/);
    await visitor.leave(here.server);
  });

  it('keeps every page to this server and Privy, without inline code', async () => {
    const party = await here.party();
    const visitor = await here.visitor(null);
    const hosts = new Set();
    visitor.window.on('request', (request) => hosts.add(new URL(request.url()).origin));
    const { url } = await party.request();
    await visitor.open(url);
    const answer = await visitor.page.reload();
    const policy = answer.headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.ok(!policy.includes('unsafe') && !policy.includes('cloudflare'), policy);
    assert.ok(policy.includes(`connect-src 'self' ${here.simulator.url};`), policy);
    assert.deepEqual(hosts, new Set([here.server.url, here.simulator.url]));
    await visitor.leave(here.server);
  });

  it('keeps no token of Privy in the browser after the hand-over', async () => {
    const party = await here.party();
    const visitor = await here.visitor(withGoogle('tidy@example.com'));
    await party.connect({ person: visitor });
    await visitor.page.goto(here.server.url);
    const kept = await visitor.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.doesNotMatch(kept, /eyJ|state_code|code_verifier/, kept);
    const cookies = await visitor.window.cookies();
    assert.deepEqual(cookies.filter(({ name }) => name.startsWith('privy')), []);
    await visitor.leave(here.server);
  });
});
