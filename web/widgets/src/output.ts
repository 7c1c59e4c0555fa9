// What the tools answer, read field by field: the model's host passes on what a server sent, and a
// field of another type must not break the frame.
import { type Status, statusOf } from "./connection_state.ts";
import { httpsUrl, line, plain } from "./text.ts";

export interface Intent {
  id: string;
  payload: string;
  summary: string;
  /** RFC 3339, or empty. */
  createdAt: string;
}

export interface Intents {
  intents: Intent[];
  files: number;
  links: number;
}

export interface Connection {
  userId: string;
  name: string;
  /** https, or null for none. */
  avatar: string | null;
  mutualIntents: number;
  /** Markdown; empty where none could be made. */
  synthesis: string;
  status: Status;
}

export interface Connections {
  connections: Connection[];
  intents: number;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === "string" ? plain(value) : "");

const count = (value: unknown): number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;

/** The items of a list that have an id, each id once; null if it is no list. */
function identified(list: unknown, idOf: (item: Fields) => unknown): [string, Fields][] | null {
  if (!Array.isArray(list)) return null;
  const found = new Map<string, Fields>();
  for (const item of list) {
    const id = isFields(item) ? idOf(item) : null;
    if (typeof id === "string" && id !== "" && !found.has(id)) found.set(id, item);
  }
  return [...found];
}

/** `extract_intent`'s output, or null if it is something else. */
export function readIntents(output: unknown): Intents | null {
  if (!isFields(output)) return null;
  const items = identified(output.intents, ({ id }) => id);
  if (!items) return null;
  const intents = items.map(([id, item]) => ({
    id,
    payload: text(item.payload).trim(),
    summary: line(text(item.summary)),
    createdAt: text(item.createdAt),
  }));
  return { intents, files: count(output.filesProcessed), links: count(output.linksProcessed) };
}

/** `discover_connections`'s output, or null if it is something else. */
export function readConnections(output: unknown): Connections | null {
  if (!isFields(output)) return null;
  const items = identified(output.connections, ({ user }) => (isFields(user) ? user.id : null));
  if (!items) return null;
  const connections = items.map(([userId, item]) => {
    const user = isFields(item.user) ? item.user : {};
    return {
      userId,
      name: line(text(user.name)) || "Someone",
      avatar: httpsUrl(user.avatar)?.href ?? null,
      mutualIntents: count(item.mutualIntentCount),
      synthesis: text(item.synthesis).trim(),
      status: statusOf(item) ?? "none",
    };
  });
  return { connections, intents: count(output.intentsExtracted) };
}
