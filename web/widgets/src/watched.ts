import type { Surroundings, View } from "./host.ts";

/** A view that changes, and those who want to know. */
export class Watched {
  readonly #listeners = new Set<() => void>();
  #view: View;

  constructor(view: View) {
    this.#view = view;
  }

  readonly view = (): View => this.#view;

  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(changes: Partial<View>): void {
    this.#view = { ...this.#view, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

export const UNKNOWN_SURROUNDINGS: Surroundings = {
  theme: null,
  locale: "en",
  timeZone: undefined,
  safeArea: { top: 0, right: 0, bottom: 0, left: 0 },
  displayMode: "inline",
  canEnlarge: false,
  style: {},
};
