// What a widget asks of whoever shows it, the same for both kinds of host.
import type { CallToolResult } from "@modelcontextprotocol/client";

import type { Call } from "../call.ts";
import type { Connection } from "../connection.ts";
import { isObject, type JsonObject } from "../schema/json.ts";
import { type HostKind, refusalOf } from "../tool.ts";
import type { Store } from "../store.ts";
import type { Tool } from "@modelcontextprotocol/client";
import type { WidgetLog } from "./log.ts";
import type { DisplayMode, Surroundings } from "./surroundings.ts";
import type { Allow } from "./violation.ts";

export interface StageParts {
  connection: Connection;
  tools: () => readonly Tool[];
  call: Call;
  allow: Allow | undefined;
  surroundings: Store<Surroundings>;
  log: WidgetLog;
  /** What the widget keeps with `setWidgetState`: it outlives a reload. */
  state: Store<unknown>;
  /** CSS pixels that the widget wants. */
  height: Store<number | null>;
}

export class Stage {
  readonly parts: StageParts;

  constructor(parts: StageParts) {
    this.parts = parts;
  }

  async callTool(host: HostKind, name: string, input: unknown): Promise<CallToolResult> {
    const { connection, tools, call, log } = this.parts;
    const began = performance.now();
    const entry = { kind: "call", tool: name, input, took: null } as const;
    const id = log.add({ ...entry, outcome: "running" });
    const settled = (outcome: { result: CallToolResult } | { error: string }): void =>
      log.change(id, { ...entry, outcome, took: performance.now() - began });
    try {
      const refusal = refusalOf(tools().find((tool) => tool.name === name), name, host);
      if (refusal !== null) throw new Error(refusal);
      const result = await connection.call(name, isObject(input) ? (input as JsonObject) : {}, { id: call.id });
      settled({ result });
      return result;
    } catch (error) {
      settled({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  message(text: string): void {
    this.parts.log.add({ kind: "message", text });
  }

  /** Returns whether a host would open it. It is opened by a click in the log and in no other way. */
  link(address: unknown): boolean {
    const text = String(address);
    const safe = URL.canParse(text) && ["https:", "http:", "mailto:"].includes(new URL(text).protocol);
    this.parts.log.add({ kind: "link", text, href: safe ? new URL(text).href : null });
    return safe;
  }

  display(wished: unknown): DisplayMode {
    const { surroundings, log } = this.parts;
    const granted = wished === "inline" || wished === "pip" || wished === "fullscreen" ? wished : surroundings.value.displayMode;
    log.add({ kind: "display", wished: String(wished), granted });
    surroundings.change({ displayMode: granted });
    return granted;
  }

  size(height: unknown): void {
    if (typeof height !== "number" || !Number.isFinite(height) || height < 0) return;
    const wanted = Math.ceil(height);
    if (wanted === this.parts.height.value) return;
    this.parts.height.set(wanted);
    this.parts.log.add({ kind: "size", height: wanted });
  }
}

/** A host at work. */
export interface WidgetHost {
  /** The call has come further: an answer is there. */
  settle(call: Call): void;
  /** Ends it. */
  close(): Promise<void>;
}
