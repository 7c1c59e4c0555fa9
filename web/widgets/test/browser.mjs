// The built widgets in a browser, as hosts show them: `node --test` runs these.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { samples } from "./harness/samples.mjs";
import { failure, openTheatre, result } from "./harness/theatre.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BROKEN_PORTRAIT = /Failed to load resource.*404/;

let theatre;
before(async () => {
  theatre = await openTheatre();
});
after(() => theatre.close());

/** Plays a scene, and sees afterwards that nothing happened that should not. */
async function scene(options, act) {
  const show = await theatre.play(options);
  try {
    await act(show);
    assert.deepEqual(show.mishaps.filter((text) => !BROKEN_PORTRAIT.test(text)), []);
  } finally {
    await show.close();
  }
}

async function accessible({ inside }) {
  await inside(AXE);
  const found = await inside(async () => {
    const { violations } = await window.axe.run(document);
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html).slice(0, 3)]);
  });
  assert.deepEqual(found, []);
}

/** What the host was asked, other than for a height. */
const asked = async ({ log }) => (await log()).filter(([what]) => !["initialized", "height"].includes(what));

const until = async (what, expected) => {
  for (let tries = 0; ; tries += 1) {
    const found = await what();
    if (JSON.stringify(found) === JSON.stringify(expected) || tries === 100) {
      assert.deepEqual(found, expected);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

for (const host of ["apps", "openai"]) {
  const people = { host, widget: "discover-connections", result: result(samples.connections()) };

  test(`${host}: every button calls the tool`, () =>
    scene({ ...people, canEnlarge: true }, async (show) => {
      const { frame } = show;
      const ada = frame.getByRole("listitem").filter({ has: frame.getByRole("heading", { name: "Ada Lovelace" }) });
      await ada.getByRole("button", { name: /^Connect/ }).click();
      await ada.getByText("Request sent").waitFor();
      await ada.getByRole("button", { name: /^Cancel/ }).click();
      await ada.getByRole("button", { name: /^Skip/ }).click();
      await ada.getByText("Skipped").waitFor();
      await ada.getByRole("link", { name: /her notes/ }).click();
      await frame.getByRole("button", { name: "Enlarge" }).click();
      const action = (name) => ["callTool", "connection_action", { action: name, userId: "u1" }];
      await until(() => asked(show), [
        action("REQUEST"),
        action("CANCEL"),
        action("SKIP"),
        ["openLink", "https://notes.example/ada"],
        ["requestDisplayMode", "fullscreen"],
      ]);
    }));

  test(`${host}: accepts and declines`, () => {
    const connections = ["Ada", "Bob"].map((name) => ({ user: { id: name, name }, status: "received" }));
    return scene({ ...people, result: result({ connections }) }, async (show) => {
      await show.frame.getByRole("button", { name: "Accept (Ada)" }).click();
      await show.frame.getByText("Connected", { exact: true }).waitFor();
      await show.frame.getByRole("button", { name: "Decline (Bob)" }).click();
      await show.frame.getByText("Declined", { exact: true }).waitFor();
      await accessible(show);
    });
  });

  test(`${host}: says why an action failed`, () =>
    scene({ ...people, action: failure("Not today.") }, async (show) => {
      await show.frame.getByRole("button", { name: /^Connect/ }).first().click();
      await show.frame.getByText("Not today.").waitFor();
      await accessible(show);
    }));

  test(`${host}: a keyboard is enough`, () =>
    scene(people, async (show) => {
      const { frame, page } = show;
      await frame.getByRole("link", { name: /her notes/ }).focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await frame.getByText("Request sent").first().waitFor();
      await until(() => show.inside(() => document.activeElement?.textContent), "Cancel");
      await page.keyboard.press("Space");
      await until(async () => (await asked(show)).map(([, , input]) => input.action), ["REQUEST", "CANCEL"]);
    }));

  test(`${host}: asks in the chat for people`, () =>
    scene({ host, widget: "intent-display", result: result(samples.intents()) }, async (show) => {
      await show.frame.getByRole("button", { name: "Find people" }).click();
      const words = "Find people who match my intents.";
      await until(() => asked(show), [["sendMessage", host === "apps" ? [{ type: "text", text: words }] : words]]);
    }));

  test(`${host}: follows the host's theme, locale and safe area`, () =>
    scene(people, async (show) => {
      await show.frame.getByRole("heading", { name: "People to meet" }).waitFor();
      const insets = { top: 1, right: 2, bottom: 3, left: 44 };
      await show.change({ theme: "dark", locale: "ar-EG", ...(host === "apps" ? { safeAreaInsets: insets } : { safeArea: { insets } }) });
      await until(
        () => show.inside(() => [document.documentElement.dir, getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).paddingLeft]),
        ["rtl", "rgb(28, 28, 30)", "56px"],
      );
    }));

  test(`${host}: shows the answer when it comes, and the whole of it`, () =>
    scene(people, async (show) => {
      await show.frame.getByRole("heading", { name: "Grace Hopper" }).waitFor();
      await until(() => show.inside(() => document.documentElement.scrollHeight - innerHeight), 0);
    }));

  for (const [widget, output] of [["intent-display", samples.hostileIntents()], ["discover-connections", samples.hostileConnections()]]) {
    test(`${host}: hostile content in ${widget} is inert`, () =>
      scene({ host, widget, result: result(output), width: 280 }, async (show) => {
        await show.frame.getByRole("heading", { name: /^(Your intents|People to meet)$/ }).waitFor();
        // Long enough for an image to fail or a script to run.
        await show.page.waitForTimeout(300);
        assert.deepEqual(
          await show.inside(() => [typeof window.hit, document.querySelectorAll("script").length, document.querySelectorAll("img, svg, iframe, form, base").length, document.documentElement.scrollWidth > innerWidth]),
          ["undefined", host === "apps" ? 1 : 2, 0, false],
        );
        assert.deepEqual(await asked(show), []);
        await accessible(show);
      }));
  }

  for (const theme of ["light", "dark"]) {
    for (const [widget, output] of [["intent-display", samples.intents()], ["discover-connections", samples.connections()], ["intent-display", { intents: [] }], ["discover-connections", null]]) {
      test(`${host}: axe finds nothing in ${widget}, ${theme}, ${output ? Object.values(output)[0].length : "loading"}`, () =>
        scene({ host, widget, theme, result: output && result(output) }, async (show) => {
          await show.frame.locator(output ? "h1:not(.quiet)" : "[role=status]").first().waitFor();
          await until(() => show.inside(() => document.documentElement.style.colorScheme), theme);
          await accessible(show);
        }));
    }
  }
}

test("a host that speaks both ways is spoken to as an MCP Apps host", () =>
  scene({ host: "both", widget: "intent-display", result: result(samples.intents()) }, async (show) => {
    await show.frame.getByRole("button", { name: "Find people" }).click();
    await until(() => asked(show), [["sendMessage", [{ type: "text", text: "Find people who match my intents." }]]]);
  }));

test("says so when there is no host", async () => {
  const page = await theatre.browser.newPage();
  await page.goto(`${theatre.origin}/widgets/intent-display.html`);
  await page.getByRole("alert").getByText("Open this from a chat.").waitFor();
  await page.close();
});

test("apps: says that the tool failed, in its words", () =>
  scene({ widget: "discover-connections", result: failure("The network is busy.") }, async (show) => {
    await show.frame.getByText("The network is busy.").waitFor();
    await accessible(show);
  }));
