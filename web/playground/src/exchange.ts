import { createParser } from "eventsource-parser";

import { maskBody, maskHeader } from "./mask.ts";
import { Store } from "./store.ts";

export type Header = [name: string, value: string];

export interface StreamEvent {
  /** Milliseconds after the request. */
  at: number;
  type: string | null;
  data: string;
}

/** A request and what came back. No secret is in it. */
export interface Exchange {
  id: number;
  purpose: "sign-in" | "mcp";
  /** The tool call that it belongs to. */
  call: string | null;
  /** What an MCP request asks for: `tools/call whoami`. */
  asks: string | null;
  method: string;
  url: string;
  requestHeaders: Header[];
  requestBody: string | null;
  /** Milliseconds since 1970. */
  began: number;
  answer: { status: number; headers: Header[]; /** Milliseconds until it began. */ after: number } | null;
  body: string | null;
  events: StreamEvent[] | null;
  /** Milliseconds until its end, null while it is under way. */
  took: number | null;
  /** Why there is no answer, or only a part of one. */
  failure: string | null;
}

/** Names the call to the fetch below. Never sent. */
export const CALL = "x-playground-call";

/** Exchanges that are kept. */
const MOST = 400;

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Keeps what goes over the wire. */
export class Recorder {
  readonly exchanges = new Store<readonly Exchange[]>([]);
  readonly #mcp: string;
  #last = 0;

  /** @param mcp the address of the MCP endpoint; every other request belongs to the sign-in. */
  constructor(mcp: URL) {
    this.#mcp = mcp.href;
  }

  /** Goes on after what an earlier page of this visit recorded. */
  resume(exchanges: readonly Exchange[]): void {
    this.exchanges.set([...exchanges]);
    this.#last = Math.max(0, ...exchanges.map(({ id }) => id));
  }

  readonly fetch: Fetch = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const call = headers.get(CALL);
    headers.delete(CALL);
    const url = new URL(input, location.href);
    const purpose = url.href === this.#mcp ? "mcp" : "sign-in";
    const body = typeof init.body === "string" ? init.body : init.body instanceof URLSearchParams ? init.body.toString() : null;
    const secretBody = (type: string | null, text: string): string => (purpose === "mcp" ? text : maskBody(type, text));
    const clock = performance.now();
    const elapsed = (): number => performance.now() - clock;
    const id = (this.#last += 1);
    const type = headers.get("content-type") ?? (init.body instanceof URLSearchParams ? "application/x-www-form-urlencoded" : null);
    this.exchanges.set([
      ...this.exchanges.value.slice(1 - MOST),
      {
        id,
        purpose,
        call,
        asks: purpose === "mcp" && body !== null ? asked(body) : null,
        method: (init.method ?? "GET").toUpperCase(),
        url: url.href,
        requestHeaders: shown(headers),
        requestBody: body === null ? null : secretBody(type, body),
        began: Date.now(),
        answer: null,
        body: null,
        events: null,
        took: null,
        failure: null,
      },
    ]);
    const failed = (error: unknown): void => this.#change(id, { took: elapsed(), failure: init.signal?.aborted ? "Stopped" : String(error) });
    let response: Response;
    try {
      response = await fetch(url, { ...init, headers });
    } catch (error) {
      failed(error);
      throw error;
    }
    this.#change(id, { answer: { status: response.status, headers: shown(response.headers), after: elapsed() } });
    const copy = response.clone();
    const answered = response.headers.get("content-type");
    const reading = answered?.startsWith("text/event-stream")
      ? this.#readStream(id, copy, elapsed)
      : copy.text().then((text) => this.#change(id, { took: elapsed(), body: secretBody(answered, text) }));
    reading.catch(failed);
    return response;
  };

  async #readStream(id: number, { body }: Response, elapsed: () => number): Promise<void> {
    let events: StreamEvent[] = [];
    const parser = createParser({
      onEvent: ({ event, data }) => {
        events = [...events, { at: elapsed(), type: event ?? null, data }];
        this.#change(id, { events });
      },
    });
    this.#change(id, { events });
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) parser.feed(part.value);
    this.#change(id, { took: elapsed() });
  }

  #change(id: number, changes: Partial<Exchange>): void {
    this.exchanges.set(this.exchanges.value.map((exchange) => (exchange.id === id ? { ...exchange, ...changes } : exchange)));
  }
}

function shown(headers: Headers): Header[] {
  return [...headers].map(([name, value]) => [name, maskHeader(name, value)]);
}

function asked(body: string): string | null {
  const { method, params } = JSON.parse(body) as { method?: unknown; params?: { name?: unknown; uri?: unknown } };
  const words = [method, params?.name ?? params?.uri].filter((word) => typeof word === "string");
  return words.length > 0 ? words.join(" ") : null;
}
