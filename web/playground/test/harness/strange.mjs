// Tools and widgets that no app of this repository has, answered in the server's place.

export const WIDGET = "ui://widget/strange.0123456789abcdef.html";
export const OTHER = "ui://widget/strange.fedcba9876543210.html";

const tool = (name, title, inputSchema, more = {}) => ({
  name,
  title,
  description: `${title}, for the tests.`,
  inputSchema: { type: "object", ...inputSchema },
  annotations: { readOnlyHint: true, openWorldHint: false },
  _meta: { securitySchemes: [{ type: "oauth2", scopes: ["notes:read"] }] },
  ...more,
});

const shows = (uri, visibility = ["model", "app"]) => ({
  ui: { resourceUri: uri, visibility },
  "ui/resourceUri": uri,
  "openai/outputTemplate": uri,
  "openai/widgetAccessible": visibility.includes("app"),
});

export const tools = (widget = WIDGET) => [
  tool("everything", "Every kind of field", {
    required: ["text", "kind", "agreed", "share"],
    properties: {
      text: { type: "string", minLength: 3, maxLength: 20, description: "Three to twenty characters." },
      story: { type: "string", maxLength: 5000 },
      count: { type: "integer", minimum: 1, maximum: 50, default: 10 },
      share: { type: ["number", "null"], exclusiveMinimum: 0, maximum: 1, description: "A share, or null." },
      note: { type: ["string", "null"] },
      kind: { oneOf: [{ const: "a", title: "The first", description: "As in alphabet." }, { const: "b", title: "The second" }] },
      agreed: { type: "boolean" },
      maybe: { type: "boolean", default: true },
      day: { type: "string", format: "date" },
      tags: { type: "array", items: { type: "string", minLength: 1 }, maxItems: 3 },
      colors: { type: "array", uniqueItems: true, items: { enum: ["red", "green", "blue"] } },
      place: { $ref: "#/$defs/Place" },
      shape: { oneOf: [{ type: "object", required: ["shape", "radius"], properties: { shape: { const: "circle" }, radius: { type: "number" } } }, { type: "object", required: ["shape", "side"], properties: { shape: { const: "square" }, side: { type: "number" } } }] },
      extra: { type: "object", additionalProperties: true, description: "Whatever else." },
    },
    $defs: { Place: { type: "object", required: ["city"], properties: { city: { type: "string" }, zip: { type: "string", pattern: "^\\d{5}$" } } } },
  }),
  tool("slow", "Takes its time", { properties: { steps: { type: "integer" } } }),
  tool("huge", "A megabyte", {}),
  tool("hostile", "Speaks HTML", {}),
  tool("fails", "Fails", {}, { annotations: { readOnlyHint: false, destructiveHint: true } }),
  tool("broken", "Breaks its promise", {}, { outputSchema: { type: "object", required: ["n"], properties: { n: { type: "number" } } } }),
  tool("card", "Shows a card", { properties: { title: { type: "string" } } }, { _meta: { ...shows(widget), securitySchemes: [{ type: "oauth2", scopes: ["notes:read"] }] } }),
  tool("button", "For the card's button", { properties: { n: { type: "integer" } } }, { _meta: shows(widget, ["app"]) }),
  tool("hidden", "Not for the card", {}, { _meta: { ui: { visibility: ["model"] }, "openai/widgetAccessible": false } }),
];

const HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\u202Eevil';

const text = (words, more = {}) => ({ content: [{ type: "text", text: words }], ...more });

export const answers = {
  everything: (input) => text(JSON.stringify(input), { structuredContent: { got: input } }),
  slow: () => text("done"),
  huge: () => text("x".repeat(1_500_000), { structuredContent: { rows: Array.from({ length: 20_000 }, (_, n) => ({ n, name: `row ${n}` })) } }),
  hostile: () => text(HOSTILE, { structuredContent: { [HOSTILE]: HOSTILE }, _meta: { html: HOSTILE } }),
  fails: () => text("The moon is in the way.", { isError: true }),
  broken: () => text("oh", { structuredContent: { n: "seven" } }),
  card: ({ title = "A card" }) => text(title, { structuredContent: { title }, _meta: { secret: 7 } }),
  button: ({ n = 0 }) => text(`pressed ${n}`, { structuredContent: { n } }),
  hidden: () => text("no"),
};

