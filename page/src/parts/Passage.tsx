import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { focusOn, sawOf } from "../state";
import { clusterName, suggestionName, whereSaid, type Study } from "../study";
import { useWords } from "../words";

const AROUND = 2; // passages before and after it

/** One passage in its context. What others coded, and what the machine says, is there only when asked for. */
export function Passage({ study, segment, close = true }: { study: Study; segment: number; close?: boolean }): JSX.Element {
  const words = useWords();
  const { data } = study;
  const around = neighbours(study, segment);
  const asked = data.segments.asked[segment] ?? null;
  return (
    <article class="passage" aria-label={words.passage.title}>
      <p class="where"><b>{whereSaid(study, segment)}</b></p>
      {close && <button type="button" class="quiet close" onClick={() => { focusOn(null); }}>{words.passage.close}</button>}
      {around.before.map((i) => <Beside key={i} study={study} segment={i} />)}
      {asked !== null && <p class="asked" lang={data.study.language} dir="auto"><span class="small">{words.passage.asked}</span> {asked}</p>}
      <Said study={study} segment={segment} />
      {around.after.map((i) => <Beside key={i} study={study} segment={i} />)}
      <p class="acts"><a href="#/read">{words.passage.read}</a></p>
      <Asked key={`people-${segment}`} title={words.passage.people} shown={() => { sawOf(segment, "others"); }}>
        {() => <People study={study} segment={segment} />}
      </Asked>
      {(data.machine !== null || data.clusters.length > 0) && (
        <Asked key={`machine-${segment}`} title={words.passage.machine} shown={() => { sawOf(segment, "machine"); }}>
          {() => <MachineView study={study} segment={segment} />}
        </Asked>
      )}
    </article>
  );
}

export function neighbours(study: Study, segment: number): { before: number[]; after: number[] } {
  const { transcript } = study.data.segments;
  const same = (i: number): boolean => i >= 0 && i < study.n && transcript[i] === transcript[segment];
  const steps = Array.from({ length: AROUND }, (_, k) => k + 1);
  return { before: steps.map((k) => segment - k).filter(same).reverse(), after: steps.map((k) => segment + k).filter(same) };
}

function Said({ study, segment }: { study: Study; segment: number }): JSX.Element {
  const words = useWords();
  const kept = study.data.segments.words[segment] ?? null;
  return kept === null
    ? <p class="absent">{words.list.absent}</p>
    : <blockquote lang={study.data.study.language} dir="auto">{kept}</blockquote>;
}

function Beside({ study, segment }: { study: Study; segment: number }): JSX.Element | null {
  const kept = study.data.segments.words[segment] ?? null;
  if (kept === null) return null;
  const person = study.data.people[study.data.segments.person[segment] ?? -1]?.label;
  return <p class="beside" dir="auto">{person !== undefined && <b>{person}: </b>}<span lang={study.data.study.language}>{kept}</span></p>;
}

/** Something that is not in the document before it is asked for. */
export function Asked({ title, shown, children }: { title: string; shown: () => void; children: () => JSX.Element }): JSX.Element {
  const [open, setOpen] = useState(false);
  useEffect(() => { if (open) shown(); }, [open]); // eslint-disable-line react-hooks/exhaustive-deps -- once for each opening
  return (
    <div class="asked-for">
      <button type="button" class="quiet" aria-expanded={open} onClick={() => { setOpen(!open); }}>{title}</button>
      {open && children()}
    </div>
  );
}

export function People({ study, segment }: { study: Study; segment: number }): JSX.Element {
  const words = useWords();
  const { data } = study;
  const rows: [string, number[] | null][] = data.coders.map((coder) => [coder.name, coder.codes[segment] ?? null]);
  if (data.consensus !== null) rows.push([words.passage.consensus, data.consensus[segment] ?? null]);
  if (data.segments.open[segment] === false) return <p>{words.passage.unfinished}</p>;
  return (
    <dl>
      {rows.map(([name, codes]) => (
        <div key={name}><dt>{name}</dt><dd>{codes === null ? words.passage.notRead : codes.length === 0 ? words.passage.noCode : codes.map((code) => data.codes[code]?.name).join("; ")}</dd></div>
      ))}
    </dl>
  );
}

export function MachineView({ study, segment }: { study: Study; segment: number }): JSX.Element {
  const words = useWords();
  const { machine, segments, clusters } = study.data;
  const set = machine?.sets[segment] ?? null;
  const reason = machine?.reasons[segment] ?? null;
  const cluster = segments.cluster[segment] ?? -1;
  return (
    <dl>
      {machine !== null && (
        <div><dt>{machine.name}</dt><dd>{set === null ? words.passage.abstained : set.length === 0 ? words.passage.noCode : set.map((index) => suggestionName(study, index)).join("; ")}</dd></div>
      )}
      {reason !== null && <div><dt>{words.passage.why}</dt><dd dir="auto">{reason}</dd></div>}
      {clusters.length > 0 && <div><dt>{words.passage.cluster}</dt><dd>{cluster < 0 ? words.shell.noCluster : clusterName(study, cluster, 5)}</dd></div>}
    </dl>
  );
}
