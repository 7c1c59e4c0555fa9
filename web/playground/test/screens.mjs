// Takes a picture of every state: `node test/screens.mjs <folder>`.
import { mkdir } from "node:fs/promises";

import { openStage } from "./harness/stage.mjs";

const folder = process.argv[2];
if (!folder) throw new Error("name the folder for the pictures");
await mkdir(folder, { recursive: true });

const WINDOWS = { wide: { width: 1440, height: 900 }, middle: { width: 1024, height: 768 }, narrow: { width: 360, height: 740 } };

const stage = await openStage();
for (const colorScheme of ["light", "dark"]) {
  for (const [name, viewport] of Object.entries(WINDOWS)) {
    const show = await stage.play({ colorScheme, viewport });
    const { page, frame, peer } = show;
    const shoot = async (state) => {
      await page.waitForTimeout(200);
      await page.screenshot({ path: `${folder}/${state}-${colorScheme}-${name}.png`, fullPage: true });
    };
    const called = async (tool) => {
      await show.choose(tool);
      await show.run();
      await page.getByRole("status").getByText(/^(Answered|Tool error)$/).waitFor();
    };
    await page.getByRole("checkbox").first().waitFor();
    await shoot("signed-out");
    await show.signIn();
    await shoot("signed-in");
    await show.choose(/Every kind of field/);
    await page.getByRole("button", { name: "Add to tags" }).click();
    await page.getByLabel("Kind of shape").selectOption({ label: "circle" });
    await show.run();
    await shoot("form-with-problems");
    await page.getByRole("radio", { name: "JSON" }).check();
    await shoot("json");
    await called(/Speaks HTML/);
    await shoot("result");
    await show.tab("Request & answer");
    await shoot("exchange");
    await show.tab("Result");
    await called(/^Fails/);
    await shoot("tool-error");
    await called(/Breaks its promise/);
    await shoot("misfit");
    await called(/Shows a card/);
    await show.tab("Widget");
    for (const button of ["Call", "Refused", "Message", "Link", "Block", "Throw"]) await frame.getByRole("button", { name: button, exact: true }).click();
    await page.getByRole("log").getByText("on purpose").waitFor();
    await shoot("widget");
    peer.tell("src/card.tsx:7: unexpected end of file\n\n  7 | export const card = () => {\n    |                           ^");
    await page.getByRole("alert").waitFor();
    await shoot("not-built");
    await page.getByLabel("Display").selectOption("pip");
    await shoot("picture-in-picture");
    await page.getByRole("button", { name: "Back to inline" }).click();
    await page.getByRole("button", { name: "Connection" }).click();
    await page.getByRole("dialog").locator("summary").first().click();
    await shoot("connection");
    await show.close();
  }
}
await stage.close();
