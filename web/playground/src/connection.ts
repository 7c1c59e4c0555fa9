import { type CallToolResult, Client, StreamableHTTPClientTransport, type Tool } from "@modelcontextprotocol/client";

import { CALL, type Recorder } from "./exchange.ts";
import type { JsonObject } from "./schema/json.ts";
import { misfit } from "./schema/misfit.ts";
import type { Session } from "./session/session.ts";

const PAGE_TYPE = "text/html;profile=mcp-app";

/** How long a call may be silent, in milliseconds. */
const PATIENCE = 300_000;

export interface Progress {
  done: number;
  total: number | null;
  words: string | null;
}

export interface CallOptions {
  /** The call that the exchanges belong to. */
  id: string;
  signal?: AbortSignal;
  progress?: (progress: Progress) => void;
}

/** A widget's page, and what is odd about it. */
export interface Page {
  html: string;
  oddities: string[];
}

/** A client that is connected. */
export class Connection {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @param session null to connect as nobody. */
  static async open(mcp: URL, session: Session | null, recorder: Recorder): Promise<Connection> {
    const client = new Client(
      { name: "Playground", version: "1.0.0" },
      {
        capabilities: { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: [PAGE_TYPE] } } },
        versionNegotiation: { mode: "auto" },
      },
    );
    await client.connect(new StreamableHTTPClientTransport(mcp, { ...(session && { authProvider: session }), fetch: recorder.fetch }));
    return new Connection(client);
  }

  get version(): string {
    return this.#client.getNegotiatedProtocolVersion() ?? "unknown";
  }

  get server(): string {
    const server = this.#client.getServerVersion();
    return server ? `${server.title ?? server.name} ${server.version}` : "unknown";
  }

  async tools(): Promise<Tool[]> {
    const { tools } = await this.#client.listTools(undefined, { cacheMode: "refresh" });
    return tools;
  }

  /** The result as it came, whether or not it fits what the tool promises. */
  call(name: string, input: JsonObject, { id, signal, progress }: CallOptions): Promise<CallToolResult> {
    return this.#client.request(
      { method: "tools/call", params: { name, arguments: input } },
      {
        headers: { [CALL]: id },
        timeout: PATIENCE,
        resetTimeoutOnProgress: true,
        ...(signal && { signal }),
        // Asking for progress changes the form of the answer: only who listens asks.
        ...(progress && { onprogress: ({ progress: done, total, message }) => progress({ done, total: total ?? null, words: message ?? null }) }),
      },
    );
  }

  /** What is wrong with a result, measured by what the tool promises; null if nothing is. */
  misfit({ outputSchema }: Tool, { structuredContent, isError }: CallToolResult): string | null {
    if (!outputSchema || isError) return null;
    if (structuredContent === undefined) return "The tool promises structured content and sent none.";
    const words = misfit(outputSchema, structuredContent);
    return words === null ? null : `The structured content does not fit the outputSchema: ${words}`;
  }

  async page(uri: string): Promise<Page> {
    const { contents } = await this.#client.readResource({ uri }, { cacheMode: "refresh" });
    const found = contents[0];
    if (!found) throw new Error(`${uri} is empty`);
    const oddities: string[] = [];
    if (found.mimeType !== PAGE_TYPE) oddities.push(`The type is ${found.mimeType ?? "missing"}: hosts want ${PAGE_TYPE}.`);
    return { html: "text" in found ? found.text : decoded(found.blob), oddities };
  }

  /** Other requests of a widget. */
  readonly resources = {
    list: (cursor?: string) => this.#client.listResources(cursor === undefined ? undefined : { cursor }),
    templates: (cursor?: string) => this.#client.listResourceTemplates(cursor === undefined ? undefined : { cursor }),
    read: (uri: string) => this.#client.readResource({ uri }, { cacheMode: "bypass" }),
  };

  close(): void {
    void this.#client.close();
  }
}

function decoded(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)));
}
