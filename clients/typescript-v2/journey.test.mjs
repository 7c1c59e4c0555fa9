import { OAuthMemory, journey } from '@countersign-clients/journey';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import assert from 'node:assert/strict';

const connectWith = (mode) => async ({ mcpUrl, authorize, ...application }) => {
  const memory = new OAuthMemory(application);
  const transport = (authProvider) => new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider });

  async function connected(via) {
    const client = new Client({ name: application.clientName, version: '1' }, { versionNegotiation: { mode } });
    await client.connect(via);
    return client;
  }

  async function window(memory) {
    const client = await connected(transport(memory));
    const result = await client.callTool({ name: 'whoami', arguments: {} });
    await client.close();
    return { result, tokens: memory.tokens() };
  }

  const refused = transport(memory);
  await assert.rejects(connected(refused), UnauthorizedError);
  const callback = await authorize(memory.authorizationUrl);
  assert.ok(memory.checkState(callback));
  // The whole query: the SDK compares `iss` with the issuer it discovered (RFC 9207).
  await refused.finishAuth(new URL(callback).searchParams);
  const client = await connected(transport(memory));

  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: (name, args) => client.callTool({ name, arguments: args }),
    tokens: async () => memory.tokens(),
    expireAccessToken: async () => memory.expireAccessToken(),
    refreshTogether: (count) => Promise.all(Array.from({ length: count }, () => window(memory.copy()))),
    close: () => client.close(),
  };
};

journey('TypeScript SDK 2.x, MCP 2026-07-28', {
  connect: connectWith('auto'),
  protocolVersion: '2026-07-28',
  by: 'document',
  account: 'sign-up',
});
journey('TypeScript SDK 2.x, MCP 2025-11-25', {
  connect: connectWith('legacy'),
  protocolVersion: '2025-11-25',
});
