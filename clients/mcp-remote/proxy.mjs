import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(import.meta.resolve('mcp-remote/dist/proxy.js'));
const ASKS_FOR_THE_PERSON = 'Please authorize this client by visiting:';
const BRIDGES = /Remote server speaks MCP (\S+);/;

/**
 * One `mcp-remote` process, started as a desktop application does it, and the application's end of
 * its standard input and output.
 */
export class Proxy {
  #client;
  #bridged;
  #refusal;
  #refuse;

  /**
   * @param {{ args: string[], store: string, clientName: string, authorize: (url: string) => Promise<unknown> }} how
   */
  static async start({ args, store, clientName, authorize }) {
    const proxy = new Proxy(clientName);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [CLI, ...args],
      // It opens a browser if it can. The person has one already.
      env: { PATH: process.env.PATH, HOME: store, BROWSER: 'true', MCP_REMOTE_CONFIG_DIR: store },
      stderr: 'pipe',
    });
    proxy.#listen(transport.stderr, authorize);
    try {
      await proxy.#unlessRefused(proxy.#client.connect(transport));
    } catch (error) {
      await proxy.close();
      throw error;
    }
    return proxy;
  }

  constructor(clientName) {
    this.#client = new Client({ name: clientName, version: '1' });
    this.#refusal = new Promise((_, reject) => (this.#refuse = reject));
    this.#refusal.catch(() => {});
  }

  /** What it speaks with the server, which is not always what it speaks with the application. */
  get protocolVersion() {
    return this.#bridged ?? this.#client.getNegotiatedProtocolVersion();
  }

  async tools() {
    const { tools } = await this.#unlessRefused(this.#client.listTools());
    return tools.map((tool) => tool.name);
  }

  call(name, args) {
    return this.#unlessRefused(this.#client.callTool({ name, arguments: args }));
  }

  close() {
    return this.#client.close();
  }

  /** Its standard error is where it turns to the person. */
  async #listen(diagnostics, authorize) {
    let isAsking = false;
    for await (const line of createInterface({ input: diagnostics })) {
      if (isAsking) authorize(line).catch(this.#refuse);
      isAsking = line === ASKS_FOR_THE_PERSON;
      this.#bridged ??= line.match(BRIDGES)?.[1];
    }
  }

  /** It waits for the person for longer than a test should. */
  #unlessRefused(answer) {
    return Promise.race([answer, this.#refusal]);
  }
}
