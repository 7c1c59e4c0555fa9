import type { VNode } from "preact";
import { useRef } from "preact/hooks";

import { blank, type Draft, isList } from "../schema/draft.ts";
import type { Field } from "../schema/field.ts";
import { below } from "../schema/json.ts";
import { amount } from "../schema/read.ts";
import { type FieldProps, FieldView } from "./field.tsx";
import { FieldFrame } from "./field_frame.tsx";
import { Icon } from "./icons.tsx";

export function ListField(props: FieldProps<Extract<Field, { kind: "list" }>>): VNode {
  const { field, name, pointer, draft, problems, onDraft } = props;
  const items = isList(draft) ? draft : [];
  const list = useRef<HTMLDivElement>(null);
  const called = field.title ?? (name || "list");

  const focus = (index: number): void => {
    requestAnimationFrame(() => {
      const item = list.current?.querySelectorAll<HTMLElement>(":scope > ol > li")[index];
      (item?.querySelector<HTMLElement>("input, select, textarea, button") ?? list.current?.querySelector<HTMLElement>(":scope > button"))?.focus();
    });
  };
  const add = (): void => {
    onDraft([...items, blank(field.item, true)]);
    focus(items.length);
  };
  const remove = (index: number): void => {
    onDraft(items.filter((_, other) => other !== index));
    focus(Math.min(index, items.length - 2));
  };
  const replace = (index: number, item: Draft): void => onDraft(items.map((other, place) => (place === index ? item : other)));
  return (
    <FieldFrame props={props} as="legend" facts={factsOf(field)}>
      <div ref={list}>
        <ol class="pg-items">
          {items.map((item, index) => (
            <li key={index}>
              <div class="pg-item">
                <FieldView field={field.item} name={`${called} ${index + 1}`} required pointer={below(pointer, index)} draft={item} problems={problems} onDraft={(draft) => replace(index, draft)} />
              </div>
              <button type="button" class="pg-icon" aria-label={`Remove ${called} ${index + 1}`} onClick={() => remove(index)}><Icon name="close" /></button>
            </li>
          ))}
        </ol>
        <button type="button" class="pg-mini" aria-label={`Add to ${called}`} onClick={add}><Icon name="plus" />Add</button>
      </div>
    </FieldFrame>
  );
}

function factsOf({ minItems, maxItems }: { minItems: number; maxItems: number }): string {
  if (maxItems < Infinity) return minItems > 0 ? `${minItems} to ${amount(maxItems, "entry")}` : `at most ${amount(maxItems, "entry")}`;
  return minItems > 0 ? `at least ${amount(minItems, "entry")}` : "list";
}
