import type { VNode } from "preact";

import type { Playground } from "../playground.ts";
import { useStore } from "../store.ts";
import { History } from "./history.tsx";
import { Outcome } from "./outcome.tsx";
import type { Ready } from "./session_bar.tsx";
import { ToolCard } from "./tool_card.tsx";
import { ToolList } from "./tool_list.tsx";

/** Tools, the chosen one, and what came of it. */
export function Workbench({ playground, ready }: { playground: Playground; ready: Ready }): VNode {
  const tools = useStore(playground.tools);
  const chosen = useStore(playground.chosen);
  const calls = useStore(playground.calls);
  const shown = useStore(playground.shown);
  const tool = tools.find(({ name }) => name === chosen);
  const call = calls.find(({ id }) => id === shown);
  return (
    <div class="pg-bench">
      <div class="pg-side">
        <ToolList playground={playground} tools={tools} chosen={chosen} />
        {calls.length > 0 && <History playground={playground} calls={calls} shown={shown} />}
      </div>
      {tool ? <ToolCard key={tool.name} playground={playground} ready={ready} tool={tool} running={call?.outcome.state === "running" && call.tool.name === tool.name ? call : null} /> : <p class="card empty">This server has no tools for you.</p>}
      <Outcome playground={playground} ready={ready} call={call ?? null} />
    </div>
  );
}
