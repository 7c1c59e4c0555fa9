import { OAuthMemory } from '@countersign-clients/journey';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';

/**
 * An MCP client that is told the server's address only, and connects as this visitor: discovery,
 * registration, PKCE, tokens and refresh are the SDK's.
 *
 * @param {{ server: object, redirect: object }} here
 * @param {object} visitor
 * @param {'auto' | 'legacy'} [mode] which version of MCP: the newest, or 2025-11-25
 */
export async function connectClient({ server, redirect }, visitor, mode = 'auto') {
  const memory = new OAuthMemory({ clientName: 'Suite', redirectUri: redirect.uri });
  const transport = () => new StreamableHTTPClientTransport(new URL(server.mcpUrl), { authProvider: memory });

  async function connected(via) {
    const client = new Client({ name: 'suite', version: '1' }, { versionNegotiation: { mode } });
    await client.connect(via);
    return client;
  }

  const it = {
    memory,
    /** Takes the visitor through the sign-in that the SDK has asked for, and connects anew. */
    async signIn() {
      const callback = await visitor.authorize(memory.authorizationUrl, redirect);
      await transport().finishAuth(new URL(callback).searchParams);
      const { access_token: access, refresh_token: refresh } = memory.tokens();
      for (const secret of [access, refresh]) server.secrets.add(secret);
      it.client = await connected(transport());
    },
    call: (name, args, options) => it.client.callTool({ name, arguments: args }, options),
    close: () => it.client.close(),
  };
  await connected(transport()).then(
    () => Promise.reject(new Error('connected without a sign-in')),
    (error) => {
      if (!(error instanceof UnauthorizedError)) throw error;
    },
  );
  await it.signIn();
  return it;
}
