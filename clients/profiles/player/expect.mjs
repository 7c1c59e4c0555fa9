import assert from 'node:assert/strict';

import { at } from './memory.mjs';

const MATCHERS = {
  is: (found, wanted) => assert.deepEqual(found, wanted),
  /** One or all of several: members of a list, or words of a text such as `scope`. */
  has(found, wanted) {
    const members = typeof found === 'string' ? found.split(' ') : found;
    assert.ok(Array.isArray(members), `a list, not ${JSON.stringify(found)}`);
    for (const member of [wanted].flat()) {
      assert.ok(members.includes(member), `${JSON.stringify(member)} in ${JSON.stringify(found)}`);
    }
  },
  lacks(found, wanted) {
    const members = typeof found === 'string' ? found.split(' ') : (found ?? []);
    assert.ok(!members.includes(wanted), `no ${JSON.stringify(wanted)} in ${JSON.stringify(found)}`);
  },
  contains(found, wanted) {
    for (const part of [wanted].flat()) assert.ok(String(found).includes(part), `${part} in ${JSON.stringify(found)}`);
  },
  type: (found, wanted) => assert.equal(Array.isArray(found) ? 'array' : typeof found, wanted),
  present: (found, wanted) => assert.equal(found !== undefined, wanted, JSON.stringify(found)),
  isNot: (found, unwanted) => assert.notDeepEqual(found, unwanted),
};

/** Holds what was found to a profile's requirements, each at its dotted path. */
export function expect(found, requirements, memory) {
  for (const [path, matchers] of Object.entries(requirements)) {
    for (const [name, wanted] of Object.entries(matchers)) {
      try {
        MATCHERS[name](at(found, path), memory.fill(wanted));
      } catch (error) {
        throw new Error(`${path} ${name} ${JSON.stringify(wanted)}: ${error.message}`);
      }
    }
  }
}
