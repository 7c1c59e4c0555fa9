import type { VNode } from "preact";
import { useState } from "preact/hooks";

import { useStore } from "../store.ts";
import type { Entry, Happening, WidgetLog } from "../widget/log.ts";
import { Copy } from "./copy.tsx";
import { JsonBlock } from "./text_block.tsx";
import { clock, duration } from "./time.ts";

const NAMES: Record<Happening["kind"], string> = {
  call: "Tool call",
  message: "Message to the chat",
  link: "Link",
  size: "Size",
  display: "Display",
  context: "Context for the model",
  state: "Widget state",
  failure: "Error in the widget",
  violation: "Blocked",
  note: "Note",
};

/** Entries that are listed before somebody asks for all. */
const MOST = 60;

/** What the widget did. */
export function WidgetLogView({ log }: { log: WidgetLog }): VNode {
  const entries = useStore(log.entries);
  const [all, setAll] = useState(false);
  const listed = all ? entries : entries.slice(-MOST);
  return (
    <section class="pg-log" aria-labelledby="pg-log">
      <div class="pg-log-head">
        <h3 id="pg-log">What the widget did</h3>
        {entries.length > 0 && <button type="button" class="pg-mini" onClick={() => log.clear()}>Clear</button>}
      </div>
      {entries.length === 0 && <p class="empty">Nothing yet: its tool calls, messages, links, errors and blocked requests appear here.</p>}
      {listed.length < entries.length && <button type="button" class="pg-mini" onClick={() => setAll(true)}>Show all {entries.length}</button>}
      <div role="log" aria-labelledby="pg-log"><ol>
        {listed.map((entry) => (
          <li key={entry.id} class={`pg-entry pg-entry-${entry.what.kind}`}>
            <p class="pg-entry-head"><strong>{NAMES[entry.what.kind]}</strong>{entry.times > 1 && <span> {entry.times} times</span>}<time>{clock(entry.at)}</time></p>
            <EntryBody entry={entry} />
          </li>
        ))}
      </ol></div>
    </section>
  );
}

function EntryBody({ entry: { what, id } }: { entry: Entry }): VNode {
  switch (what.kind) {
    case "call": {
      const { tool, input, outcome, took } = what;
      const running = outcome === "running";
      const words = running ? "at work…" : "error" in outcome ? "refused" : outcome.result.isError ? "tool error" : "answered";
      return (
        <details class="pg-more">
          <summary><code>{tool}</code> <span class={words === "answered" || running ? "" : "pg-bad"}>{words}</span>{took !== null && <span class="hint">{duration(took)}</span>}</summary>
          <JsonBlock label={`Arguments of entry ${id}`} value={input} />
          {!running && ("error" in outcome ? <p class="pg-problem">{outcome.error}</p> : <JsonBlock label={`Answer of entry ${id}`} value={outcome.result} />)}
        </details>
      );
    }
    case "message":
      return <p><bdi>{what.text}</bdi></p>;
    case "link":
      return what.href === null ? <p><code>{what.text}</code> cannot be opened by a host.</p> : <p><a href={what.href} target="_blank" rel="noopener noreferrer">{what.text}</a></p>;
    case "size":
      return <p>{what.height} pixels high</p>;
    case "display":
      return <p>{what.granted === what.wished ? what.granted : `wanted ${what.wished}, got ${what.granted}`}</p>;
    case "context":
    case "state":
      return <JsonBlock label={`${NAMES[what.kind]}, entry ${id}`} value={what.value} />;
    case "failure":
    case "note":
      return <p>{what.words}</p>;
    case "violation": {
      const { violation, remedy } = what;
      const { source, line, sample } = violation;
      return (
        <>
          <p>{remedy.words} <code>{violation.directive}</code></p>
          {(source || sample) && <p class="hint">{source && `${source}${line ? `:${line}` : ""}`} {sample && <code>{sample}</code>}</p>}
          {remedy.allow && (
            <div class="pg-remedy">
              <p>To allow it <span class="pg-for">{remedy.allow.file}</span></p>
              <pre tabIndex={0} role="region" aria-label={`Configuration for entry ${id}`}><code>{remedy.allow.line}</code></pre>
              <Copy text={() => remedy.allow?.line ?? ""} label="Copy line" />
            </div>
          )}
        </>
      );
    }
  }
}
