// The built playground in headless Chromium, before the real server: sign-in, tokens, the page, the
// frame and MCP are the server's. Only the strange tools and their widget are answered here.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { startServer } from "./server.mjs";
import { answers, page as widgetPage, POLICY, tools, WIDGET, WIDGETS } from "./strange.mjs";

const STATIC = fileURLToPath(new URL("../../../../crates/ui/static/", import.meta.url));
const PASSWORD = "correct horse battery staple";

export async function openStage(options) {
  const server = await startServer(options);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // CI runs as root, where Chromium's own sandbox cannot start.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  return {
    server,
    browser,
    play: (options) => play(server, browser, options),
    close: async () => {
      await browser.close();
      await server.stop();
    },
  };
}

let people = 0;

/** A person before the playground, signed out. */
async function play({ origin }, browser, { strange = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", locale: "en-GB", colorScheme: "light", permissions: ["clipboard-read", "clipboard-write"], ...options });
  const page = await context.newPage();
  /** Everything that should not have happened. */
  const mishaps = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) mishaps.push(message.text());
  });
  page.on("pageerror", (error) => mishaps.push(String(error)));
  page.on("popup", (popup) => mishaps.push(`popup ${popup.url()}`));
  page.on("dialog", (dialog) => mishaps.push(`dialog ${dialog.message()}`));
  await context.route((url) => url.origin !== origin, (route) => {
    mishaps.push(`request ${route.request().url()}`);
    return route.abort();
  });
  // The console keeps silent about code made from text.
  await context.addInitScript(() => {
    if (window === top) addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => console.error(`blocked by the page's own policy: ${violatedDirective} ${blockedURI}`));
  });
  // What is built now, not what was when the server was compiled.
  for (const [extension, contentType] of [["js", "text/javascript"], ["css", "text/css"]]) {
    const body = await readFile(`${STATIC}playground.${extension}`);
    await context.route(new RegExp(`/assets/playground\\.[0-9a-f]+\\.${extension}$`), (route) => route.fulfill({ body, contentType }));
  }
  let told = () => undefined;
  const peer = {
    edition: "first edition",
    widget: WIDGET,
    hold: null,
    /** Says that the widget was built, or why not. Once. */
    tell: (problem = null) => {
      peer.told = true;
      told(problem);
    },
    told: false,
    news: new Promise((resolve) => {
      told = resolve;
    }),
  };
  if (strange) await playStrange(context, peer);
  const person = `person${(people += 1)}`;
  await page.goto(`${origin}/playground`);
  return {
    page,
    peer,
    person,
    mishaps,
    frame: page.frameLocator("iframe"),
    signIn: async ({ decision = "approve" } = {}) => {
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.locator('a[href*="/sign-up"]').click();
      await page.fill('input[name="username"]', person);
      await page.fill('input[name="password"]', PASSWORD);
      await page.locator('input[name="password"]').press("Enter");
      await page.locator(`button[name="decision"][value="${decision}"]`).click();
      if (decision === "approve") await page.getByRole("button", { name: "Sign out" }).waitFor();
    },
    choose: async (name) => {
      const list = page.getByRole("button", { name: /^All tools/ });
      if (await list.isVisible()) await list.click();
      await page.getByRole("navigation", { name: "Tools" }).getByRole("button", { name }).click();
    },
    run: () => page.getByRole("button", { name: "Run" }).click(),
    tab: (name) => page.getByRole("tab", { name }).click(),
    consent: () => page.locator('button[name="decision"][value="approve"]').click(),
    close: () => context.close(),
  };
}

async function playStrange(context, peer) {
  const frame = await readFile(`${STATIC}playground_frame.html`);
  await context.route("**/playground/events", async (route) => {
    // A browser asks again after the end; that answer never comes.
    if (peer.told) return;
    const problem = await peer.news;
    await route.fulfill({ contentType: "text/event-stream", body: `event: widget\ndata: ${JSON.stringify({ name: "strange", problem })}\n\n` }).catch(() => undefined);
  });
  await context.route("**/playground/frame/strange", (route) => route.fulfill({ body: frame, contentType: "text/html; charset=utf-8", headers: { "content-security-policy": POLICY } }));
  // Behind a redirect nothing can be answered in the server's place, so the page is changed as it arrives.
  await context.addInitScript((widgets) => {
    document.addEventListener("readystatechange", () => {
      const place = document.getElementById("playground");
      if (document.readyState === "interactive" && place) place.dataset.widgets = widgets;
    });
  }, JSON.stringify(WIDGETS));
  await context.route("**/mcp", async (route) => {
    const request = route.request().postDataJSON() ?? {};
    const { id, method, params } = request;
    const answer = (result) => route.fulfill({ json: { jsonrpc: "2.0", id, result: { resultType: "complete", ...result } } });
    if (method === "tools/list") {
      const response = await route.fetch();
      const list = await response.json().catch(() => null);
      list?.result?.tools.push(...tools(peer.widget));
      return route.fulfill({ response, json: list });
    }
    if (method === "resources/read" && params.uri === peer.widget) {
      return answer({ contents: [{ uri: params.uri, mimeType: "text/html;profile=mcp-app", text: widgetPage(peer.edition) }], ttlMs: 0, cacheScope: "public" });
    }
    if (method !== "tools/call" || !Object.hasOwn(answers, params.name)) return route.fallback();
    if (peer.hold) await peer.hold;
    const result = { resultType: "complete", ...answers[params.name](params.arguments ?? {}) };
    if (params.name !== "slow") return answer(result);
    const progressToken = params._meta.progressToken;
    const messages = [
      ...[1, 2].map((progress) => ({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress, total: 2, message: `step ${progress}` } })),
      { jsonrpc: "2.0", id, result },
    ];
    return route.fulfill({ contentType: "text/event-stream", body: messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join("") });
  });
}
