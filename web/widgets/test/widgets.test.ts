import { stage } from "./stage.ts";

import assert from "node:assert/strict";
import { test } from "vitest";

import axe from "axe-core";
import { screen, waitFor, within } from "@testing-library/dom";
import { userEvent } from "@testing-library/user-event";

import { connections, HOSTILE, hostileConnections, hostileIntents, intents } from "./samples.ts";

const answered = (output: unknown) => ({ state: "answered", output }) as const;

const heading = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole("heading", { name });

/** The card of one person. */
const card = async (name: string): Promise<HTMLElement> => {
  const found = (await heading(name)).closest("li");
  assert.ok(found);
  return found;
};

// jsdom lays nothing out: the browser test looks at these.
const UNSEEN = ["color-contrast", "label-content-name-mismatch", "region"];

const accessible = async (): Promise<void> => {
  const { violations } = await axe.run(document.body, { rules: Object.fromEntries(UNSEEN.map((rule) => [rule, { enabled: false }])) });
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
};

test("says that the tool works, and then what it found", async () => {
  const { answer } = stage("intents");
  await screen.findByText("Working…");
  await accessible();
  answer(answered(intents()));
  await heading("Your intents");
  await screen.findByText("3 intents, from 2 files and 1 link");
  await heading("Co-founder for privacy infrastructure");
  await heading("Would like to advise early climate startups on grid software.");
  await accessible();
});

test("has words for every answer that is no find", async () => {
  const { answer } = stage("connections");
  answer(answered({ connections: [] }));
  await heading("Nobody found yet");
  answer({ state: "failed", words: "The API did not answer. <b>Try</b> again." });
  await heading("That did not work");
  await screen.findByText("The API did not answer. <b>Try</b> again.");
  answer(answered({ unlike: "anything" }));
  await heading("The answer could not be read");
  answer({ state: "cancelled" });
  await heading("Stopped");
  await accessible();
  const other = stage("intents");
  other.answer(answered({ intents: [] }));
  await heading("No intents found");
});

test("folds long intents", async () => {
  const { answer } = stage("intents");
  answer(answered({ intents: [{ id: "a", summary: "S", payload: "word ".repeat(200) }] }));
  const more = await screen.findByRole("button", { name: "Show more" });
  assert.equal(more.getAttribute("aria-expanded"), "false");
  await userEvent.click(more);
  const less = await screen.findByRole("button", { name: "Show less" });
  assert.equal(less.getAttribute("aria-expanded"), "true");
});

test("asks in the chat for people, in words of its own", async () => {
  const { answer, asked, refuse } = stage("intents");
  answer(answered(hostileIntents()));
  const find = await screen.findByRole("button", { name: "Find people" });
  await userEvent.click(find);
  assert.deepEqual(asked, [["sendMessage", "Find people who match my intents."]]);
  refuse();
  await userEvent.click(find);
  assert.match((await screen.findByRole("alert")).textContent ?? "", /could not be sent/);
});

test("connects, cancels and skips through the tool", async () => {
  const { answer, asked, settle } = stage("connections");
  answer(answered(connections()));
  const ada = within(await card("Ada Lovelace"));
  await userEvent.click(ada.getByRole("button", { name: /^Connect/ }));
  const busy = await ada.findByRole("button", { name: /^Connecting/ });
  assert.equal(busy.getAttribute("aria-busy"), "true");
  // A second click, or another button, does nothing until the first has come to something.
  await userEvent.click(busy);
  await userEvent.click(ada.getByRole("button", { name: /^Skip/ }));
  assert.deepEqual(asked, [["callTool", "connection_action", { action: "REQUEST", userId: "u1" }]]);
  await accessible();
  settle(answered(null));
  await ada.findByText("Request sent");
  assert.equal(screen.getByText("Ada Lovelace: Request sent").getAttribute("role"), "status");
  const cancel = ada.getByRole("button", { name: /^Cancel/ });
  await waitFor(() => assert.equal(document.activeElement, cancel));
  await userEvent.keyboard("{Enter}");
  assert.deepEqual(asked[1], ["callTool", "connection_action", { action: "CANCEL", userId: "u1" }]);
  settle(answered({}));
  const skip = await ada.findByRole("button", { name: /^Skip/ });
  await userEvent.click(skip);
  settle(answered({}));
  await ada.findByText("Skipped");
  assert.equal(ada.queryAllByRole("button", { name: /Ada/ }).filter((b) => !/about/.test(b.getAttribute("aria-label") ?? "")).length, 0);
  await accessible();
});

