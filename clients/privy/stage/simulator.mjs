import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { built } from './program.mjs';

const BINARY = process.env.COUNTERSIGN_PRIVY_SIMULATOR ?? built('countersign-client-privy-simulator');
const LIMIT_MS = 15_000;

/** Starts a Privy of its own, with one app and no people. */
export async function startSimulator() {
  const child = spawn(BINARY, [], { stdio: ['ignore', 'pipe', 'inherit'] });
  // A suite that dies must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  await once(child, 'spawn');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return new Simulator(child, JSON.parse(line));
}

/** Privy, and its control plane. */
class Simulator {
  #process;
  #secrets = new Set();

  constructor(child, { url, app_id: appId, app_secret: appSecret, client_id: clientId }) {
    this.#process = child;
    Object.assign(this, { url, appId, appSecret, clientId });
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

  async close() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await exited;
  }

  async #control(method, path, content) {
    const answer = await fetch(`${this.url}/sim/${path}`, {
      method,
      ...(content && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${method} /sim/${path}: ${JSON.stringify(said)}`);
    return said;
  }
}
