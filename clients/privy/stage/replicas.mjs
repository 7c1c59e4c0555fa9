import { randomBytes } from 'node:crypto';

import { Party } from '@countersign-clients/contract/party.mjs';
import { freePort, listenForRedirect, openBrowser, startServer } from '@countersign-clients/journey';

import { createDatabase } from './database.mjs';
import { startProductApi } from './product_api.mjs';
import { startSimulator } from './simulator.mjs';
import { Visitor } from './visitor.mjs';
import { layWire } from './wire.mjs';

/**
 * Two server processes on one PostgreSQL database, behind one address, with a wire between them and
 * Privy. `here.replicas` are the two; `here.server` is what clients and browsers see of them.
 */
export async function startReplicas() {
  const leaving = [];
  const here = {
    party: (metadata) => Party.register(here, metadata),
    visitor: (options) => Visitor.arrive(here.simulator, here.browser, options),
    async close() {
      const outcomes = [];
      for (const leave of leaving.splice(0).reverse()) outcomes.push(...(await Promise.allSettled([leave()])));
      const failed = outcomes.find(({ status }) => status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
  const has = (name, actor, leave) => {
    here[name] = actor;
    leaving.push(leave);
    return actor;
  };
  try {
    const database = await createDatabase();
    has('database', database, () => database.drop());
    const simulator = await startSimulator();
    has('simulator', simulator, () => simulator.close());
    const privy = await layWire([simulator.url]);
    has('privy', privy, () => privy.close());
    const api = await startProductApi();
    has('api', api, () => api.close());
    api.trustPrivy(simulator);

    const port = await freePort();
    const url = `http://localhost:${port}`;
    await simulator.configure({ origins: [url] });
    const env = {
      ...simulator.settings,
      COUNTERSIGN_LOGIN__PRIVY__API_URL: privy.url,
      COUNTERSIGN_LOGIN__PRIVY__AUTH_URL: privy.url,
      COUNTERSIGN_PUBLIC_URL: url,
      COUNTERSIGN_STORAGE__URL: database.url,
      COUNTERSIGN_MASTER_KEY: randomBytes(32).toString('base64'),
      COUNTERSIGN_API__URL: api.url,
      COUNTERSIGN_API__TOKEN: 'device',
    };
    const replicas = has('replicas', [], async () => {
      const secrets = await simulator.secrets();
      for (const replica of replicas) {
        for (const secret of [...secrets, ...here.server.secrets]) replica.secrets.add(secret);
      }
      await Promise.all(replicas.map((replica) => replica.remove()));
    });
    for (let count = 0; count < 2; count += 1) replicas.push(await startServer({ env, first: ['migrate'] }));
    const balancer = await layWire(replicas.map((replica) => replica.url), port);
    has('balancer', balancer, () => balancer.close());
    here.server = { url, mcpUrl: `${url}/mcp`, secrets: new Set() };

    const browser = await openBrowser();
    has('browser', browser, () => browser.close());
    const redirect = await listenForRedirect();
    has('redirect', redirect, () => redirect.close());
    return here;
  } catch (error) {
    await here.close();
    throw error;
  }
}