test("accepts and declines where the server says that somebody asked", async () => {
  const { answer, asked, settle } = stage("connections");
  const people = ["Ada", "Bob"].map((name) => ({ user: { id: name, name }, status: "received" }));
  answer(answered({ connections: people }));
  const ada = within(await card("Ada"));
  const bob = within(await card("Bob"));
  ada.getByText("Wants to connect");
  await userEvent.click(ada.getByRole("button", { name: /^Accept/ }));
  settle(answered({}));
  await ada.findByText("Connected");
  await userEvent.click(bob.getByRole("button", { name: /^Decline/ }));
  settle(answered({}));
  await bob.findByText("Declined");
  assert.deepEqual(asked.map(([, , input]) => input), [
    { action: "ACCEPT", userId: "Ada" },
    { action: "DECLINE", userId: "Bob" },
  ]);
});

test("believes the server about where an action led", async () => {
  const { answer, settle } = stage("connections");
  answer(answered(connections()));
  const ada = within(await card("Ada Lovelace"));
  await userEvent.click(ada.getByRole("button", { name: /^Connect/ }));
  settle(answered({ status: "connected" }));
  await ada.findByText("Connected");
  await accessible();
});

test("says why an action failed, and lets it be tried again", async () => {
  const { answer, asked, settle } = stage("connections");
  answer(answered(connections()));
  const ada = within(await card("Ada Lovelace"));
  const connect = ada.getByRole("button", { name: /^Connect/ });
  await userEvent.click(connect);
  settle({ state: "failed", words: "Too many requests today." });
  assert.equal((await ada.findByRole("alert")).textContent, "Too many requests today.");
  await userEvent.click(connect);
  await waitFor(() => assert.equal(ada.queryByRole("alert"), null));
  settle(new Error("secret detail"));
  assert.equal((await ada.findByRole("alert")).textContent, "That did not work. Try again.");
  assert.equal(asked.length, 2);
});

test("opens links through the host, and says where they lead", async () => {
  const { answer, asked, refuse } = stage("connections");
  answer(answered(connections()));
  const link = await screen.findByRole("link", { name: /her notes/ });
  assert.match(link.textContent ?? "", /\(notes\.example\)/);
  const click = new window.MouseEvent("click", { bubbles: true, cancelable: true });
  assert.equal(link.dispatchEvent(click), false);
  assert.deepEqual(asked, [["openLink", "https://notes.example/ada"]]);
  refuse();
  await userEvent.click(link);
  await screen.findByText(/could not be opened/);
});

test("shows initials where there is no portrait, or none that loads", async () => {
  const { answer } = stage("connections");
  answer(answered(connections()));
  const portrait = await screen.findByRole("img", { name: "Portrait of Ada Lovelace" });
  assert.equal(portrait.getAttribute("referrerpolicy"), "no-referrer");
  portrait.dispatchEvent(new window.Event("error"));
  await waitFor(() => assert.ok(screen.getByText("AL")));
});

test("offers to be enlarged only where the host can", async () => {
  const { answer, asked, refuse, surround } = stage("connections");
  answer(answered(connections()));
  await heading("People to meet");
  assert.equal(screen.queryByRole("button", { name: "Enlarge" }), null);
  surround({ canEnlarge: true });
  const enlarge = await screen.findByRole("button", { name: "Enlarge" });
  await userEvent.click(enlarge);
  assert.deepEqual(asked, [["requestDisplayMode", "fullscreen"]]);
  refuse();
  await userEvent.click(enlarge);
  surround({ displayMode: "fullscreen" });
  await waitFor(() => assert.equal(screen.queryByRole("button", { name: "Enlarge" }), null));
});

for (const [widget, output] of [["intents", hostileIntents()], ["connections", hostileConnections()]] as const) {
  test(`hostile ${widget} stay text`, async () => {
    const { answer, root } = stage(widget);
    answer(answered(output));
    await heading(/^(Your intents|People to meet)$/);
    const names = new Set([...root.querySelectorAll("*")].map((element) => element.localName));
    for (const name of ["script", "style", "svg", "iframe", "form", "input", "base", "object", "embed", "meta", "link", "video"]) {
      assert.ok(!names.has(name), name);
    }
    for (const element of root.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        assert.doesNotMatch(name, /^on|srcdoc|style|action|xlink/i);
        if (name === "href" || name === "src") assert.match(value, /^https:\/\/[^/@]+\//);
      }
    }
    assert.deepEqual([...root.querySelectorAll("img")].map((image) => image.src), []);
    assert.equal((window as { hit?: number }).hit, undefined);
    assert.doesNotMatch(root.textContent ?? "", /[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
    assert.ok(root.textContent?.includes(HOSTILE[0] ?? "?"));
    await accessible();
  });
}
