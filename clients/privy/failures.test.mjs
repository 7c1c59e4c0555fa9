import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';

import { carryWallet, withCode, withGoogle, withWallet, world } from './stage/index.mjs';

const INIT = '/api/v1/passwordless/init';
const AUTHENTICATE = '/api/v1/passwordless/authenticate';

/**
 * Everything that can go wrong on the page. Each test reads what the person is told, and then takes
 * the way on that the page offers, up to the consent page.
 */
describe('privy: failures on the sign-in page', { timeout: 600_000 }, () => {
  const here = world();
  // A test that fails must not take the others with it.
  afterEach(() => here.simulator.recover());

  /** Somebody at the sign-in page. */
  async function atTheDoor(options) {
    const visitor = await here.visitor(null, options);
    const party = await here.party({ client_name: 'Failing' });
    const { url } = await party.request();
    await visitor.open(url);
    return visitor;
  }

  async function getsThere(visitor) {
    await visitor.isAskedToConsent();
    await visitor.close();
  }

  async function isTold(visitor, words) {
    await visitor.page.locator('[role="alert"]').filter({ hasText: words }).waitFor();
  }

  /** What a page does that has the same code. */
  async function redeem(email, code) {
    const { url, appId, clientId } = here.simulator;
    const answer = await fetch(`${url}${AUTHENTICATE}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'privy-app-id': appId,
        'privy-client-id': clientId,
        origin: here.server.url,
      },
      body: JSON.stringify({ email, code, mode: 'login-or-sign-up' }),
    });
    assert.equal(answer.status, 200, await answer.text());
  }

  describe('codes', () => {
    it('a wrong code: says so, and takes the right one', async () => {
      const visitor = await atTheDoor();
      await visitor.sendCodeTo('wrong@example.com');
      await visitor.page.locator('#code').waitFor();
      const code = await here.simulator.code('wrong@example.com');
      await visitor.enterCode(code === '000000' ? '000001' : '000000');
      await isTold(visitor, 'That code is wrong or has expired. Check the newest message, or send a new code.');
      await visitor.enterCode(code);
      await getsThere(visitor);
    });

    it('an expired code: says so, and sends another', async () => {
      const visitor = await atTheDoor();
      await here.simulator.configure({ code_ttl: 0 });
      await visitor.sendCodeTo('late@example.com');
      await visitor.page.locator('#code').waitFor();
      await visitor.enterCode(await here.simulator.code('late@example.com'));
      await isTold(visitor, 'That code is wrong or has expired');
      await here.simulator.configure({ code_ttl: 600 });
      await visitor.press('Send a new code');
      await visitor.page.locator('#code:not([disabled])').waitFor();
      await visitor.enterCode(await here.simulator.code('late@example.com'));
      await getsThere(visitor);
    });

    it('a code that was used: says so, and sends another', async () => {
      const visitor = await atTheDoor();
      await visitor.sendCodeTo('used@example.com');
      await visitor.page.locator('#code').waitFor();
      const used = await here.simulator.code('used@example.com');
      await redeem('used@example.com', used);
      await visitor.enterCode(used);
      await isTold(visitor, 'That code is wrong or has expired');
      await visitor.press('Send a new code');
      await visitor.page.locator('#code:not([disabled])').waitFor();
      await visitor.enterCode(await here.simulator.code('used@example.com'));
      await getsThere(visitor);
    });

    it('an address or a code that cannot be one: asks nobody', async () => {
      const visitor = await atTheDoor();
      await here.simulator.forgetRequests();
      await visitor.sendCodeTo('nobody@');
      await isTold(visitor, 'That is not a complete email address.');
      assert.deepEqual(await here.simulator.requestsTo(INIT), []);
      await visitor.sendCodeTo('somebody@example.com');
      await visitor.enterCode('123');
      await isTold(visitor, 'The code has six digits.');
      assert.deepEqual(await here.simulator.requestsTo(AUTHENTICATE), []);
      await visitor.enterCode(await here.simulator.code('somebody@example.com'));
      await getsThere(visitor);
    });

    it('a reload after the code was sent: asks for that code', async () => {
      const visitor = await atTheDoor();
      await here.simulator.forgetRequests();
      await visitor.sendCodeTo('reload@example.com');
      await visitor.page.locator('#code').waitFor();
      await visitor.page.reload();
      await visitor.page.locator('#code').waitFor();
      assert.match(await visitor.page.locator('main').innerText(), /We sent a code to reload@example\.com/);
      await visitor.enterCode(await here.simulator.code('reload@example.com'));
      await visitor.isAskedToConsent();
      assert.equal((await here.simulator.requestsTo(INIT)).length, 1);
      await visitor.close();
    });

    it('an account that may not be: says so, and lets another one in', async () => {
      const visitor = await atTheDoor();
      await here.simulator.configure({ allowlist: ['listed@example.com'] });
      await visitor.sendCodeTo('unlisted@example.com');
      await isTold(visitor, 'This account is not on the list of people who may sign in.');
      await withCode('listed@example.com')(visitor);
      await visitor.isAskedToConsent();
      await here.simulator.configure({ allowlist: null });
      await visitor.close();
    });
  });

  describe('Privy', () => {
    it('a person who is blocked there: says that it refused, and lets another one in', async () => {
      await here.simulator.signIn('blocked@example.com');
      await here.simulator.block('blocked@example.com');
      const visitor = await atTheDoor();
      await withCode('blocked@example.com')(visitor);
      await isTold(visitor, 'This account is not on the list of people who may sign in.');
      await visitor.press('Start over');
      await withCode('unblocked@example.com')(visitor);
      await getsThere(visitor);
    });

    it('too many requests: says so at once, and goes on when the limit has passed', async () => {
      const visitor = await atTheDoor();
      await here.simulator.forgetRequests();
      await here.simulator.fault({ path: INIT, status: 429, code: 'too_many_requests' });
      const pressed = performance.now();
      await visitor.sendCodeTo('eager@example.com');
      await isTold(visitor, 'Too many attempts in a short time. Wait a few minutes, then try again.');
      assert.ok(performance.now() - pressed < 2_000, 'nothing was tried again first');
      assert.equal((await here.simulator.requestsTo(INIT)).length, 1);
      await withCode('eager@example.com')(visitor);
      await getsThere(visitor);
    });

    it('a fault that passes: shows progress, and nobody has to do anything', async () => {
      const visitor = await atTheDoor();
      await here.simulator.fault({ path: INIT, status: 503, times: 2 });
      await visitor.sendCodeTo('patient@example.com');
      await visitor.page.getByText('Privy is slow to answer, still trying…').waitFor();
      assert.ok(await visitor.page.locator('#email').isDisabled(), 'the form waits');
      await visitor.page.locator('#code').waitFor();
      await visitor.enterCode(await here.simulator.code('patient@example.com'));
      await getsThere(visitor);
    });

    it('a fault that stays: says so after its tries, and goes on once it is over', async () => {
      const visitor = await atTheDoor();
      await here.simulator.fault({ path: INIT, status: 500, times: 0 });
      await visitor.sendCodeTo('unlucky@example.com');
      await isTold(visitor, 'Privy, which signs you in here, cannot be reached right now.');
      assert.equal(await visitor.page.locator('#email').inputValue(), 'unlucky@example.com', 'what was typed is still there');
      await here.simulator.recover();
      await withCode('unlucky@example.com')(visitor);
      await getsThere(visitor);
    });

    it('down when the page loads: says so, and tries again', async () => {
      const visitor = await atTheDoor();
      await here.simulator.goDown();
      await visitor.page.reload();
      await isTold(visitor, 'Privy, which signs you in here, cannot be reached right now.');
      assert.equal(await visitor.page.getByText('still trying').isVisible(), false, 'nobody tries any more');
      await here.simulator.recover();
      await visitor.press('Try again');
      await withCode('back@example.com')(visitor);
      await getsThere(visitor);
    });

    it('slow when the page loads: shows progress until it has answered', async () => {
      const visitor = await atTheDoor();
      await here.simulator.fault({ path: '/api/v1/apps/*', delay_ms: 3_000 });
      await visitor.page.reload();
      const progress = visitor.page.getByText('Privy is slow to answer, still trying…');
      await progress.waitFor();
      await progress.waitFor({ state: 'hidden' });
      await withCode('steady@example.com')(visitor);
      await getsThere(visitor);
    });

    it('does not take our origin: tells the operator which one to list', async () => {
      const visitor = await atTheDoor();
      await here.simulator.fault({ path: INIT, status: 403, code: 'invalid_origin' });
      await visitor.sendCodeTo('outsider@example.com');
      await isTold(visitor, `add ${here.server.url} to the allowed origins of the Privy app`);
      await withCode('outsider@example.com')(visitor);
      await getsThere(visitor);
    });
  });

  describe('providers', () => {
    it('Google denied: says so, and another way is open', async () => {
      const visitor = await atTheDoor();
      await visitor.press('Continue with Google');
      await visitor.press('Deny');
      await isTold(visitor, 'You stopped the sign-in at Google. Nothing was shared.');
      await withCode('changed@example.com')(visitor);
      await getsThere(visitor);
    });

    /** Where Google sends this browser, which has not gone there yet. */
    async function wayBack(visitor, email) {
      const answers = '**/sim/idp?*as=*';
      let told;
      const location = new Promise((resolve) => (told = resolve));
      await visitor.page.route(answers, async (route) => {
        const { location } = (await route.fetch({ maxRedirects: 0 })).headers();
        // The browser stays where it is.
        await route.fulfill({ status: 204 });
        told(new URL(location));
      });
      await withGoogle(email)(visitor);
      const back = await location;
      await visitor.page.unroute(answers);
      return back;
    }

    async function isLost(page) {
      await page.getByText('This tab does not know which sign-in it belongs to.').waitFor();
      await page.getByText('Go back to the app and choose Connect again').waitFor();
      assert.equal(new URL(page.url()).search, '', 'the code does not stay in the address bar');
    }

    it('a state that is not ours: says so, and Google works from the start', async () => {
      const visitor = await atTheDoor();
      const back = await wayBack(visitor, 'mixed@example.com');
      back.searchParams.set('privy_oauth_state', 'somebody-elses');
      await visitor.page.goto(String(back));
      await isTold(visitor, 'This return from Google does not belong to the sign-in in this tab.');
      await withGoogle('mixed@example.com')(visitor);
      await getsThere(visitor);
    });

    it('the memory of the tab is gone: says so, and leads back to the app', async () => {
      const visitor = await atTheDoor();
      const back = await wayBack(visitor, 'lost@example.com');
      await visitor.page.goto(here.server.url);
      await visitor.page.evaluate(() => sessionStorage.clear());
      await visitor.page.goto(String(back));
      await isLost(visitor.page);
      await visitor.open((await (await here.party()).request()).url);
      await withGoogle('lost@example.com')(visitor);
      await getsThere(visitor);
    });

    it('the return in a second tab: is nobody’s there, and good in the first', async () => {
      const visitor = await atTheDoor();
      const back = await wayBack(visitor, 'tabs@example.com');
      const second = await visitor.window.newPage();
      await second.goto(String(back));
      await isLost(second);
      await visitor.page.goto(String(back));
      await getsThere(visitor);
    });

    it('two sign-ins in two tabs: do not disturb each other', async () => {
      const visitor = await atTheDoor();
      const party = await here.party({ client_name: 'Second tab' });
      const second = await visitor.window.newPage();
      await second.goto(String((await party.request()).url));
      await second.locator('button[value="continue"]').click();
      const google = second.getByRole('button', { name: 'Continue with Google' });
      await google.click();
      await visitor.press('Continue with Google');
      for (const page of [second, visitor.page]) {
        await page.getByLabel('Somebody else').fill('twice@example.com');
        await page.getByRole('button', { name: 'Continue as this person' }).click();
        await page.locator('button[value="approve"]').waitFor();
      }
      assert.match(await second.locator('main').innerText(), /Second tab/);
      assert.match(await visitor.page.locator('main').innerText(), /Failing/);
      await visitor.close();
    });
  });

  describe('wallets and passkeys', () => {
    it('no wallet: says where to find one, and another way is open', async () => {
      const visitor = await atTheDoor();
      await withWallet()(visitor);
      await isTold(visitor, 'This browser has no wallet.');
      await withCode('walletless@example.com')(visitor);
      await getsThere(visitor);
    });

    it('a declined wallet: says so, and another way is open', async () => {
      const visitor = await here.visitor(null);
      await carryWallet(visitor, { declines: true });
      await visitor.open((await (await here.party()).request()).url);
      await withWallet()(visitor);
      await isTold(visitor, 'You declined in your wallet. Nothing was signed.');
      await withCode('declined@example.com')(visitor);
      await getsThere(visitor);
    });

    it('two wallets: asks which', async () => {
      const visitor = await here.visitor(null);
      await carryWallet(visitor, { name: 'First wallet', declines: true });
      await carryWallet(visitor, { name: 'Second wallet' });
      await visitor.open((await (await here.party()).request()).url);
      await withWallet()(visitor);
      await visitor.press('Second wallet');
      await getsThere(visitor);
    });

    it('no passkey: says so, and another way is open', async () => {
      const visitor = await atTheDoor();
      await visitor.page.evaluate(() => {
        navigator.credentials.get = async () => {
          throw new DOMException('nobody touched it', 'NotAllowedError');
        };
      });
      await visitor.press('Use a passkey');
      await isTold(visitor, 'No passkey was used.');
      await withCode('keyless@example.com')(visitor);
      await getsThere(visitor);
    });
  });

  describe('the hand-over', () => {
    it('a user who was deleted meanwhile: says so, and lets somebody else sign in', async () => {
      const visitor = await atTheDoor();
      await visitor.page.route('**/authorize/*/privy', async (route) => {
        await here.simulator.deleteUser('deleted@example.com');
        await route.continue();
      });
      await withCode('deleted@example.com')(visitor);
      await isTold(visitor, 'This account no longer exists. Reload the page to sign in with another.');
      await visitor.page.unroute('**/authorize/*/privy');
      await visitor.press('Reload the page');
      await withCode('instead@example.com')(visitor);
      await getsThere(visitor);
    });

    it('a server that does not answer: says so, and tries again with the same sign-in', async () => {
      const visitor = await atTheDoor();
      await visitor.page.route('**/authorize/*/privy', (route) => route.abort());
      await withCode('stubborn@example.com')(visitor);
      await isTold(visitor, 'The server did not answer.');
      await visitor.page.unroute('**/authorize/*/privy');
      await visitor.press('Try again');
      await getsThere(visitor);
    });

    it('Privy does not answer the server: says so, and tries again with the same sign-in', async () => {
      const visitor = await atTheDoor();
      await here.simulator.fault({ path: '/v1/users/*', status: 503, times: 0 });
      await withCode('waiting@example.com')(visitor);
      await isTold(visitor, 'Privy does not answer right now.');
      await here.simulator.recover();
      await visitor.press('Try again');
      await visitor.isAskedToConsent();
      assert.equal(new Set(visitor.handedOver).size, 1, 'what was refused in passing was not used up');
      await visitor.close();
    });

    it('a step that was taken in another tab: a reload shows the next one', async () => {
      const visitor = await atTheDoor();
      const second = await visitor.window.newPage();
      await second.goto(visitor.page.url());
      await second.locator('#email').waitFor();
      await withCode('ahead@example.com')(visitor);
      await visitor.isAskedToConsent();
      await second.fill('#email', 'ahead@example.com');
      await second.getByRole('button', { name: 'Send me a code' }).click();
      // Until it is sent, the latest code is the one that was used.
      await second.locator('#code').waitFor();
      await second.locator('#code').fill(await here.simulator.code('ahead@example.com'));
      await second.getByRole('button', { name: 'Sign in', exact: true }).click();
      await second.getByRole('alert').filter({ hasText: 'This step was taken already' }).waitFor();
      await second.reload();
      await second.locator('button[value="approve"]').waitFor();
      await visitor.close();
    });
  });

  it('no JavaScript: says that it is needed', async () => {
    const visitor = await here.visitor(null, { javaScript: false });
    await visitor.page.goto(String((await (await here.party()).request()).url));
    await visitor.page.locator('button[value="continue"]').click();
    await visitor.page.locator('[data-privy]').waitFor({ state: 'attached' });
    // What stands in for scripts is not shown under Playwright's switch, but it is there.
    assert.match(await visitor.page.content(), /<noscript>.*Signing in needs JavaScript\./s);
    await visitor.close();
  });
});

describe('privy: a captcha', { timeout: 120_000 }, () => {
  const here = world({ privy: { captcha: { provider: 'turnstile', site_key: '1x00000000000000000000AA' } } });
  const SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js*';

  /** Cloudflare's script, as far as a page notices. */
  const turnstile = (outcome) => `
    let options;
    window.turnstile = {
      render: (place, given) => ((options = given), 'widget'),
      execute: () => setTimeout(() => ${outcome}, 0),
      reset: () => {},
    };`;

  async function atTheDoor(outcome) {
    const visitor = await here.visitor(null);
    if (outcome) {
      const body = turnstile(outcome);
      await visitor.window.route(SCRIPT, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    } else {
      await visitor.window.route(SCRIPT, (route) => route.abort());
    }
    await visitor.open((await (await here.party()).request()).url);
    return visitor;
  }

  for (const [name, way] of [
    ['a code', withCode('human@example.com')],
    ['Google', withGoogle('human@example.com')],
  ]) {
    it(`is solved on the page before ${name} is asked for`, async () => {
      const visitor = await atTheDoor(`options.callback('captcha-ok-' + Math.random())`);
      await way(visitor);
      await visitor.isAskedToConsent();
      await visitor.leave(here.server);
    });
  }

  it('that says no: tells the person, and the next try may pass', async () => {
    const visitor = await atTheDoor(`(window.tried ? options.callback('captcha-ok') : options['error-callback'](), window.tried = true)`);
    await visitor.sendCodeTo('robot@example.com');
    await visitor.page.getByRole('alert').filter({ hasText: 'We could not confirm that you are human.' }).waitFor();
    await withCode('robot@example.com')(visitor);
    await visitor.isAskedToConsent();
    await visitor.close();
  });

  it('that a content blocker holds back: names the host, and the next try loads it', async () => {
    const visitor = await atTheDoor();
    await visitor.sendCodeTo('blocked@example.com');
    await visitor.page.getByRole('alert').filter({ hasText: 'Allow challenges.cloudflare.com' }).waitFor();
    await visitor.window.unroute(SCRIPT);
    const body = turnstile(`options.callback('captcha-ok')`);
    await visitor.window.route(SCRIPT, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    await withCode('blocked@example.com')(visitor);
    await visitor.isAskedToConsent();
    await visitor.close();
  });
});

describe('privy: an app that is set up otherwise', { timeout: 120_000 }, () => {
  describe('without "CLI and agent access"', () => {
    const here = world({ token: 'device' });

    it('says which switch is off, to the operator', async () => {
      const visitor = await here.visitor(withCode('switch@example.com'));
      await here.simulator.configure({ device: { enabled: false } });
      await visitor.open((await (await here.party()).request()).url);
      await visitor.way(visitor);
      await visitor.page.getByRole('alert').filter({ hasText: 'CLI and agent access' }).waitFor();
      await visitor.close();
    });
  });

  describe('whose Privy is down when the server starts', () => {
    const here = world();

    it('starts, says so at sign-in, and signs people in once it is back', async () => {
      await here.simulator.goDown();
      await here.server.restart();
      assert.match(here.server.log, /Privy does not answer/);
      const visitor = await here.visitor(withCode('early@example.com'));
      await visitor.page.goto(String((await (await here.party()).request()).url));
      await visitor.page.locator('button[value="continue"]').click();
      await visitor.page.getByText(/cannot|does not answer|try again/i).first().waitFor();
      await here.simulator.recover();
      await visitor.page.reload();
      await visitor.way(visitor);
      await visitor.isAskedToConsent();
      await visitor.close();
    });
  });

  describe('whose origins do not list this server', () => {
    const here = world();

    it('tells that from an outage and names the origin, and goes on once it is listed', async () => {
      await here.simulator.configure({ origins: ['https://other.example'] });
      const visitor = await here.visitor(withCode('listed@example.com'));
      await visitor.open((await (await here.party()).request()).url);
      const words = `add ${here.server.url} to the allowed origins of the Privy app`;
      await visitor.page.getByRole('alert').filter({ hasText: words }).waitFor();
      await here.simulator.configure({ origins: [here.server.url] });
      await visitor.press('Try again');
      await visitor.way(visitor);
      await visitor.isAskedToConsent();
      await visitor.close();
    });
  });

  describe('with e-mail alone', () => {
    const off = { sms_auth: false, google_oauth: false, wallet_auth: false, passkey_auth: false };
    const here = world({ privy: { app: off } });

    it('shows nothing else', async () => {
      const visitor = await here.visitor(withCode('plain@example.com'));
      await visitor.open((await (await here.party()).request()).url);
      const buttons = await visitor.page.locator('[data-privy] button:visible').allInnerTexts();
      assert.deepEqual(buttons, ['Send me a code']);
      await visitor.way(visitor);
      await visitor.isAskedToConsent();
      await visitor.leave(here.server);
    });
  });
});
