import type { VNode } from "preact";

import type { Field, TextControl } from "../schema/field.ts";
import { amount, bound } from "../schema/read.ts";
import type { FieldProps } from "./field.tsx";
import { described, FieldFrame, placeholderOf } from "./field_frame.tsx";

type Of<K extends Field["kind"]> = FieldProps<Extract<Field, { kind: K }>>;

const TYPES: Record<TextControl, string> = { line: "text", lines: "text", password: "password", email: "email", url: "url", date: "date", time: "text" };

export function TextField(props: Of<"text">): VNode {
  const { field, draft, onDraft, name } = props;
  const common = {
    ...described(props),
    class: "pg-input",
    value: typeof draft === "string" ? draft : "",
    placeholder: placeholderOf(props),
    autocomplete: "off" as const,
    ...(name === "" && { "aria-label": "Value" }),
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => onDraft(currentTarget.value),
  };
  return (
    <FieldFrame props={props} facts={textFacts(field)}>
      {field.control === "lines" ? <textarea {...common} rows={field.maxLength > 1_000 && field.maxLength < Infinity ? 3 : 1} /> : <input {...(common as object)} {...({ type: TYPES[field.control] } as object)} />}
    </FieldFrame>
  );
}

function textFacts({ format, minLength, maxLength }: Extract<Field, { kind: "text" }>): string {
  const length = maxLength < Infinity ? `${minLength > 0 ? `${minLength} to ` : "at most "}${amount(maxLength, "character")}` : minLength > 1 ? `at least ${amount(minLength, "character")}` : "";
  return [format ?? "", length].filter(Boolean).join(", ");
}

export function NumberField(props: Of<"number">): VNode {
  const { field, draft, onDraft, name } = props;
  const { integer, minimum, maximum, multipleOf } = field;
  const range = minimum && maximum && !minimum.exclusive && !maximum.exclusive
    ? `${minimum.value} to ${maximum.value}`
    : [minimum && bound(minimum, ">", "≥"), maximum && bound(maximum, "<", "≤")].filter(Boolean).join(", ");
  const facts = [integer ? "whole number" : "number", range, multipleOf === null ? "" : `a multiple of ${multipleOf}`].filter(Boolean).join(", ");
  return (
    <FieldFrame props={props} facts={facts}>
      {/* Not type=number: it hides what it does not understand, and scrolling changes it. */}
      <input {...described(props)} {...(name === "" && { "aria-label": "Value" })} class="pg-input pg-number" inputMode={integer && (minimum?.value ?? -1) >= 0 ? "numeric" : "decimal"} autocomplete="off" placeholder={placeholderOf(props)} value={typeof draft === "string" ? draft : ""} onInput={({ currentTarget }) => onDraft(currentTarget.value)} />
    </FieldFrame>
  );
}

export function JsonField(props: Of<"json">): VNode {
  const { field, draft, onDraft, name } = props;
  const text = typeof draft === "string" ? draft : "";
  return (
    <FieldFrame props={props} facts={field.expects === "anything" ? "JSON" : `${field.expects} as JSON`}>
      <textarea {...described(props)} {...(name === "" && { "aria-label": "Value" })} class="pg-input pg-code" spellcheck={false} rows={Math.min(12, Math.max(3, text.split("\n").length))} placeholder={placeholderOf(props) || (field.expects === "an object" ? "{}" : field.expects === "a list" ? "[]" : "")} value={text} onInput={({ currentTarget }) => onDraft(currentTarget.value)} />
    </FieldFrame>
  );
}
