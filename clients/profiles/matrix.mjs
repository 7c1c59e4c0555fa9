// Plays every profile and writes docs/clients.md: `node profiles/matrix.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { profiles } from './player/profile.mjs';
import { openStage } from './player/stage.mjs';
import { STEPS } from './player/visit.mjs';
import { render } from './render.mjs';
import { suites } from './suites.mjs';

export const DOCUMENT = new URL('../../docs/clients.md', import.meta.url);

/** What docs/clients.md has to be after these runs. */
export function matrix(played) {
  const openPoints = JSON.parse(readFileSync(new URL('open_points.json', import.meta.url), 'utf8'));
  return render(played, suites(), openPoints);
}

async function play(profile, stage) {
  const { visit, end } = await stage.receive(profile);
  try {
    for (const step of STEPS.filter((name) => name in profile.steps)) {
      await visit.step(step).catch((error) => console.error(`${profile.file}, ${step}: ${error.message}`));
    }
  } finally {
    await end();
  }
  return { profile, passed: visit.passed };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stage = await openStage();
  const played = [];
  try {
    for (const profile of profiles()) played.push(await play(profile, stage));
  } finally {
    await stage.close();
  }
  writeFileSync(DOCUMENT, matrix(played));
}
