import type { JSX } from "preact";
import { filters, NO_FILTERS } from "../state";
import { useStore } from "../store";
import type { Study } from "../study";
import { useWords } from "../words";

/** Which passages are shown: the same in every view that has this row. */
export function FilterRow({ study, search = true }: { study: Study; search?: boolean }): JSX.Element {
  const words = useWords();
  const now = useStore(filters);
  const { data } = study;
  const set = Object.values(now).some((value) => value !== null && value !== "");
  const code = now.code !== null ? `c${now.code}` : now.theme !== null ? `t${now.theme}` : "";
  const takeCode = (value: string): void => {
    const number = value === "" ? null : Number(value.slice(1));
    filters.change({ code: value.startsWith("c") ? number : null, theme: value.startsWith("t") ? number : null });
  };
  return (
    <div class="filters" role="search" aria-label={words.filters.title}>
      {search && data.holds.words !== "none" && (
        <label class="wide-field">
          {words.filters.search}
          <input type="search" value={now.search} onInput={(event) => { filters.change({ search: event.currentTarget.value }); }} />
        </label>
      )}
      {data.sessions.length > 1 && (
        <Choice name={words.filters.session} value={now.session} options={data.sessions.map((session) => session.label)} set={(session) => { filters.change({ session }); }} />
      )}
      {data.people.length > 1 && (
        <Choice name={words.filters.person} value={now.person} options={data.people.map((person) => person.label)} set={(person) => { filters.change({ person }); }} />
      )}
      {data.codes.length > 0 && (
        <label>
          {words.filters.code}
          <select value={code} onChange={(event) => { takeCode(event.currentTarget.value); }}>
            <option value="">{words.filters.all}</option>
            {data.themes.map((theme, t) => (
              <optgroup key={t} label={theme.name}>
                <option value={`t${t}`}>{words.filters.allOf(theme.name)}</option>
                {data.codes.map((each, c) => each.theme === t && <option key={c} value={`c${c}`}>{each.name}</option>)}
              </optgroup>
            ))}
          </select>
        </label>
      )}
      {set && <button type="button" class="quiet" onClick={() => { filters.set(NO_FILTERS); }}>{words.filters.clear}</button>}
    </div>
  );
}

const NATURAL = new Intl.Collator(undefined, { numeric: true });

/** Places of names in the order in which a reader looks for them: P2 before P10. */
export function naturally(names: readonly string[]): number[] {
  return names.map((_, i) => i).sort((a, b) => NATURAL.compare(names[a] ?? "", names[b] ?? ""));
}

interface ChoiceProps {
  name: string;
  value: number | null;
  options: string[];
  set: (value: number | null) => void;
}

export function Choice({ name, value, options, set }: ChoiceProps): JSX.Element {
  const words = useWords();
  return (
    <label>
      {name}
      <select value={value ?? ""} onChange={(event) => { set(event.currentTarget.value === "" ? null : Number(event.currentTarget.value)); }}>
        <option value="">{words.filters.all}</option>
        {naturally(options).map((i) => <option key={i} value={i}>{options[i]}</option>)}
      </select>
    </label>
  );
}
