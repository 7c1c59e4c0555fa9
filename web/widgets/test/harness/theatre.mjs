// Serves the built widgets to headless Chromium, each in a sandboxed frame under the policy that
// hosts set, inside the page that plays the host.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const WIDGETS = here("../../../../apps/index-network/widgets");

/** Where the samples' portraits are. */
const IMAGES = "https://images.example";
/** As `WidgetCsp::policy` makes it of these domains. */
const POLICY = [
  "sandbox allow-scripts",
  "default-src 'none'",
  `script-src 'unsafe-inline' ${IMAGES}`,
  `style-src 'unsafe-inline' ${IMAGES}`,
  `img-src data: blob: ${IMAGES}`,
  `font-src data: ${IMAGES}`,
  `media-src data: blob: ${IMAGES}`,
  "connect-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

const SCENE = {
  host: "apps",
  widget: "discover-connections",
  result: null,
  action: { content: [], structuredContent: {} },
  theme: "light",
  locale: "en-GB",
  safeArea: { top: 0, right: 0, bottom: 0, left: 0 },
  canEnlarge: false,
  width: 720,
};

/** What a tool that went well answers. */
export const result = (structuredContent) => ({ content: [{ type: "text", text: "…" }], structuredContent });

/** What a tool that failed answers. */
export const failure = (text) => ({ content: [{ type: "text", text }], isError: true });

export async function openTheatre() {
  const host = await built("host.ts");
  const openai = await readFile(here("openai.js"), "utf8");
  const server = createServer(async ({ url }, response) => {
    const { pathname, search } = new URL(url, "http://127.0.0.1");
    const [, widget] = /^\/widgets\/([a-z-]+)\.html$/.exec(pathname) ?? [];
    response.setHeader("content-type", "text/html; charset=utf-8");
    if (widget) {
      const html = await readFile(`${WIDGETS}/${widget}.html`, "utf8");
      response.setHeader("content-security-policy", POLICY);
      response.end(search ? html.replace("<head>", () => `<head><script>${openai}</script>`) : html);
    } else if (pathname === "/") {
      response.end(`<!doctype html><html lang="en"><title>Host</title><body style="margin:0"><script type="module" src="/host.js"></script>`);
    } else if (pathname === "/host.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(host);
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // CI runs as root, where Chromium's own sandbox cannot start.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  return {
    origin,
    browser,
    play: (scene) => play(browser, origin, { ...SCENE, ...scene }),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

async function play(browser, origin, scene) {
  const context = await browser.newContext({ viewport: { width: scene.width, height: 400 }, reducedMotion: "reduce", locale: "en-GB", colorScheme: "light" });
  const page = await context.newPage();
  /** Everything that should not have happened. */
  const mishaps = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) mishaps.push(message.text());
  });
  page.on("pageerror", (error) => mishaps.push(String(error)));
  page.on("popup", (popup) => mishaps.push(`popup ${popup.url()}`));
  page.on("dialog", (dialog) => mishaps.push(`dialog ${dialog.message()}`));
  // What a script tries and catches, such as `new Function`, the console does not say.
  await context.addInitScript(() =>
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => console.error(`${effectiveDirective} blocked ${blockedURI}`)),
  );
  const portrait = await readFile(here("portrait.svg"));
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(origin)) return route.continue();
    if (url === `${IMAGES}/ada.png`) return route.fulfill({ contentType: "image/svg+xml", body: portrait });
    if (!url.startsWith(IMAGES)) mishaps.push(`request ${url}`);
    return route.fulfill({ status: 404 });
  });
  await page.goto(origin);
  await page.evaluate((scene) => window.stage.play(scene), scene);
  const frame = page.frameLocator("iframe");
  return {
    page,
    frame,
    mishaps,
    log: () => page.evaluate(() => window.stage.log),
    change: (changes) => page.evaluate((changes) => window.stage.change(changes), changes),
    inside: (what, ...args) => page.frames()[1].evaluate(what, ...args),
    close: () => context.close(),
  };
}

async function built(name) {
  const { outputFiles } = await build({
    absWorkingDir: here("."),
    entryPoints: [name],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].text;
}
