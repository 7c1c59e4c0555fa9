// Takes a picture of every page of the built binary: light, dark and narrow.
//     node clients/screenshots/take.mjs DIRECTORY
import { listenForRedirect, newcomer, openBrowser, startServer } from '@countersign-clients/journey';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 860 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 860 } },
  narrow: { colorScheme: 'light', viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
};

const directory = process.argv[2];
if (!directory) throw new Error('usage: take.mjs DIRECTORY');
await mkdir(directory, { recursive: true });

// The address that a first start has, so that the pictures show what a reader will see.
const server = await startServer({ host: 'localhost', port: 3002 });
const browser = await openBrowser();
const redirect = await listenForRedirect();
try {
  for (const [look, context] of Object.entries(LOOKS)) await takeAll(look, context);
} finally {
  await redirect.close();
  await browser.close();
  await server.remove();
}

async function takeAll(look, context) {
  const person = await newcomer(browser, { username: `ada-${look}`, context });
  const { page } = person;
  const shoot = (name) => page.screenshot({ path: join(directory, `${name}-${look}.png`), fullPage: true });

  await page.goto(server.url);
  await shoot('home');

  const url = await authorizationUrl('Claude');
  await page.goto(url);
  await shoot('sign-in');
  await person.signIn('not my password');
  await page.getByRole('alert').waitFor();
  await shoot('sign-in-refused');
  await page.goto(url);
  await page.locator('a[href*="/sign-up"]').click();
  await page.locator('input[name="password"]').waitFor();
  await shoot('sign-up');
  await page.goBack();
  await person.signUp();
  await page.locator('button[name="decision"]').first().waitFor();
  await shoot('consent');
  const back = redirect.next();
  await person.decide('approve');
  const code = new URL(await back).searchParams.get('code');
  if (!code) throw new Error('no code');
  await page.goto(`${server.url}/account`);
  await shoot('account');

  const broken = new URL(url);
  broken.searchParams.set('redirect_uri', 'https://elsewhere.example/callback');
  await page.goto(String(broken));
  await shoot('error');
  await page.goto(`${server.url}/no-such-page`);
  await shoot('not-found');
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
