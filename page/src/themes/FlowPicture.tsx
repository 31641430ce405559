import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { clusterName } from "../study";
import { litIn, type Shown } from "../views/Themes";
import { useWords } from "../words";
import { flowsOf } from "./cells";

const ROW = 30; // height that a name needs
const GAP = 8;
const BLOCK = 10;

/** Bands from people's themes to the clusters in which their passages lie: as wide as they are many. */
export function FlowPicture({ study, columns, columnAll, rows, press, chosen }: Shown): JSX.Element {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const fit = (): void => { setWidth(element.clientWidth); };
    fit();
    const watch = new ResizeObserver(fit);
    watch.observe(element);
    return () => { watch.disconnect(); };
  }, []);
  const themes = rows.filter((row) => row.code === null && row.all.length > 0);
  const height = Math.max(360, ROW * Math.max(themes.length, columns.length));
  const { left, right, flows } = flowsOf(themes.map((row) => row.cells.map((cell) => cell.length)), height, GAP);
  const side = Math.min(265, width * 0.32), end = width - side;
  const hue = (row: number): string => (themes[row]?.theme === -1 || row > 9 ? "grey" : `hue${row}`);
  const letters = Math.max(6, Math.floor((side - BLOCK - 12) / 6.6));
  const cut = (text: string): string => (text.length > letters ? `${text.slice(0, letters - 1)}…` : text);
  const middle = ([top, bottom]: [number, number]): number => (top + bottom) / 2;
  const mid = (side + end) / 2;
  return (
    <div class="flow-box" ref={box}>
      {width > 0 && (
        <svg class={`flows${chosen === null ? "" : " some"}`} width={width} height={height + 2 * GAP} role="group" aria-label={words.themes.flowPicture}>
          <g transform={`translate(0 ${GAP})`}>
            {flows.map((flow) => {
              const row = themes[flow.row], number = columns[flow.column] ?? -1, cell = row?.cells[flow.column] ?? [];
              const [a, b] = flow.from, [c, d] = flow.to;
              const path = `M${side} ${a}C${mid} ${a} ${mid} ${c} ${end} ${c}L${end} ${d}C${mid} ${d} ${mid} ${b} ${side} ${b}Z`;
              const name = words.themes.cell(row?.name ?? "", number < 0 ? words.shell.noCluster : clusterName(study, number), flow.n);
              const act = (): void => { press(cell, row ?? null, number); };
              return (
                <path key={`${flow.row}-${flow.column}`} d={path} class={`band ${hue(flow.row)}${litIn(cell, chosen) > 0 ? " lit" : ""}`}
                  role="button" tabindex={0} aria-label={name} onClick={act}
                  onKeyDown={(event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); act(); } }}>
                  <title>{name}</title>
                </path>
              );
            })}
            {themes.map((row, r) => (
              <g key={row.theme} class="end" onClick={() => { press(row.all, row, null); }}>
                <rect class={hue(r)} x={side - BLOCK} y={left[r]?.[0] ?? 0} width={BLOCK} height={Math.max(1, (left[r]?.[1] ?? 0) - (left[r]?.[0] ?? 0))} />
                <text x={side - BLOCK - 6} y={middle(left[r] ?? [0, 0])} text-anchor="end" dominant-baseline="middle"><title>{row.name}</title>{cut(row.name)}</text>
              </g>
            ))}
            {columns.map((number, c) => {
              const name = number < 0 ? words.shell.noCluster : clusterName(study, number);
              return (
                <g key={number} class="end" onClick={() => { press(columnAll[c] ?? [], null, number); }}>
                  <rect class="grey" x={end} y={right[c]?.[0] ?? 0} width={BLOCK} height={Math.max(1, (right[c]?.[1] ?? 0) - (right[c]?.[0] ?? 0))} />
                  <text x={end + BLOCK + 6} y={middle(right[c] ?? [0, 0])} dominant-baseline="middle"><title>{name}</title>{cut(name)}</text>
                </g>
              );
            })}
          </g>
        </svg>
      )}
    </div>
  );
}
