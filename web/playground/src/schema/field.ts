// From a JSON Schema to what can be drawn for it.
import { isObject, type Json, type JsonObject } from "./json.ts";
import { merge, resolve } from "./resolve.ts";

/** One thing to choose. */
export interface Option {
  value: Json;
  label: string;
  description: string | null;
}

export interface Entry {
  name: string;
  required: boolean;
  field: Field;
}

export type TextControl = "line" | "lines" | "password" | "email" | "url" | "date" | "time";

type Kind =
  | { kind: "text"; control: TextControl; format: string | null; minLength: number; maxLength: number; pattern: string | null }
  | { kind: "number"; integer: boolean; minimum: Bound | null; maximum: Bound | null; multipleOf: number | null }
  | { kind: "boolean" }
  | { kind: "choice"; options: Option[] }
  /** A list in which every option comes at most once. */
  | { kind: "several"; options: Option[]; minItems: number; maxItems: number }
  | { kind: "list"; item: Field; minItems: number; maxItems: number; unique: boolean }
  | { kind: "group"; entries: Entry[] }
  | { kind: "variant"; options: { label: string; field: Field }[] }
  | { kind: "nullable"; field: Field }
  /** Nothing to choose. */
  | { kind: "constant"; value: Json }
  /** Whatever cannot be drawn. */
  | { kind: "json"; expects: "anything" | "an object" | "a list" };

export type Field = Kind & {
  title: string | null;
  description: string | null;
  /** What the schema says the value is where none is sent. */
  standard: Json | undefined;
  example: Json | undefined;
};

export interface Bound {
  value: number;
  exclusive: boolean;
}

/** Deeper than this, a form is no help. */
const DEEPEST = 8;
/** From this length on, a text gets several lines. */
const LONG = 200;

/** The form for the arguments of a tool. */
export function fieldOf(schema: Json): Field {
  return field(schema, { root: schema, through: new Set(), depth: 0 });
}

interface Place {
  root: Json;
  through: ReadonlySet<string>;
  depth: number;
}

function field(source: Json | undefined, place: Place): Field {
  const resolved = place.depth > DEEPEST ? null : resolve(source, place.root, place.through);
  if (!resolved) return json(isObject(source) ? source : {});
  const { schema, through } = resolved;
  return drawn(schema, { ...place, through, depth: place.depth + 1 }) ?? json(schema);
}

function drawn(schema: JsonObject, place: Place): Field | null {
  const { type, anyOf, oneOf } = schema;
  if (schema.const !== undefined) return { ...words(schema), kind: "constant", value: schema.const };
  if (Array.isArray(schema.enum)) return choice(schema, schema.enum.map((value) => option(value)));
  const alternatives = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : null;
  if (alternatives) return Array.isArray(oneOf) && Array.isArray(anyOf) ? null : oneOfThese(schema, alternatives, place);
  if (Array.isArray(type)) return oneOfThese({ ...schema, type: undefined as never }, type.map((name) => ({ type: name })), place);
  switch (type ?? (schema.properties === undefined ? undefined : "object")) {
    case "string":
      return text(schema);
    case "number":
    case "integer":
      return number(schema, type === "integer");
    case "boolean":
      return { ...words(schema), kind: "boolean" };
    case "null":
      return { ...words(schema), kind: "constant", value: null };
    case "array":
      return list(schema, place);
    case "object":
      return group(schema, place);
    default:
      return null;
  }
}

function words(schema: JsonObject): Pick<Field, "title" | "description" | "standard" | "example"> {
  const { title, description, examples } = schema;
  return {
    title: typeof title === "string" ? title : null,
    description: typeof description === "string" ? description : null,
    standard: schema.default,
    example: Array.isArray(examples) ? examples[0] : undefined,
  };
}

function json(schema: JsonObject): Field {
  const expects = schema.type === "object" ? "an object" : schema.type === "array" ? "a list" : "anything";
  return { ...words(schema), kind: "json", expects };
}

function option(value: Json, schema: JsonObject = {}): Option {
  const { title, description } = words(schema);
  return { value, label: title ?? (typeof value === "string" ? value : JSON.stringify(value)), description };
}

function choice(schema: JsonObject, options: Option[]): Field | null {
  return options.length === 0 ? null : { ...words(schema), kind: "choice", options };
}

