import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { type Call, verdictOf, VERDICTS } from "../call.ts";
import type { Playground } from "../playground.ts";
import { useStore } from "../store.ts";
import { hasWidget } from "../tool.ts";
import { ExchangeList } from "./exchange_list.tsx";
import { Result } from "./result.tsx";
import type { Ready } from "./session_bar.tsx";
import { Tabs } from "./tabs.tsx";
import { clock, duration } from "./time.ts";
import { WidgetPane } from "./widget_pane.tsx";

type Tab = "widget" | "result" | "raw";

interface Props {
  playground: Playground;
  ready: Ready;
  call: Call | null;
}

/** What came of a call. */
export function Outcome({ playground, ready, call }: Props): VNode {
  const [tab, setTab] = useState<Tab>("widget");
  const exchanges = useStore(playground.recorder.exchanges);
  const head = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // Below the form, on a small window, one would not see that something happens.
    const top = head.current?.getBoundingClientRect().top ?? 0;
    if (call?.outcome.state === "running" && (top < 0 || top > innerHeight - 120)) head.current?.scrollIntoView();
  }, [call?.id]);
  if (!call) {
    return (
      <section class="card pg-outcome pg-nothing" aria-label="Outcome">
        <p class="empty">Run a tool to see its result here, with every byte that went over the wire.</p>
      </section>
    );
  }
  const verdict = verdictOf(call);
  const widget = hasWidget(call.tool);
  // Who looks at the exchanges goes on looking at them; a widget cannot show that there is no answer.
  const shown: Tab = tab === "widget" && (!widget || verdict === "failed") ? "result" : tab;
  const tabs = [...(widget ? [["widget", "Widget"] as const] : []), ["result", "Result"] as const, ["raw", "Request & answer"] as const];
  return (
    <section class="card pg-outcome" aria-label="Outcome">
      <p class="pg-verdict" role="status" ref={head}>
        <span class={`pg-dot pg-is-${verdict}`} aria-hidden="true" />
        <strong>{VERDICTS[verdict]}</strong>
        {call.took === null ? <Elapsed since={call.began} /> : <span>{duration(call.took)}</span>}
        <time class="pg-when">{clock(call.began)}</time>
      </p>
      <ProgressBar call={call} />
      <Tabs label="Outcome" tabs={tabs} value={shown} onValue={setTab}>
        {shown === "widget" && <WidgetPane key={call.id} playground={playground} ready={ready} call={call} />}
        {shown === "result" && <Result playground={playground} call={call} />}
        {shown === "raw" && <ExchangeList exchanges={exchanges.filter((exchange) => exchange.call === call.id)} open />}
      </Tabs>
    </section>
  );
}

function Elapsed({ since }: { since: number }): VNode {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  // A screen reader would read out every tenth of a second.
  return <span aria-hidden="true">{((now - since) / 1000).toFixed(1)} s</span>;
}

function ProgressBar({ call: { progress, outcome } }: { call: Call }): VNode | null {
  const latest = progress.at(-1);
  if (!latest) return null;
  const { done, total, words } = latest;
  const running = outcome.state === "running";
  if (!running) return null;
  return (
    <div class="pg-progress">
      <progress aria-label="Progress" {...(total !== null && { max: total, value: done })} />
      <p class="hint">{words ?? "At work"}{total === null ? ` (${done})` : ` (${done} of ${total})`}</p>
    </div>
  );
}
