// An MCP Apps host, spoken by the specification's own library.
import { AppBridge, type McpUiHostContext, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

import type { Call } from "../call.ts";
import type { Frame } from "./frame.ts";
import type { Stage, WidgetHost } from "./stage.ts";
import { insetsOf, isPhone, type Surroundings } from "./surroundings.ts";

/** How long a widget may take for its farewell, in milliseconds. */
const FAREWELL = 300;

export async function appsHost(frame: Frame, html: string, stage: Stage): Promise<WidgetHost> {
  const { connection, log, surroundings, call } = stage.parts;
  const context = (): McpUiHostContext => contextOf(surroundings.value, call);
  const bridge = new AppBridge(
    null,
    { name: "Playground", version: "1.0.0" },
    { openLinks: {}, serverTools: {}, serverResources: {}, logging: {}, message: { text: {} }, updateModelContext: { text: {}, structuredContent: {} } },
    { hostContext: context() },
  );
  let latest = call;
  let begun = false;
  let told = false;
  const tell = (): void => {
    const { outcome } = latest;
    if (!begun || told || outcome.state === "running") return;
    told = true;
    if (outcome.state === "answered") void bridge.sendToolResult(outcome.result);
    else void bridge.sendToolCancelled({ reason: outcome.state === "stopped" ? "stopped by the person" : outcome.failure.title });
  };
  bridge.oninitialized = () => {
    begun = true;
    void bridge.sendToolInput({ arguments: latest.input });
    tell();
  };
  bridge.onsizechange = ({ height }) => stage.size(height);
  bridge.oncalltool = ({ name, arguments: input }) => stage.callTool("apps", name, input ?? {});
  bridge.onlistresources = (params) => connection.resources.list(params?.cursor);
  bridge.onlistresourcetemplates = (params) => connection.resources.templates(params?.cursor);
  bridge.onreadresource = ({ uri }) => connection.resources.read(uri);
  bridge.onmessage = async ({ content }) => {
    stage.message(content.map((block) => (block.type === "text" ? block.text : `[${block.type}]`)).join("\n"));
    return {};
  };
  bridge.onopenlink = async ({ url }) => (stage.link(url) ? {} : { isError: true });
  bridge.onrequestdisplaymode = async ({ mode }) => ({ mode: stage.display(mode) });
  bridge.onupdatemodelcontext = async ({ content, structuredContent }) => {
    log.add({ kind: "context", value: { ...(content && { content }), ...(structuredContent && { structuredContent }) } });
    return {};
  };
  bridge.onloggingmessage = ({ level, data }) => void log.add({ kind: "note", words: `${level}: ${typeof data === "string" ? data : JSON.stringify(data)}` });
  bridge.onrequestteardown = () => void log.add({ kind: "note", words: "Asked to be closed." });

  // The frame has a window as soon as it is in the page; the widget's first word comes later.
  await bridge.connect(new PostMessageTransport(frame.window, frame.window));
  const unwatch = surroundings.watch(() => bridge.setHostContext(context()));
  await frame.show(html, () => null);
  return {
    settle: (call) => {
      latest = call;
      tell();
    },
    close: async () => {
      unwatch();
      if (begun) await bridge.teardownResource({}, { timeout: FAREWELL }).catch(() => undefined);
      await bridge.close();
    },
  };
}

function contextOf(surroundings: Surroundings, { tool }: Call): McpUiHostContext {
  const phone = isPhone(surroundings);
  return {
    toolInfo: { tool },
    theme: surroundings.theme,
    displayMode: surroundings.displayMode,
    availableDisplayModes: ["inline", "pip", "fullscreen"],
    containerDimensions: { width: surroundings.width },
    locale: surroundings.locale,
    timeZone: surroundings.timeZone,
    userAgent: "Playground",
    platform: phone ? "mobile" : "web",
    deviceCapabilities: { touch: phone, hover: !phone },
    safeAreaInsets: insetsOf(surroundings),
  };
}
