// One field for the reason, in the same place whatever one decides.
import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useWords } from "../words";
import type { Lack } from "./proposals";

interface Props {
  note: string;
  lack: Lack | "undo first" | null;
  onNote: (note: string) => void;
  onDone?: () => void; // Ctrl Enter
}

export function Reason({ note, lack, onNote, onDone }: Props): JSX.Element {
  const words = useWords().review;
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => { if (lack === "reason") field.current?.focus(); }, [lack]);
  const wrong = lack === null ? "" : lack === "undo first" ? words.undoFirst : words.lack[lack];
  return (
    <div class="reason">
      <label for={id}>{words.reason}</label>
      <textarea id={id} ref={field} rows={2} value={note} dir="auto" aria-describedby={`${id}-why ${id}-wrong`} aria-invalid={lack === "reason"}
        onInput={(event) => { onNote(event.currentTarget.value); }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) onDone?.();
        }} />
      <p id={`${id}-why`} class="soft">{words.reasonWhy}</p>
      <p id={`${id}-wrong`} class="wrong" role="alert">{wrong}</p>
    </div>
  );
}
