// The few things that the page does in the SDK's place, because its own calls take no captcha.
// They have to stay what the SDK does when it is updated.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test from "node:test";

import Privy, { InMemoryCache } from "@privy-io/js-sdk-core";
import { OAuthInit, PasskeyAuthenticateInit, SiweInit } from "@privy-io/routes";

import { signInMessage } from "../src/siwe.ts";
import { STATE, VERIFIER } from "../src/storage.ts";

interface Asked {
  path: string;
  body: Record<string, unknown>;
}

/** Calls the SDK against a server that gives one answer, and returns what it was asked. */
const asked = async (
  answer: unknown,
  call: (privy: Privy, storage: InMemoryCache) => Promise<void>,
): Promise<Asked[]> => {
  const requests: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push({ path: request.url ?? "", body: body ? JSON.parse(body) : {} });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const storage = new InMemoryCache();
  const options = { appId: "app", storage, baseUrl: `http://127.0.0.1:${port}` };
  try {
    await call(new Privy(options), storage);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return requests.filter(({ path }) => path.endsWith("/init"));
};

test("a provider's sign-in is begun as the SDK begins it", async () => {
  const [request] = await asked({ url: "https://provider.example/" }, async (privy, storage) => {
    await privy.auth.oauth.generateURL("google", "https://mcp.example.com/sign-in/privy");
    assert.equal(typeof storage.get(STATE), "string");
    assert.equal(String(storage.get(VERIFIER)).length, 48);
  });
  assert.equal(request?.path, OAuthInit.path);
  const names = ["code_challenge", "provider", "redirect_to", "state_code"];
  assert.deepEqual(Object.keys(request?.body ?? {}).sort(), names);
});

test("a wallet signs the message that the SDK would have it sign", async () => {
  const address = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
  const [request] = await asked({ nonce: "n0nce" }, async (privy) => {
    const wallet = { address, chainId: "eip155:137" as const };
    const { message } = await privy.auth.siwe.init(wallet, "mcp.example.com", "https://mcp.example.com");
    const issuedAt = /Issued At: (.*)/.exec(message)?.[1] ?? "";
    const parts = { domain: "mcp.example.com", uri: "https://mcp.example.com", address, chainId: "137" };
    assert.equal(signInMessage({ ...parts, nonce: "n0nce", issuedAt }), message);
  });
  assert.deepEqual(request, { path: SiweInit.path, body: { address } });
});

test("a passkey is asked for as the SDK asks for it", async () => {
  const [request] = await asked({ options: {} }, async (privy) => {
    await privy.auth.passkey.generateAuthenticationOptions("https://mcp.example.com");
  });
  const body = { relying_party: "https://mcp.example.com" };
  assert.deepEqual(request, { path: PasskeyAuthenticateInit.path, body });
});
