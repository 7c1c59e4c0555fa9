import { once } from 'node:events';
import { createServer } from 'node:https';

import { PAGE } from '../player/landing.mjs';

/**
 * Stands in for the vendors' hosts: serves the documents it is given, by their full URL, and
 * answers every other address as a vendor's callback does, with a page that loads nothing.
 */
export class VendorHost {
  /** How often each document was fetched. */
  fetches = new Map();
  #documents;
  #listener;

  static async start({ certificate, address = '127.0.0.1', port = 0, documents = {} }) {
    const host = new VendorHost();
    host.#documents = documents;
    host.#listener = createServer(certificate, (request, response) => host.#answer(request, response));
    host.#listener.listen(port, address);
    await once(host.#listener, 'listening');
    return host;
  }

  get port() {
    return this.#listener.address().port;
  }

  close() {
    this.#listener.closeAllConnections();
    return new Promise((resolve) => this.#listener.close(resolve));
  }

  #answer(request, response) {
    // A redirect that kept the method of the consent form ends here, as at Claude (clients.md F46).
    if (request.method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end();
    const url = `https://${request.headers.host}${request.url}`;
    const document = this.#documents[url];
    if (document === undefined) return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    this.fetches.set(url, (this.fetches.get(url) ?? 0) + 1);
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=300' })
      .end(JSON.stringify(document));
  }
}
