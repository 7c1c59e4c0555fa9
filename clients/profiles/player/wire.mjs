import { request as httpRequest } from 'node:http';

const LIMIT_MS = 10_000;

/**
 * One request with these headers and no others, so that the server hears what the client would
 * say: `fetch` adds headers of its own.
 */
export function send(method, url, headers, body) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = httpRequest(url, { method, headers: { ...headers, ...length }, timeout: LIMIT_MS }, (incoming) => {
      const parts = [];
      incoming.on('data', (part) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        resolve({ status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(parts).toString() });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${LIMIT_MS} ms from ${url}`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The JSON in an answer, whether it came as such or as the last event of a stream. */
export function parse({ headers, text }) {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/json')) return JSON.parse(text);
  if (type.startsWith('text/event-stream')) {
    const events = [...text.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data).filter(Boolean);
    return JSON.parse(events.at(-1));
  }
  return undefined;
}

/** The parameters of a `Bearer` challenge (RFC 6750 section 3). */
export function challenge(headers) {
  const text = headers['www-authenticate'] ?? '';
  if (!/^Bearer /i.test(text)) return undefined;
  return Object.fromEntries([...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}
