// Is a cluster the same as a code? Each person says so before seeing what the machine linked it to.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords } from "../words";
import { clusterSight, type Desk } from "./desk";
import { codeLabel, saidOf } from "./names";
import { Mine } from "./PassageCard";
import { PickList } from "./PickList";
import { lacking, type Lack, type Said } from "./proposals";
import { Reason } from "./Reason";

const LIST = "clusters-to-decide";
const QUOTES = 5;

interface Props {
  data: PageData;
  desk: Desk;
  onTell: (sentence: string) => void;
  onUndo: (id: string) => void;
}

export function Clusters({ data, desk, onTell, onUndo }: Props): JSX.Element {
  const words = useWords().review;
  const [active, setActive] = useState(0);
  const cluster = data.clusters[active];
  if (cluster === undefined) return <p>{words.noLinks}</p>;
  const decided = new Set(desk.standing().map(({ proposal }) => proposal.members));
  return (
    <div class="desk">
      <PickList id={LIST} label={words.clusterList} n={data.clusters.length} active={active} onActive={setActive}
        onKey={(key) => {
          if (key === "Enter") document.getElementById("deciding")?.focus();
          return key === "Enter";
        }}
        row={(i) => {
          const one = data.clusters[i];
          const done = decided.has(one?.members);
          return (
            <>
              <span class={done ? "mark done" : "mark"} aria-hidden="true">{done ? "✓" : "○"}</span>
              <span class="line">{words.cluster(one?.number ?? 0)} · <span lang={data.study.language} dir="auto">{one?.keywords.join(", ")}</span></span>
              <span class="line soft">{done ? words.decided : words.open} · {words.clusterSize(one?.n ?? 0)}</span>
            </>
          );
        }} />
      <ClusterCard key={cluster.members} data={data} desk={desk} cluster={cluster} onTell={onTell} onUndo={onUndo}
        onBack={() => document.getElementById(LIST)?.focus()} />
    </div>
  );
}

function ClusterCard({ data, desk, cluster, onTell, onUndo, onBack }: Props & { cluster: PageData["clusters"][number]; onBack: () => void }): JSX.Element {
  const all = useWords();
  const words = all.review;
  const id = useId();
  const [code, setCode] = useState("");
  const [note, setNote] = useState("");
  const [lack, setLack] = useState<Lack | null>(null);
  const [shown, setShown] = useState(false);
  const sight = clusterSight(cluster.members);
  const here = desk.standing().filter(({ proposal }) => proposal.members === cluster.members);
  const quotes = data.segments.id.flatMap((_, i) => (data.segments.cluster[i] === cluster.number ? (data.segments.words[i] ?? []) : [])).slice(0, QUOTES);
  const say = (kind: "accept" | "reject" | "memo", path: string): void => {
    const after = desk.seenOn(sight);
    const said: Said = {
      kind, cluster: cluster.number, members: cluster.members, ...(path === "" ? {} : { code: [path] }), note: note.trim(), ...(after === undefined ? {} : { after }),
    };
    const lacks = lacking(said)[0];
    setLack(lacks ?? null);
    if (lacks !== undefined) return;
    const proposal = desk.add(said);
    setNote("");
    onTell(words.said.kept(`${words.kind[kind]}: ${saidOf(data, proposal, all)}`));
  };
  return (
    <article class="card decide" onKeyDown={(event) => { if (event.key === "Escape") onBack(); }}>
      <h3 tabIndex={-1} id="deciding">{words.cluster(cluster.number)}</h3>
      <p><span lang={data.study.language} dir="auto">{cluster.keywords.join(", ")}</span> <span class="soft">{words.clusterSize(cluster.n)}</span></p>
      {quotes.length === 0 ? <p class="soft">{words.noQuotes}</p> : (
        <>
          <p class="soft">{words.quotes}</p>
          <ul class="quotes">{quotes.map((text, i) => <li key={i} lang={data.study.language} dir="auto">{text}</li>)}</ul>
        </>
      )}
      {data.codes.length > 0 && <p>
        <label for={id}>{words.whichCode}</label>
        <select id={id} value={code} onChange={(event) => { setCode(event.currentTarget.value); }}>
          <option value="">{words.choose}</option>
          {data.codes.map((one) => <option key={one.id} value={one.id}>{codeLabel(data, one.id)}</option>)}
        </select>
      </p>}
      <Reason note={note} lack={lack} onNote={(text) => { setNote(text); setLack(null); }} />
      <p class="buttons">
        {data.codes.length > 0 && (
          <>
            <button type="button" class="main" onClick={() => { say("accept", code); }}>{words.sameAs}</button>
            <button type="button" onClick={() => { say("reject", code); }}>{words.notSameAs}</button>
          </>
        )}
        <button type="button" onClick={() => { say("memo", ""); }}>{words.memo}</button>
      </p>
      <Mine data={data} kept={here} onUndo={onUndo} />
      {data.codes.length > 0 && <div class="views">
        <button type="button" aria-expanded={shown} onClick={() => {
          if (!shown) desk.open([sight], "machine");
          setShown(!shown);
        }}>{shown ? words.hideLinks : words.showLinks}</button>
        {shown && <Links data={data} number={cluster.number} onSay={say} />}
      </div>}
    </article>
  );
}

function Links({ data, number, onSay }: { data: PageData; number: number; onSay: (kind: "accept" | "reject", path: string) => void }): JSX.Element {
  const words = useWords().review;
  const links = data.links.filter((link) => link.cluster === number);
  if (links.length === 0) return <p>{words.noLinks}</p>;
  return (
    <ul class="suggested">
      {links.map((link) => {
        const path = data.codes[link.code]?.id ?? "";
        return (
          <li key={path}>
            <span class="code" dir="auto">{codeLabel(data, path)}</span>{" "}
            <span class="verdict">
              <button type="button" aria-label={`${words.accept}: ${codeLabel(data, path)}`} onClick={() => { onSay("accept", path); }}>{words.accept}</button>
              <button type="button" aria-label={`${words.reject}: ${codeLabel(data, path)}`} onClick={() => { onSay("reject", path); }}>{words.reject}</button>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
