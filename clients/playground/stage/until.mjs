import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const LIMIT_MS = 15_000;

/** Asks until the answer is the expected one. A frame that is being replaced answers nothing for a moment. */
export async function until(what, expected) {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await Promise.resolve().then(what).catch((error) => error);
    try {
      return assert.deepEqual(found, expected);
    } catch (difference) {
      if (performance.now() > limit) throw found instanceof Error ? found : difference;
    }
    await delay(20);
  }
}
