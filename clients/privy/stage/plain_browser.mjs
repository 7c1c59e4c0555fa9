/**
 * A browser as far as HTTP goes: cookies, `Origin` and fetch metadata, each of which a test can
 * change. It stands where Chromium would, whose page sends only what is right.
 */
export class PlainBrowser {
  #cookies = new Map();

  constructor(server) {
    this.server = server;
  }

  /**
   * @param {string | URL} address a path of the server, or a full URL
   * @param {{ method?: string, headers?: object, body?: string }} [request]
   */
  async send(address, { method = 'GET', headers = {}, body } = {}) {
    const own = method === 'GET' ? { 'sec-fetch-site': 'none' } : { origin: this.server.url, 'sec-fetch-site': 'same-origin' };
    const sent = { ...own, cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '), ...headers };
    const answer = await fetch(new URL(address, this.server.url), {
      method,
      body,
      redirect: 'manual',
      headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined && value !== '')),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  /** Opens an authorization URL; resolves with the interaction that is now at the ask page. */
  async begin(url) {
    const { status, headers } = await this.send(url);
    if (status !== 302 && status !== 303) throw new Error(`GET ${url}: ${status}`);
    return new PlainInteraction(this, headers.get('location'));
  }
}

/** One sign-in of that browser. */
class PlainInteraction {
  constructor(browser, path) {
    this.browser = browser;
    this.path = new URL(path, browser.server.url).pathname;
  }

  page = () => this.browser.send(this.path);

  async agree() {
    const { text } = await this.page();
    const csrf = text.match(/name="csrf" value="([^"]+)"/)[1];
    const { status } = await this.browser.send(`${this.path}/agree`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(new URLSearchParams({ csrf, decision: 'continue' })),
    });
    if (status !== 302 && status !== 303) throw new Error(`agreeing: ${status}`);
    const page = await this.page();
    this.csrf = page.text.match(/data-csrf="([^"]+)"/)?.[1];
    return this;
  }

  /** Hands a token over as the page does, but for what `headers` change. */
  async handOver(token, headers = {}) {
    const answer = await this.browser.send(`${this.path}/privy`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': this.csrf, ...headers },
      body: JSON.stringify({ token }),
    });
    const said = answer.text.startsWith('{') ? JSON.parse(answer.text) : {};
    return { ...answer, said };
  }
}
