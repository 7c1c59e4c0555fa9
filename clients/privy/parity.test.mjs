import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { PrivyClient } from '@privy-io/node';

import { startSimulator, verdicts } from './stage/index.mjs';

describe('privy: parity of @privy-io/node, the server and the simulator', { timeout: 120_000 }, () => {
  let simulator, directory, keyFile, verificationKey;

  before(async () => {
    simulator = await startSimulator();
    await simulator.configure({ origins: ['https://product.example'], privy_access_token: true });
    const app = await fetch(`${simulator.url}/api/v1/apps/${simulator.appId}`, {
      headers: { 'privy-app-id': simulator.appId },
    });
    verificationKey = (await app.json()).verification_key;
    directory = await mkdtemp(join(tmpdir(), 'countersign-privy-'));
    keyFile = join(directory, 'verification_key.pem');
    await writeFile(keyFile, verificationKey);
  });
  after(async () => {
    await simulator?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const sdk = (options) =>
    new PrivyClient({ appId: simulator.appId, appSecret: simulator.appSecret, apiUrl: simulator.url, ...options });

  /** What Privy's own server SDK says, in the words of `verdicts`. */
  const verify = (privy, token) =>
    privy
      .utils()
      .auth()
      .verifyAccessToken(token)
      .then(({ user_id: did }) => `ok ${did}`)
      .catch((error) => `refused ${error.message}`);

  const verb = (verdict) => verdict.split(' ')[0];

  for (const pinned of [false, true]) {
    it(`judges nineteen tokens alike ${pinned ? 'by the verification key' : 'by the published keys'}`, async () => {
      const vectors = await simulator.vectors();
      assert.equal(vectors.length, 19);
      const privy = sdk(pinned ? { jwtVerificationKey: verificationKey } : {});
      const tokens = vectors.map(({ token }) => token);
      const ours = await verdicts(simulator, tokens, pinned ? keyFile : undefined);
      for (const [index, { name, token, verdict }] of vectors.entries()) {
        const theirs = await verify(privy, token);
        const accepted = verdict === 'accepted' || (pinned && verdict === 'accepted_with_pem');
        assert.equal(verb(theirs), accepted ? 'ok' : 'refused', `@privy-io/node, ${name}: ${theirs}`);
        assert.equal(verb(ours[index]), verb(theirs), `the server, ${name}: ${ours[index]}; ${theirs}`);
        if (accepted) assert.equal(ours[index], theirs, name);
      }
    });
  }

  it('accepts of the tokens of a sign-in only the access token, as both do', async () => {
    const tokens = await simulator.signIn('ada@example.com');
    const privy = sdk();
    for (const [name, token] of Object.entries(tokens).filter(([name]) => name.endsWith('_token'))) {
      const expected = name === 'access_token' ? `ok ${tokens.did}` : /^refused /;
      for (const verdict of [await verify(privy, token), ...(await verdicts(simulator, [token]))]) {
        if (expected instanceof RegExp) assert.match(verdict, expected, name);
        else assert.equal(verdict, expected, name);
      }
    }
  });

  it('goes on with the next key of the app, as both do', async () => {
    await simulator.rotateKey();
    const { did, access_token: token } = await simulator.signIn('ada@example.com');
    assert.equal(await verify(sdk(), token), `ok ${did}`);
    assert.deepEqual(await verdicts(simulator, [token]), [`ok ${did}`]);
  });

  it('shows @privy-io/node the user it expects', async () => {
    const { did, identity_token: identityToken } = await simulator.signIn('ada@example.com');
    const user = await sdk().users()._get(did);
    assert.equal(user.id, did);
    const [account] = user.linked_accounts;
    assert.deepEqual([account.type, account.address], ['email', 'ada@example.com']);
    assert.equal((await sdk().users().get({ id_token: identityToken })).id, did);
    await simulator.deleteUser(did);
    await assert.rejects(sdk().users()._get(did), { status: 404 });
  });
});
