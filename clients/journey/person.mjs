import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

const STEP_LIMIT_MS = 15_000;
const PASSWORD_FIELD = 'input[name="password"]';
const DECISION = (value) => `button[name="decision"][value="${value}"]`;

/**
 * A person with a browser of their own, who has no account yet.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {{ username?: string, javaScript?: boolean, context?: object }} [options]
 */
export async function newcomer(browser, { username = 'ada', javaScript = true, context = {} } = {}) {
  const window = await browser.newContext({ javaScriptEnabled: javaScript, ...context });
  window.setDefaultTimeout(STEP_LIMIT_MS);
  const page = await window.newPage();
  return new Person(username, randomBytes(18).toString('base64url'), window, page);
}

class Person {
  /** What the browser complained about: script errors, refused styles, broken links. */
  complaints = [];

  constructor(username, password, window, page) {
    this.username = username;
    this.password = password;
    this.page = page;
    this.window = window;
    window.on('page', (tab) => this.#watch(tab));
    this.#watch(page);
  }

  /** Goes on in a new tab, and leaves the one so far to a client that lives in it. */
  async openTab() {
    this.page = await this.window.newPage();
  }

  /** The full URL, once the browser is sent to an address that begins so. */
  async isSentTo(uri) {
    const request = await this.page.waitForRequest((request) => request.url().startsWith(uri));
    return request.url();
  }

  /**
   * Follows an authorization URL to its end, doing at each page what the page asks for, and
   * resolves with the URL that the client is sent back on.
   *
   * @param {string | URL} url
   * @param {{ next: () => Promise<string> }} redirect
   * @param {{ decision?: 'approve' | 'deny', account?: 'sign-in' | 'sign-up' }} [choice]
   */
  async authorize(url, redirect, { decision = 'approve', account = 'sign-in' } = {}) {
    const back = redirect.next();
    await this.page.goto(String(url));
    if (await this.isAskedToSignIn()) {
      if (account === 'sign-up') await this.signUp();
      else await this.signIn();
    }
    await this.decide(decision);
    return withLimit(back, () => `the browser never came back; it is at ${this.page.url()}`);
  }

  isAskedToSignIn() {
    return this.page.locator(PASSWORD_FIELD).first().isVisible();
  }

  async signIn(password = this.password) {
    await this.page.fill('input[name="username"]', this.username);
    await this.page.fill(PASSWORD_FIELD, password);
    await this.#submit(PASSWORD_FIELD);
  }

  async signUp() {
    await this.page.locator('a[href*="/sign-up"]').click();
    await this.page.fill('input[name="username"]', this.username);
    await this.page.fill(PASSWORD_FIELD, this.password);
    await this.#submit(PASSWORD_FIELD);
  }

  async decide(decision) {
    await this.page.locator(DECISION(decision)).click();
  }

  /** Opens `/account` and disconnects the application of that name. */
  async disconnect(server, clientName) {
    await this.page.goto(`${server.url}/account`);
    const form = this.#connection(clientName);
    assert.equal(await form.count(), 1, `/account lists "${clientName}" once`);
    const answered = this.page.waitForResponse((response) => response.request().method() === 'POST');
    await form.getByRole('button', { name: /disconnect/i }).click();
    await answered;
    const refusedFrom = performance.now();
    await this.#connection(clientName).waitFor({ state: 'detached' });
    return refusedFrom;
  }

  /**
   * Ends the visit: a page that made the browser complain fails the suite. A client's own pages are
   * its own affair: `of` is the origin to judge.
   */
  async leave(of = '') {
    await this.window.close();
    const complaints = this.complaints.filter((complaint) => complaint.startsWith(of));
    assert.deepEqual(complaints, [], 'no page makes the browser complain');
  }

  #connection(clientName) {
    return this.page
      .getByRole('listitem')
      .filter({ hasText: clientName, has: this.page.getByRole('button', { name: /disconnect/i }) });
  }

  #watch(tab) {
    tab.on('pageerror', (error) => this.complaints.push(`${tab.url()}: ${error}`));
    tab.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${tab.url()}: ${message.text()}`);
    });
  }

  async #submit(field) {
    await this.page.locator(`form:has(${field}) button:not([type="button"])`).first().click();
  }
}

/** Fails with words instead of hanging until the test runner gives up. */
async function withLimit(promise, describe) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(describe())), STEP_LIMIT_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
