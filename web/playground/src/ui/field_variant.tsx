import type { VNode } from "preact";

import { blank, isParts } from "../schema/draft.ts";
import type { Field } from "../schema/field.ts";
import { type FieldProps, FieldView } from "./field.tsx";
import { FieldFrame, idsOf } from "./field_frame.tsx";

type Of<K extends Field["kind"]> = FieldProps<Extract<Field, { kind: K }>>;

/** One of several shapes. */
export function VariantField(props: Of<"variant">): VNode {
  const { field, name, required, pointer, draft, problems, onDraft } = props;
  const { variant = "", value = "" } = isParts(draft) ? draft : {};
  const option = typeof variant === "string" && variant !== "" ? field.options[Number(variant)] : undefined;
  const choose = (variant: string): void => {
    const chosen = variant === "" ? undefined : field.options[Number(variant)];
    onDraft({ variant, value: chosen ? blank(chosen.field, true) : "" });
  };
  return (
    <FieldFrame props={props} as="legend">
      <select class="pg-input" id={`${idsOf(pointer).control}-variant`} aria-label={`Kind of ${field.title ?? (name || "value")}`} value={String(variant)} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {(!required || !option) && <option value="">{required ? "Choose…" : "Not sent"}</option>}
        {field.options.map(({ label }, index) => <option key={index} value={String(index)}>{label}</option>)}
      </select>
      {/* The problem of the shape is said once, inside. */}
      {option && <div class="pg-nested"><FieldView key={String(variant)} field={option.field} name="" required pointer={pointer} draft={value} problems={problems} onDraft={(value) => onDraft({ variant, value })} /></div>}
    </FieldFrame>
  );
}

/** A value, or null. Where it may as well be left out, null has to be there already to be shown. */
export function NullableField({ field, draft, onDraft, ...props }: Of<"nullable">): VNode {
  const { nil = "", value = "" } = isParts(draft) ? draft : {};
  const isNull = nil === "true";
  const aside = (
    <label class="pg-null">
      <input type="checkbox" aria-label={`Send null for ${field.title ?? (props.name || "value")}`} checked={isNull} onChange={({ currentTarget }) => onDraft({ nil: currentTarget.checked ? "true" : "", value })} />
      null
    </label>
  );
  const inner: Field = isNull
    ? { ...field, kind: "constant", value: null }
    : { ...field.field, title: field.title, description: field.description };
  return <FieldView {...props} field={inner} draft={value} {...((props.required || isNull) && { aside })} onDraft={(value) => onDraft({ nil: "", value })} />;
}
