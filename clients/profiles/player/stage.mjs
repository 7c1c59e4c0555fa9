import { newcomer, openBrowser, startServer } from '@countersign-clients/journey';

import { certify } from '../vendor/certificate.mjs';
import { VendorHost } from '../vendor/host.mjs';
import { impersonate } from '../vendor/vendor.mjs';
import { Visit } from './visit.mjs';

/** What all visits share: a browser for which every name but loopback leads to one stand-in host. */
export async function openStage() {
  const callbacks = await VendorHost.start({ certificate: await certify(['vendor.test']) });
  const rules = [`MAP * 127.0.0.1:${callbacks.port}`, ...['127.0.0.1', 'localhost', '[::1]'].map((host) => `EXCLUDE ${host}`)];
  const browser = await openBrowser([`--host-resolver-rules=${rules.join(', ')}`]);
  return {
    receive: (profile) => receive(profile, browser),
    async close() {
      await browser.close();
      await callbacks.close();
    },
  };
}

/** One client at the door of a server of its own, with a person who has an account there. */
async function receive(profile, browser) {
  const leaving = [];
  async function end() {
    const outcomes = [];
    for (const leave of leaving.splice(0).reverse()) outcomes.push(...(await Promise.allSettled([leave()])));
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
  }
  try {
    const vendor = await impersonate(profile.vendor ?? {});
    leaving.push(() => vendor.close());
    const server = await startServer({ env: vendor.env });
    leaving.push(() => server.remove());
    const person = await newcomer(browser, { context: { ignoreHTTPSErrors: true } });
    leaving.push(() => person.leave());
    await server.addUser(person.username, person.password);
    return { visit: await Visit.begin(profile, { server, person, vendor }), end };
  } catch (error) {
    await end();
    throw error;
  }
}
