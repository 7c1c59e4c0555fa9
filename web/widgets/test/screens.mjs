// Takes a picture of every state: `node test/screens.mjs <folder>`.
import { mkdir } from "node:fs/promises";

import { samples } from "./harness/samples.mjs";
import { failure, openTheatre, result } from "./harness/theatre.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("name the folder for the pictures");
await mkdir(folder, { recursive: true });

const WIDE = 720;
const NARROW = 320;
const LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmütze".repeat(4);
const long = {
  intents: { intents: [{ id: "a", summary: `${LONG} and a very long summary that goes on `.repeat(3), payload: "A long payload that goes on and on. ".repeat(40), createdAt: "2026-11-20T10:00:00Z" }, { id: "b", payload: LONG, createdAt: "" }] },
  connections: { connections: [{ user: { id: "a", name: `${LONG} the Third` }, mutualIntentCount: 1234567, synthesis: `# Heading\n${LONG}\n\n${"One more sentence about why. ".repeat(30)}\n\n${"And then another paragraph. ".repeat(20)}` }, { user: { id: "b", name: "B" }, synthesis: "Short." }] },
};
const states = { connections: ["none", "requested", "received", "connected", "skipped", "declined"].map((status, index) => ({ user: { id: status, name: ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "Donald Knuth"][index], avatar: index === 0 ? "https://images.example/ada.png" : null }, mutualIntentCount: index, synthesis: "A **reason** to talk.", status })), intentsExtracted: 2 };

const WIDGETS = {
  "intent-display": { full: samples.intents(), empty: { intents: [] }, long: long.intents, hostile: samples.hostileIntents() },
  "discover-connections": { full: samples.connections(), empty: { connections: [] }, long: long.connections, hostile: samples.hostileConnections(), states },
};

const theatre = await openTheatre();
const shoot = async (name, scene, act = async () => undefined) => {
  const show = await theatre.play(scene);
  await show.frame.locator(scene.result ? "h1:not(.quiet)" : "[role=status]").first().waitFor();
  await act(show);
  await show.page.waitForTimeout(150);
  // What is outside of the viewport is not painted in a frame.
  const height = await show.page.evaluate(() => Math.ceil(document.body.scrollHeight));
  await show.page.setViewportSize({ width: scene.width, height });
  await show.page.waitForTimeout(100);
  await show.page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  if (show.mishaps.length > 0) console.log(name, show.mishaps);
  await show.close();
};

for (const host of ["apps", "openai"]) {
  for (const [widget, outputs] of Object.entries(WIDGETS)) {
    for (const [state, output] of Object.entries(outputs)) {
      for (const theme of ["light", "dark"]) {
        await shoot(`${host}-${widget}-${state}-${theme}-wide`, { host, widget, theme, width: WIDE, result: result(output), canEnlarge: true });
      }
      await shoot(`${host}-${widget}-${state}-narrow`, { host, widget, width: NARROW, result: result(output) });
    }
    await shoot(`${host}-${widget}-rtl`, { host, widget, width: WIDE, locale: "ar-EG", result: result(outputs.full), canEnlarge: true, safeArea: { top: 8, right: 40, bottom: 8, left: 0 } });
    await shoot(`${host}-${widget}-loading`, { host, widget, theme: "dark", width: WIDE, result: null });
    if (host === "apps") await shoot(`${host}-${widget}-failed`, { host, widget, width: WIDE, result: failure("The network is busy. Try again in a minute.") });
  }
  const scene = { host, widget: "discover-connections", width: WIDE, result: result(samples.connections()) };
  const press = ({ frame }) => frame.getByRole("button", { name: /^Connect/ }).first().click();
  await shoot(`${host}-action-busy`, { ...scene, action: null }, press);
  await shoot(`${host}-action-failed`, { ...scene, action: failure("You have reached today's limit of requests.") }, press);
  await shoot(`${host}-action-done`, scene, press);
}
await theatre.close();
