import type { VNode } from "preact";

import { isParts } from "../schema/draft.ts";
import type { Field } from "../schema/field.ts";
import { below } from "../schema/json.ts";
import { type FieldProps, FieldView } from "./field.tsx";
import { FieldFrame } from "./field_frame.tsx";

export function GroupField(props: FieldProps<Extract<Field, { kind: "group" }>>): VNode {
  const { field, name, pointer, draft, problems, onDraft } = props;
  const parts = isParts(draft) ? draft : {};
  const entries = field.entries.map((entry) => (
    <FieldView key={entry.name} field={entry.field} name={entry.name} required={entry.required} pointer={below(pointer, entry.name)} draft={parts[entry.name] ?? ""} problems={problems} onDraft={(part) => onDraft({ ...parts, [entry.name]: part })} />
  ));
  if (name === "") return <div class="pg-fields">{entries}</div>;
  return (
    <FieldFrame props={props} as="legend">
      <div class="pg-fields pg-nested">{entries}</div>
    </FieldFrame>
  );
}
