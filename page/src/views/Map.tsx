import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { BY, categoriesOf, type By } from "../map/categories";
import { Legend } from "../map/Legend";
import { Picture } from "../map/Picture";
import { FilterRow } from "../parts/Filters";
import { Passage } from "../parts/Passage";
import { useInView } from "../parts/inView";
import { PassageList } from "../parts/PassageList";
import { filters, sawOf, selection } from "../state";
import { useStore } from "../store";
import { passing, type Study } from "../study";
import { useWords } from "../words";

export function MapView({ study }: { study: Study }): JSX.Element {
  const words = useWords();
  const now = useStore(filters);
  const { chosen, focus } = useStore(selection);
  const panel = useRef<HTMLElement>(null);
  useInView(panel, focus);
  const [by, setBy] = useState<By>(study.data.clusters.length > 0 ? "cluster" : "theme");
  const categories = useMemo(() => categoriesOf(study, by, words), [study, by, words]);
  const segments = useMemo(() => passing(study, now), [study, now]);
  const told = now.code !== null || now.theme !== null; // the list says what people coded
  useEffect(() => { if (told) for (const i of segments) sawOf(i, "others"); }, [told, segments]);
  useEffect(() => { // so does the colour of a point that is read
    if (by === "theme") for (const i of chosen ?? []) sawOf(i, "others");
    if (by === "theme" && focus !== null) sawOf(focus, "others");
  }, [by, chosen, focus]);
  const placed = useMemo(() => segments.filter((i) => (study.data.segments.x[i] ?? -1) >= 0), [study, segments]);
  const listed = useMemo(() => (chosen === null ? segments : segments.filter((i) => chosen.has(i))), [segments, chosen]);
  const name = `${words.shell.passages(listed.length)}${chosen === null ? "" : `, ${words.map.chosen}`}`;
  return (
    <>
      <p class="lead">{study.mapped ? words.map.lead : words.map.noMap}</p>
      <FilterRow study={study} />
      <div class="beside-one-another">
        {study.mapped && (
          <div class="drawn">
            <fieldset class="choices">
              <legend>{words.map.colour}</legend>
              {BY.filter((each) => each !== "cluster" || study.data.clusters.length > 0).map((each) => (
                <label key={each}><input type="radio" name="by" checked={by === each} onChange={() => { setBy(each); }} />{words.map.by[each]}</label>
              ))}
            </fieldset>
            <Picture study={study} categories={categories} segments={placed} onHover={(i) => { if (by === "theme") sawOf(i, "others"); }} />
            <p class="small">{words.map.how}</p>
            <Legend study={study} categories={categories} segments={segments} />
            {by === "theme" && <p class="small">{study.agreed ? words.map.themeAgreed : words.map.themeAny}</p>}
          </div>
        )}
        <section ref={panel} class="panel" aria-label={words.map.panel}>
          {focus !== null && <Passage study={study} segment={focus} />}
          <h3 aria-live="polite">{name}</h3>
          <PassageList study={study} segments={listed} name={name} />
        </section>
      </div>
    </>
  );
}
