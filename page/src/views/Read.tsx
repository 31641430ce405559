import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Margin, marginsOf, type MarginOf } from "../read/Margin";
import { isGap, linesOf, readable, type Turn } from "../read/turns";
import { focusOn, sawOf, selection } from "../state";
import { useStore } from "../store";
import type { Study } from "../study";
import { useWords } from "../words";

export function Read({ study }: { study: Study }): JSX.Element {
  const words = useWords();
  const { focus } = useStore(selection);
  const choices = useMemo(() => readable(study), [study]);
  const [transcript, setTranscript] = useState(() => study.data.segments.transcript[focus ?? 0] ?? choices[0]?.transcript ?? 0);
  const [beside, setBeside] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => linesOf(study, transcript), [study, transcript]);
  const margins = useMemo(() => marginsOf(study, words), [study, words]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focus === null) return;
    setTranscript(study.data.segments.transcript[focus] ?? 0);
  }, [focus, study]);
  useEffect(() => {
    box.current?.querySelector(".piece.open")?.scrollIntoView({ block: "center" });
  }, [transcript]);
  const shown = margins.filter((margin) => beside.has(margin.key));
  const ask = (margin: MarginOf): void => {
    setBeside((old) => {
      const next = new Set(old);
      if (!next.delete(margin.key)) next.add(margin.key);
      return next;
    });
  };
  useEffect(() => { // whoever decides later is known to have seen these
    const inside = study.data.segments.transcript.flatMap((t, i) => (t === transcript ? [i] : []));
    for (const what of new Set(margins.filter((margin) => beside.has(margin.key)).map((margin) => margin.what))) for (const i of inside) sawOf(i, what);
  }, [study, transcript, margins, beside]);
  const lead = <p class="lead">{words.read.lead[study.data.holds.words](study.data.holds.n_words, study.n)}</p>;
  if (study.data.holds.words === "none") return lead;
  return (
    <>
      {lead}
      <div class="filters">
        <label class="wide-field">
          {words.read.transcript}
          <select value={transcript} onChange={(event) => { focusOn(null); setTranscript(Number(event.currentTarget.value)); }}>
            {choices.map((choice) => <option key={choice.transcript} value={choice.transcript}>{choice.name}</option>)}
          </select>
        </label>
      </div>
      <fieldset class="choices">
        <legend>{words.read.margin}</legend>
        {margins.map((margin) => (
          <label key={margin.key}><input type="checkbox" checked={beside.has(margin.key)} onChange={() => { ask(margin); }} />{margin.name}</label>
        ))}
      </fieldset>
      {shown.length === 0 && <p class="small">{words.read.ask}</p>}
      <div class={`transcript${shown.length > 0 ? " with-margin" : ""}`} ref={box}>
        {lines.map((line) => isGap(line)
          ? <p class="gap" key={line.key}>{words.read.gap(line.left)}</p>
          : <TurnLine key={line.key} study={study} turn={line} margins={shown} />)}
      </div>
    </>
  );
}

function TurnLine({ study, turn, margins }: { study: Study; turn: Turn; margins: MarginOf[] }): JSX.Element {
  const words = useWords();
  const { focus, chosen } = useStore(selection);
  const lang = study.data.study.language;
  const segments = turn.pieces.flatMap((piece) => (piece.segment === null ? [] : [piece.segment]));
  return (
    <div class={`turn${turn.role !== null && turn.role !== "participant" ? " moderator" : ""}`}>
      <p class="who" dir="auto">{turn.person || (turn.role === "moderator" ? words.read.moderator : "")}</p>
      <p class="talk" lang={lang} dir="auto">
        {turn.pieces.map(({ text, segment }, k) => segment === null
          ? <span key={k}>{text}</span>
          : <span key={k} class={`piece${segment === focus ? " open" : ""}${chosen?.has(segment) === true ? " chosen" : ""}`}>{text}</span>)}
      </p>
      <div class="beside">
        {turn.notes.map((note, k) => <p class="field-note" key={k} dir="auto"><b>{words.read.note}</b> <span lang={lang}>{note}</span></p>)}
        {segments.map((segment) => <Margin key={segment} study={study} segment={segment} margins={margins} several={segments.length > 1} />)}
      </div>
    </div>
  );
}
