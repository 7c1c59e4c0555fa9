import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

// It needs a later Node.js than the suites do.
const NODE = fileURLToPath(import.meta.resolve(`node-${process.platform}-${process.arch}/bin/node`));
const LAUNCHER = fileURLToPath(
  import.meta.resolve('@modelcontextprotocol/inspector/clients/launcher/build/index.js'),
);
const ADDRESS = /http:\/\/\S+MCP_INSPECTOR_API_TOKEN=\S+/;

/** The Inspector's own server on one person's machine: it serves the page and holds the tokens. */
export class Inspector {
  #process;
  #directory;

  /** @param {number | string} port which its redirect URI names */
  static async start(port) {
    const directory = await mkdtemp(join(tmpdir(), 'countersign-inspector-'));
    const catalog = join(directory, 'catalog.json');
    await writeFile(catalog, '{"mcpServers":{}}');
    const child = spawn(NODE, [LAUNCHER, '--web', '--catalog', catalog], {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        HOST: '127.0.0.1',
        CLIENT_PORT: String(port),
        MCP_SANDBOX_PORT: '0',
        MCP_APP_ORIGIN_PORT: '0',
        MCP_AUTO_OPEN_ENABLED: 'false',
        MCP_STORAGE_DIR: directory,
        MCP_INSPECTOR_SECRET_STORE: 'file',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    process.once('exit', () => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) {
      const [address] = line.match(ADDRESS) ?? [];
      if (address) return new Inspector(child, directory, address);
    }
    assert.fail('the Inspector ended before it named its address');
  }

  constructor(child, directory, address) {
    this.#process = child;
    this.#directory = directory;
    this.address = address;
    // What nobody reads would fill the pipe and hold the process up.
    child.stdout.resume();
  }

  async tokens() {
    const [[, tokens]] = await this.#secrets();
    return JSON.parse(tokens);
  }

  /** As if the access token had run out since: whoever connects next is answered 401. */
  async expireAccessToken() {
    const [[name]] = await this.#secrets();
    const stored = JSON.parse(await readFile(this.#secretsFile, 'utf8'));
    const expired = { ...(await this.tokens()), access_token: 'no-longer-valid' };
    stored.secrets[name] = JSON.stringify(expired);
    await writeFile(this.#secretsFile, JSON.stringify(stored));
  }

  async stop() {
    const exited = once(this.#process, 'exit');
    if (this.#process.kill()) await exited;
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #secretsFile() {
    return join(this.#directory, 'secrets.json');
  }

  async #secrets() {
    const { secrets } = JSON.parse(await readFile(this.#secretsFile, 'utf8'));
    return Object.entries(secrets).filter(([name]) => name.includes(':tokens:'));
  }
}
