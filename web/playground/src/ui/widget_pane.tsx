import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Call } from "../call.ts";
import type { Playground } from "../playground.ts";
import { Store, useStore } from "../store.ts";
import { nameOfWidget, widgetOf } from "../tool.ts";
import { WidgetLog } from "../widget/log.ts";
import { Icon } from "./icons.tsx";
import type { Ready } from "./session_bar.tsx";
import { useWidget } from "./use_widget.ts";
import { Handle } from "./handle.tsx";
import { WidgetBar } from "./widget_bar.tsx";
import { WidgetLogView } from "./widget_log.tsx";

interface Props {
  playground: Playground;
  ready: Ready;
  call: Call;
}

/** A call's widget, as a host shows it. */
export function WidgetPane({ playground, ready, call }: Props): VNode {
  const parts = useMemo(() => ({ surroundings: playground.surroundings, log: new WidgetLog(), state: new Store<unknown>(null), height: new Store<number | null>(null) }), []);
  const surroundings = useStore(playground.surroundings);
  const height = useStore(parts.height);
  const news = useStore(playground.news);
  const [reloads, setReloads] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const uri = widgetOf(call.tool, surroundings.host);
  const name = uri === null ? null : nameOfWidget(uri);
  const latest = name === null ? undefined : news[name];
  const state = useWidget({ playground, ready, call, parts, edition: `${reloads} ${latest?.times ?? 0}`, place });
  const built = latest?.times ?? 0;
  const seen = useRef(built);
  useEffect(() => {
    if (built > seen.current) parts.log.add({ kind: "note", words: "It was rebuilt, and is shown anew with the same answer." });
    seen.current = built;
  }, [built]);
  const { displayMode, width, theme } = surroundings;
  return (
    <div class="pg-widget">
      <WidgetBar surroundings={playground.surroundings} onReload={() => {
        parts.log.clear();
        setReloads(reloads + 1);
      }} />
      {latest?.problem && (
        <div class="pg-failure" role="alert"><Icon name="warning" /><div><p><strong>{name} could not be built.</strong> What is shown is the last page that could.</p><pre class="pg-build" tabIndex={0} role="region" aria-label="Why it could not be built"><code>{latest.problem}</code></pre></div></div>
      )}
      <div class={`pg-stage pg-mode-${displayMode}`} data-theme={theme}>
        {displayMode !== "inline" && (
          <p class="pg-back"><span>{displayMode === "pip" ? "Picture in picture" : "Fullscreen"}</span> <button type="button" class="button small" onClick={() => playground.surroundings.change({ displayMode: "inline" })}>Back to inline</button></p>
        )}
        <div class="pg-sized" ref={(element) => {
          element?.style.setProperty("--widget-width", `${width}px`);
          element?.style.setProperty("--widget-height", height === null ? "" : `${height}px`);
        }}>
          <div class="pg-frame" ref={place} />
          {displayMode === "inline" && state.state === "shown" && <Handle surroundings={playground.surroundings} />}
        </div>
        {state.state === "loading" && <p class="waiting" role="status">Reading the widget…</p>}
        {state.state === "failed" && <p class="pg-failure" role="alert"><Icon name="warning" /><span>{state.words}</span></p>}
      </div>
      <WidgetLogView log={parts.log} />
    </div>
  );
}
