import assert from "node:assert/strict";
import { test } from "vitest";

import { dayOf, directionOf, dress, localeOf } from "../src/surroundings.ts";
import { UNKNOWN_SURROUNDINGS } from "../src/watched.ts";

test("takes the direction from the locale", () => {
  const direction = (tag: string): string => directionOf(localeOf(tag));
  for (const tag of ["ar", "ar-EG", "he", "fa_IR", "ur", "ku-Arab", "dv"]) assert.equal(direction(tag), "rtl", tag);
  for (const tag of ["en", "de-CH", "az-Latn", "ku", "ja", "", "not a locale", "<b>"]) assert.equal(direction(tag), "ltr", tag);
});

test("writes days in the host's locale and time zone", () => {
  const day = (timeZone: string | undefined, at = "2026-11-22T23:30:00Z"): string | null =>
    dayOf(at, { ...UNKNOWN_SURROUNDINGS, locale: "de-DE", timeZone });
  assert.equal(day("UTC"), "22.11.2026");
  assert.equal(day("Asia/Tokyo"), "23.11.2026");
  assert.equal(day("Nowhere/Land")?.endsWith(".2026"), true);
  for (const none of ["", "<b>", "onerror=1", "1", "2026-13-40T00:00:00Z"]) assert.equal(day("UTC", none), null, none);
});

test("dresses the page", () => {
  const root = document.documentElement;
  dress(root, { ...UNKNOWN_SURROUNDINGS, theme: "dark", locale: "he", safeArea: { top: 7, right: -1, bottom: 0, left: 3 }, style: { "--font-sans": "Test", color: "red" } });
  assert.equal(root.dir, "rtl");
  assert.equal(root.style.getPropertyValue("--safe-top"), "7px");
  assert.equal(root.style.getPropertyValue("--safe-right"), "0px");
  assert.equal(root.style.getPropertyValue("--font-sans"), "Test");
  assert.equal(root.style.color, "");
});
