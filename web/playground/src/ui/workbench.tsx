import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

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
  // Where there is room for one thing at a time, the list makes way for what was chosen from it.
  const [listed, setListed] = useState(true);
  useEffect(() => playground.chosen.watch(() => setListed(false)), []);
  return (
    <div class="pg-bench">
      <div class={listed ? "pg-side" : "pg-side pg-away"}>
        <button type="button" class="button quiet pg-turn" aria-expanded={listed} onClick={() => setListed(!listed)}>{listed || !tool ? "Hide the tools" : `All tools (${tools.length})`}</button>
        <ToolList playground={playground} tools={tools} chosen={chosen} />
        {calls.length > 0 && <History playground={playground} calls={calls} shown={shown} />}
      </div>
      {tool ? <ToolCard key={tool.name} playground={playground} ready={ready} tool={tool} running={call?.outcome.state === "running" && call.tool.name === tool.name ? call : null} /> : <p class="card empty">This server has no tools for you.</p>}
      <Outcome playground={playground} ready={ready} call={call ?? null} />
    </div>
  );
}
