import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { startServer } from '@countersign-clients/journey';

const ADDRESSES = ['/playground', '/playground/frame/intent-display', '/playground/events'];
const APP = { COUNTERSIGN_APP: 'index-network', COUNTERSIGN_API__URL: 'http://127.0.0.1:1' };
const PUBLIC = { COUNTERSIGN_PUBLIC_URL: 'https://mcp.example' };

/** What the server says at each address of the playground. */
function statuses(settings) {
  let server;
  before(async () => {
    server = await startServer({ env: { ...APP, ...settings } });
  });
  after(() => server?.remove());
  return async () => {
    const answers = ADDRESSES.map(async (address) => {
      // One of them never ends.
      const stop = new AbortController();
      const { status } = await fetch(server.url + address, { signal: stop.signal });
      stop.abort();
      return [address, status];
    });
    return Object.fromEntries(await Promise.all(answers));
  };
}

const NOWHERE = Object.fromEntries(ADDRESSES.map((address) => [address, 404]));

describe('playground: a server that is reached from elsewhere', { timeout: 60_000 }, () => {
  const statusesThere = statuses(PUBLIC);
  it('has none', async () => assert.deepEqual(await statusesThere(), NOWHERE));
});

describe('playground: turned off at home', { timeout: 60_000 }, () => {
  const statusesThere = statuses({ COUNTERSIGN_PLAYGROUND: 'false' });
  it('is not there', async () => assert.deepEqual(await statusesThere(), NOWHERE));
});

describe('playground: turned on elsewhere', { timeout: 60_000 }, () => {
  const statusesThere = statuses({ ...PUBLIC, COUNTERSIGN_PLAYGROUND: 'true' });
  it('is there', async () => {
    assert.deepEqual(Object.values(await statusesThere()), [200, 200, 200]);
  });
});
