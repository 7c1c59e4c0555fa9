import type { VNode } from "preact";
import { useId } from "preact/hooks";

interface Props<T extends string> {
  label: string;
  options: readonly (readonly [value: T, name: string])[];
  value: T | null;
  onValue: (value: T) => void;
}

/** A few things of which one is on. */
export function Segmented<T extends string>({ label, options, value, onValue }: Props<T>): VNode {
  const name = useId();
  return (
    <div class="pg-segmented" role="radiogroup" aria-label={label}>
      {options.map(([option, words]) => (
        <label key={option}>
          <input type="radio" name={name} checked={option === value} onChange={() => onValue(option)} />
          <span>{words}</span>
        </label>
      ))}
    </div>
  );
}
