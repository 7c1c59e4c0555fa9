import type { Tool } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";

import { accessOf, badgesOf, nameOfWidget, refusalOf, titleOf, widgetOf } from "../src/tool.ts";

const tool = (changes: Partial<Tool> = {}): Tool => ({ name: "t", inputSchema: { type: "object" }, ...changes });

test("a tool that says nothing writes, may destroy and reaches out, as the specification has it", () => {
  expect(badgesOf(tool())).toEqual(["writes", "destructive", "open world"]);
});

test("hints of writing mean nothing for a tool that reads", () => {
  expect(badgesOf(tool({ annotations: { readOnlyHint: true, destructiveHint: true, idempotentHint: true, openWorldHint: false } }))).toEqual(["reads"]);
  expect(badgesOf(tool({ annotations: { destructiveHint: false, idempotentHint: true, openWorldHint: false } }))).toEqual(["writes", "repeatable"]);
});

test("a title comes before an annotation's, and that before the name", () => {
  expect(titleOf(tool({ title: "A", annotations: { title: "B" } }))).toBe("A");
  expect(titleOf(tool({ annotations: { title: "B" } }))).toBe("B");
  expect(titleOf(tool())).toBe("t");
});

test("security schemes say which scopes it takes", () => {
  const securitySchemes = [{ type: "noauth" }, { type: "oauth2", scopes: ["a", "b", 7] }, { type: "oauth2", scopes: ["a"] }, null];
  expect(accessOf(tool({ _meta: { securitySchemes } }))).toEqual({ scopes: ["a", "b"], anybody: true });
  expect(accessOf(tool())).toEqual({ scopes: [], anybody: false });
});

test("each kind of host reads its own keys", () => {
  const both = tool({ _meta: { ui: { resourceUri: "ui://widget/a.html" }, "openai/outputTemplate": "ui://widget/b.html" } });
  expect(widgetOf(both, "apps")).toBe("ui://widget/a.html");
  expect(widgetOf(both, "openai")).toBe("ui://widget/b.html");
  expect(widgetOf(tool({ _meta: { "ui/resourceUri": "ui://widget/c.html" } }), "apps")).toBe("ui://widget/c.html");
  expect(widgetOf(tool({ _meta: { ui: { resourceUri: "https://example.com/" } } }), "apps")).toBeNull();
});

test("a widget's name stands in its address, with a version or without", () => {
  expect(nameOfWidget("ui://widget/order-card.0123456789abcdef.html")).toBe("order-card");
  expect(nameOfWidget("ui://widget/order_card.html")).toBe("order_card");
  expect(nameOfWidget("ui://other/order.html")).toBeNull();
  expect(nameOfWidget("ui://widget/../x.html")).toBeNull();
});

test("a widget calls what is visible to widgets", () => {
  const meant = tool({ _meta: { ui: { visibility: ["model", "app"] }, "openai/widgetAccessible": true } });
  const kept = tool({ _meta: { ui: { visibility: ["model"] }, "openai/widgetAccessible": false } });
  for (const host of ["apps", "openai"] as const) {
    expect(refusalOf(meant, "t", host)).toBeNull();
    expect(refusalOf(kept, "t", host)).toMatch(/not for widgets/);
    expect(refusalOf(undefined, "absent", host)).toMatch(/no tool absent/);
  }
  // Their defaults differ: MCP Apps lets widgets, ChatGPT does not.
  expect(refusalOf(tool(), "t", "apps")).toBeNull();
  expect(refusalOf(tool(), "t", "openai")).toMatch(/widgetAccessible/);
});
