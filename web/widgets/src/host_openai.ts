import type { Answer, DisplayMode, Host, Surroundings, View } from "./host.ts";
import { answerOf } from "./tool_result.ts";
import { UNKNOWN_SURROUNDINGS, Watched } from "./watched.ts";

/** What ChatGPT puts into the page. Older versions have only some of it. */
export interface OpenAi {
  toolInput?: Record<string, unknown> | null;
  toolOutput?: unknown;
  theme?: string;
  locale?: string;
  displayMode?: string;
  safeArea?: { insets?: Partial<Surroundings["safeArea"]> };
  callTool?(name: string, input: Record<string, unknown>): Promise<object | null>;
  sendFollowUpMessage?(message: { prompt: string }): Promise<void>;
  openExternal?(target: { href: string }): unknown;
  requestDisplayMode?(wish: { mode: DisplayMode }): Promise<unknown>;
  notifyIntrinsicHeight?(height: number): unknown;
}

/** How long a tool may take, in milliseconds: ChatGPT names no end of its own. */
const LONGEST_CALL = 60_000;

/** The host behind `window.openai`. */
export function openAiHost(api: OpenAi): Host {
  const watched = new Watched(viewOf(api));
  window.addEventListener("openai:set_globals", () => watched.change(viewOf(api)));
  reportHeight(api);
  return {
    view: watched.view,
    watch: watched.watch,
    callTool: async (name, input) => {
      const result = await inTime(given(api.callTool).call(api, name, input));
      return answerOf(result ?? {});
    },
    sendMessage: async (text) => {
      await given(api.sendFollowUpMessage).call(api, { prompt: text });
    },
    openLink: async (url) => {
      await given(api.openExternal).call(api, { href: url.href });
    },
    requestDisplayMode: async (mode) => {
      await given(api.requestDisplayMode).call(api, { mode });
    },
  };
}

function given<T>(method: T | undefined): T {
  if (!method) throw new Error("the host has no such call");
  return method;
}

function inTime<T>(call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the tool took too long")), LONGEST_CALL);
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function viewOf(api: OpenAi): View {
  const { toolOutput } = api;
  const answer: Answer =
    toolOutput === null || toolOutput === undefined
      ? { state: "waiting" }
      : { state: "answered", output: toolOutput };
  return { input: api.toolInput ?? null, answer, surroundings: surroundingsOf(api) };
}

function surroundingsOf(api: OpenAi): Surroundings {
  const unknown = UNKNOWN_SURROUNDINGS;
  const { theme, displayMode } = api;
  return {
    ...unknown,
    theme: theme === "light" || theme === "dark" ? theme : unknown.theme,
    locale: api.locale ?? unknown.locale,
    safeArea: { ...unknown.safeArea, ...api.safeArea?.insets },
    displayMode: displayMode === "fullscreen" || displayMode === "pip" ? displayMode : "inline",
    canEnlarge: api.requestDisplayMode !== undefined,
  };
}

function reportHeight(api: OpenAi): void {
  let reported = 0;
  const report = (): void => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === reported) return;
    reported = height;
    api.notifyIntrinsicHeight?.(height);
  };
  new ResizeObserver(report).observe(document.body);
}
