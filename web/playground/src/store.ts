import { useEffect, useState } from "preact/hooks";

/** A value that tells when it changes. Values are replaced, never altered. */
export class Store<T> {
  #value: T;
  readonly #watchers = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher();
  }

  change(changes: Partial<T>): void {
    this.set({ ...this.#value, ...changes });
  }

  /** Returns what ends the watch. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The value of a store, in a component that is drawn anew whenever it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, draw] = useState({});
  useEffect(() => {
    // It may have changed between the drawing and this.
    draw({});
    return store.watch(() => draw({}));
  }, [store]);
  return store.value;
}
