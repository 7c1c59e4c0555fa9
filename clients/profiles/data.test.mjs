import { Ajv2020 } from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { COMMON, exchange, read } from './player/exchange.mjs';
import { profiles } from './player/profile.mjs';
import { ACTS } from './player/visit.mjs';

const schema = JSON.parse(readFileSync(new URL('profile.schema.json', import.meta.url), 'utf8'));

describe('profiles: data', () => {
  const ajv = new Ajv2020({ allErrors: true, formats: { date: true }, allowUnionTypes: true });
  const valid = ajv.compile(schema);
  const isExchange = ajv.compile({ $ref: `${schema.$id}#/$defs/exchange` });

  it('keeps to the schema where every client does the same', () => {
    for (const [name, common] of Object.entries(COMMON)) {
      assert.ok(isExchange(common), `${name}: ${ajv.errorsText(isExchange.errors)}`);
    }
  });

  for (const { file, ...profile } of profiles()) {
    describe(file, () => {
      it('keeps to the schema', () => assert.ok(valid(profile), ajv.errorsText(valid.errors)));

      it('has a fact for every step, and no fact without one', () => {
        const known = profile.facts.map(({ id }) => id);
        const used = Object.values(profile.steps).flatMap((step) => step.rests_on);
        assert.deepEqual([...new Set(used)].sort(), [...new Set(known)].sort());
        assert.equal(new Set(known).size, known.length, 'ids are not given twice');
      });

      it('names only exchanges that exist, and uses each of its own', () => {
        const acts = Object.values(profile.steps).flatMap((step) => step.acts.map(read));
        const names = acts.map(([name]) => name).filter((name) => !(name in ACTS));
        for (const name of names) exchange(name, profile, {});
        for (const name of Object.keys(profile.exchanges ?? {})) assert.ok(names.includes(name), `${name} is used`);
      });
    });
  }
});
