import { OAuthMemory, journey } from '@countersign-clients/journey';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import assert from 'node:assert/strict';

const connectWith = (mode) => async ({ mcpUrl, clientName, redirectUri, authorize }) => {
  const memory = new OAuthMemory(clientName, redirectUri);
  const newClient = () => new Client({ name: clientName, version: '1' }, { versionNegotiation: { mode } });
  const transport = () => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: memory });

  const refused = transport();
  await assert.rejects(newClient().connect(refused), UnauthorizedError);
  const callback = await authorize(memory.authorizationUrl);
  assert.ok(memory.checkState(callback));
  // The whole query: the SDK compares `iss` with the issuer it discovered (RFC 9207).
  await refused.finishAuth(new URL(callback).searchParams);
  const client = newClient();
  await client.connect(transport());

  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    tokens: async () => memory.tokens(),
    expireAccessToken: async () => memory.expireAccessToken(),
    close: () => client.close(),
  };
};

journey('TypeScript SDK 2.x, MCP 2026-07-28', {
  connect: connectWith('auto'),
  protocolVersion: '2026-07-28',
  account: 'sign-up',
});
journey('TypeScript SDK 2.x, MCP 2025-11-25', {
  connect: connectWith('legacy'),
  protocolVersion: '2025-11-25',
});
