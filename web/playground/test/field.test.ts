import { describe, expect, test } from "vitest";

import { blank, type Draft } from "../src/schema/draft.ts";
import { type Field, fieldOf } from "../src/schema/field.ts";
import type { Json, JsonObject } from "../src/schema/json.ts";
import { read } from "../src/schema/read.ts";

/** The field of a member `it`. */
function member(schema: Json, root: JsonObject = {}): Field {
  const form = fieldOf({ type: "object", properties: { it: schema }, ...root });
  const entry = form.kind === "group" ? form.entries[0] : undefined;
  if (!entry) throw new Error("no member");
  return entry.field;
}

describe("what is drawn", () => {
  test.each<[string, Json, Field["kind"]]>([
    ["a text", { type: "string" }, "text"],
    ["a number", { type: "number" }, "number"],
    ["a whole number", { type: "integer" }, "number"],
    ["a yes or no", { type: "boolean" }, "boolean"],
    ["an enum", { enum: ["a", 1, null] }, "choice"],
    ["oneOf constants", { oneOf: [{ const: "a" }, { const: "b" }] }, "choice"],
    ["anyOf enums", { anyOf: [{ enum: ["a"] }, { const: "b" }] }, "choice"],
    ["a list", { type: "array", items: { type: "string" } }, "list"],
    ["a list of different options", { type: "array", items: { enum: ["a", "b"] }, uniqueItems: true }, "several"],
    ["an object", { type: "object", properties: { a: { type: "string" } } }, "group"],
    ["an object whose type goes without saying", { properties: { a: { type: "string" } } }, "group"],
    ["several shapes", { oneOf: [{ type: "string" }, { type: "object", properties: { a: {} } }] }, "variant"],
    ["several types", { type: ["string", "number"] }, "variant"],
    ["a constant", { const: 7 }, "constant"],
    ["a type that may be null", { type: ["string", "null"] }, "nullable"],
    ["a shape that may be null", { anyOf: [{ type: "string" }, { type: "null" }] }, "nullable"],
    ["anything", {}, "json"],
    ["true", true, "json"],
    ["a tuple", { type: "array", prefixItems: [{ type: "string" }] }, "json"],
    ["an object without names", { type: "object", additionalProperties: { type: "string" } }, "json"],
    ["an object that must have a member without a schema", { type: "object", properties: { a: {} }, required: ["b"] }, "json"],
    ["a reference to nowhere", { $ref: "#/$defs/Absent" }, "json"],
    ["a reference to another document", { $ref: "https://example.com/schema.json" }, "json"],
    ["parts that contradict each other", { allOf: [{ type: "string" }, { type: "number" }] }, "json"],
    ["an unknown type", { type: "quaternion" }, "json"],
  ])("%s", (_, schema, kind) => {
    expect(member(schema).kind).toBe(kind);
  });

  test("what cannot be drawn says what it wants", () => {
    expect(member({ type: "object" })).toMatchObject({ kind: "json", expects: "an object" });
    expect(member({ type: "array", items: false })).toMatchObject({ kind: "json", expects: "a list" });
    expect(member({})).toMatchObject({ kind: "json", expects: "anything" });
  });

  test("a tool without arguments has a form without fields", () => {
    expect(fieldOf({ type: "object" })).toMatchObject({ kind: "group", entries: [] });
    expect(fieldOf({ type: "object", properties: {}, additionalProperties: false })).toMatchObject({ kind: "group", entries: [] });
  });

  test("words, default and example come along", () => {
    expect(member({ type: "string", title: "T", description: "D", default: "x", examples: ["y"] })).toMatchObject({ title: "T", description: "D", standard: "x", example: "y" });
  });

  test("options say what they are called and mean", () => {
    const field = member({ oneOf: [{ const: "a", title: "First", description: "As in alphabet" }, { const: "b" }] });
    expect(field).toMatchObject({ options: [{ value: "a", label: "First", description: "As in alphabet" }, { value: "b", label: "b", description: null }] });
  });

  test("an alternative is called by its title, its tag, its members or its type", () => {
    const field = member({ oneOf: [{ title: "Mine", type: "string" }, { properties: { type: { const: "card" }, n: {} } }, { properties: { a: {}, b: {} } }, { type: "number" }] });
    expect(field.kind === "variant" && field.options.map(({ label }) => label)).toEqual(["Mine", "card", "a, b", "Number"]);
  });

  test("long or open texts get lines, and others the control of their format", () => {
    const control = (schema: JsonObject): unknown => {
      const field = member({ type: "string", ...schema });
      return field.kind === "text" && field.control;
    };
    expect(control({})).toBe("lines");
    expect(control({ maxLength: 5000 })).toBe("lines");
    expect(control({ maxLength: 40 })).toBe("line");
    expect(control({ pattern: "^a" })).toBe("line");
    expect(control({ format: "date" })).toBe("date");
    expect(control({ format: "email" })).toBe("email");
    expect(control({ format: "uri" })).toBe("url");
    expect(control({ format: "password" })).toBe("password");
    expect(control({ format: "constructor" })).toBe("line");
    expect(control({ writeOnly: true })).toBe("password");
  });

  test("of two bounds the stricter counts", () => {
    expect(member({ type: "number", minimum: 1, exclusiveMinimum: 1, maximum: 5, exclusiveMaximum: 9 })).toMatchObject({ minimum: { value: 1, exclusive: true }, maximum: { value: 5, exclusive: false } });
    expect(member({ type: "number", minimum: 2, exclusiveMinimum: 1 })).toMatchObject({ minimum: { value: 2, exclusive: false } });
    // As draft 4 said it.
    expect(member({ type: "number", minimum: 2, exclusiveMinimum: true })).toMatchObject({ minimum: { value: 2, exclusive: true } });
  });
});

