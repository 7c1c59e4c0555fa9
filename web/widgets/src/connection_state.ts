/** How the person in front of the widget stands with another. */
export type Status = "none" | "requested" | "received" | "connected" | "skipped" | "declined";

export type Action = "REQUEST" | "SKIP" | "ACCEPT" | "DECLINE" | "CANCEL";

/** What can be done in each state, the foremost first. */
export const ACTIONS: Record<Status, Action[]> = {
  none: ["REQUEST", "SKIP"],
  requested: ["CANCEL"],
  received: ["ACCEPT", "DECLINE"],
  connected: [],
  skipped: [],
  declined: [],
};

/** Where an action leads when the server names no state. */
export const LEADS_TO: Record<Action, Status> = {
  REQUEST: "requested",
  SKIP: "skipped",
  ACCEPT: "connected",
  DECLINE: "declined",
  CANCEL: "none",
};

/** The `status` that a server named, or null. */
export function statusOf(output: unknown): Status | null {
  if (typeof output !== "object" || output === null || !("status" in output)) return null;
  const { status } = output;
  return typeof status === "string" && Object.hasOwn(ACTIONS, status) ? (status as Status) : null;
}
