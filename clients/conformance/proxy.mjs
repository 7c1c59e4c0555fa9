import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/**
 * A way to `target` on which every request gets an access token, because the suite has no option
 * to send one. Everything else passes untouched, above all Host and Origin, which scenarios forge.
 *
 * @param {string} target the server's address
 * @param {string} token
 */
export async function withToken(target, token) {
  const { hostname, port } = new URL(target);
  const proxy = createServer((request, response) => {
    const headers = [...request.rawHeaders, 'Authorization', `Bearer ${token}`];
    const upstream = send({ hostname, port, method: request.method, path: request.url, headers });
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      // A subscription says nothing for a while; its client waits for the headers.
      response.flushHeaders();
      answer.pipe(response);
    });
    upstream.on('error', () => response.destroy());
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  return {
    mcpUrl: `http://127.0.0.1:${proxy.address().port}/mcp`,
    close: () => {
      proxy.closeAllConnections();
      return new Promise((resolve) => proxy.close(resolve));
    },
  };
}
