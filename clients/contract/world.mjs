import { listenForRedirect, newcomer, openBrowser, startServer } from '@countersign-clients/journey';
import { after, before } from 'node:test';

import { Party } from './party.mjs';

const HOOK_LIMIT = { timeout: 60_000 };

/**
 * A server, a browser, a redirect URI and a person with an account, for the tests of one file.
 * To be called inside `describe`; the members are there once its tests run.
 *
 * @param {Parameters<typeof startServer>[0]} [options] for the server
 */
export function world(options) {
  const it = {
    /** A client that was just registered with this metadata. */
    party: (metadata) => Party.register(it, metadata),
  };

  before(async () => {
    it.server = await startServer(options);
    it.browser = await openBrowser();
    it.redirect = await listenForRedirect();
    it.person = await newcomer(it.browser);
    await it.server.addUser(it.person.username, it.person.password);
  }, HOOK_LIMIT);

  after(async () => {
    await it.redirect?.close();
    await it.browser?.close();
    await it.server?.remove();
  }, HOOK_LIMIT);

  return it;
}
