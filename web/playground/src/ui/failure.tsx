import type { ComponentChildren, VNode } from "preact";

import type { Failure } from "../failure.ts";
import { Icon } from "./icons.tsx";

/** What went wrong, and what helps. */
export function FailureNote({ failure, children }: { failure: Failure; children?: ComponentChildren }): VNode {
  return (
    <div class="pg-failure" role="alert">
      <Icon name="warning" />
      <div>
        <p><strong>{failure.title}</strong></p>
        <p>{failure.words}</p>
        {failure.said && <p class="pg-said"><q>{failure.said}</q></p>}
        {children}
      </div>
    </div>
  );
}
