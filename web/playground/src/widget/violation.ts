// A blocked request, and the line of configuration that would have allowed it.

/** What the server says about a widget of its. */
export interface AllowLine {
  /** Where the line belongs. */
  file: string;
  /** With `{origin}` where the origin goes. */
  line: string;
}

export type Kind = "connect" | "resource" | "frame";

export type Allow = Record<Kind, AllowLine>;

/** A `securitypolicyviolation` of the widget's page. */
export interface Violation {
  directive: string;
  /** The address, or a word of CSP: `inline`, `eval`, `data`. */
  blocked: string;
  source?: string;
  line?: number;
  sample?: string;
}

export interface Remedy {
  words: string;
  allow: AllowLine | null;
}

const KINDS: Record<string, Kind> = {
  "connect-src": "connect",
  "script-src": "resource",
  "style-src": "resource",
  "img-src": "resource",
  "font-src": "resource",
  "media-src": "resource",
  "frame-src": "frame",
};

const WHAT: Record<string, string> = {
  "connect-src": "A connection",
  "script-src": "A script",
  "style-src": "A stylesheet",
  "img-src": "An image",
  "font-src": "A font",
  "media-src": "A sound or film",
  "frame-src": "A frame",
};

/** What happened, in words, and how to allow it if that can be. */
export function remedyOf({ directive, blocked }: Violation, allow: Allow | undefined): Remedy {
  const name = directive.split(/\s/)[0]?.replace(/-(?:elem|attr)$/, "") ?? "";
  const what = WHAT[name] ?? `What ${name || "the policy"} governs`;
  if (blocked === "eval" || blocked === "wasm-eval") {
    return { words: "Code made from text (eval, new Function, WebAssembly) was blocked. Hosts never allow it.", allow: null };
  }
  const kind = KINDS[name];
  const origin = originOf(blocked);
  if (kind === undefined) return { words: `${what} was blocked. Hosts never allow it.`, allow: null };
  if (origin === null) {
    const inside = blocked === "" || /^[a-z-]+$/i.test(blocked) ? blocked || "something without an address" : blocked;
    return { words: `${what} was blocked: ${inside}. Only addresses can be allowed; put it into the page.`, allow: null };
  }
  const line = allow?.[kind];
  return {
    words: `${what} was blocked: ${blocked}`,
    allow: line ? { file: line.file, line: line.line.replaceAll("{origin}", origin) } : null,
  };
}

function originOf(blocked: string): string | null {
  if (!URL.canParse(blocked)) return null;
  const { protocol, host } = new URL(blocked);
  // `origin` of a WebSocket is "null" in some browsers.
  return ["https:", "http:", "wss:", "ws:"].includes(protocol) && host !== "" ? `${protocol}//${host}` : null;
}
