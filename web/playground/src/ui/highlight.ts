/** A part of a JSON text, by what it is. */
export interface Token {
  kind: "name" | "string" | "number" | "word" | "mark";
  text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g;

/** Cuts a JSON text into tokens. All of the text comes back, also of one that is no JSON. */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  const mark = (until: number): void => {
    if (until > end) found.push({ kind: "mark", text: text.slice(end, until) });
  };
  for (const match of text.matchAll(TOKEN)) {
    const [all, string, colon, number, word] = match;
    mark(match.index);
    if (string !== undefined) {
      found.push({ kind: colon === undefined ? "string" : "name", text: string });
      if (colon !== undefined) found.push({ kind: "mark", text: colon });
    } else {
      found.push({ kind: number === undefined ? "word" : "number", text: number ?? word ?? "" });
    }
    end = match.index + all.length;
  }
  mark(text.length);
  return found;
}