/** A widget without a library, so that everything it says is said here. It speaks to both kinds of host. */
export const page = (words = "first edition") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Card</title>
<style>body{margin:0;padding:16px;font:15px/1.5 system-ui;color-scheme:light dark}h1{font-size:18px;margin:0 0 8px}button{margin:2px 4px 2px 0}</style></head>
<body><h1 id="title">…</h1><p id="edition">${words}</p><p id="where"></p><p id="said"></p>
<button id="call">Call</button><button id="refused">Refused</button><button id="message">Message</button><button id="link">Link</button><button id="bad-link">Bad link</button>
<button id="enlarge">Enlarge</button><button id="block">Block</button><button id="throw">Throw</button><button id="context">Context</button><button id="grow">Grow</button>
<script>
const $ = (id) => document.getElementById(id);
const say = (value) => { $("said").textContent = typeof value === "string" ? value : JSON.stringify(value); };
const show = (output) => { $("title").textContent = output ? output.title : "waiting"; };
let host;
if (window.openai) {
  const api = window.openai;
  const where = () => { $("where").textContent = [api.theme, api.locale, api.displayMode, api.safeArea.insets.top].join(" "); show(api.toolOutput); };
  addEventListener("openai:set_globals", where);
  where();
  host = {
    call: (name, input) => api.callTool(name, input),
    message: (prompt) => api.sendFollowUpMessage({ prompt }),
    link: (href) => api.openExternal({ href }),
    display: (mode) => api.requestDisplayMode({ mode }),
    context: (value) => api.setWidgetState(value),
    size: (height) => api.notifyIntrinsicHeight(height),
  };
} else {
  let id = 0;
  const waiting = new Map();
  const post = (message) => parent.postMessage({ jsonrpc: "2.0", ...message }, "*");
  const ask = (method, params) => new Promise((resolve, reject) => { waiting.set(++id, { resolve, reject }); post({ id, method, params }); });
  let context = {};
  const where = () => { $("where").textContent = [context.theme, context.locale, context.displayMode, context.safeAreaInsets.top, context.timeZone].join(" "); };
  addEventListener("message", ({ source, data }) => {
    if (source !== parent || data.jsonrpc !== "2.0") return;
    if (data.method === "ui/notifications/tool-input") $("where").dataset.input = JSON.stringify(data.params.arguments);
    else if (data.method === "ui/notifications/tool-result") show(data.params.structuredContent);
    else if (data.method === "ui/notifications/tool-cancelled") $("title").textContent = "cancelled";
    else if (data.method === "ui/notifications/host-context-changed") { context = { ...context, ...data.params }; where(); }
    else if (data.method === "ui/resource-teardown") post({ id: data.id, result: {} });
    else if (data.id !== undefined && waiting.has(data.id)) { const { resolve, reject } = waiting.get(data.id); waiting.delete(data.id); data.error ? reject(new Error(data.error.message)) : resolve(data.result); }
  });
  ask("ui/initialize", { protocolVersion: "2026-01-26", appInfo: { name: "card", version: "1" }, appCapabilities: {} }).then((result) => { context = result.hostContext; where(); post({ method: "ui/notifications/initialized", params: {} }); });
  show(null);
  host = {
    call: (name, input) => ask("tools/call", { name, arguments: input }),
    message: (text) => ask("ui/message", { role: "user", content: [{ type: "text", text }] }),
    link: (url) => ask("ui/open-link", { url }),
    display: (mode) => ask("ui/request-display-mode", { mode }),
    context: (value) => ask("ui/update-model-context", { structuredContent: value }),
    size: (height) => post({ method: "ui/notifications/size-changed", params: { height } }),
  };
}
const act = (id, what) => { $(id).onclick = () => Promise.resolve().then(what).then(say, (error) => say("rejected: " + error.message)); };
act("call", () => host.call("button", { n: 7 }).then((result) => "answered " + result.structuredContent.n));
act("refused", () => host.call("hidden", {}));
act("message", () => host.message("Hello from the card"));
act("link", () => host.link("https://example.com/a"));
act("bad-link", () => host.link("javascript:alert(1)").then((result) => (result && result.isError ? "refused" : "accepted")));
act("enlarge", () => host.display("fullscreen"));
act("context", () => host.context({ chosen: 3 }));
act("grow", () => host.size(500));
act("block", () => fetch("https://api.example.com/data").catch(() => "blocked"));
$("throw").onclick = () => { throw new Error("on purpose"); };
host.size(document.documentElement.offsetHeight + 16);
</script></body></html>`;

export const POLICY = [
  "sandbox allow-scripts",
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "font-src data:",
  "media-src data: blob:",
  "connect-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

export const WIDGETS = [
  {
    name: "strange",
    frame: "/playground/frame/strange",
    allow: {
      connect: { file: "countersign.toml", line: '[[widgets]] connect_domains = ["{origin}"]' },
      resource: { file: "countersign.toml", line: '[[widgets]] resource_domains = ["{origin}"]' },
      frame: { file: "countersign.toml", line: '[[widgets]] frame_domains = ["{origin}"]' },
    },
  },
];
