import type { JSX } from "preact";
import { Swatch } from "../parts/Swatch";
import type { What } from "../state";
import { suggestionName, type Study } from "../study";
import { useWords, type Words } from "../words";

export interface MarginOf {
  key: string;
  name: string;
  what: What; // what somebody has seen who had this beside the words
  at: (segment: number) => { name: string; hue: number | null }[] | null; // null: not read, or not asked
}

/** Everybody whose codes can stand beside the words. */
export function marginsOf(study: Study, words: Words): MarginOf[] {
  const { coders, consensus, machine, codes } = study.data;
  const named = (set: number[] | null | undefined): { name: string; hue: number | null }[] | null =>
    set?.map((code) => ({ name: codes[code]?.name ?? "", hue: hueOf(codes[code]?.theme) })) ?? null;
  const found: MarginOf[] = coders.map((coder, k) => ({ key: `coder-${k}`, name: coder.name, what: "others", at: (i) => named(coder.codes[i]) }));
  if (consensus !== null) found.push({ key: "consensus", name: words.passage.consensus, what: "others", at: (i) => named(consensus[i]) });
  if (machine !== null) {
    found.push({
      key: "machine", name: words.read.machine, what: "machine",
      at: (i) => machine.sets[i]?.map((index) => {
        const name = suggestionName(study, index);
        return { name, hue: hueOf(themeOf(study, index)) };
      }) ?? null,
    });
  }
  return found;
}

function themeOf(study: Study, index: number): number | undefined {
  const { machine, themes, codes } = study.data;
  const id = machine?.names[index];
  return machine?.level === "theme" ? themes.findIndex((theme) => theme.name === id) : codes.find((code) => code.id === id || code.essence === id)?.theme;
}

function hueOf(theme: number | undefined): number | null {
  return theme === undefined || theme < 0 || theme > 9 ? null : theme;
}

/** The codes of one passage, one line a coder. */
export function Margin({ study, segment, margins, several }: { study: Study; segment: number; margins: MarginOf[]; several: boolean }): JSX.Element | null {
  const words = useWords();
  if (margins.length === 0) return null;
  const closed = study.data.segments.open[segment] === false;
  const start = several ? (study.data.segments.words[segment] ?? "").split(/\s+/).slice(0, 4).join(" ") : "";
  if (closed) return <p class="margin absent">{words.passage.unfinished}</p>;
  return (
    <div class="margin">
      {start !== "" && <p class="start" lang={study.data.study.language}>{start} …</p>}
      <dl>
        {margins.map((margin) => {
          const set = margin.at(segment);
          return (
            <div key={margin.key}>
              <dt>{margin.name}</dt>
              <dd>
                {set === null && <span class="absent">{margin.what === "machine" ? words.passage.abstained : words.passage.notRead}</span>}
                {set?.length === 0 && <span class="absent">{words.passage.noCode}</span>}
                {set?.map((code) => <span class="code-name" key={code.name}><Swatch hue={code.hue} />{code.name}</span>)}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
