/**
 * Calls a tool as a client does whose User-Agent is `userAgent`.
 *
 * @returns `{ status, challenge, result, text }`: the HTTP status, the `WWW-Authenticate` of a
 *   refusal, the JSON-RPC result and its text
 */
export async function callTool(mcpUrl, accessToken, name, { args = {}, userAgent = 'suite/1.0', signal } = {}) {
  const answer = await fetch(mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
      'user-agent': userAgent,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
    signal,
  });
  const body = await answer.text();
  // One event of a stream carries the same message as a JSON body.
  const data = body.match(/^data: ?(\{.*)$/m)?.[1] ?? body;
  const message = data.startsWith('{') ? JSON.parse(data) : {};
  const text = message.result?.content?.map((part) => part.text).join('\n') ?? '';
  return {
    status: answer.status,
    challenge: answer.headers.get('www-authenticate') ?? undefined,
    result: message.result,
    text,
    body,
  };
}
