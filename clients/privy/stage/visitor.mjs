import { newcomer } from '@countersign-clients/journey';

const ASK = 'button[name="decision"][value="continue"]';
const DECISION = (value) => `button[name="decision"][value="${value}"]`;

/** A person whose account is at Privy, with a browser of their own. */
export class Visitor {
  /**
   * @param {object} simulator
   * @param {import('playwright-core').Browser} browser
   * @param {object} [options] of `newcomer`
   */
  static async arrive(simulator, browser, options) {
    return new Visitor(simulator, await newcomer(browser, options));
  }

  /** How this person signs in at Privy: one of `ways.mjs`, or null once the browser's session must do. */
  way = null;
  /** What the consent page said when this person last decided. */
  consent = '';
  /** Every token of Privy that the page handed to the server. */
  handedOver = [];

  constructor(simulator, person) {
    this.simulator = simulator;
    this.person = person;
    this.page = person.page;
    this.window = person.window;
    this.window.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === 'POST' && pathname.endsWith('/privy')) {
        this.handedOver.push(request.postDataJSON().token);
      }
    });
  }

  /** What the page says went wrong. */
  alert = () => this.#text('[role="alert"]');
  /** What the page says is going on. */
  status = () => this.#text('[data-privy] [role="status"]');

  /**
   * From an authorization URL to its end; resolves with the URL that the client is sent back on.
   *
   * @param {string | URL} url
   * @param {{ next: () => Promise<string> }} redirect
   * @param {{ decision?: 'approve' | 'deny' }} [how]
   */
  async authorize(url, redirect, { decision = 'approve' } = {}) {
    const back = redirect.next();
    await this.open(url);
    await this.way?.(this);
    await this.decide(decision);
    return back;
  }

  /** Opens a client's authorization URL and, where the page asks, goes on to the sign-in. */
  async open(url) {
    await this.page.goto(String(url));
    if (await this.page.locator(ASK).isVisible()) await this.agree();
  }

  async agree() {
    await this.page.locator(ASK).click();
    await this.page.locator('[data-privy]:not([hidden])').waitFor();
  }

  /** Waits for the consent page. */
  async isAskedToConsent() {
    await this.page.locator(DECISION('approve')).waitFor();
    this.consent = await this.page.locator('main').innerText();
  }

  async decide(decision) {
    await this.isAskedToConsent();
    await this.page.locator(DECISION(decision)).click();
  }

  async sendCodeTo(address) {
    if (address.includes('@')) {
      await this.page.fill('#email', address);
      await this.page.getByRole('button', { name: 'Send me a code' }).click();
    } else {
      const phone = this.page.getByRole('button', { name: 'Use your phone number' });
      if (await phone.isVisible()) await phone.click();
      await this.page.fill('#phone', address);
      await this.page.getByRole('button', { name: 'Text me a code' }).click();
    }
  }

  /** Waits for the field and types into it. */
  async enterCode(code) {
    await this.page.locator('#code').fill(code);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async press(name) {
    await this.page.getByRole('button', { name }).click();
  }

  /** Ends the visit; a page of this origin that made the browser complain fails the suite. */
  leave = ({ url }) => this.person.leave(url);
  /** Ends the visit of somebody whose browser had reason to complain. */
  close = () => this.window.close();

  async #text(selector) {
    const element = this.page.locator(selector).filter({ hasText: /\S/ }).first();
    return (await element.innerText()).trim();
  }
}
