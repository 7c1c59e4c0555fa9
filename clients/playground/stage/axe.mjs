import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { until } from './until.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What is on the page is for everybody.
 *
 * @param {import('playwright-core').Page} page whose frames are judged by themselves: none has an origin
 */
export const accessible = (page) => until(async () => (await Promise.all(page.frames().map(violations))).flat(), []);

async function violations(frame) {
  if (!(await frame.evaluate(() => 'axe' in window))) await frame.evaluate(AXE);
  const found = await frame.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false });
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html).slice(0, 3)]);
  });
  return found.map((violation) => [new URL(frame.url()).pathname, ...violation]);
}
