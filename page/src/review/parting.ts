// Where people part, and where the machine parts from all of them; never in the order of what the machine is sure of.

import type { PageData } from "../data";
import type { Filters } from "../state";
import { passing, type Study } from "../study";

export type Level = PageData["level"];
export type Order = "kinds" | "talk";

export interface Difference {
  segment: number;
  kind: string; // what stands against what
  rank: number; // 0 different codes, 1 some in common, 2 somebody gave none
}

/** Path of each code at a level, as the library rolls it up; a code without that level stands for itself. */
export function namesAt(data: PageData, level: Level): string[] {
  return data.codes.map((code) => {
    const theme = data.themes[code.theme]?.name ?? "";
    const top = level === "code" ? "" : level === "theme" ? theme : code.essence;
    if (top === "") return code.id;
    if (level === "theme") return theme;
    return theme === "" || theme === code.id ? code.essence : `${theme}/${code.essence}`; // without a theme it stands for itself
  });
}

/** Sets of codes as one word each, so that two can be compared. */
export function setAt(codes: readonly number[] | null, names: readonly string[]): string | null {
  return codes === null ? null : JSON.stringify([...new Set(codes.map((code) => names[code] ?? ""))].sort());
}

/** Passages that people coded differently. */
export function betweenPeople(data: PageData, order: Order): Difference[] {
  const names = namesAt(data, data.level);
  const found: Difference[] = [];
  for (let i = 0; i < data.segments.id.length; i += 1) {
    if (data.segments.open[i] === false) continue;
    const read = data.coders.flatMap((coder) => setAt(coder.codes[i] ?? null, names) ?? []);
    const said = [...new Set(read)].sort();
    if (said.length > 1) found.push({ segment: i, kind: said.join(" "), rank: rankOf(said) });
  }
  return arranged(data, found, order);
}

/** Passages on which all people who read them gave one set of codes, and the machine another. */
export function againstMachine(data: PageData, order: Order): Difference[] {
  const machine = data.machine;
  if (machine === null) return [];
  const names = namesAt(data, machine.level);
  const found: Difference[] = [];
  for (let i = 0; i < data.segments.id.length; i += 1) {
    const suggested = setAt(machine.sets[i] ?? null, machine.names);
    if (data.segments.open[i] === false || suggested === null) continue;
    const read = new Set(data.coders.flatMap((coder) => setAt(coder.codes[i] ?? null, names) ?? []));
    const [people] = read;
    if (read.size !== 1 || people === undefined || people === suggested) continue;
    const rank = suggested === "[]" ? 2 : people === "[]" ? 1 : 0;
    found.push({ segment: i, kind: `${people} ${suggested}`, rank });
  }
  return arranged(data, found, order);
}

function rankOf(said: readonly string[]): number {
  if (said.includes("[]")) return 2;
  const sets = said.map((one) => new Set(JSON.parse(one) as string[]));
  return [...(sets[0] ?? [])].some((name) => sets.every((set) => set.has(name))) ? 1 : 0;
}

/** Each kind of difference in turn, the commonest first and the longest passage of each; or the order of the talk. */
function arranged(data: PageData, found: Difference[], order: Order): Difference[] {
  if (order === "talk") return found;
  const groups = new Map<string, Difference[]>();
  for (const one of found) {
    const key = `${one.rank} ${one.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  const length = (one: Difference): number => wordsIn(data.segments.words[one.segment] ?? "");
  const lists = [...groups.values()];
  for (const list of lists) list.sort((a, b) => length(b) - length(a) || a.segment - b.segment);
  lists.sort((a, b) => (a[0]?.rank ?? 0) - (b[0]?.rank ?? 0) || b.length - a.length || compare(a[0]?.kind ?? "", b[0]?.kind ?? ""));
  const rounds = Math.max(0, ...lists.map((list) => list.length));
  const out: Difference[] = [];
  for (let round = 0; round < rounds; round += 1) for (const list of lists) out.push(...list.slice(round, round + 1));
  return out;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wordsIn(text: string): number {
  return Math.min(60, text.split(/\s+/u).filter((word) => word !== "").length); // sixty are enough
}

/** Whether a passage is one that the filters ask for. A code counts when anybody, or the consensus, gave it there. */
export function wanting(study: Study, wanted: Filters): (segment: number) => boolean {
  const { data } = study;
  const inRest = new Set(passing(study, { ...wanted, code: null, theme: null }));
  const { code, theme } = wanted;
  if (code === null && theme === null) return (segment) => inRest.has(segment);
  const means = (one: number): boolean => (code !== null ? one === code : data.codes[one]?.theme === theme);
  return (segment) => {
    const sets = [...data.coders.map((coder) => coder.codes[segment]), data.consensus?.[segment]];
    return inRest.has(segment) && sets.some((set) => set?.some(means));
  };
}
