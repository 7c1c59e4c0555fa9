import type { VNode } from "preact";

import type { Playground } from "../playground.ts";
import { useStore } from "../store.ts";
import { FailureNote } from "./failure.tsx";
import { SessionBar } from "./session_bar.tsx";
import { SignedOut } from "./signed_out.tsx";
import { Workbench } from "./workbench.tsx";

export function App({ playground }: { playground: Playground }): VNode {
  return (
    <>
      <Content playground={playground} />
      <Announcer playground={playground} />
    </>
  );
}

function Content({ playground }: { playground: Playground }): VNode {
  const phase = useStore(playground.phase);
  switch (phase.phase) {
    case "busy":
      return <p class="pg-busy waiting" role="status">{phase.words}</p>;
    case "signed out":
      return <SignedOut playground={playground} failure={phase.failure} scopes={phase.scopes} />;
    case "unreachable":
      return (
        <section class="card pg-door" aria-labelledby="pg-title">
          <h1 id="pg-title">Playground</h1>
          <FailureNote failure={phase.failure} />
          <p class="pg-actions">
            <button type="button" class="button" onClick={() => void playground.connect()}>Try again</button>
            <button type="button" class="button quiet" onClick={() => void playground.signOut()}>Sign out</button>
          </p>
        </section>
      );
    case "ready":
      return (
        <>
          <h1 class="hidden">Playground</h1>
          <SessionBar playground={playground} ready={phase} />
          <Notice playground={playground} />
          <Workbench playground={playground} ready={phase} />
        </>
      );
  }
}

/** What came of asking for more, if it was a no. */
function Notice({ playground }: { playground: Playground }): VNode | null {
  const failure = useStore(playground.notice);
  if (!failure) return null;
  return (
    <div class="pg-notice">
      <FailureNote failure={failure}>
        <p class="pg-actions"><button type="button" class="pg-mini" onClick={() => playground.notice.set(null)}>Close</button></p>
      </FailureNote>
    </div>
  );
}

function Announcer({ playground }: { playground: Playground }): VNode {
  return <p class="hidden" role="status">{useStore(playground.said)}</p>;
}
