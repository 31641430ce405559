// Which passages wait for a person, in the order of the talk, so that the order tells nothing.

import type { PageData } from "../data";
import { againstMachine, betweenPeople } from "./parting";
import type { Desk } from "./desk";

export type Which = "people" | "disputed" | "all" | "chosen";
export interface Queue {
  segments: number[];
  unquoted: number; // would belong here, but their words are not in the file
}

export function queueOf(data: PageData, which: Which, chosen: ReadonlySet<number> | null): Queue {
  const wanted = candidates(data, which, chosen);
  wanted.sort((a, b) => a - b);
  const segments = wanted.filter((i) => data.segments.words[i] !== null);
  return { segments, unquoted: which === "all" ? 0 : wanted.length - segments.length };
}

function candidates(data: PageData, which: Which, chosen: ReadonlySet<number> | null): number[] {
  const people = betweenPeople(data, "talk");
  switch (which) {
    case "people":
      return people.map((one) => one.segment);
    case "disputed":
      return [...new Set([...people, ...againstMachine(data, "talk")].map((one) => one.segment))];
    case "chosen":
      return [...(chosen ?? [])];
    case "all":
      return data.segments.id.map((_, i) => i);
  }
}

/** Passages on which this person's reading, or that the team still differs, stands. */
export function decidedBy(desk: Desk): Set<string> {
  const kinds = new Set(["agree", "differ"]);
  return new Set(desk.standing().flatMap(({ proposal: { kind, segment } }) => (kinds.has(kind) && segment !== undefined ? [segment] : [])));
}
