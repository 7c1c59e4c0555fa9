import { world } from '@countersign-clients/contract/world.mjs';
import { freePort } from '@countersign-clients/journey';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { assertPassed, runSuite } from './suite.mjs';

const CLIENT = {
  id: 'conformance-suite',
  name: 'Conformance suite',
  // Without a port: which one the suite listens on is only known when it runs.
  redirect_uris: ['http://127.0.0.1/callback'],
};

describe('conformance: authorization server', { timeout: 120_000 }, () => {
  const there = world({ env: { COUNTERSIGN_CLIENTS: JSON.stringify([CLIENT]) } });

  it('passes every scenario with a resource', (test) =>
    passes(test, ['--resource', there.server.mcpUrl]));

  it('passes every scenario without a resource', (test) => passes(test, []));

  async function passes(test, options) {
    const port = await freePort();
    const stop = new AbortController();
    let visit;
    const onOutput = (output) => {
      const [, url] = output.match(/^(http\S+\/authorize\?\S+)\n/m) ?? [];
      if (url) visit ??= follow(url, port).catch((error) => stop.abort(error));
    };
    const { scenarios, exitCode } = await runSuite(
      [
        'authorization',
        ...['--url', there.server.url],
        ...['--client-id', CLIENT.id],
        ...['--port', String(port)],
        ...options,
      ],
      { onOutput, signal: stop.signal },
    );
    await visit;
    const excuse = await documentsAreOff() ? isAboutDocuments : undefined;
    for (const [name, checks] of scenarios) await test.test(name, () => assertPassed(checks, { excuse }));
    assert.deepEqual(
      [...scenarios.keys()].sort(),
      ['authorization-code-grant', 'authorization-server-metadata-endpoint'],
    );
    assert.equal(exitCode, 0);
  }

  /** The suite listens for the redirect itself, so where the browser ends is seen in the browser. */
  async function follow(url, port) {
    const { page } = there.person;
    const arrived = new Promise((resolve) => {
      page.on('framenavigated', (frame) => {
        if (new URL(frame.url()).port === String(port)) resolve(frame.url());
      });
    });
    const back = await there.person.authorize(url, { next: () => arrived });
    there.server.secrets.add(new URL(back).searchParams.get('code'));
  }

  async function documentsAreOff() {
    const response = await fetch(`${there.server.url}/.well-known/oauth-authorization-server`);
    return (await response.json()).client_id_metadata_document_supported !== true;
  }
});

const isAboutDocuments = ({ id }) => id === 'authorization-server-metadata-cimd';
