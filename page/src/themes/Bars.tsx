import type { JSX } from "preact";
import { clusterName } from "../study";
import { litIn, type Shown } from "../views/Themes";
import { useWords } from "../words";
import { Opener } from "./Opener";

/** The same for a narrow window: under each theme its clusters, the fullest first, none left out. */
export function Bars({ study, columns, rows, opened, toggle, press, chosen }: Shown): JSX.Element {
  const words = useWords();
  return (
    <div class="bars">
      {rows.map((row) => (
        <section key={`${row.theme}-${row.code ?? "all"}`} class={row.code === null ? "" : "below-theme"} aria-label={row.name}>
          <h3><Opener row={row} opened={opened} toggle={toggle} press={press} /> <span class="count">{row.all.length}</span></h3>
          <ul>
            {row.cells.map((cell, c) => ({ cell, number: columns[c] ?? -1 })).filter(({ cell }) => cell.length > 0)
              .sort((a, b) => b.cell.length - a.cell.length).map(({ cell, number }) => (
                <li key={number}>
                  <button type="button" class={litIn(cell, chosen) > 0 ? "lit" : ""} onClick={() => { press(cell, row, number); }}>
                    <span class="bar" style={{ width: `${(100 * cell.length) / Math.max(1, row.all.length)}%` }} />
                    <span class="text"><span dir="auto">{number < 0 ? words.shell.noCluster : clusterName(study, number)}</span><span class="count">{cell.length}</span></span>
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
