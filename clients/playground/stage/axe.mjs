import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What is on the page is for everybody.
 *
 * @param {import('playwright-core').Page} page whose frames are judged by themselves: none has an origin
 */
export async function accessible(page) {
  const found = [];
  for (const frame of page.frames()) {
    if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(AXE);
    const violations = await frame.evaluate(async () => {
      const { violations } = await window.axe.run(document, { iframes: false });
      return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html).slice(0, 3)]);
    });
    found.push(...violations.map((violation) => [new URL(frame.url()).pathname, ...violation]));
  }
  assert.deepEqual(found, []);
}
