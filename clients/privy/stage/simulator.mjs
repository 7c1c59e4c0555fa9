import { setTimeout as delay } from 'node:timers/promises';

import { freePort, startServer } from '@countersign-clients/journey';

import { control, play } from './played.mjs';
import { ProtocolApi } from './protocol_api.mjs';

const LIMIT_MS = 15_000;
const ANY_PORT = '127.0.0.1:0';

/** Starts a Privy of its own, with one app and no people. */
export async function startSimulator() {
  const played = await play('privy', '--simulator-only', '--listen', ANY_PORT);
  return asNew(new Simulator(played, played.said));
}

/** The same, and beside it a Protocol API that takes its tokens. */
export async function startSimulators() {
  const played = await play('--simulators-only', '--privy', ANY_PORT, '--api', ANY_PORT);
  const simulator = await asNew(new Simulator(played, played.said.privy));
  return { simulator, api: new ProtocolApi(played) };
}

/**
 * Starts `countersign dev` as it is typed, but for the ports. What it serves knows sample people.
 *
 * @param {{ env?: Record<string, string>, port?: number, files?: Record<string, string> }} [options] of `startServer`
 */
export async function startEverything(options) {
  const [privy, protocol] = [await freePort(), await freePort()];
  const command = ['dev', '--privy', `127.0.0.1:${privy}`, '--api', `127.0.0.1:${protocol}`];
  const server = await startServer({ host: 'localhost', command, ...options });
  const url = (port) => `http://127.0.0.1:${port}`;
  const close = async () => {};
  return {
    server,
    simulator: new Simulator({ close }, { url: url(privy) }),
    api: new ProtocolApi({ said: { api: { url: url(protocol) } }, close }),
  };
}

/** With the login methods of an app that nobody has touched yet. */
async function asNew(simulator) {
  await simulator.configure({ app: null });
  return simulator;
}

/** Privy, and its control plane. */
class Simulator {
  #secrets = new Set();

  constructor({ close }, { url, app_id: appId, app_secret: appSecret, client_id: clientId }) {
    Object.assign(this, { close, url, appId, appSecret, clientId });
  }

  /** What `[login.privy]` needs to know, as variables. */
  get settings() {
    return {
      COUNTERSIGN_LOGIN__PROVIDER: 'privy',
      COUNTERSIGN_LOGIN__PRIVY__APP_ID: this.appId,
      COUNTERSIGN_LOGIN__PRIVY__APP_SECRET: this.appSecret,
      COUNTERSIGN_LOGIN__PRIVY__CLIENT_ID: this.clientId,
      COUNTERSIGN_LOGIN__PRIVY__API_URL: this.url,
      COUNTERSIGN_LOGIN__PRIVY__AUTH_URL: this.url,
    };
  }

  configure = (patch) => this.#control('POST', 'config', patch);

  /** The newest code for an e-mail address or a telephone number, once there is one. */
  async code(address) {
    const kind = address.includes('@') ? 'email' : 'phone';
    const limit = performance.now() + LIMIT_MS;
    for (;;) {
      const answer = await fetch(`${this.url}/sim/otp?${kind}=${encodeURIComponent(address)}`);
      if (answer.ok) return (await answer.json()).code;
      if (performance.now() > limit) throw new Error(`no code was sent to ${address}`);
      await delay(20);
    }
  }

  /** The tokens of a sign-in that no page saw. */
  signIn = (user) => this.#control('POST', 'sign-in', { user });

  mint = async (recipe) => (await this.#control('POST', 'mint', recipe)).token;
  vectors = () => this.#control('GET', 'vectors');
  rotateKey = () => this.#control('POST', 'rotate-key', {});
  user = (name) => this.#control('GET', `users/${encodeURIComponent(name)}`);
  deleteUser = (name) => this.#control('DELETE', `users/${encodeURIComponent(name)}`);
  block = (user) => this.#control('POST', 'block', { user });
  /** Ends every session and grant of a person. */
  revoke = (user) => this.#control('POST', 'revoke', { user });

  fault = (fault) => this.#control('POST', 'fault', fault);
  recover = () => this.#control('DELETE', 'fault');
  /** Nobody gets an answer until `recover`. */
  goDown = () => this.fault({ path: '/*', drop: true, processed: false, times: 0 });

  requests = async () => (await this.#control('GET', 'log')).requests;
  async forgetRequests() {
    await this.secrets();
    await this.#control('DELETE', 'log');
  }

  async requestsTo(path) {
    return (await this.requests()).filter((request) => request.path === path);
  }

  /** Every secret that was ever sent here: tokens, device codes and the app's own. */
  async secrets() {
    this.#secrets.add(this.appSecret);
    for (const { headers, body } of await this.requests()) {
      const credentials = headers.authorization?.match(/^(?:Bearer|Basic) (.+)$/)?.[1];
      for (const secret of [credentials, body?.refresh_token, body?.device_code]) if (secret) this.#secrets.add(secret);
    }
    return this.#secrets;
  }

  #control = (method, path, content) => control(this.url, method, path, content);
}
