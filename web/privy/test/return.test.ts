import assert from "node:assert/strict";
import test from "node:test";

import { signInPage } from "../src/return.ts";

const ORIGIN = "https://mcp.example.com";

test("accepts the pages that show the form", () => {
  for (const page of ["/authorize/int_01ABC", "/account", "/account/passkeys"]) {
    assert.equal(signInPage(page, ORIGIN), page);
  }
});

test("drops the query and the fragment", () => {
  assert.equal(signInPage("/authorize/int_1?x=1#y", ORIGIN), "/authorize/int_1");
});

test("refuses every other address", () => {
  for (const page of [
    null,
    "",
    "/",
    "/authorize/",
    "/authorize",
    "/accounting",
    "/token",
    "/authorize/../token",
    "/authorize/%2e%2e/token",
    "https://evil.example/authorize/int_1",
    "//evil.example/authorize/int_1",
    "/\\evil.example/authorize/int_1",
    "/\t/evil.example/authorize/int_1",
    "javascript:alert(1)//authorize/int_1",
    "data:text/html,/authorize/int_1",
    "http://mcp.example.com/authorize/int_1",
    "https://[",
  ]) {
    assert.equal(signInPage(page, ORIGIN), null, String(page));
  }
});
