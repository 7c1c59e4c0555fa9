import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

// The running server looks for a rotation by somebody else every five seconds.
const NOTICED_LIMIT_MS = 10_000;

/** Rotates the signing key with the command line, beside the running server, until the server has noticed. */
export async function rotateKeys(server) {
  const before = await publishedKeys(server);
  await server.command('keys', 'rotate');
  const limit = performance.now() + NOTICED_LIMIT_MS;
  // A rotation publishes one more key, the one that will sign after it.
  while ((await publishedKeys(server)).length === before.length) {
    assert.ok(performance.now() < limit, `the rotation was not noticed within ${NOTICED_LIMIT_MS} ms`);
    await delay(50);
  }
}

/** The `kid` of the key that signed this token (RFC 7515 section 4.1.4). */
export function signedBy(token) {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
}

async function publishedKeys(server) {
  const { keys } = await (await fetch(`${server.url}/.well-known/jwks.json`)).json();
  return keys;
}
