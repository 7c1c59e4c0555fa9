// From a schema with references and `allOf` to one that says everything itself.
import { at, isObject, type Json, type JsonObject, same } from "./json.ts";

export interface Resolved {
  schema: JsonObject;
  /** The references that led here: one that comes again leads in a circle. */
  through: ReadonlySet<string>;
}

/** null if a reference leads nowhere, out of the document or in a circle, or parts contradict each other. */
export function resolve(schema: Json | undefined, root: Json, through: ReadonlySet<string>): Resolved | null {
  if (schema === true || schema === undefined) return { schema: {}, through };
  if (!isObject(schema)) return null;
  const { $ref, allOf, ...own } = schema;
  let found: Resolved = { schema: own, through };
  if ($ref !== undefined) {
    const target = typeof $ref === "string" && !through.has($ref) ? referenced($ref, root) : undefined;
    if (target === undefined) return null;
    const resolved = resolve(target, root, new Set([...through, String($ref)]));
    const merged = resolved && merge(own, resolved.schema);
    if (!merged) return null;
    found = { schema: merged, through: resolved.through };
  }
  for (const part of Array.isArray(allOf) ? allOf : []) {
    const resolved = resolve(part, root, through);
    const merged = resolved && merge(found.schema, resolved.schema);
    if (!merged) return null;
    found = { schema: merged, through: new Set([...found.through, ...resolved.through]) };
  }
  return found;
}

function referenced(reference: string, root: Json): Json | undefined {
  if (!reference.startsWith("#")) return undefined;
  try {
    return at(root, decodeURIComponent(reference.slice(1)));
  } catch {
    return undefined;
  }
}

const HIGHER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const LOWER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
/** Words, of which the outer ones count. */
const WORDS = new Set(["title", "description", "default", "examples", "deprecated", "$comment", "$id", "$schema", "$defs", "definitions"]);

/** A schema for what both allow, or null if that cannot be said in one. */
export function merge(outer: JsonObject, inner: JsonObject): JsonObject | null {
  const merged: JsonObject = { ...inner };
  for (const [key, value] of Object.entries(outer)) {
    const other = inner[key];
    if (other === undefined || WORDS.has(key) || same(value, other)) merged[key] = value;
    else if (HIGHER.has(key)) merged[key] = Math.max(Number(value), Number(other));
    else if (LOWER.has(key)) merged[key] = Math.min(Number(value), Number(other));
    else if (key === "required") merged[key] = [...new Set([...list(value), ...list(other)])];
    else if (key === "properties") merged[key] = properties(value, other);
    else if (key === "additionalProperties" && (value === false || other === false)) merged[key] = false;
    else return null;
  }
  return merged;
}

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}

function properties(outer: Json, inner: Json): JsonObject {
  if (!isObject(outer) || !isObject(inner)) return {};
  const merged: JsonObject = { ...inner };
  for (const [name, schema] of Object.entries(outer)) {
    const other = inner[name];
    merged[name] = other === undefined ? schema : { allOf: [schema, other] };
  }
  return merged;
}
