import type { VNode } from "preact";

import type { Field } from "../schema/field.ts";
import type { FieldProps } from "./field.tsx";

/** What is sent in any case. */
export function ConstantField({ field, name, aside }: FieldProps<Extract<Field, { kind: "constant" }>>): VNode | null {
  // The alternative that it stands for was chosen above.
  if (name === "") return null;
  return (
    <div class="pg-field pg-field-head">
      <span class="pg-label">{field.title ?? name}</span>
      <span class="pg-notes"><code>{JSON.stringify(field.value)}</code>{aside}</span>
    </div>
  );
}
