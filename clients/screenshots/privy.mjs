import { newcomer } from '@countersign-clients/journey';
import { Visitor, carryWallet, withCode } from '@countersign-clients/privy/stage';

const INIT = '/api/v1/passwordless/init';

/**
 * Every state of the sign-in with Privy.
 *
 * @param {object} stage `{ server, simulator, browser, redirect, authorizationUrl }`
 * @param {string} look
 * @param {object} context of the browser window
 * @param {(page: object, name: string) => Promise<void>} shoot
 */
export async function takePrivy(stage, look, context, shoot) {
  const { simulator } = stage;
  const address = `ada-${look}@example.com`;

  /** Somebody at the sign-in page. */
  async function visitor({ wallets = [] } = {}) {
    const visitor = new Visitor(simulator, await newcomer(stage.browser, { context }));
    for (const wallet of wallets) await carryWallet(visitor, wallet);
    await visitor.open(await stage.authorizationUrl('Claude'));
    return visitor;
  }
  const alerts = (visitor) => visitor.page.locator('[role="alert"]').filter({ hasText: /\S/ }).first().waitFor();
  async function shootAlone(name, act, options) {
    const alone = await visitor(options);
    await act(alone);
    await shoot(alone.page, name);
    await simulator.recover();
    await alone.close();
  }

  const ada = new Visitor(simulator, await newcomer(stage.browser, { context }));
  const { page } = ada;
  await page.goto(await stage.authorizationUrl('Claude'));
  await shoot(page, 'privy-ask');
  await ada.agree();
  await shoot(page, 'privy-sign-in');
  await ada.press('Use your phone number');
  await shoot(page, 'privy-sign-in-phone');
  await ada.press('Use your email address');
  await ada.sendCodeTo('ada@');
  await alerts(ada);
  await shoot(page, 'privy-sign-in-incomplete');
  await ada.sendCodeTo(address);
  await page.locator('#code').waitFor();
  await shoot(page, 'privy-code');
  const code = await simulator.code(address);
  await ada.enterCode(code === '000000' ? '000001' : '000000');
  await alerts(ada);
  await shoot(page, 'privy-code-wrong');
  await page.route('**/authorize/*/privy', (route) => route.abort());
  await ada.enterCode(code);
  await alerts(ada);
  await shoot(page, 'privy-hand-over-failed');
  await page.unroute('**/authorize/*/privy');
  await ada.press('Try again');
  await ada.isAskedToConsent();
  await shoot(page, 'privy-consent');
  const back = stage.redirect.next();
  await ada.decide('approve');
  if (!new URL(await back).searchParams.get('code')) throw new Error('no code');
  await page.goto(`${stage.server.url}/account`);
  await shoot(page, 'privy-account');
  await ada.close();

  const nobody = new Visitor(simulator, await newcomer(stage.browser, { context }));
  await nobody.page.goto(`${stage.server.url}/account`);
  await nobody.page.locator('#email').waitFor();
  await shoot(nobody.page, 'privy-account-sign-in');
  await nobody.page.goto(`${stage.server.url}/sign-in/privy?privy_oauth_code=x&privy_oauth_state=y&privy_oauth_provider=google`);
  await nobody.page.getByText('What to do.').waitFor();
  await shoot(nobody.page, 'privy-return-lost');
  await nobody.close();

  await shootAlone('privy-slow', async (slow) => {
    await simulator.fault({ path: INIT, status: 503, times: 0 });
    await slow.sendCodeTo(address);
    await slow.page.getByText('still trying').waitFor();
  });
  await shootAlone('privy-too-many', async (eager) => {
    await simulator.fault({ path: INIT, status: 429, code: 'too_many_requests' });
    await eager.sendCodeTo(address);
    await alerts(eager);
  });
  await shootAlone('privy-origin-refused', async (outsider) => {
    await simulator.fault({ path: INIT, status: 403, code: 'invalid_origin' });
    await outsider.sendCodeTo(address);
    await alerts(outsider);
  });
  await shootAlone('privy-unreachable', async (stranded) => {
    await simulator.goDown();
    await stranded.page.reload();
    await alerts(stranded);
  });
  await shootAlone('privy-provider-declined', async (declining) => {
    await declining.press('Continue with Google');
    await declining.press('Deny');
    await alerts(declining);
  });
  await shootAlone('privy-provider-unmatched', async (mixed) => {
    await mixed.page.evaluate(() => {
      const back = { code: 'x', state: 'y', provider: 'google' };
      sessionStorage.setItem('countersign:oauth-return', JSON.stringify(back));
    });
    await mixed.page.reload();
    await alerts(mixed);
  });
  await shootAlone('privy-wallet-missing', async (walletless) => {
    await walletless.press('Use a wallet');
    await alerts(walletless);
  });
  await shootAlone(
    'privy-wallets',
    async (rich) => {
      await rich.press('Use a wallet');
      await rich.page.getByRole('button', { name: 'Second wallet' }).waitFor();
    },
    { wallets: [{ name: 'First wallet' }, { name: 'Second wallet' }] },
  );
  await shootAlone(
    'privy-wallet-waiting',
    async (waiting) => {
      await waiting.press('Use a wallet');
      await waiting.page.getByText('Waiting for your wallet').waitFor();
    },
    { wallets: [{ name: 'Slow wallet', answers: false }] },
  );
  await shootAlone('privy-passkey-waiting', async (touching) => {
    await touching.page.evaluate(() => (navigator.credentials.get = () => new Promise(() => {})));
    await touching.press('Use a passkey');
    await touching.page.getByText('Waiting for your passkey').waitFor();
  });
  await shootAlone('privy-over', async (deleted) => {
    const gone = `gone-${look}@example.com`;
    await deleted.page.route('**/authorize/*/privy', async (route) => {
      await simulator.deleteUser(gone);
      await route.continue();
    });
    await withCode(gone)(deleted);
    await alerts(deleted);
  });
}

/** What the page shows of an app that is set up otherwise, and while Privy is down. */
export async function takePrivyOtherwise(stage, look, context, shoot) {
  const { simulator, server } = stage;
  const visitor = new Visitor(simulator, await newcomer(stage.browser, { context }));
  const providers = ['twitter', 'github', 'discord', 'apple', 'linkedin', 'tiktok'].map((name) => [`${name}_oauth`, true]);
  await simulator.configure({ app: Object.fromEntries(providers) });
  // The server remembers the app for some minutes.
  await server.restart();
  await visitor.open(await stage.authorizationUrl('Claude'));
  await shoot(visitor.page, 'privy-providers');
  const { page } = visitor;
  await simulator.configure({ origins: ['https://other.example'] });
  await page.reload();
  await page.locator('[role="alert"]').filter({ hasText: /\S/ }).first().waitFor();
  await shoot(page, 'privy-origin-unlisted');
  await simulator.configure({ origins: [server.url] });
  await simulator.goDown();
  await server.restart();
  await page.reload();
  await shoot(page, 'privy-unavailable');
  await simulator.recover();
  await visitor.close();
}
