import { describe, expect, test } from "vitest";

import { blank, type Draft, draftOf } from "../src/schema/draft.ts";
import { type Field, fieldOf } from "../src/schema/field.ts";
import type { Json, JsonObject } from "../src/schema/json.ts";
import { read } from "../src/schema/read.ts";

const form = (properties: JsonObject, required: string[] = []): Field => fieldOf({ type: "object", properties, required });

/** What a form with one optional member makes of a draft. */
function value(schema: Json, draft: Draft, required = false): unknown {
  const { value, problems } = read(form({ it: schema }, required ? ["it"] : []), { it: draft });
  return problems.size > 0 ? [...problems.values()] : value;
}

describe("texts", () => {
  test("are sent as they are", () => {
    expect(value({ type: "string" }, " two  words ")).toEqual({ it: " two  words " });
  });

  test("that are empty are not sent, and missed where they are required", () => {
    expect(value({ type: "string" }, "")).toEqual({});
    expect(value({ type: "string" }, "", true)).toEqual(["Fill this in."]);
  });

  test("are measured in characters, not in code units", () => {
    expect(value({ type: "string", maxLength: 2 }, "👩‍👩".slice(0, 2) + "a")).toEqual({ it: "👩a" });
    expect(value({ type: "string", maxLength: 2 }, "abc")).toEqual(["At most 2 characters; there are 3."]);
    expect(value({ type: "string", minLength: 2 }, "é")).toEqual(["At least 2 characters; there is 1."]);
  });

  test("match the pattern anywhere, unless it is none that this dialect knows", () => {
    expect(value({ type: "string", pattern: "b" }, "abc")).toEqual({ it: "abc" });
    expect(value({ type: "string", pattern: "^b" }, "abc")).toEqual(["Must match ^b"]);
    expect(value({ type: "string", pattern: "(?P<x>a" }, "abc")).toEqual({ it: "abc" });
  });

  test.each([
    ["date", "2026-02-28", "2026-02-30"],
    ["date-time", "2026-01-31T13:45:00Z", "2026-01-31T13:45"],
    ["date-time", "2028-02-29T13:45:00.5+02:00", "2026-02-30T13:45:00Z"],
    ["time", "13:45:00+01:00", "25:00"],
    ["email", "ada@example.com", "ada"],
    ["uri", "mailto:a@b.c", "example.com"],
    ["uuid", "123E4567-e89b-12d3-a456-426614174000", "123e4567"],
    ["ipv4", "192.0.2.1", "192.0.2.256"],
    ["duration", "P1DT2H", "P"],
  ])("of the format %s", (format, good, bad) => {
    expect(value({ type: "string", format }, good)).toEqual({ it: good });
    expect(value({ type: "string", format }, bad)).toHaveLength(1);
  });

  test("of a format that is not known are taken", () => {
    expect(value({ type: "string", format: "toString" }, "x")).toEqual({ it: "x" });
  });
});

describe("numbers", () => {
  test.each([
    [{ type: "number" }, "1e3", 1000],
    [{ type: "number" }, " -0.5 ", -0.5],
    [{ type: "integer" }, "5.0", 5],
    [{ type: "number", multipleOf: 0.1 }, "0.3", 0.3],
    [{ type: "number", exclusiveMinimum: 0 }, "0.001", 0.001],
  ])("%j takes %j", (schema, typed, number) => {
    expect(value(schema, typed)).toEqual({ it: number });
  });

  test.each([
    [{ type: "number" }, "1,5", "Write a number."],
    [{ type: "number" }, "Infinity", "Write a number."],
    [{ type: "integer" }, "1.5", "Write a whole number."],
    [{ type: "integer" }, "9007199254740993", "Too large to be sent exactly."],
    [{ type: "number", minimum: 2 }, "1", "At least 2."],
    [{ type: "number", exclusiveMinimum: 0 }, "0", "More than 0."],
    [{ type: "number", maximum: 2 }, "3", "At most 2."],
    [{ type: "number", exclusiveMaximum: 2 }, "2", "Less than 2."],
    [{ type: "integer", multipleOf: 5 }, "7", "A multiple of 5."],
  ])("%j refuses %j", (schema, typed, words) => {
    expect(value(schema, typed)).toEqual([words]);
  });

  test("of zero are a value", () => {
    expect(value({ type: "number" }, "0")).toEqual({ it: 0 });
  });
});

