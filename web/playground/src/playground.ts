// What the page knows and does. The components in ui/ show it.
import type { Tool } from "@modelcontextprotocol/client";

import type { Call, Outcome } from "./call.ts";
import { Connection } from "./connection.ts";
import { type Exchange, Recorder } from "./exchange.ts";
import { type Failure, failureOf, signInFailure } from "./failure.ts";
import type { Page } from "./page.ts";
import type { JsonObject } from "./schema/json.ts";
import { finish, takeAnswer } from "./session/callback.ts";
import { remember, take } from "./session/memory.ts";
import { grantedScopes, personOf } from "./session/person.ts";
import { Session } from "./session/session.ts";
import { scopesOf, wayToSignIn } from "./session/sign_in.ts";
import { signOut } from "./session/sign_out.ts";
import { Store } from "./store.ts";
import type { Editor } from "./ui/editor.ts";
import { listen, type News } from "./widget/live.ts";
import { initialSurroundings, type Surroundings } from "./widget/surroundings.ts";

export type Phase =
  | { phase: "busy"; words: string }
  | { phase: "signed out"; failure: Failure | null; /** null until the server said. */ scopes: string[] | null }
  | { phase: "unreachable"; failure: Failure }
  | { phase: "ready"; connection: Connection; person: string | null; scopes: string[]; anonymous: boolean };

/** Calls that are kept. */
const MOST_CALLS = 50;
/** Exchanges that are taken along to the sign-in page and back. */
const MOST_EXCHANGES = 30;

/** Where the person was before the sign-in page. */
interface Place {
  tool: string | null;
  editors: Record<string, Editor>;
  exchanges: Exchange[];
}

export class Playground {
  readonly page: Page;
  readonly mcp: URL;
  readonly session: Session;
  readonly recorder: Recorder;
  readonly phase = new Store<Phase>({ phase: "busy", words: "Starting…" });
  readonly tools = new Store<readonly Tool[]>([]);
  readonly chosen = new Store<string | null>(null);
  readonly editors = new Store<Record<string, Editor>>({});
  /** Oldest first. */
  readonly calls = new Store<readonly Call[]>([]);
  /** The call that is shown. */
  readonly shown = new Store<string | null>(null);
  /** The latest news of each widget. */
  readonly news = new Store<Record<string, News & { times: number }>>({});
  /** Where widgets are shown. */
  readonly surroundings = new Store<Surroundings>(initialSurroundings());
  /** What went wrong although one is signed in. */
  readonly notice = new Store<Failure | null>(null);
  /** What a screen reader hears. */
  readonly said = new Store("");
  readonly #stops = new Map<string, AbortController>();

  constructor(page: Page) {
    this.page = page;
    this.mcp = new URL(`${page.publicUrl}/mcp`);
    this.session = new Session(page.publicUrl);
    this.recorder = new Recorder(this.mcp);
  }

  async start(): Promise<void> {
    if (this.page.widgets.length > 0) listen("/playground/events", (news) => void this.#hear(news));
    const answer = takeAnswer();
    const { tool = null, editors = {}, exchanges = [] } = take<Place>("place") ?? {};
    this.recorder.resume(exchanges);
    this.chosen.set(tool);
    this.editors.set(editors);
    if (answer) {
      this.phase.set({ phase: "busy", words: "Signing in…" });
      try {
        await finish(answer, this.mcp, this.session, this.recorder);
      } catch (error) {
        const failure = signInFailure(error);
        if (!this.session.tokens()) return this.#signedOut(failure);
        this.notice.set(failure);
      }
    }
    if (this.session.tokens()) await this.connect();
    else this.#signedOut(null);
  }

  #signedOut(failure: Failure | null): void {
    this.session.way.set(null);
    this.phase.set({ phase: "signed out", failure, scopes: null });
    const settle = (changes: { scopes: string[]; failure?: Failure }): void => {
      if (this.phase.value.phase === "signed out") this.phase.set({ ...this.phase.value, ...changes });
    };
    scopesOf(this.mcp, this.recorder).then(
      (scopes) => settle({ scopes }),
      (error: unknown) => settle({ scopes: [], failure: failure ?? signInFailure(error) }),
    );
  }

