import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';

import { DOCUMENT, matrix } from './matrix.mjs';
import { profiles } from './player/profile.mjs';
import { openStage } from './player/stage.mjs';
import { STEPS } from './player/visit.mjs';

const HOOK_LIMIT = { timeout: 60_000 };

describe('profiles', { timeout: 900_000 }, () => {
  const played = [];
  let stage;

  before(async () => void (stage = await openStage()), HOOK_LIMIT);
  after(() => stage?.close(), HOOK_LIMIT);

  for (const profile of profiles()) {
    describe(`${profile.client}, by ${profile.way}`, () => {
      let guest;

      before(async () => {
        guest = await stage.receive(profile);
        played.push({ profile, passed: guest.visit.passed });
      }, HOOK_LIMIT);
      after(() => guest?.end(), HOOK_LIMIT);

      for (const step of STEPS.filter((name) => name in profile.steps)) {
        it(`${step.replace('_', '-')}: ${profile.steps[step].proves}`, () => guest.visit.step(step));
      }
    });
  }

  it('are what docs/clients.md says; `node profiles/matrix.mjs` writes it', () => {
    assert.equal(readFileSync(DOCUMENT, 'utf8'), matrix(played));
  });
});