describe("references", () => {
  const $defs: JsonObject = {
    Place: { type: "object", required: ["city"], properties: { city: { type: "string" } } },
    Tree: { type: "object", properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/Tree" } } } },
    Loop: { $ref: "#/$defs/Loop" },
    "a/b~c": { type: "boolean" },
  };

  test("are followed, and what stands beside them counts", () => {
    expect(member({ $ref: "#/$defs/Place", description: "Where" }, { $defs })).toMatchObject({ kind: "group", description: "Where", entries: [{ name: "city", required: true }] });
  });

  test("are followed into allOf, as generators write it", () => {
    expect(member({ allOf: [{ $ref: "#/$defs/Place" }], description: "Where" }, { $defs })).toMatchObject({ kind: "group", description: "Where" });
  });

  test("may have names that a pointer escapes", () => {
    expect(member({ $ref: "#/$defs/a~1b~0c" }, { $defs }).kind).toBe("boolean");
  });

  test("that may be null are nullable", () => {
    expect(member({ anyOf: [{ $ref: "#/$defs/Place" }, { type: "null" }] }, { $defs })).toMatchObject({ kind: "nullable", field: { kind: "group" } });
  });

  test("in a circle end in JSON", () => {
    const tree = member({ $ref: "#/$defs/Tree" }, { $defs });
    expect(tree).toMatchObject({ kind: "group", entries: [{ name: "name" }, { name: "children", field: { kind: "list", item: { kind: "json" } } }] });
    expect(member({ $ref: "#/$defs/Loop" }, { $defs }).kind).toBe("json");
  });

  test("do not lead into what objects inherit", () => {
    expect(member({ $ref: "#/$defs/constructor" }, { $defs }).kind).toBe("json");
  });
});

describe("allOf", () => {
  test("joins members, what is required, and bounds", () => {
    const field = member({
      allOf: [
        { type: "object", required: ["a"], properties: { a: { type: "string", minLength: 2 }, b: { type: "number" } } },
        { type: "object", required: ["c"], properties: { a: { type: "string", minLength: 5 }, c: { type: "boolean" } } },
      ],
    });
    expect(field).toMatchObject({ kind: "group" });
    const names = field.kind === "group" ? field.entries.map(({ name, required }) => [name, required]) : [];
    expect(names).toEqual(expect.arrayContaining([["a", true], ["b", false], ["c", true]]));
    const a = field.kind === "group" ? field.entries.find(({ name }) => name === "a")?.field : undefined;
    expect(a).toMatchObject({ kind: "text", minLength: 5 });
  });

  test("gives every alternative what all have in common", () => {
    const field = member({ type: "object", required: ["id"], properties: { id: { type: "string" } }, oneOf: [{ properties: { kind: { const: "x" } } }, { properties: { kind: { const: "y" } } }] });
    const names = field.kind === "variant" ? field.options.map(({ field }) => field.kind === "group" && field.entries.map(({ name }) => name).sort()) : [];
    expect(names).toEqual([["id", "kind"], ["id", "kind"]]);
  });
});

test("a schema as deep as one likes is drawn as deep as one can use it", () => {
  let schema: Json = { type: "string" };
  for (let depth = 0; depth < 100; depth += 1) schema = { type: "object", properties: { in: schema } };
  const form = fieldOf(schema);
  expect(JSON.stringify(form)).toContain('"kind":"json"');
});

test("a form as it is at first sends what is required and has a default, and nothing else", () => {
  const form = fieldOf({
    type: "object",
    required: ["a", "b", "flag", "mode", "place"],
    properties: {
      a: { type: "string", default: "x" },
      b: { type: "integer", default: 3 },
      c: { type: "integer", default: 4 },
      flag: { type: "boolean" },
      other: { type: "boolean", default: true },
      mode: { enum: ["m", "n"], default: "n" },
      place: { type: "object", properties: { city: { type: "string" } } },
      away: { type: "object", required: ["city", "size"], properties: { city: { type: "string" }, size: { type: "integer", default: 1 } } },
      list: { type: "array", items: { type: "string" }, minItems: 2 },
    },
  });
  const draft: Draft = blank(form, true);
  expect(read(form, draft)).toEqual({ value: { a: "x", b: 3, flag: false, mode: "n", place: {} }, problems: new Map() });
});
