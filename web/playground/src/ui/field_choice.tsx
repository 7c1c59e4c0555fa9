import type { VNode } from "preact";

import { isList } from "../schema/draft.ts";
import type { Field } from "../schema/field.ts";
import { same } from "../schema/json.ts";
import type { FieldProps } from "./field.tsx";
import { described, FieldFrame } from "./field_frame.tsx";

type Of<K extends Field["kind"]> = FieldProps<Extract<Field, { kind: K }>>;

export function BooleanField(props: Of<"boolean">): VNode {
  const { field, name, required, draft, onDraft } = props;
  if (required) {
    return (
      <FieldFrame props={{ ...props, name: "" }}>
        <label class="pg-check">
          <input {...described(props)} type="checkbox" checked={draft === "true"} onChange={({ currentTarget }) => onDraft(String(currentTarget.checked))} />
          <span class="pg-label">{field.title ?? (name || "true")}</span>
        </label>
      </FieldFrame>
    );
  }
  return (
    <FieldFrame props={props}>
      <select {...described(props)} class="pg-input" value={typeof draft === "string" ? draft : ""} onChange={({ currentTarget }) => onDraft(currentTarget.value)}>
        <option value="">{field.standard === undefined ? "Not sent" : `${String(field.standard)} if left alone`}</option>
        <option value="true">true</option>
        <option value="false">false</option>
      </select>
    </FieldFrame>
  );
}

export function ChoiceField(props: Of<"choice">): VNode {
  const { field, name, required, draft, onDraft } = props;
  const chosen = typeof draft === "string" && draft !== "" ? field.options[Number(draft)] : undefined;
  const standard = field.standard === undefined ? undefined : field.options.find(({ value }) => same(value, field.standard));
  return (
    <FieldFrame props={props}>
      <select {...described(props)} {...(name === "" && { "aria-label": "Value" })} class="pg-input" value={typeof draft === "string" ? draft : ""} onChange={({ currentTarget }) => onDraft(currentTarget.value)}>
        <option value="">{required ? "Choose…" : standard ? `${standard.label} if left alone` : "Not sent"}</option>
        {field.options.map(({ label }, index) => <option key={index} value={String(index)}>{label}</option>)}
      </select>
      {chosen?.description && <p class="hint">{chosen.description}</p>}
    </FieldFrame>
  );
}

export function SeveralField(props: Of<"several">): VNode {
  const { field, draft, onDraft } = props;
  const chosen = isList(draft) ? draft : [];
  const toggle = (index: string): void => onDraft(chosen.includes(index) ? chosen.filter((other) => other !== index) : [...chosen, index]);
  return (
    <FieldFrame props={props} as="legend">
      <ul class="pg-checks">
        {field.options.map(({ label, description }, index) => (
          <li key={index}>
            <label class="pg-check">
              <input type="checkbox" checked={chosen.includes(String(index))} onChange={() => toggle(String(index))} />
              <span>{label}{description && <span class="hint"> {description}</span>}</span>
            </label>
          </li>
        ))}
      </ul>
    </FieldFrame>
  );
}
