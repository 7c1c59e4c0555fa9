import type { VNode } from "preact";

import type { Draft } from "../schema/draft.ts";
import type { Field } from "../schema/field.ts";
import type { Problems } from "../schema/read.ts";
import { BooleanField, ChoiceField, SeveralField } from "./field_choice.tsx";
import { ConstantField } from "./field_constant.tsx";
import { GroupField } from "./field_group.tsx";
import { ListField } from "./field_list.tsx";
import { NullableField, VariantField } from "./field_variant.tsx";
import { JsonField, NumberField, TextField } from "./field_typed.tsx";

export interface FieldProps<F extends Field = Field> {
  field: F;
  /** The member's name; empty for the arguments themselves. */
  name: string;
  required: boolean;
  /** JSON Pointer. */
  pointer: string;
  draft: Draft;
  problems: Problems;
  onDraft: (draft: Draft) => void;
  /** Another control, beside the name. */
  aside?: VNode;
}

type Of<K extends Field["kind"]> = FieldProps<Extract<Field, { kind: K }>>;

/** A field of any kind. */
export function FieldView(props: FieldProps): VNode | null {
  switch (props.field.kind) {
    case "text":
      return <TextField {...(props as Of<"text">)} />;
    case "number":
      return <NumberField {...(props as Of<"number">)} />;
    case "json":
      return <JsonField {...(props as Of<"json">)} />;
    case "boolean":
      return <BooleanField {...(props as Of<"boolean">)} />;
    case "choice":
      return <ChoiceField {...(props as Of<"choice">)} />;
    case "several":
      return <SeveralField {...(props as Of<"several">)} />;
    case "list":
      return <ListField {...(props as Of<"list">)} />;
    case "group":
      return <GroupField {...(props as Of<"group">)} />;
    case "variant":
      return <VariantField {...(props as Of<"variant">)} />;
    case "nullable":
      return <NullableField {...(props as Of<"nullable">)} />;
    case "constant":
      return <ConstantField {...(props as Of<"constant">)} />;
  }
}
