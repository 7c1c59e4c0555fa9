import assert from "node:assert/strict";
import test from "node:test";

import { LoginStorage, STATE, VERIFIER } from "../src/storage.ts";

class Tab {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

const tab = (): Tab => {
  const tab = new Tab();
  Object.defineProperty(globalThis, "sessionStorage", { value: tab, configurable: true });
  return tab;
};

test("no token reaches the browser's storage", () => {
  const { kept } = tab();
  const storage = new LoginStorage();
  for (const key of ["privy:token", "privy:pat", "privy:refresh_token", "privy:id-token", "privy:did:privy:c1:token"]) {
    storage.put(key, "secret");
    assert.equal(storage.get(key), "secret");
  }
  assert.equal(kept.size, 0);
});

test("what a redirect needs outlives the page, and nothing outlives clear", () => {
  const { kept } = tab();
  const before = new LoginStorage();
  before.put(STATE, "s");
  before.put(VERIFIER, "v");
  const after = new LoginStorage();
  assert.equal(after.get(STATE), "s");
  assert.deepEqual(after.getKeys().sort(), [VERIFIER, STATE]);
  after.put("privy:token", "t");
  after.clear();
  assert.deepEqual(after.getKeys(), []);
  assert.equal(kept.size, 0);
});
