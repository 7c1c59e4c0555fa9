// The sandbox that the server offers for a widget, and the messages that go to and fro.
import type { Violation } from "./violation.ts";

export interface FrameEvents {
  violation(violation: Violation): void;
  failure(message: string): void;
  /** A call of `window.openai`. What it resolves to is what the widget gets. */
  openai(method: string, args: unknown[]): Promise<unknown>;
}

/** An iframe in a state of becoming a widget. */
export class Frame {
  readonly element: HTMLIFrameElement;
  readonly window: Window;
  readonly #events: FrameEvents;
  #ready = (): void => undefined;
  readonly #readiness = new Promise<void>((resolve) => {
    this.#ready = resolve;
  });

  /** @param address of the sandbox, whose policy is the widget's. */
  constructor(place: HTMLElement, address: string, title: string, events: FrameEvents) {
    this.#events = events;
    this.element = document.createElement("iframe");
    this.element.title = title;
    // Its address says so as well: this one covers the moment before there is an answer.
    this.element.setAttribute("sandbox", "allow-scripts");
    window.addEventListener("message", this.#hear);
    this.element.src = address;
    place.append(this.element);
    const inside = this.element.contentWindow;
    if (!inside) throw new Error("the frame has no window");
    this.window = inside;
  }

  /** Becomes the page, as soon as the sandbox is there. What `openai` says by then becomes `window.openai`. */
  async show(html: string, openai: () => object | null): Promise<void> {
    await this.#readiness;
    this.#tell({ playground: "show", html, openai: openai() });
  }

  /** Changes `window.openai`. */
  globals(globals: object): void {
    this.#tell({ playground: "globals", globals });
  }

  remove(): void {
    window.removeEventListener("message", this.#hear);
    this.element.remove();
  }

  // The frame's origin is opaque, so there is no name for it; who is spoken to is the window.
  #tell(message: object): void {
    this.window.postMessage(message, "*");
  }

  readonly #hear = ({ source, data }: MessageEvent): void => {
    if (source !== this.window || typeof data !== "object" || data === null) return;
    switch (data.playground) {
      case "ready":
        this.#ready();
        break;
      case "violation":
        this.#events.violation(violationOf(data));
        break;
      case "failure":
        this.#events.failure(text(data.message));
        break;
      case "openai":
        void this.#answer(data.id, text(data.method), Array.isArray(data.args) ? data.args : []);
        break;
    }
  };

  async #answer(id: unknown, method: string, args: unknown[]): Promise<void> {
    try {
      this.#tell({ playground: "answer", id, result: await this.#events.openai(method, args) });
    } catch (error) {
      this.#tell({ playground: "answer", id, error: error instanceof Error ? error.message : String(error) });
    }
  }
}

// What comes out of a frame may be anything.
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function violationOf(data: Record<string, unknown>): Violation {
  return {
    directive: text(data.directive),
    blocked: text(data.blocked),
    source: text(data.source),
    line: typeof data.line === "number" ? data.line : 0,
    sample: text(data.sample),
  };
}
