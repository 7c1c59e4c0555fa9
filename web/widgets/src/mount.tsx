import { type ReactNode, useLayoutEffect, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";

import { Busy, Notice } from "./frame.tsx";
import type { Host, View } from "./host.ts";
import { dress } from "./surroundings.ts";

export interface Shown {
  host: Host;
  view: View;
  output: unknown;
}

interface Widget {
  /** What is said while the tool works. */
  waiting: string;
  Content: (shown: Shown) => ReactNode;
}

/** Shows a widget in `root`, as soon as there is a host and an answer. */
export async function mount(root: HTMLElement, widget: Widget, connecting: Promise<Host>): Promise<void> {
  const tree = createRoot(root);
  tree.render(<Busy words={widget.waiting} />);
  try {
    const host = await connecting;
    tree.render(<Live host={host} widget={widget} />);
  } catch {
    tree.render(<Notice kind="failed" title="Nothing to show here">Open this from a chat.</Notice>);
  }
}

function Live({ host, widget }: { host: Host; widget: Widget }): ReactNode {
  const view = useSyncExternalStore(host.watch, host.view);
  const { answer, surroundings } = view;
  useLayoutEffect(() => dress(document.documentElement, surroundings), [surroundings]);
  switch (answer.state) {
    case "waiting":
      return <Busy words={widget.waiting} />;
    case "cancelled":
      return <Notice kind="empty" title="Stopped">Ask again to start over.</Notice>;
    case "failed":
      return <Notice kind="failed" title="That did not work">{answer.words}</Notice>;
    case "answered":
      return <widget.Content host={host} view={view} output={answer.output} />;
  }
}
