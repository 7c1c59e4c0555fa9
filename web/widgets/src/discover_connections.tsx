import { type ReactNode, useState } from "react";

import { ConnectionCard } from "./connection_card.tsx";
import { counted, NOT_UNDERSTOOD, Notice } from "./frame.tsx";
import type { Shown } from "./mount.tsx";
import { readConnections } from "./output.ts";

/** The people that `discover_connections` found. */
export function DiscoverConnections({ host, view, output }: Shown): ReactNode {
  const [said, setSaid] = useState("");
  const read = readConnections(output);
  if (!read) return NOT_UNDERSTOOD;
  const { connections, intents } = read;
  if (connections.length === 0) {
    return <Notice kind="empty" title="Nobody found yet">New people join all the time. Try again later, or say more about what you are looking for.</Notice>;
  }
  const { canEnlarge, displayMode } = view.surroundings;
  const found = counted(connections.length, "person", "people");
  return (
    <div className="stack">
      <header className="row">
        <div>
          <h1>People to meet</h1>
          <p className="quiet"><bdi>{intents > 0 ? `${found}, for ${counted(intents, "intent")}` : found}</bdi></p>
        </div>
        {canEnlarge && displayMode === "inline" && (
          // A host that will not leaves the widget as it is.
          <button type="button" onClick={() => void host.requestDisplayMode("fullscreen").catch(() => undefined)}>Enlarge</button>
        )}
      </header>
      <ul className="cards">
        {connections.map((connection) => (
          <ConnectionCard key={connection.userId} connection={connection} host={host} say={setSaid} />
        ))}
      </ul>
      <p role="status" className="unseen">{said}</p>
    </div>
  );
}
