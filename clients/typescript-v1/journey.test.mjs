import { OAuthMemory, journey } from '@countersign-clients/journey';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import assert from 'node:assert/strict';

async function connect({ mcpUrl, clientName, redirectUri, authorize }) {
  const memory = new OAuthMemory(clientName, redirectUri);
  const client = new Client({ name: clientName, version: '1' });
  const transport = () => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: memory });

  const refused = transport();
  await assert.rejects(client.connect(refused), UnauthorizedError);
  const callback = await authorize(memory.authorizationUrl);
  assert.ok(memory.checkState(callback));
  await refused.finishAuth(new URL(callback).searchParams.get('code'));
  const connected = transport();
  await client.connect(connected);

  return {
    protocolVersion: connected.protocolVersion,
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    tokens: async () => memory.tokens(),
    expireAccessToken: async () => memory.expireAccessToken(),
    close: () => client.close(),
  };
}

journey('TypeScript SDK 1.x', { connect, protocolVersion: '2025-11-25', javaScript: false });
