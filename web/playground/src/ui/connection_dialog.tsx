import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Playground } from "../playground.ts";
import { useStore } from "../store.ts";
import { Dialog } from "./dialog.tsx";
import { ExchangeList } from "./exchange_list.tsx";

/** Opens the log of everything that is not a tool call: discovery, registration, tokens, lists. */
export function ConnectionButton({ playground }: { playground: Playground }): VNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="textual" onClick={() => setOpen(true)}>Connection</button>
      {open && (
        <Dialog title="Connection" onClose={() => setOpen(false)}>
          <ConnectionLog playground={playground} />
        </Dialog>
      )}
    </>
  );
}

function ConnectionLog({ playground }: { playground: Playground }): VNode {
  const phase = useStore(playground.phase);
  const exchanges = useStore(playground.recorder.exchanges).filter(({ call }) => call === null);
  return (
    <>
      <dl class="pg-facts">
        <div><dt>Server</dt><dd><code>{playground.mcp.href}</code></dd></div>
        {phase.phase === "ready" && <div><dt>Name</dt><dd>{phase.connection.server}</dd></div>}
        {phase.phase === "ready" && <div><dt>MCP</dt><dd>{phase.connection.version}</dd></div>}
      </dl>
      <p class="hint">Every request of this page that is not a tool call, since the sign-in began. Tokens, codes and verifiers are masked.</p>
      {exchanges.length === 0 ? <p class="empty">Nothing yet.</p> : <ExchangeList exchanges={exchanges} />}
    </>
  );
}
