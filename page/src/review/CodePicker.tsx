// Codes to tick, under their themes.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { PageData } from "../data";
import { useWords } from "../words";

interface Props {
  data: PageData;
  legend: string;
  chosen: ReadonlySet<string>;
  without?: string; // a code that cannot be chosen here
  onChange: (chosen: Set<string>) => void;
}

const MANY = 12; // from here on a field to find one

export function CodePicker({ data, legend, chosen, without, onChange }: Props): JSX.Element {
  const words = useWords().review;
  const [search, setSearch] = useState("");
  const [about, setAbout] = useState<string | null>(null); // the code whose definition stands below the list
  const id = useId();
  const wanted = search.trim().toLocaleLowerCase();
  const fits = (text: string): boolean => text.toLocaleLowerCase().includes(wanted);
  const shown = data.codes.filter((code) => code.id !== without && (chosen.has(code.id) || fits(code.id) || fits(code.definition)));
  const defined = shown.find((code) => code.id === about);
  const toggle = (path: string): void => {
    const next = new Set(chosen);
    if (!next.delete(path)) next.add(path);
    onChange(next);
  };
  const groups = new Map<number, typeof shown>();
  for (const code of shown) groups.set(code.theme, [...(groups.get(code.theme) ?? []), code]);
  return (
    <fieldset class="codes">
      <legend>{legend}</legend>
      {data.codes.length > MANY && (
        <p class="find">
          <label for={id}>{words.findCode}</label>
          <input id={id} type="search" value={search} onInput={(event) => { setSearch(event.currentTarget.value); }} />
        </p>
      )}
      {shown.length === 0 && <p class="soft">{words.noSuchCode}</p>}
      <div class={data.codes.length > 2 * MANY ? "code-groups many" : "code-groups"}>
        {[...groups].map(([theme, codes]) => (
          <div key={theme} role="group" aria-label={data.themes[theme]?.name ?? ""}>
            <p class="theme" aria-hidden="true">{data.themes[theme]?.name ?? ""}</p>
            {codes.map((code) => (
              <label key={code.id} class="tick" onMouseEnter={() => { setAbout(code.id); }}>
                <input type="checkbox" checked={chosen.has(code.id)} aria-describedby={about === code.id ? `${id}-about` : undefined}
                  onFocus={() => { setAbout(code.id); }} onChange={() => { setAbout(code.id); toggle(code.id); }} />
                <span dir="auto">{code.name}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
      {defined !== undefined && (
        <p class="soft about" id={`${id}-about`}><b dir="auto">{defined.name}</b>: <span dir="auto">{defined.definition || words.noDefinition}</span></p>
      )}
    </fieldset>
  );
}
