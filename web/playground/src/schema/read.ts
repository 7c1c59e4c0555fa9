// From what stands in a form to the value that is sent.
import { type Draft, isEmpty, isList, isParts } from "./draft.ts";
import type { Bound, Field } from "./field.ts";
import { misformed } from "./format.ts";
import { below, type Json, type JsonObject, same } from "./json.ts";

/** What has to be put right, by the JSON Pointer of the field, in the order of the form. */
export type Problems = Map<string, string>;

/** The value of a form; undefined where nothing is sent. It counts only if there are no problems. */
export function read(field: Field, draft: Draft): { value: Json | undefined; problems: Problems } {
  const problems: Problems = new Map();
  const value = valueOf(field, draft, true, "", problems);
  return { value, problems };
}

function valueOf(field: Field, draft: Draft, required: boolean, pointer: string, problems: Problems): Json | undefined {
  const wrong = (words: string): undefined => {
    problems.set(pointer, words);
  };
  if (isEmpty(field, draft) && !required) return undefined;
  const typed = typeof draft === "string" ? draft : "";
  switch (field.kind) {
    case "text":
      return typed === "" ? wrong("Fill this in.") : checked(textProblem(field, typed), typed, wrong);
    case "number": {
      if (typed.trim() === "") return wrong("Fill this in.");
      const number = Number(typed);
      return checked(numberProblem(field, number), number, wrong);
    }
    case "boolean":
      return typed === "" ? wrong("Choose one.") : typed === "true";
    case "choice":
      return typed === "" ? wrong("Choose one.") : field.options[Number(typed)]?.value;
    case "several": {
      const chosen = new Set(isList(draft) ? draft : []);
      const values = field.options.flatMap(({ value }, index) => (chosen.has(String(index)) ? [value] : []));
      return checked(countProblem(field, values.length, "option"), values, wrong);
    }
    case "list": {
      const values = (isList(draft) ? draft : []).map((item, index) => valueOf(field.item, item, true, below(pointer, index), problems) ?? null);
      const twice = field.unique && values.some((value, index) => values.slice(0, index).some((earlier) => same(earlier, value)));
      return checked(countProblem(field, values.length, "entry") ?? (twice ? "The entries must differ." : null), values, wrong);
    }
    case "group": {
      const parts = isParts(draft) ? draft : {};
      const value: JsonObject = {};
      for (const entry of field.entries) {
        const part = valueOf(entry.field, parts[entry.name] ?? "", entry.required, below(pointer, entry.name), problems);
        if (part !== undefined) define(value, entry.name, part);
      }
      return value;
    }
    case "variant": {
      const { variant, value } = isParts(draft) ? draft : {};
      const option = typeof variant === "string" && variant !== "" ? field.options[Number(variant)] : undefined;
      return option ? valueOf(option.field, value ?? "", true, pointer, problems) : wrong("Choose one.");
    }
    case "nullable": {
      const { nil, value } = isParts(draft) ? draft : {};
      return nil === "true" ? null : valueOf(field.field, value ?? "", required, pointer, problems);
    }
    case "constant":
      return field.value;
    case "json":
      return typed.trim() === "" ? wrong("Fill this in.") : jsonOf(field.expects, typed, wrong);
  }
}

/** `__proto__` is a name like any other. */
function define(object: JsonObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function checked<T extends Json>(problem: string | null, value: T, wrong: (words: string) => undefined): T | undefined {
  return problem === null ? value : wrong(problem);
}

function textProblem({ minLength, maxLength, pattern, format }: Extract<Field, { kind: "text" }>, text: string): string | null {
  // JSON Schema counts characters, not code units.
  const length = [...text].length;
  if (length < minLength) return `At least ${amount(minLength, "character")}; there ${length === 1 ? "is" : "are"} ${length}.`;
  if (length > maxLength) return `At most ${amount(maxLength, "character")}; there are ${length}.`;
  if (pattern !== null && matcher(pattern)?.test(text) === false) return `Must match ${pattern}`;
  return format === null ? null : misformed(format, text);
}

function matcher(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    // Not every schema is written for this dialect: the server judges then.
    return null;
  }
}

function numberProblem({ integer, minimum, maximum, multipleOf }: Extract<Field, { kind: "number" }>, number: number): string | null {
  if (!Number.isFinite(number)) return "Write a number.";
  if (integer && !Number.isInteger(number)) return "Write a whole number.";
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return "Too large to be sent exactly.";
  if (minimum && (minimum.exclusive ? number <= minimum.value : number < minimum.value)) return `${bound(minimum, "More than", "At least")}.`;
  if (maximum && (maximum.exclusive ? number >= maximum.value : number > maximum.value)) return `${bound(maximum, "Less than", "At most")}.`;
  if (multipleOf !== null && !isMultiple(number, multipleOf)) return `A multiple of ${multipleOf}.`;
  return null;
}

/** 0.3 is a multiple of 0.1, whatever binary fractions say. */
function isMultiple(number: number, of: number): boolean {
  const times = number / of;
  return Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

export function bound({ value, exclusive }: Bound, strictly: string, inclusively: string): string {
  return `${exclusive ? strictly : inclusively} ${value}`;
}

function countProblem({ minItems, maxItems }: { minItems: number; maxItems: number }, count: number, what: string): string | null {
  if (count < minItems) return `At least ${amount(minItems, what)}.`;
  return count > maxItems ? `At most ${amount(maxItems, what)}.` : null;
}

export function amount(count: number, one: string): string {
  const many = one.endsWith("y") ? `${one.slice(0, -1)}ies` : `${one}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function jsonOf(expects: string, typed: string, wrong: (words: string) => undefined): Json | undefined {
  const parsed = parse(typed);
  if ("words" in parsed) return wrong(parsed.words);
  const { value } = parsed;
  if (expects === "an object" && (typeof value !== "object" || value === null || Array.isArray(value))) return wrong("Write an object: {…}.");
  if (expects === "a list" && !Array.isArray(value)) return wrong("Write a list: […].");
  return value;
}

/** JSON, or what is wrong with it. */
export function parse(text: string): { value: Json } | { words: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { words: `Not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
