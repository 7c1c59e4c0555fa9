import type { VNode } from "preact";

import { type Call, verdictOf, VERDICTS } from "../call.ts";
import type { Playground } from "../playground.ts";
import { titleOf } from "../tool.ts";
import { editorWith } from "./editor.ts";
import { clock, duration } from "./time.ts";

interface Props {
  playground: Playground;
  calls: readonly Call[];
  shown: string | null;
}

/** Calls of this visit, to go back to. */
export function History({ playground, calls, shown }: Props): VNode {
  const open = ({ id, tool, input }: Call): void => {
    playground.choose(tool.name);
    playground.editors.change({ [tool.name]: editorWith(tool, input) });
    playground.shown.set(id);
  };
  return (
    <nav class="pg-history" aria-label="Calls of this visit">
      <h2>This visit <span class="pg-count">{calls.length}</span></h2>
      <ol reversed>
        {calls.toReversed().map((call) => {
          const verdict = verdictOf(call);
          return (
            <li key={call.id}>
              <button type="button" aria-current={call.id === shown} onClick={() => open(call)}>
                <span class={`pg-dot pg-is-${verdict}`} aria-hidden="true" />
                <span><bdi>{titleOf(call.tool)}</bdi></span>
                <span class="pg-when"><span class="hidden">{VERDICTS[verdict]}, </span>{call.took === null ? "…" : duration(call.took)} <span class="hidden">at</span> <time>{clock(call.began)}</time></span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
