import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';

import { loopback } from './party.mjs';
import { world } from './world.mjs';

describe('contract: OpenID Connect', { timeout: 120_000 }, () => {
  const here = world({ env: { COUNTERSIGN_OPENID__ENABLED: 'true' } });

  it('says who the person is, to a client that was granted openid', async () => {
    const party = await here.party();
    assert.ok(party.as.scopes_supported.includes('openid'));
    const tokens = await party.connect({ changes: { scope: 'openid notes:read' } });
    const response = await oauth.userInfoRequest(party.as, party.client, tokens.access_token, loopback);
    const claims = await party.claims(tokens.access_token);
    const person = await oauth.processUserInfoResponse(party.as, party.client, claims.sub, response);
    assert.equal(person.sub, claims.sub);
  });

  it('says nothing to a client that was not', async () => {
    const party = await here.party();
    const tokens = await party.connect({ changes: { scope: 'notes:read' } });
    const response = await oauth.userInfoRequest(party.as, party.client, tokens.access_token, loopback);
    await assert.rejects(
      oauth.processUserInfoResponse(party.as, party.client, oauth.skipSubjectCheck, response),
      (error) => {
        assert.ok(error instanceof oauth.WWWAuthenticateChallengeError, String(error));
        assert.equal(error.status, 403);
        return true;
      },
    );
  });
});
