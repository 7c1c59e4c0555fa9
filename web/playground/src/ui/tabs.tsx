import type { ComponentChildren, VNode } from "preact";
import { useId, useRef } from "preact/hooks";

interface Props<T extends string> {
  label: string;
  tabs: readonly (readonly [value: T, name: string])[];
  value: T;
  onValue: (value: T) => void;
  children: ComponentChildren;
}

/** Panels of which one is seen (ARIA authoring practices: tabs with automatic activation). */
export function Tabs<T extends string>({ label, tabs, value, onValue, children }: Props<T>): VNode {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const index = tabs.findIndex(([tab]) => tab === value);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const wrapped = next % tabs.length;
    const tab = tabs[wrapped];
    if (tab) onValue(tab[0]);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[wrapped]?.focus();
  };
  return (
    <>
      <div class="pg-tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(([tab, words]) => (
          <button key={tab} type="button" role="tab" id={`${id}-${tab}`} aria-selected={tab === value} aria-controls={`${id}-panel`} tabIndex={tab === value ? 0 : -1} onClick={() => onValue(tab)}>
            {words}
          </button>
        ))}
      </div>
      <div class="pg-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`}>
        {children}
      </div>
    </>
  );
}
