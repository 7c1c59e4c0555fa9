// What stands in a form, before it is a value.
import type { Field } from "./field.ts";
import { isObject, type Json, same } from "./json.ts";

/**
 * A form's content. Texts, numbers and JSON as they were typed, a choice as the option's index, a
 * boolean as "true" or "false"; "" is empty. What has parts is a list or an object of drafts.
 */
export type Draft = string | Draft[] | { [name: string]: Draft };

/** The draft of an alternative. */
export interface VariantDraft {
  [name: string]: Draft;
  /** Index of the option, or "". */
  variant: string;
  value: Draft;
}

/** The draft of a field that may be null. */
export interface NullableDraft {
  [name: string]: Draft;
  /** "true" where null is sent. */
  nil: string;
  value: Draft;
}

export const isList = (draft: Draft | undefined): draft is Draft[] => Array.isArray(draft);
export const isParts = (draft: Draft | undefined): draft is { [name: string]: Draft } => typeof draft === "object" && !Array.isArray(draft);

/** What a form holds at first: only what has to be sent and has a default is filled in. */
export function blank(field: Field, required: boolean): Draft {
  if (required && field.standard !== undefined) {
    const filled = draftOf(field, field.standard);
    if (filled !== null) return filled;
  }
  switch (field.kind) {
    case "boolean":
      return required ? "false" : "";
    case "several":
      return [];
    case "list":
      return Array.from({ length: required ? Math.min(field.minItems, 20) : 0 }, () => blank(field.item, true));
    case "group":
      return Object.fromEntries(field.entries.map(({ name, required, field }) => [name, blank(field, required)]));
    case "variant": {
      const first = required ? field.options[0] : undefined;
      return { variant: first ? "0" : "", value: first ? blank(first.field, true) : "" };
    }
    case "nullable":
      return { nil: "", value: blank(field.field, required) };
    default:
      return "";
  }
}

/** Whether there is nothing in it that somebody put there. */
export function isEmpty(field: Field, draft: Draft): boolean {
  switch (field.kind) {
    case "constant":
      return true;
    case "several":
    case "list":
      return !isList(draft) || draft.length === 0;
    case "group":
      return field.entries.every((entry) => {
        const part = (isParts(draft) ? draft[entry.name] : undefined) ?? "";
        // What was filled in at first, nobody put there.
        return isEmpty(entry.field, part) || same(part, blank(entry.field, entry.required));
      });
    case "variant":
      return !isParts(draft) || draft.variant === "";
    case "nullable":
      return !isParts(draft) || (draft.nil !== "true" && isEmpty(field.field, draft.value ?? ""));
    default:
      return typeof draft !== "string" || draft.trim() === "";
  }
}

/** The draft that reads as `value`, or null if the form cannot say it. */
export function draftOf(field: Field, value: Json): Draft | null {
  switch (field.kind) {
    case "text":
      return typeof value === "string" && value !== "" ? value : null;
    case "number":
      return typeof value === "number" ? String(value) : null;
    case "boolean":
      return typeof value === "boolean" ? String(value) : null;
    case "choice": {
      const index = field.options.findIndex((option) => same(option.value, value));
      return index < 0 ? null : String(index);
    }
    case "several": {
      if (!Array.isArray(value)) return null;
      const indices = value.map((item) => String(field.options.findIndex((option) => same(option.value, item))));
      return indices.includes("-1") || new Set(indices).size < indices.length ? null : indices;
    }
    case "list":
      return Array.isArray(value) ? all(value.map((item) => draftOf(field.item, item))) : null;
    case "group": {
      if (!isObject(value)) return null;
      const known = new Set(field.entries.map(({ name }) => name));
      if (!Object.keys(value).every((name) => known.has(name))) return null;
      const parts = all(field.entries.map(({ name, required, field }) => {
        const part = Object.hasOwn(value, name) ? value[name] : undefined;
        if (part === undefined) return blank(field, false);
        const draft = draftOf(field, part);
        // What is left empty is not sent: a form cannot say that it is there, and empty.
        return draft !== null && !required && isEmpty(field, draft) ? null : draft;
      }));
      return parts && Object.fromEntries(field.entries.map(({ name }, index) => [name, parts[index] ?? ""]));
    }
    case "variant":
      for (const [index, option] of field.options.entries()) {
        const inner = draftOf(option.field, value);
        if (inner !== null) return { variant: String(index), value: inner };
      }
      return null;
    case "nullable": {
      if (value === null) return { nil: "true", value: blank(field.field, false) };
      const inner = draftOf(field.field, value);
      return inner === null ? null : { nil: "", value: inner };
    }
    case "constant":
      return same(field.value, value) ? "" : null;
    case "json":
      return JSON.stringify(value, null, 2);
  }
}

function all(drafts: (Draft | null)[]): Draft[] | null {
  return drafts.every((draft) => draft !== null) ? drafts : null;
}
