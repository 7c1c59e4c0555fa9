import assert from "node:assert/strict";
import { test } from "vitest";

import { blocks, type Span } from "../src/markdown.ts";

const spans = (source: string): Span[] => {
  const [block] = blocks(source);
  return block?.kind === "paragraph" ? block.spans : [];
};

test("reads what a synthesis uses", () => {
  assert.deepEqual(spans("a **b *c*** `d*` e_f_g \\*h\\*").map(({ kind }) => kind), ["text", "strong", "text", "code", "text"]);
  assert.deepEqual(blocks("# H\na\nb\n\n- x\n- y\n1. z").map(({ kind }) => kind), ["heading", "paragraph", "list", "list"]);
  const [link] = spans("[her *notes*](https://example.com/a)");
  assert.ok(link?.kind === "link" && link.text === "her notes" && link.url.href === "https://example.com/a");
});

test("leaves the rest as the text that it is", () => {
  for (const source of ["<b>x</b>", "[a](http://example.com)", "[a](javascript:x)", "[a]", "**a", "2 * 3 * 4", "snake_case_name", "[](https://example.com)", "`", "~~a~~"]) {
    assert.deepEqual(spans(source), [{ kind: "text", text: source }], source);
  }
});

test("takes no long time for any text of the longest size", () => {
  for (const mark of ["[", "*", "**", "_", "`", "[](", "[a](https://x", "*a ", "**a*", "\\", "- ", "# ", "_a_*"]) {
    const before = performance.now();
    blocks(mark.repeat(20_000 / mark.length));
    assert.ok(performance.now() - before < 1500, mark);
  }
});
