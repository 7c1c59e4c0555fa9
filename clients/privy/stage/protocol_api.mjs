import { setTimeout as delay } from 'node:timers/promises';

import { control } from './played.mjs';

const LIMIT_MS = 15_000;

/** Index Network's Protocol API, which takes the tokens of the Privy beside it, and its control plane. */
export class ProtocolApi {
  #secrets = new Set();

  constructor(played) {
    this.url = played.said.api.url;
    this.close = played.close;
  }

  configure = (members) => this.#control('POST', 'config', members);
  people = async () => (await this.#control('GET', 'people')).people;
  addPerson = async (person) => (await this.#control('POST', 'people', person)).id;
  forgetPeople = () => this.#control('DELETE', 'people');
  addIntent = async (subject, payload) => (await this.#control('POST', 'intents', { subject, payload })).id;
  /** Lets a person do something about the subject, or with `by: 'subject'` the other way round. */
  act = (act) => this.#control('POST', 'actions', { by: 'person', ...act });

  fault = (fault) => this.#control('POST', 'fault', fault);
  release = () => this.#control('POST', 'release', {});
  /** As if no fault had been asked for. */
  async recover() {
    await this.#control('DELETE', 'fault');
    await this.release();
  }

  async requests() {
    const { requests } = await this.#control('GET', 'log');
    for (const request of requests) this.#secrets.add(bearer(request));
    this.#secrets.delete(undefined);
    return requests;
  }

  requestsTo = async (path) => (await this.requests()).filter((request) => request.path === path);

  /** What was done about people, in order. */
  actions = async () => (await this.requestsTo('/connections/actions')).map(({ body }) => body);

  /** How many requests to this path were under way at once. */
  mostAtOnce = async (path) => (await this.#control('GET', 'log')).most_at_once[path];

  async forgetRequests() {
    await this.requests();
    await this.#control('DELETE', 'log');
  }

  /** Resolves once `holds` says so of the requests. */
  async wait(holds, what) {
    const limit = performance.now() + LIMIT_MS;
    for (;;) {
      const requests = await this.requests();
      if (holds(requests)) return requests;
      if (performance.now() > limit) throw new Error(`never: ${what}, but ${JSON.stringify(requests)}`);
      await delay(20);
    }
  }

  /** Every token that was ever sent here. */
  async secrets() {
    await this.requests();
    return this.#secrets;
  }

  #control = (method, path, content) => control(this.url, method, path, content);
}

/** The token that a request came with. */
export const bearer = ({ headers }) => headers.authorization?.match(/^Bearer (.+)$/)?.[1];
