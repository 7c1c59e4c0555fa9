// What the suite and the pictures share, one file per actor.
export { accessible } from './axe.mjs';
export { HOSTILE, HOSTILE_AVATARS, NO_TRACES, traces } from './hostile.mjs';
export { Playground } from './playground.mjs';
export { until } from './until.mjs';
export { world } from './world.mjs';
