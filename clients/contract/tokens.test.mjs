import { newcomer } from '@countersign-clients/journey';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';

import { world } from './world.mjs';

describe('contract: tokens', { timeout: 180_000 }, () => {
  const here = world();

  it('issues an access token as RFC 9068 asks, for this resource and these scopes', async () => {
    const party = await here.party();
    const tokens = await party.connect();
    assert.equal(tokens.token_type, 'bearer');
    assert.ok(tokens.expires_in > 0);
    assert.ok(tokens.refresh_token);
    const claims = await party.claims(tokens.access_token);
    assert.equal(claims.iss, here.server.url);
    assert.equal(claims.client_id, party.client.client_id);
    assert.deepEqual(new Set(claims.scope.split(' ')), new Set(['notes:read', 'notes:write']));
    assert.equal(claims.exp - claims.iat, tokens.expires_in);
    const { status, body } = await party.call(tokens.access_token, 'whoami');
    assert.equal(status, 200);
    assert.match(body, new RegExp(here.person.username));
  });

  it('binds the token to its only resource when the client names none', async () => {
    const party = await here.party();
    const answer = await party.authorize({ changes: { resource: undefined } });
    const response = await party.redeemRequest(answer, {});
    const tokens = await oauth.processAuthorizationCodeResponse(party.as, party.client, response);
    const claims = await party.claims(tokens.access_token);
    assert.deepEqual([claims.aud].flat(), [party.resource]);
  });

  it('grants what was asked for and nothing more', async () => {
    const party = await here.party();
    const tokens = await party.connect({ changes: { scope: 'notes:read' } });
    assert.equal((await party.call(tokens.access_token, 'list_notes')).status, 200);
    await assert.rejects(party.call(tokens.access_token, 'add_note', { text: 'no' }), (error) => {
      assert.ok(error instanceof oauth.WWWAuthenticateChallengeError);
      assert.equal(error.status, 403);
      const [challenge] = error.cause;
      assert.equal(challenge.scheme, 'bearer');
      assert.equal(challenge.parameters.error, 'insufficient_scope');
      assert.match(challenge.parameters.scope, /notes:write/);
      assert.ok(challenge.parameters.resource_metadata);
      return true;
    });
  });

  it('rotates the refresh token, and answers a retry with the same successor', async () => {
    const party = await here.party();
    const first = await party.connect();
    const second = await party.rotate(first.refresh_token);
    assert.notEqual(second.refresh_token, first.refresh_token);
    const retried = await party.rotate(first.refresh_token);
    assert.equal(retried.refresh_token, second.refresh_token);
    assert.equal((await party.call(second.access_token, 'whoami')).status, 200);
  });

  it('gives the live leaf to a window that comes two rotations late', async () => {
    const party = await here.party();
    const first = await party.connect();
    const second = await party.rotate(first.refresh_token);
    const third = await party.rotate(second.refresh_token);
    const late = await party.rotate(first.refresh_token);
    assert.equal(late.refresh_token, third.refresh_token);
    assert.equal((await party.call(late.access_token, 'whoami')).status, 200);
  });

  it('gives one live leaf to any number of parallel refreshes', async () => {
    const party = await here.party();
    const { refresh_token: token } = await party.connect();
    const answers = await Promise.all(Array.from({ length: 16 }, () => party.rotate(token)));
    assert.equal(new Set(answers.map((answer) => answer.refresh_token)).size, 1);
    assert.ok((await party.rotate(answers[0].refresh_token)).access_token);
  });

  it('narrows a refreshed token and never widens it', async () => {
    const party = await here.party();
    const wide = await party.connect();
    const narrow = await party.rotate(wide.refresh_token, { scope: 'notes:read' });
    assert.equal((await party.claims(narrow.access_token)).scope, 'notes:read');
    const again = await party.rotate(narrow.refresh_token);
    assert.match((await party.claims(again.access_token)).scope, /notes:write/, 'the grant itself is unchanged');
    await assert.rejects(party.rotate(again.refresh_token, { scope: 'notes:read admin' }), { error: 'invalid_scope' });
  });

  it('redeems a code once', async () => {
    const party = await here.party();
    const answer = await party.authorize();
    const race = await Promise.allSettled(Array.from({ length: 8 }, () => party.redeem(answer)));
    const [winner, ...others] = race.filter(({ status }) => status === 'fulfilled');
    assert.ok(winner && others.length === 0, 'exactly one winner');
    for (const { reason } of race.filter(({ status }) => status === 'rejected')) {
      assert.equal(reason.error, 'invalid_grant');
    }
    assert.equal((await party.call(winner.value.access_token, 'whoami')).status, 200, 'the winner keeps its tokens');
  });

  it('revokes a whole grant by its refresh token (RFC 7009)', async () => {
    const party = await here.party();
    const tokens = await party.connect();
    await party.revoke(tokens.refresh_token);
    await assert.rejects(party.call(tokens.access_token, 'whoami'), (error) => {
      assert.equal(error.status, 401);
      assert.equal(error.cause[0].parameters.error, 'invalid_token');
      return true;
    });
    await assert.rejects(party.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    await party.revoke(tokens.refresh_token);
    await party.revoke('never-heard-of');
  });

  it("leaves another client's tokens alone", async () => {
    const [owner, stranger] = [await here.party(), await here.party()];
    const tokens = await owner.connect();
    await stranger.revoke(tokens.refresh_token).catch((error) => assert.equal(error.status, 400));
    await assert.rejects(stranger.rotate(tokens.refresh_token), { error: 'invalid_grant' });
    assert.ok((await owner.rotate(tokens.refresh_token)).access_token);
  });

  for (const method of ['client_secret_basic', 'client_secret_post']) {
    it(`introspects for a client that authenticates with ${method} (RFC 7662)`, async () => {
      const party = await here.party({ token_endpoint_auth_method: method });
      assert.equal(party.client.token_endpoint_auth_method, method);
      assert.ok(party.client.client_secret);
      const tokens = await party.connect();
      const active = await party.introspect(tokens.access_token);
      assert.equal(active.active, true);
      assert.equal(active.client_id, party.client.client_id);
      assert.equal(active.iss, here.server.url);
      assert.deepEqual(await party.introspect('never-heard-of'), { active: false });
      await party.revoke(tokens.access_token);
      assert.deepEqual(await party.introspect(tokens.access_token), { active: false });
    });
  }

  it('tells a client without a secret nothing about tokens', async () => {
    const party = await here.party();
    const tokens = await party.connect();
    await assert.rejects(party.introspect(tokens.access_token), (error) => {
      assert.equal(error.status, 401);
      return true;
    });
  });

  it('keeps one person from the notes of another', async () => {
    const party = await here.party();
    const other = await newcomer(here.browser, { username: 'grace' });
    await here.server.addUser(other.username, other.password);
    const mine = await party.connect();
    const theirs = await party.connect({ person: other });
    await party.call(mine.access_token, 'add_note', { text: 'for my eyes only' });
    assert.match((await party.call(mine.access_token, 'list_notes')).body, /for my eyes only/);
    assert.doesNotMatch((await party.call(theirs.access_token, 'list_notes')).body, /for my eyes only/);
    await other.leave();
  });
});
