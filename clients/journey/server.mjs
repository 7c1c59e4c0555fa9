import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { freePort } from './free_port.mjs';

/** The program that is proved. */
export const BINARY =
  process.env.COUNTERSIGN_BINARY ??
  fileURLToPath(new URL('../../target/release/countersign', import.meta.url));
const START_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 15_000;

/**
 * Starts the built binary as a new operator would: an empty directory, nothing configured but the
 * address. `env` adds `COUNTERSIGN_*` settings. `host` is an address unless a test says otherwise:
 * rmcp takes `localhost` for a private host and refuses metadata from it. `binary` is another program
 * that serves as `countersign serve` does; commands are the built binary's all the same. `first` is a
 * command to run before, `command` what serves if not `countersign serve`. `files` are there from the
 * beginning, by their names.
 *
 * @param {{ env?: Record<string, string>, host?: string, port?: number, binary?: string, first?: string[], command?: string[], files?: Record<string, string> }} [options]
 */
export async function startServer({ env = {}, host = '127.0.0.1', port, binary = BINARY, first, command = ['serve'], files = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-client-'));
  port ??= await freePort();
  const server = new Server(directory, `http://${host}:${port}`, port, env, [binary, ...command]);
  for (const [name, content] of Object.entries(files)) await server.write(name, content);
  if (first) await server.command(...first);
  await server.start();
  return server;
}

class Server {
  /** Strings that must never reach the log: passwords, codes, tokens. */
  secrets = new Set();
  /** Everything the process has printed so far, over all its starts. */
  log = '';
  #process;
  #environment;
  #program;

  constructor(directory, url, port, env, program) {
    this.#program = program;
    this.directory = directory;
    this.dataDir = join(directory, 'data');
    this.url = url;
    this.mcpUrl = `${this.url}/mcp`;
    // Only what the binary needs, so that no setting of the caller's shell leaks into the proof.
    this.#environment = {
      PATH: process.env.PATH,
      COUNTERSIGN_PUBLIC_URL: this.url,
      COUNTERSIGN_LISTEN: `127.0.0.1:${port}`,
      COUNTERSIGN_DATA_DIR: this.dataDir,
      ...env,
    };
  }

  async start() {
    const [binary, ...command] = this.#program;
    const child = spawn(binary, command, {
      cwd: this.directory,
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.log += text));
    }
    // A suite that dies must not leave its server behind.
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    await once(child, 'spawn');
    await this.#ready(child);
  }

  /** Stops the server the way a process manager does, and holds it to its promises on the way out. */
  async stop() {
    const child = this.#process;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const limit = delay(STOP_LIMIT_MS, 'late', { ref: false });
      if ((await Promise.race([exited, limit])) === 'late') {
        child.kill('SIGKILL');
        assert.fail(`still running ${STOP_LIMIT_MS} ms after SIGTERM\n${this.log}`);
      }
    }
    assert.equal(child.exitCode, 0, `SIGTERM ends in exit code 0 (signal ${child.signalCode})\n${this.log}`);
    assert.doesNotMatch(this.log, /panicked at/, 'the log records no panic');
    for (const secret of this.secrets) {
      assert.ok(!this.log.includes(secret), 'the log holds no password, code or token');
    }
  }

  /** Ends the process where it stands, as a machine that loses power does. `start` starts it again. */
  async kill() {
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }

  /** Stops the server and removes its directory. */
  async remove() {
    try {
      await this.stop();
    } finally {
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  /** Stops the server and starts it again on the same data. */
  async restart() {
    await this.stop();
    await this.start();
  }

  /** Runs a `countersign` command beside the running server, on the same data. */
  async command(...args) {
    const { stdout } = await promisify(execFile)(BINARY, args, {
      cwd: this.directory,
      env: this.#environment,
    });
    return stdout;
  }

  /** Writes a file in its directory. */
  async write(name, content) {
    const path = join(this.directory, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  /** Adds a local account with the command line, and keeps its password out of the log. */
  async addUser(username, password) {
    this.secrets.add(password);
    const file = join(this.directory, `${username}.password`);
    await writeFile(file, password, { mode: 0o600 });
    await this.command('users', 'add', username, '--password-file', file);
    await rm(file);
  }

  async #ready(child) {
    const limit = performance.now() + START_LIMIT_MS;
    while (performance.now() < limit) {
      if (child.exitCode !== null) assert.fail(`the server exited with ${child.exitCode}\n${this.log}`);
      const answer = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(10);
    }
    child.kill('SIGKILL');
    assert.fail(`not ready within ${START_LIMIT_MS} ms\n${this.log}`);
  }
}
