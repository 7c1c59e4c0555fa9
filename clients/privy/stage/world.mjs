import { after, before } from 'node:test';

import { Party } from '@countersign-clients/contract/party.mjs';
import { freePort, listenForRedirect, openBrowser, startServer } from '@countersign-clients/journey';

import { startProductApi } from './product_api.mjs';
import { startSimulator, startSimulators } from './simulator.mjs';
import { Visitor } from './visitor.mjs';

const HOOK_LIMIT = { timeout: 60_000 };

/**
 * A simulated Privy, an API, a server between the two, a browser and a redirect URI, for the tests of
 * one file. To be called inside `describe`; the members are there once its tests run.
 *
 * @param {object} [options]
 * @param {'product' | 'protocol'} [options.product] whose API it is: the one that says who its caller
 *   is, or Index Network's, which takes Privy's tokens only
 * @param {'countersign' | 'device' | 'browser'} [options.token] what the product's API gets
 * @param {object} [options.privy] settings of the simulated Privy beside the allowed origin
 * @param {(it: object) => object | Promise<object>} [options.env] further settings of the server
 * @param {(it: object) => object} [options.configure] all settings of the server, in place of those
 */
export function world({ product = 'product', token = 'countersign', privy = {}, env = () => ({}), configure } = {}) {
  const visitors = [];
  const it = {
    scope: product === 'protocol' ? 'read write' : undefined,
    /** A client that was just registered with this metadata. */
    party: (metadata) => Party.register(it, metadata),
    /** Somebody with a browser of their own, who signs in like that. */
    async visitor(way, options) {
      const visitor = await Visitor.arrive(it.simulator, it.browser, options);
      visitor.way = way;
      visitors.push(visitor);
      return visitor;
    },
  };

  before(async () => {
    const played = product === 'protocol' ? await startSimulators() : { simulator: await startSimulator() };
    it.simulator = played.simulator;
    it.api = played.api ?? (await startProductApi());
    const port = await freePort();
    // A relying party of passkeys needs a name, and Privy's dashboard takes no address.
    const origin = `http://localhost:${port}`;
    await it.simulator.configure({ origins: [origin], ...privy, app: { wallet_auth: true, ...privy.app } });
    it.server = await startServer({
      host: 'localhost',
      port,
      env: configure?.({ ...it, port }) ?? {
        ...it.simulator.settings,
        COUNTERSIGN_API__URL: it.api.url,
        COUNTERSIGN_API__TOKEN: token,
        ...(await env(it)),
      },
    });
    if (product === 'product') {
      if (token === 'countersign') it.api.trustServer(it.server.url);
      else it.api.trustPrivy(it.simulator);
    }
    it.browser = await openBrowser();
    it.redirect = await listenForRedirect();
  }, HOOK_LIMIT);

  after(async () => {
    await conceal();
    await it.redirect?.close();
    await it.browser?.close();
    await it.server?.remove();
    await it.api?.close();
    await it.simulator?.close();
  }, HOOK_LIMIT);

  /** What the log must not hold by now. */
  async function conceal() {
    if (!it.server) return;
    const handedOver = visitors.flatMap((visitor) => visitor.handedOver);
    const sent = [...(await it.api.secrets()), ...(await it.simulator.secrets())];
    for (const secret of [...handedOver, ...sent]) it.server.secrets.add(secret);
  }

  return it;
}
