import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

const text = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');

/**
 * The suites in which a client runs as it is, which step each of their tests proves, and in which
 * version. A test that is no longer there, or has another name, is an error.
 */
export function suites() {
  const { suites, journey } = JSON.parse(text('suites.json'));
  return suites.map((suite) => {
    const sources = suite.files.map((file) => text(`../${file}`)).join('\n');
    const steps = Object.entries({ ...(suite.journey && journey), ...suite.steps }).map(([step, { proves, test }]) => {
      assert.ok(sources.includes(test), `suites.json: no test "${test}" in ${suite.files}`);
      return [step, { proves: proves.replaceAll(/\{(\w+)\}/g, (_, name) => suite[name]) }];
    });
    return { ...suite, version: version(suite.package), steps: Object.fromEntries(steps) };
  });
}

/** The version that the lock files hold. */
function version({ npm, pip, cargo }) {
  if (npm) return JSON.parse(text('../package-lock.json')).packages[`node_modules/${npm}`].version;
  const [, found] = pip
    ? new RegExp(`^${pip}==(\\S+)`, 'm').exec(text('../python/requirements.txt'))
    : new RegExp(`name = "${cargo}"\\nversion = "(.+)"`).exec(text('../../Cargo.lock'));
  return found;
}