describe("choices", () => {
  test("send the value, of whatever type", () => {
    expect(value({ enum: ["a", 7, null, { deep: true }] }, "3")).toEqual({ it: { deep: true } });
    expect(value({ enum: ["a", 7, null] }, "2")).toEqual({ it: null });
    expect(value({ enum: ["a"] }, "")).toEqual({});
    expect(value({ enum: ["a"] }, "", true)).toEqual(["Choose one."]);
  });

  test("of a boolean are three where it is optional", () => {
    expect(value({ type: "boolean" }, "")).toEqual({});
    expect(value({ type: "boolean" }, "false")).toEqual({ it: false });
  });

  test("of several keep the order of the options", () => {
    const schema = { type: "array", uniqueItems: true, minItems: 1, maxItems: 2, items: { enum: ["a", "b", "c"] } };
    expect(value(schema, ["2", "0"])).toEqual({ it: ["a", "c"] });
    expect(value(schema, [])).toEqual({});
    expect(value(schema, [], true)).toEqual(["At least 1 option."]);
    expect(value(schema, ["0", "1", "2"])).toEqual(["At most 2 options."]);
  });
});

describe("lists", () => {
  const schema = { type: "array", items: { type: "string" }, minItems: 1, maxItems: 2, uniqueItems: true };

  test("send their entries", () => {
    expect(value(schema, ["a", "b"])).toEqual({ it: ["a", "b"] });
  });

  test("without entries are not sent, unless they are required", () => {
    expect(value({ type: "array", items: { type: "string" } }, [])).toEqual({});
    expect(value({ type: "array", items: { type: "string" } }, [], true)).toEqual({ it: [] });
    expect(value(schema, [], true)).toEqual(["At least 1 entry."]);
  });

  test("say which entry is wrong", () => {
    const { problems } = read(form({ it: schema }), { it: ["a", ""] });
    expect(problems).toEqual(new Map([["/it/1", "Fill this in."]]));
  });

  test("may have to differ", () => {
    expect(value(schema, ["a", "a"])).toEqual(["The entries must differ."]);
    expect(value(schema, ["a", "b", "c"])).toEqual(["At most 2 entries."]);
  });
});

describe("objects", () => {
  const place = { type: "object", required: ["city"], properties: { city: { type: "string" }, zip: { type: "string" } } };

  test("that are optional are sent as soon as something is in them", () => {
    expect(value(place, { city: "", zip: "" })).toEqual({});
    expect(value(place, { city: "Bern", zip: "" })).toEqual({ it: { city: "Bern" } });
    expect(value(place, { city: "", zip: "3000" })).toEqual(["Fill this in."]);
  });

  test("that are required ask for what is required in them", () => {
    const { problems } = read(form({ it: place }, ["it"]), { it: { city: "", zip: "" } });
    expect(problems).toEqual(new Map([["/it/city", "Fill this in."]]));
  });

  test("may have members of any name", () => {
    const schema = JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"},"a/b":{"type":"string"}}}') as Json;
    const draft = JSON.parse('{"__proto__":"x","a/b":""}') as Draft;
    expect(JSON.stringify(read(fieldOf(schema), draft).value)).toBe('{"__proto__":"x"}');
  });

  test("are not begun by what stands in them at first", () => {
    const schema = { type: "object", required: ["on", "size"], properties: { on: { type: "boolean" }, size: { type: "integer", default: 1 }, name: { type: "string" } } };
    const field = form({ it: schema });
    expect(read(field, blank(field, true)).value).toEqual({});
    expect(value(schema, { on: "false", size: "", name: "" })).toEqual({});
    expect(value(schema, { on: "false", size: "1", name: "x" })).toEqual({ it: { on: false, size: 1, name: "x" } });
  });
});

