import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * A client in another language: a program that takes one JSON request a line on standard input and
 * answers each with one line, `{"ok": …}` or `{"error": "…"}`. While it works on a request it may
 * print `{"authorize": URL}`, and then reads one line `{"callback": URL or null}`: null when nobody
 * is there to sign in.
 *
 * @returns a client for `journey`
 */
export function program(command, args = []) {
  return async ({ mcpUrl, clientName, redirectUri, clientMetadataUrl, authorize }) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    process.once('exit', () => child.kill('SIGKILL'));
    let diagnostics = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (diagnostics += text));
    const exited = once(child, 'close');
    await once(child, 'spawn');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const write = (message) => child.stdin.write(`${JSON.stringify(message)}\n`);

    async function request(method, params = {}) {
      write({ method, ...params });
      for (;;) {
        const { value, done } = await lines.next();
        if (done) {
          const [code, signal] = await exited;
          throw new Error(`the client program ended (${signal ?? code}) during ${method}\n${diagnostics}`);
        }
        const message = JSON.parse(value);
        if (message.authorize) {
          write({ callback: await authorize(message.authorize).catch(() => null) });
        } else if ('error' in message) {
          throw new Error(`${method}: ${message.error}\n${diagnostics}`);
        } else {
          return message.ok;
        }
      }
    }

    const { protocol_version: protocolVersion } = await request('connect', {
      mcp_url: mcpUrl,
      client_name: clientName,
      redirect_uri: redirectUri,
      client_metadata_url: clientMetadataUrl,
    });
    return {
      protocolVersion,
      tools: () => request('tools'),
      call: (name, args) => request('call', { name, arguments: args }),
      tokens: () => request('tokens'),
      expireAccessToken: () => request('expire_access_token'),
      refreshTogether: (count) => request('refresh_together', { count }),
      close: async () => {
        child.stdin.end();
        await exited;
      },
    };
  };
}
