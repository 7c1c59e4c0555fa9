import { expect, test } from "vitest";

import { tokens } from "../src/ui/highlight.ts";

test.each(['{"a": [1, -2.5e3, "x:\\"y", true, null]}', "no json at all: \"open", "", '{"a"\n:1}'])("nothing of %j gets lost", (text) => {
  expect(tokens(text).map(({ text }) => text).join("")).toBe(text);
});

test("a name is a string before a colon", () => {
  expect(tokens('{"a": "b", "c": 1}').filter(({ kind }) => kind !== "mark")).toEqual([
    { kind: "name", text: '"a"' },
    { kind: "string", text: '"b"' },
    { kind: "name", text: '"c"' },
    { kind: "number", text: "1" },
  ]);
});
