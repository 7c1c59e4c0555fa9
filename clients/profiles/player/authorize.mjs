import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

import { expect } from './expect.mjs';
import { answerAt } from './landing.mjs';
import { parameters } from './request.mjs';

/** What a person is told when the server's own copy stands in for a document that it cannot fetch. */
const COPY = 'This is the copy from';
const DECISION = 'button[name="decision"]';

/** The client opens a browser, the person signs in and consents, and the browser comes back. */
export async function authorize(act, visit) {
  const { memory } = visit;
  const redirectUri = memory.fill(act.redirect_uri ?? visit.profile.redirect_uri);
  memory.set('redirect_uri', redirectUri);
  memory.set('redirect_target', target(redirectUri));
  const verifier = randomBytes(32).toString('base64url');
  memory.set('pkce', { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') });
  memory.set('state', randomBytes(16).toString('base64url'));

  const url = new URL(memory.get('server.authorization_endpoint'));
  url.search = parameters(memory.fill(act.parameters));
  const back = await approve(url, redirectUri, act, visit);
  const answer = Object.fromEntries(new URL(back).searchParams);
  visit.conceal(answer);
  expect(answer, act.expect, memory);
  memory.set('answer', answer);
}

async function approve(url, redirectUri, act, visit) {
  const { memory, person } = visit;
  const page = await openConsent(url, person);
  await answerAt(page, redirectUri);
  await readConsent(page, act, visit);
  for (const scope of memory.fill(act.untick ?? [])) await page.locator(`input[name="scope"][value="${scope}"]`).uncheck();
  // Also a private scheme, which the browser asks for and nothing answers.
  const coming = page.waitForRequest((request) => request.url().startsWith(redirectUri));
  await person.decide('approve');
  const arrival = await coming;
  assert.equal(arrival.method(), 'GET', 'the browser leaves the consent form with a GET (303)');
  await (await arrival.response())?.finished();
  return arrival.url();
}

async function openConsent(url, person) {
  // A tab of its own: Chromium takes no click in one that was sent to a private scheme.
  await person.page.close();
  const page = (person.page = await person.window.newPage());
  await page.goto(String(url));
  if (await person.isAskedToSignIn()) await person.signIn();
  await page.locator(DECISION).first().waitFor().catch(async () => {
    throw new Error(`no consent page for ${url}, but: ${await page.locator('body').innerText()}`);
  });
  return page;
}

async function readConsent(page, act, { memory, profile }) {
  const text = await page.locator('body').innerText();
  for (const shown of memory.fill(act.consent_shows)) {
    assert.ok(text.includes(shown), `the consent page names ${shown}: ${text}`);
  }
  const isCopy = memory.get('client.client_id').startsWith('https://') && !profile.vendor;
  assert.equal(text.includes(COPY), isCopy, `the consent page says whether a copy stands in: ${text}`);
}

/** What a person can check of a redirect URI: the host, or the scheme of a private one. */
function target(redirectUri) {
  const { protocol, hostname } = new URL(redirectUri);
  return protocol.startsWith('http') ? hostname : protocol.slice(0, -1);
}
