import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Phase, Playground } from "../playground.ts";
import { ConnectionButton } from "./connection_dialog.tsx";

export type Ready = Extract<Phase, { phase: "ready" }>;

/** Who is signed in, and what was granted. */
export function SessionBar({ playground, ready }: { playground: Playground; ready: Ready }): VNode {
  const [busy, setBusy] = useState(false);
  const leave = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    await playground.signOut();
  };
  return (
    <section class="pg-session" aria-label="Session">
      <p class="pg-who">
        {ready.anonymous ? <strong>Not signed in</strong> : ready.person ? <>Signed in as <strong><bdi>{ready.person}</bdi></strong></> : <strong>Signed in</strong>}
      </p>
      {ready.scopes.length > 0 && (
        <ul class="pg-granted" aria-label="Granted scopes">
          {ready.scopes.map((scope) => <li key={scope}><code>{scope}</code></li>)}
        </ul>
      )}
      <p class="pg-session-actions">
        <ConnectionButton playground={playground} />
        {ready.anonymous
          ? <button type="button" class="textual" onClick={() => playground.signInAgain()}>Sign in</button>
          : <button type="button" class="textual" aria-disabled={busy} onClick={() => void leave()}>Sign out</button>}
      </p>
    </section>
  );
}
