import assert from "node:assert/strict";
import test from "node:test";

import { Failure } from "../src/failure.ts";
import { Refusal } from "../src/hand_over.ts";
import { type Context, explain, type Step } from "../src/words.ts";

const context = (step: Step, provider = ""): Context => ({
  step,
  origin: "https://mcp.example.com",
  provider,
});

/** Codes that Privy is known to send to a sign-in page. */
const CODES = [
  "allowlist_rejected",
  "disallowed_login_method",
  "disallowed_plus_email",
  "invalid_captcha",
  "invalid_credentials",
  "invalid_data",
  "invalid_origin",
  "invalid_pkce_parameters",
  "max_accounts_reached",
  "missing_or_invalid_privy_app_id",
  "missing_or_invalid_privy_client_id",
  "missing_or_invalid_token",
  "missing_origin",
  "oauth_state_mismatch",
  "oauth_user_denied",
  "pkce_state_code_mismatch",
  "signup_disabled",
  "storage_error",
  "too_many_requests",
  "unreachable",
  "user_does_not_exist",
];

test("has words of its own for every code that is known", () => {
  for (const code of CODES) {
    const words = explain(new Failure(code), context("oauth"));
    assert.ok(!words.includes(code), words);
    assert.match(words, /\.$/);
  }
});

test("names a code that it does not know", () => {
  assert.match(explain(new Failure("brand_new"), context("email")), /\(brand_new\).*another way/);
  assert.match(explain(new Failure("constructor"), context("email")), /\(constructor\)/);
  assert.match(explain(new Error("secret detail"), context("email")), /^That did not work\./);
});

test("says which origin the operator has to list", () => {
  for (const code of ["invalid_origin", "missing_origin", "blocked"]) {
    assert.match(explain(new Failure(code), context("email")), /add https:\/\/mcp\.example\.com to/);
  }
});

test("says what was not accepted", () => {
  const words = (step: Step) => explain(new Failure("invalid_credentials"), context(step));
  assert.match(words("code"), /code is wrong or has expired/);
  assert.match(words("passkey"), /passkey/);
  assert.match(words("wallet"), /signature/);
});

test("says where the person stopped", () => {
  const words = explain(new Failure("oauth_user_denied"), context("oauth", "Google"));
  assert.match(words, /stopped the sign-in at Google/);
});

test("passes on what our server said", () => {
  const refusal = new Refusal(401, "token_used", "That login was used already. Sign in again.");
  assert.equal(explain(refusal, context("hand-over")), refusal.words);
});

test("has words where our server had none", () => {
  const words = (status: number) => explain(new Refusal(status, "", ""), context("hand-over"));
  assert.match(words(0), /did not answer/);
  assert.match(words(503), /try again in a moment/);
  assert.match(words(401), /Sign in again/);
  assert.match(words(403), /has ended, or it began in another browser/);
});
