import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { world } from './world.mjs';

describe('contract: passkeys', { timeout: 120_000 }, () => {
  // A relying party needs a domain: WebAuthn refuses an address such as 127.0.0.1.
  const here = world({ host: 'localhost' });

  it('lets a person add a passkey and sign in with it instead of the password', async () => {
    const { page } = here.person;
    await insertSecurityKey(page);
    await (await here.party()).authorize();

    await page.goto(`${here.server.url}/account`);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: /^Remove/ }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForLoadState();

    const party = await here.party();
    const { url } = await party.request();
    await page.goto(String(url));
    assert.ok(await here.person.isAskedToSignIn(), 'signed out');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    const back = here.redirect.next();
    await here.person.decide('approve');
    assert.ok(new URL(await back).searchParams.get('code'));
    await here.person.leave();
  });
});

/** Chromium's own stand-in for a security key that knows its owner. */
async function insertSecurityKey(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
