// The page around a widget: an MCP Apps host, one that has `window.openai` only, or one with both.
import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

export interface Scene {
  host: "apps" | "openai" | "both";
  widget: string;
  /** The tool's result, `null` while it works. */
  result: Result | null;
  /** What `connection_action` answers, `null` for never. */
  action: Result | null;
  theme: "light" | "dark";
  locale: string;
  safeArea: { top: number; right: number; bottom: number; left: number };
  canEnlarge: boolean;
  width: number;
}

interface Result {
  [field: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

interface Stage {
  log: unknown[][];
  play(scene: Scene): void;
  /** Changes what the host said about itself. */
  change(changes: Record<string, unknown>): void;
}

const log: unknown[][] = [];
const never = new Promise<never>(() => undefined);
let change: Stage["change"] = () => undefined;

function play(scene: Scene): void {
  const frame = document.createElement("iframe");
  frame.title = "Widget";
  frame.setAttribute("sandbox", "allow-scripts");
  frame.style.cssText = `border:0;display:block;width:${scene.width}px;height:200px`;
  document.body.append(frame);
  const resize = (height: number): void => {
    frame.style.height = `${height}px`;
  };
  if (scene.host === "openai") playOpenAi(frame, scene, resize);
  else playApps(frame, scene, resize);
}

function playApps(frame: HTMLIFrameElement, scene: Scene, resize: (height: number) => void): void {
  const bridge = new AppBridge(
    null,
    { name: "harness", version: "1" },
    { openLinks: {}, serverTools: {}, message: { text: {} } },
    {
      hostContext: {
        theme: scene.theme,
        locale: scene.locale,
        timeZone: "UTC",
        displayMode: "inline",
        availableDisplayModes: scene.canEnlarge ? ["inline", "fullscreen"] : ["inline"],
        safeAreaInsets: scene.safeArea,
      },
    },
  );
  change = (changes) => void bridge.sendHostContextChange(changes);
  bridge.oninitialized = () => {
    log.push(["initialized"]);
    void bridge.sendToolInput({ arguments: { fullInputText: "people" } });
    if (scene.result) void bridge.sendToolResult(scene.result);
  };
  bridge.onsizechange = ({ height }) => {
    log.push(["height", height]);
    if (height !== undefined) resize(height);
  };
  bridge.oncalltool = async ({ name, arguments: input }) => {
    log.push(["callTool", name, input]);
    return scene.action ?? never;
  };
  bridge.onmessage = async ({ content }) => {
    log.push(["sendMessage", content]);
    return {};
  };
  bridge.onopenlink = async ({ url }) => {
    log.push(["openLink", url]);
    return {};
  };
  bridge.onrequestdisplaymode = async ({ mode }) => {
    log.push(["requestDisplayMode", mode]);
    return { mode };
  };
  // The frame has a window as soon as it is in the page; what it holds starts later.
  const target = frame.contentWindow;
  if (!target) throw new Error("no frame");
  void bridge.connect(new PostMessageTransport(target, target)).then(() => {
    frame.src = `/widgets/${scene.widget}.html${scene.host === "both" ? "?globals={}" : ""}`;
  });
}

function playOpenAi(frame: HTMLIFrameElement, scene: Scene, resize: (height: number) => void): void {
  const globals = {
    toolInput: { fullInputText: "people" },
    toolOutput: scene.result?.structuredContent ?? null,
    theme: scene.theme,
    locale: scene.locale,
    displayMode: "inline",
    safeArea: { insets: scene.safeArea },
  };
  change = (changes) => frame.contentWindow?.postMessage({ globals: changes }, "*");
  window.addEventListener("message", ({ data, source }) => {
    if (source !== frame.contentWindow || !Array.isArray(data?.openai)) return;
    const [name, ...args] = data.openai as [string, ...unknown[]];
    log.push([name, ...args]);
    if (name === "height") resize(args[0] as number);
    if (name === "callTool" && scene.action) {
      frame.contentWindow?.postMessage({ answer: scene.action, id: data.id }, "*");
    }
  });
  const query = new URLSearchParams({ globals: JSON.stringify(globals), enlarge: String(scene.canEnlarge) });
  frame.src = `/widgets/${scene.widget}.html?${query}`;
}

Object.assign(window, { stage: { log, play, change: (changes) => change(changes) } satisfies Stage });
