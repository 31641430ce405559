import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { focusOn, selection } from "../state";
import { useStore } from "../store";
import { whereSaid, type Study } from "../study";
import { useWords } from "../words";

const HEIGHT = 78; // of one row, as in app.css
const BEYOND = 6; // rows that are drawn above and below what is seen

/** Passages one below the other; arrow keys go through them, Enter opens one. Only those near what is seen are drawn. */
export function PassageList({ study, segments: given, name }: { study: Study; segments: readonly number[]; name: string }): JSX.Element {
  const words = useWords();
  const segments = useMemo(() => withWordsFirst(study, given), [study, given]);
  const { focus, chosen } = useStore(selection);
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(420);
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => { setSeen(box.current?.clientHeight ?? 420); }, []);
  useEffect(() => {
    const place = focus === null ? -1 : segments.indexOf(focus);
    setActive(Math.max(0, place));
    if (box.current !== null) show(box.current, Math.max(0, place));
  }, [focus, segments]);
  const move = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(seen / HEIGHT) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -segments.length, End: segments.length };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(segments.length - 1, Math.max(0, active + step));
      setActive(next);
      if (box.current !== null) show(box.current, next);
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      focusOn(segments[active] ?? null);
    }
  };
  if (segments.length === 0) return <p class="nothing">{words.list.none}</p>;
  const from = Math.max(0, Math.floor(top / HEIGHT) - BEYOND);
  const to = Math.min(segments.length, Math.ceil((top + seen) / HEIGHT) + BEYOND);
  const drawn = new Set([...Array.from({ length: to - from }, (_, k) => from + k), active]);
  return (
    <div
      class="passages" ref={box} role="listbox" tabIndex={0} aria-label={name} aria-activedescendant={`${id}-${active}`}
      onKeyDown={move} onScroll={(event) => { setTop(event.currentTarget.scrollTop); }}
    >
      <div class="all" role="presentation" style={{ height: `${segments.length * HEIGHT}px` }}>
        {[...drawn].sort((a, b) => a - b).map((place) => {
          const i = segments[place] ?? 0;
          const kept = study.data.segments.words[i] ?? null;
          return (
            <div
              key={i} id={`${id}-${place}`} role="option" aria-selected={i === focus} aria-setsize={segments.length} aria-posinset={place + 1}
              class={`row${place === active ? " active" : ""}${chosen?.has(i) === true ? " chosen" : ""}`}
              style={{ top: `${place * HEIGHT}px` }} onClick={() => { focusOn(i); }}
            >
              <span class="where">{whereSaid(study, i)}</span>
              {kept === null ? <span class="absent">{words.list.absent}</span> : <span class="said" lang={study.data.study.language} dir="auto">{kept}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** In the order of the talk; those whose words are not in this file come last. */
function withWordsFirst(study: Study, segments: readonly number[]): number[] {
  const kept = (i: number): boolean => (study.data.segments.words[i] ?? null) !== null;
  return [...segments.filter(kept), ...segments.filter((i) => !kept(i))];
}

function show(box: HTMLElement, place: number): void {
  const y = place * HEIGHT;
  if (y < box.scrollTop) box.scrollTop = y;
  else if (y + HEIGHT > box.scrollTop + box.clientHeight) box.scrollTop = y + HEIGHT - box.clientHeight;
}
