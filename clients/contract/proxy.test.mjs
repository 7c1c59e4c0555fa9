import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';

import { startServer } from '@countersign-clients/journey';

const PUBLIC_URL = 'https://notes.example';
const FORGED = {
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'http',
  forwarded: 'for=198.51.100.9;host=evil.example;proto=http',
};

// The test is the proxy: its connection comes from 127.0.0.1, over a real socket.
for (const trusted of [true, false]) {
  describe(`contract: behind a proxy that is ${trusted ? '' : 'not '}trusted`, { timeout: 60_000 }, () => {
    let server;
    before(async () => {
      server = await startServer({
        env: {
          COUNTERSIGN_PUBLIC_URL: PUBLIC_URL,
          COUNTERSIGN_TRUSTED_PROXIES: JSON.stringify([trusted ? '127.0.0.0/8' : '192.0.2.1']),
          COUNTERSIGN_REGISTRATION__PER_ADDRESS_PER_HOUR: '1',
        },
      });
    });
    after(() => server?.remove());

    // `fetch` does not let anybody choose Host.
    async function ask(path, { method = 'GET', headers = {}, body } = {}) {
      const sent = request(`${server.url}${path}`, { method, headers }).end(body);
      const [response] = await once(sent, 'response');
      const text = (await response.toArray()).join('');
      return { status: response.statusCode, headers: response.headers, text };
    }

    const register = async (client) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': client };
      const body = JSON.stringify({ redirect_uris: ['https://client.example/callback'] });
      return (await ask('/register', { method: 'POST', headers, body })).status;
    };

    it('names the public URL in every document, whatever a request says', async () => {
      for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource/mcp']) {
        const { text } = await ask(path, { headers: FORGED });
        assert.ok(text.includes(`"${PUBLIC_URL}/`), text);
        assert.doesNotMatch(text, /evil|http:/);
      }
    });

    it(trusted ? 'limits the client that the proxy names' : 'limits the proxy, whoever it names', async () => {
      const first = await register('198.51.100.1');
      const again = await register('198.51.100.1');
      const other = await register('198.51.100.2');
      assert.deepEqual([first, again, other], [201, 429, trusted ? 201 : 429]);
    });

    it(`${trusted ? 'believes' : 'does not believe'} which host was asked for`, async () => {
      const headers = { host: 'backend.internal', 'x-forwarded-host': 'notes.example' };
      const { status } = await ask('/mcp', { method: 'POST', headers });
      assert.equal(status, trusted ? 401 : 403);
    });
  });
}
