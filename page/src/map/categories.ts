// What a point's colour and shape stand for. Ten at most have a colour; the others are grey and known by their name.
import { naturally } from "../parts/Filters";
import { clusterName, themesAt, type Study } from "../study";
import type { Words } from "../words";

export const MOST = 10;
export const BY = ["cluster", "theme", "person", "session"] as const;
export type By = (typeof BY)[number];

export interface Category {
  name: string;
  short: string; // what stands beside the points themselves
  n: number;
  hue: number | null; // 0 to 9: a colour and a shape; null: grey
}

export interface Categories {
  list: Category[]; // those with a colour first
  of: Int32Array; // each segment's place in the list
}

/** Categories of all segments; `others` names what is in none. */
export function categoriesOf(study: Study, by: By, words: Words): Categories {
  const keys = Array.from({ length: study.n }, (_, i) => keyOf(study, by, i));
  const counts = new Map<number, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const rank = by === "person" ? naturally(study.data.people.map((person) => person.label)) : [];
  const named = [...counts.keys()].filter((key) => key >= 0).sort((a, b) => rank.indexOf(a) - rank.indexOf(b) || a - b);
  const largest = new Set([...named].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b).slice(0, MOST));
  const order = [...named.filter((key) => largest.has(key)), ...named.filter((key) => !largest.has(key)), ...[-1, -2].filter((key) => counts.has(key))];
  let hue = 0;
  const list = order.map((key) => ({
    name: nameOf(study, by, key, words),
    short: by === "cluster" && key >= 0 ? String(key) : "",
    n: counts.get(key) ?? 0,
    hue: largest.has(key) ? hue++ : null,
  }));
  const places = new Map(order.map((key, place) => [key, place]));
  return { list, of: Int32Array.from(keys, (key) => places.get(key) ?? -1) };
}

// -1: in none; -2: nobody has read it
function keyOf(study: Study, by: By, i: number): number {
  const { segments } = study.data;
  if (by === "cluster") return segments.cluster[i] ?? -1;
  if (by === "person") return segments.person[i] ?? -1;
  if (by === "session") return segments.session[i] ?? -1;
  const themes = themesAt(study, i);
  return themes === null ? -2 : (themes[0] ?? -1);
}

function nameOf(study: Study, by: By, key: number, words: Words): string {
  const { data } = study;
  if (key === -2) return words.map.notRead;
  if (key === -1) return words.map.none[by];
  if (by === "cluster") return clusterName(study, key);
  if (by === "theme") return data.themes[key]?.name ?? "";
  if (by === "person") return data.people[key]?.label ?? "";
  return data.sessions[key]?.label ?? "";
}
