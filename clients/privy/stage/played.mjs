import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { BINARY } from '@countersign-clients/journey';

/**
 * Runs `countersign dev …` so that it plays other services and nothing else.
 *
 * @returns `{ said, close }`: the line of JSON in which it says how they are reached
 */
export async function play(...args) {
  const child = spawn(BINARY, ['dev', ...args], { env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'inherit'] });
  // A suite that dies must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  await once(child, 'spawn');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    said: JSON.parse(line),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Sends a request to the control plane of a simulator; resolves with what it says. */
export async function control(url, method, path, content) {
  const answer = await fetch(`${url}/sim/${path}`, {
    method,
    ...(content && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(`${method} /sim/${path}: ${JSON.stringify(said)}`);
  return said;
}
