import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { Bar } from "../review/Bar";
import { Clusters } from "../review/Clusters";
import { Codebook } from "../review/Codebook";
import type { Desk } from "../review/desk";
import { keysAreOn, keepKeys } from "../review/keys";
import { MyDecisions } from "../review/MyDecisions";
import { saidOf } from "../review/names";
import { Passages } from "../review/Passages";
import { useDesk } from "../review/seat";
import { Who } from "../review/Who";
import type { Study } from "../study";
import { useWords } from "../words";

const PARTS = ["passages", "clusters", "codebook", "mine"] as const;
type Part = (typeof PARTS)[number];

/** Each person decides alone; what they decide leaves the browser as a file of proposals. */
export function Review({ study }: { study: Study }): JSX.Element {
  const desk = useDesk();
  return desk === null ? <Who data={study.data} /> : <AtDesk key={desk.person.by} study={study} desk={desk} />;
}

function AtDesk({ study, desk }: { study: Study; desk: Desk }): JSX.Element {
  const all = useWords();
  const words = all.review;
  const { data } = study;
  const [part, setPart] = useState<Part>("passages");
  const [keys, setKeys] = useState(keysAreOn);
  const [told, setTold] = useState("");
  const undo = (id: string): void => {
    const kept = desk.get(id);
    const done = desk.undo(id);
    setTold(done && kept !== undefined ? words.said.undone(`${words.kind[kept.proposal.kind]}: ${saidOf(data, kept.proposal, all)}`) : words.said.tooLate);
  };
  const undoLast = (): void => {
    const last = desk.lastOpen();
    if (last === undefined) setTold(words.nothingToUndo);
    else undo(last.proposal.id);
  };
  const shared = { data, desk, onTell: setTold, onUndo: undo };
  return (
    <div class="review">
      <Bar data={data} desk={desk} onTell={setTold} onUndoLast={undoLast} />
      <p class="told" role="status">{told}</p>
      <div class="parts" role="group" aria-label={all.views.review}>
        {PARTS.filter((one) => (one !== "clusters" || data.clusters.length > 0) && (one !== "codebook" || data.codes.length > 0)).map((one) => (
          <button key={one} type="button" aria-pressed={part === one} onClick={() => { setPart(one); }}>
            {words.parts[one]}{one === "mine" && ` (${desk.all().length})`}
          </button>
        ))}
      </div>
      {part === "passages" && <Passages {...shared} keys={keys} onUndoLast={undoLast} />}
      {part === "clusters" && <Clusters {...shared} />}
      {part === "codebook" && <Codebook {...shared} />}
      {part === "mine" && <MyDecisions {...shared} at={study.at} />}
      {part === "passages" && <Keys on={keys} onChange={(on) => { keepKeys(on); setKeys(on); }} />}
    </div>
  );
}

function Keys({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }): JSX.Element {
  const words = useWords().review;
  const id = useId();
  return (
    <details class="keys">
      <summary>{words.keys}</summary>
      <label class="tick"><input type="checkbox" checked={on} aria-describedby={id} onChange={() => { onChange(!on); }} /> {words.keysOn}</label>
      <p id={id} class="soft">{words.keysHelp}</p>
      <dl>{words.keyList.map(([key, what]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div>)}</dl>
    </details>
  );
}
