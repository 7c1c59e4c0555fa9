// The built playground in a browser, before the real server: `node --test` runs these.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { openStage } from "./harness/stage.mjs";
import { OTHER } from "./harness/strange.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

/** Plays a scene, and sees afterwards that nothing happened that should not. */
async function scene(act, { expected = /^$/, signedIn = true, ...options } = {}) {
  const show = await stage.play(options);
  try {
    if (signedIn) await show.signIn();
    await act(show);
    assert.deepEqual(show.mishaps.filter((text) => !expected.test(text)), []);
  } finally {
    await show.close();
  }
}

async function accessible({ page }) {
  // The page's policy lets nobody add a script; the debugger may.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { iframes: false });
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).slice(0, 3)]);
  });
  assert.deepEqual(found, []);
}

const until = async (what, expected) => {
  for (let tries = 0; ; tries += 1) {
    const found = await what();
    if (JSON.stringify(found) === JSON.stringify(expected) || tries === 150) {
      assert.deepEqual(found, expected);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const stored = (page, name) => page.evaluate((name) => JSON.parse(sessionStorage.getItem(`playground.${name}`)), name);
const result = (page) => page.getByRole("region", { name: "Structured content" });

test("signs in and out for real", () =>
  scene(async ({ page }) => {
    assert.equal(new URL(page.url()).search, "");
    const { access_token: token } = await stored(page, "tokens");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
    const { status } = await fetch(`${stage.server.origin}/mcp`, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: "{}" });
    assert.equal(status, 401);
  }));

test("registers anew when the sign-in led nowhere, as it does after a restart with another key", () =>
  scene(async ({ page, signIn }) => {
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL("**/authorize/**");
    await page.goto(`${stage.server.origin}/playground`);
    await page.evaluate(() => {
      const client = JSON.parse(sessionStorage.getItem("playground.client"));
      sessionStorage.setItem("playground.client", JSON.stringify({ ...client, client_id: "cli_of_another_key" }));
    });
    await signIn();
  }, { signedIn: false }));

test("says so when the person says no", () =>
  scene(async ({ page, signIn }) => {
    await signIn({ decision: "deny" });
    await page.getByRole("alert").getByText("You said no").waitFor();
    assert.equal(new URL(page.url()).search, "");
    await accessible({ page });
  }, { signedIn: false }));

test("takes no answer that belongs to another sign-in", () =>
  scene(async ({ page }) => {
    await page.goto(`${stage.server.origin}/playground?code=stolen&state=other&iss=${encodeURIComponent(stage.server.origin)}`);
    await page.getByRole("alert").getByText("That answer was not for this tab").waitFor();
    assert.equal(new URL(page.url()).search, "");
    await page.getByRole("button", { name: "Connection" }).click();
    assert.equal(await page.getByText("/token", { exact: true }).count(), 0);
  }, { signedIn: false }));

test("takes no answer of another issuer", () =>
  scene(async ({ page }) => {
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL("**/authorize/**");
    await page.goto(`${stage.server.origin}/playground`);
    const state = await stored(page, "state");
    await page.goto(`${stage.server.origin}/playground?code=stolen&state=${state}&iss=https%3A%2F%2Fevil.example`);
    await page.getByRole("alert").getByText("Somebody else answered").waitFor();
    await page.getByRole("button", { name: "Connection" }).click();
    assert.equal(await page.getByText("/token", { exact: true }).count(), 0);
  }, { signedIn: false }));

test("asks for what is chosen, and for more when a tool needs it", () =>
  scene(async ({ page, signIn, choose, run, consent }) => {
    await page.getByRole("checkbox", { name: "notes:write" }).uncheck();
    await signIn();
    const granted = page.getByRole("list", { name: "Granted scopes" });
    assert.equal(await granted.getByText("notes:write").count(), 0);
    await choose(/Add a note/);
    await page.getByText("not granted").waitFor();
    await page.getByLabel("text").fill("Remember the milk");
    await run();
    const refusal = page.getByRole("alert").filter({ hasText: "You have not allowed this" });
    await refusal.getByText("The tool needs notes:write").waitFor();
    await accessible({ page });
    // A no leaves things as they are.
    await refusal.getByRole("button", { name: "Sign in" }).click();
    await page.locator('button[name="decision"][value="deny"]').click();
    await page.getByRole("alert").filter({ hasText: "You said no" }).getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await run();
    await refusal.getByRole("button", { name: "Sign in" }).click();
    await consent();
    await granted.getByText("notes:write").waitFor();
    // Back where it was.
    await page.getByRole("heading", { name: "Add a note" }).waitFor();
    assert.equal(await page.getByLabel("text").inputValue(), "Remember the milk");
    await run();
    await page.getByRole("status").getByText("Answered").waitFor();
  }, { signedIn: false, expected: /403/ }));

test("renews a token that has run out, and shows how", () =>
  scene(async ({ page, choose, run, tab }) => {
    await page.evaluate(() => {
      const tokens = JSON.parse(sessionStorage.getItem("playground.tokens"));
      sessionStorage.setItem("playground.tokens", JSON.stringify({ ...tokens, access_token: "run-out" }));
    });
    await choose(/Who am I/);
    await run();
    await page.getByRole("status").getByText("Answered").waitFor();
    await tab("Request & answer");
    const exchanges = page.getByRole("tabpanel").locator("summary");
    assert.deepEqual(await exchanges.evaluateAll((all) => all.map((one) => /401|200/.exec(one.textContent)?.[0])), ["401", "200"]);
    await page.getByRole("button", { name: "Connection" }).click();
    await page.getByRole("dialog").locator("summary").filter({ hasText: "/token" }).last().click();
    await page.getByRole("dialog").getByText("$REFRESH_TOKEN").first().waitFor();
  }, { expected: /401/ }));

test("says that a sign-in has ended", () =>
  scene(async ({ page, run, choose }) => {
    await page.evaluate(async () => {
      const { refresh_token: token } = JSON.parse(sessionStorage.getItem("playground.tokens"));
      const { client_id } = JSON.parse(sessionStorage.getItem("playground.client"));
      await fetch("/token/revoke", { method: "POST", body: new URLSearchParams({ token, client_id }) });
    });
    await choose(/Who am I/);
    await run();
    const note = page.getByRole("alert").filter({ hasText: "The server wants a sign-in for this" });
    await note.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/authorize/**");
  }, { expected: /40[01]|invalid_grant/ }));

test("a stranger is told what the server wants", () =>
  scene(async ({ page }) => {
    await page.getByRole("button", { name: "Look around without signing in" }).click();
    await page.getByRole("alert").getByText("This server wants a sign-in for everything").waitFor();
    await accessible({ page });
  }, { signedIn: false, expected: /401/ }));

test("calls a tool of the server, and shows every byte without the token", () =>
  scene(async ({ page, choose, run, tab }) => {
    const { access_token: token } = await stored(page, "tokens");
    await choose(/Add a note/);
    await page.getByLabel("text").fill("It's a note");
    await run();
    await page.getByRole("status").getByText("Answered").waitFor();
    await result(page).getByText('"id"').waitFor();
    await tab("Request & answer");
    const panel = page.getByRole("tabpanel");
    await panel.getByText("Bearer $TOKEN").waitFor();
    await panel.getByText("tools/call").first().waitFor();
    await panel.getByRole("region", { name: /Answer body/ }).getByText("structuredContent").waitFor();
    await panel.getByRole("button", { name: "Copy as curl" }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /^curl \\\n/);
    assert.match(copied, /--header "authorization: Bearer \$TOKEN"/);
    assert.match(copied, /It'\\''s a note/);
    assert.doesNotMatch(copied, /x-playground-call/);
    assert.ok(!(await page.content()).includes(token));
    await accessible({ page });
    await page.getByRole("button", { name: "Connection" }).click();
    const log = page.getByRole("dialog", { name: "Connection" });
    for (const path of ["/register", "/token", "/mcp"]) await log.locator("summary").filter({ hasText: path }).first().waitFor({ timeout: 3_000 }).catch(() => undefined);
    await log.locator("summary").first().click();
    assert.ok(!(await page.content()).includes(token));
    await accessible({ page });
    await page.keyboard.press("Escape");
    await log.waitFor({ state: "detached" });
  }));

test("draws every kind of field, says what is wrong, and sends what is right", () =>
  scene(async ({ page, choose, run }) => {
    await choose(/Every kind of field/);
    await run();
    await page.getByRole("alert").getByText("3 fields to put right").waitFor();
    await until(() => page.evaluate(() => document.activeElement?.getAttribute("data-pointer")), "/text");
    await accessible({ page });
    const form = page.getByRole("form", { name: "Arguments" });
    await form.getByLabel("text", { exact: true }).fill("hello");
    await form.getByLabel("count").fill("51");
    await form.getByLabel("kind", { exact: true }).selectOption({ label: "The first" });
    await form.getByText("As in alphabet.").waitFor();
    await run();
    await form.getByText("At most 50.").waitFor();
    await form.getByLabel("count").fill("50");
    assert.equal(await form.getByLabel("Send null for note").count(), 0, "left empty, it is not sent");
    await form.getByLabel("Send null for share").check();
    await form.getByLabel("agreed").check();
    await form.getByLabel("maybe").selectOption("false");
    await form.getByLabel("day").fill("2026-02-28");
    await form.getByRole("button", { name: "Add to tags" }).click();
    await until(() => page.evaluate(() => document.activeElement?.getAttribute("data-pointer")), "/tags/0");
    await page.keyboard.type("one");
    await form.getByRole("button", { name: "Add to tags" }).click();
    await form.getByLabel("tags 2", { exact: true }).fill("two");
    await form.getByRole("button", { name: "Remove tags 1" }).click();
    await form.getByLabel("green").check();
    await form.getByLabel("city").fill("Bern");
    await form.getByLabel("Kind of shape").selectOption({ label: "square" });
    await form.getByLabel("side").fill("2.5");
    await form.getByLabel("extra").fill('{"more": [1]}');
    await page.keyboard.press("Control+Enter");
    await result(page).waitFor();
    const got = { text: "hello", count: 50, share: null, kind: "a", agreed: true, maybe: false, day: "2026-02-28", tags: ["two"], colors: ["green"], place: { city: "Bern" }, shape: { shape: "square", side: 2.5 }, extra: { more: [1] } };
    assert.deepEqual(JSON.parse(await result(page).locator("code").textContent()), { got });
    await accessible({ page });

    // The same as JSON, and back.
    await form.getByRole("radio", { name: "JSON" }).check();
    const json = form.getByLabel("Arguments as JSON");
    assert.deepEqual(JSON.parse(await json.inputValue()), got);
    await accessible({ page });
    await json.fill('{"text": "x", "unknown": 1}');
    await form.getByRole("radio", { name: "Form" }).click();
    await page.getByRole("alert").getByText("The form has no place for some of this").waitFor();
    await run();
    await until(async () => JSON.parse(await result(page).locator("code").textContent()), { got: { text: "x", unknown: 1 } });
  }));

test("shows how far a call is, and stops it", () =>
  scene(async ({ page, peer, choose, run, tab }) => {
    await choose(/Takes its time/);
    await run();
    await page.getByText("step 1").waitFor();
    await tab("Request & answer");
    await page.getByRole("list", { name: /Events of exchange/ }).getByText("step 2").waitFor();
    await accessible({ page });
    peer.hold = new Promise(() => undefined);
    await run();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("status").getByText("Stopped").waitFor();
    await page.getByRole("button", { name: "Cancel" }).waitFor({ state: "detached" });
  }));

test("cuts what would freeze the page, and shows it on request", () =>
  scene(async ({ page, choose, run }) => {
    await choose(/A megabyte/);
    await run();
    const content = page.getByRole("region", { name: "Content", exact: true });
    await content.waitFor();
    assert.ok((await content.textContent()).length < 20_000);
    await page.getByRole("button", { name: "Show all (1.5 MB)" }).click();
    await until(async () => (await content.textContent()).length, 1_500_000);
  }));

test("what a tool says stays text", () =>
  scene(async ({ page, choose, run, tab }) => {
    await choose(/Speaks HTML/);
    await run();
    await result(page).waitFor();
    await tab("Request & answer");
    await page.getByRole("region", { name: /Answer body/ }).waitFor();
    await tab("Result");
    assert.deepEqual(await page.evaluate(() => [typeof window.hit, document.querySelectorAll("main img, main script").length]), ["undefined", 0]);
  }));

test("says that a tool failed, and that one broke its promise", () =>
  scene(async ({ page, choose, run }) => {
    await choose(/^Fails/);
    await run();
    await page.getByRole("status").getByText("Tool error").waitFor();
    await page.getByText("The moon is in the way.").waitFor();
    await accessible({ page });
    await choose(/Breaks its promise/);
    await run();
    await page.getByText(/does not fit the outputSchema/).waitFor();
    await accessible({ page });
    // Both are there to go back to.
    const visit = page.getByRole("navigation", { name: "Calls of this visit" });
    await visit.getByRole("button", { name: /Fails/ }).click();
    await page.getByText("The moon is in the way.").waitFor();
  }));

test("finds a tool by a word", () =>
  scene(async ({ page }) => {
    await page.getByRole("searchbox", { name: "Search tools" }).fill("megab");
    assert.equal(await page.getByRole("navigation", { name: "Tools" }).getByRole("listitem").count(), 1);
    await page.getByRole("searchbox", { name: "Search tools" }).fill("nothing like it");
    await page.getByText("No tool is called that.").waitFor();
    await accessible({ page });
  }));

test("a keyboard is enough", () =>
  scene(async ({ page, choose, run }) => {
    await choose(/Speaks HTML/);
    await run();
    await page.getByRole("tab", { name: "Result" }).focus();
    await page.keyboard.press("ArrowRight");
    await until(() => page.evaluate(() => document.activeElement?.textContent), "Request & answer");
    await page.getByRole("tabpanel", { name: "Request & answer" }).waitFor();
    await page.keyboard.press("Home");
    await page.getByRole("tabpanel", { name: "Result" }).waitFor();
  }));

for (const host of ["MCP Apps", "ChatGPT"]) {
  const open = async ({ page, frame, choose, run }) => {
    await choose(/Shows a card/);
    await page.getByLabel("title").fill("Hello");
    await run();
    if (host === "ChatGPT") await page.getByRole("radio", { name: host }).check();
    await frame.getByRole("heading", { name: "Hello" }).waitFor();
  };
  const press = (frame, name) => frame.getByRole("button", { name, exact: true }).click();
  const log = (page) => page.getByRole("log");

  test(`${host}: the widget's calls, words and links are in the log, and nothing happens by itself`, () =>
    scene(async (show) => {
      const { page, frame } = show;
      await open(show);
      await press(frame, "Call");
      await frame.getByText("answered 7").waitFor();
      await press(frame, "Refused");
      await frame.getByText(/rejected: .*hidden is not for widgets/).waitFor();
      await press(frame, "Message");
      await log(page).getByText("Hello from the card").waitFor();
      await press(frame, "Link");
      const link = log(page).getByRole("link", { name: "https://example.com/a" });
      assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
      await press(frame, "Bad link");
      await log(page).getByText("javascript:alert(1)").waitFor();
      assert.equal(await log(page).getByRole("link").count(), 1);
      await press(frame, "Context");
      await log(page).getByText('"chosen"').waitFor();
      await press(frame, "Grow");
      await until(() => page.locator("iframe").evaluate((element) => element.getBoundingClientRect().height), 500);
      // Only the frame speaks for the widget.
      await page.evaluate(() => window.postMessage({ playground: "failure", message: "forged" }, "*"));
      await log(page).locator("summary").first().click();
      await accessible(show);
      assert.equal(await log(page).getByText("forged").count(), 0);
      await page.getByRole("tab", { name: "Request & answer" }).click();
      // The call, and the one that the button made.
      await until(() => page.getByRole("tabpanel").locator("summary").count(), 2);
    }));

  test(`${host}: what was blocked comes with the line that allows it`, () =>
    scene(async (show) => {
      const { page, frame } = show;
      await open(show);
      await press(frame, "Block");
      await press(frame, "Block");
      await log(page).getByRole("listitem").filter({ hasText: "Blocked" }).getByText("2 times").waitFor();
      await log(page).getByText('[[widgets]] connect_domains = ["https://api.example.com"]').waitFor();
      await log(page).getByRole("button", { name: "Copy line" }).click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), '[[widgets]] connect_domains = ["https://api.example.com"]');
      await press(frame, "Throw");
      await log(page).getByText("on purpose").waitFor();
      await accessible(show);
    }, { expected: /violates the following Content Security Policy|Refused to connect|on purpose/ }));

  test(`${host}: its surroundings change while it runs`, () =>
    scene(async (show) => {
      const { page, frame } = show;
      await open(show);
      await frame.getByText(/^light en-GB inline 0/).waitFor();
      await frame.locator("body").evaluate((body) => {
        body.dataset.same = "yes";
      });
      await page.getByRole("radio", { name: "Dark" }).check();
      await page.getByLabel("Locale").selectOption("ar-EG");
      await page.getByLabel("Safe area").selectOption({ label: "Phone, upright" });
      await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
      await frame.getByText(host === "ChatGPT" ? "dark ar-EG inline 47" : "dark ar-EG inline 47 Asia/Tokyo").waitFor();
      await page.getByRole("radio", { name: "Phone" }).check();
      await until(() => page.locator("iframe").evaluate((element) => element.getBoundingClientRect().width), 360);
      await page.getByRole("slider", { name: "Width of the widget" }).focus();
      await page.keyboard.press("ArrowRight");
      await until(() => page.getByLabel("Width in pixels").inputValue(), "370");
      await press(frame, "Enlarge");
      await frame.getByText(/fullscreen/).first().waitFor();
      await until(() => page.locator("iframe").evaluate((element) => element.getBoundingClientRect().width), 1440);
      await accessible(show);
      await page.getByRole("button", { name: "Back to inline" }).click();
      await page.getByLabel("Display").selectOption("pip");
      await frame.getByText(/ pip /).waitFor();
      await page.getByRole("button", { name: "Back to inline" }).click();
      await frame.getByText(/ inline /).waitFor();
      assert.equal(await frame.locator("body").getAttribute("data-same"), "yes");
    }));

  test(`${host}: is there before the answer is, and hears of it`, () =>
    scene(async (show) => {
      const { page, frame, peer, choose, run } = show;
      await open(show);
      let go;
      peer.hold = new Promise((resolve) => {
        go = resolve;
      });
      await page.getByLabel("title").fill("Later");
      await run();
      await frame.getByRole("heading", { name: "waiting" }).waitFor();
      go();
      await frame.getByRole("heading", { name: "Later" }).waitFor();
    }));

  test(`${host}: shows what was rebuilt, with the same answer`, () =>
    scene(async (show) => {
      const { page, frame, peer } = show;
      await open(show);
      peer.edition = "second edition";
      peer.widget = OTHER;
      peer.tell();
      await frame.getByText("second edition").waitFor();
      await frame.getByRole("heading", { name: "Hello" }).waitFor();
      await log(page).getByText("It was rebuilt").waitFor();
    }));
}

test("a widget that could not be built says why, and the last one stays", () =>
  scene(async (show) => {
    const { page, frame, peer, choose, run } = show;
    await choose(/Shows a card/);
    await run();
    await frame.getByText("first edition").waitFor();
    peer.tell("src/card.tsx:7: unexpected end of file");
    await page.getByRole("alert").getByText("src/card.tsx:7: unexpected end of file").waitFor();
    await frame.getByText("first edition").waitFor();
    await accessible(show);
  }));

test("ChatGPT: what the widget keeps outlives a reload", () =>
  scene(async (show) => {
    const { page, frame, choose, run } = show;
    await choose(/Shows a card/);
    await run();
    await page.getByRole("radio", { name: "ChatGPT" }).check();
    await frame.getByRole("button", { name: "Context" }).click();
    await page.getByRole("log").getByText('"chosen"').waitFor();
    await page.getByRole("button", { name: "Reload" }).click();
    await until(() => page.frames().at(-1)?.evaluate(() => window.openai?.widgetState ?? null).catch(() => null), { chosen: 3 });
  }));

test("says who signed in, and lets everybody use what is open to everybody", async () => {
  const open = await openStage({ env: { COUNTERSIGN_OPENID__ENABLED: "true", COUNTERSIGN_MCP__SIGN_IN: "when_needed" } });
  try {
    const { page, mishaps, signIn, choose, run, person } = await open.play({ strange: false });
    await page.getByRole("checkbox", { name: "openid" }).waitFor();
    await page.getByRole("button", { name: "Look around without signing in" }).click();
    await page.getByText("Not signed in").waitFor();
    await choose(/About this server/);
    await run();
    await page.getByRole("status").getByText("Answered").waitFor();
    await accessible({ page });
    await choose(/Who am I/);
    await run();
    await page.getByRole("alert").filter({ hasText: "The server wants a sign-in" }).getByRole("button", { name: "Sign in" }).click();
    await signIn();
    await page.getByText(`Signed in as ${person}`).waitFor();
    await page.getByRole("heading", { name: "Who am I" }).waitFor();
    assert.deepEqual(mishaps.filter((text) => !/401/.test(text)), []);
  } finally {
    await open.close();
  }
});

test("a widget of the configuration is shown, and shown anew when its file changes", async () => {
  const html = (words) => `<!doctype html><html lang="en"><title>Note</title><h1>${words}</h1>`;
  const config = '[[widgets]]\nname = "note-card"\ntitle = "Note"\ndescription = "Shows a note."\npath = "note.html"\ntools = ["add_note"]\n';
  const open = await openStage({ files: { "countersign.toml": config, "note.html": html("First") } });
  try {
    const { page, mishaps, frame, signIn, choose, run } = await open.play({ strange: false });
    await signIn();
    await choose(/Add a note/);
    await page.getByLabel("text").fill("x");
    await run();
    await frame.getByRole("heading", { name: "First" }).waitFor();
    await open.server.write("note.html", html("Second"));
    await frame.getByRole("heading", { name: "Second" }).waitFor();
    await open.server.write("note.html", `${html("Third")}<script src="absent.js"></script>`);
    await page.getByRole("alert").getByText(/absent\.js/).waitFor();
    await frame.getByRole("heading", { name: "Second" }).waitFor();
    await open.server.write("note.html", `${html("Fourth")}<img alt="" src="data:," id="i"><script>fetch("https://api.example.com/")</script>`);
    await frame.getByRole("heading", { name: "Fourth" }).waitFor();
    await page.getByRole("log").getByRole("region", { name: /Configuration/ }).getByText("connect_domains").waitFor();
    assert.deepEqual(mishaps.filter((text) => !/Content Security Policy|Refused to connect|Failed to fetch/.test(text)), []);
  } finally {
    await open.close();
  }
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing, ${colorScheme}`, () =>
    scene(async (show) => {
      const { page, signIn, choose, run, tab } = show;
      await page.getByRole("checkbox").first().waitFor();
      await accessible(show);
      await signIn();
      await accessible(show);
      await choose(/Every kind of field/);
      for (const list of ["tags", "tags"]) await page.getByRole("button", { name: `Add to ${list}` }).click();
      await page.getByLabel("Kind of shape").selectOption({ label: "circle" });
      await run();
      await accessible(show);
      await choose(/Speaks HTML/);
      await run();
      await result(page).waitFor();
      await accessible(show);
      await tab("Request & answer");
      await accessible(show);
      await choose(/Shows a card/);
      await run();
      await tab("Widget");
      await show.frame.getByRole("heading").waitFor();
      await accessible(show);
    }, { colorScheme, signedIn: false }));
}

test("a phone's window is wide enough", () =>
  scene(async ({ page, signIn, choose, run, tab, frame }) => {
    const fits = () => until(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await page.getByRole("checkbox").first().waitFor();
    await fits();
    await signIn();
    await fits();
    await choose(/Every kind of field/);
    await page.getByRole("button", { name: "Add to tags" }).click();
    await page.getByLabel("Kind of shape").selectOption({ label: "circle" });
    await fits();
    await choose(/Speaks HTML/);
    await run();
    await result(page).waitFor();
    await fits();
    await tab("Request & answer");
    await fits();
    await choose(/Shows a card/);
    await run();
    await tab("Widget");
    await frame.getByRole("heading").waitFor();
    await fits();
    await page.getByRole("button", { name: "Connection" }).click();
    await page.getByRole("dialog").locator("summary").first().click();
    await fits();
    await until(() => page.getByRole("dialog").evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth), 0);
  }, { signedIn: false, viewport: { width: 360, height: 740 } }));
