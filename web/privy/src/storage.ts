/** The two values that have to outlive the trip to a provider (names of the SDK). */
export const STATE = "privy:state_code";
export const VERIFIER = "privy:code_verifier";
const TRAVELLING = [STATE, VERIFIER];

/**
 * Where the SDK keeps what it keeps: tokens in memory only, so that they end with the page and
 * nobody can find them later; what crosses a redirect in this tab's sessionStorage.
 */
export class LoginStorage {
  readonly #memory = new Map<string, unknown>();

  get(key: string): unknown {
    if (!TRAVELLING.includes(key)) return this.#memory.get(key);
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as unknown);
  }

  put(key: string, value: unknown): void {
    if (value === undefined) this.del(key);
    else if (TRAVELLING.includes(key)) sessionStorage.setItem(key, JSON.stringify(value));
    else this.#memory.set(key, value);
  }

  del(key: string): void {
    if (TRAVELLING.includes(key)) sessionStorage.removeItem(key);
    else this.#memory.delete(key);
  }

  getKeys(): string[] {
    return [...this.#memory.keys(), ...TRAVELLING.filter((key) => this.get(key) !== undefined)];
  }

  clear(): void {
    this.#memory.clear();
    try {
      for (const key of TRAVELLING) sessionStorage.removeItem(key);
    } catch {
      // A browser that forbids the storage has nothing in it.
    }
  }
}
