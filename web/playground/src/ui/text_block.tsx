import type { VNode } from "preact";
import { useMemo, useState } from "preact/hooks";

import { Copy } from "./copy.tsx";
import { tokens } from "./highlight.ts";
import { size } from "./time.ts";

/** Characters that are shown at first: a browser that lays out megabytes does nothing else. */
const MOST = 12_000;

interface Props {
  /** What it is, for those who do not see what stands above it. */
  label: string;
  text: string;
  json?: boolean;
}

/** Characters that turn around what stands beside them, as JSON would escape them. */
function visible(text: string): string {
  return text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text as it is, in the person's hands. */
export function TextBlock({ label, text, json = false }: Props): VNode {
  const [all, setAll] = useState(false);
  const cut = !all && text.length > MOST;
  const seen = useMemo(() => visible(cut ? text.slice(0, MOST) : text), [cut, text]);
  // Colours help to read; nobody reads what is longer.
  const parts = useMemo(() => (json && seen.length <= MOST ? tokens(seen) : null), [json, seen]);
  return (
    <div class="pg-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        <code>{parts ? parts.map(({ kind, text }, index) => (kind === "mark" ? text : <span key={index} class={`pg-j-${kind}`}>{text}</span>)) : seen}{cut && "…"}</code>
      </pre>
      <div class="pg-block-tools">
        {cut && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all ({size(text.length)})</button>}
        <Copy text={() => text} label="Copy" about={label} />
      </div>
    </div>
  );
}

export function JsonBlock({ label, value }: { label: string; value: unknown }): VNode {
  const text = useMemo(() => JSON.stringify(value, null, 2) ?? "undefined", [value]);
  return <TextBlock label={label} text={text} json />;
}

/** A text that may be JSON: then it is laid out. */
export function MaybeJsonBlock({ label, text }: { label: string; text: string }): VNode {
  const laidOut = useMemo(() => {
    if (!/^\s*[[{]/.test(text)) return null;
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return null;
    }
  }, [text]);
  return <TextBlock label={label} text={laidOut ?? text} json={laidOut !== null} />;
}
