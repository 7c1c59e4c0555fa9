import { once } from 'node:events';
import { createServer } from 'node:http';

import { PrivyClient } from '@privy-io/node';
import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * The product's own API, on its own host: it says who its caller is, `GET /me`, and lets nobody in
 * whose token it cannot verify by itself.
 */
export async function startProductApi() {
  const api = new ProductApi();
  await api.listen();
  return api;
}

class ProductApi {
  /** Who called, one entry for each call: `{ status, did?, token, kind? }`. */
  calls = [];
  #verify = async () => {
    throw new Error('trusts nobody yet');
  };
  #server;
  #beforeAnswer = async () => {};

  async listen() {
    this.#server = createServer((request, response) => this.#answer(request, response)).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Accepts countersign's tokens, as `docs/privy.md` tells the product to. */
  trustServer(issuer) {
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    this.#verify = async (token) => {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: this.url, typ: 'at+jwt' });
      return { did: payload.sub, expiresAt: payload.exp };
    };
  }

  /** Accepts Privy's tokens, with Privy's own SDK. */
  trustPrivy({ url, appId, appSecret }) {
    const privy = new PrivyClient({ appId, appSecret, apiUrl: url });
    this.#verify = async (token) => {
      const claims = await privy.utils().auth().verifyAccessToken(token);
      return { did: claims.user_id, expiresAt: claims.expiration };
    };
  }

  /** Resolves with a call when it has arrived; it is answered once the returned `release` is called. */
  hold() {
    return new Promise((arrived) => {
      this.#beforeAnswer = () =>
        new Promise((release) => {
          this.#beforeAnswer = async () => {};
          arrived(release);
        });
    });
  }

  /** Every token that was ever sent here. */
  secrets = async () => this.calls.map(({ token }) => token);

  async close() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request, response) {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const call = { path: request.url, token };
    try {
      Object.assign(call, await this.#verify(token), { status: 200 });
    } catch (error) {
      Object.assign(call, { status: 401, error: String(error) });
    }
    this.calls.push(call);
    await this.#beforeAnswer();
    response.writeHead(call.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(call.did ? { id: call.did, plan: 'gold' } : { error: 'unauthorized' }));
  }
}
