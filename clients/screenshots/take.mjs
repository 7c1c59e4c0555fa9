// Takes a picture of every page of the built binary: light, dark and narrow.
//     node clients/screenshots/take.mjs DIRECTORY
import { listenForRedirect, newcomer, openBrowser, startServer } from '@countersign-clients/journey';
import { startEverything, startProductApi, startSimulator } from '@countersign-clients/privy/stage';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { takeForReadme, takePlayground } from './playground.mjs';
import { takePrivy, takePrivyOtherwise } from './privy.mjs';

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 360, height: 780 }, deviceScaleFactor: 2 },
};

const directory = process.argv[2];
if (!directory) throw new Error('usage: take.mjs DIRECTORY');
await mkdir(directory, { recursive: true });

// The address that a first start has, so that the pictures show what a reader will see.
const ADDRESS = { host: 'localhost', port: 3002 };

const browser = await openBrowser();
const redirect = await listenForRedirect();
let server;
try {
  server = await startServer(ADDRESS);
  for (const [look, context] of Object.entries(LOOKS)) await takeAll(look, context);
  await server.remove();
  const dev = await startEverything(ADDRESS);
  server = dev.server;
  for (const [look, context] of Object.entries(LOOKS)) {
    await takePlayground(dev, browser, look, context, (page, name) => shoot(page, name, look));
  }
  await takeForReadme(dev, browser, (page) => page.screenshot({ path: join(directory, 'playground-readme.png') }));
  await server.remove();
  await withPrivy(async (stage) => {
    for (const [look, context] of Object.entries(LOOKS)) {
      await takePrivy(stage, look, context, (page, name) => shoot(page, name, look));
    }
    for (const [look, context] of Object.entries(LOOKS)) {
      await takePrivyOtherwise(stage, look, context, (page, name) => shoot(page, name, look));
    }
  });
} finally {
  await redirect.close();
  await browser.close();
}

/** The same server with people whose accounts are at Privy. */
async function withPrivy(take) {
  const simulator = await startSimulator();
  const api = await startProductApi();
  try {
    await simulator.configure({ origins: ['http://localhost:3002'], app: { wallet_auth: true } });
    const env = { ...simulator.settings, COUNTERSIGN_API__URL: api.url };
    server = await startServer({ ...ADDRESS, env });
    await take({ server, simulator, browser, redirect, authorizationUrl });
    await server.remove();
  } finally {
    await api.close();
    await simulator.close();
  }
}

function shoot(page, name, look) {
  return page.screenshot({ path: join(directory, `${name}-${look}.png`), fullPage: true });
}

async function takeAll(look, context) {
  const person = await newcomer(browser, { username: `ada-${look}`, context });
  const { page } = person;

  await page.goto(server.url);
  await shoot(page, 'home', look);

  const url = await authorizationUrl('Claude');
  await page.goto(url);
  await shoot(page, 'sign-in', look);
  await person.signIn('not my password');
  await page.getByRole('alert').waitFor();
  await shoot(page, 'sign-in-refused', look);
  await page.goto(url);
  await page.locator('a[href*="/sign-up"]').click();
  await page.locator('input[name="password"]').waitFor();
  await shoot(page, 'sign-up', look);
  await page.goBack();
  await person.signUp();
  await page.locator('button[name="decision"]').first().waitFor();
  await shoot(page, 'consent', look);
  const back = redirect.next();
  await person.decide('approve');
  const code = new URL(await back).searchParams.get('code');
  if (!code) throw new Error('no code');
  await page.goto(`${server.url}/account`);
  await shoot(page, 'account', look);

  const broken = new URL(url);
  broken.searchParams.set('redirect_uri', 'https://elsewhere.example/callback');
  await page.goto(String(broken));
  await shoot(page, 'error', look);
  await page.goto(`${server.url}/no-such-page`);
  await shoot(page, 'not-found', look);
  await person.window.close();
}

/** What a client would open: registered like any other, with a challenge nobody will redeem. */
async function authorizationUrl(clientName) {
  const response = await fetch(`${server.url}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: clientName,
      redirect_uris: [redirect.uri],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: clientId } = await response.json();
  const url = new URL(`${server.url}/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirect.uri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    scope: 'notes:read notes:write',
    state: 'screenshot',
  });
  return String(url);
}
