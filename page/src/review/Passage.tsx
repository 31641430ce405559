// The words of a passage where they were said, and what people and the machine made of it.
import type { ComponentChildren, JSX } from "preact";
import type { PageData } from "../data";
import { useWords } from "../words";
import { codeLabel, placeOf, setLabels } from "./names";

/** A segment of the same transcript beside this one, if its words are in the file. */
function beside(data: PageData, segment: number, step: number): string | null {
  const { transcript, words } = data.segments;
  return transcript[segment + step] === transcript[segment] ? (words[segment + step] ?? null) : null;
}

export function Passage({ data, segment }: { data: PageData; segment: number }): JSX.Element {
  const words = useWords();
  const asked = data.segments.asked[segment] ?? null;
  const [before, after] = [beside(data, segment, -1), beside(data, segment, 1)];
  const text = data.segments.words[segment] ?? null;
  return (
    <figure class="heard">
      {before !== null && <p class="beside"><b>{words.review.before}</b> <span lang={data.study.language} dir="auto">{before}</span></p>}
      {asked !== null && <p class="beside"><b>{words.disagreements.asked}</b> <span lang={data.study.language} dir="auto">{asked}</span></p>}
      <blockquote>{text === null ? <p class="soft">{words.disagreements.notHere}</p> : <p lang={data.study.language} dir="auto">{text}</p>}</blockquote>
      {after !== null && <p class="beside"><b>{words.review.after}</b> <span lang={data.study.language} dir="auto">{after}</span></p>}
      <figcaption>{placeOf(data, segment, words.disagreements.unknown)}</figcaption>
    </figure>
  );
}

function CodeSet({ data, codes }: { data: PageData; codes: readonly number[] | null }): JSX.Element {
  const words = useWords().disagreements;
  if (codes === null) return <i>{words.notRead}</i>;
  if (codes.length === 0) return <i>{words.noCode}</i>;
  return <>{setLabels(data, codes).map((name) => <span key={name} class="code" dir="auto">{name}</span>)}</>;
}

/** What each coder gave, and the consensus. */
export function Others({ data, segment }: { data: PageData; segment: number }): JSX.Element {
  const words = useWords().disagreements;
  const consensus = data.consensus?.[segment] ?? null;
  return (
    <dl class="sides">
      {data.coders.map((coder) => (
        <div key={coder.name}><dt>{coder.name}</dt><dd><CodeSet data={data} codes={coder.codes[segment] ?? null} /></dd></div>
      ))}
      {consensus !== null && <div><dt>{words.consensus}</dt><dd><CodeSet data={data} codes={consensus} /></dd></div>}
    </dl>
  );
}

/** What the machine suggests there, with its reasons. Not to be drawn before somebody asks for it. */
export function MachineView({ data, segment, beside: extra }: { data: PageData; segment: number; beside?: (name: string) => ComponentChildren }): JSX.Element {
  const words = useWords().disagreements;
  const machine = data.machine;
  const set = machine?.sets[segment] ?? null;
  const names = set?.map((index) => machine?.names[index] ?? "") ?? [];
  const reason = machine?.reasons[segment] ?? null;
  return (
    <div class="machine">
      <dl class="sides">
        <div>
          <dt>{machine?.name}</dt>
          <dd>
            {set === null && <i>{words.abstained}</i>}
            {set?.length === 0 && <i>{words.noCode}</i>}
            <ul class="suggested">
              {names.map((name) => <li key={name}><span class="code" dir="auto">{codeLabel(data, name)}</span> {extra?.(name)}</li>)}
            </ul>
          </dd>
        </div>
      </dl>
      {reason === null ? <p>{words.noReason}</p> : <p lang="en" dir="auto">{reason}</p>}
      <p class="soft" lang="en">{machine?.how}</p>
    </div>
  );
}
