import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
const SUITE = resolve('@modelcontextprotocol/conformance/dist/index.js');
const NODE = node22();

/** The suite asks for Node 22; where no package brings it, ours has to do. */
function node22() {
  try {
    return join(dirname(resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');
  } catch {
    return process.execPath;
  }
}

/**
 * Runs the suite and reads what it wrote about every check.
 *
 * @param {string[]} args
 * @param {{ onOutput?: (output: string) => void, signal?: AbortSignal }} [options] `onOutput` is
 * shown all of the output so far, each time there is more
 */
export async function runSuite(args, options) {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-conformance-'));
  try {
    const { exitCode, output } = await run([...args, '--output-dir', directory], options);
    const scenarios = await readScenarios(directory);
    assert.notEqual(scenarios.size, 0, `the suite ran nothing\n${output}`);
    return { exitCode, output, scenarios };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Runs every server scenario that the suite has for a revision of the specification. */
export function runRevision(mcpUrl, revision, expectedFailures) {
  const baseline = expectedFailures ? ['--expected-failures', expectedFailures] : [];
  return runSuite(['server', '--url', mcpUrl, '--requirements', revision, ...baseline]);
}

/** The server scenarios that a revision of the specification requires. */
export async function requiredScenarios(revision) {
  const { output } = await run(['list', '--requirements', revision]);
  const [, server] = output.match(/^Server scenarios[^\n]*\n((?: +- [^\n]+\n)+)/m) ?? [];
  assert.ok(server, output);
  return server.match(/\S+$/gm);
}

/** Fails with the checks that were not passed, and nothing else. A warning is not a pass. */
export function assertPassed(checks, { excuse = () => false } = {}) {
  assert.ok(checks, 'the scenario did not run');
  const missed = checks.filter((check) => isMissed(check) && !excuse(check));
  const lines = missed.map((check) => `${check.status} ${check.id}: ${check.errorMessage ?? check.description}`);
  assert.equal(lines.length, 0, `\n${lines.join('\n')}`);
  assert.ok(checks.some((check) => check.status === 'SUCCESS'), 'no check was passed');
}

const isMissed = ({ status }) => status === 'FAILURE' || status === 'WARNING';

/** How many checks had each outcome, as a sentence. */
export function tally(checks) {
  const counts = {};
  for (const { status } of checks) counts[status] = (counts[status] ?? 0) + 1;
  return Object.entries(counts).map(([status, count]) => `${count} ${status}`).join(', ');
}

async function run(args, { onOutput = () => {}, signal } = {}) {
  const child = spawn(NODE, [SUITE, ...args], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => onOutput((output += text)));
  }
  const [exitCode] = await once(child, 'close');
  process.off('exit', kill);
  return { exitCode, output };
}

/** One directory for each scenario: the mode, its name, and when it began. */
async function readScenarios(directory) {
  const scenarios = new Map();
  for (const entry of await readdir(directory)) {
    const [, name] = entry.match(/^(?:server|authorization-server)-(.+)-\d{4}-\d\d-\d\dT/) ?? [];
    assert.ok(name, entry);
    scenarios.set(name, JSON.parse(await readFile(join(directory, entry, 'checks.json'), 'utf8')));
  }
  return scenarios;
}
