import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { FilterRow } from "../parts/Filters";
import { useInView } from "../parts/inView";
import { useMedia } from "../parts/media";
import { Passage } from "../parts/Passage";
import { PassageList } from "../parts/PassageList";
import { choose, filters, sawOf, selection } from "../state";
import { useStore } from "../store";
import { clusterName, passing, type Study } from "../study";
import { Bars } from "../themes/Bars";
import { besideOneAnother, type Row } from "../themes/cells";
import { FlowPicture } from "../themes/FlowPicture";
import { Cells } from "../themes/Cells";
import { useWords } from "../words";

/** What the pictures of this view share: rows of people's themes, columns of clusters, and what a press does. */
export interface Shown {
  study: Study;
  columns: number[];
  columnAll: number[][];
  rows: Row[];
  opened: ReadonlySet<number>; // themes whose codes are shown
  toggle: (theme: number) => void;
  press: (segments: readonly number[], row: Row | null, column: number | null) => void;
  chosen: ReadonlySet<number> | null;
}

export function Themes({ study }: { study: Study }): JSX.Element {
  const words = useWords();
  const now = useStore(filters);
  const { chosen, focus, how } = useStore(selection);
  const panel = useRef<HTMLElement>(null);
  useInView(panel, chosen);
  const narrow = useMedia("(max-width: 52rem)");
  const [flowing, setFlowing] = useState(false);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const segments = useMemo(() => passing(study, now), [study, now]);
  const beside = useMemo(() => besideOneAnother(study, segments, words.themes.noCode), [study, segments, words]);
  const listed = useMemo(() => (chosen === null ? [] : segments.filter((i) => chosen.has(i))), [segments, chosen]);
  const rows = beside.rows.flatMap((row) => (opened.has(row.theme) && row.theme >= 0 ? [row, ...beside.codesOf(row.theme)] : [row]));
  const toggle = (theme: number): void => {
    setOpened((old) => {
      const next = new Set(old);
      if (!next.delete(theme)) next.add(theme);
      return next;
    });
  };
  const column = (number: number): string => (number < 0 ? words.shell.noCluster : words.themes.cluster(clusterName(study, number)));
  const press = (found: readonly number[], row: Row | null, number: number | null): void => {
    if (row !== null) for (const i of found) sawOf(i, "others"); // the list says what people coded
    choose(found, [row?.name, number === null ? undefined : column(number)].filter((part) => part !== undefined).join(" × "));
  };
  if (study.data.clusters.length === 0 || study.data.themes.length === 0) return <p class="lead">{words.themes.nothing}</p>;
  const shown: Shown = { study, columns: beside.columns, columnAll: beside.columnAll, rows, opened, toggle, press, chosen };
  const Drawn = flowing ? FlowPicture : narrow ? Bars : Cells;
  const name = `${how}: ${words.shell.passages(listed.length)}`;
  return (
    <>
      <p class="lead">{words.themes.lead(beside.n, study.agreed)}</p>
      <FilterRow study={study} search={false} />
      <div class={flowing ? "beside-one-another" : ""}>
        <div class="drawn">
          <fieldset class="choices">
            <legend>{words.themes.as}</legend>
            <label><input type="radio" name="as" checked={!flowing} onChange={() => { setFlowing(false); }} />{words.themes.table}</label>
            <label><input type="radio" name="as" checked={flowing} onChange={() => { setFlowing(true); }} />{words.themes.flows}</label>
          </fieldset>
          <Drawn {...shown} />
          <p class="small">{words.themes.note}</p>
        </div>
        <section ref={panel} class={`panel${flowing ? "" : " below"}`} aria-label={words.themes.panel}>
          <h3 aria-live="polite">{chosen === null ? words.themes.pressOne : name}</h3>
          {focus !== null && <Passage study={study} segment={focus} />}
          {chosen !== null && <PassageList study={study} segments={listed} name={name} />}
        </section>
      </div>
    </>
  );
}

export function litIn(segments: readonly number[], chosen: ReadonlySet<number> | null): number {
  return chosen === null ? 0 : segments.reduce((n, i) => n + Number(chosen.has(i)), 0);
}
