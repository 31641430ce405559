// The list of passages that wait for a person, and the one that is open.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageData } from "../data";
import { focusOn, selection } from "../state";
import { useStore } from "../store";
import { useWords } from "../words";
import type { Desk } from "./desk";
import { keepOpen, lastOpen } from "./drafts";
import { placeOf, saidOf } from "./names";
import { PassageCard } from "./PassageCard";
import { PickList } from "./PickList";
import type { Said, View } from "./proposals";
import { decidedBy, queueOf, type Queue, type Which } from "./queue";
import { saw } from "./seat";

const LIST = "passages-to-decide";
const LISTS = ["people", "disputed", "all"] as const;
const NONE: ReadonlySet<View> = new Set<View>();

interface Props {
  data: PageData;
  desk: Desk;
  keys: boolean; // single keys in the list
  onTell: (sentence: string) => void;
  onUndoLast: () => void;
  onUndo: (id: string) => void;
}

export function Passages({ data, desk, keys, onTell, onUndoLast, onUndo }: Props): JSX.Element {
  const all = useWords();
  const words = all.review;
  const { chosen, focus } = useStore(selection);
  const [which, setWhich] = useState<Which>(() => LISTS.find((one) => queueOf(data, one, null).segments.length > 0) ?? "all");
  const [open, setOpen] = useState<{ segment: number; views: ReadonlySet<View> }>({ segment: -1, views: NONE });
  const [asked, setAsked] = useState(""); // which view, of which passage, was asked for once by a single key
  const queues = useMemo((): Record<Which, Queue> => ({
    people: queueOf(data, "people", null), disputed: queueOf(data, "disputed", null), all: queueOf(data, "all", null), chosen: queueOf(data, "chosen", chosen),
  }), [data, chosen]);
  // a passage that somebody came with stands in the list that holds it
  const holds = (name: Which): boolean => focus !== null && queues[name].segments.includes(focus);
  const shown = focus === null || holds(which) ? which : (LISTS.find(holds) ?? which);
  const { segments, unquoted } = queues[shown];
  const decided = decidedBy(desk);
  const idOf = (i: number): string => data.segments.id[i] ?? "";
  const found = focus === null ? -1 : segments.indexOf(focus);
  const active = Math.max(0, found);
  const segment = segments[active];
  const lost = found < 0 && segments.length > 0;
  useEffect(() => {
    if (!lost) return;
    const before = lastOpen(data.study.key); // a reload goes on where it was
    focusOn(segments.find((i) => data.segments.id[i] === before) ?? segments.find((i) => !decided.has(data.segments.id[i] ?? "")) ?? segments[0] ?? null);
  });
  useEffect(() => { if (!lost && segment !== undefined) keepOpen(data.study.key, data.segments.id[segment] ?? ""); }, [data, segment, lost]);
  const done = segments.filter((i) => decided.has(idOf(i))).length;
  const go = (i: number): void => { focusOn(segments[i] ?? null); };
  const say = (said: Said): void => {
    const proposal = desk.add(said);
    const about = saidOf(data, proposal, all);
    const subject = about === "" ? words.kind[said.kind] : `${words.kind[said.kind]}: ${about}`;
    const now = decidedBy(desk);
    if (said.kind === "memo") onTell(words.said.kept(subject));
    else onTell(words.said.decided(subject, segments.filter((i) => now.has(idOf(i))).length, segments.length));
  };
  const next = (): void => {
    const rest = [...segments.slice(active + 1), ...segments.slice(0, active + 1)];
    const waiting = rest.find((i) => !decided.has(idOf(i)));
    if (waiting === undefined) onTell(words.allDone);
    else focusOn(waiting);
    setTimeout(() => document.getElementById("deciding")?.focus());
  };
  const show = (of: number, what: View, visible: boolean): void => {
    const views = new Set(open.segment === of ? open.views : []);
    if (visible) views.add(what);
    else views.delete(what);
    setOpen({ segment: of, views });
  };
  const press = (key: string): boolean => {
    const now = selection.get().focus; // where the last key led, drawn or not: nobody decides on the passage before
    const on = now !== null && segments.includes(now) ? now : segment;
    if (on === undefined) return false;
    const letter = key.toLowerCase();
    if (key === "Enter") document.getElementById("deciding")?.focus();
    else if (!keys) return false;
    else if (letter === "n" && data.codes.length > 0) {
      const after = desk.seenOn(idOf(on));
      say({ kind: "agree", segment: idOf(on), code: [], note: "", ...(after === undefined ? {} : { after }) });
    } else if (letter === "u") onUndoLast();
    else if ((letter === "o" && data.coders.length > 0) || (letter === "m" && data.machine !== null)) {
      const what = letter === "o" ? "others" : "machine";
      const visible = !(open.segment === on && open.views.has(what));
      const wanted = `${what} ${on}`;
      if (visible && !decided.has(idOf(on)) && asked !== wanted) { // what was seen cannot be taken back
        setAsked(wanted);
        onTell(words.said.sure[what]);
        return true;
      }
      if (visible) saw([idOf(on)], what);
      show(on, what, visible);
      onTell(visible ? words.said.shown[what] : "");
    } else return false;
    return true;
  };
  return (
    <>
      <p class="which">
        <label>{words.which} <select value={shown} onChange={(event) => { setWhich(event.currentTarget.value as Which); focusOn(null); }}>
          {LISTS.filter((one) => one === "all" || queues[one].segments.length > 0).map((one) => (
            <option key={one} value={one}>{words[one](queues[one].segments.length)}</option>
          ))}
          {chosen !== null && <option value="chosen">{words.chosen(queues.chosen.segments.length)}</option>}
        </select></label>
        <span class="progress"><progress max={Math.max(1, segments.length)} value={done} aria-hidden="true" /> {words.progress(done, segments.length)}</span>
      </p>
      <p class="soft">{data.holds.words === "none" ? words.noWords : data.codes.length > 0 ? words.order : ""} {unquoted > 0 && words.notQuoted(unquoted)}</p>
      {segment === undefined ? <p>{words.noPassages}</p> : (
        <div class="desk">
          <PickList id={LIST} label={words.list} n={segments.length} active={active} onActive={go} onKey={press}
            row={(i) => <Row data={data} segment={segments[i] ?? 0} done={decided.has(idOf(segments[i] ?? -1))} />} />
          <PassageCard key={segment} data={data} desk={desk} segment={segment} title={words.at(active + 1, segments.length)}
            open={open.segment === segment ? open.views : NONE} onOpen={(what, visible) => { show(segment, what, visible); }} onSaid={say} onUndo={onUndo} onNext={next}
            onBack={() => document.getElementById(LIST)?.focus()} />
        </div>
      )}
    </>
  );
}

function Row({ data, segment, done }: { data: PageData; segment: number; done: boolean }): JSX.Element {
  const words = useWords();
  return (
    <>
      <span class={done ? "mark done" : "mark"} aria-hidden="true">{done ? "✓" : "○"}</span>
      <span class="line"><span lang={data.study.language} dir="auto">{data.segments.words[segment]}</span></span>
      <span class="line soft">{done ? words.review.decided : words.review.open} · {placeOf(data, segment, words.disagreements.unknown)}</span>
    </>
  );
}
