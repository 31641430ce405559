import { useLayoutEffect, useState } from "preact/hooks";

/** A value that views watch. */
export interface Store<T> {
  get: () => T;
  set: (next: T) => void;
  change: (part: Partial<T>) => void;
  watch: (listener: () => void) => () => void;
}

export function store<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  const set = (next: T): void => {
    value = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => value,
    set,
    change: (part) => { set({ ...value, ...part }); },
    watch: (listener) => {
      listeners.add(listener);
      return () => { listeners.delete(listener); };
    },
  };
}

/** Draw a component again when the value changes. */
export function useStore<T>(from: Store<T>): T {
  const [, again] = useState({});
  useLayoutEffect(() => from.watch(() => { again({}); }), [from]); // before anything can change: what changes between drawing and listening would never be drawn
  return from.get();
}
