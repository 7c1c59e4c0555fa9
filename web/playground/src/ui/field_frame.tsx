import type { ComponentChildren, VNode } from "preact";

import type { FieldProps } from "./field.tsx";

/** Ids of what belongs to a field. */
export function idsOf(pointer: string): { control: string; about: string; problem: string } {
  const id = `pg-arg${encodeURIComponent(pointer)}`;
  return { control: id, about: `${id}-about`, problem: `${id}-problem` };
}

/** What a control says about itself. */
export function described({ pointer, problems, required }: FieldProps): Record<string, unknown> {
  const { control, about, problem } = idsOf(pointer);
  const wrong = problems.has(pointer);
  return {
    id: control,
    "data-pointer": pointer,
    "aria-describedby": wrong ? `${problem} ${about}` : about,
    ...(required && { "aria-required": true }),
    ...(wrong && { "aria-invalid": true }),
  };
}

/** What stands where nothing is typed. */
export function placeholderOf({ field, required }: FieldProps): string {
  const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  if (field.standard !== undefined && field.standard !== null && !required) return `${shown(field.standard)} if left empty`;
  return field.example === undefined ? "" : `for example ${shown(field.example)}`;
}

interface FrameProps {
  props: FieldProps;
  /** What fits in, in a few words. */
  facts?: string;
  /** Names a control by its label, or a group by its legend. */
  as?: "label" | "legend";
  children: ComponentChildren;
}

/** A control with its name, what it is for, and what is wrong with it. */
export function FieldFrame({ props, facts, as = "label", children }: FrameProps): VNode {
  const { field, name, required, pointer, problems, aside } = props;
  const { control, about, problem } = idsOf(pointer);
  const wrong = problems.get(pointer);
  const notes = [required || name === "" ? "" : "optional", facts ?? ""].filter(Boolean).join(" · ");
  const heading = name && (
    <span class="pg-label">
      {field.title ?? name}
      {field.title && field.title !== name && <code> {name}</code>}
    </span>
  );
  const inside = (
    <>
      {as === "label" && name && <div class="pg-field-head"><label for={control}>{heading}</label><span class="pg-notes"><span aria-hidden="true">{notes}</span>{aside}</span></div>}
      {field.description && <p class="hint">{field.description}</p>}
      {children}
      {wrong && <p class="pg-problem" id={problem}>{wrong}</p>}
      <span class="hidden" id={about}>{[notes, field.description].filter(Boolean).join(". ")}</span>
    </>
  );
  if (as === "label") return <div class="pg-field">{inside}</div>;
  return (
    <fieldset class="pg-field pg-set" aria-describedby={wrong ? `${problem} ${about}` : about} data-pointer={pointer}>
      {name && <legend class="pg-legend">{heading} <span class="pg-notes" aria-hidden="true">{notes}</span></legend>}
      {aside}
      {inside}
    </fieldset>
  );
}
