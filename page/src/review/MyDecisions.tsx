// Everything this person has said, the last first; what was not saved as a file can be undone, the rest taken back.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords } from "../words";
import type { Desk, Kept } from "./desk";
import { placeOf, saidOf } from "./names";
import { Reason } from "./Reason";

const AT_ONCE = 50;

interface Props {
  data: PageData;
  desk: Desk;
  at: ReadonlyMap<string, number>;
  onTell: (sentence: string) => void;
  onUndo: (id: string) => void;
}

export function MyDecisions({ data, desk, at, onTell, onUndo }: Props): JSX.Element {
  const words = useWords();
  const [n, setN] = useState(AT_ONCE);
  const all = desk.all().reverse();
  const standing = new Set(desk.standing().map(({ proposal }) => proposal.id));
  if (all.length === 0) return <p>{words.review.noneMade}</p>;
  return (
    <>
      <ol class="said" reversed>
        {all.slice(0, n).map((one) => (
          <Item key={one.proposal.id} data={data} desk={desk} kept={one} standing={standing.has(one.proposal.id)} segment={at.get(one.proposal.segment ?? "")}
            onTell={onTell} onUndo={onUndo} />
        ))}
      </ol>
      {all.length > n && (
        <p class="buttons"><button type="button" onClick={() => { setN(n + AT_ONCE); }}>{words.disagreements.more(Math.min(AT_ONCE, all.length - n), all.length - n)}</button></p>
      )}
    </>
  );
}

interface ItemProps {
  data: PageData;
  desk: Desk;
  kept: Kept;
  standing: boolean;
  segment: number | undefined;
  onTell: (sentence: string) => void;
  onUndo: (id: string) => void;
}

function Item({ data, desk, kept: { proposal, exported }, standing, segment, onTell, onUndo }: ItemProps): JSX.Element {
  const all = useWords();
  const words = all.review;
  const [asking, setAsking] = useState(false);
  const [note, setNote] = useState("");
  const [lacks, setLacks] = useState(false);
  const takeBack = (): void => {
    setLacks(note.trim() === "");
    if (note.trim() === "") return;
    const about = proposal.segment === undefined ? {} : { segment: proposal.segment };
    desk.add({ kind: "memo", ...about, note: note.trim() }, [proposal.id]);
    onTell(words.said.kept(words.takeBack));
  };
  const what = `${words.kind[proposal.kind]} ${saidOf(data, proposal, all)}`;
  const state = [standing ? words.standing : words.replaced, exported === "" ? words.notHanded : words.handedOn(exported.slice(0, 10))];
  if (proposal.after !== undefined) state.push(words.afterSeeing[proposal.after]);
  return (
    <li class={standing ? "" : "gone"} value={undefined}>
      <p><b>{words.kind[proposal.kind]}</b> <span dir="auto">{saidOf(data, proposal, all)}</span>{proposal.note !== "" && <span dir="auto"> – {proposal.note}</span>}</p>
      {segment !== undefined && (
        <p class="soft clip"><span lang={data.study.language} dir="auto">{data.segments.words[segment] ?? ""}</span> ({placeOf(data, segment, all.disagreements.unknown)})</p>
      )}
      {segment === undefined && proposal.segment !== undefined && <p class="soft">{proposal.segment}</p>}
      <p class="soft">{new Date(proposal.at).toLocaleString(all.code, { dateStyle: "medium", timeStyle: "short" })} · {state.join(" · ")}</p>
      <p class="buttons">
        {exported === "" && <button type="button" aria-label={`${words.undo}: ${what}`} onClick={() => { onUndo(proposal.id); }}>{words.undo}</button>}
        {exported !== "" && standing && !asking && <button type="button" aria-label={`${words.takeBack}: ${what}`} onClick={() => { setAsking(true); }}>{words.takeBack}</button>}
      </p>
      {asking && standing && (
        <div>
          <p>{words.takeBackWhy}</p>
          <Reason note={note} lack={lacks ? "reason" : null} onNote={(text) => { setNote(text); setLacks(false); }} onDone={takeBack} />
          <p class="buttons">
            <button type="button" class="main" onClick={takeBack}>{words.takeBack}</button>
            <button type="button" onClick={() => { setAsking(false); }}>{words.cancel}</button>
          </p>
        </div>
      )}
    </li>
  );
}
