import assert from "node:assert/strict";
import test from "node:test";

import { e164 } from "../src/phone.ts";

test("reads a number as people write it", () => {
  for (const typed of ["+44 20 7946 0958", "+44(20)7946-0958", "0044 20 7946 0958", "+44.20.7946.0958"]) {
    assert.equal(e164(typed), "+442079460958", typed);
  }
});

test("asks for the country code and for a number", () => {
  for (const typed of ["020 7946 0958", "+0 20 7946 0958", "+44", "+44 20 7946 0958 99 99 99", "ada", ""]) {
    assert.equal(e164(typed), null, typed);
  }
});
