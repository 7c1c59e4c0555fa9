import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import { openBrowser } from '@countersign-clients/journey';
import { startEverything } from '@countersign-clients/privy/stage';

import { accessible, Playground } from './stage/index.mjs';

describe('playground: signing in', { timeout: 120_000 }, () => {
  let dev, browser, playground;
  before(async () => {
    dev = await startEverything();
    browser = await openBrowser();
  });
  afterEach(async () => {
    await dev.api.recover();
    await playground?.close();
  });
  after(async () => {
    await browser?.close();
    await dev?.server.remove();
  });

  const open = async (address) => (playground = await Playground.open(dev, browser, { address }));
  const enter = async (address) => (playground = await Playground.enter(dev, browser, { address }));
  const alert = () => playground.page.getByRole('alert');
  /** Runs a tool that reads. */
  const search = async (verdict) => {
    await playground.choose('Search intents and connections');
    await playground.run({ query: 'climate' }, verdict);
  };

  it('asks for what the server offers, and is let in as any client is', async () => {
    await open('ada@example.com');
    await accessible(playground.page);
    assert.equal(await playground.page.getByRole('group', { name: 'Ask for' }).getByRole('checkbox').count(), 2);
    await playground.signIn();
    const { page } = playground;
    assert.equal(page.url(), `${dev.server.url}/playground`, 'nothing of the answer stays in the address');
    assert.match(playground.visitor.consent, /Playground/);
    assert.match(await playground.session.innerText(), /read\s+write/);
    await search();
    await accessible(page);
    assert.deepEqual(playground.visitor.person.complaints, []);
  });

  it('says what it needs when a tool wants a scope that was left out, and gets it', async () => {
    await open('part@example.com');
    await playground.page.getByRole('checkbox', { name: 'write' }).uncheck();
    await playground.signIn();
    assert.doesNotMatch(await playground.session.innerText(), /write/);
    await playground.choose('Extract intents');
    await playground.run({ fullInputText: 'Meet climate people.' }, 'Failed');
    await alert().getByText('The tool needs write').waitFor();
    await accessible(playground.page);
    await playground.outcome.getByRole('button', { name: 'Sign in' }).click();
    await playground.identify();
    await playground.visitor.decide('approve');
    await playground.session.getByText('write').waitFor();
    assert.equal(await playground.field('fullInputText').inputValue(), 'Meet climate people.', 'what was typed is still there');
    await playground.run();
  });

  it('says so when the person declines', async () => {
    await open('no@example.com');
    await playground.leave();
    await playground.visitor.decide('deny');
    await alert().getByText('You said no').waitFor();
    assert.equal(playground.page.url(), `${dev.server.url}/playground`);
    await accessible(playground.page);
    await playground.signIn();
  });

  it('takes no answer that belongs to another sign-in', async () => {
    await open();
    for (const query of ['?code=stolen&state=other', '?error=access_denied&state=other', '?code=stolen']) {
      await playground.visit(query);
      await alert().getByText('That answer was not for this tab').waitFor();
      assert.equal(playground.page.url(), `${dev.server.url}/playground`);
    }
    const { length } = await tokenRequests(playground);
    assert.equal(length, 0, 'nothing was redeemed');
  });

  it('takes no answer of another issuer', async () => {
    await open('mixed@example.com');
    await playground.leave();
    await playground.page.addInitScript(() => {
      const answer = new URL(location.href);
      if (!answer.searchParams.has('iss')) return;
      answer.searchParams.set('iss', 'https://evil.example');
      history.replaceState(null, '', answer);
    });
    await playground.visitor.decide('approve');
    await alert().getByText('Somebody else answered').waitFor();
    assert.equal((await tokenRequests(playground)).length, 0, 'the code was not sent');
  });

  it('renews a token that is not accepted any more', async () => {
    await enter('renewing@example.com');
    await playground.page.evaluate(() => {
      const tokens = JSON.parse(sessionStorage.getItem('playground.tokens'));
      sessionStorage.setItem('playground.tokens', JSON.stringify({ ...tokens, access_token: 'expired' }));
    });
    await search();
    assert.equal((await tokenRequests(playground)).length, 2);
  });

  it('asks to sign in again when the grant was revoked', async () => {
    await enter('revoked@example.com');
    const account = await playground.visitor.window.newPage();
    await account.goto(`${dev.server.url}/account`);
    await account.getByRole('listitem').filter({ hasText: 'Playground' }).getByRole('button', { name: /disconnect/i }).click();
    await account.getByText(/disconnected|no app/i).first().waitFor();
    await account.close();
    await search('Failed');
    await playground.outcome.getByText('The server wants a sign-in for this').waitFor();
    await playground.page.reload();
    await playground.isSignedOut();
    await playground.signIn();
    await search();
  });

  it('asks to sign in again when the session at the product is over', async () => {
    await dev.simulator.configure({ device: { access_token_ttl: 1 } });
    await enter('over@example.com');
    await dev.simulator.configure({ device: { access_token_ttl: 900 } });
    await dev.simulator.revoke('over@example.com');
    await delay(1_000);
    await playground.choose('Extract intents');
    await playground.run({ fullInputText: 'Meet climate people.' }, 'Failed');
    await playground.outcome.getByRole('button', { name: 'Sign in' }).waitFor();
    await accessible(playground.page);
  });

  it('looks around without a sign-in only where the server lets it', async () => {
    await open();
    await playground.page.getByRole('button', { name: 'Look around' }).click();
    await alert().getByText('This server wants a sign-in for everything').waitFor();
  });

  it('ends its grant at sign-out, and keeps nothing', async () => {
    await enter('leaving@example.com');
    const { access_token: token } = await playground.page.evaluate(() => JSON.parse(sessionStorage.getItem('playground.tokens')));
    const call = () => fetch(dev.server.mcpUrl, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }) });
    assert.notEqual((await call()).status, 401);
    await playground.session.getByRole('button', { name: 'Sign out' }).click();
    await playground.isSignedOut();
    assert.equal((await call()).status, 401, 'the token is dead');
    assert.equal(await playground.page.evaluate(() => JSON.stringify(sessionStorage).includes('token')), false);
    await accessible(playground.page);
  });

  it('finds its way back when the server was started anew and knows nobody', async () => {
    await enter('survivor@example.com');
    await dev.server.restart();
    await search('Failed');
    await accessible(playground.page);
    await playground.page.reload();
    await playground.isSignedOut();
    await playground.signIn();
    await search();
  });

  it('says that the server does not answer', async () => {
    await enter('lonely@example.com');
    await dev.server.stop();
    await search('Failed');
    await playground.outcome.getByText('The server does not answer').waitFor();
    await dev.server.start();
  });
});

/** The exchanges with the token endpoint that the page tells of. */
async function tokenRequests({ page }) {
  await page.getByRole('button', { name: 'Connection', exact: true }).click();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();
  const found = await page.getByRole('dialog').getByText('/token', { exact: true }).allInnerTexts();
  await page.keyboard.press('Escape');
  return found;
}
