import { describe, expect, test } from "vitest";

import { curl } from "../src/curl.ts";
import type { Exchange } from "../src/exchange.ts";
import { maskBody, maskHeader } from "../src/mask.ts";

const exchange = (changes: Partial<Exchange>): Exchange => ({
  id: 1,
  purpose: "mcp",
  call: null,
  asks: null,
  method: "POST",
  url: "http://localhost:3002/mcp",
  requestHeaders: [],
  requestBody: null,
  began: 0,
  answer: null,
  body: null,
  events: null,
  took: null,
  failure: null,
  ...changes,
});

describe("curl", () => {
  test("repeats a call, with the token in a variable", () => {
    const command = curl(exchange({
      requestHeaders: [["accept", "application/json, text/event-stream"], ["authorization", "Bearer $TOKEN"], ["content-type", "application/json"]],
      requestBody: '{"text":"it\'s $HOME `x`"}',
    }));
    expect(command).toBe(`curl \\
  --no-buffer \\
  'http://localhost:3002/mcp' \\
  --header 'accept: application/json, text/event-stream' \\
  --header "authorization: Bearer $TOKEN" \\
  --header 'content-type: application/json' \\
  --data-raw '{"text":"it'\\''s $HOME \`x\`"}'`);
  });

  test("names other methods", () => {
    expect(curl(exchange({ method: "GET" }))).toBe("curl \\\n  'http://localhost:3002/mcp'");
    expect(curl(exchange({ method: "DELETE" }))).toContain("--request DELETE");
    expect(curl(exchange({ method: "POST" }))).toContain("--request POST");
  });

  test("sends forms field by field, so that the shell fills in secrets", () => {
    const command = curl(exchange({
      requestHeaders: [["content-type", "application/x-www-form-urlencoded;charset=UTF-8"]],
      requestBody: maskBody("application/x-www-form-urlencoded", "grant_type=refresh_token&refresh_token=r1&resource=http%3A%2F%2Flocalhost%2Fmcp"),
    }));
    expect(command).toContain(`--data-urlencode 'grant_type=refresh_token' \\\n  --data-urlencode "refresh_token=$REFRESH_TOKEN" \\\n  --data-urlencode 'resource=http://localhost/mcp'`);
  });

  test("lets nothing else out of its quotes", () => {
    const command = curl(exchange({ requestBody: "'; rm -rf / #$(id)" }));
    expect(command).toContain(`--data-raw ''\\''; rm -rf / #$(id)'`);
    expect(curl(exchange({ requestBody: 'x=$(id)"$TOKEN' }))).toContain(`'x=$(id)"$TOKEN'`);
    // A text that ends like a masked one is no secret of ours, and no command either.
    expect(curl(exchange({ requestBody: 'say "`id`" $TOKEN' }))).toContain('"say \\"\\`id\\`\\" $TOKEN"');
  });
});

describe("masks", () => {
  test("hide what authorizes, and not how", () => {
    expect(maskHeader("Authorization", "Bearer eyJ.a.b")).toBe("Bearer $TOKEN");
    expect(maskHeader("authorization", "Basic dTpw")).toBe("Basic $TOKEN");
    expect(maskHeader("Set-Cookie", "session=1")).toBe("…");
    expect(maskHeader("Mcp-Method", "tools/call")).toBe("tools/call");
  });

  test("hide every secret of the token endpoint's requests and answers", () => {
    const request = maskBody("application/x-www-form-urlencoded", "grant_type=authorization_code&code=c1&code_verifier=v1&client_id=cli_1");
    expect(request).toBe("grant_type=authorization_code&code=$CODE&code_verifier=$CODE_VERIFIER&client_id=cli_1");
    const answer = maskBody("application/json; charset=utf-8", JSON.stringify({ access_token: "a", refresh_token: "r", id_token: "i", scope: "x", expires_in: 60 }));
    expect(JSON.parse(answer)).toEqual({ access_token: "$TOKEN", refresh_token: "$REFRESH_TOKEN", id_token: "$ID_TOKEN", scope: "x", expires_in: 60 });
  });

  test("hide what is revoked", () => {
    expect(maskBody("application/x-www-form-urlencoded", "token=r1&client_id=c")).toBe("token=$REFRESH_TOKEN&client_id=c");
  });

  test("hide secrets at any depth", () => {
    expect(maskBody("application/problem+json", '{"client":{"client_secret":"s"}}')).toBe('{"client":{"client_secret":"$CLIENT_SECRET"}}');
  });

  test("leave what is neither JSON nor a form", () => {
    expect(maskBody("text/html", "<p>code=1</p>")).toBe("<p>code=1</p>");
    expect(maskBody("application/json", "not json")).toBe("not json");
    expect(maskBody(null, "x")).toBe("x");
  });
});
