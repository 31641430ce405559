// What all views share: where we are, which passages are chosen, which filters hold, who was shown what.
import { store } from "./store";

export const VIEWS = ["overview", "map", "themes", "disagreements", "review", "read"] as const;
export type View = (typeof VIEWS)[number];

/** "#/map" leads to the map; any other hash ("#parting") into the overview; none to where the page opens. */
export function viewOf(hash: string, opens: View): View {
  if (hash === "") return opens;
  const name = /^#\/([a-z]+)/.exec(hash)?.[1];
  return VIEWS.find((view) => view === name) ?? "overview";
}

export const place = store<{ view: View }>({ view: "overview" });

export interface Selection {
  focus: number | null; // one segment: the one that is open
  chosen: ReadonlySet<number> | null; // segments that light up in every view
  how: string; // how they were chosen, in words for the reader
}

const NOTHING: Selection = { focus: null, chosen: null, how: "" };
export const selection = store<Selection>(NOTHING);

export function choose(segments: Iterable<number>, how: string): void {
  selection.change({ chosen: new Set(segments), how });
}
export function focusOn(segment: number | null): void {
  selection.change({ focus: segment });
}
export function chooseNothing(): void {
  selection.set(NOTHING);
}

export interface Filters {
  session: number | null;
  person: number | null;
  code: number | null;
  theme: number | null;
  cluster: number | null;
  search: string;
}

export const NO_FILTERS: Filters = { session: null, person: null, code: null, theme: null, cluster: null, search: "" };
export const filters = store<Filters>(NO_FILTERS);

// Whoever keeps what a person saw before deciding listens here.
export type What = "machine" | "others";
const listeners = new Set<(segment: number, what: What) => void>();

/** Say that the machine's view of a segment, or what others coded there, is now on the screen. */
export function sawOf(segment: number, what: What): void {
  for (const listener of listeners) listener(segment, what);
}
export function onSaw(listener: (segment: number, what: What) => void): () => void {
  listeners.add(listener);
  return () => { listeners.delete(listener); };
}
