// The seam: widgets know hosts by what is exported here.
import { connectApps } from "./host_apps.ts";
import { type OpenAi, openAiHost } from "./host_openai.ts";

/** What became of the tool call that the widget shows. */
export type Answer =
  | { state: "waiting" }
  | { state: "cancelled" }
  | { state: "failed"; words: string }
  | { state: "answered"; output: unknown };

export type DisplayMode = "inline" | "fullscreen" | "pip";

export interface Insets {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** Where the widget is shown. */
export interface Surroundings {
  /** null where the host names none: the system's then. */
  theme: "light" | "dark" | null;
  /** BCP 47. */
  locale: string;
  /** IANA name; undefined for the browser's own. */
  timeZone: string | undefined;
  /** CSS pixels. */
  safeArea: Insets;
  displayMode: DisplayMode;
  canEnlarge: boolean;
  /** CSS custom properties of the host's own design. */
  style: Record<string, string | undefined>;
}

export interface View {
  /** The arguments of the tool call, or null until they are known. */
  input: Record<string, unknown> | null;
  answer: Answer;
  surroundings: Surroundings;
}

export interface Host {
  /** The same object until something changes. */
  view(): View;
  /** Returns what ends the watch. */
  watch(listener: () => void): () => void;
  /** Calls a tool of the server that the widget came from. Rejects if the host does not let it. */
  callTool(name: string, input: Record<string, unknown>): Promise<Answer>;
  /** Says something in the chat in the person's name. Rejects if the host refuses. */
  sendMessage(text: string): Promise<void>;
  /** Opens an https address outside of the frame. Rejects if the host refuses. */
  openLink(url: URL): Promise<void>;
  requestDisplayMode(mode: DisplayMode): Promise<void>;
}

/** How long a host that has `window.openai` gets to answer as an MCP Apps host, in milliseconds. */
const PATIENCE = 500;

/**
 * The host that the page is in: an MCP Apps host where one answers, `window.openai` where only that
 * exists. Rejects if there is neither.
 */
export function connect(name: string, patience = PATIENCE): Promise<Host> {
  return new Promise((resolve, reject) => {
    const apps = connectApps(name);
    let waited = false;
    const bridge = (): void => {
      const api = (window as { openai?: OpenAi }).openai;
      if (!waited || !api) return;
      settled();
      void apps.close();
      resolve(openAiHost(api));
    };
    const timer = setTimeout(() => {
      waited = true;
      bridge();
    }, patience);
    const settled = (): void => {
      clearTimeout(timer);
      window.removeEventListener("openai:set_globals", bridge);
    };
    // It may be put into the page after this script has started.
    window.addEventListener("openai:set_globals", bridge);
    apps.host.then(
      (host) => {
        settled();
        resolve(host);
      },
      (error: unknown) => {
        waited = true;
        bridge();
        settled();
        reject(error);
      },
    );
  });
}
