import { once } from 'node:events';
import { createServer } from 'node:http';

import { freePort } from './free_port.mjs';

/**
 * A native application's redirect URI: a listener on a loopback port that the operating system
 * chose (RFC 8252 section 7.3). `next` resolves with the full URL that the browser comes back on.
 */
export async function listenForRedirect() {
  const waiting = [];
  const listener = createServer((request, response) => {
    if (!request.url.startsWith('/callback')) return response.writeHead(404).end();
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<!doctype html><link rel="icon" href="data:,"><title>Back</title><p>You can close this window.</p>');
    waiting.shift()?.(`${origin}${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const origin = `http://127.0.0.1:${listener.address().port}`;

  return {
    uri: `${origin}/callback`,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      listener.closeAllConnections();
      return new Promise((resolve) => listener.close(resolve));
    },
  };
}

/**
 * A redirect URI on which the client itself listens, so that only the person sees the browser come
 * back. The port is free until the client takes it.
 *
 * @returns what a journey takes as `listen`
 */
export function watchForRedirect(host, path) {
  return async (person) => {
    const uri = `http://${host}:${await freePort()}${path}`;
    return { uri, next: () => person.isSentTo(uri), close: async () => {} };
  };
}
