import { type ReactNode, useState } from "react";

import { counted, NOT_UNDERSTOOD, Notice } from "./frame.tsx";
import type { Surroundings } from "./host.ts";
import type { Shown } from "./mount.tsx";
import { type Intent, type Intents, readIntents } from "./output.ts";
import { dayOf } from "./surroundings.ts";
import { line } from "./text.ts";

/** A payload longer than this, in characters, is folded. */
const FOLDED = 320;

const FIND = "Find people who match my intents.";

/** The intents that `extract_intent` found. */
export function IntentDisplay({ host, view, output }: Shown): ReactNode {
  const [refused, setRefused] = useState(false);
  const read = readIntents(output);
  if (!read) return NOT_UNDERSTOOD;
  if (read.intents.length === 0) {
    return <Notice kind="empty" title="No intents found">Say what you are looking for or what you offer, and try again.</Notice>;
  }
  const find = (): void => {
    // The words are our own: nothing that a tool said is put into the person's mouth.
    host.sendMessage(FIND).then(() => setRefused(false), () => setRefused(true));
  };
  return (
    <div className="stack">
      <header>
        <h1>{read.intents.length === 1 ? "Your intent" : "Your intents"}</h1>
        <p className="quiet"><bdi>{origin(read)}</bdi></p>
      </header>
      <ul className="cards">
        {read.intents.map((intent) => (
          <IntentCard key={intent.id} intent={intent} surroundings={view.surroundings} />
        ))}
      </ul>
      <div className="actions">
        <button type="button" className="primary" onClick={find}>Find people</button>
      </div>
      {refused && <p role="alert" className="alarm"><bdi>That could not be sent. Ask for it in the chat.</bdi></p>}
    </div>
  );
}

function origin({ intents, files, links }: Intents): string {
  const sources = [
    ...(files > 0 ? [counted(files, "file")] : []),
    ...(links > 0 ? [counted(links, "link")] : []),
  ];
  const found = counted(intents.length, "intent");
  return sources.length > 0 ? `${found}, from ${sources.join(" and ")}` : found;
}

function IntentCard({ intent, surroundings }: { intent: Intent; surroundings: Surroundings }): ReactNode {
  const [whole, setWhole] = useState(false);
  const { payload, summary, createdAt } = intent;
  const day = dayOf(createdAt, surroundings);
  const title = summary || line(payload) || "An intent without words";
  const body = line(payload) === title ? "" : payload;
  const isLong = (text: string): boolean => text.length > FOLDED;
  const fold = (text: string): string => (isLong(text) && !whole ? "folded" : "");
  return (
    <li className="card">
      <h2 dir="auto" className={fold(title)}>{title}</h2>
      {body && <p dir="auto" className={`text ${fold(body)}`}>{body}</p>}
      {(isLong(title) || isLong(body)) && (
        <button type="button" className="more" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? "Show less" : "Show more"}
        </button>
      )}
      {day && <p className="quiet"><time dateTime={createdAt}>{day}</time></p>}
    </li>
  );
}
