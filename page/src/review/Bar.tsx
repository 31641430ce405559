// Who decides, what can be undone, how it leaves the browser, and what is in the way.
import type { JSX } from "preact";
import type { PageData } from "../data";
import { useWords } from "../words";
import { affected } from "./affected";
import type { Desk } from "./desk";
import { FileButton } from "./FileButton";
import { fileName } from "./proposals";
import { here, standUp } from "./seat";

interface Props {
  data: PageData;
  desk: Desk;
  onTell: (sentence: string) => void;
  onUndoLast: () => void;
}

export function Bar({ data, desk, onTell, onUndoLast }: Props): JSX.Element {
  const words = useWords().review;
  const fresh = desk.nOpen();
  const save = (): void => {
    const file = desk.handOver();
    const name = fileName(file.by, file.exported);
    download(name, JSON.stringify(file, null, 1));
    onTell(words.handed(file.proposals.length, name));
  };
  return (
    <div class="bar">
      <p>{words.you(desk.person.by, words.roles[desk.person.role])} <button type="button" class="link" onClick={standUp}>{words.who.change}</button></p>
      <div class="buttons">
        <button type="button" onClick={onUndoLast} disabled={fresh === 0}>{words.undoLast}</button>
        <button type="button" class="main" onClick={save}>{fresh > 0 ? words.exportedSome(fresh) : words.exported}</button>
        <FileButton data={data} text={words.openFile} />
      </div>
      <Banners data={data} desk={desk} />
    </div>
  );
}

function Banners({ data, desk }: { data: PageData; desk: Desk }): JSX.Element {
  const words = useWords().review;
  const { earlier, gone } = affected(data, desk.all());
  const then = Math.min(...earlier.map((one) => one.on.n_decisions));
  return (
    <>
      {desk.trouble !== "" && <p class="banner" role="alert">{words.trouble[desk.trouble]}</p>}
      {earlier.length > 0 && <p class="banner">{words.earlier(earlier.length, then, data.ledger.n_decisions)}</p>}
      {gone.length > 0 && (
        <div class="banner">
          <p>{words.gone(new Set(gone.map(({ proposal }) => proposal.id)).size)}</p>
          <ul>{gone.slice(0, 10).map(({ proposal, what, name }) => <li key={`${proposal.id} ${name}`} dir="auto">{words.kind[proposal.kind]}: {words.goneWhat[what]} {name}</li>)}</ul>
        </div>
      )}
      {here().elsewhere.filter((one) => one.by === desk.person.by).map((one) => <p key={one.key} class="banner">{words.elsewhere(one.n, one.by)}</p>)}
    </>
  );
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => { URL.revokeObjectURL(address); }, 60_000);
}
