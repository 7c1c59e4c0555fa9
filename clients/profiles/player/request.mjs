import assert from 'node:assert/strict';

import { expect } from './expect.mjs';
import { at } from './memory.mjs';
import { challenge, parse, send } from './wire.mjs';

/** An HTTP request of the client, and what it requires of the answer. */
export async function request(act, visit) {
  const answers = await Promise.all(Array.from({ length: act.times ?? 1 }, () => once(act, visit)));
  for (const answer of answers) judge(act, answer, visit);
  keep(act, answers.at(0), visit);
  for (const path of act.same ?? []) {
    assert.equal(new Set(answers.map((answer) => at(answer, path))).size, 1, `${path} is the same in all ${act.times} answers`);
  }
}

async function once(act, { memory, profile }) {
  const url = memory.fill(act.url);
  const headers = Object.assign({}, ...act.as.map((name) => profile.headers?.[name]), act.headers);
  let body;
  if (act.form) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    body = String(parameters(memory.fill(act.form)));
  } else if (act.json) {
    headers['content-type'] = 'application/json';
    memory.set('sent', memory.fill(act.json));
    body = JSON.stringify(memory.get('sent'));
  }
  const method = act.method ?? (body === undefined ? 'GET' : 'POST');
  const answer = await send(method, url, memory.fill(headers), body);
  return { ...answer, what: `${method} ${url}` };
}

function judge(act, answer, { memory, conceal }) {
  Object.assign(answer, { body: parse(answer), challenge: challenge(answer.headers) });
  conceal(answer.body);
  const story = `${answer.what} answered ${answer.status} ${answer.text.slice(0, 600)}`;
  assert.ok([act.expect.status].flat().includes(answer.status), `${story}; the client needs ${act.expect.status}`);
  try {
    for (const part of ['headers', 'challenge', 'body']) {
      if (act.expect[part]) expect(answer[part], act.expect[part], memory);
    }
  } catch (error) {
    throw new Error(`${story}\n${error.message}`);
  }
}

function keep(act, answer, { memory }) {
  if (answer.challenge) memory.set('challenge', answer.challenge);
  if (act.keep) memory.set(act.keep, answer.body);
}

/** A list becomes the same parameter several times. */
export function parameters(members) {
  const pairs = Object.entries(members).flatMap(([name, value]) => [value].flat().map((each) => [name, each]));
  return new URLSearchParams(pairs);
}
