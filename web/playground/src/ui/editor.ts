import type { Tool } from "@modelcontextprotocol/client";

import { blank, type Draft, draftOf } from "../schema/draft.ts";
import { type Field, fieldOf } from "../schema/field.ts";
import type { Json, JsonObject } from "../schema/json.ts";

/** The arguments of a tool while they are written. */
export interface Editor {
  mode: "form" | "json";
  draft: Draft;
  json: string;
}

const fields = new WeakMap<object, Field>();

/** The form of a tool, made once. */
export function formOf({ inputSchema }: Tool): Field {
  const known = fields.get(inputSchema);
  if (known) return known;
  const made = fieldOf(inputSchema as Json);
  fields.set(inputSchema, made);
  return made;
}

export function editorOf(tool: Tool): Editor {
  const form = formOf(tool);
  return { mode: form.kind === "group" ? "form" : "json", draft: blank(form, true), json: "{}" };
}

/** An editor with these arguments: a form if one can hold them. */
export function editorWith(tool: Tool, input: JsonObject): Editor {
  const form = formOf(tool);
  const draft = form.kind === "group" ? draftOf(form, input) : null;
  return { mode: draft ? "form" : "json", draft: draft ?? blank(form, true), json: JSON.stringify(input, null, 2) };
}
