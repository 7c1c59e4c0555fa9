import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/**
 * A stretch of network in front of one or several hosts, where a test can hold what passes. It keeps
 * `Host` and every other header, so that neither side notices.
 *
 * @param {string[]} hosts `http://` origins that take turns
 * @param {number} [port]
 */
export async function layWire(hosts, port = 0) {
  const wire = new Wire(hosts);
  await wire.listen(port);
  return wire;
}

class Wire {
  #server;
  #turn = 0;
  #holds = [];

  constructor(hosts) {
    this.hosts = hosts;
  }

  async listen(port) {
    this.#server = createServer((request, response) => void this.#carry(request, response)).listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** Holds the next request to this path before the host gets it; resolves once it is held. */
  holdRequest = (path) => this.#hold('request', path);
  /** Holds the next answer from this path, when the host has done its work; resolves once it is held. */
  holdAnswer = (path) => this.#hold('answer', path);

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hold(what, path) {
    return new Promise((arrived) => this.#holds.push({ what, path, arrived }));
  }

  /** Waits while something of this path is held. `release(false)` loses it. */
  async #pass(what, { url, method }) {
    const path = url.split('?')[0];
    const index = this.#holds.findIndex((hold) => hold.what === what && hold.path === path);
    if (index < 0 || method === 'OPTIONS') return true;
    const [{ arrived }] = this.#holds.splice(index, 1);
    return new Promise((release) => arrived({ release: () => release(true), lose: () => release(false) }));
  }

  async #carry(request, response) {
    const chunks = await request.toArray().catch(() => undefined);
    if (!chunks || !(await this.#pass('request', request))) return response.destroy();
    const host = this.hosts[this.#turn++ % this.hosts.length];
    const { method, headers, url } = request;
    const sent = send(`${host}${url}`, { method, headers, agent: false });
    sent.on('error', () => response.destroy());
    sent.on('response', async (answer) => {
      const content = await answer.toArray().catch(() => undefined);
      if (!content || !(await this.#pass('answer', request))) return response.destroy();
      response.writeHead(answer.statusCode, answer.rawHeaders).end(Buffer.concat(content));
    });
    sent.end(Buffer.concat(chunks));
  }
}
