import { after, before } from 'node:test';

import { openBrowser } from '@countersign-clients/journey';
import { startEverything } from '@countersign-clients/privy/stage';

import { Playground } from './playground.mjs';

const HOOK_LIMIT = { timeout: 60_000 };

/**
 * A `countersign dev`, a browser, and somebody signed in at the playground, for the tests of one file.
 * To be called inside `describe`; the members are there once its tests run.
 *
 * @param {object} [options] of `startEverything`
 */
export function world(options) {
  const it = {};
  before(async () => {
    Object.assign(it, await startEverything(options));
    it.browser = await openBrowser();
    it.playground = await Playground.enter(it, it.browser);
  }, HOOK_LIMIT);
  after(async () => {
    await it.browser?.close();
    await it.server?.remove();
  }, HOOK_LIMIT);
  return it;
}