describe("shapes", () => {
  const shape = { oneOf: [{ type: "object", required: ["kind", "r"], properties: { kind: { const: "circle" }, r: { type: "number" } } }, { type: "string" }] };

  test("send their constant along", () => {
    expect(value(shape, { variant: "0", value: { r: "2" } })).toEqual({ it: { kind: "circle", r: 2 } });
    expect(value(shape, { variant: "1", value: "x" })).toEqual({ it: "x" });
  });

  test("that nobody chose are not sent, and missed where required", () => {
    expect(value(shape, { variant: "", value: "" })).toEqual({});
    expect(value(shape, { variant: "", value: "" }, true)).toEqual(["Choose one."]);
  });
});

describe("null", () => {
  test("is sent only if somebody says so", () => {
    expect(value({ type: ["string", "null"] }, { nil: "", value: "" })).toEqual({});
    expect(value({ type: ["string", "null"] }, { nil: "true", value: "typed before" })).toEqual({ it: null });
    expect(value({ type: ["string", "null"] }, { nil: "", value: "x" })).toEqual({ it: "x" });
    expect(value({ type: ["string", "null"] }, { nil: "", value: "" }, true)).toEqual(["Fill this in."]);
  });
});

describe("JSON", () => {
  test("is sent as it stands there", () => {
    expect(value({}, '{"a":[1,null]}')).toEqual({ it: { a: [1, null] } });
    expect(value({}, "  ")).toEqual({});
  });

  test("has to be JSON, and what is asked for", () => {
    expect(value({}, "{a}")).toEqual([expect.stringMatching(/^Not JSON: /)]);
    expect(value({ type: "object" }, "[]")).toEqual(["Write an object: {…}."]);
    expect(value({ type: "array", items: false }, "{}")).toEqual(["Write a list: […]."]);
  });
});

describe("from a value and back", () => {
  const schema: JsonObject = {
    text: { type: "string" },
    number: { type: "number" },
    flag: { type: "boolean" },
    choice: { enum: ["a", { b: 1 }] },
    several: { type: "array", uniqueItems: true, items: { enum: [1, 2, 3] } },
    list: { type: "array", items: { type: "object", properties: { n: { type: "integer" } } } },
    nullable: { anyOf: [{ type: "string" }, { type: "null" }] },
    shape: { oneOf: [{ properties: { kind: { const: "x" }, n: { type: "number" } }, required: ["kind"] }, { type: "string" }] },
    json: {},
  };
  const field = form(schema);

  test.each<JsonObject>([
    {},
    { text: "x", number: 1.5, flag: false, choice: { b: 1 }, several: [1, 3], list: [{ n: 1 }, { n: 2 }], nullable: null, shape: { kind: "x", n: 2 }, json: { deep: ["x"] } },
    { nullable: "there", shape: "text", json: null },
  ])("%j", (value) => {
    const draft = draftOf(field, value);
    expect(draft).not.toBeNull();
    const back = read(field, draft ?? "");
    expect(back.problems).toEqual(new Map());
    expect(back.value).toEqual(value);
  });

  test.each<[string, JsonObject]>([
    ["a member that it does not know", { other: 1 }],
    ["another type", { text: 1 }],
    ["an empty text", { text: "" }],
    ["no option", { choice: "z" }],
    ["an option twice", { several: [1, 1] }],
    ["no shape", { shape: 7 }],
    ["a list that is there and empty", { list: [] }],
    ["options that are there, and none", { several: [] }],
  ])("a form has no place for %s", (_, value) => {
    expect(draftOf(field, value)).toBeNull();
  });
});
