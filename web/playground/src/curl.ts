import type { Exchange } from "./exchange.ts";

/** The exchange's request for a POSIX shell. Secrets are the variables of that name. */
export function curl({ method, url, requestHeaders, requestBody }: Exchange): string {
  const words = ["curl"];
  const accept = requestHeaders.find(([name]) => name === "accept")?.[1] ?? "";
  // Without it, curl shows a stream's events when the stream is over.
  if (accept.includes("text/event-stream")) words.push("--no-buffer");
  if (method !== "GET" && !(method === "POST" && requestBody !== null)) words.push(`--request ${method}`);
  words.push(quoted(url));
  for (const [name, value] of requestHeaders) words.push(`--header ${quoted(`${name}: ${value}`)}`);
  if (requestBody !== null) {
    const type = requestHeaders.find(([name]) => name === "content-type")?.[1] ?? "";
    if (type.startsWith("application/x-www-form-urlencoded")) {
      for (const [name, value] of new URLSearchParams(requestBody)) words.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
    } else {
      words.push(`--data-raw ${quoted(requestBody)}`);
    }
  }
  return words.join(" \\\n  ");
}

/** One of mask.ts's variables at the end of what is quoted. */
const VARIABLE = /^([^$]*[ =])(\$[A-Z_]+)$/;

function quoted(text: string): string {
  const [, before, variable] = VARIABLE.exec(text) ?? [];
  if (before !== undefined && variable !== undefined) return `"${before.replace(/["\\`]/g, "\\$&")}${variable}"`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
