// What has to outlive the way through the sign-in page. `sessionStorage`, because this is a tool for
// development: it ends with the tab, the page's policy admits no script but ours, and widgets run in
// frames of an opaque origin, which have no storage at all.
const PREFIX = "playground.";

export function remembered<T>(name: string): T | undefined {
  const text = sessionStorage.getItem(PREFIX + name);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

/** `undefined` forgets it. */
export function remember(name: string, value: unknown): void {
  if (value === undefined) sessionStorage.removeItem(PREFIX + name);
  else sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
}

/** Hands it out once. */
export function take<T>(name: string): T | undefined {
  const value = remembered<T>(name);
  remember(name, undefined);
  return value;
}
