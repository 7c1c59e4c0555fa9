// Mounts a widget as its entry does, with a host that the test plays.
import { DiscoverConnections } from "../src/discover_connections.tsx";
import type { Answer, Host, Surroundings } from "../src/host.ts";
import { IntentDisplay } from "../src/intent_display.tsx";
import { mount } from "../src/mount.tsx";
import { UNKNOWN_SURROUNDINGS, Watched } from "../src/watched.ts";

const WIDGETS = { intents: IntentDisplay, connections: DiscoverConnections };

export interface Stage {
  root: HTMLElement;
  /** What the widget asked of the host, in order. */
  asked: unknown[][];
  /** Answers the oldest tool call that waits. */
  settle(answer: Answer | Error): void;
  answer(answer: Answer): void;
  surround(changes: Partial<Surroundings>): void;
  /** From now on the host refuses links, messages and display modes. */
  refuse(): void;
}

export function stage(widget: keyof typeof WIDGETS): Stage {
  document.body.innerHTML = '<main id="root"></main>';
  const root = document.getElementById("root");
  if (!root) throw new Error("no root");
  const watched = new Watched({ input: null, answer: { state: "waiting" }, surroundings: UNKNOWN_SURROUNDINGS });
  const asked: unknown[][] = [];
  const calls: ((answer: Answer | Error) => void)[] = [];
  let refused = false;
  const ask = async (...what: unknown[]): Promise<void> => {
    asked.push(what);
    if (refused) throw new Error("refused");
  };
  const host: Host = {
    view: watched.view,
    watch: watched.watch,
    callTool: (name, input) => {
      asked.push(["callTool", name, input]);
      return new Promise((resolve, reject) => {
        calls.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      });
    },
    sendMessage: (text) => ask("sendMessage", text),
    openLink: (url) => ask("openLink", url.href),
    requestDisplayMode: (mode) => ask("requestDisplayMode", mode),
  };
  void mount(root, { waiting: "Working…", Content: WIDGETS[widget] }, Promise.resolve(host));
  return {
    root,
    asked,
    settle: (answer) => calls.shift()?.(answer),
    answer: (answer) => watched.change({ answer }),
    surround: (changes) => watched.change({ surroundings: { ...watched.view().surroundings, ...changes } }),
    refuse: () => {
      refused = true;
    },
  };
}
