import { newcomer } from '@countersign-clients/journey';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { world } from './world.mjs';

describe('contract: pages', { timeout: 180_000 }, () => {
  const here = world();

  /** A page's headers, as a browser gets them on the way to it. */
  async function headersOf(person, url) {
    const response = await person.page.goto(String(url));
    return { status: response.status(), headers: response.headers() };
  }

  it('keeps every page out of frames, caches and referrers, and runs no inline script', async () => {
    const party = await here.party();
    const visitor = await newcomer(here.browser);
    const { url } = await party.request();
    const broken = (await party.request({ client_id: 'nobody' })).url;
    for (const address of [url, broken]) {
      const { headers } = await headersOf(visitor, address);
      const policy = headers['content-security-policy'];
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /base-uri 'none'/);
      assert.ok(!policy.includes('unsafe'), policy);
      // A form-action would stop the redirect to the client in the middle (Chromium applies it there).
      assert.ok(!policy.includes('form-action'), policy);
      assert.equal(headers['x-frame-options'], 'DENY');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    await visitor.window.close();
  });

  it('works without JavaScript, from sign-up to disconnection', async () => {
    const party = await here.party({ client_name: 'Without script' });
    const plain = await newcomer(here.browser, { username: 'lynx', javaScript: false });
    here.server.secrets.add(plain.password);
    const { url } = await party.request();
    const back = await plain.authorize(url, here.redirect, { account: 'sign-up' });
    assert.ok(new URL(back).searchParams.get('code'));
    await plain.disconnect(here.server, 'Without script');
    await plain.leave();
  });

  it('says plainly that a password is wrong, and lets the person try again', async () => {
    const party = await here.party();
    const hasty = await newcomer(here.browser, { username: here.person.username });
    const { url } = await party.request();
    await hasty.page.goto(String(url));
    await hasty.signIn('not my password');
    assert.ok(await hasty.isAskedToSignIn());
    await hasty.page.getByRole('alert').waitFor();
    await hasty.signIn(here.person.password);
    const back = here.redirect.next();
    await hasty.decide('approve');
    assert.ok(new URL(await back).searchParams.get('code'));
    await hasty.window.close();
  });

  it('names the client, the redirect host, the account and each scope before the person decides', async () => {
    const party = await here.party({ client_name: 'Notebook <script>alert(1)</script>' });
    const { url } = await party.request();
    await here.person.page.goto(String(url));
    if (await here.person.isAskedToSignIn()) await here.person.signIn();
    const text = await here.person.page.locator('body').innerText();
    assert.ok(text.includes('Notebook <script>alert(1)</script>'), 'the name is text');
    for (const fact of ['127.0.0.1', here.person.username]) assert.ok(text.includes(fact), fact);
    const scopes = here.person.page.locator('input[name="scope"]');
    const offered = await scopes.evaluateAll((boxes) => boxes.map((box) => box.value));
    assert.ok(offered.includes('notes:read') && offered.includes('notes:write'), offered.join());
  });

  it('grants only the scopes that the person left ticked', async () => {
    const party = await here.party();
    const { url } = await party.request();
    const page = here.person.page;
    await page.goto(String(url));
    if (await here.person.isAskedToSignIn()) await here.person.signIn();
    await page.locator('input[name="scope"][value="notes:write"]').uncheck();
    const back = here.redirect.next();
    await here.person.decide('approve');
    assert.ok(new URL(await back).searchParams.get('code'));
  });

  it('refuses a decision that did not come from its own page', async () => {
    const party = await here.party();
    const { url } = await party.request();
    const page = here.person.page;
    await page.goto(String(url));
    if (await here.person.isAskedToSignIn()) await here.person.signIn();
    const action = await page.locator('form:has(button[name="decision"])').getAttribute('action');
    const target = new URL(action ?? page.url(), page.url());
    for (const init of [
      { form: { decision: 'approve' } },
      { form: { decision: 'approve', csrf: 'guessed' } },
    ]) {
      const response = await page.request.post(String(target), { ...init, maxRedirects: 0 });
      assert.equal(response.status(), 403);
      assert.equal(response.headers().location, undefined);
    }
  });

  it('gives a sign-in to nobody but the browser that started it', async () => {
    const party = await here.party();
    const { url } = await party.request();
    const [mallory, victim] = [await newcomer(here.browser), await newcomer(here.browser)];
    await mallory.page.goto(String(url));
    const handle = mallory.page.url();
    const { status } = await headersOf(victim, handle);
    assert.equal(status, 403);
    await Promise.all([mallory.window.close(), victim.window.close()]);
  });

  it('has a home page that shows how to connect', async () => {
    const visitor = await newcomer(here.browser);
    const { status } = await headersOf(visitor, `${here.server.url}/`);
    assert.equal(status, 200);
    const text = await visitor.page.locator('body').innerText();
    assert.ok(text.includes(here.server.mcpUrl), 'the address to give to a client');
    for (const client of ['ChatGPT', 'Claude', 'VS Code', 'Cursor', 'Inspector']) {
      assert.ok((await visitor.page.content()).includes(client), client);
    }
    await visitor.leave();
  });

  it('leaves no page with a complaint of the browser', () => here.person.leave());
});
