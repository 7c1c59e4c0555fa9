import "./no_eval.ts";

import { App, type McpUiHostContext } from "@modelcontextprotocol/ext-apps";

import type { Host, Surroundings } from "./host.ts";
import { answerOf } from "./tool_result.ts";
import { UNKNOWN_SURROUNDINGS, Watched } from "./watched.ts";

/** Begins the handshake with an MCP Apps host. `close` ends it, answered or not. */
export function connectApps(name: string): { host: Promise<Host>; close: () => Promise<void> } {
  const app = new App(
    { name, version: "1.0.0" },
    { availableDisplayModes: ["inline", "fullscreen"] },
    { autoResize: true, strict: true },
  );
  const watched = new Watched({
    input: null,
    answer: { state: "waiting" },
    surroundings: UNKNOWN_SURROUNDINGS,
  });
  const look = (): void => watched.change({ surroundings: surroundingsOf(app.getHostContext()) });
  // Hosts send these once, as soon as the handshake is over.
  app.addEventListener("toolinput", (params) => watched.change({ input: params.arguments ?? {} }));
  app.addEventListener("toolresult", (result) => watched.change({ answer: answerOf(result) }));
  app.addEventListener("toolcancelled", () => watched.change({ answer: { state: "cancelled" } }));
  app.addEventListener("hostcontextchanged", look);
  app.onteardown = () => ({});
  const host: Host = {
    view: watched.view,
    watch: watched.watch,
    callTool: async (tool, input) =>
      answerOf(await app.callServerTool({ name: tool, arguments: input })),
    sendMessage: async (text) => {
      accepted(await app.sendMessage({ role: "user", content: [{ type: "text", text }] }));
    },
    openLink: async (url) => accepted(await app.openLink({ url: url.href })),
    requestDisplayMode: async (mode) => {
      await app.requestDisplayMode({ mode });
    },
  };
  const connected = app.connect().then(() => {
    look();
    return host;
  });
  return { host: connected, close: () => app.close() };
}

function accepted({ isError }: { isError?: boolean | undefined }): void {
  if (isError) throw new Error("the host refused");
}

function surroundingsOf(context: McpUiHostContext = {}): Surroundings {
  const unknown = UNKNOWN_SURROUNDINGS;
  return {
    theme: context.theme ?? unknown.theme,
    locale: context.locale ?? unknown.locale,
    timeZone: context.timeZone,
    safeArea: context.safeAreaInsets ?? unknown.safeArea,
    displayMode: context.displayMode ?? unknown.displayMode,
    canEnlarge: context.availableDisplayModes?.includes("fullscreen") ?? false,
    style: context.styles?.variables ?? unknown.style,
  };
}
