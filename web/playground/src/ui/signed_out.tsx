import type { VNode } from "preact";
import { useState } from "preact/hooks";

import type { Failure } from "../failure.ts";
import type { Playground } from "../playground.ts";
import { FailureNote } from "./failure.tsx";
import { ConnectionButton } from "./connection_dialog.tsx";

interface Props {
  playground: Playground;
  failure: Failure | null;
  scopes: string[] | null;
}

/** The door: what this is, and the way in. */
export function SignedOut({ playground, failure, scopes }: Props): VNode {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const chosen = scopes?.filter((scope) => !left.has(scope)) ?? [];
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    await playground.signIn(chosen);
    setBusy(false);
  };
  const toggle = (scope: string): void => {
    const next = new Set(left);
    if (!next.delete(scope)) next.add(scope);
    setLeft(next);
  };
  return (
    <section class="card pg-door" aria-labelledby="pg-title">
      <h1 id="pg-title">Playground</h1>
      <p class="lead">Call the tools of this server and see their widgets as ChatGPT, Claude and other hosts show them. This page is a client like any other: it signs in, and does what you do.</p>
      {failure && <FailureNote failure={failure} />}
      <form onSubmit={(event) => void submit(event)}>
        {scopes === null ? (
          <p class="waiting" role="status">Asking the server what it offers…</p>
        ) : (
          <fieldset>
            <legend>Ask for</legend>
            {scopes.length === 0 && <p class="hint">The server names no scopes.</p>}
            <ul class="pg-scopes">
              {scopes.map((scope) => (
                <li key={scope}>
                  <label>
                    <input type="checkbox" checked={!left.has(scope)} onChange={() => toggle(scope)} />
                    <code>{scope}</code>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        )}
        <p class="pg-actions">
          <button type="submit" class="button wide" aria-disabled={busy || scopes === null} aria-busy={busy}>{busy ? "On the way…" : "Sign in"}</button>
        </p>
      </form>
      <p class="pg-others">
        <button type="button" class="textual" onClick={() => void playground.connect(true)}>Look around without signing in</button>
        <ConnectionButton playground={playground} />
      </p>
    </section>
  );
}
