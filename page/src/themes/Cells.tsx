import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { clusterName } from "../study";
import { litIn, type Shown } from "../views/Themes";
import { useWords } from "../words";
import { Opener } from "./Opener";

/** The table: a darker cell holds a larger share of its row; arrow keys go from cell to cell. */
export function Cells({ study, columns, columnAll, rows, opened, toggle, press, chosen }: Shown): JSX.Element {
  const words = useWords();
  const [at, setAt] = useState<[number, number]>([0, 0]);
  const most = Math.max(...rows.flatMap((row) => row.cells.map((cell) => cell.length / Math.max(1, row.all.length))));
  const move = (event: KeyboardEvent): void => {
    const steps: Record<string, [number, number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    const step = steps[event.key];
    if (step === undefined || !(event.target instanceof HTMLElement) || event.target.dataset["cell"] === undefined) return;
    event.preventDefault();
    const next: [number, number] = [
      Math.min(rows.length - 1, Math.max(0, at[0] + step[0])), Math.min(columns.length - 1, Math.max(0, at[1] + step[1])),
    ];
    setAt(next);
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-cell="${next.join("-")}"]`)?.focus();
  };
  return (
    <div class="cells-box">
      <table class="cells" onKeyDown={move}>
        <caption>{words.themes.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.themes.theme}</th>
            {columns.map((number, c) => (
              <th scope="col" key={number}>
                <button type="button" title={number < 0 ? words.shell.noCluster : clusterName(study, number, 5)} onClick={() => { press(columnAll[c] ?? [], null, number); }}>
                  {number >= 0 && <span class="unseen">{words.themes.cluster("")}</span>}
                  <span>{number < 0 ? "–" : number}</span>{" "}
                  <span class="keywords">{number < 0 ? words.shell.noCluster : clusterName(study, number, 2).split(" · ").slice(1).join(" · ")}</span>
                </button>
              </th>
            ))}
            <th scope="col" class="number">{words.themes.all}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={`${row.theme}-${row.code ?? "all"}`} class={row.code === null ? "" : "below-theme"}>
              <th scope="row"><Opener row={row} opened={opened} toggle={toggle} press={press} /></th>
              {row.cells.map((cell, c) => {
                const share = row.all.length === 0 ? 0 : cell.length / row.all.length / most;
                const lit = litIn(cell, chosen);
                const number = columns[c] ?? -1;
                return (
                  <td key={number} class={`share${Math.ceil(share * 6)}${lit > 0 ? " lit" : ""}`}>
                    <button type="button" data-cell={`${r}-${c}`} tabIndex={at[0] === r && at[1] === c ? 0 : -1}
                      aria-label={words.themes.cell(row.name, number < 0 ? words.shell.noCluster : String(number), cell.length)}
                      onFocus={() => { setAt([r, c]); }} onClick={() => { if (cell.length > 0) press(cell, row, number); }}>
                      {cell.length === 0 ? "" : cell.length}
                    </button>
                  </td>
                );
              })}
              <td class="number">{row.all.length}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
