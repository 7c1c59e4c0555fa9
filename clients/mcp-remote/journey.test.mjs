import { journey, watchForRedirect } from '@countersign-clients/journey';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Proxy } from './proxy.mjs';

const connectWith = (protocol) => async ({ mcpUrl, clientName, redirectUri, clientMetadataUrl, authorize }) => {
  const store = await mkdtemp(join(tmpdir(), 'countersign-mcp-remote-'));
  const args = [mcpUrl, new URL(redirectUri).port, '--protocol', protocol];
  if (clientMetadataUrl) args.push('--client-metadata-url', clientMetadataUrl);
  else args.push('--static-oauth-client-metadata', JSON.stringify({ client_name: clientName }));
  const start = () => Proxy.start({ args, store, clientName, authorize });

  async function tokenFile() {
    const files = await readdir(store, { recursive: true });
    return join(store, files.find((file) => file.endsWith('_tokens.json')));
  }

  const tokens = async () => JSON.parse(await readFile(await tokenFile(), 'utf8'));

  /** One more application on the same machine: its own process, the same store. */
  async function window() {
    const proxy = await start();
    const result = await proxy.call('whoami', {});
    await proxy.close();
    return { result, tokens: await tokens() };
  }

  const proxy = await start();
  return {
    protocolVersion: proxy.protocolVersion,
    tools: () => proxy.tools(),
    call: (name, args) => proxy.call(name, args),
    tokens,
    // Told by a 401 and not by the clock, the processes take no turns: the stricter case.
    expireAccessToken: async () =>
      writeFile(await tokenFile(), JSON.stringify({ ...(await tokens()), access_token: 'no-longer-valid' })),
    refreshTogether: (count) => Promise.all(Array.from({ length: count }, window)),
    close: async () => {
      await proxy.close();
      await rm(store, { recursive: true, force: true });
    },
  };
};

const listen = watchForRedirect('localhost', '/oauth/callback');

journey('mcp-remote, MCP 2025-11-25', {
  connect: connectWith('legacy'),
  protocolVersion: '2025-11-25',
  listen,
});
journey('mcp-remote, MCP 2026-07-28', {
  connect: connectWith('auto'),
  protocolVersion: '2026-07-28',
  by: 'document',
  listen,
});