  async signIn(scopes: string[]): Promise<void> {
    try {
      this.leave(await wayToSignIn(this.mcp, this.session, this.recorder, scopes));
    } catch (error) {
      this.phase.set({ phase: "signed out", failure: signInFailure(error), scopes: this.#offered() });
    }
  }

  #offered(): string[] {
    return (this.phase.value.phase === "signed out" && this.phase.value.scopes) || [];
  }

  /** Goes to the sign-in page, and will be back where it was. */
  leave(way: URL): void {
    // How the sign-in began belongs to the log of how it goes on.
    const exchanges = this.recorder.exchanges.value.filter(({ purpose }) => purpose === "sign-in").slice(-MOST_EXCHANGES);
    remember("place", { tool: this.chosen.value, editors: this.editors.value, exchanges } satisfies Place);
    location.assign(way);
  }

  /** What helps where a call was refused for lack of a sign-in. */
  signInAgain(): void {
    const way = this.session.way.value;
    if (way) this.leave(way);
    else this.#signedOut(null);
  }

  async connect(anonymous = false): Promise<void> {
    this.phase.set({ phase: "busy", words: "Connecting…" });
    try {
      const connection = await Connection.open(this.mcp, anonymous ? null : this.session, this.recorder);
      await this.#list(connection);
      const person = anonymous ? null : await personOf(this.session, this.recorder);
      this.phase.set({ phase: "ready", connection, person, scopes: anonymous ? [] : grantedScopes(this.session), anonymous });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.signIn) {
        this.#signedOut(anonymous
          ? { title: "This server wants a sign-in for everything", words: 'With sign_in = "when_needed" below [mcp], lists and open tools need none.' }
          : { title: "Your sign-in has ended", words: "It expired, or was ended at /account or by the operator. Sign in again." });
      } else {
        this.phase.set({ phase: "unreachable", failure });
      }
    }
  }

  async #list(connection: Connection): Promise<void> {
    const tools = await connection.tools();
    this.tools.set(tools);
    if (!tools.some(({ name }) => name === this.chosen.value)) this.chosen.set(tools[0]?.name ?? null);
  }

  async signOut(): Promise<void> {
    const { phase } = this;
    if (phase.value.phase === "ready") phase.value.connection.close();
    const anonymous = phase.value.phase === "ready" && phase.value.anonymous;
    for (const stop of this.#stops.values()) stop.abort();
    const told = anonymous || (await signOut(this.session, this.recorder));
    this.calls.set([]);
    this.shown.set(null);
    this.tools.set([]);
    this.editors.set({});
    this.notice.set(null);
    this.#signedOut(told ? null : { title: "Signed out here only", words: "The server did not confirm it. Disconnect Playground at /account." });
  }

  choose(name: string): void {
    this.chosen.set(name);
    const latest = this.calls.value.findLast((call) => call.tool.name === name);
    this.shown.set(latest?.id ?? null);
  }

  async run(tool: Tool, input: JsonObject): Promise<void> {
    const phase = this.phase.value;
    if (phase.phase !== "ready") return;
    const { connection } = phase;
    const stop = new AbortController();
    const began = performance.now();
    const call: Call = { id: crypto.randomUUID(), tool, input, began: Date.now(), took: null, progress: [], outcome: { state: "running" } };
    this.#stops.set(call.id, stop);
    this.calls.set([...this.calls.value.slice(1 - MOST_CALLS), call]);
    this.shown.set(call.id);
    this.session.way.set(null);
    const outcome = await connection
      .call(tool.name, input, {
        id: call.id,
        signal: stop.signal,
        progress: (progress) => this.#change(call.id, (call) => ({ ...call, progress: [...call.progress, progress] })),
      })
      .then(
        (result): Outcome => ({ state: "answered", result, misfit: connection.misfit(tool, result) }),
        (error: unknown): Outcome => (stop.signal.aborted ? { state: "stopped" } : { state: "failed", failure: this.#refusal(error) }),
      );
    this.#stops.delete(call.id);
    this.#change(call.id, (call) => ({ ...call, outcome, took: performance.now() - began }));
  }

  /** A call that was refused because the token does not reach far enough names the scope. */
  #refusal(error: unknown): Failure {
    const failure = failureOf(error);
    const wanted = this.session.way.value?.searchParams.get("scope")?.split(" ") ?? [];
    const granted = grantedScopes(this.session);
    const missing = wanted.filter((scope) => !granted.includes(scope) && scope !== "offline_access");
    if (!failure.signIn || granted.length === 0 || missing.length === 0) return failure;
    return { title: "You have not allowed this", words: `The tool needs ${missing.join(", ")}, which your sign-in does not include.`, signIn: true };
  }

  #change(id: string, change: (call: Call) => Call): void {
    this.calls.set(this.calls.value.map((call) => (call.id === id ? change(call) : call)));
  }

  stop(id: string): void {
    this.#stops.get(id)?.abort();
  }

  async #hear(news: News): Promise<void> {
    const times = (this.news.value[news.name]?.times ?? 0) + (news.problem === null ? 1 : 0);
    const phase = this.phase.value;
    // A rebuilt page has a new address.
    if (news.problem === null && phase.phase === "ready") await this.#list(phase.connection).catch(() => undefined);
    this.news.change({ [news.name]: { ...news, times } });
    this.said.set(news.problem === null ? `${news.name} was rebuilt` : `${news.name} could not be built`);
  }
}
