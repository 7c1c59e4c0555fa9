import type { CallToolResult, Tool } from "@modelcontextprotocol/client";

import type { Progress } from "./connection.ts";
import type { Failure } from "./failure.ts";
import type { JsonObject } from "./schema/json.ts";

export type Outcome =
  | { state: "running" }
  | { state: "answered"; result: CallToolResult; /** How it breaks the tool's promise. */ misfit: string | null }
  | { state: "failed"; failure: Failure }
  | { state: "stopped" };

/** A tool call of this visit. */
export interface Call {
  id: string;
  tool: Tool;
  input: JsonObject;
  /** Milliseconds since 1970. */
  began: number;
  /** Milliseconds, null while it runs. */
  took: number | null;
  progress: Progress[];
  outcome: Outcome;
}

export type Verdict = "running" | "ok" | "error" | "failed" | "stopped";

export function verdictOf({ outcome }: Call): Verdict {
  if (outcome.state === "answered") return outcome.result.isError ? "error" : "ok";
  return outcome.state;
}

export const VERDICTS: Record<Verdict, string> = {
  running: "Running",
  ok: "Answered",
  error: "Tool error",
  failed: "Failed",
  stopped: "Stopped",
};
