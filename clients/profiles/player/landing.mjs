import { once } from 'node:events';
import { createServer } from 'node:http';

/** What a native client answers the browser with. It loads nothing more. */
export const PAGE = '<!doctype html><link rel="icon" href="data:,"><title>Back</title><p>You can close this window.</p>';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Listens where a loopback redirect URI points. Other URIs are not this machine's to answer. */
export async function listenFor(redirectUri) {
  const uri = new URL(redirectUri);
  if (uri.protocol !== 'http:' || !LOOPBACK.has(uri.hostname)) return { close: async () => {} };
  const listener = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE));
  listener.listen(Number(uri.port || 80), uri.hostname === '[::1]' ? '::1' : '127.0.0.1');
  await once(listener, 'listening');
  return {
    close: () => {
      listener.closeAllConnections();
      return new Promise((resolve) => listener.close(resolve));
    },
  };
}
