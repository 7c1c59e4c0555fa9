import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { callTool, startReplicas, withCode } from './stage/index.mjs';

const REFRESH = '/api/oauth/v2/token';
const CHATGPT = 'openai-mcp/1.0.0';
const CALLS = 100;
/** Longer than a lease of the session, which a killed process cannot give back. */
const TAKEN_OVER_WITHIN_MS = 20_000;

/** The product's API gets Privy's token, which two processes on one database keep fresh. */
describe('privy: the vault', { timeout: 300_000 }, () => {
  let here;
  before(async () => (here = await startReplicas()), { timeout: 60_000 });
  after(() => here?.close(), { timeout: 60_000 });
  // A test that fails must not take the others with it.
  afterEach(() => here.simulator.recover());

  /** Somebody's grant, whose token at Privy lives so many seconds from now; those that follow live long. */
  async function grant(user, { seconds = 900 } = {}) {
    await here.simulator.configure({ device: { access_token_ttl: seconds } });
    const party = await here.party({ client_name: 'Vault' });
    const visitor = await here.visitor();
    visitor.way = withCode(user);
    const tokens = await party.connect({ person: visitor });
    await visitor.leave(here.server);
    await here.simulator.configure({ device: { access_token_ttl: 900 } });
    const expired = Date.now() + seconds * 1000;
    if (seconds < 60) await delay(Math.max(0, expired - Date.now()));
    await here.simulator.forgetRequests();
    const profile = (options) => callTool(here.server.mcpUrl, tokens.access_token, 'my_profile', options);
    return { party, tokens, profile, user };
  }
  const expired = (user) => grant(user, { seconds: 1 });

  /** All requests go to these processes. */
  const serveFrom = (...replicas) => (here.balancer.hosts = replicas.map(({ url }) => url));

  async function refreshes() {
    const requests = await here.simulator.requestsTo(REFRESH);
    return requests.filter(({ body }) => body.grant_type === 'refresh_token');
  }

  it(`refreshes once for ${CALLS} calls at once over two processes`, async () => {
    const { profile } = await expired('crowd@example.com');
    serveFrom(...here.replicas);
    const before = here.api.calls.length;
    const answers = await Promise.all(Array.from({ length: CALLS }, () => profile()));
    for (const { status, body, result } of answers) assert.ok(status === 200 && !result.isError, body);
    assert.equal((await refreshes()).length, 1);
    const tokens = here.api.calls.slice(before).map(({ token }) => token);
    assert.deepEqual([tokens.length, new Set(tokens).size], [CALLS, 1], 'and all of them use what it gave');
  });

  it('uses its two lines in turn, each token once', async () => {
    const { profile } = await expired('turns@example.com');
    await here.simulator.configure({ device: { access_token_ttl: 30 } });
    for (let call = 0; call < 6; call += 1) assert.equal((await profile()).status, 200);
    const used = (await refreshes()).map(({ body }) => body.refresh_token);
    assert.deepEqual([used.length, new Set(used).size], [6, 6]);
    await here.simulator.configure({ device: { access_token_ttl: 900 } });
  });

  it('goes on when an answer is lost on the way', async () => {
    const { profile } = await expired('lost@example.com');
    await here.simulator.fault({ path: REFRESH, drop: true });
    const first = await profile();
    assert.ok(first.status === 200 || first.status === 503, first.body);
    const second = await profile();
    assert.ok(second.status === 200 && !second.result.isError, second.body);
    assert.equal((await refreshes()).length, 3, 'the lost one, its line that is dead now, and the other line');
  });

  describe('killed in the middle of a refresh', () => {
    /**
     * At each step: what has to happen before the process is killed, which resolves with what to clear
     * away after; and how often Privy has been asked once the other process has gone on. An answer that is
     * lost costs a line: its token is refused the second time, and the other line goes on.
     */
    const STEPS = [
      {
        when: 'before Privy has the request',
        asked: 1,
        reached: async () => (await here.privy.holdRequest(REFRESH)).lose,
      },
      {
        when: 'when Privy has answered, before the answer arrives',
        asked: 3,
        reached: async () => (await here.privy.holdAnswer(REFRESH)).lose,
      },
      {
        when: 'when the answer has arrived, before it is stored',
        asked: 3,
        async reached() {
          const held = await here.privy.holdAnswer(REFRESH);
          const lock = here.database.open();
          await lock.run('BEGIN');
          await lock.run('LOCK TABLE upstream_session IN ACCESS EXCLUSIVE MODE');
          held.release();
          await waitsForLock();
          return async () => {
            // What the dead process had asked for must not happen after all.
            await here.database.query(`SELECT pg_terminate_backend(pid) ${WAITING}`);
            await lock.run('ROLLBACK');
            lock.close();
          };
        },
      },
      {
        when: 'when the answer is stored, before the token is used',
        asked: 1,
        reached: () => here.api.hold(),
      },
    ];
    const WAITING = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

    async function waitsForLock() {
      const limit = performance.now() + 10_000;
      while ((await here.database.query(`SELECT count(*) ${WAITING}`)) === '0') {
        assert.ok(performance.now() < limit, 'nobody stores anything');
        await delay(20);
      }
    }

    for (const { when, asked, reached } of STEPS) {
      it(`${when}: the other process goes on, and nobody signs in`, { timeout: 60_000 }, async () => {
        const [victim, survivor] = here.replicas;
        const { profile, party, tokens } = await expired(`killed-${when.length}@example.com`);
        serveFrom(victim);
        const clearing = reached();
        const lost = profile().catch(() => undefined);
        const clear = await Promise.race([clearing, lost.then((answer) => assert.fail(`not ${when}: ${answer?.body}`))]);
        await victim.kill();
        try {
          await clear();
          serveFrom(survivor);
          const began = performance.now();
          const answer = await profile();
          assert.ok(answer.status === 200 && !answer.result.isError, answer.body);
          assert.ok(performance.now() - began < TAKEN_OVER_WITHIN_MS);
          assert.equal((await refreshes()).length, asked);
        } finally {
          await victim.start();
          serveFrom(victim);
        }
        const again = await profile();
        assert.ok(again.status === 200 && !again.result.isError, again.body);
        await party.rotate(tokens.refresh_token);
        serveFrom(...here.replicas);
      });
    }
  });

  describe('ended at Privy', () => {
    it('ends the grant: 401 now and from then on, and no refresh', async () => {
      const { profile, party, tokens, user } = await expired('revoked@example.com');
      await here.simulator.revoke(user);
      for (const time of ['first', 'second']) {
        const { status, challenge, body } = await profile();
        assert.equal(status, 401, `${time}: ${body}`);
        assert.match(challenge, /error="invalid_token"/);
      }
      await assert.rejects(party.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    });

    it('shows ChatGPT its sign-in card, and then refuses it like everybody', async () => {
      const { profile, user } = await expired('chatgpt@example.com');
      await here.simulator.revoke(user);
      const { status, result, body } = await profile({ userAgent: CHATGPT });
      assert.equal(status, 200, body);
      assert.equal(result.isError, true);
      const [challenge] = result._meta['mcp/www_authenticate'];
      assert.match(challenge, /error="invalid_token"/);
      assert.match(challenge, /error_description="[^"]+"/);
      assert.match(challenge, /resource_metadata="http/);
      assert.equal((await profile({ userAgent: CHATGPT })).status, 401, 'its token is worth nothing by now');
    });

    it('leads to sign-in again, and the new grant works', async () => {
      const { profile, user } = await expired('again@example.com');
      await here.simulator.revoke(user);
      assert.equal((await profile()).status, 401);
      const { profile: renewed } = await grant(user);
      assert.equal((await renewed()).status, 200);
    });

    it('costs nobody else anything', async () => {
      const [one, other] = [await expired('one@example.com'), await expired('other@example.com')];
      await here.simulator.revoke(one.user);
      assert.equal((await one.profile()).status, 401);
      assert.equal((await other.profile()).status, 200);
    });
  });

  describe('while Privy is down', () => {
    it('fails nobody who is signed in and whose token holds', async () => {
      const { profile, party, tokens } = await grant('fresh@example.com');
      assert.equal((await profile()).status, 200);
      await here.simulator.goDown();
      assert.equal((await profile()).status, 200);
      const renewed = await party.rotate(tokens.refresh_token);
      assert.equal((await callTool(here.server.mcpUrl, renewed.access_token, 'my_profile')).status, 200);
      await here.simulator.recover();
    });

    it('asks to try again where a new token is needed, and loses nothing', async () => {
      const { profile } = await expired('stale@example.com');
      await here.simulator.goDown();
      for (const userAgent of ['suite/1.0', CHATGPT]) {
        const answer = await profile({ userAgent });
        assert.notEqual(answer.status, 401, answer.body);
        assert.ok(answer.status === 503 || answer.result?.isError, answer.body);
        assert.match(answer.body, /again/i);
        assert.equal(answer.result?._meta?.['mcp/www_authenticate'], undefined, 'no sign-in could help');
      }
      await here.simulator.recover();
      const answer = await profile();
      assert.ok(answer.status === 200 && !answer.result.isError, answer.body);
    });
  });

  it('ends the session at Privy when the person disconnects', async () => {
    const user = 'leaving@example.com';
    const { tokens } = await grant(user);
    assert.equal((await grantsAtPrivy(user)).length, 2);
    const visitor = await here.visitor();
    await visitor.page.goto(`${here.server.url}/account`);
    await withCode(user)(visitor);
    await visitor.press(/disconnect/i);
    await visitor.page.getByRole('button', { name: /disconnect/i }).waitFor({ state: 'detached' });
    assert.equal((await callTool(here.server.mcpUrl, tokens.access_token, 'whoami')).status, 401);
    // The job runs once a minute, and when a server starts.
    const [replica] = here.replicas;
    await replica.restart();
    const limit = performance.now() + 10_000;
    while ((await grantsAtPrivy(user)).length > 0) {
      assert.ok(performance.now() < limit, 'the grants live on at Privy');
      await delay(50);
    }
    await visitor.leave(here.server);
  });

  /** What the person sees at Privy of the connections of this app. */
  async function grantsAtPrivy(user) {
    const { url, appId } = here.simulator;
    const { access_token: token } = await here.simulator.signIn(user);
    const headers = { 'privy-app-id': appId, authorization: `Bearer ${token}`, origin: here.server.url };
    const answer = await fetch(`${url}/api/oauth/v2/grants`, { headers });
    return (await answer.json()).data;
  }
});
