/** Longest text that is shown, in UTF-16 units: a longer one would freeze the frame. */
const LONGEST = 20_000;

// Controls other than tab and line feed, and the marks that reorder the text around them.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text as it may be shown: no control characters, no bidirectional overrides. */
export function plain(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replace(/\r\n?/g, "\n").replace(UNSEEN, "");
}

/** The same on one line. */
export function line(text: string): string {
  return plain(text).replace(/\s+/g, " ").trim();
}

/** The address in its normal form if it is https and names a host only, otherwise null. */
export function httpsUrl(address: unknown): URL | null {
  // The parser drops tabs and line feeds and takes backslashes for slashes; what a person reads
  // would then not be what opens.
  if (typeof address !== "string" || /[\u0000-\u0020\u007f-\u009f\\]/.test(address)) return null;
  if (!/^https:\/\//i.test(address) || address.length > 2048) return null;
  try {
    const url = new URL(address);
    return url.username === "" && url.password === "" ? url : null;
  } catch {
    return null;
  }
}

/** Up to two letters that stand for a person without a portrait. */
export function initials(name: string): string {
  const words = name.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word));
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  const letters = ends.map((word) => /[\p{L}\p{N}]/u.exec(word ?? "")?.[0] ?? "");
  return letters.join("").toLocaleUpperCase() || "?";
}
