import assert from "node:assert/strict";
import { test } from "vitest";

import { httpsUrl, initials, line, plain } from "../src/text.ts";

test("accepts https addresses only", () => {
  assert.equal(httpsUrl("https://Example.com/a?b#c")?.href, "https://example.com/a?b#c");
  for (const address of [
    "http://example.com/", "//example.com/", "/a", "", "https:example.com", "https://", "https:///", "javascript:alert(1)",
    " https://example.com/", "https://exa\tmple.com/", "https://example.com\\@evil.example/", "https://u:p@example.com/",
    "https://u@example.com/", "data:text/html,x", `https://example.com/${"a".repeat(3000)}`, null, undefined, 1, {}, ["https://example.com/"],
  ]) {
    assert.equal(httpsUrl(address), null, String(address));
  }
});

test("drops what reorders or hides text, and keeps scripts and emoji whole", () => {
  assert.equal(plain("a\u202eb\u2066c\u0000d\u009be\r\nf\tg"), "abcde\nf\tg");
  assert.equal(plain("\u200fשלום 👩‍👧"), "\u200fשלום 👩‍👧");
  assert.equal(line(" a \n\n b "), "a b");
});

test("cuts a text that would freeze the frame", () => {
  assert.ok(plain("x".repeat(1_000_000)).length < 25_000);
});

test("finds initials in any script", () => {
  assert.deepEqual(["Ada Lovelace", "ada", "Élise de la Tour", "王小明", "🙂", "", "— Bob"].map(initials), ["AL", "A", "ÉT", "王", "?", "?", "B"]);
});