function oneOfThese(schema: JsonObject, alternatives: Json[], place: Place): Field | null {
  const { anyOf, oneOf, ...base } = schema;
  if (base.type === undefined) delete base.type;
  const resolved = alternatives.map((alternative) => resolve(alternative, place.root, place.through));
  const full = resolved.map((found) => found && merge(found.schema, dropWords(base)));
  const real = full.flatMap((found, index) => (found && isNull(found) ? [] : [{ found, source: alternatives[index] }]));
  const nullable = real.length < full.length;
  if (real.length === 0) return { ...words(schema), kind: "constant", value: null };

  const constants = real.map(({ found }) => found && constantOptions(found));
  let inner: Field | null;
  if (constants.every((found) => found !== null)) {
    inner = choice(schema, constants.flat());
  } else if (real.length === 1) {
    const only = real[0]?.found;
    inner = only ? { ...field(only, place) } : field(real[0]?.source, place);
  } else {
    const options = real.map(({ found, source }, index) => {
      const drawn = found ? field(found, place) : field(source, place);
      return { label: labelOf(found, drawn, index), field: drawn };
    });
    inner = { ...words(schema), kind: "variant", options };
  }
  if (!inner) return null;
  const own = words(schema);
  const said = { ...inner, title: own.title ?? inner.title, description: own.description ?? inner.description, standard: own.standard ?? inner.standard, example: own.example ?? inner.example };
  return nullable ? { ...own, title: said.title, description: said.description, kind: "nullable", field: { ...said, standard: said.standard ?? undefined } } : said;
}

function dropWords({ title, description, default: _, examples, $schema, $defs, definitions, ...rest }: JsonObject): JsonObject {
  return rest;
}

function isNull(schema: JsonObject): boolean {
  return schema.type === "null" || schema.const === null;
}

function constantOptions(schema: JsonObject): Option[] | null {
  if (schema.const !== undefined) return [option(schema.const, schema)];
  return Array.isArray(schema.enum) ? schema.enum.map((value) => option(value)) : null;
}

const TYPES: Record<string, string> = { text: "Text", number: "Number", boolean: "Yes or no", list: "List", several: "List", group: "Object", json: "JSON" };

/** What an alternative is called: by its title, its tag, or its type. */
function labelOf(schema: JsonObject | null, drawn: Field, index: number): string {
  if (drawn.title) return drawn.title;
  const properties = schema?.properties;
  if (isObject(properties)) {
    for (const member of Object.values(properties)) {
      const tag = isObject(member) ? member.const ?? (Array.isArray(member.enum) && member.enum.length === 1 ? member.enum[0] : undefined) : undefined;
      if (typeof tag === "string") return tag;
    }
    const names = Object.keys(properties);
    if (names.length > 0 && names.length < 4) return names.join(", ");
  }
  return TYPES[drawn.kind] ?? `Option ${index + 1}`;
}

const CONTROLS: Record<string, TextControl> = { email: "email", "idn-email": "email", uri: "url", url: "url", date: "date", time: "time", password: "password" };

function text(schema: JsonObject): Field {
  const { format, pattern } = schema;
  const named = typeof format === "string" ? format : null;
  const maxLength = count(schema.maxLength, Infinity);
  const open = named === null && pattern === undefined && maxLength >= LONG;
  const control = schema.writeOnly === true ? "password" : named !== null && Object.hasOwn(CONTROLS, named) ? CONTROLS[named] : undefined;
  return {
    ...words(schema),
    kind: "text",
    control: control ?? (open ? "lines" : "line"),
    format: named,
    minLength: count(schema.minLength, 0),
    maxLength,
    pattern: typeof pattern === "string" ? pattern : null,
  };
}

function count(value: Json | undefined, otherwise: number): number {
  return typeof value === "number" && value >= 0 ? value : otherwise;
}

function number(schema: JsonObject, integer: boolean): Field {
  const { multipleOf } = schema;
  return {
    ...words(schema),
    kind: "number",
    integer,
    minimum: stricter(schema.minimum, schema.exclusiveMinimum, 1),
    maximum: stricter(schema.maximum, schema.exclusiveMaximum, -1),
    multipleOf: typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : null,
  };
}

function stricter(inclusive: Json | undefined, exclusive: Json | undefined, sign: 1 | -1): Bound | null {
  const bounds: Bound[] = [];
  if (typeof inclusive === "number") bounds.push({ value: inclusive, exclusive: exclusive === true });
  if (typeof exclusive === "number") bounds.push({ value: exclusive, exclusive: true });
  return bounds.sort((one, other) => sign * (other.value - one.value) || Number(other.exclusive) - Number(one.exclusive))[0] ?? null;
}

function list(schema: JsonObject, place: Place): Field | null {
  if (schema.prefixItems !== undefined || Array.isArray(schema.items) || schema.items === false) return null;
  const item = field(schema.items, place);
  const range = { minItems: count(schema.minItems, 0), maxItems: count(schema.maxItems, Infinity) };
  const unique = schema.uniqueItems === true;
  if (item.kind === "choice" && unique) return { ...words(schema), kind: "several", options: item.options, ...range };
  return { ...words(schema), kind: "list", item, unique, ...range };
}

function group(schema: JsonObject, place: Place): Field | null {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const names = Object.keys(properties);
  // An object whose members have no names is not a form.
  const closed = schema.additionalProperties === false || place.depth === 1;
  if (names.length === 0 && (!closed || required.size > 0)) return null;
  if ([...required].some((name) => typeof name !== "string" || !Object.hasOwn(properties, name))) return null;
  const entries = names.map((name) => ({ name, required: required.has(name), field: field(properties[name], place) }));
  return { ...words(schema), kind: "group", entries };
}
