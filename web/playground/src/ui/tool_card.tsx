import type { Tool } from "@modelcontextprotocol/client";
import type { VNode } from "preact";

import type { Call } from "../call.ts";
import type { Playground } from "../playground.ts";
import { accessOf, BADGE_WORDS, badgesOf, hasWidget, titleOf } from "../tool.ts";
import { Arguments } from "./arguments.tsx";
import type { Ready } from "./session_bar.tsx";

interface Props {
  playground: Playground;
  ready: Ready;
  tool: Tool;
  /** The call of it that runs. */
  running: Call | null;
}

/** The chosen tool: what it is, and its arguments. */
export function ToolCard({ playground, ready, tool, running }: Props): VNode {
  const { scopes, anybody } = accessOf(tool);
  return (
    <section class="card pg-tool" aria-labelledby="pg-tool">
      <header>
        <h2 id="pg-tool"><bdi>{titleOf(tool)}</bdi></h2>
        <p class="pg-name"><code>{tool.name}</code></p>
      </header>
      <ul class="pg-badges" aria-label="About this tool">
        {badgesOf(tool).map((badge) => <li key={badge} class={`pg-badge pg-badge-${badge.replace(" ", "-")}`} title={BADGE_WORDS[badge]}>{badge}</li>)}
        {hasWidget(tool) && <li class="pg-badge" title="Its results are shown in a widget">widget</li>}
        {anybody && <li class="pg-badge" title="Nobody has to sign in for it">open to everyone</li>}
        {scopes.map((scope) => {
          const granted = ready.scopes.includes(scope);
          return <li key={scope} class={granted || anybody ? "pg-badge" : "pg-badge pg-badge-missing"} title={granted ? "A scope that you granted" : "A scope that your sign-in does not include"}><code>{scope}</code>{!granted && !anybody && " not granted"}</li>;
        })}
      </ul>
      {tool.description && <p class="pg-description"><bdi>{tool.description}</bdi></p>}
      <Arguments playground={playground} tool={tool} running={running} />
    </section>
  );
}
