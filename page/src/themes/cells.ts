// Themes (and their codes) beside clusters: which passages fall together.
import type { Study } from "../study";

export interface Row {
  theme: number; // -1: read, no code
  code: number | null; // null: the whole theme
  name: string;
  description: string;
  cells: number[][]; // the passages in each column
  all: number[];
}

export interface Beside {
  columns: number[]; // clusters' numbers, the largest first; -1 last: in no cluster
  columnAll: number[][];
  rows: Row[];
  codesOf: (theme: number) => Row[];
  n: number; // passages that people have read
}

/** Count passages that people have read; one with codes of two themes counts in both. */
export function besideOneAnother(study: Study, segments: readonly number[], noCode: string): Beside {
  const { data } = study;
  const read = segments.filter((i) => (study.people[i] ?? null) !== null);
  const used = new Set(read.map((i) => data.segments.cluster[i] ?? -1));
  const size = new Map(data.clusters.map((cluster) => [cluster.number, cluster.n]));
  const columns = [...used].sort((a, b) => Number(a === -1) - Number(b === -1) || (size.get(b) ?? 0) - (size.get(a) ?? 0) || a - b);
  const place = new Map(columns.map((number, k) => [number, k]));
  const row = (theme: number, code: number | null, name: string, description: string, all: number[]): Row => {
    const cells: number[][] = columns.map(() => []);
    for (const i of all) cells[place.get(data.segments.cluster[i] ?? -1) ?? -1]?.push(i);
    return { theme, code, name, description, cells, all };
  };
  const has = (i: number, wanted: (code: number) => boolean): boolean => study.people[i]?.some(wanted) === true;
  const rows = data.themes.map((theme, t) =>
    row(t, null, theme.name, theme.description, read.filter((i) => has(i, (code) => data.codes[code]?.theme === t))));
  const bare = read.filter((i) => study.people[i]?.length === 0);
  if (bare.length > 0) rows.push(row(-1, null, noCode, "", bare));
  const codesOf = (theme: number): Row[] => data.codes.flatMap((each, c) =>
    each.theme === theme ? [row(theme, c, each.name, each.definition, read.filter((i) => has(i, (code) => code === c)))] : []);
  const columnAll = columns.map((number) => read.filter((i) => data.segments.cluster[i] === number));
  return { columns, columnAll, rows, codesOf, n: read.length };
}

export interface Flow {
  row: number;
  column: number;
  n: number;
  from: [number, number]; // top and bottom at the left, in the height given
  to: [number, number];
}

export interface Flows {
  left: [number, number][];
  right: [number, number][];
  flows: Flow[];
}

/** Lay out bands from themes to clusters; both sides fill the height, a gap between neighbours. */
export function flowsOf(counts: number[][], height: number, gap: number): Flows {
  const rowSums = counts.map((row) => row.reduce((a, b) => a + b, 0));
  const columnSums = (counts[0] ?? []).map((_, c) => counts.reduce((sum, row) => sum + (row[c] ?? 0), 0));
  const total = rowSums.reduce((a, b) => a + b, 0);
  const stack = (sums: number[]): [number, number][] => {
    const scale = total === 0 ? 0 : (height - gap * Math.max(0, sums.length - 1)) / total;
    let y = 0;
    return sums.map((sum) => {
      const place: [number, number] = [y, y + sum * scale];
      y = place[1] + gap;
      return place;
    });
  };
  const left = stack(rowSums), right = stack(columnSums);
  const usedLeft = left.map(([top]) => top), usedRight = right.map(([top]) => top);
  const flows: Flow[] = [];
  counts.forEach((row, r) => {
    row.forEach((n, c) => {
      if (n === 0) return;
      const share = (places: [number, number][], used: number[], at: number, sum: number): [number, number] => {
        const [top, bottom] = places[at] ?? [0, 0];
        const from = used[at] ?? 0;
        used[at] = from + (sum === 0 ? 0 : ((bottom - top) * n) / sum);
        return [from, used[at]];
      };
      flows.push({ row: r, column: c, n, from: share(left, usedLeft, r, rowSums[r] ?? 0), to: share(right, usedRight, c, columnSums[c] ?? 0) });
    });
  });
  return { left, right, flows };
}
