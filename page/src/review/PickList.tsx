// A list of any length to go through by keyboard: only the rows near the window are in the document.
import type { ComponentChildren, JSX, TargetedEvent, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  id: string;
  label: string;
  n: number;
  active: number;
  row: (i: number) => ComponentChildren;
  onActive: (i: number) => void;
  onKey: (key: string) => boolean; // true: it was meant for us
}

const BEYOND = 8; // rows on either side of the window

export function PickList({ id, label, n, active, row, onActive, onKey }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const at = useRef(active); // keys come faster than the list is drawn: a step counts from the last step, not from the last picture
  useLayoutEffect(() => { at.current = active; }, [active]);
  const [height, setHeight] = useState(52);
  const [top, setTop] = useState(0);
  const [room, setRoom] = useState(480);
  useEffect(() => {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    setHeight(Math.round(3.25 * rem));
    if (box.current !== null) setRoom(box.current.clientHeight);
  }, []);
  useEffect(() => {
    const list = box.current;
    if (list === null) return;
    const start = active * height;
    if (start < list.scrollTop) list.scrollTop = start;
    else if (start + height > list.scrollTop + list.clientHeight) list.scrollTop = start + height - list.clientHeight;
  }, [active, height]);
  const first = Math.max(0, Math.floor(top / height) - BEYOND);
  const last = Math.min(n, Math.ceil((top + room) / height) + BEYOND);
  const shown = new Set(Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i));
  if (active < n) shown.add(active); // the row that has the focus is always there
  const page = Math.max(1, Math.floor(room / height) - 1);
  const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = at.current;
    const steps: Record<string, number> = {
      ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: n - 1, PageDown: from + page, PageUp: from - page,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      at.current = Math.min(n - 1, Math.max(0, step));
      onActive(at.current);
    } else if (!onKey(event.key)) return;
    event.preventDefault();
  };
  const scroll = (event: TargetedEvent<HTMLDivElement>): void => {
    setTop(event.currentTarget.scrollTop);
    setRoom(event.currentTarget.clientHeight);
  };
  return (
    <div class="pick" role="listbox" id={id} aria-label={label} tabIndex={0} ref={box} aria-activedescendant={n > 0 ? `${id}-${active}` : undefined}
      onKeyDown={press} onScroll={scroll}>
      <div role="presentation" class="pick-rows" style={{ height: `${n * height}px` }}>
        {[...shown].sort((a, b) => a - b).map((i) => (
          <div key={i} role="option" id={`${id}-${i}`} aria-selected={i === active} aria-setsize={n} aria-posinset={i + 1}
            style={{ top: `${i * height}px`, height: `${height}px` }} onClick={() => { onActive(i); }}>
            {row(i)}
          </div>
        ))}
      </div>
    </div>
  );
}
