import assert from "node:assert/strict";
import { test } from "vitest";

import { readConnections, readIntents } from "../src/output.ts";
import { connections, intents } from "./samples.ts";

test("reads what the tools answer", () => {
  assert.deepEqual(readIntents(intents(1)), {
    intents: [{ id: "i1", payload: "Looking for a co-founder with a background in distributed systems to build privacy-preserving infrastructure.", summary: "Co-founder for privacy infrastructure", createdAt: "2026-11-20T10:00:00Z" }],
    files: 2,
    links: 1,
  });
  const read = readConnections(connections());
  assert.deepEqual(read?.connections.map(({ userId, avatar, status }) => [userId, avatar, status]), [
    ["u1", "https://images.example/ada.png", "none"],
    ["u2", null, "none"],
    ["u3", "https://images.example/grace.png", "none"],
  ]);
});

test("says when an output is something else", () => {
  for (const output of [null, undefined, 1, "x", [], {}, { intents: {} }, { connections: "x" }]) {
    assert.equal(readIntents(output), null);
    assert.equal(readConnections(output), null);
  }
});

test("drops items without an id, repeated ones, and fields of another type", () => {
  const list = [null, 1, "x", [], {}, { id: 1 }, { id: "" }, { id: "a", payload: 1, summary: {}, createdAt: [] }, { id: "a", payload: "second" }];
  assert.deepEqual(readIntents({ intents: list, filesProcessed: NaN, linksProcessed: -1 }), {
    intents: [{ id: "a", payload: "", summary: "", createdAt: "" }],
    files: 0,
    links: 0,
  });
  const people = [{ user: null }, { user: [] }, { user: { id: "a" }, status: "constructor", mutualIntentCount: 1e99, synthesis: 1 }];
  assert.deepEqual(readConnections({ connections: people })?.connections, [
    { userId: "a", name: "Someone", avatar: null, mutualIntents: 0, synthesis: "", status: "none" },
  ]);
});
