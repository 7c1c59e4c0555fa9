import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { Icon } from "./icons.tsx";

interface Props {
  text: () => string;
  label: string;
  /** Beside others of the same label: what is copied. */
  about?: string;
}

/** Puts a text into the clipboard, and says so. */
export function Copy({ text, label, about }: Props): VNode {
  const [done, setDone] = useState<"copied" | "refused" | null>(null);
  useEffect(() => {
    if (done === null) return;
    const timer = setTimeout(() => setDone(null), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setDone("copied"),
      () => setDone("refused"),
    );
  };
  return (
    <button type="button" class="pg-mini" onClick={copy} {...(about && { "aria-label": `${label}: ${about}` })}>
      <Icon name={done === "copied" ? "check" : "copy"} />
      <span aria-live="polite">{done === "copied" ? "Copied" : done === "refused" ? "The browser refused" : label}</span>
    </button>
  );
}
