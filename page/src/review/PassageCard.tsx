// One passage to decide on: first alone, then, when asked for, what others and the machine made of it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords } from "../words";
import { CodePicker } from "./CodePicker";
import type { Desk, Kept } from "./desk";
import { draftOf, keepDraft, type Draft } from "./drafts";
import { codeLabel, saidOf } from "./names";
import { MachineView, Others, Passage } from "./Passage";
import { lacking, type Lack, type Said, type View } from "./proposals";
import { Reason } from "./Reason";
import { saw } from "./seat";

interface Props {
  data: PageData;
  desk: Desk;
  segment: number;
  title: string;
  open: ReadonlySet<View>;
  onOpen: (what: View, shown: boolean) => void;
  onSaid: (said: Said) => void;
  onUndo: (id: string) => void;
  onNext: () => void;
  onBack: () => void;
}

export function PassageCard({ data, desk, segment, title, open, onOpen, onSaid, onUndo, onNext, onBack }: Props): JSX.Element {
  const words = useWords().review;
  const id = data.segments.id[segment] ?? "";
  const [draft, setDraft] = useState<Draft>(() => draftOf(data.study.key, desk.person.by, id));
  const [lack, setLack] = useState<Lack | null>(null);
  const next = useRef<HTMLButtonElement>(null);
  const [justSaid, setJustSaid] = useState(false);
  useEffect(() => { if (justSaid) next.current?.focus(); }, [justSaid]);
  const here = desk.standing().filter(({ proposal }) => proposal.segment === id);
  const reading = here.find(({ proposal }) => proposal.kind === "agree");
  const decided = here.some(({ proposal }) => proposal.kind === "agree" || proposal.kind === "differ");
  const chosen = new Set(draft.codes ?? reading?.proposal.code ?? []);
  const change = (part: Partial<Draft>): void => {
    const changed = { ...draft, ...part };
    setDraft(changed);
    setLack(null);
    setJustSaid(false);
    keepDraft(data.study.key, desk.person.by, id, changed);
  };
  const say = (said: Omit<Said, "note">, needsCodes = false): void => {
    const after = desk.seenOn(id);
    const whole: Said = { ...said, note: draft.note.trim(), ...(after === undefined ? {} : { after }) };
    const lacks = needsCodes && whole.code?.length === 0 ? "codes" : lacking(whole)[0];
    setLack(lacks ?? null);
    if (lacks !== undefined) return;
    onSaid(whole);
    setDraft({ codes: null, note: "" });
    keepDraft(data.study.key, desk.person.by, id, null);
    if (said.kind === "agree" || said.kind === "differ") setJustSaid(true);
  };
  const decide = (): void => { say({ kind: "agree", segment: id, code: [...chosen] }, true); };
  const onMachine = (name: string): ComponentChildren => (
    <Verdict name={codeLabel(data, name)} on={here.find(({ proposal: { kind, code } }) => (kind === "accept" || kind === "reject") && code?.[0] === name)}
      onSay={(kind) => { say({ kind, segment: id, code: [name] }); }} />
  );
  return (
    <article class="card decide" onKeyDown={(event) => { if (event.key === "Escape") onBack(); }}>
      <h3 tabIndex={-1} id="deciding">{title}</h3>
      <Passage data={data} segment={segment} />
      {data.codes.length === 0 ? <p class="soft">{words.noCodebook}</p>
        : <CodePicker data={data} legend={words.codes} chosen={chosen} onChange={(codes) => { change({ codes: [...codes] }); }} />}
      <Reason note={draft.note} lack={lack} onNote={(note) => { change({ note }); }} onDone={decide} />
      <p class="buttons">
        {data.codes.length > 0 && (
          <>
            <button type="button" class="main" onClick={decide}>{words.decide}</button>
            <button type="button" onClick={() => { say({ kind: "agree", segment: id, code: [] }); }}>{words.noCode}</button>
            <button type="button" onClick={() => { say({ kind: "differ", segment: id }); }}>{words.differ}</button>
          </>
        )}
        <button type="button" onClick={() => { say({ kind: "memo", segment: id }); }}>{words.memo}</button>
        <button type="button" ref={next} class="next" onClick={onNext}>{words.next}</button>
      </p>
      <Mine data={data} kept={here} onUndo={onUndo} />
      <Views data={data} segment={segment} decided={decided} open={open} onOpen={onOpen} onMachine={onMachine} />
    </article>
  );
}

function Verdict({ name, on, onSay }: { name: string; on: Kept | undefined; onSay: (kind: "accept" | "reject") => void }): JSX.Element {
  const words = useWords().review;
  const kind = on?.proposal.kind;
  return (
    <span class="verdict">
      <button type="button" aria-label={`${words.accept}: ${name}`} aria-pressed={kind === "accept"} onClick={() => { onSay("accept"); }}>{words.accept}</button>
      <button type="button" aria-label={`${words.reject}: ${name}`} aria-pressed={kind === "reject"} onClick={() => { onSay("reject"); }}>{words.reject}</button>
    </span>
  );
}

/** What this person has said about it. */
export function Mine({ data, kept, onUndo }: { data: PageData; kept: readonly Kept[]; onUndo: (id: string) => void }): JSX.Element | null {
  const all = useWords();
  const words = all.review;
  if (kept.length === 0) return null;
  return (
    <ul class="mine" aria-label={words.decidedHere}>
      {kept.map(({ proposal, exported }) => (
        <li key={proposal.id}>
          <span><b>{words.kind[proposal.kind]}</b> <span dir="auto">{saidOf(data, proposal, all)}</span>
            {proposal.note !== "" && <span class="soft" dir="auto"> – {proposal.note}</span>}</span>
          {exported === "" && (
            <button type="button" aria-label={`${words.undo}: ${words.kind[proposal.kind]} ${saidOf(data, proposal, all)}`} onClick={() => { onUndo(proposal.id); }}>{words.undo}</button>
          )}
        </li>
      ))}
    </ul>
  );
}

interface ViewProps {
  data: PageData;
  segment: number;
  decided: boolean;
  open: ReadonlySet<View>;
  onOpen: (what: View, shown: boolean) => void;
  onMachine: (name: string) => ComponentChildren;
}

function Views({ data, segment, decided, open, onOpen, onMachine }: ViewProps): JSX.Element | null {
  const words = useWords().review;
  const id = data.segments.id[segment] ?? "";
  const toggle = (what: View): void => {
    if (!open.has(what)) saw([id], what);
    onOpen(what, !open.has(what));
  };
  const others = open.has("others");
  const machine = open.has("machine");
  if (data.coders.length === 0 && data.machine === null) return null;
  return (
    <div class="views">
      {!decided && <p class="soft">{words.beforeDeciding}</p>}
      {data.coders.length > 0 && (
        <button type="button" aria-expanded={others} onClick={() => { toggle("others"); }}>{others ? words.hideOthers : words.showOthers}</button>
      )}
      {others && <Others data={data} segment={segment} />}
      {data.machine !== null && (
        <button type="button" aria-expanded={machine} onClick={() => { toggle("machine"); }}>{machine ? words.hideMachine : words.showMachine}</button>
      )}
      {machine && <MachineView data={data} segment={segment} beside={onMachine} />}
      {machine && <p class="soft">{words.machineReason}</p>}
    </div>
  );
}
