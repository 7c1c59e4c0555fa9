import type { CallToolResult } from "@modelcontextprotocol/client";

import { Store } from "../store.ts";
import type { Remedy, Violation } from "./violation.ts";

export type Happening =
  | { kind: "call"; tool: string; input: unknown; outcome: "running" | { result: CallToolResult } | { error: string }; took: number | null }
  | { kind: "message"; text: string }
  /** `href` is null where it is no address that may be opened. */
  | { kind: "link"; text: string; href: string | null }
  | { kind: "size"; height: number }
  | { kind: "display"; wished: string; granted: string }
  | { kind: "context" | "state"; value: unknown }
  | { kind: "failure"; words: string }
  | { kind: "violation"; violation: Violation; remedy: Remedy }
  | { kind: "note"; words: string };

export interface Entry {
  id: number;
  /** Milliseconds since 1970. */
  at: number;
  /** How often it happened, one after the other. */
  times: number;
  what: Happening;
}

/** Entries that are kept. */
const MOST = 500;

/** What a widget did, in order. */
export class WidgetLog {
  readonly entries = new Store<readonly Entry[]>([]);
  #last = 0;

  /** Returns the entry's id. */
  add(what: Happening): number {
    const entries = this.entries.value;
    const again = entries.findLast((entry) => isSame(entry.what, what));
    if (again) {
      this.entries.set(entries.map((entry) => (entry === again ? { ...entry, what, times: entry.times + 1 } : entry)));
      return again.id;
    }
    const id = (this.#last += 1);
    this.entries.set([...entries.slice(1 - MOST), { id, at: Date.now(), times: 1, what }]);
    return id;
  }

  change(id: number, what: Happening): void {
    this.entries.set(this.entries.value.map((entry) => (entry.id === id ? { ...entry, what } : entry)));
  }

  clear(): void {
    this.entries.set([]);
  }
}

/** A widget that grows reports every step, and a blocked address is tried again and again. */
function isSame(one: Happening, other: Happening): boolean {
  if (one.kind === "size") return other.kind === "size";
  if (one.kind === "failure") return other.kind === "failure" && one.words === other.words;
  return one.kind === "violation" && other.kind === "violation" && one.violation.directive === other.violation.directive && one.violation.blocked === other.violation.blocked;
}
