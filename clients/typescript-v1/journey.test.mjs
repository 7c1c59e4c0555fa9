import { OAuthMemory, journey } from '@countersign-clients/journey';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import assert from 'node:assert/strict';

async function connect({ mcpUrl, authorize, ...application }) {
  const memory = new OAuthMemory(application);
  const newClient = () => new Client({ name: application.clientName, version: '1' });
  const transport = (authProvider) => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });

  async function window(memory) {
    const client = newClient();
    await client.connect(transport(memory));
    const result = await client.callTool({ name: 'whoami', arguments: {} });
    await client.close();
    return { result, tokens: memory.tokens() };
  }

  const client = newClient();
  const refused = transport(memory);
  await assert.rejects(client.connect(refused), UnauthorizedError);
  const callback = await authorize(memory.authorizationUrl);
  assert.ok(memory.checkState(callback));
  await refused.finishAuth(new URL(callback).searchParams.get('code'));
  const connected = transport(memory);
  await client.connect(connected);

  return {
    protocolVersion: connected.protocolVersion,
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    tokens: async () => memory.tokens(),
    expireAccessToken: async () => memory.expireAccessToken(),
    refreshTogether: (count) => Promise.all(Array.from({ length: count }, () => window(memory.copy()))),
    close: () => client.close(),
  };
}

for (const by of ['document', 'registration']) {
  journey('TypeScript SDK 1.x', { connect, protocolVersion: '2025-11-25', by, javaScript: false });
}
