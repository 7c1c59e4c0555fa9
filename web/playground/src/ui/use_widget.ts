import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { Call } from "../call.ts";
import { failureOf } from "../failure.ts";
import type { Playground } from "../playground.ts";
import { nameOfWidget, widgetOf } from "../tool.ts";
import { Frame } from "../widget/frame.ts";
import { appsHost } from "../widget/host_apps.ts";
import { answerOpenai, openaiHost } from "../widget/host_openai.ts";
import { Stage, type StageParts, type WidgetHost } from "../widget/stage.ts";
import { remedyOf } from "../widget/violation.ts";
import type { Ready } from "./session_bar.tsx";

interface Wish {
  playground: Playground;
  ready: Ready;
  call: Call;
  /** Without the connection and the rest, which it gets from the others. */
  parts: Pick<StageParts, "surroundings" | "log" | "state" | "height">;
  /** Shows it anew whenever it changes. */
  edition: string;
  place: RefObject<HTMLElement | null>;
}

export type WidgetState = { state: "loading" | "shown" } | { state: "failed"; words: string };

/** Keeps a widget in its place, as long as the component is there. */
export function useWidget({ playground, ready, call, parts, edition, place }: Wish): WidgetState {
  const [state, setState] = useState<WidgetState>({ state: "loading" });
  const [host, setHost] = useState<WidgetHost | null>(null);
  const kind = parts.surroundings.value.host;

  useEffect(() => {
    let left = false;
    let frame: Frame | null = null;
    let running: WidgetHost | null = null;
    setState({ state: "loading" });
    parts.height.set(null);
    const show = async (): Promise<void> => {
      // The page of today: the tool may have been listed anew since the call.
      const tool = playground.tools.value.find(({ name }) => name === call.tool.name) ?? call.tool;
      const uri = widgetOf(tool, kind);
      if (uri === null) throw new Error(kind === "apps" ? "The tool names no widget for MCP Apps (_meta.ui.resourceUri)." : 'The tool names no widget for ChatGPT (_meta["openai/outputTemplate"]).');
      const info = playground.page.widgets.find(({ name }) => name === nameOfWidget(uri));
      if (!info) throw new Error(`The server has no sandbox for ${uri}.`);
      const { html, oddities } = await ready.connection.page(uri);
      if (left || !place.current) return;
      for (const words of oddities) parts.log.add({ kind: "note", words });
      const stage = new Stage({ ...parts, connection: ready.connection, tools: () => playground.tools.value, call, allow: info.allow });
      frame = new Frame(place.current, info.frame, `Widget ${info.name}`, {
        violation: (violation) => void parts.log.add({ kind: "violation", violation, remedy: remedyOf(violation, info.allow) }),
        failure: (words) => void parts.log.add({ kind: "failure", words }),
        openai: (method, args) => answerOpenai(stage, method, args),
      });
      running = await (kind === "apps" ? appsHost : openaiHost)(frame, html, stage);
      if (left) return void leave();
      setHost(running);
      setState({ state: "shown" });
    };
    const leave = async (): Promise<void> => {
      const going = frame;
      frame = null;
      if (going) going.element.hidden = true;
      await running?.close();
      going?.remove();
    };
    show().catch((error: unknown) => {
      if (left) return;
      const { title, said } = failureOf(error, { title: "", words: "" });
      setState({ state: "failed", words: [title, said].filter(Boolean).join(": ") });
    });
    return () => {
      left = true;
      setHost(null);
      void leave();
    };
  }, [edition, kind]);

  // What the call came to, when it comes.
  useEffect(() => host?.settle(call), [host, call.outcome]);
  return state;
}
