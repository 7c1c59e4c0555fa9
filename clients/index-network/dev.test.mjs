import { listenForRedirect, openBrowser } from '@countersign-clients/journey';
import { Visitor, bearer, connectClient, startEverything, withCode } from '@countersign-clients/privy/stage';
import { decodeJwt } from 'jose';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

/** Whose token the API gets, unless somebody decides otherwise, and if somebody does. */
const TOKENS = [
  [{}, 'privy.io'],
  [{ COUNTERSIGN_API__TOKEN: 'browser' }, 'privy.io'],
  [{ COUNTERSIGN_API__TOKEN: 'countersign' }, 'countersign'],
];

describe('index-network: countersign dev', { timeout: 180_000 }, () => {
  let browser, redirect;

  before(async () => {
    browser = await openBrowser();
    redirect = await listenForRedirect();
  });
  after(async () => {
    await redirect?.close();
    await browser?.close();
  });

  for (const [env, issuer] of TOKENS) {
    it(`whoever signs in finds something to act on (${env.COUNTERSIGN_API__TOKEN ?? 'nothing configured'})`, async () => {
      const { server, simulator, api } = await startEverything({ env: { COUNTERSIGN_TOKENS__SIGNING_ALG: 'ES256', ...env } });
      try {
        const visitor = await Visitor.arrive(simulator, browser);
        visitor.way = withCode('ada@example.com');
        const mcp = await connectClient({ server, redirect }, visitor);
        const search = async (query) => (await mcp.call('search', { query })).structuredContent.results;
        const intents = (await search('climate')).filter(({ id }) => id.startsWith('intent:'));
        assert.ok(intents.length > 0);
        const [asked] = await search('Oluwaseun');
        const { structuredContent: person } = await mcp.call('fetch', { id: asked.id });
        assert.match(person.text, /Oluwaseun Adeyemi/);
        const accept = { action: 'ACCEPT', userId: asked.id.split(':')[1] };
        assert.ok(!(await mcp.call('connection_action', accept)).isError, 'somebody asked, and can be accepted');
        const [request] = await api.requests();
        const expected = issuer === 'countersign' ? server.url : issuer;
        assert.equal(decodeJwt(bearer(request)).iss, expected);
        await mcp.close();
        await visitor.leave(server);
      } finally {
        await server.remove();
      }
    });
  }
});
