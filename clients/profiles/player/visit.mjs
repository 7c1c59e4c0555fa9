import { freePort } from '@countersign-clients/journey';
import assert from 'node:assert/strict';

import { authorize } from './authorize.mjs';
import { exchange, read } from './exchange.mjs';
import { Memory } from './memory.mjs';
import { request } from './request.mjs';

/** The steps of a connection, in order. */
export const STEPS = ['discovery', 'registration', 'authorization', 'token', 'call', 'step_up', 'refresh', 'reconnect'];

const SECRETS = ['access_token', 'refresh_token', 'id_token', 'client_secret', 'code'];

/** What a profile may say of the demo product, so that it can be played against another one. */
const product = (person) => ({
  scopes: ['notes:read', 'notes:write'],
  read: { name: 'whoami', arguments: {} },
  answer: person.username,
  write: { name: 'add_note', arguments: { text: 'Remember the milk' } },
  write_scope: 'notes:write',
});

/** The acts that are no exchange with the server. */
export const ACTS = {
  /** The client's id is the URL of its metadata document, and nothing is sent. */
  document: async (url, { memory }) => memory.set('client', { client_id: memory.fill(url) }),
  repeat: (step, visit) => visit.perform(visit.profile.steps[step].acts),
  restart: (_, { server }) => server.restart(),
  /** A native client listens anew, so its redirect URI has another port (RFC 8252 section 7.3). */
  async new_port(_, { memory, profile }) {
    memory.set('port', await freePort());
    memory.set('redirect_uri', memory.fill(profile.redirect_uri));
  },
  fetched: async (counts, { vendor, memory }) => assert.deepEqual(Object.fromEntries(vendor.fetches), memory.fill(counts)),
};

/** One client, going through the steps of its profile against one server. */
export class Visit {
  /** The steps that it went through. */
  passed = new Set();
  #failed;

  static async begin(profile, { server, person, vendor }) {
    const memory = new Memory({
      mcp: server.mcpUrl,
      origin: server.url,
      product: product(person),
      port: await freePort(),
      client_name: profile.client_name,
      client_info: profile.client_info,
      protocol_version: profile.protocol_version,
      ...profile.values,
    });
    // Signed when it is asked for: an assertion is good for one request (RFC 7523 section 3).
    const sign = (audience) => () => vendor.assertion(memory.get('client.client_id'), memory.get(audience));
    memory.set('assertion', { for_issuer: sign('server.issuer'), for_token_endpoint: sign('server.token_endpoint') });
    memory.set('redirect_uri', memory.fill(profile.redirect_uri));
    return Object.assign(new Visit(), { profile, server, person, vendor, memory });
  }

  /** Takes one step. A step after one that failed is not reached. */
  async step(name) {
    if (this.#failed) throw new Error(`${this.profile.client} does not get here: its ${this.#failed} failed`);
    try {
      await this.perform(this.profile.steps[name].acts);
      this.passed.add(name);
    } catch (error) {
      this.#failed = name;
      throw error;
    }
  }

  async perform(acts) {
    for (const act of acts) {
      const [name, detail] = read(act);
      if (ACTS[name]) await ACTS[name](detail, this);
      else await this.#exchange(exchange(name, this.profile, detail));
    }
  }

  #exchange(act) {
    return act.parameters ? authorize(act, this) : request(act, this);
  }

  /** Keeps what must not be logged out of the server's log. */
  conceal = (answer) => {
    for (const name of SECRETS) {
      if (typeof answer?.[name] === 'string') this.server.secrets.add(answer[name]);
    }
  };
}
