// What views ask of the data again and again, worked out once.
import type { PageData } from "./data";
import type { Filters } from "./state";

type Sets = (number[] | null)[];

export interface Study {
  data: PageData;
  n: number; // segments
  at: ReadonlyMap<string, number>; // a segment's id -> its position
  people: Sets; // codes that people gave: the consensus where there is one, else what any coder gave
  agreed: boolean; // whether that is a consensus
  clusterAt: ReadonlyMap<number, number>; // a cluster's number -> its position in data.clusters
  mapped: boolean; // whether there is a map
}

export function studyOf(data: PageData): Study {
  const n = data.segments.id.length;
  return {
    data,
    n,
    at: new Map(data.segments.id.map((id, i) => [id, i])),
    people: data.consensus ?? anyCoder(data, n),
    agreed: data.consensus !== null,
    clusterAt: new Map(data.clusters.map((cluster, i) => [cluster.number, i])),
    mapped: data.segments.x.some((x) => x >= 0),
  };
}

function anyCoder(data: PageData, n: number): Sets {
  return Array.from({ length: n }, (_, i) => {
    const read = data.coders.map((coder) => coder.codes[i] ?? null).filter((codes) => codes !== null);
    return read.length === 0 ? null : [...new Set(read.flat())].sort((a, b) => a - b);
  });
}

/** Themes in which people coded a segment; null where nobody has read it. */
export function themesAt(study: Study, i: number): number[] | null {
  const codes = study.people[i] ?? null;
  if (codes === null) return null;
  return [...new Set(codes.map((code) => study.data.codes[code]?.theme ?? -1).filter((theme) => theme >= 0))];
}

/** A cluster as a reader knows it: its number and its first keywords. */
export function clusterName(study: Study, number: number, keywords = 3): string {
  const cluster = study.data.clusters[study.clusterAt.get(number) ?? -1];
  return [String(number), ...(cluster?.keywords.slice(0, keywords) ?? [])].join(" · ");
}

/** Where a segment was said, and by whom. */
export function whereSaid(study: Study, i: number): string {
  const { data } = study;
  const session = data.sessions[data.segments.session[i] ?? -1]?.label;
  const person = data.people[data.segments.person[i] ?? -1]?.label;
  return [session, person].filter((part) => part !== undefined && part !== "").join(" · ");
}

/** Segments that pass all filters, in the order of the talk. */
export function passing(study: Study, filters: Filters): number[] {
  const { segments, codes } = study.data;
  const wanted = filters.search.trim().toLocaleLowerCase();
  const found: number[] = [];
  for (let i = 0; i < study.n; i += 1) {
    if (filters.session !== null && segments.session[i] !== filters.session) continue;
    if (filters.person !== null && segments.person[i] !== filters.person) continue;
    if (filters.cluster !== null && segments.cluster[i] !== filters.cluster) continue;
    if (filters.code !== null && study.people[i]?.includes(filters.code) !== true) continue;
    if (filters.theme !== null && study.people[i]?.some((code) => codes[code]?.theme === filters.theme) !== true) continue;
    if (wanted !== "" && segments.words[i]?.toLocaleLowerCase().includes(wanted) !== true) continue;
    found.push(i);
  }
  return found;
}

/** What the machine suggested, as a reader knows it: a code by its name, a theme or essence as it stands. */
export function suggestionName(study: Study, index: number): string {
  const id = study.data.machine?.names[index] ?? "";
  return study.data.codes.find((code) => code.id === id)?.name ?? id;
}
