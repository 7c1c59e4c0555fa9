// The part of markdown that a synthesis uses. Whatever else is in the text, HTML included, stays
// text: there is no node for it.
import { httpsUrl } from "./text.ts";

export type Span =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "em"; spans: Span[] }
  | { kind: "link"; url: URL; text: string }
  | { kind: "break" };

export type Block =
  | { kind: "paragraph" | "heading"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Span[][] };

const DEEPEST = 4;
const ITEM = /^ {0,3}(?:([-*+•])|\d{1,9}[.)])[ \t]+(.*)$/;
const HEADING = /^ {0,3}#{1,6}[ \t]+(.*)$/;

/** Reads markdown. Never fails: what is no mark is text. */
export function blocks(source: string): Block[] {
  const found: Block[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) found.push({ kind: "paragraph", spans: lines(paragraph) });
    paragraph = [];
  };
  for (const row of source.split("\n")) {
    const heading = HEADING.exec(row);
    const item = ITEM.exec(row);
    if (row.trim() === "") {
      flush();
    } else if (heading) {
      flush();
      found.push({ kind: "heading", spans: spans(heading[1]?.trim() ?? "") });
    } else if (item) {
      flush();
      const ordered = item[1] === undefined;
      const last = found.at(-1);
      const content = spans(item[2] ?? "");
      if (last?.kind === "list" && last.ordered === ordered) last.items.push(content);
      else found.push({ kind: "list", ordered, items: [content] });
    } else {
      paragraph.push(row.trim());
    }
  }
  flush();
  return found;
}

function lines(rows: string[]): Span[] {
  return rows.flatMap((row, index) =>
    index === 0 ? spans(row) : [{ kind: "break" } as const, ...spans(row)],
  );
}

function spans(source: string, depth = 0): Span[] {
  const found: Span[] = [];
  let kept = "";
  const add = (span: Span): void => {
    if (kept !== "") found.push({ kind: "text", text: kept });
    kept = "";
    found.push(span);
  };
  let at = 0;
  while (at < source.length) {
    const taken = depth < DEEPEST ? span(source, at, depth) : null;
    if (taken) {
      add(taken.span);
      at = taken.end;
    } else {
      // A backslash takes its meaning from the mark that follows it.
      if (source[at] === "\\" && /[!-/:-@[-`{-~]/.test(source[at + 1] ?? "")) at += 1;
      kept += source[at] ?? "";
      at += 1;
    }
  }
  if (kept !== "") found.push({ kind: "text", text: kept });
  return found;
}

interface Taken {
  span: Span;
  end: number;
}

function span(source: string, at: number, depth: number): Taken | null {
  switch (source[at]) {
    case "`":
      return between(source, at, "`", (text) => ({ kind: "code", text }));
    case "*":
    case "_":
      return emphasis(source, at, depth);
    case "[":
      return link(source, at);
    default:
      return null;
  }
}

function emphasis(source: string, at: number, depth: number): Taken | null {
  const mark = source[at] ?? "";
  // snake_case is no emphasis.
  if (mark === "_" && /[\p{L}\p{N}]/u.test(source[at - 1] ?? "")) return null;
  const strong = source[at + 1] === mark;
  const kind = strong ? "strong" : "em";
  return between(source, at, strong ? mark + mark : mark, (inner) =>
    /^\s|\s$/.test(inner) ? null : { kind, spans: spans(inner, depth + 1) },
  );
}

function between(source: string, at: number, mark: string, make: (inner: string) => Span | null): Taken | null {
  const start = at + mark.length;
  const close = source.indexOf(mark, start);
  if (close <= start) return null;
  const made = make(source.slice(start, close));
  return made && { span: made, end: close + mark.length };
}

/** `[text](https://…)`. Any other address leaves the whole as the text that it is. */
function link(source: string, at: number): Taken | null {
  const middle = source.indexOf("](", at);
  const close = middle < 0 ? -1 : source.indexOf(")", middle);
  const inner = source.indexOf("[", at + 1);
  if (close < 0 || (inner >= 0 && inner < middle)) return null;
  const text = source.slice(at + 1, middle).replace(/[*_`]/g, "");
  const url = httpsUrl(source.slice(middle + 2, close));
  if (!url || text.trim() === "") return null;
  return { span: { kind: "link", url, text }, end: close + 1 };
}
